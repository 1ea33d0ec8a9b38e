"""Tables: typed columns with missing values, in and out through Arrow and CSV."""
import ctypes
import datetime
import decimal
import os
from ctypes import POINTER, addressof, byref, c_int64, c_size_t, c_uint64, c_void_p
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple, Union

from . import _arrow
from . import _declarations as d
from ._library import Cancel, Handle, call, library, make, progress_callback, sized, take_buffer, text

EPOCH_DAY = datetime.date(1970, 1, 1)
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)

TYPES = {"bool": d.CSTM_TYPE_BOOL, "int": d.CSTM_TYPE_INT, "double": d.CSTM_TYPE_DOUBLE, "string": d.CSTM_TYPE_STRING,
         "date": d.CSTM_TYPE_DATE, "timestamp": d.CSTM_TYPE_TIMESTAMP, "money": d.CSTM_TYPE_MONEY,
         "strings": d.CSTM_TYPE_STRINGS, "decimal": d.CSTM_TYPE_DECIMAL}
TYPE_NAMES = {number: name for name, number in TYPES.items()}
_MONEY = {"minor": d.CSTM_MONEY_MINOR, "major": d.CSTM_MONEY_MAJOR, "double": d.CSTM_MONEY_DOUBLE}


def instant_to_datetime(micros: int) -> datetime.datetime:
    return EPOCH + datetime.timedelta(microseconds=micros)


def datetime_to_instant(value: datetime.datetime) -> int:
    delta = value - EPOCH
    return (delta.days * 86400 + delta.seconds) * 1000000 + delta.microseconds


def day_to_date(day: int) -> datetime.date:
    return EPOCH_DAY + datetime.timedelta(days=day)


