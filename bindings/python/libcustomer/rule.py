"""Rules: the expression language over tables, with an explanation of any row."""
from __future__ import annotations

import datetime
import decimal
import difflib
from ctypes import byref, c_size_t
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple
from warnings import warn

from . import _declarations as d
from ._library import (Handle, call, chain_of, currency_exponent, int32, int64, library, make, money_parse, named, named_or_none, sized, status_name,
                       utf8)
from .errors import CustomerError, RuleWarning, UnknownError, exception_for
from .table import (EPOCH_DAY, TYPE_NAMES, Table, _scaled, _truth, datetime_to_instant, day_to_date, instant_to_datetime,
                    type_number)

STATES = {d.CSTM_STATE_VALUE: "value", d.CSTM_STATE_MISSING: "missing", d.CSTM_STATE_ERROR: "error"}


@dataclass(frozen=True)
class Line:
    """One line of an explanation: a sub-expression or a fact, what it came to, and whether it decided the outcome.

    state: "value", "missing", "error", or "skipped" for what was not evaluated and for a label.
    """

    depth: int
    text: str
    value: str
    state: str
    status: str
    decisive: bool

    def __str__(self) -> str:
        shown = {"value": self.value, "error": self.status, "skipped": ""}.get(self.state, self.state)
        return "  " * self.depth + (f"{self.text} = {shown}" if shown else self.text)


class Explanation(Handle):
    """Why a value is what it is: a sequence of lines, outermost first. It holds the values of a customer."""

    _free = library.cstm_explanation_free
    __slots__ = ()

    def __len__(self) -> int:
        count: int = self._get(library.cstm_explanation_count)
        return count

    def __getitem__(self, i: int) -> Line:
        n = len(self)
        if i < 0:
            i += n
        if i < 0 or i >= n:
            raise IndexError(i)
        status = self._get(library.cstm_explanation_status, i)
        return Line(
            depth=self._get(library.cstm_explanation_depth, i), text=self._text(library.cstm_explanation_text, i),
            value=self._text(library.cstm_explanation_value, i),
            state=STATES.get(self._get(library.cstm_explanation_state, i), "skipped"),
            status=status_name(status) if status >= 0 else "",
            decisive=bool(self._get(library.cstm_explanation_decisive, i)))

    def __iter__(self) -> Iterator[Line]:
        return (self[i] for i in range(len(self)))

    def __str__(self) -> str:
        return "\n".join(str(line) for line in self)


@dataclass(frozen=True)
class Change:
    """One name that changes: its value now (printed, "" unless there is one) and its state, what the new value must be while the other
    changes are as given, and the nearest new value: printed, and as Python has it (None where it is to be taken away)."""

    name: str
    present: str
    state: str
    condition: str
    text: str
    value: Any


@dataclass(frozen=True)
class Nearest(Sequence[Change]):
    """The fewest changes that make a rule come out otherwise; a sequence of Change, empty where none does.

    outcome: what the rule then is; possible: whether it can be; exact: whether nothing nearer is possible, or none at all; transition: of
    a lifecycle, which of its transitions it is, from 0, else -1.
    """

    changes: Tuple[Change, ...]
    outcome: bool
    possible: bool
    exact: bool
    transition: int = -1

    def __len__(self) -> int:
        return len(self.changes)

    def __getitem__(self, i: Any) -> Any:
        return self.changes[i]

    def __str__(self) -> str:
        return "\n".join(f"{change.name}: {change.present or change.state} -> {change.text or 'missing'} ({change.condition})"
                         for change in self.changes)


class _NearestHandle(Handle):
    _free = library.cstm_nearest_free
    __slots__ = ()

    def _value(self, i: int) -> Any:
        type = TYPE_NAMES.get(self._get(library.cstm_nearest_type, i), "none")
        if type == "double":
            return self._get(library.cstm_nearest_double, i)
        if type == "string":
            size = c_size_t()
            pointer = self._enter()
            try:
                return sized(library.cstm_nearest_string(pointer, i, byref(size)), size.value)
            finally:
                self._leave()
        if type == "money":
            return decimal.Decimal(self._text(library.cstm_nearest_value, i))
        number = self._get(library.cstm_nearest_int64, i)
        if type == "bool":
            return bool(number)
        if type == "date":
            return day_to_date(number)
        if type == "timestamp":
            return instant_to_datetime(number)
        return number if type == "int" else None

    def _read(self) -> Nearest:
        with self:
            changes = tuple(
                Change(name=self._text(library.cstm_nearest_name, i), present=self._text(library.cstm_nearest_present, i),
                       state=STATES.get(self._get(library.cstm_nearest_present_state, i), ""),
                       condition=self._text(library.cstm_nearest_condition, i), text=self._text(library.cstm_nearest_value, i),
                       value=self._value(i))
                for i in range(self._get(library.cstm_nearest_count)))
            return Nearest(changes, outcome=bool(self._get(library.cstm_nearest_outcome)),
                           possible=bool(self._get(library.cstm_nearest_possible)), exact=bool(self._get(library.cstm_nearest_exact)),
                           transition=self._get(library.cstm_nearest_transition))


