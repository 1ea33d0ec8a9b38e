"""Segments: who meets a rule, who does not, and of whom it cannot be said."""
from __future__ import annotations

import ctypes
from ctypes import byref, c_int64, c_size_t
from dataclasses import dataclass
from typing import Any, Dict, Iterator, Optional

from . import _declarations as d
from ._library import Handle, int64, library, make, named, named_or_none, status_name
from .rule import Rule
from .table import Table

VERDICTS = {"not met": d.CSTM_VERDICT_NOT_MET, "met": d.CSTM_VERDICT_MET, "undecided": d.CSTM_VERDICT_UNDECIDED}
_VERDICT_NAMES = {number: name for name, number in VERDICTS.items()}


def _verdict_number(verdict: str) -> int:
    if verdict not in VERDICTS:
        raise ValueError(f"{verdict!r} is none of {', '.join(VERDICTS)}")
    return VERDICTS[verdict]


@dataclass(frozen=True)
class Overlap:
    """How far two segments overlap: rows that are met in both, in one or both, and undecided in one or both."""

    both: int
    either: int
    undecided: int

    @property
    def jaccard(self) -> Optional[float]:
        """both / either; None where nobody is in either."""
        return self.both / self.either if self.either else None


class Membership(Handle):
    """Who is in a segment: a set of keys that also knows of whom it cannot be said. `a & b`, `a | b`, `a - b` and `~a` keep the
    undecided as three-valued logic does; they are of the same rows. len() and iteration are of those who are in it.

    Immutable: any number of threads may use it. What it was made of may be closed before it.

    >>> (result.membership("revolvers") & ~result.membership("past_due")).select("met").to_pandas()
    """

    _free = library.cstm_membership_free
    __slots__ = ()

    def __init__(self, rule: Rule, table: Any, key: Optional[str] = None) -> None:
        """Who of a table meets a rule of type bool. key: the column that says who a row is; None: its number."""
        with Table.of(table) as given:
            super().__init__(rule._make(library.cstm_membership_of_rule, given, named_or_none(key)))

    @classmethod
    def _take(cls, pointer: int) -> Membership:
        membership = cls.__new__(cls)
        Handle.__init__(membership, pointer)
        return membership

    @classmethod
    def read(cls, table: Any, column: str = "met", *, status: Optional[str] = None, key: Optional[str] = None) -> Membership:
        """Back from a table that was kept: a result's with column="segment.name", or a membership's own with status="status"."""
        with Table.of(table) as given:
            return cls._take(make(library.cstm_membership_of_table, given, named(column), named_or_none(status), named_or_none(key)))

    # ---- algebra

    def _combine(self, function: Any, other: Any) -> Any:
        if not isinstance(other, Membership):
            return NotImplemented
        pointer = other._enter()
        try:
            return Membership._take(self._make(function, pointer))
        finally:
            other._leave()

    def __and__(self, other: Membership) -> Membership:
        made: Membership = self._combine(library.cstm_membership_and, other)
        return made

    def __or__(self, other: Membership) -> Membership:
        made: Membership = self._combine(library.cstm_membership_or, other)
        return made

    def __sub__(self, other: Membership) -> Membership:
        made: Membership = self._combine(library.cstm_membership_minus, other)
        return made

    def __invert__(self) -> Membership:
        return Membership._take(self._make(library.cstm_membership_not))

    def overlap(self, other: Membership) -> Overlap:
        """How many are in both, in either, and undecided."""
        both, either, undecided = c_int64(), c_int64(), c_int64()
        pointer = other._enter()
        try:
            self._call(library.cstm_membership_overlap, pointer, byref(both), byref(either), byref(undecided))
        finally:
            other._leave()
        return Overlap(both.value, either.value, undecided.value)

    # ---- what changed

    def _since(self, function: Any, earlier: Membership) -> Table:
        pointer = earlier._enter()
        try:
            return Table._take(self._make(function, pointer))
        finally:
            earlier._leave()

    def changes(self, earlier: Membership) -> Table:
        """Who changed since an earlier membership of the segment, found by key: key, from, to, change."""
        return self._since(library.cstm_membership_changes, earlier)

    def turnover(self, earlier: Membership) -> Dict[str, int]:
        """How many joined, left, were ruled out, became undecided, appeared, vanished and are unchanged."""
        with self._since(library.cstm_membership_turnover, earlier) as table:
            return dict(zip(table["change"], table["count"]))

    # ---- rows

    @property
    def rows(self) -> int:
        """How many rows it is over."""
        rows: int = self._get(library.cstm_membership_rows)
        return rows

    def count(self, verdict: str = "met") -> int:
        """How many rows are "met", "not met" or "undecided"."""
        count: int = self._get(library.cstm_membership_count, _verdict_number(verdict))
        return count

    def verdict(self, row: int) -> str:
        """What it says of a row, from 0: "met", "not met" or "undecided"."""
        self._check(row)
        return _VERDICT_NAMES[self._get(library.cstm_membership_verdict, int64(row, "row"))]

    def status(self, row: int) -> str:
        """Why a row is undecided: "CSTM_ERROR_MISSING"; "CSTM_OK" for one that is not."""
        self._check(row)
        return status_name(self._get(library.cstm_membership_status, int64(row, "row")))

    def _check(self, row: int) -> None:
        if not 0 <= row < self.rows:
            raise IndexError(row)

    def bits(self, verdict: str = "met") -> bytes:
        """A bitmap over the rows, "met" or "undecided", least bit first as Arrow's:
        numpy.unpackbits(numpy.frombuffer(m.bits(), "u1"), count=m.rows, bitorder="little")."""
        size = c_size_t()
        pointer = self._enter()
        try:
            bits = library.cstm_membership_bits(pointer, _verdict_number(verdict), byref(size))
            if not bits:
                raise ValueError("a bitmap is of 'met' or 'undecided'")
            return ctypes.string_at(bits, size.value)
        finally:
            self._leave()

    def select(self, verdict: str = "met") -> Table:
        """The rows that are "met", "not met" or "undecided": key, row; of the undecided also status and reason."""
        return Table._take(self._make(library.cstm_membership_select, _verdict_number(verdict)))

    def table(self) -> Table:
        """All rows: key, met (None where undecided), status. Membership.read(table, status="status") reads it back."""
        return Table._take(self._make(library.cstm_membership_table))

    def __len__(self) -> int:
        return self.count("met")

    def __iter__(self) -> Iterator[Any]:
        with self.select("met") as table:
            return iter(table[table.columns[0]])

    # ---- as the table of all rows

    def to_pandas(self, **options: Any) -> Any:
        """table() as a pandas.DataFrame. Needs pandas and pyarrow."""
        return self.table().to_pandas(**options)

    def to_polars(self) -> Any:
        """table() as a polars.DataFrame. Needs polars."""
        return self.table().to_polars()

    def to_pyarrow(self) -> Any:
        """table() as a pyarrow.Table. Needs pyarrow."""
        return self.table().to_pyarrow()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        if self.closed:
            return "<Membership closed>"
        return f"<Membership of {len(self)} of {self.rows} rows, {self.count('undecided')} undecided>"
