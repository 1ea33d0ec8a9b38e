"""libcustomer: know, place, score and serve card customers.

One strategy document declares entities, attributes, events, features, lifecycles, scores and segments; it runs for one profile as events
arrive and for a whole portfolio of tables, with the same results bit for bit. Every call gives up the interpreter's lock while it runs
in C. Nothing needs another package but Table.to_pyarrow(), to_pandas() and to_polars(), and pandas frames as input (pyarrow).
"""
from ._library import Cancel, currency_exponent, money_format, money_parse, version, version_number
from .batch import Batch, Result
from .errors import (CancelledError, CorruptError, CustomerError, CycleError, DivideError, DuplicateError, FileError, LateError, LimitError,
                     MalformedError, MismatchError, MisuseError, MissingError, NotFiniteError, OutOfMemoryError, PastError,
                     PrivacyError, RangeError, RuleWarning, SealedApartError, UnknownError, UnreachableError, UnsupportedError, VersionError,
                     WrongTypeError)
from .layout import Layout
from .profile import ALWAYS, Entity, Event, Fate, Migration, Outcome, Profile, Reason, Stage, View
from .rule import Activation, Change, Explanation, Line, Nearest, Rule
from .segment import Membership, Overlap
from .score import Characteristic, Scorecard, Scorer, Validation
from .strategy import Strategy
from .stream import Stream
from .table import Csv, Table

__version__ = version()
__all__ = ["ALWAYS", "Activation", "Batch", "Cancel", "CancelledError", "Change", "Characteristic", "CorruptError", "Csv", "CustomerError", "CycleError",
           "DivideError", "DuplicateError", "Entity", "Event", "Explanation", "Fate", "FileError", "LateError", "Layout", "LimitError", "Line",
           "MalformedError", "Membership", "Migration", "MismatchError", "MissingError", "MisuseError", "Nearest", "NotFiniteError", "OutOfMemoryError", "Outcome",
           "Overlap", "PastError", "PrivacyError", "Profile", "RangeError", "Reason", "Result", "Rule", "RuleWarning", "Scorecard", "Scorer", "SealedApartError",
           "Stage", "Strategy", "Stream", "Table", "UnknownError", "UnreachableError", "UnsupportedError", "Validation", "VersionError", "View",
           "WrongTypeError", "currency_exponent", "money_format", "money_parse", "version", "version_number"]
