"""Tables: from and to lists, pyarrow, pandas, polars and CSV; capsules consumed and dropped."""
import datetime
import decimal
import gc
import gzip
import sys

import pytest

import libcustomer as lc
from libcustomer import _arrow

from test_handles import grows

pa = pytest.importorskip("pyarrow")
pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")

UTC = datetime.timezone.utc
TAIPEI = datetime.timezone(datetime.timedelta(hours=8))
DAY = datetime.date(2005, 10, 1)
NOON = datetime.datetime(2005, 10, 1, 4, 0, 0, 123456, tzinfo=UTC)
CIVIL = datetime.datetime(2005, 10, 1, 12, 0, 0, 123456)
EVERY = {
    "flag": [True, None, False], "n": [-2**63, None, 2**63 - 1], "x": [0.1, None, -1e300], "s": ["信用卡", None, ""],
    "day": [DAY, None, datetime.date(1, 1, 1)], "time": [NOON, None, NOON], "list": [["a", ""], None, []]}
D = decimal.Decimal


def test_lists_come_back_as_they_went_in():
    table = lc.Table(EVERY)
    assert table.types == {"flag": "bool", "n": "int", "x": "double", "s": "string", "day": "date", "time": "timestamp",
                           "list": "strings"}
    assert len(table) == 3 and table.columns == list(EVERY)
    assert {name: table[name] for name in table.columns} == EVERY
    assert list(table) == [dict(zip(EVERY, row)) for row in zip(*EVERY.values())]
    assert table.value(2, "n") == 2**63 - 1 and table.value(0, 3) == "信用卡" and table.value(1, "x") is None
    assert "n" in table and "nothing" not in table
    assert repr(table).startswith("<Table 3 rows: flag bool")


def test_an_empty_table_and_empty_columns():
    assert len(lc.Table()) == 0 and list(lc.Table()) == []
    table = lc.Table({"a": [], "b": [None, None][:0]})
    assert len(table) == 0 and table["a"] == [] and table.values("a") is not None if table.types["a"] != "string" else True
    assert lc.Table({"a": [None, None]})["a"] == [None, None]


def test_places_outside_the_table():
    table = lc.Table({"a": [1, 2]})
    for attempt in (lambda: table.value(2, "a"), lambda: table.value(-1, "a"), lambda: table.value(0, 1), lambda: table.value(0, -1)):
        with pytest.raises(IndexError):
            attempt()
    with pytest.raises(KeyError, match="no column 'b'"):
        table["b"]


@pytest.mark.parametrize("values", [[1, "2"], [1, 2.5], [1.5, "2"], ["a", 1], [True, 2], [DAY, "2005-10-01"], [DAY, NOON],
                                    [NOON, CIVIL], [["a"], "b"], [["a"], [1]]])
def test_a_column_of_two_types_is_refused_with_its_row(values):
    with pytest.raises(lc.WrongTypeError) as caught:
        lc.Table({"c": values})
    assert caught.value.field == "c" and caught.value.row == 1


def test_columns_are_checked_by_c():
    with pytest.raises(lc.MismatchError):
        lc.Table({"a": [1], "b": [1, 2]})
    with pytest.raises(lc.DuplicateError):
        lc.Table({"a": [1]}).add("a", [2])
    with pytest.raises(lc.UnknownError):
        lc.Table().add("m", [1], type="money", currency="ZZZ")
    with pytest.raises(ValueError, match="is none of bool, int"):
        lc.Table().add("m", [1], type="integer")


def test_views_show_the_values_without_a_copy():
    table = lc.Table({"flag": [True, False], "n": [1, 2], "x": [0.5, None], "day": [DAY, DAY], "time": [NOON, NOON]})
    table.add("m", [391300, -5], type="money", currency="CNY")
    assert table.values("flag").tolist() == [1, 0] and table.values("n").tolist() == [1, 2]
    assert table.values("x")[0] == 0.5 and table.valid("x").tolist() == [1, 0] and table.valid("n") is None
    assert table.values("day")[0] == (DAY - datetime.date(1970, 1, 1)).days
    assert table.values("time")[0] == 1128139200123456    # date -u -d 2005-10-01T04:00:00 +%s
    assert table.values("m").tolist() == [391300, -5] and table.values("n").format == "q"
    with pytest.raises(lc.WrongTypeError):
        lc.Table({"s": ["a"]}).values("s")
    numpy = pytest.importorskip("numpy")
    assert numpy.asarray(table.values("n")).sum() == 3


