"""libcustomer: know, place, score and serve card customers.

One strategy document declares entities, attributes, events, features, lifecycles and scores; it runs for one profile as events
arrive and for a whole portfolio of tables, with the same results bit for bit. Every long call gives up the interpreter's lock.
"""
from ._library import Cancel, currency_exponent, money_format, money_parse, version, version_number
from .batch import Batch, Result
from .errors import *  # noqa: F401,F403
from .errors import __all__ as _errors
from .profile import ALWAYS, Entity, Event, Fate, Migration, Outcome, Profile, Reason, Stage
from .rule import Explanation, Line, Rule
from .score import Characteristic, Scorecard, Scorer, Validation
from .strategy import Strategy
from .table import Csv, Table

__version__ = version()
__all__ = ["ALWAYS", "Batch", "Cancel", "Characteristic", "Csv", "Entity", "Event", "Explanation", "Fate", "Line", "Migration",
           "Outcome", "Profile", "Reason", "Result", "Rule", "Scorecard", "Scorer", "Stage", "Strategy", "Table", "Validation",
           "currency_exponent", "money_format", "money_parse", "version", "version_number"] + _errors