class Table(Handle):
    """Columns of equal length. Anything that speaks the Arrow PyCapsule protocol comes in by Table(frame) (pandas, polars,
    pyarrow, DuckDB), a mapping of lists too; the other way a Table is such an object itself."""

    _free = library.cstm_table_free
    __slots__ = ("_keep",)

    def __init__(self, data: Any = None, *, money: Optional[Mapping[str, Union[str, Tuple[str, str]]]] = None):
        """data: an object with __arrow_c_stream__ or __arrow_c_array__, or a mapping of names to lists.
        money: columns that hold money: name -> currency, or (currency, "minor" | "major" | "double")."""
        self._keep = None
        if data is None:
            super().__init__(make(library.cstm_table_new))
        elif isinstance(data, Mapping):
            super().__init__(make(library.cstm_table_new))
            for name, values in data.items():
                self.add(name, values)
        elif hasattr(data, "__arrow_c_stream__"):
            capsule = data.__arrow_c_stream__(None)
            super().__init__(make(library.cstm_table_import_stream, _arrow.address_of(capsule, _arrow.ArrowArrayStream)))
        elif hasattr(data, "__arrow_c_array__"):
            schema, array = data.__arrow_c_array__(None)
            super().__init__(make(library.cstm_table_import_arrow, _arrow.address_of(schema, _arrow.ArrowSchema),
                                  _arrow.address_of(array, _arrow.ArrowArray)))
        else:
            raise TypeError(f"a table is made of an Arrow object or a mapping of lists, not of {type(data).__name__}")
        for name, how in (money or {}).items():
            currency, kind = how if isinstance(how, tuple) else (how, "minor")
            self.declare_money(name, currency, kind)

    @classmethod
    def _take(cls, pointer) -> "Table":
        table = cls.__new__(cls)
        Handle.__init__(table, pointer)
        table._keep = None
        return table

    @classmethod
    def _borrow(cls, pointer, keep) -> "Table":
        table = _Borrowed.__new__(_Borrowed)
        Handle.__init__(table, pointer)
        table._keep = keep
        return table

    # ---- building

    def add(self, name: str, values, type: Optional[str] = None, currency: Optional[str] = None) -> "Table":
        """Adds a column of a list (None is missing). The type is told from the first value if it is not given: bool, int,
        float, str, date, datetime (aware; naive ones are refused), list of str."""
        values = list(values)
        if type is None:
            type = _type_of(name, values)
        rows = len(values)
        valid = (ctypes.c_uint8 * max(rows, 1))(*(value is not None for value in values))
        named = name.encode()
        if type in ("string", "strings"):
            self._add_text(named, type, values, valid, rows)
            return self
        convert = {
            "bool": (ctypes.c_uint8, int, library.cstm_table_add_bool),
            "int": (ctypes.c_int64, int, library.cstm_table_add_int64),
            "double": (ctypes.c_double, float, library.cstm_table_add_double),
            "date": (ctypes.c_int32, lambda v: (v - EPOCH_DAY).days, library.cstm_table_add_date),
            "timestamp": (ctypes.c_int64, datetime_to_instant, library.cstm_table_add_timestamp),
            "money": (ctypes.c_int64, int, library.cstm_table_add_money),
        }
        kind, of, function = convert[type]
        data = (kind * max(rows, 1))(*(of(value) if value is not None else 0 for value in values))
        if type == "money":
            self._call(function, named, data, valid, rows, (currency or "").encode())
        else:
            self._call(function, named, data, valid, rows)
        return self

    def _add_text(self, named, type, values, valid, rows):
        def packed(texts):
            encoded = [(t or "").encode("utf-8") for t in texts]
            offsets, at = [0], 0
            for item in encoded:
                at += len(item)
                offsets.append(at)
            return (c_int64 * len(offsets))(*offsets), b"".join(encoded)
        if type == "string":
            offsets, data = packed(values)
            self._call(library.cstm_table_add_string, named, offsets, data, valid, rows)
            return
        items, list_offsets = [], [0]
        for value in values:
            items += list(value or [])
            list_offsets.append(len(items))
        offsets, data = packed(items)
        self._call(library.cstm_table_add_strings, named, (c_int64 * len(list_offsets))(*list_offsets), offsets, data, valid, rows)

    def declare_money(self, name: str, currency: str, how: str = "minor") -> "Table":
        """Makes a column money, exactly or not at all: "minor" or "major" units of an int column; text and decimals are major
        units either way; "double" for a float column whose values are decimals of the currency."""
        self._call(library.cstm_table_declare_money, name.encode(), currency.encode(), _MONEY[how])
        return self

    # ---- reading

    @property
    def columns(self) -> List[str]:
        return [text(self._get(library.cstm_table_column_name, i)) for i in range(self._get(library.cstm_table_columns))]

    @property
    def types(self) -> Dict[str, str]:
        return {name: TYPE_NAMES[self._get(library.cstm_table_column_type, i)] for i, name in enumerate(self.columns)}

    def currency(self, name: str) -> str:
        return text(self._get(library.cstm_table_column_currency, self._index(name)))

    def is_civil(self, name: str) -> bool:
        """Whether a timestamp column came without a zone: civil time of whatever strategy reads it."""
        return bool(self._get(library.cstm_table_column_civil, self._index(name)))

    def __len__(self) -> int:
        return self._get(library.cstm_table_rows)

    def _index(self, name: str) -> int:
        index = self._get(library.cstm_table_find, name.encode())
        if index < 0:
            raise KeyError(name)
        return index

    def value(self, row: int, name: Union[str, int]) -> Any:
        """One value: None if missing; money as Decimal in major units; dates and timestamps as datetime's."""
        column = name if isinstance(name, int) else self._index(name)
        if row < 0 or row >= len(self):
            raise IndexError(row)
        if self._get(library.cstm_table_state, row, column) != d.CSTM_STATE_VALUE:
            return None
        return _READERS[self._get(library.cstm_table_column_type, column)](self, row, column)

    def _text(self, row, column):
        size = c_size_t()
        return sized(self._get(library.cstm_table_string, row, column, byref(size)), size.value)

    def _texts(self, row, column):
        result, size = [], c_size_t()
        for item in range(self._get(library.cstm_table_string_count, row, column)):
            pointer = self._get(library.cstm_table_string_item, row, column, item, byref(size))
            result.append(sized(pointer, size.value))
        return result

    def _decimal(self, row, column):
        high, low = c_int64(), c_uint64()
        self._get(library.cstm_table_decimal, row, column, byref(high), byref(low))
        whole = (high.value << 64) + low.value
        return decimal.Decimal(whole).scaleb(-self._get(library.cstm_table_column_exponent, column))

    def _money(self, row, column):
        exponent = self._get(library.cstm_table_column_exponent, column)
        return decimal.Decimal(self._get(library.cstm_table_money, row, column)).scaleb(-exponent)

    def __getitem__(self, name: str) -> List[Any]:
        """A column as a list."""
        column = self._index(name)
        return [self.value(row, column) for row in range(len(self))]

    def values(self, name: str) -> memoryview:
        """The values of a bool, int, double, date, timestamp or money column without a copy (missing ones are 0); the view keeps the table."""
        column = self._index(name)
        kind = self._get(library.cstm_table_column_type, column)
        function, ctype = {
            d.CSTM_TYPE_BOOL: (library.cstm_table_bool_values, ctypes.c_uint8),
            d.CSTM_TYPE_INT: (library.cstm_table_int64_values, ctypes.c_int64),
            d.CSTM_TYPE_TIMESTAMP: (library.cstm_table_int64_values, ctypes.c_int64),
            d.CSTM_TYPE_MONEY: (library.cstm_table_int64_values, ctypes.c_int64),
            d.CSTM_TYPE_DOUBLE: (library.cstm_table_double_values, ctypes.c_double),
            d.CSTM_TYPE_DATE: (library.cstm_table_date_values, ctypes.c_int32),
        }.get(kind, (None, None))
        if function is None:
            raise TypeError(f"{name} is a column of {TYPE_NAMES[kind]}")
        return self._view(self._get(function, column), ctype)

    def valid(self, name: str) -> Optional[memoryview]:
        """One byte a row, 1 where there is a value; None if there is one in every row."""
        pointer = self._get(library.cstm_table_valid, self._index(name))
        return self._view(pointer, ctypes.c_uint8) if pointer else None

    def _view(self, pointer, ctype) -> memoryview:
        array = (ctype * len(self)).from_address(ctypes.cast(pointer, c_void_p).value or 0) if len(self) else (ctype * 0)()
        array._table = self
        return memoryview(array).cast("B").cast({ctypes.c_uint8: "B", ctypes.c_int64: "q", ctypes.c_double: "d",
                                                 ctypes.c_int32: "i"}[ctype])

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        names = self.columns
        for row in range(len(self)):
            yield {name: self.value(row, i) for i, name in enumerate(names)}

    # ---- Arrow and frames

    def __arrow_c_stream__(self, requested_schema=None):
        capsule, address = _arrow.new_capsule(_arrow.ArrowArrayStream)
        self._call(library.cstm_table_export_stream, address)
        return capsule

    def __arrow_c_array__(self, requested_schema=None):
        schema, schema_address = _arrow.new_capsule(_arrow.ArrowSchema)
        array, array_address = _arrow.new_capsule(_arrow.ArrowArray)
        self._call(library.cstm_table_export_arrow, schema_address, array_address)
        return schema, array

    def __arrow_c_schema__(self):
        return self.__arrow_c_array__()[0]

    def to_pyarrow(self):
        import pyarrow
        return pyarrow.table(self)

    def to_pandas(self, **options):
        return self.to_pyarrow().to_pandas(**options)

    def to_polars(self):
        import polars
        return polars.DataFrame(self)

    # ---- CSV

    @classmethod
    def read_csv(cls, source: Union[str, os.PathLike, bytes], columns: Mapping[str, str], *, currency: Optional[str] = None,
                 timezone: Optional[str] = None, delimiter: str = ",", missing: Optional[str] = None, header: bool = True,
                 collect: bool = False, name: str = "bytes", progress: Optional[Callable[[int, int], Any]] = None,
                 cancel: Optional[Cancel] = None):
        """Reads CSV (RFC 4180, plain or gzip) from a path or bytes: the named columns with their types ("money", "date", …).
        collect: rows that cannot be read go to a second table instead of ending the call; then (table, rejected) is returned."""
        with Csv(columns, currency=currency, timezone=timezone, delimiter=delimiter, missing=missing, header=header,
                 collect=collect) as reader:
            table, rejected = reader.read(source, name=name, progress=progress, cancel=cancel)
        return (table, rejected) if collect else table

    def write_csv(self, path: Union[str, os.PathLike]) -> None:
        self._call(library.cstm_table_write_csv, os.fsencode(path))

    def to_csv(self) -> str:
        return take_buffer(self._make(library.cstm_table_write_csv_buffer)).decode("utf-8")

    def __repr__(self) -> str:
        if self.closed:
            return "<Table closed>"
        return f"<Table {len(self)} rows: " + ", ".join(f"{n} {t}" for n, t in self.types.items()) + ">"


