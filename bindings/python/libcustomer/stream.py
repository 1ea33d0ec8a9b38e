"""Portfolios of any length: Arrow streams in, one Arrow stream out, in memory for some customers."""
from __future__ import annotations

from typing import Any, Iterator, Optional

from . import _arrow
from . import _declarations as d
from ._library import Handle, int64, library, named
from .strategy import Strategy
from .table import _MONEY, Table


class Stream(Handle):
    """What Batch.stream() and Strategy.stream() make: inputs are added, then it is read, once: by iterating over its tables, or by
    what takes Arrow streams: pyarrow.RecordBatchReader.from_stream(stream), polars.DataFrame(stream), duckdb.

    Every input is in ascending order of the keys of customers (ints as numbers, texts by their bytes). Rows of other entities have
    the key of their customer, too.
    """

    _free = library.cstm_stream_free
    __slots__ = ("strategy",)

    def __init__(self, strategy: Strategy, pointer: int) -> None:
        super().__init__(pointer)
        self.strategy = strategy

    def _add(self, source: int, index: int, data: Any, money: Any) -> Stream:
        if not hasattr(data, "__arrow_c_stream__"):
            raise TypeError(f"an input is an object with __arrow_c_stream__, not {type(data).__name__}")
        capsule = data.__arrow_c_stream__(None)
        self._call(library.cstm_stream_add, source, index, _arrow.address_of(capsule, _arrow.ArrowArrayStream))
        for column, how in (money or {}).items():
            currency, kind = how if isinstance(how, tuple) else (how, "minor")
            self._call(library.cstm_stream_declare_money, source, index, named(column), named(currency), _MONEY[kind])
        return self

    def add_entities(self, kind: str, stream: Any, *, money: Any = None) -> Stream:
        """All entities of a kind, as Batch.add_entities(); without customers they are those whom the other inputs name. money:
        columns of numbers that hold it: name -> currency, or (currency, "minor" | "major" | "double")."""
        return self._add(d.CSTM_SOURCE_ENTITIES, self.strategy.number("entity", kind), stream, money)

    def add_attributes(self, kind: str, stream: Any, *, money: Any = None) -> Stream:
        """Dated attributes, as Batch.add_attributes()."""
        return self._add(d.CSTM_SOURCE_ATTRIBUTES, self.strategy.number("entity", kind), stream, money)

    def add_events(self, kind: str, stream: Any, *, money: Any = None) -> Stream:
        """Events of a kind, as Batch.add_events(). A kind may have several inputs."""
        return self._add(d.CSTM_SOURCE_EVENTS, self.strategy.number("event", kind), stream, money)

    def set_rows(self, rows: int) -> Stream:
        """How many input rows are worked off at a time, 131,072 if this is not called; it cannot be seen in the rows."""
        self._call(library.cstm_stream_set_rows, int64(rows, "rows"))
        return self

    def next(self) -> Optional[Table]:
        """The rows of the next customers; None after the last."""
        pointer = self._make(library.cstm_stream_next)
        return Table._take(pointer) if pointer else None

    def __iter__(self) -> Iterator[Table]:
        while True:
            table = self.next()
            if table is None:
                return
            yield table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        capsule, address = _arrow.new_capsule(_arrow.ArrowArrayStream)
        self._call(library.cstm_stream_export, address)
        return capsule

    @property
    def rejected(self) -> Table:
        """The first 10,000 input rows that could not be used so far, as Result.rejected."""
        return Table._take(self._make(library.cstm_stream_rejected))

    @property
    def errors(self) -> Table:
        """How many values could not be computed so far, as Result.errors."""
        return Table._take(self._make(library.cstm_stream_errors))

    @property
    def report(self) -> Table:
        """What became of the rows so far, as Result.report."""
        return Table._take(self._make(library.cstm_stream_report))
