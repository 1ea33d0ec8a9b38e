"""Exceptions: one class a status, all with the fields of the C error and, for documents, all errors at once."""
from typing import List

from . import _declarations


class CustomerError(Exception):
    """A failed call.

    status: the number (CSTM_ERROR_*); name: its name; message: with its place in front; file, line, column: "" or 0 where there
    is none; row: -1 where there is none; field: the column, field, feature or rule; errors: every error of the call, this
    one first.
    """

    status = 0

    def __init__(self, message, *, status=None, file="", line=0, column=0, row=-1, field=""):
        super().__init__(message)
        self.message = message
        if status is not None:
            self.status = status
        self.file = file
        self.line = line
        self.column = column
        self.row = row
        self.field = field
        self.errors: List["CustomerError"] = [self]

    @property
    def name(self) -> str:
        return _NAMES.get(self.status, "CSTM_ERROR_?")

    def __str__(self):
        if len(self.errors) == 1:
            return self.message
        return "\n".join(error.message for error in self.errors)


_NAMES = {value: name for name, value in vars(_declarations).items() if name.startswith("CSTM_ERROR_")}
_CLASSES = {}
# Names that would hide a builtin get one of their own.
_RENAMED = {"CSTM_ERROR_SYNTAX": "MalformedError", "CSTM_ERROR_TYPE": "WrongTypeError",
            "CSTM_ERROR_NO_MEMORY": "OutOfMemoryError", "CSTM_ERROR_IO": "FileError"}
_BASES = {"CSTM_ERROR_NO_MEMORY": (MemoryError,), "CSTM_ERROR_IO": (OSError,), "CSTM_ERROR_UNKNOWN": (LookupError,),
          "CSTM_ERROR_TYPE": (TypeError,), "CSTM_ERROR_RANGE": (ValueError,), "CSTM_ERROR_SYNTAX": (ValueError,)}

__all__ = ["CustomerError"]
for _status, _name in sorted(_NAMES.items()):
    _class_name = _RENAMED.get(_name) or "".join(
        word.capitalize() for word in _name[len("CSTM_ERROR_"):].split("_")) + "Error"
    _class = type(_class_name, (CustomerError,) + _BASES.get(_name, ()),
                  {"status": _status, "__doc__": f"{_name}; see base.h.", "__module__": __name__})
    _CLASSES[_status] = _class
    globals()[_class_name] = _class
    __all__.append(_class_name)


def exception_for(chain):
    """The exception of a chain of error fields, the first's class."""
    made = []
    for fields in chain:
        kind = _CLASSES.get(fields["status"], CustomerError)
        made.append(kind(fields["message"], status=fields["status"], file=fields["file"], line=fields["line"],
                         column=fields["column"], row=fields["row"], field=fields["field"]))
    made[0].errors = made
    return made[0]
