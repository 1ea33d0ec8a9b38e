"""Portfolios: a small one by hand, the bundled one, and everything that may happen while a batch runs."""
import concurrent.futures
import datetime
import decimal
import threading

import pytest

import libcustomer as lc

D = decimal.Decimal
CUSTOMERS = {"customer": ["A", "B"], "age": [41, None], "opened_on": ["2005-09-01", "2005-09-01"]}
ACCOUNTS = {"account": ["a1", "a2", "b1"], "customer": ["A", "A", "B"]}
PURCHASES = {"account": ["a1", "a2", "zz", "a1"], "time": ["2005-09-10", "2005-09-11", "2005-09-12", "soon"], "items": [1, 2, 3, 4]}


def small(bank, **more):
    accounts = lc.Table(dict(ACCOUNTS, limit=["100.00", "50.00", None]), money={"limit": ("CNY", "major")})
    purchases = lc.Table(dict(PURCHASES, amount=[500, 250, 1, 1]), money={"amount": "CNY"})
    return bank.run(customers=CUSTOMERS, accounts=accounts, purchase=purchases, as_of="2005-09-20", **more)


def test_a_small_portfolio(bank):
    result = small(bank)
    table = result.table()
    assert table["customer"] == ["A", "B"] and table["purchases_30d"] == [2, 0] and table["total_limit"] == [D("150.00"), D("0.00")]
    assert table["spend_30d"] == [D("7.50"), D("0.00")] and table["customer.stage"] == ["activated", "acquired"]
    assert result.table("account")["last_items"] == [1, 2, None]
    assert table["behaviour"] == [500 + 15 - 8, 482.0] and table["behaviour.reasons"] == [["LOW_SPEND"], ["FEW_PURCHASES", "LOW_SPEND"]]
    report = {row["name"]: row for row in result.report if row["source"] == "events"}["purchase"]
    assert [report[name] for name in ("rows", "taken", "later", "rejected", "unknown_key", "malformed")] == [4, 2, 0, 2, 1, 1]
    assert sorted(result.rejected["row"]) == [2, 3] and len(result.errors) >= 0 and bank.digest[:8] in result.digest
    funnel = result.funnel("customer", "2005-09-20")
    assert dict(zip(funnel["stage"], funnel["count"]))["activated"] == 1
    moves = result.transitions("customer", "2005-09-01", "2005-09-20")
    assert list(moves) == [{"from": "acquired", "to": "activated", "count": 1}]
    assert len(result) == 2 and list(result) == list(table) and "2 customers" in repr(result)


def test_the_batch_gives_what_profiles_give(bank):
    result = small(bank)
    batch = bank.batch().add_entities("customer", CUSTOMERS).add_entities("account", ACCOUNTS)
    batch.add_events("purchase", lc.Table(dict(PURCHASES, amount=[500, 250, 1, 1]), money={"amount": "CNY"}))
    profile = batch.profile("A", "2005-09-20")
    outcome = profile.evaluate("2005-09-20")
    assert outcome.features["purchases_30d"] == 2 and outcome.scores["behaviour"] == result.table()["behaviour"][0]
    assert "purchases_30d" in str(outcome.explain("stage"))


def test_a_result_is_a_frame(bank):
    pandas, polars, pyarrow = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    result = small(bank)
    assert polars.DataFrame(result)["customer"].to_list() == ["A", "B"] == result.to_polars()["customer"].to_list()
    assert pyarrow.table(result).num_rows == 2 == result.to_pyarrow().num_rows
    assert list(result.to_pandas()["customer.stage"]) == ["activated", "acquired"]
    assert list(pandas.DataFrame(result)["purchases_30d"]) == [2, 0]


def test_frames_are_input(bank):
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for frame in (pandas.DataFrame, polars.DataFrame):
        result = bank.run(customers=frame({"customer": ["A"], "age": [41]}), accounts=frame(ACCOUNTS).head(2),
                          purchase=frame(PURCHASES).head(2), as_of="2005-09-20", observed_from={"purchase": "2005-01-01"})
        assert result.table()["purchases_30d"] == [2]


