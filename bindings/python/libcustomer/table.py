"""Tables: typed columns with missing values, in and out through Arrow and CSV.

Nothing of this needs another package, but for what the names say: to_pyarrow() needs pyarrow, to_polars() polars, to_pandas() pandas
and pyarrow, and a pandas frame as input is read through pyarrow, as pandas itself does. Everything else goes by the Arrow PyCapsule
protocol, which polars, pyarrow, DuckDB and pandas 3 speak.
"""
from __future__ import annotations

import array
import contextlib
import ctypes
import datetime
import decimal
import importlib
import operator
import os
import weakref
from ctypes import byref, c_double, c_int32, c_int64, c_size_t, c_uint8, c_uint64, c_void_p
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

from . import _arrow
from . import _declarations as d
from ._library import (Cancel, Handle, Progress, Watch, failure, int32, library, make, named, named_or_none, sized, take_buffer, utf8)
from .errors import MalformedError, UnknownError, WrongTypeError

EPOCH_DAY = datetime.date(1970, 1, 1)
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_EPOCH_CIVIL = datetime.datetime(1970, 1, 1)

TYPES = {"bool": d.CSTM_TYPE_BOOL, "int": d.CSTM_TYPE_INT, "double": d.CSTM_TYPE_DOUBLE, "string": d.CSTM_TYPE_STRING,
         "date": d.CSTM_TYPE_DATE, "timestamp": d.CSTM_TYPE_TIMESTAMP, "money": d.CSTM_TYPE_MONEY,
         "strings": d.CSTM_TYPE_STRINGS, "decimal": d.CSTM_TYPE_DECIMAL}
TYPE_NAMES = {number: name for name, number in TYPES.items()}
_MONEY = {"minor": d.CSTM_MONEY_MINOR, "major": d.CSTM_MONEY_MAJOR, "double": d.CSTM_MONEY_DOUBLE}

Money = Union[str, Tuple[str, str]]


def type_number(name: str, where: str) -> int:
    """CSTM_TYPE_* of a type's name."""
    try:
        return TYPES[name]
    except (KeyError, TypeError):
        raise ValueError(f"{where}: {name!r} is none of {', '.join(TYPES)}") from None


def instant_to_datetime(micros: int) -> datetime.datetime:
    """An instant as an aware datetime in UTC."""
    return EPOCH + datetime.timedelta(microseconds=micros)


def datetime_to_instant(value: datetime.datetime) -> int:
    """Microseconds since the epoch of an aware datetime."""
    delta = value - EPOCH
    return (delta.days * 86400 + delta.seconds) * 1000000 + delta.microseconds


def day_to_date(day: int) -> datetime.date:
    return EPOCH_DAY + datetime.timedelta(days=day)


def _pointer_to(values: Any, kind: Any) -> Any:
    """An array.array as a C array, without a copy."""
    return (kind * len(values)).from_buffer(values) if len(values) else None


def _frame_without_index(data: Any) -> Any:
    """A pandas frame whose index has no name has no column of it either."""
    if type(data).__module__.split(".")[0] == "pandas" and hasattr(data, "index") and hasattr(data, "columns"):
        if all(name is None for name in data.index.names):
            return importlib.import_module("pyarrow").Table.from_pandas(data, preserve_index=False)
        if not hasattr(data, "__arrow_c_stream__"):
            return importlib.import_module("pyarrow").Table.from_pandas(data)
    return data


