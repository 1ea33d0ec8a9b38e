"""Finds and loads the shared library, binds every declared function, and turns a status into an exception.

Everything that Python owns of the library is a Handle; every call goes through one of its few methods, which keep the handle alive
for as long as the call runs, whatever other threads do.
"""
from __future__ import annotations

import ctypes
import operator
import os
import pathlib
import sys
from ctypes import POINTER, byref, c_char_p, c_int64, c_uint8, c_void_p
from typing import Any, Callable, ClassVar, Dict, List, Optional, Tuple, TypeVar

from . import _declarations
from .errors import CustomerError, MalformedError, RangeError, exception_for

Progress = Callable[[int, int], Any]
_Self = TypeVar("_Self", bound="Handle")


def _candidates() -> List[str]:
    explicit = os.environ.get("LIBCUSTOMER_LIBRARY")
    if explicit:
        return [explicit]
    here = pathlib.Path(__file__).resolve().parent
    return [str(path) for path in sorted((here / "lib").glob("libcustomer.so*"))] + ["libcustomer.so.0"]


def _load() -> ctypes.CDLL:
    failures = []
    for candidate in _candidates():
        try:
            return ctypes.CDLL(candidate)
        except OSError as failure:
            failures.append(f"{candidate}: {failure}")
    raise ImportError(
        "libcustomer: the shared library could not be loaded.\n  " + "\n  ".join(failures)
        + "\nIt needs the C library and what the messages above name (on Debian: libglib2.0-0, libyaml-0-2, zlib1g). "
          "LIBCUSTOMER_LIBRARY may name the file to load.")


if sys.byteorder != "little" or ctypes.sizeof(c_void_p) != 8:
    raise ImportError("libcustomer: this package is built for little-endian machines of 64 bits")

library: Any = _load()
for _name, (_result, _parameters) in _declarations.FUNCTIONS.items():
    try:
        _function = getattr(library, _name)
    except AttributeError:
        raise ImportError(f"libcustomer: {library._name} does not have {_name}: it is older than this package") from None
    _function.restype = _result
    _function.argtypes = _parameters
# Borrowed bytes of a size: a bytes object goes as its address, without a cast.
for _function in (library.cstm_event_set_row, library.cstm_profile_set_row, library.cstm_profile_read, library.cstm_csv_read_bytes,
                  library.cstm_layout_read_bytes, library.cstm_layout_set_delimiter, library.cstm_layout_set_record_end,
                  library.cstm_layout_add_comment):
    _function.argtypes = [c_char_p if kind is POINTER(c_uint8) else kind for kind in _function.argtypes]


# ---- what crosses

def text(value: Optional[bytes]) -> str:
    """Borrowed C text to str."""
    return value.decode("utf-8") if value else ""


def sized(pointer: Optional[int], size: int) -> str:
    """Borrowed C text with its size to str."""
    return ctypes.string_at(pointer, size).decode("utf-8") if pointer and size else ""


def utf8(value: str) -> bytes:
    """Text for a parameter with a size. What is not Unicode (a lone surrogate) is left for C to refuse with its place."""
    if not isinstance(value, str):
        raise TypeError(f"text is a str, not {type(value).__name__}")
    return value.encode("utf-8", "surrogatepass")


def named(value: str) -> bytes:
    """Text for a parameter that ends at the first NUL."""
    data = utf8(value)
    if b"\0" in data:
        raise MalformedError("a name must not hold a NUL")
    return data


def named_or_none(value: Optional[str]) -> Optional[bytes]:
    return None if value is None else named(value)


def int32(value: Any, what: str) -> int:
    """A number that C takes as int32_t: ctypes would cut it off without a word."""
    number = operator.index(value)
    if not -2**31 <= number < 2**31:
        raise RangeError(f"{what} is outside its range", field=what)
    return number


def int64(value: Any, what: str) -> int:
    """A number that C takes as int64_t."""
    number = operator.index(value)
    if not -2**63 <= number < 2**63:
        raise RangeError(f"{what} is outside its range", field=what)
    return number


def take_buffer(buffer: int) -> bytes:
    """The bytes of an owned cstm_buffer, which is freed."""
    try:
        return ctypes.string_at(library.cstm_buffer_data(buffer), library.cstm_buffer_size(buffer))
    finally:
        library.cstm_buffer_free(buffer)


# ---- errors

def status_name(status: int) -> str:
    return text(library.cstm_status_name(status))


def _chain(pointer: Optional[int]) -> List[Dict[str, Any]]:
    chain = []
    while pointer:
        chain.append({
            "status": library.cstm_error_code(pointer),
            "message": text(library.cstm_error_message(pointer)),
            "file": text(library.cstm_error_file(pointer)),
            "line": library.cstm_error_line(pointer),
            "column": library.cstm_error_column(pointer),
            "row": library.cstm_error_row(pointer),
            "field": text(library.cstm_error_field(pointer)),
        })
        pointer = library.cstm_error_next(pointer)
    return chain


def failure(status: int, error: c_void_p) -> CustomerError:
    """The exception of a failed call; the error object is freed."""
    chain = _chain(error.value)
    library.cstm_error_free(error)
    return exception_for(chain or [{"status": status, "message": status_name(status)}])


def chain_of(pointer: Optional[int]) -> List[CustomerError]:
    """The errors of a borrowed chain, as exceptions that were not raised."""
    return [exception_for([fields]) for fields in _chain(pointer)]