class _Borrowed(Table):
    """A table that belongs to a result: it keeps the result, and frees nothing."""

    __slots__ = ()
    _free = staticmethod(lambda pointer: None)


_READERS = {
    d.CSTM_TYPE_BOOL: lambda t, r, c: bool(t._get(library.cstm_table_bool, r, c)),
    d.CSTM_TYPE_INT: lambda t, r, c: t._get(library.cstm_table_int64, r, c),
    d.CSTM_TYPE_DOUBLE: lambda t, r, c: t._get(library.cstm_table_double, r, c),
    d.CSTM_TYPE_STRING: Table._text,
    d.CSTM_TYPE_DATE: lambda t, r, c: day_to_date(t._get(library.cstm_table_date, r, c)),
    d.CSTM_TYPE_TIMESTAMP: lambda t, r, c: instant_to_datetime(t._get(library.cstm_table_timestamp, r, c)),
    d.CSTM_TYPE_MONEY: Table._money,
    d.CSTM_TYPE_STRINGS: Table._texts,
    d.CSTM_TYPE_DECIMAL: Table._decimal,
}


def _type_of(name, values):
    for value in values:
        if value is None:
            continue
        if isinstance(value, bool):
            return "bool"
        if isinstance(value, int):
            return "int"
        if isinstance(value, float):
            return "double"
        if isinstance(value, str):
            return "string"
        if isinstance(value, datetime.datetime):
            return "timestamp"
        if isinstance(value, datetime.date):
            return "date"
        if isinstance(value, (list, tuple)):
            return "strings"
        raise TypeError(f"column {name}: {type(value).__name__} is no type of a table")
    return "string"