class Table(Handle):
    """Columns of equal length. Anything that speaks the Arrow PyCapsule protocol comes in by Table(frame) (pandas, polars,
    pyarrow, DuckDB), a mapping of names to lists too; the other way a Table is such an object itself:
    polars.DataFrame(table), pyarrow.table(table), pandas.DataFrame(table) or, faster, pandas.DataFrame.from_arrow(table).

    A table may be read by any number of threads; add() and declare_money() are for one thread alone.
    """

    _free = library.cstm_table_free
    __slots__ = ("_views",)

    def __init__(self, data: Any = None, *, money: Optional[Mapping[str, Money]] = None) -> None:
        """data: an object with __arrow_c_stream__ or __arrow_c_array__, or a mapping of names to lists; nothing: empty.
        money: columns that hold money: name -> currency, or (currency, "minor" | "major" | "double"), see declare_money()."""
        self._views: List[None] = []
        data = _frame_without_index(data)
        if data is None or isinstance(data, Mapping):
            super().__init__(make(library.cstm_table_new))
            for name, values in (data or {}).items():
                self.add(name, values)
        elif hasattr(data, "__arrow_c_stream__"):
            stream = data.__arrow_c_stream__(None)
            super().__init__(make(library.cstm_table_import_stream, _arrow.address_of(stream, _arrow.ArrowArrayStream)))
        elif hasattr(data, "__arrow_c_array__"):
            schema, items = data.__arrow_c_array__(None)
            super().__init__(make(library.cstm_table_import_arrow, _arrow.address_of(schema, _arrow.ArrowSchema),
                                  _arrow.address_of(items, _arrow.ArrowArray)))
        else:
            raise TypeError(f"a table is made of an Arrow object or a mapping of lists, not of {type(data).__name__}")
        for name, how in (money or {}).items():
            currency, kind = how if isinstance(how, tuple) else (how, "minor")
            self.declare_money(name, currency, kind)

    def _release(self) -> None:
        super()._release()
        _arrow.sweep()

    @classmethod
    def _take(cls, pointer: int) -> Table:
        table = Table.__new__(Table)
        Handle.__init__(table, pointer)
        table._views = []
        return table

    @classmethod
    @contextlib.contextmanager
    def of(cls, data: Any) -> Iterator[int]:
        """The C table of a Table, or of what a table can be made of, for the time of a with block."""
        table = data if isinstance(data, Table) else Table(data)
        pointer = table._enter()
        try:
            yield pointer
        finally:
            table._leave()

    # ---- building

    def add(self, name: str, values: Iterable[Any], type: Optional[str] = None, currency: Optional[str] = None) -> Table:
        """Adds a column of a list (None is missing). The type is told from the first value if it is not given: bool, int,
        float, str, date, datetime (aware; one without a zone is no instant), list of str. "money" takes minor units."""
        values = list(values)
        number = type_number(type, f"column {name}") if type is not None else _type_of(name, values)
        rows = len(values)
        valid = None
        if any(value is None for value in values):
            valid = _pointer_to(bytearray(value is not None for value in values), c_uint8)
        label = named(name)
        if number == d.CSTM_TYPE_STRING:
            offsets, data = _pack_texts(name, values)
            self._call(library.cstm_table_add_string, label, offsets, data, valid, rows)
        elif number == d.CSTM_TYPE_STRINGS:
            items, list_offsets = [], array.array("q", [0])
            for row, value in enumerate(values):
                if isinstance(value, str):
                    raise WrongTypeError(f"column {name}, row {row}: str is no strings", row=row, field=name)
                items += list(value or [])
                list_offsets.append(len(items))
            offsets, data = _pack_texts(name, items)
            self._call(library.cstm_table_add_strings, label, _pointer_to(list_offsets, c_int64), offsets, data, valid, rows)
        elif number in _WRITERS:
            code, kind, of, function = _WRITERS[number]
            packed = array.array(code)
            row = -1
            try:
                for row, value in enumerate(values):
                    packed.append(of(value) if value is not None else 0)
                fault = None
            except (TypeError, OverflowError, AttributeError, ValueError):
                fault = f"column {name}, row {row}: {_kind_of(values[row])} is no {TYPE_NAMES[number]}"
            if fault is not None:                      # outside the except block: the first exception may hold the value
                raise WrongTypeError(fault, row=row, field=name)
            more = (named(currency or ""),) if number == d.CSTM_TYPE_MONEY else ()
            self._call(function, label, _pointer_to(packed, kind), valid, rows, *more)
        else:
            raise ValueError(f"column {name}: {TYPE_NAMES[number]} columns come from Arrow only")
        return self

    def declare_money(self, name: str, currency: str, how: str = "minor") -> Table:
        """Makes a column money, exactly or not at all: "minor" or "major" units of an int column; text and decimals are major
        units, "double" is for a float column whose values are decimals of the currency. Not while values() are looked at."""
        if self._views:
            raise BufferError("the values of the table are being looked at")
        if how not in _MONEY:
            raise ValueError(f"{how!r} is none of {', '.join(_MONEY)}")
        self._call(library.cstm_table_declare_money, named(name), named(currency), _MONEY[how])
        return self

    # ---- reading

    @property
    def columns(self) -> List[str]:
        """Names, in their order."""
        return [self._text(library.cstm_table_column_name, i) for i in range(self._get(library.cstm_table_columns))]

    @property
    def types(self) -> Dict[str, str]:
        """Name -> type, in the order of the columns."""
        return {name: TYPE_NAMES[self._get(library.cstm_table_column_type, i)] for i, name in enumerate(self.columns)}

    def currency(self, name: str) -> str:
        """The currency of a money column; "" of any other."""
        return self._text(library.cstm_table_column_currency, self._index(name))

    def is_civil(self, name: str) -> bool:
        """Whether a timestamp column came without a zone: civil time of whatever strategy reads it."""
        return bool(self._get(library.cstm_table_column_civil, self._index(name)))

    def __len__(self) -> int:
        rows: int = self._get(library.cstm_table_rows)
        return rows

    def _index(self, name: str) -> int:
        index: int = self._get(library.cstm_table_find, named(name))
        if index < 0:
            raise UnknownError(f"the table has no column {name!r}", field=name)
        return index

    def _reader(self, pointer: int, column: int) -> Callable[[int], Any]:
        """row -> value of a column, of a table that is entered."""
        kind = library.cstm_table_column_type(pointer, column)
        civil = library.cstm_table_column_civil(pointer, column)
        exponent = library.cstm_table_column_exponent(pointer, column)
        state = library.cstm_table_state
        if kind == d.CSTM_TYPE_STRING:
            size = c_size_t()
            where, function, at = byref(size), library.cstm_table_string, ctypes.string_at

            def string(row: int) -> Any:
                start = function(pointer, row, column, where)
                if start:
                    return at(start, size.value).decode("utf-8")
                return "" if state(pointer, row, column) == 0 else None
            return string
        of = _READERS[kind]
        return lambda row: of(pointer, row, column, exponent, civil) if state(pointer, row, column) == 0 else None

    def value(self, row: int, name: Union[str, int]) -> Any:
        """One value, by the name or the number of its column: None if missing; money as Decimal in major units; dates as date,
        timestamps as datetime in UTC, or without a zone where the column is_civil()."""
        column = name if isinstance(name, int) else self._index(name)
        if row < 0 or row >= len(self):
            raise IndexError(row)
        if column < 0 or column >= self._get(library.cstm_table_columns):
            raise IndexError(column)
        pointer = self._enter()
        try:
            return self._reader(pointer, column)(row)
        finally:
            self._leave()

    def __getitem__(self, name: str) -> List[Any]:
        """A column as a list of what value() gives."""
        return self._column(self._index(name))

    def _column(self, column: int) -> List[Any]:
        pointer = self._enter()
        try:
            return list(map(self._reader(pointer, column), range(library.cstm_table_rows(pointer))))
        finally:
            self._leave()

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._get(library.cstm_table_find, named(name)) >= 0

    def values(self, name: str) -> memoryview[Any]:
        """The values of a bool, int, double, date, timestamp or money column without a copy: days, microseconds and minor units
        as the C library keeps them; unspecified where missing (see valid()). The view keeps the table, also past close()."""
        column = self._index(name)
        kind = self._get(library.cstm_table_column_type, column)
        if kind not in _VIEWS:
            raise WrongTypeError(f"{name} is a column of {TYPE_NAMES[kind]}", field=name)
        function, ctype, code = _VIEWS[kind]
        view: memoryview[Any] = self._view(function, column, ctype, code)
        return view

    def valid(self, name: str) -> Optional[memoryview[int]]:
        """One byte a row, 0 where the value is missing; None if none is."""
        column = self._index(name)
        if not self._get(library.cstm_table_valid, column):
            return None
        view: memoryview[int] = self._view(library.cstm_table_valid, column, c_uint8, "B")
        return view

    def _view(self, function: Any, column: int, ctype: Any, code: str) -> Any:
        pointer = self._enter()
        try:
            start = function(pointer, column)
            rows = library.cstm_table_rows(pointer) if start else 0
            items = (ctype * rows).from_address(ctypes.cast(start, c_void_p).value) if rows else (ctype * 0)()
            self._views.append(None)
        except BaseException:
            self._leave()
            raise
        # The table counts as in use until the view is gone.
        weakref.finalize(items, self._view_gone).atexit = False    # nor is anything freed under it at exit
        view: Any = memoryview(items).cast("B") if rows else memoryview(b"")
        return view.cast(code)

    def _view_gone(self) -> None:
        self._views.pop()
        self._leave()

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        """The rows, each a dict."""
        names = self.columns
        columns = [self._column(i) for i in range(len(names))]
        return (dict(zip(names, row)) for row in zip(*columns))

    # ---- Arrow and frames

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        capsule, address = _arrow.new_capsule(_arrow.ArrowArrayStream)
        self._call(library.cstm_table_export_stream, address)
        return capsule

    def __arrow_c_array__(self, requested_schema: Any = None) -> Tuple[Any, Any]:
        schema, schema_address = _arrow.new_capsule(_arrow.ArrowSchema)
        items, items_address = _arrow.new_capsule(_arrow.ArrowArray)
        self._call(library.cstm_table_export_arrow, schema_address, items_address)
        return schema, items

    def __arrow_c_schema__(self) -> Any:
        return self.__arrow_c_array__()[0]

    def to_pyarrow(self) -> Any:
        """As a pyarrow.Table, without a copy. Needs pyarrow."""
        return importlib.import_module("pyarrow").table(self)

    def to_pandas(self, **options: Any) -> Any:
        """As a pandas.DataFrame; options are those of pyarrow.Table.to_pandas(). Needs pandas and pyarrow."""
        return self.to_pyarrow().to_pandas(**options)

    def to_polars(self) -> Any:
        """As a polars.DataFrame. Needs polars, and not pyarrow."""
        return importlib.import_module("polars").DataFrame(self)

    # ---- CSV

    @classmethod
    def read_csv(cls, source: Union[str, os.PathLike[str], bytes], columns: Mapping[str, str], *, currency: Optional[str] = None,
                 timezone: Optional[str] = None, delimiter: str = ",", missing: Optional[str] = None, header: bool = True,
                 name: str = "bytes", progress: Optional[Progress] = None, cancel: Optional[Cancel] = None) -> Table:
        """Reads CSV (RFC 4180, plain or gzip) from a path or bytes: the named columns with their types ("money", "date", …).
        The first row that cannot be read ends the call; Csv(…, collect=True).read() puts such rows into a table instead."""
        with Csv(columns, currency=currency, timezone=timezone, delimiter=delimiter, missing=missing, header=header) as reader:
            return reader.read(source, name=name, progress=progress, cancel=cancel)[0]

    def write_csv(self, path: Union[str, os.PathLike[str]]) -> None:
        """Writes a CSV file, whole or not at all."""
        self._call(library.cstm_table_write_csv, _path(path))

    def to_csv(self) -> str:
        """The table as CSV text."""
        return take_buffer(self._make(library.cstm_table_write_csv_buffer)).decode("utf-8")

    def quantiles(self, column: str, name: str, day: Union[int, str, datetime.date], points: int = 1000,
                  before: str = "") -> str:
        """Measures how the values of a column lie, as a document of quantile tables that a strategy names under `quantiles:`.

        The values are those at the end of a civil day; rules read the table from that day on. before is the document so far,
        whose tables are kept.

        >>> limits = result.table().quantiles("balance", "balance", datetime.date(2005, 9, 30))
        """
        if isinstance(day, str):
            day = datetime.date.fromisoformat(day)
        number = (day - EPOCH_DAY).days if isinstance(day, datetime.date) else int32(day, "day")
        raw = utf8(before)
        return take_buffer(self._make(library.cstm_quantiles_measure, named(column), named(name), number, int32(points, "points"),
                                      raw, len(raw))).decode("utf-8")

    def __repr__(self) -> str:
        if self.closed:
            return f"<{type(self).__name__} closed>"
        return f"<Table {len(self)} rows: " + ", ".join(f"{n} {t}" for n, t in self.types.items()) + ">"