def test_dated_attributes_and_parts(bank):
    ages = {"customer": ["A", "A"], "time": ["2005-01-01", "2005-10-01"], "city": ["old", "new"]}
    result = bank.run(customers={"customer": ["A"]}, attributes={"customer": ages}, as_of="2005-09-20", parts="features")
    assert "customer.stage" not in result.table() and "behaviour" not in result.table() and "calls" in result.table()
    assert bank.run(customers={"customer": ["A"]}, as_of="2005-09-20", parts=["features", "scores"]).table().columns[-2] == "behaviour"
    with pytest.raises(ValueError, match="is none of features"):
        bank.batch().set_parts("offers")


def test_many_dates_at_once(bank):
    accounts = lc.Table(dict(ACCOUNTS, limit=["100.00", "50.00", None]), money={"limit": ("CNY", "major")})
    purchases = lc.Table(dict(PURCHASES, amount=[500, 250, 1, 1]), money={"amount": "CNY"})
    batch = bank.batch().add_entities("customer", CUSTOMERS).add_entities("account", accounts).add_events("purchase", purchases)
    dates = ["2005-09-10", "2005-09-05T08:00:00", datetime.date(2005, 9, 20)]
    result = batch.run(dates)
    table = result.table()
    assert table["customer"] == ["A"] * 3 + ["B"] * 3 and table.columns[1] == "as_of"
    assert table["purchases_30d"] == [1, 0, 2, 0, 0, 0]
    for i, date in enumerate(dates):
        alone = batch.run(date).table()
        for name in alone.columns:
            assert table[name][i] == alone[name][0] and table[name][i + 3] == alone[name][1]
    asked = {"customer": ["B", "A", "nobody", "A"], "as_of": ["2005-09-20", "2005-09-11", "2005-09-11", "soon"]}
    result = bank.run(customers=CUSTOMERS, accounts=accounts, purchase=purchases, as_of=asked)
    assert result.table()["customer"] == ["B", "A"] and result.table()["purchases_30d"] == [0, 2]
    assert result.table("account")["account"] == ["b1", "a1", "a2"]
    assert [row["source"] for row in result.rejected] == ["dates", "dates", "purchase", "purchase"]
    with pytest.raises(lc.CustomerError):
        result.membership("anyone")
    assert len(batch.run([])) == 0
    with pytest.raises(lc.MissingError):
        batch.run({"customer": ["A"]})


AHEAD = """
format: 1
strategy: fitting
version: "1"
timezone: Asia/Shanghai
currency: CNY
purposes: [service]
events:
  pay: {fields: {amount: money}}
features:
  spent: {sum: pay.amount, over: 30 days}
  spends_to_come: {sum: pay.amount, ahead: 30 days}
"""


def test_calibration_and_holdout_in_one_table():
    """Features as of each date, and what came in the thirty days behind it: the table that a model of spend is fitted on."""
    pays = lc.Table({"customer": ["A", "A", "A", "B"], "time": ["2005-01-10", "2005-02-10", "2005-03-10", "2005-02-01"], "amount": [100, 20, 3, 7]},
                    money={"amount": "CNY"})
    result = lc.Strategy.parse(AHEAD).run(
        customers={"customer": ["A", "B"]}, pay=pays, as_of=["2005-01-31", "2005-02-28", "2005-03-31"],
        observed_from={"pay": "2005-01-01"}, observed_until={"pay": "2005-03-31"})
    table = result.table()
    assert table["spent"] == [D("1.00"), D("0.20"), D("0.03"), D("0.00"), D("0.07"), D("0.00")]
    assert table["spends_to_come"] == [D("0.20"), D("0.03"), None, D("0.07"), D("0.00"), None]


def test_structure_that_is_wrong_fails_with_its_name(bank):
    with pytest.raises(lc.UnknownError, match="did you mean 'purchase'"):
        bank.run(customers=CUSTOMERS, purchas={}, as_of="2005-09-20")
    with pytest.raises(lc.UnknownError):
        bank.run(customers={"customer": ["A"], "agee": [1]}, as_of="2005-09-20")
    with pytest.raises(lc.MissingError):
        bank.run(as_of="2005-09-20")
    with pytest.raises(lc.RangeError):
        bank.batch().set_threads(0)
    with pytest.raises(lc.UnknownError):
        bank.batch().add_entities("customer", {"customer": ["A"]}).profile("B", "2005-09-20")
    result = small(bank)
    with pytest.raises(lc.RangeError):
        result.funnel("customer", "2005-09-21")