def test_money_is_exact_or_refused():
    cents = lc.Table({"m": [800000, None]}, money={"m": "CNY"})
    assert cents["m"] == [D("8000.00"), None] and cents.types["m"] == "money" and cents.currency("m") == "CNY"
    for values, how in (([8000], "major"), (["8000.00"], "major"), ([8000.0], "double")):
        assert lc.Table({"m": values}, money={"m": ("CNY", how)})["m"] == [D("8000.00")]
    assert lc.Table({"m": [8000]}, money={"m": ("JPY", "minor")})["m"] == [D("8000")]
    with pytest.raises(lc.RangeError):
        lc.Table({"m": [0.001]}, money={"m": ("CNY", "double")})
    with pytest.raises(lc.WrongTypeError):
        lc.Table({"m": [1.0]}, money={"m": "CNY"})
    with pytest.raises(ValueError, match="is none of minor"):
        lc.Table({"m": [1]}, money={"m": ("CNY", "cents")})
    assert lc.money_parse("8000.00", "CNY") == 800000 and lc.money_format(-5, "CNY") == "-0.05"
    assert [lc.currency_exponent(c) for c in ("CNY", "JPY", "KWD", "XAU")] == [2, 0, 3, -1]


def test_amounts_do_not_depend_on_the_context_of_decimal():
    with decimal.localcontext() as context:
        context.prec = 3
        assert lc.Table({"m": [2**63 - 1]}, money={"m": "CNY"})["m"] == [D("92233720368547758.07")]


# ---- pyarrow

ARROW = {
    "bool": (pa.bool_(), [True, None]), "int8": (pa.int8(), [-128, None]), "uint64": (pa.uint64(), [2**63 - 1, None]),
    "float": (pa.float32(), [0.5, None]), "double": (pa.float64(), [0.1, None]), "utf8": (pa.string(), ["信", None]),
    "large": (pa.large_string(), ["x" * 70000, None]), "dictionary": (pa.dictionary(pa.int8(), pa.string()), ["a", None]),
    "date32": (pa.date32(), [DAY, None]), "date64": (pa.date64(), [DAY, None]),
    "list": (pa.list_(pa.string()), [["a", "b"], None]), "large list": (pa.large_list(pa.large_string()), [[], None]),
    "null": (pa.null(), [None, None])}


@pytest.mark.parametrize("name", ARROW)
def test_arrow_types_come_in_and_go_out(name):
    kind, values = ARROW[name]
    source = pa.table({"c": pa.array(values, kind)})
    table = lc.Table(source)
    assert table["c"] == values
    assert table.to_pyarrow()["c"].to_pylist() == values
    assert lc.Table(table)["c"] == values
    assert lc.Table(source.slice(1))["c"] == values[1:]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_timestamps_with_and_without_a_zone(unit):
    whole = NOON.replace(microsecond=0)
    source = pa.table({"instant": pa.array([whole, None], pa.timestamp(unit, "Asia/Taipei")),
                       "civil": pa.array([whole.replace(tzinfo=None), None], pa.timestamp(unit))})
    table = lc.Table(source)
    assert table["instant"] == [whole, None] and table["instant"][0].tzinfo is not None
    assert table["civil"] == [whole.replace(tzinfo=None), None] and table["civil"][0].tzinfo is None
    assert not table.is_civil("instant") and table.is_civil("civil")
    out = table.to_pyarrow()
    assert str(out.schema.field("instant").type) == "timestamp[us, tz=UTC]" and str(out.schema.field("civil").type) == "timestamp[us]"


def test_a_timestamp_that_is_not_exact_is_refused():
    with pytest.raises(lc.RangeError) as caught:
        lc.Table(pa.table({"t": pa.array([1, 1001], pa.timestamp("ns"))}))
    assert caught.value.field == "t"


@pytest.mark.parametrize("kind", [pa.decimal128(10, 2), pa.decimal256(40, 2)])
def test_decimals_keep_every_digit(kind):
    table = lc.Table(pa.table({"d": pa.array([D("-12345678.90"), None], kind)}))
    assert table["d"] == [D("-12345678.90"), None] and table.types["d"] == "decimal"
    table.declare_money("d", "CNY", "major")
    assert table["d"] == [D("-12345678.90"), None]
    assert table.to_pyarrow()["d"].to_pylist() == [D("-12345678.90"), None]
    assert lc.Table(table.to_pyarrow()).currency("d") == "CNY"


def test_batches_are_joined_and_record_batches_taken():
    chunks = pa.chunked_array([["a"], [], ["b", None]], pa.string())
    assert lc.Table(pa.table({"s": chunks}))["s"] == ["a", "b", None]
    assert lc.Table(pa.record_batch({"n": [1, 2]}))["n"] == [1, 2]


def test_what_is_not_read_is_named():
    with pytest.raises(lc.UnsupportedError) as caught:
        lc.Table(pa.table({"fine": [1], "odd": pa.array([1], pa.duration("s"))}))
    assert caught.value.field == "odd"
    with pytest.raises(TypeError, match="not of int"):
        lc.Table(3)


