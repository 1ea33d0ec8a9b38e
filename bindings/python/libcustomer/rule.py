"""Rules: the expression language over tables, with an explanation of any row."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, List, Mapping, Optional

from . import _declarations as d
from ._library import Handle, call, int64, library, make, named, named_or_none, status_name, utf8
from .table import TYPE_NAMES, Table, type_number

STATES = {d.CSTM_STATE_VALUE: "value", d.CSTM_STATE_MISSING: "missing", d.CSTM_STATE_ERROR: "error"}


@dataclass(frozen=True)
class Line:
    """One line of an explanation: a sub-expression or a fact, what it came to, and whether it decided the outcome."""

    depth: int
    text: str
    value: str
    state: str
    status: str
    decisive: bool

    def __str__(self) -> str:
        shown = self.value if self.state == "value" else self.state if self.state == "missing" else self.status
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
        return Line(
            depth=self._get(library.cstm_explanation_depth, i), text=self._text(library.cstm_explanation_text, i),
            value=self._text(library.cstm_explanation_value, i),
            state=STATES[self._get(library.cstm_explanation_state, i)],
            status=status_name(self._get(library.cstm_explanation_status, i)),
            decisive=bool(self._get(library.cstm_explanation_decisive, i)))

    def __iter__(self) -> Iterator[Line]:
        return (self[i] for i in range(len(self)))

    def __str__(self) -> str:
        return "\n".join(str(line) for line in self)


class Rule(Handle):
    """A compiled expression over named columns. Immutable: any number of threads may use it.

    names: name -> type ("bool", "int", "double", "string", "date", "timestamp", "money"); type: what the result must be;
    currency: of the money in it; timezone: of the days in it.

    >>> Rule("balance / limit > 0.9", {"balance": "money", "limit": "money"}, currency="CNY")
    """

    _free = library.cstm_rule_unref
    __slots__ = ()

    def __init__(self, expression: str, names: Mapping[str, str], *, type: Optional[str] = None,
                 currency: Optional[str] = None, timezone: Optional[str] = None) -> None:
        scope = make(library.cstm_scope_new, named_or_none(currency), named_or_none(timezone))
        try:
            for name, kind in names.items():
                call(library.cstm_scope_declare, scope, named(name), type_number(kind, name))
            data = utf8(expression)
            super().__init__(make(library.cstm_rule_compile, scope, data, len(data),
                                  type_number(type, "type") if type is not None else d.CSTM_TYPE_NONE))
        finally:
            library.cstm_scope_free(scope)

    def copy(self) -> Rule:
        """One more reference to the same rule, closed on its own."""
        other = Rule.__new__(Rule)
        Handle.__init__(other, self._get(library.cstm_rule_ref))
        return other

    @property
    def text(self) -> str:
        """The expression as it was written."""
        return self._text(library.cstm_rule_text)

    @property
    def type(self) -> str:
        """The type of the result."""
        return TYPE_NAMES[self._get(library.cstm_rule_type)]

    @property
    def reads(self) -> List[str]:
        """The names that the rule reads."""
        return [self._text(library.cstm_rule_read_name, i) for i in range(self._get(library.cstm_rule_read_count))]

    def evaluate(self, table: Any) -> Table:
        """A table with `value` and `state` (0 a value, else the status) for each row."""
        with Table.of(table) as given:
            return Table._take(self._make(library.cstm_rule_evaluate, given))

    def explain(self, table: Any, row: int) -> Explanation:
        """Every operand of the rule with its value in one row, from 0."""
        with Table.of(table) as given:
            return Explanation(self._make(library.cstm_rule_explain, given, int64(row, "row")))

    def __repr__(self) -> str:
        return "<Rule closed>" if self.closed else f"<Rule {self.text}>"
