"""Bank files: delimited or of fixed width, UTF-8 or GB 18030, with what core systems put around and into them."""
from __future__ import annotations

import os
from ctypes import byref, c_void_p
from typing import Any, Dict, Iterable, Mapping, Optional, Sequence, Tuple, Union

from . import _declarations as d
from ._library import Cancel, Handle, Progress, Watch, library, make, named
from .table import Table, _path, _taken, type_number

_FORMS = {None: d.CSTM_LAYOUT_DELIMITED, "bytes": d.CSTM_LAYOUT_BYTES, "characters": d.CSTM_LAYOUT_CHARACTERS}
_ENCODINGS = {"utf-8": d.CSTM_ENCODING_UTF8, "gb18030": d.CSTM_ENCODING_GB18030}
_SIGNS = {"leading": d.CSTM_SIGN_LEADING, "trailing": d.CSTM_SIGN_TRAILING, "overpunch": d.CSTM_SIGN_OVERPUNCH}
_TOTALS = {"count": d.CSTM_TOTAL_COUNT, "sum": d.CSTM_TOTAL_SUM, "absolute": d.CSTM_TOTAL_ABSOLUTE}
_COLUMN_KEYS = {"type", "at", "format", "missing", "padding", "decimals", "sign", "separator", "sign_at", "positive", "negative"}
_TOTAL_KEYS = {"total", "column", "record", "at"}

Place = Union[int, Tuple[int, int]]
Padding = Tuple[Optional[str], Optional[str]]
Mark = Union[str, bytes]


def _choice(choices: Mapping[Any, int], value: Any, what: str) -> int:
    try:
        return choices[value]
    except (KeyError, TypeError):
        raise ValueError(f"{what}: {value!r} is none of {', '.join(str(choice) for choice in choices)}") from None


def _known(keys: Iterable[str], known: Iterable[str], what: str) -> None:
    for key in keys:
        if key not in known:
            raise ValueError(f"{what}: {key!r} is none of {', '.join(sorted(known))}")


def _place(at: Place) -> Tuple[int, int]:
    start, width = at if isinstance(at, tuple) else (at, 0)
    return start, width


def _code(character: Optional[str]) -> int:
    return -1 if character is None else ord(character)