# ---- pandas and polars

def test_pandas_there_and_back():
    frame = pandas.DataFrame({
        "n": pandas.array([1, None], dtype="Int64"), "x": [0.5, None], "s": ["a", None], "c": pandas.Categorical(["a", None]),
        "flag": pandas.array([True, None], dtype="boolean"), "t": pandas.to_datetime(["2005-10-01T12:00:00", None]),
        "z": pandas.to_datetime(["2005-10-01T12:00:00+08:00", None]), "day": [DAY, None], "d": [D("1.50"), None], "l": [["a"], None]})
    table = lc.Table(frame)
    assert table.types == {"n": "int", "x": "double", "s": "string", "c": "string", "flag": "bool", "t": "timestamp", "z": "timestamp",
                           "day": "date", "d": "decimal", "l": "strings"}
    assert [table[name][1] for name in table.columns] == [None] * 10
    assert table["z"][0] == datetime.datetime(2005, 10, 1, 12, tzinfo=TAIPEI) and table.is_civil("t")
    back = table.to_pandas()
    assert list(back.columns) == table.columns and back["c"].dtype == "category" and back["d"][0] == D("1.50")


def test_an_index_without_a_name_is_no_column():
    frame = pandas.DataFrame({"n": [1, 2, 3]})
    assert lc.Table(frame[frame.n > 1]).columns == ["n"]
    assert lc.Table(frame.set_index(pandas.Index(["a", "b", "c"], name="customer"))).columns == ["n", "customer"]


def test_polars_there_and_back():
    frame = polars.DataFrame({
        "n": [1, None], "u": polars.Series([1, None], dtype=polars.UInt8), "x": [0.5, None], "s": ["a", None],
        "c": polars.Series(["a", None], dtype=polars.Categorical), "e": polars.Series(["a", None], dtype=polars.Enum(["a", "b"])),
        "flag": [True, None], "t": [CIVIL, None], "z": polars.Series([NOON, None], dtype=polars.Datetime("us", "UTC")),
        "day": [DAY, None], "d": polars.Series([D("1.50"), None], dtype=polars.Decimal(10, 2)), "l": [["a"], None]})
    table = lc.Table(frame)
    assert table.types == {"n": "int", "u": "int", "x": "double", "s": "string", "c": "string", "e": "string", "flag": "bool",
                           "t": "timestamp", "z": "timestamp", "day": "date", "d": "decimal", "l": "strings"}
    assert list(table)[0] == {"n": 1, "u": 1, "x": 0.5, "s": "a", "c": "a", "e": "a", "flag": True, "t": CIVIL, "z": NOON, "day": DAY,
                              "d": D("1.50"), "l": ["a"]}
    assert set(list(table)[1].values()) == {None}
    assert polars.DataFrame(table).shape == (2, 12) and table.to_polars()["s"].to_list() == ["a", None]


def test_frames_are_made_of_tables_by_their_own_constructors():
    table = lc.Table({"n": [1, 2], "s": ["a", None]})
    assert polars.DataFrame(table)["n"].to_list() == [1, 2]
    assert pa.table(table)["s"].to_pylist() == ["a", None]
    assert list(pandas.DataFrame(table)["n"]) == [1, 2]
    if hasattr(pandas.DataFrame, "from_arrow"):
        assert list(pandas.DataFrame.from_arrow(table)["n"]) == [1, 2]


def test_no_package_is_imported_unless_asked_for():
    import subprocess
    program = ("import sys, libcustomer as lc; t = lc.Table({'n': [1]}); lc.Table(t); t.to_csv(); list(t); "
               "print([m for m in ('numpy', 'pandas', 'polars', 'pyarrow') if m in sys.modules])")
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"


# ---- capsules

def test_capsules_have_the_names_of_the_protocol():
    table = lc.Table({"n": [1]})
    assert 'capsule object "arrow_array_stream"' in repr(table.__arrow_c_stream__())
    assert ['arrow_schema"' in repr(c) or 'arrow_array"' in repr(c) for c in table.__arrow_c_array__()] == [True, True]
    assert 'capsule object "arrow_schema"' in repr(table.__arrow_c_schema__())
    assert pa.schema(table).names == ["n"]
    assert pa.record_batch(table).num_rows == 1


def test_a_capsule_is_consumed_once():
    capsule = lc.Table({"n": [1]}).__arrow_c_stream__()

    class Holder:
        def __arrow_c_stream__(self, requested_schema=None):
            return capsule

    assert pa.RecordBatchReader.from_stream(Holder()).read_all()["n"].to_pylist() == [1]
    with pytest.raises(Exception):
        pa.RecordBatchReader.from_stream(Holder()).read_all()
    with pytest.raises(lc.MisuseError):
        lc.Table(Holder())