class BorrowedTable(Table):
    """A table that belongs to a result: closing the result ends it, and it ends nothing itself."""

    __slots__ = ("_owner",)

    def __init__(self, pointer: int, owner: Handle) -> None:
        Handle.__init__(self, pointer)
        self._views = []
        self._owner = owner

    @staticmethod
    def _free(pointer: int) -> None:
        """Its owner frees it."""

    def _enter(self) -> int:
        self._owner._enter()
        return super()._enter()    # which leaves, and so leaves the owner, where it raises

    def _leave(self) -> None:
        super()._leave()
        self._owner._leave()


def _path(path: Union[str, os.PathLike[str]]) -> bytes:
    data = os.fsencode(path)
    if b"\0" in data:
        raise MalformedError("a path must not hold a NUL")
    return data


def _kind_of(value: Any) -> str:
    return "datetime without a zone" if isinstance(value, datetime.datetime) and value.tzinfo is None else type(value).__name__


def _pack_texts(name: str, texts: Sequence[Optional[str]]) -> Tuple[Any, bytes]:
    packed, offsets, at = [], array.array("q", [0]), 0
    for row, value in enumerate(texts):
        if value is not None:
            if not isinstance(value, str):
                raise WrongTypeError(f"column {name}, row {row}: {type(value).__name__} is no string", row=row, field=name)
            data = value.encode("utf-8", "surrogatepass")
            at += len(data)
            packed.append(data)
        offsets.append(at)
    return _pointer_to(offsets, c_int64), b"".join(packed)