def call(function: Any, *arguments: Any) -> None:
    """Calls a function that takes a cstm_error ** last."""
    error = c_void_p()
    status = function(*arguments, byref(error))
    if status:
        raise failure(status, error)


def make(function: Any, *arguments: Any) -> int:
    """Calls a function whose last parameters are (handle **out, cstm_error **) and returns the handle."""
    out, error = c_void_p(), c_void_p()
    status = function(*arguments, byref(out), byref(error))
    if status:
        raise failure(status, error)
    return out.value or 0


# ---- handles

class Handle:
    """An owned handle that is freed once: by close(), at the end of a with block, or when nothing refers to it any more.

    close() during a call of another thread lets that call finish: the last one out frees.
    """

    _free: ClassVar[Any] = None
    __slots__ = ("_pointer", "_calls", "_closed", "__weakref__")

    def __init__(self, pointer: int) -> None:
        self._pointer = [pointer]
        self._calls: List[None] = []
        self._closed = False

    def _enter(self) -> int:
        self._calls.append(None)
        if self._closed:
            self._leave()
            raise ValueError(f"{type(self).__name__} is closed")
        return self._pointer[0]

    def _leave(self) -> None:
        self._calls.pop()
        if self._closed and not self._calls:
            self._release()

    def _release(self) -> None:
        try:
            pointer = self._pointer.pop()    # atomic: only one caller gets it
        except IndexError:
            return
        type(self)._free(pointer)

    def _call(self, function: Any, *arguments: Any) -> None:
        """function(handle, *arguments, cstm_error **)"""
        pointer = self._enter()
        try:
            error = c_void_p()
            status = function(pointer, *arguments, byref(error))
            if status:
                raise failure(status, error)
        finally:
            self._leave()

    def _make(self, function: Any, *arguments: Any) -> int:
        """function(handle, *arguments, handle **out, cstm_error **) -> handle"""
        pointer = self._enter()
        try:
            return make(function, pointer, *arguments)
        finally:
            self._leave()

    def _get(self, function: Any, *arguments: Any) -> Any:
        """function(handle, *arguments) -> value"""
        pointer = self._enter()
        try:
            return function(pointer, *arguments)
        finally:
            self._leave()

    def _text(self, function: Any, *arguments: Any) -> str:
        """function(handle, *arguments) -> borrowed text"""
        pointer = self._enter()
        try:
            return text(function(pointer, *arguments))
        finally:
            self._leave()

    def close(self) -> None:
        """Frees the handle; using it afterwards raises ValueError. Closing twice is fine."""
        self._closed = True
        if not self._calls:
            self._release()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._closed

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_pointer", None):
            self.close()

    def __reduce__(self) -> Any:
        raise TypeError(f"{type(self).__name__} is a handle of this process and cannot be pickled or copied")


class Cancel(Handle):
    """A flag that any thread may raise; the long call that was given it ends with CancelledError."""

    _free = library.cstm_cancel_free
    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(make(library.cstm_cancel_new))

    def request(self) -> None:
        """Raises the flag; it stays raised."""
        self._get(library.cstm_cancel_request)

    @property
    def requested(self) -> bool:
        """Whether the flag is raised."""
        return bool(self._get(library.cstm_cancel_requested))


class Watch:
    """What a long call is watched by: `progress` and `cancel` as C takes them, for the time of a with block.

    Exceptions must not unwind through C: what progress raises ends the call, and is raised at the end of the block.
    """

    __slots__ = ("progress", "cancel", "_cancel", "_raised")

    def __init__(self, progress: Optional[Progress], cancel: Optional[Cancel]) -> None:
        self._cancel = cancel
        self._raised: List[BaseException] = []
        raised = self._raised

        def told(_data: Optional[int], done: int, total: int) -> int:
            try:
                return 1 if progress is not None and progress(done, total) else 0
            except BaseException as exception:
                raised.append(exception)
                return 1

        self.progress = _declarations.cstm_progress_function() if progress is None else _declarations.cstm_progress_function(told)
        self.cancel: Optional[int] = None

    def __enter__(self) -> Watch:
        if self._cancel is not None:
            self.cancel = self._cancel._enter()
        return self

    def __exit__(self, *_: Any) -> None:
        if self._cancel is not None:
            self._cancel._leave()
        if self._raised:
            try:
                raise self._raised.pop() from None
            finally:
                self._raised.clear()


# ---- free functions

def version() -> str:
    """The version of the library that runs."""
    return text(library.cstm_version_text())


def version_number() -> int:
    """major * 10000 + minor * 100 + patch of the library that runs."""
    number: int = library.cstm_version_number()
    return number


def currency_exponent(currency: str) -> int:
    """Decimals of an ISO 4217 currency; -1 if it is unknown."""
    exponent: int = library.cstm_currency_exponent(named(currency))
    return exponent


def money_parse(amount: str, currency: str) -> int:
    """Exact minor units of an amount written in major ones: money_parse("8000.00", "CNY") is 800000."""
    minor = c_int64()
    data = utf8(amount)
    call(library.cstm_money_parse, data, len(data), named(currency), byref(minor))
    return minor.value


def money_format(minor: int, currency: str) -> str:
    """An amount with all decimals of its currency: money_format(800000, "CNY") is "8000.00"."""
    room = ctypes.create_string_buffer(40)
    call(library.cstm_money_format, int64(minor, "minor"), named(currency), ctypes.addressof(room), len(room))
    return room.value.decode()