def test_capsules_outlive_their_table():
    capsule = lc.Table({"n": [1, 2]}).__arrow_c_stream__()
    gc.collect()

    class Holder:
        def __arrow_c_stream__(self, requested_schema=None):
            return capsule

    assert pa.table(Holder())["n"].to_pylist() == [1, 2]


def test_dropped_capsules_leak_nothing():
    column = list(range(20000))

    def work():
        table = lc.Table({"n": column})
        table.__arrow_c_stream__()
        table.__arrow_c_array__()
        table.__arrow_c_schema__()
        polars.DataFrame(table)

    assert not grows(work, 300, 8 << 20)
    gc.collect()
    assert _arrow._lent == []


def test_a_capsule_dropped_while_an_exception_passes_is_no_harm():
    table = lc.Table({"n": [1]})

    def take(*_):
        pass

    for _ in range(100):
        with pytest.raises(ZeroDivisionError):
            take(table.__arrow_c_stream__(), table.__arrow_c_array__(), 1 / 0)
    gc.collect()
    assert _arrow._lent == []


def test_a_table_that_was_not_taken_leaves_the_producers_capsule_alone():
    source = pa.table({"fine": [1], "odd": pa.array([1], pa.duration("s"))})
    for _ in range(100):
        with pytest.raises(lc.UnsupportedError):
            lc.Table(source)
        with pytest.raises(lc.UnsupportedError):
            lc.Table(source.to_batches()[0])
    assert source["fine"].to_pylist() == [1]


def test_capsules_of_other_kinds_are_refused():
    class Wrong:
        def __arrow_c_stream__(self, requested_schema=None):
            return lc.Table({"n": [1]}).__arrow_c_array__()[0]

    with pytest.raises(ValueError):
        lc.Table(Wrong())


# ---- CSV

def test_csv_there_and_back(tmp_path):
    table = lc.Table({name: values for name, values in EVERY.items() if name != "x"})
    table.add("m", [391300, None, -1], type="money", currency="CNY")
    types = table.types
    path = tmp_path / "t.csv"
    table.write_csv(path)
    assert path.read_text(encoding="utf-8") == table.to_csv()
    again = lc.Table.read_csv(path, types, currency="CNY")
    assert list(again) == list(table)
    packed = tmp_path / "t.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert list(lc.Table.read_csv(str(packed), types, currency="CNY")) == list(table)
    assert list(lc.Table.read_csv(path.read_bytes(), types, currency="CNY")) == list(table)


def test_csv_habits():
    read = lc.Table.read_csv
    assert read(b"1;x\n2;NA\n", {"n": "int", "s": "string"}, delimiter=";", header=False, missing="NA")["s"] == ["x", None]
    assert read(b"t\n2005-10-01 12:00:00\n", {"t": "timestamp"})["t"] == [CIVIL.replace(microsecond=0)]
    assert read(b"t\n2005-10-01 12:00:00\n", {"t": "timestamp"}, timezone="Asia/Taipei")["t"] == [NOON.replace(microsecond=0)]
    with pytest.raises(ValueError, match="is none of"):
        read(b"n\n1\n", {"n": "number"})
    with pytest.raises(lc.MisuseError):
        read(b"m\n1\n", {"m": "money"})


def test_csv_faults_have_a_place_or_are_collected():
    data = b"n,s\n1,a\nx,b\n3\n"
    with pytest.raises(lc.MalformedError) as caught:
        lc.Table.read_csv(data, {"n": "int", "s": "string"}, name="rows.csv")
    assert (caught.value.file, caught.value.line, caught.value.column, caught.value.field) == ("rows.csv", 3, 1, "n")
    with lc.Csv({"n": "int", "s": "string"}, collect=True) as reader:
        table, rejected = reader.read(data)
        assert reader.read(b"n,s\n")[1] is not None
    assert table["n"] == [1] and rejected["line"] == [3, 4] and rejected["text"] == ["x,b", "3"]


def test_reading_a_file_is_watched(portfolio_files):
    path, columns, told = portfolio_files / "statements.csv", {"account": "string"}, []
    table = lc.Table.read_csv(path, columns, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told) and told[-1][0] <= len(table) and {total for _, total in told} == {0}
    cancel = lc.Cancel()
    assert not cancel.requested
    cancel.request()
    assert cancel.requested
    with pytest.raises(lc.CancelledError):
        lc.Table.read_csv(path, columns, cancel=cancel)
    with pytest.raises(lc.CancelledError):
        lc.Table.read_csv(path, columns, progress=lambda done, total: True)

    def fail(done, total):
        raise RuntimeError("told enough")

    with pytest.raises(RuntimeError, match="told enough"):
        lc.Table.read_csv(path, columns, progress=fail)