# ---- the bundled portfolio

@pytest.fixture
def batch(card_portfolio, portfolio):
    with card_portfolio.batch() as made:
        made.add_entities("customer", portfolio["customers"]).add_entities("account", portfolio["accounts"])
        made.add_events("statement", portfolio["statement"]).add_events("repayment", portfolio["repayment"])
        yield made


def test_the_bundled_portfolio(card_portfolio, portfolio, portfolio_files):
    result = card_portfolio.run(**portfolio, as_of="2005-10-01", threads=2)
    assert len(result) == 30000 and len(result.rejected) == 0
    funnel = result.funnel("customer", "2005-10-01")
    assert sum(funnel["count"]) == 30000 and sum(funnel["share"]) == pytest.approx(1)
    labels = lc.Table.read_csv(portfolio_files / "labels.csv", {"customer": "string", "default": "int"})
    assert labels["customer"] == result.table()["customer"]
    validation = lc.Validation(result.table().values("default_risk"), labels.values("default"))
    assert 0.75 < validation.auc < 0.80                   # the figure that is usual for this set, from its last statement and before


def test_threads_and_executors_cannot_be_seen(batch):
    one = list(batch.run("2005-10-01").table())
    assert list(batch.set_threads(7).run("2005-10-01").table()) == one
    used = set()
    with concurrent.futures.ThreadPoolExecutor(2, initializer=lambda: used.add(threading.get_ident())) as executor:
        assert list(batch.set_executor(executor).run("2005-10-01").table()) == one
        assert used
    assert list(batch.run("2005-10-01").table()) == one   # the executor is shut down: the calling thread runs it
    assert list(batch.set_executor(None).run("2005-10-01").table()) == one


class Broken(concurrent.futures.Executor):
    """Takes a number of tasks, then fails; drops every second one that it took."""

    def __init__(self, takes):
        self.takes = takes

    def submit(self, function, *arguments):
        if self.takes == 0:
            raise RuntimeError("no more")
        self.takes -= 1
        future = concurrent.futures.Future()
        if self.takes % 2:
            future.cancel()
        else:
            future.set_result(function(*arguments))
        return future


@pytest.mark.parametrize("takes", [0, 1, 2, 5])
def test_an_executor_that_fails_loses_nothing(batch, takes):
    one = batch.run("2005-10-01").table()["default_risk"]
    assert batch.set_threads(4).set_executor(Broken(takes)).run("2005-10-01").table()["default_risk"] == one


def test_progress_is_told_and_ends_a_run(batch):
    told = []
    batch.run("2005-10-01", progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told) and told[-1] == (30000, 30000)
    with pytest.raises(lc.CancelledError):
        batch.run("2005-10-01", progress=lambda done, total: True)
    assert len(batch.run("2005-10-01")) == 30000          # and the next is not bothered


@pytest.mark.parametrize("kind", [ZeroDivisionError, KeyboardInterrupt, SystemExit])
def test_what_progress_raises_ends_the_run_and_is_raised(batch, kind):
    def fail(done, total):
        raise kind("told enough")

    with pytest.raises(kind, match="told enough"):
        batch.set_threads(2).run("2005-10-01", progress=fail)
    assert len(batch.run("2005-10-01")) == 30000


def test_another_thread_cancels(batch):
    cancel = lc.Cancel()
    with pytest.raises(lc.CancelledError) as caught:
        batch.run("2005-10-01", progress=lambda done, total: cancel.request(), cancel=cancel)
    assert caught.value.name == "CSTM_ERROR_CANCELLED"
    assert len(batch.run("2005-10-01", cancel=lc.Cancel())) == 30000


def test_the_interpreters_lock_is_given_up(batch):
    counted, stop, running = [0], threading.Event(), threading.Event()

    def count():
        while not stop.is_set():
            counted[0] += 1
            running.set()

    thread = threading.Thread(target=count)
    thread.start()
    try:
        assert running.wait(10)
        before = counted[0]
        batch.run("2005-10-01")
        during = counted[0] - before
    finally:
        stop.set()
        thread.join()
    # One switch of the interpreter's threads lasts 5 ms; with the lock kept, nothing would be counted during a run of many times that.
    assert during > 1000
