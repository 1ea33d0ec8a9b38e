"""Segments: the verdict on one customer, memberships of a portfolio and their algebra, and what changed since."""
import pytest

import libcustomer as lc

SEGMENTS = """
format: 1
strategy: segments
version: "1"
timezone: Asia/Shanghai
currency: CNY
purposes: [service, credit]
entities: {account: {of: customer}}
attributes:
  limit: {for: account, type: money}
events:
  statement: {on: account, fields: {balance: money, status: int}}
features:
  status: {last: statement.status}
  balance: {for: account, last: statement.balance}
segments:
  transactors: {when: status == -1, purpose: service}
  revolvers: {when: status >= 0, purpose: service}
  others: {when: "!in_segment('transactors') && !in_segment('revolvers')", purpose: service}
  heavy: {for: account, when: balance / limit >= 0.5, purpose: credit}
"""
CUSTOMERS = {"customer": ["a", "b", "c", "d"]}
STATEMENTS = {"account": ["a1", "b1", "d1", "a1", "b1"], "time": ["2005-09-30"] * 3 + ["2005-10-31"] * 2, "status": [-1, 0, 1, 0, -1]}


@pytest.fixture(scope="module")
def strategy():
    return lc.Strategy.parse(SEGMENTS, "segments.yaml")


def run(strategy, as_of, **more):
    accounts = lc.Table({"account": ["a1", "b1", "c1", "d1"], "customer": ["a", "b", "c", "d"], "limit": [100000, 100000, 100000, 0]},
                        money={"limit": "CNY"})
    statements = lc.Table(dict(STATEMENTS, balance=[1000, 60000, 500, 10000, 0]), money={"balance": "CNY"})
    return strategy.run(customers=CUSTOMERS, accounts=accounts, statement=statements, as_of=as_of, **more)


def test_a_strategy_says_its_segments(strategy):
    assert list(strategy.segments) == ["transactors", "revolvers", "others", "heavy"]
    assert strategy.segments["revolvers"] == strategy.rule_of("segment", "revolvers") == "status >= 0"
    assert strategy.purpose_of("segment", "heavy") == "credit" and strategy.entity_of("segment", "heavy") == "account"
    assert strategy.rule_of("feature", "status") == "" == strategy.purpose_of("feature", "status")


def test_one_customer_is_in_a_segment_or_not_or_it_cannot_be_said(strategy):
    profile = strategy.profile("a")
    account = profile.entity("account", "a1")
    outcome = profile.evaluate("2005-09-30")
    assert dict(outcome.segments) == {"transactors": None, "revolvers": None, "others": None}
    assert outcome.status("segment", "revolvers") == "CSTM_ERROR_MISSING" and outcome.state("segment", "revolvers") == "missing"
    account.set(limit="0.00").record("statement", time="2005-09-30", balance="5.00", status=0)
    outcome = profile.evaluate("2005-09-30")
    assert dict(outcome.segments) == {"transactors": False, "revolvers": True, "others": False}
    assert outcome.on(account).segments["heavy"] is None and outcome.status("segment", "heavy", account) == "CSTM_ERROR_DIVIDE"
    assert "status >= 0 = true" in str(outcome.explain("segment", "revolvers"))
    nearest = profile.nearest("2005-09-30", "segment", "revolvers")
    assert str(nearest) == "status: 0 -> -1 (<= -1)" and not nearest.outcome
    with pytest.raises(lc.WrongTypeError):
        profile.nearest("2005-09-30", "feature", "status")
    with pytest.raises(lc.UnknownError, match="did you mean 'revolvers'"):
        outcome.segments["revolver"]


def test_a_portfolio_in_segments(strategy):
    result = run(strategy, "2005-09-30", threads=2)
    assert result.table()["segment.revolvers"] == [False, True, None, True]
    assert list(result.segments())[1] == {"segment": "revolvers", "entity": "customer", "met": 2, "not_met": 1, "undecided": 1, "share": 0.5}
    assert list(result.overlap())[0] == {"segment": "transactors", "other": "revolvers", "both": 0, "either": 3, "undecided": 1, "jaccard": 0.0}
    heavy = result.membership("heavy")
    assert list(heavy) == ["b1"] and len(heavy) == 1 and heavy.rows == 4 and heavy.count("undecided") == 2
    assert list(heavy.select("undecided")) == [
        {"account": "c1", "row": 2, "status": 9, "reason": "CSTM_ERROR_MISSING"},
        {"account": "d1", "row": 3, "status": 19, "reason": "CSTM_ERROR_DIVIDE"}]
    assert [heavy.verdict(i) for i in range(4)] == ["not met", "met", "undecided", "undecided"]
    assert heavy.status(3) == "CSTM_ERROR_DIVIDE" and heavy.status(0) == "CSTM_OK"
    assert heavy.bits() == b"\x02" and heavy.bits("undecided") == b"\x0c"
    assert "segment.revolvers" not in run(strategy, "2005-09-30", parts="features").table()
    with pytest.raises(lc.MisuseError, match="did not compute segments"):
        run(strategy, "2005-09-30", parts=["features", "scores"]).segments()


