"""Exceptions: one class a status, all with the fields of the C error and, for documents, all errors at once.

A class is also the builtin exception that Python programmers expect (a LimitError is no builtin, a FileError is an OSError), and has
a name of its own where the plain one would hide a builtin.
"""
from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple, Type

from . import _declarations as d


class CustomerError(Exception):
    """A failed call.

    status: the number (CSTM_ERROR_*); name: its name; message: with its place in front; file, line, column: "" or 0 where there
    is none; row: -1 where there is none; field: the column, field, feature or rule; errors: every error of the call, this
    one first. Messages name fields and rules, never a customer's values.
    """

    status: int = 0

    def __init__(self, message: str, *, status: Optional[int] = None, file: str = "", line: int = 0, column: int = 0,
                 row: int = -1, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        if status is not None:
            self.status = status
        self.file = file
        self.line = line
        self.column = column
        self.row = row
        self.field = field
        self._rest: List[CustomerError] = []

    @property
    def errors(self) -> List[CustomerError]:
        """Every error of the call, this one first."""
        return [self] + self._rest

    @property
    def name(self) -> str:
        """The name of the status: "CSTM_ERROR_LATE"."""
        return _NAMES.get(self.status, "CSTM_ERROR_?")

    def __str__(self) -> str:
        return "\n".join(error.message for error in self.errors)

    def __reduce__(self) -> Tuple[Any, ...]:
        return type(self), (self.message,), self.__dict__.copy()


class RuleWarning(UserWarning):
    """What the compiler wondered at in a rule without refusing it: what is always true or false, adds nothing, or is never taken."""


class MisuseError(CustomerError):
    """A call out of order, or an index out of range."""

    status = d.CSTM_ERROR_MISUSE


class OutOfMemoryError(CustomerError, MemoryError):
    """An allocation failed; nothing was changed."""

    status = d.CSTM_ERROR_NO_MEMORY


class FileError(CustomerError, OSError):
    """A file that was named could not be read or written."""

    status = d.CSTM_ERROR_IO


class MalformedError(CustomerError, ValueError):
    """Text that is not well-formed: YAML, CSV, an expression, a number, UTF-8."""

    status = d.CSTM_ERROR_SYNTAX


class WrongTypeError(CustomerError, TypeError):
    """A value or expression of another type than its place asks for."""

    status = d.CSTM_ERROR_TYPE


class RangeError(CustomerError, ValueError):
    """A value outside its range; arithmetic beyond int64."""

    status = d.CSTM_ERROR_RANGE


class UnknownError(CustomerError, KeyError):
    """A name that nothing declares."""

    status = d.CSTM_ERROR_UNKNOWN


class DuplicateError(CustomerError):
    """A name, key or row that is there already."""

    status = d.CSTM_ERROR_DUPLICATE


class MissingError(CustomerError):
    """A value that is needed and is missing."""

    status = d.CSTM_ERROR_MISSING


class LateError(CustomerError):
    """An event or attribute for a sealed day."""

    status = d.CSTM_ERROR_LATE


class PastError(CustomerError):
    """as_of in a sealed day, or before a later event of its own day."""

    status = d.CSTM_ERROR_PAST


class CorruptError(CustomerError):
    """Bytes that are not what the library wrote."""

    status = d.CSTM_ERROR_CORRUPT


class VersionError(CustomerError):
    """Bytes or a document of a format that this release does not know."""

    status = d.CSTM_ERROR_VERSION


class CancelledError(CustomerError):
    """The caller's cancel was seen."""

    status = d.CSTM_ERROR_CANCELLED


class LimitError(CustomerError):
    """Larger, deeper or longer than a stated limit."""

    status = d.CSTM_ERROR_LIMIT


class CycleError(CustomerError):
    """Definitions that read each other in a circle."""

    status = d.CSTM_ERROR_CYCLE


class PrivacyError(CustomerError):
    """A sensitive attribute reaches a purpose that it is not allowed for."""

    status = d.CSTM_ERROR_PRIVACY


class UnreachableError(CustomerError):
    """A stage that nothing leads to, a transition that can never fire."""

    status = d.CSTM_ERROR_UNREACHABLE


class DivideError(CustomerError, ZeroDivisionError):
    """Division or remainder by zero."""

    status = d.CSTM_ERROR_DIVIDE


class NotFiniteError(CustomerError, ValueError):
    """A number that is infinite or not a number."""

    status = d.CSTM_ERROR_NOT_FINITE


class MismatchError(CustomerError, ValueError):
    """Two things of different strategies, customers or shapes."""

    status = d.CSTM_ERROR_MISMATCH


class SealedApartError(CustomerError):
    """A lifecycle of a customer whose halves were sealed apart: rebuild it from history."""

    status = d.CSTM_ERROR_SEALED_APART


class UnsupportedError(CustomerError):
    """Well-formed and known, but not offered by this release."""

    status = d.CSTM_ERROR_UNSUPPORTED


__all__ = ["CustomerError", "MisuseError", "OutOfMemoryError", "FileError", "MalformedError", "WrongTypeError", "RangeError",
           "UnknownError", "DuplicateError", "MissingError", "LateError", "PastError", "CorruptError", "VersionError",
           "CancelledError", "LimitError", "CycleError", "PrivacyError", "UnreachableError", "DivideError", "NotFiniteError",
           "MismatchError", "SealedApartError", "UnsupportedError"]

_NAMES: Dict[int, str] = {value: name for name, value in vars(d).items() if name.startswith("CSTM_ERROR_")}
_CLASSES: Dict[int, Type[CustomerError]] = {kind.status: kind for kind in CustomerError.__subclasses__()}


def exception_for(chain: Sequence[Dict[str, Any]]) -> CustomerError:
    """The exception of a chain of error fields, the first's class."""
    made = [_CLASSES.get(fields["status"], CustomerError)(**fields) for fields in chain]
    made[0]._rest = made[1:]
    return made[0]
