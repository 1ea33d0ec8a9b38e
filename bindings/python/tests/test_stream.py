"""Streams: the rows of a batch from inputs of any length, cut anywhere; errors of inputs; readers that stop."""
import datetime

import pytest

import libcustomer as lc

pyarrow = pytest.importorskip("pyarrow")

N = 500
KEYS = [i // 5 for i in range(N)]
PURCHASES = {"customer": pyarrow.array(KEYS, pyarrow.int64()), "account": pyarrow.array([f"a{key}" for key in KEYS]),
             "time": pyarrow.array([datetime.datetime(2005, 9, 1, 12) + datetime.timedelta(days=i * 7 % 29) for i in range(N)]),
             "items": pyarrow.array([i % 7 for i in range(N)]), "amount": pyarrow.array([i * 100 + 1 for i in range(N)])}
CUSTOMERS = {"customer": pyarrow.array(range(N // 5), pyarrow.int64()), "age": pyarrow.array([20 + i % 50 for i in range(N // 5)])}
ACCOUNTS = {"account": pyarrow.array([f"a{i}" for i in range(N // 5)]), "customer": CUSTOMERS["customer"]}


def reader(columns, size, after=None):
    table = pyarrow.table(columns)

    def batches():
        for i, batch in enumerate(table.to_batches(max_chunksize=size)):
            if i == after:
                raise OSError("the line went dead")
            yield batch
    return pyarrow.RecordBatchReader.from_batches(table.schema, batches())


def streams(size, after=None):
    return {"customers": reader(CUSTOMERS, size), "accounts": reader(ACCOUNTS, size), "purchase": reader(PURCHASES, size, after),
            "money": {"purchase": {"amount": "CNY"}}}


@pytest.fixture(scope="module")
def whole(bank):
    batch = bank.batch().add_entities("customer", lc.Table(pyarrow.table(CUSTOMERS))).add_entities("account", lc.Table(pyarrow.table(ACCOUNTS)))
    rows = pyarrow.table(PURCHASES).drop(["customer"])
    return batch.add_events("purchase", lc.Table(rows, money={"amount": "CNY"}))


@pytest.mark.parametrize("size, rows, threads", [(1, 1, 1), (7, 30, 2), (1000, 50, 1), (1000, 100000, 1)])
def test_a_stream_gives_the_rows_of_a_batch(bank, whole, size, rows, threads):
    for kind in ("customer", "account"):
        stream = bank.stream(as_of="2005-09-20", kind=kind, rows=rows, threads=threads, **streams(size))
        table = pyarrow.RecordBatchReader.from_stream(stream).read_all()
        assert table.equals(pyarrow.table(whole.run("2005-09-20").table(kind)).cast(table.schema))
        assert len(stream.rejected) == 0


def test_many_dates_and_tables_one_by_one(bank, whole):
    dates = ["2005-09-20", "2005-09-05"]
    stream = bank.stream(as_of=dates, parts="features", observed_from={"purchase": "2005-01-01"}, rows=20, **streams(9))
    tables = list(stream)
    whole.observe("purchase", "2005-01-01")
    expected = list(whole.run(dates).table())
    assert len(tables) > 10 and stream.next() is None
    found = [row for table in tables for row in table]
    assert [{name: row[name] for name in found[0]} for row in expected] == found


def test_failures_say_why(bank):
    stream = bank.stream(as_of="2005-09-20", rows=10, **streams(9, after=20))
    with pytest.raises(Exception, match="the line went dead"):
        pyarrow.RecordBatchReader.from_stream(stream).read_all()
    turned = {name: values[::-1] for name, values in CUSTOMERS.items()}
    with pytest.raises(lc.MismatchError) as caught:
        bank.stream(as_of="2005-09-20", customers=reader(turned, 3)).next()
    assert caught.value.row == 1 and caught.value.field == "customer"
    with pytest.raises(lc.UnknownError, match="did you mean"):
        bank.stream(as_of="2005-09-20", purchas=reader(PURCHASES, 3))
    with pytest.raises(TypeError):
        bank.stream(as_of="2005-09-20", customers={"customer": [1]})
    with pytest.raises(lc.MisuseError):
        bank.batch().add_entities("customer", {"customer": [1]}).stream("2005-09-20")


def test_attributes_and_what_is_rejected(bank):
    ages = {"customer": pyarrow.array([1, 2, 9]), "time": pyarrow.array(["2005-01-01", "soon", "2005-10-01"]), "city": pyarrow.array(["a", "b", "c"])}
    stream = bank.batch().stream("2005-09-20").add_attributes("customer", reader(ages, 2)).set_rows(1)
    tables = list(stream)
    assert [key for table in tables for key in table["customer"]] == [1, 2, 9]
    assert list(stream.rejected["row"]) == [1] and len(stream.errors) >= 0
    report = list(stream.report)
    assert [(row["source"], row["name"], row["rows"], row["later"], row["malformed"]) for row in report] == [("attributes", "customer", 3, 1, 1)]


def test_a_reader_may_stop_and_handles_go_in_any_order(bank):
    for first in (True, False):
        stream = bank.stream(as_of="2005-09-20", rows=5, **streams(3))
        out = pyarrow.RecordBatchReader.from_stream(stream)
        assert out.read_next_batch().num_rows > 0
        if first:
            stream.close()
            assert out.read_next_batch().num_rows > 0
        del out
        stream.close()
    stream = bank.stream(as_of="2005-09-20", **streams(3))
    stream.__arrow_c_stream__()
    with pytest.raises(lc.MisuseError):
        stream.next()