def test_algebra_keeps_the_undecided(strategy):
    result = run(strategy, "2005-09-30")
    transactors, revolvers = result.membership("transactors"), result.membership("revolvers")
    result.close()
    assert list(transactors | revolvers) == ["a", "b", "d"] and list(transactors & revolvers) == []
    assert list(~transactors) == ["b", "d"] and (~transactors).count("undecided") == 1
    assert list(revolvers - transactors) == ["b", "d"] and (revolvers & ~transactors | transactors).count() == 3
    overlap = transactors.overlap(revolvers)
    assert overlap == lc.Overlap(both=0, either=3, undecided=1) and overlap.jaccard == 0 and lc.Overlap(0, 0, 4).jaccard is None
    assert "3 of 4 rows, 1 undecided" in repr(transactors | revolvers) and "b" in revolvers and "a" not in revolvers
    with pytest.raises(lc.MismatchError):
        transactors & lc.Membership.read({"met": [True, False]})
    with pytest.raises(TypeError):
        transactors & {"a"}


def test_what_changed_since(strategy):
    then, now = (run(strategy, day).membership("revolvers") for day in ("2005-09-30", "2005-10-31"))
    assert list(now.changes(then)) == [
        {"customer": "a", "from": "not met", "to": "met", "change": "joined"},
        {"customer": "b", "from": "met", "to": "not met", "change": "left"}]
    assert now.turnover(then) == {"joined": 1, "left": 1, "ruled out": 0, "became undecided": 0, "appeared": 0, "vanished": 0, "unchanged": 2}


def test_a_membership_is_kept_as_a_table(strategy):
    revolvers = run(strategy, "2005-09-30").membership("revolvers")
    kept = revolvers.table()
    assert list(kept) == [{"customer": "a", "met": False, "status": 0}, {"customer": "b", "met": True, "status": 0},
                          {"customer": "c", "met": None, "status": 9}, {"customer": "d", "met": True, "status": 0}]
    again = lc.Membership.read(kept, status="status", key="customer")
    assert again.turnover(revolvers)["unchanged"] == 4 and again.status(2) == "CSTM_ERROR_MISSING"
    result = run(strategy, "2005-09-30")
    assert lc.Membership.read(result.table(), "segment.revolvers", key="customer").turnover(revolvers)["unchanged"] == 4


def test_a_rule_of_its_own_makes_one():
    rule = lc.Rule("balance / limit >= 1", {"balance": "int", "limit": "int"})
    people = {"name": ["x", "y", "z"], "balance": [5, 5, None], "limit": [1, 0, 1]}
    membership = lc.Membership(rule, people, "name")
    assert list(membership) == ["x"] and membership.count("undecided") == 2 and membership.status(1) == "CSTM_ERROR_DIVIDE"
    assert list(lc.Membership(rule, people)) == [0]
    with pytest.raises(lc.WrongTypeError):
        lc.Membership(lc.Rule("balance", {"balance": "int"}), people)
    with pytest.raises(lc.UnknownError):
        lc.Membership(rule, people, "nome")


def test_frames(strategy):
    polars, pyarrow, numpy = (pytest.importorskip(name) for name in ("polars", "pyarrow", "numpy"))
    pytest.importorskip("pandas")
    revolvers = run(strategy, "2005-09-30").membership("revolvers")
    assert revolvers.to_polars()["met"].to_list() == [False, True, None, True] == polars.DataFrame(revolvers)["met"].to_list()
    assert revolvers.to_pyarrow().num_rows == 4 == pyarrow.table(revolvers).num_rows
    assert list(revolvers.to_pandas()["customer"]) == ["a", "b", "c", "d"]
    bits = numpy.unpackbits(numpy.frombuffer(revolvers.bits(), "u1"), count=revolvers.rows, bitorder="little")
    assert bits.tolist() == [0, 1, 0, 1]
    assert revolvers.select("undecided").to_pandas()["reason"].tolist() == ["CSTM_ERROR_MISSING"]


def test_misuse(strategy):
    membership = lc.Membership.read({"met": [True, None]})
    for wrong in ("maybe", "MET", 1):
        with pytest.raises(ValueError):
            membership.count(wrong)
    with pytest.raises(ValueError, match="a bitmap is of"):
        membership.bits("not met")
    for row in (-1, 2):
        with pytest.raises(IndexError):
            membership.verdict(row)
        with pytest.raises(IndexError):
            membership.status(row)
    membership.close()
    assert repr(membership) == "<Membership closed>"
    with pytest.raises(ValueError, match="closed"):
        len(membership)
    with pytest.raises(lc.UnknownError):
        run(strategy, "2005-09-30").membership("nobody")