def _read_decimal(table: int, row: int, column: int, exponent: int, civil: int) -> decimal.Decimal:
    high, low = c_int64(), c_uint64()
    library.cstm_table_decimal(table, row, column, byref(high), byref(low))
    return _scaled((high.value << 64) + low.value, exponent)


def _scaled(whole: int, exponent: int) -> decimal.Decimal:
    """whole / 10^exponent, exactly: arithmetic of Decimal would round to the precision of the context."""
    return decimal.Decimal((int(whole < 0), tuple(map(int, str(abs(whole)))), -exponent))


def _read_strings(table: int, row: int, column: int, exponent: int, civil: int) -> List[str]:
    size = c_size_t()
    return [sized(library.cstm_table_string_item(table, row, column, item, byref(size)), size.value)
            for item in range(library.cstm_table_string_count(table, row, column))]


def _read_timestamp(table: int, row: int, column: int, exponent: int, civil: int) -> datetime.datetime:
    delta = datetime.timedelta(microseconds=library.cstm_table_timestamp(table, row, column))
    return (_EPOCH_CIVIL if civil else EPOCH) + delta


# type -> (table, row, column, exponent, civil) -> value; of strings see Table._reader()
_READERS: Dict[int, Callable[[int, int, int, int, int], Any]] = {
    d.CSTM_TYPE_BOOL: lambda t, r, c, e, z: bool(library.cstm_table_bool(t, r, c)),
    d.CSTM_TYPE_INT: lambda t, r, c, e, z: library.cstm_table_int64(t, r, c),
    d.CSTM_TYPE_DOUBLE: lambda t, r, c, e, z: library.cstm_table_double(t, r, c),
    d.CSTM_TYPE_DATE: lambda t, r, c, e, z: day_to_date(library.cstm_table_date(t, r, c)),
    d.CSTM_TYPE_TIMESTAMP: _read_timestamp,
    d.CSTM_TYPE_MONEY: lambda t, r, c, e, z: _scaled(library.cstm_table_money(t, r, c), e),
    d.CSTM_TYPE_STRINGS: _read_strings,
    d.CSTM_TYPE_DECIMAL: _read_decimal,
}


