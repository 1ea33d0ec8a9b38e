"""Finds and loads the shared library, binds every declared function, and turns a status into an exception."""
import ctypes
import os
import pathlib
import sys
from ctypes import POINTER, byref, c_char_p, c_int32, c_int64, c_void_p

from . import _declarations
from .errors import exception_for


def _candidates():
    explicit = os.environ.get("LIBCUSTOMER_LIBRARY")
    if explicit:
        return [explicit]
    here = pathlib.Path(__file__).resolve().parent
    return [str(path) for path in sorted((here / "lib").glob("libcustomer.so*"))] + ["libcustomer.so.0"]


def _load():
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


library = _load()
for _name, (_result, _parameters) in _declarations.FUNCTIONS.items():
    try:
        _function = getattr(library, _name)
    except AttributeError:
        raise ImportError(f"libcustomer: {library._name} does not have {_name}: it is older than this package") from None
    _function.restype = _result
    _function.argtypes = _parameters

if sys.byteorder != "little":
    raise ImportError("libcustomer: this package is built for little-endian machines")


def text(value) -> str:
    """Borrowed C text to str."""
    return value.decode("utf-8") if value else ""


def sized(pointer, size) -> str:
    return ctypes.string_at(pointer, size).decode("utf-8") if pointer and size else ""


def check(status, error) -> None:
    """Raises the exception of a failed call; the error object is freed."""
    if status == 0:
        return
    raise _exception(status, error)


def _exception(status, error):
    chain = []
    pointer = error.value
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
    library.cstm_error_free(error)
    if not chain:
        chain.append({"status": status, "message": status_name(status), "file": "", "line": 0, "column": 0,
                      "row": -1, "field": ""})
    return exception_for(chain)


def chain_of(pointer):
    """The errors of a borrowed chain, as exceptions that were not raised."""
    result = []
    while pointer:
        result.append(exception_for([{
            "status": library.cstm_error_code(pointer),
            "message": text(library.cstm_error_message(pointer)),
            "file": text(library.cstm_error_file(pointer)),
            "line": library.cstm_error_line(pointer),
            "column": library.cstm_error_column(pointer),
            "row": library.cstm_error_row(pointer),
            "field": text(library.cstm_error_field(pointer)),
        }]))
        pointer = library.cstm_error_next(pointer)
    return result


def status_name(status: int) -> str:
    return text(library.cstm_status_name(status))


def take_buffer(buffer) -> bytes:
    """The bytes of an owned cstm_buffer, which is freed."""
    try:
        return ctypes.string_at(library.cstm_buffer_data(buffer), library.cstm_buffer_size(buffer))
    finally:
        library.cstm_buffer_free(buffer)


def call(function, *arguments):
    """Calls a function that takes a cstm_error ** last."""
    error = c_void_p()
    status = function(*arguments, byref(error))
    if status:
        raise _exception(status, error)


def make(function, *arguments):
    """Calls a function whose last parameters are (handle **out, cstm_error **) and returns the handle."""
    out, error = c_void_p(), c_void_p()
    status = function(*arguments, byref(out), byref(error))
    if status:
        raise _exception(status, error)
    return out.value


class Handle:
    """An owned handle that is freed once: by close(), at the end of a with block, or when nothing refers to it any more.

    close() during a call of another thread lets that call finish: the last one out frees.
    """

    _free = None
    __slots__ = ("_pointer", "_calls", "_closed", "__weakref__")

    def __init__(self, pointer):
        self._pointer = [pointer]
        self._calls = []
        self._closed = False

    def _enter(self):
        self._calls.append(None)
        if self._closed:
            self._leave()
            raise ValueError(f"{type(self).__name__} is closed")
        return self._pointer[0]

    def _leave(self):
        self._calls.pop()
        if self._closed and not self._calls:
            self._release()

    def _release(self):
        try:
            pointer = self._pointer.pop()    # atomic: only one caller gets it
        except IndexError:
            return
        type(self)._free(pointer)

    def _call(self, function, *arguments):
        """function(handle, *arguments, cstm_error **)"""
        pointer = self._enter()
        try:
            error = c_void_p()
            status = function(pointer, *arguments, byref(error))
            if status:
                raise _exception(status, error)
        finally:
            self._leave()

    def _make(self, function, *arguments):
        """function(handle, *arguments, handle **out, cstm_error **) -> handle"""
        pointer = self._enter()
        try:
            return make(function, pointer, *arguments)
        finally:
            self._leave()

    def _get(self, function, *arguments):
        """function(handle, *arguments) -> value"""
        pointer = self._enter()
        try:
            return function(pointer, *arguments)
        finally:
            self._leave()

    def close(self) -> None:
        """Frees the handle; using it afterwards raises ValueError. Closing twice is fine."""
        self._closed = True
        if not self._calls:
            self._release()

    @property
    def closed(self) -> bool:
        return self._closed

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        if getattr(self, "_pointer", None) and type(self)._free is not None:
            self.close()


class Cancel(Handle):
    """A flag that any thread may raise; the long call that was given it ends with CancelledError."""

    _free = library.cstm_cancel_free
    __slots__ = ()

    def __init__(self):
        super().__init__(make(library.cstm_cancel_new))

    def request(self) -> None:
        self._get(library.cstm_cancel_request)

    @property
    def requested(self) -> bool:
        return bool(self._get(library.cstm_cancel_requested))


def progress_callback(function):
    """A Python callable (done, total) -> truthy to cancel, as a C callback; None stays None. Keep the result alive."""
    if function is None:
        return _declarations.cstm_progress_function(), []
    failure = []

    def told(_data, done, total):
        try:
            return 1 if function(done, total) else 0
        except BaseException as exception:    # an exception must not unwind through C
            failure.append(exception)
            return 1

    return _declarations.cstm_progress_function(told), failure


def version() -> str:
    """The version of the library that runs."""
    return text(library.cstm_version_text())


def version_number() -> int:
    return library.cstm_version_number()


def currency_exponent(currency: str) -> int:
    """Decimals of an ISO 4217 currency; -1 if it is unknown."""
    return library.cstm_currency_exponent(currency.encode())


def money_parse(amount: str, currency: str) -> int:
    """Exact minor units of an amount written in major ones."""
    minor, error = c_int64(), c_void_p()
    data = amount.encode()
    check(library.cstm_money_parse(data, len(data), currency.encode(), byref(minor), byref(error)), error)
    return minor.value


def money_format(minor: int, currency: str) -> str:
    """An amount with all decimals of its currency."""
    room = ctypes.create_string_buffer(40)
    call(library.cstm_money_format, minor, currency.encode(), ctypes.addressof(room), len(room))
    return room.value.decode()