class Rule(Handle):
    """A compiled expression over named columns. Immutable: any number of threads may use it.

    names: name -> type ("bool", "int", "double", "string", "date", "timestamp", "money"); type: what the result must be;
    currency: of the money in it; timezone: of the days in it. What the compiler wonders at is warned about as RuleWarning, and stays in
    `warnings`.

    >>> Rule("balance / limit > 0.9", {"balance": "money", "limit": "money"}, currency="CNY")
    """

    _free = library.cstm_rule_unref
    __slots__ = ("_types", "_currency")

    def __init__(self, expression: str, names: Mapping[str, str], *, type: Optional[str] = None,
                 currency: Optional[str] = None, timezone: Optional[str] = None) -> None:
        self._types = dict(names)
        self._currency = currency
        scope = make(library.cstm_scope_new, named_or_none(currency), named_or_none(timezone))
        try:
            for name, kind in names.items():
                call(library.cstm_scope_declare, scope, named(name), type_number(kind, name))
            data = utf8(expression)
            super().__init__(make(library.cstm_rule_compile, scope, data, len(data),
                                  type_number(type, "type") if type is not None else d.CSTM_TYPE_NONE))
        finally:
            library.cstm_scope_free(scope)
        for warning in self.warnings:
            warn(str(warning), RuleWarning, stacklevel=2)

    def copy(self) -> Rule:
        """One more reference to the same rule, closed on its own."""
        other = Rule.__new__(Rule)
        Handle.__init__(other, self._get(library.cstm_rule_ref))
        other._types, other._currency = self._types, self._currency
        return other

    @property
    def text(self) -> str:
        """The expression as it was written."""
        return self._text(library.cstm_rule_text)

    @property
    def type(self) -> str:
        """The type of the result; "" for one that no column can hold, such as a duration."""
        return TYPE_NAMES.get(self._get(library.cstm_rule_type), "")

    @property
    def reads(self) -> List[str]:
        """The names that the rule reads."""
        return [self._text(library.cstm_rule_read_name, i) for i in range(self._get(library.cstm_rule_read_count))]

    @property
    def cost(self) -> int:
        """A bound of what one row can cost, in steps: what a strategy's `limits: {rule_cost: ...}` is held against."""
        cost: int = self._get(library.cstm_rule_cost)
        return cost

    @property
    def warnings(self) -> List[CustomerError]:
        """What the compiler wondered at without refusing it, each with its line and column."""
        return chain_of(self._get(library.cstm_rule_warnings))

    def evaluate(self, table: Any) -> Table:
        """A table with `value` and `state` (0 a value, else the status) for each row."""
        with Table.of(table) as given:
            return Table._take(self._make(library.cstm_rule_evaluate, given))

    def explain(self, table: Any, row: int) -> Explanation:
        """Every operand of the rule with its value in one row, from 0."""
        with Table.of(table) as given:
            return Explanation(self._make(library.cstm_rule_explain, given, int64(row, "row")))

    def nearest(self, table: Any, row: int) -> Nearest:
        """The fewest changes to the values of one row, from 0, that make a bool rule come out otherwise."""
        with Table.of(table) as given:
            return _NearestHandle(self._make(library.cstm_rule_nearest, given, int64(row, "row")))._read()

    def activation(self) -> Activation:
        """Room for the values of one case, to be evaluated again and again."""
        return Activation(self)

    def __repr__(self) -> str:
        return "<Rule closed>" if self.closed else f"<Rule {self.text}>"