def _truth(value: Any) -> int:
    if not isinstance(value, bool) and type(value).__name__ not in ("bool_", "bool"):
        raise TypeError
    return 1 if value else 0


def _day(value: Any) -> int:
    if isinstance(value, datetime.datetime):
        raise TypeError
    days: int = (value - EPOCH_DAY).days
    return days


# type -> (code of array.array, C type, value -> number, function)
_WRITERS: Dict[int, Tuple[str, Any, Callable[[Any], Any], Any]] = {
    d.CSTM_TYPE_BOOL: ("B", c_uint8, _truth, library.cstm_table_add_bool),
    d.CSTM_TYPE_INT: ("q", c_int64, operator.index, library.cstm_table_add_int64),
    d.CSTM_TYPE_DOUBLE: ("d", c_double, lambda value: value, library.cstm_table_add_double),
    d.CSTM_TYPE_DATE: ("i", c_int32, _day, library.cstm_table_add_date),
    d.CSTM_TYPE_TIMESTAMP: ("q", c_int64, datetime_to_instant, library.cstm_table_add_timestamp),
    d.CSTM_TYPE_MONEY: ("q", c_int64, operator.index, library.cstm_table_add_money),
}

# type -> (function, C type, code of memoryview)
_VIEWS: Dict[int, Tuple[Any, Any, str]] = {
    d.CSTM_TYPE_BOOL: (library.cstm_table_bool_values, c_uint8, "B"),
    d.CSTM_TYPE_INT: (library.cstm_table_int64_values, c_int64, "q"),
    d.CSTM_TYPE_TIMESTAMP: (library.cstm_table_int64_values, c_int64, "q"),
    d.CSTM_TYPE_MONEY: (library.cstm_table_int64_values, c_int64, "q"),
    d.CSTM_TYPE_DOUBLE: (library.cstm_table_double_values, c_double, "d"),
    d.CSTM_TYPE_DATE: (library.cstm_table_date_values, c_int32, "i"),
}