class Layout(Handle):
    """How the files of one source are written; filled once, it reads any number of them.

    >>> layout = lc.Layout({"card": "string",
    ...                     "posted": {"type": "date", "format": "YYYYMMDD", "missing": ["00000000"]},
    ...                     "amount": {"type": "money", "decimals": 2, "sign_at": 4, "positive": "C", "negative": "D"}},
    ...                    delimiter="|@|", encoding="gb18030", currency="CNY", after=1,
    ...                    totals=[{"total": "count", "record": -1, "at": 1}, {"total": "sum", "column": "amount", "record": -1, "at": 2}])

    columns: name -> type, or a mapping of
        type        as in Csv
        at          number of the field, from 1 (left out: the field of that name with names, else the next one), or
                    (start, width) in a layout of width
        format      of a date or timestamp, such as "YYYYMMDD" or "YYYY/MM/DD HH:mm:ss"
        missing     texts that stand for missing
        padding     (left, right), a character or None each
        decimals    how many of the last digits are decimals; left out: a point is written
        sign        "leading", "trailing" or "overpunch"
        separator   between groups of three digits
        sign_at     where the sign stands by itself, with the words positive and negative
    width: None for a delimited file, else what positions count: "bytes" or "characters".
    before, names, after: records at the beginning that are no rows, whether the next names the fields, records at the end.
    fields: how many a row has, where the last ones are not declared. comments: what records begin with that are skipped.
    record_end, record_size: other ends than LF and CRLF, or so many bytes without an end.
    missing, padding: of every column. totals: control totals {"total": "count" | "sum" | "absolute", "column":, "record": 1 or
    -1 and so on, "at":}. collect: how many rejected rows go to a table of their own; left out: the first one ends the call.
    """

    _free = library.cstm_layout_free
    __slots__ = ("_encoding",)

    def __init__(self, columns: Mapping[str, Union[str, Mapping[str, Any]]], *, delimiter: Optional[Mark] = None,
                 width: Optional[str] = None, encoding: str = "utf-8", quote: Optional[str] = None, record_end: Mark = b"",
                 record_size: int = 0, before: int = 0, names: bool = False, after: int = 0, fields: int = 0,
                 comments: Sequence[Mark] = (), missing: Sequence[str] = (), padding: Optional[Padding] = None,
                 totals: Sequence[Mapping[str, Any]] = (), currency: Optional[str] = None, timezone: Optional[str] = None,
                 collect: Optional[int] = None) -> None:
        super().__init__(make(library.cstm_layout_new, _choice(_FORMS, width, "width"), _choice(_ENCODINGS, encoding, "encoding")))
        self._encoding = encoding
        if currency is not None:
            self._call(library.cstm_layout_set_currency, named(currency))
        if timezone is not None:
            self._call(library.cstm_layout_set_zone, named(timezone))
        if delimiter is not None:
            self._call(library.cstm_layout_set_delimiter, *self._mark(delimiter))
        if quote is not None:
            self._call(library.cstm_layout_set_quote, ord(quote))
        if record_end:
            self._call(library.cstm_layout_set_record_end, *self._mark(record_end))
        if record_size:
            self._call(library.cstm_layout_set_record_size, record_size)
        self._call(library.cstm_layout_set_frame, before, int(names), after)
        if fields:
            self._call(library.cstm_layout_set_fields, fields)
        for comment in comments:
            self._call(library.cstm_layout_add_comment, *self._mark(comment))
        if padding is not None:
            self._call(library.cstm_layout_set_padding, None, _code(padding[0]), _code(padding[1]))
        for text in missing:
            self._call(library.cstm_layout_add_missing, None, named(text))
        for name, how in columns.items():
            self._column(name, {"type": how} if isinstance(how, str) else dict(how))
        for total in totals:
            self._total(total)
        if collect is not None:
            self._call(library.cstm_layout_set_reject, d.CSTM_CSV_COLLECT, collect)

    def _mark(self, mark: Mark) -> Tuple[bytes, int]:
        data = mark.encode(self._encoding) if isinstance(mark, str) else bytes(mark)
        return data, len(data)

    def _column(self, name: str, how: Dict[str, Any]) -> None:
        where, label = f"column {name}", named(name)
        _known(how, _COLUMN_KEYS, where)
        self._call(library.cstm_layout_add_column, label, type_number(how.get("type", "string"), where), *_place(how.get("at", 0)))
        if "format" in how:
            self._call(library.cstm_layout_set_format, label, named(how["format"]))
        if "padding" in how:
            self._call(library.cstm_layout_set_padding, label, _code(how["padding"][0]), _code(how["padding"][1]))
        for text in how.get("missing", ()):
            self._call(library.cstm_layout_add_missing, label, named(text))
        if how.keys() & {"decimals", "sign", "separator"}:
            separator = how.get("separator")
            self._call(library.cstm_layout_set_number, label, how.get("decimals", -1), _choice(_SIGNS, how.get("sign", "leading"), where),
                       ord(separator) if separator else 0)
        if "sign_at" in how:
            self._call(library.cstm_layout_set_sign, label, *_place(how["sign_at"]), named(how.get("positive", "")),
                       named(how.get("negative", "-")))

    def _total(self, total: Mapping[str, Any]) -> None:
        _known(total, _TOTAL_KEYS, "a control total")
        column = total.get("column")
        self._call(library.cstm_layout_add_total, _choice(_TOTALS, total.get("total"), "a control total"),
                   None if column is None else named(column), total.get("record", -1), *_place(total["at"]))

    def read(self, source: Union[str, os.PathLike[str], bytes], *, name: str = "bytes", progress: Optional[Progress] = None,
             cancel: Optional[Cancel] = None) -> Tuple[Table, Optional[Table]]:
        """(table, rejected) of a path or of bytes, plain or gzip; rejected is None without collect. name stands for bytes in
        messages; progress and cancel are looked at while a file is read."""
        table, rejected, error = c_void_p(), c_void_p(), c_void_p()
        outs = byref(table), byref(rejected), byref(error)
        pointer = self._enter()
        try:
            if isinstance(source, (bytes, bytearray, memoryview)):
                data = bytes(source)
                return _taken(library.cstm_layout_read_bytes(pointer, named(name), data, len(data), *outs), table, rejected, error)
            with Watch(progress, cancel) as watch:
                return _taken(library.cstm_layout_read_file(pointer, _path(source), watch.progress, None, watch.cancel, *outs), table,
                              rejected, error)
        finally:
            self._leave()