class Activation(Handle):
    """The values of one case, and what a rule comes to with them. For one thread at a time; values stay until they are set again.

    >>> case = rule.activation()
    >>> case.set(balance="3913.00", limit=decimal.Decimal(20000)).evaluate()
    False

    By name, values are written as in a table: money is a text or a Decimal of major units, or an int of them. By number (the place in
    Rule.reads), set_int64() takes what C keeps: days, microseconds, minor units.
    """

    _free = library.cstm_activation_free
    __slots__ = ("_types", "_currency", "_numbers", "_type")

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule._make(library.cstm_activation_new))
        self._types, self._currency, self._type = rule._types, rule._currency, rule.type
        self._numbers: Dict[str, int] = {name: i for i, name in enumerate(rule.reads)}

    def set(self, values: Optional[Mapping[str, Any]] = None, **more: Any) -> Activation:
        """Sets values by name; None makes a name missing. Of names that the rule was given and does not read, nothing is kept: one
        mapping of a customer's values serves many rules. A name that it was not given is an UnknownError, which is a KeyError."""
        given = {**(values or {}), **more}
        for name in given:
            if name not in self._types:
                near = difflib.get_close_matches(name, list(self._types), 1)
                raise UnknownError(f"the rule has no name {name!r}" + (f", did you mean {near[0]!r}?" if near else ""), field=name)
        for name, value in given.items():
            if name in self._numbers:
                self._set(self._numbers[name], self._types[name], name, value)
        return self

    def _set(self, i: int, type: str, name: str, value: Any) -> None:
        try:
            if value is None:
                self.set_missing(i)
            elif type == "string":
                self.set_string(i, value)
            elif type == "double":
                self.set_double(i, value)
            elif type == "bool":
                self.set_int64(i, _truth(value))
            elif type == "date" and isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
                self.set_int64(i, (value - EPOCH_DAY).days)
            elif type == "timestamp" and isinstance(value, datetime.datetime) and value.tzinfo is not None:
                self.set_int64(i, datetime_to_instant(value))
            elif type == "money" and isinstance(value, (str, int, decimal.Decimal)) and not isinstance(value, bool):
                amount = value if isinstance(value, str) else format(decimal.Decimal(value), "f")
                self.set_int64(i, money_parse(amount, self._currency or ""))
            elif type == "int" and not isinstance(value, bool):
                self.set_int64(i, value)
            else:
                raise TypeError
        except TypeError:
            raise TypeError(f"{name} is {type}; a {value.__class__.__name__} does not fit it") from None

    def set_int64(self, i: int, value: int) -> Activation:
        """Sets a bool, int, date (days), timestamp (microseconds) or money (minor units) by its number."""
        self._call(library.cstm_activation_set_int64, int32(i, "i"), int64(value, "value"))
        return self

    def set_double(self, i: int, value: float) -> Activation:
        """Sets a double by its number."""
        self._call(library.cstm_activation_set_double, int32(i, "i"), float(value))
        return self

    def set_string(self, i: int, value: str) -> Activation:
        """Sets a string by its number."""
        data = utf8(value)
        self._call(library.cstm_activation_set_string, int32(i, "i"), data, len(data))
        return self

    def set_missing(self, i: int) -> Activation:
        """Takes a value away by its number."""
        self._call(library.cstm_activation_set_missing, int32(i, "i"))
        return self

    def evaluate(self) -> Any:
        """What the rule comes to: its value, or None where that is missing. An error, such as a division by zero, is raised."""
        self._call(library.cstm_activation_evaluate)
        status = self._get(library.cstm_activation_status)
        if status == d.CSTM_ERROR_MISSING:
            return None
        if status:
            raise exception_for([{"status": status, "message": f"the rule's result is an error: {status_name(status)}"}])
        return self._value()

    def _value(self) -> Any:
        if self._type == "double":
            return self._get(library.cstm_activation_double)
        if self._type == "string":
            size = c_size_t()
            pointer = self._enter()
            try:
                return sized(library.cstm_activation_string(pointer, byref(size)), size.value)
            finally:
                self._leave()
        number = self._get(library.cstm_activation_int64)
        if self._type == "bool":
            return bool(number)
        if self._type == "date":
            return day_to_date(number)
        if self._type == "timestamp":
            return instant_to_datetime(number)
        return _scaled(number, currency_exponent(self._currency or "")) if self._type == "money" else number

    def explain(self) -> Explanation:
        """Every operand of the rule with its value for the values that are set."""
        return Explanation(self._make(library.cstm_activation_explain))

    def nearest(self) -> Nearest:
        """The fewest changes to the values that are set that make a bool rule come out otherwise."""
        return _NearestHandle(self._make(library.cstm_activation_nearest))._read()
