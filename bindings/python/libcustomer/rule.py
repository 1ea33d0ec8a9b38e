"""Rules: the expression language over tables, with an explanation of any row."""
from dataclasses import dataclass
from typing import List, Mapping, Optional

from . import _declarations as d
from ._library import Handle, library, make, status_name, text
from .table import TYPE_NAMES, TYPES, Table

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

    def __str__(self):
        shown = self.value if self.state == "value" else self.state if self.state == "missing" else self.status
        return "  " * self.depth + (f"{self.text} = {shown}" if shown else self.text)


class Explanation(Handle):
    """Why a value is what it is: a list of lines, outermost first."""

    _free = library.cstm_explanation_free
    __slots__ = ()

    def __len__(self) -> int:
        return self._get(library.cstm_explanation_count)

    def __getitem__(self, i: int) -> Line:
        if i < 0 or i >= len(self):
            raise IndexError(i)
        status = self._get(library.cstm_explanation_status, i)
        return Line(
            depth=self._get(library.cstm_explanation_depth, i), text=text(self._get(library.cstm_explanation_text, i)),
            value=text(self._get(library.cstm_explanation_value, i)),
            state=STATES[self._get(library.cstm_explanation_state, i)], status=status_name(status),
            decisive=bool(self._get(library.cstm_explanation_decisive, i)))

    def __str__(self) -> str:
        return "\n".join(str(line) for line in self)


class Rule(Handle):
    """A compiled expression over named columns. Immutable: any number of threads may use it.

    >>> Rule("balance / limit > 0.9", {"balance": "money", "limit": "money"}, currency="CNY")
    """

    _free = library.cstm_rule_unref
    __slots__ = ()

    def __init__(self, expression: str, names: Mapping[str, str], *, type: Optional[str] = None,
                 currency: Optional[str] = None, timezone: Optional[str] = None):
        scope = make(library.cstm_scope_new, currency.encode() if currency else None, timezone.encode() if timezone else None)
        try:
            for name, kind in names.items():
                _scope_call(scope, name, kind)
            data = expression.encode("utf-8")
            super().__init__(make(library.cstm_rule_compile, scope, data, len(data), TYPES[type] if type else d.CSTM_TYPE_NONE))
        finally:
            library.cstm_scope_free(scope)

    def copy(self) -> "Rule":
        """One more reference to the same rule, closed on its own."""
        other = Rule.__new__(Rule)
        Handle.__init__(other, self._get(library.cstm_rule_ref))
        return other

    @property
    def text(self) -> str:
        return text(self._get(library.cstm_rule_text))

    @property
    def type(self) -> str:
        return TYPE_NAMES[self._get(library.cstm_rule_type)]

    @property
    def reads(self) -> List[str]:
        """The names that the rule reads."""
        return [text(self._get(library.cstm_rule_read_name, i)) for i in range(self._get(library.cstm_rule_read_count))]

    def evaluate(self, table) -> Table:
        """A table with `value` and `state` (0 a value, else the status) for each row."""
        table = table if isinstance(table, Table) else Table(table)
        pointer = table._enter()
        try:
            return Table._take(self._make(library.cstm_rule_evaluate, pointer))
        finally:
            table._leave()

    def explain(self, table, row: int) -> Explanation:
        table = table if isinstance(table, Table) else Table(table)
        pointer = table._enter()
        try:
            return Explanation(self._make(library.cstm_rule_explain, pointer, row))
        finally:
            table._leave()


def _scope_call(scope, name, kind):
    from ._library import call
    if kind not in TYPES:
        raise ValueError(f"{name}: {kind!r} is none of {', '.join(TYPES)}")
    call(library.cstm_scope_declare, scope, name.encode(), TYPES[kind])
