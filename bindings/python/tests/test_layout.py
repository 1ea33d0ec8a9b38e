"""Bank files through lc.Layout: what the C tests say of values is not said again here."""
import datetime
import gzip
from decimal import Decimal

import pytest

import libcustomer as lc

COLUMNS = {"card": "string", "posted": {"type": "date", "format": "YYYYMMDD", "missing": ["00000000"]},
           "amount": {"type": "money", "decimals": 2, "sign_at": 4, "positive": "贷", "negative": "借"}, "name": {"type": "string", "at": 5}}
TOTALS = [{"total": "count", "record": 1, "at": 1}, {"total": "sum", "column": "amount", "record": -1, "at": 1},
          {"total": "absolute", "column": "amount", "record": -1, "at": 2}]
DAY = "2\nA1|@|20240105|@|1250|@|贷|@|张三\nA2|@|00000000|@|2000|@|借|@|\n-750|@|3250\n".encode("gb18030")


def layout(**more):
    return lc.Layout(COLUMNS, delimiter="|@|", encoding="gb18030", currency="CNY", before=1, after=1, totals=TOTALS, **more)


def test_a_delimited_file(tmp_path):
    path = tmp_path / "day.dat.gz"
    path.write_bytes(gzip.compress(DAY))
    seen = []
    for source in (DAY, path):
        with layout() as reader:
            table, rejected = reader.read(source, progress=lambda done, total: seen.append(done))
        assert rejected is None
        assert list(table) == [{"card": "A1", "posted": datetime.date(2024, 1, 5), "amount": Decimal("12.50"), "name": "张三"},
                               {"card": "A2", "posted": None, "amount": Decimal("-20.00"), "name": None}]
    assert seen


def test_rejected_rows_have_their_reason():
    table, rejected = layout(collect=5).read(DAY.replace(b"20240105", b"20240230"))
    assert len(table) == 1
    assert list(rejected) == [{"line": 2, "column": 6, "field": "posted", "reason": "no such date or time",
                               "text": "A1|@|20240230|@|1250|@|贷|@|张三"}]
    with pytest.raises(lc.LimitError, match="more than 0 rows are rejected"):
        layout(collect=0).read(DAY.replace(b"20240105", b"20240230"))


def test_a_control_total_that_is_not_met():
    with pytest.raises(lc.MismatchError, match="comes to -7.51, but its 2 rows come to -7.50") as caught:
        layout().read(DAY.replace(b"-750", b"-751"), name="day.dat")
    assert str(caught.value).startswith("day.dat:4:1: ") and caught.value.field == "amount"


def test_fixed_width():
    columns = {"name": {"type": "string", "at": (1, 8)}, "paid": {"type": "money", "at": (9, 10), "decimals": 2, "sign": "trailing"},
               "seen": {"type": "timestamp", "at": (19, 14), "format": "YYYYMMDDHHMMSS"}}
    reader = lc.Layout(columns, width="bytes", encoding="gb18030", currency="CNY", timezone="Asia/Shanghai", record_size=32,
                       missing=["00000000000000"], comments=[b"*"])
    data = "张三    000001250-20240105093000李四    000001250+00000000000000".encode("gb18030")
    table, _ = reader.read(data)
    assert table["name"] == ["张三", "李四"] and table["paid"] == [Decimal("-12.50"), Decimal("12.50")]
    assert table["seen"] == [datetime.datetime(2024, 1, 5, 1, 30, tzinfo=datetime.timezone.utc), None]
    wide, _ = lc.Layout({"a": {"at": (1, 2)}, "b": {"at": (3, 1)}}, width="characters", padding=(None, "　")).read("张　x\nab \n".encode())
    assert list(wide) == [{"a": "张", "b": "x"}, {"a": "ab", "b": " "}]


def test_habits():
    reader = lc.Layout({"b": {"type": "double", "separator": ",", "padding": ("*", None)}, "a": "string"}, delimiter=b"\x1b", quote="'",
                       record_end="#", names=True, fields=3)
    table, _ = reader.read(b"a\x1bb\x1bc#'x\x1b'\x1b**1,234.5\x1b#")
    assert list(table) == [{"b": 1234.5, "a": "x\x1b"}]


@pytest.mark.parametrize("columns, more, message", [
    ({"a": {"typ": "int"}}, {}, "column a: 'typ' is none of"),
    ({"a": "integer"}, {}, "column a: 'integer' is none of"),
    ({"a": {"type": "int", "sign": "left"}}, {}, "'left' is none of leading, trailing, overpunch"),
    ({"a": "int"}, {"encoding": "big5"}, "'big5' is none of utf-8, gb18030"),
    ({"a": "int"}, {"width": "cells"}, "'cells' is none of"),
    ({"a": "int"}, {"totals": [{"total": "mean", "at": 1}]}, "'mean' is none of count, sum, absolute"),
])
def test_words_that_are_not_known(columns, more, message):
    with pytest.raises(ValueError, match=message):
        lc.Layout(columns, **more)


def test_the_library_refuses_the_rest():
    with pytest.raises(lc.UnknownError, match="did you mean 'amount'"):
        lc.Layout({"amount": "int"}, totals=[{"total": "sum", "column": "amuont", "at": 1}])
    with pytest.raises(lc.RangeError):
        lc.Layout({"a": {"at": (1, 2)}})