def _type_of(name: str, values: Sequence[Any]) -> int:
    first = next((value for value in values if value is not None), "")
    for kind, number in ((bool, d.CSTM_TYPE_BOOL), (int, d.CSTM_TYPE_INT), (float, d.CSTM_TYPE_DOUBLE), (str, d.CSTM_TYPE_STRING),
                         (datetime.datetime, d.CSTM_TYPE_TIMESTAMP), (datetime.date, d.CSTM_TYPE_DATE), (list, d.CSTM_TYPE_STRINGS),
                         (tuple, d.CSTM_TYPE_STRINGS)):
        if isinstance(first, kind):
            return number
    raise WrongTypeError(f"column {name}: {type(first).__name__} is no type of a table", field=name)


class Csv(Handle):
    """How to read a kind of CSV file: columns with their types and the file's habits.

    collect: rows that cannot be read go to a table of their own instead of ending the call.
    """

    _free = library.cstm_csv_free
    __slots__ = ()

    def __init__(self, columns: Mapping[str, str], *, currency: Optional[str] = None, timezone: Optional[str] = None,
                 delimiter: str = ",", missing: Optional[str] = None, header: bool = True, collect: bool = False) -> None:
        super().__init__(make(library.cstm_csv_new))
        if currency is not None:
            self._call(library.cstm_csv_set_currency, named(currency))
        if timezone is not None:
            self._call(library.cstm_csv_set_zone, named(timezone))
        self._call(library.cstm_csv_set_delimiter, ord(delimiter))
        if missing is not None:
            self._call(library.cstm_csv_set_missing, named(missing))
        self._call(library.cstm_csv_set_header, int(header))
        self._call(library.cstm_csv_set_reject, d.CSTM_CSV_COLLECT if collect else d.CSTM_CSV_STOP)
        for name, kind in columns.items():
            self._call(library.cstm_csv_add_column, named(name), type_number(kind, f"column {name}"))

    def read(self, source: Union[str, os.PathLike[str], bytes], *, name: str = "bytes", progress: Optional[Progress] = None,
             cancel: Optional[Cancel] = None) -> Tuple[Table, Optional[Table]]:
        """(table, rejected) of a path or of bytes; rejected is None without collect. name stands for bytes in messages; progress
        and cancel are looked at while a file is read."""
        table, rejected, error = c_void_p(), c_void_p(), c_void_p()
        outs = byref(table), byref(rejected), byref(error)
        pointer = self._enter()
        try:
            if isinstance(source, (bytes, bytearray, memoryview)):
                data = bytes(source)
                return _taken(library.cstm_csv_read_bytes(pointer, named(name), data, len(data), *outs), table, rejected, error)
            with Watch(progress, cancel) as watch:
                taken = _taken(library.cstm_csv_read_file(pointer, _path(source), watch.progress, None, watch.cancel, *outs), table,
                               rejected, error)
            return taken
        finally:
            self._leave()


def _taken(status: int, table: c_void_p, rejected: c_void_p, error: c_void_p) -> Tuple[Table, Optional[Table]]:
    if status:
        raise failure(status, error)
    return Table._take(table.value or 0), Table._take(rejected.value) if rejected.value else None