class Csv(Handle):
    """How to read a kind of CSV file: columns with their types and the file's habits."""

    _free = library.cstm_csv_free
    __slots__ = ()

    def __init__(self, columns: Mapping[str, str], *, currency=None, timezone=None, delimiter=",", missing=None,
                 header=True, collect=False):
        super().__init__(make(library.cstm_csv_new))
        if currency is not None:
            self._call(library.cstm_csv_set_currency, currency.encode())
        if timezone is not None:
            self._call(library.cstm_csv_set_zone, timezone.encode())
        self._call(library.cstm_csv_set_delimiter, ord(delimiter))
        if missing is not None:
            self._call(library.cstm_csv_set_missing, missing.encode())
        self._call(library.cstm_csv_set_header, int(header))
        self._call(library.cstm_csv_set_reject, d.CSTM_CSV_COLLECT if collect else d.CSTM_CSV_STOP)
        for name, kind in columns.items():
            if kind not in TYPES:
                raise ValueError(f"column {name}: {kind!r} is none of {', '.join(TYPES)}")
            self._call(library.cstm_csv_add_column, name.encode(), TYPES[kind])

    def read(self, source, *, name="bytes", progress=None, cancel=None):
        """(table, rejected) of a path or bytes."""
        table, rejected = c_void_p(), c_void_p()
        if isinstance(source, (bytes, bytearray, memoryview)):
            data = bytes(source)
            view = ctypes.cast(data, POINTER(ctypes.c_uint8))
            self._call(library.cstm_csv_read_bytes, name.encode(), view, len(data), byref(table), byref(rejected))
        else:
            told, failure = progress_callback(progress)
            try:
                self._call(library.cstm_csv_read_file, os.fsencode(source), told, None,
                           cancel._pointer[0] if cancel is not None else None, byref(table), byref(rejected))
            except Exception:
                if failure:
                    raise failure[0]
                raise
        return Table._take(table.value), Table._take(rejected.value) if rejected.value else None
