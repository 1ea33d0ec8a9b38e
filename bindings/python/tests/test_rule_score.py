"""Rules, scorecards, scorers and validation."""
import datetime
import decimal
import pickle

import pytest

import libcustomer as lc

NAMES = {"balance": "money", "limit": "money", "status": "int"}


def card():
    made = lc.Scorecard("behaviour", base=600).set_reasons("below_best", 2)
    made.characteristic("past due", "status", reason="PAST_DUE").up_to(0, 38).up_to(1, -12).above(1, -55).missing(0)
    made.characteristic("city", "city", reason="CITY", type="string").value("Taipei", 10).value("Tainan", 5, "SOUTH").other(0)
    made.characteristic("vip", "vip", reason="VIP", type="bool").value(True, 7).value(False, 0).missing(0)
    return made


def test_a_rule_over_a_table():
    rule = lc.Rule("balance / limit > 0.9", NAMES, currency="CNY", type="bool")
    assert (rule.text, rule.type, rule.reads) == ("balance / limit > 0.9", "bool", ["balance", "limit"])
    table = lc.Table({"balance": [95, 10, None, 1], "limit": [100, 100, 100, 0]}, money={"balance": "CNY", "limit": "CNY"})
    result = rule.evaluate(table)
    assert result["value"] == [True, False, None, None]
    assert [lc.errors._NAMES.get(state, "") for state in result["state"]] == ["", "", "CSTM_ERROR_MISSING", "CSTM_ERROR_DIVIDE"]
    other = rule.copy()
    rule.close()
    assert other.evaluate(table)["value"][0] is True and "balance / limit" in repr(other)


def test_a_rule_takes_anything_that_a_table_is_made_of():
    polars = pytest.importorskip("polars")
    rule = lc.Rule("n + 1", {"n": "int"})
    assert rule.evaluate(polars.DataFrame({"n": [1, 2]}))["value"] == [2, 3]
    assert rule.evaluate({"n": [1, None]})["value"] == [2, None]


def test_an_explanation_names_each_operand():
    explanation = lc.Rule("status >= 1 && n < 5", {"status": "int", "n": "int"}).explain({"status": [0, 2], "n": [1, 9]}, 1)
    lines = list(explanation)
    assert len(lines) == len(explanation) and lines[0].depth == 0 and lines[-1] == explanation[-1]
    assert any(line.text == "n" and line.value == "9" and line.state == "value" for line in lines)
    assert "status" in str(explanation)
    with pytest.raises(IndexError):
        explanation[len(lines)]
    with pytest.raises(lc.MisuseError):
        lc.Rule("n", {"n": "int"}).explain({"n": [1]}, 1)


def test_faults_of_a_rule_have_their_column():
    with pytest.raises(lc.CustomerError) as caught:
        lc.Rule("balance > limt", NAMES, currency="CNY")
    assert caught.value.column == 11 and "limit" in str(caught.value)
    with pytest.raises(lc.WrongTypeError):
        lc.Rule("status + 1", NAMES, currency="CNY", type="bool")
    with pytest.raises(ValueError, match="is none of"):
        lc.Rule("n", {"n": "number"})
    with pytest.raises(lc.CustomerError):
        lc.Rule("n", {"n": "int"}).evaluate({"m": [1]})


def test_a_scorecard_scores_with_reasons():
    scorer = card().build()
    assert (scorer.kind, scorer.name, len(scorer.digest)) == ("scorecard", "behaviour", 64)
    assert scorer.inputs == {"status": "double", "city": "string", "vip": "bool"}
    assert scorer.reasons == ["PAST_DUE", "CITY", "SOUTH", "VIP"]
    result = scorer.score({"status": [0, 2, None], "city": ["Taipei", "Tainan", "Hualien"], "vip": [True, False, None]}, threads=2)
    assert result["score"] == [600 + 38 + 10 + 7, 600 - 55 + 5 + 0, 600.0]
    assert result["reasons"] == [[], ["PAST_DUE", "VIP"], ["PAST_DUE", "CITY"]]     # lost 93, 7, 5; lost 38, 10, 7
    assert result["state"] == [0, 0, 0]
    other = scorer.copy()
    scorer.close()
    assert other.digest == card().build().digest


def test_neutral_points_and_scaling():
    made = lc.Scorecard("scaled").set_reasons("below_neutral", 1, "greatest").set_scaling(20, 19, 600)
    made.characteristic("x", "x", reason="X", neutral=1.0).up_to(0, 0).above(0, 2)
    result = made.build("CNY").score({"x": [-1.0, 1.0]})
    # 600 + 20 / ln 2 * (0 - ln 19)
    assert result["score"][0] == pytest.approx(600 - 20 / 0.6931471805599453 * 2.9444389791664403, abs=1e-9)
    assert result["reasons"] == [["X"], []]


def test_all_faults_of_a_card_come_at_once():
    made = lc.Scorecard("bad")
    made.characteristic("a", "a", reason="A").up_to(1, 0).up_to(0, 1)
    made.characteristic("b", "b", reason="B")
    with pytest.raises(lc.CustomerError) as caught:
        made.build()
    assert len(caught.value.errors) >= 2 and {error.field for error in caught.value.errors} == {"a", "b"}
    with pytest.raises(ValueError, match="is none of"):
        made.set_reasons("best")
    with pytest.raises(TypeError):
        made.characteristic("c", "c", reason="C", type="string").value(3, 1)


def test_scoring_is_watched():
    scorer, table, told = card().build(), lc.Table({"status": [0] * 100000, "city": ["x"] * 100000, "vip": [True] * 100000}), []
    scorer.score(table, threads=2, progress=lambda done, total: told.append((done, total)))
    assert told and told[-1] == (100000, 100000) and told == sorted(told)
    cancel = lc.Cancel()
    cancel.request()
    with pytest.raises(lc.CancelledError):
        scorer.score(table, cancel=cancel)

    def fail(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scorer.score(table, progress=fail)
    assert len(scorer.score(table)) == 100000


def test_validation_by_hand():
    # Events at 1 and 2, others at 2 and 3: pairs (1,2) (1,3) (2,3) right, (2,2) tied: 3.5 of 4.
    validation = lc.Validation([1.0, 2.0, 2.0, 3.0], [1, 1, 0, 0])
    assert (validation.rows, validation.events) == (4, 2)
    assert validation.auc == 0.875 and validation.gini == 0.75 and validation.ks == 0.5
    assert validation.brier is None and validation.ks_cut in (1.0, 2.0)
    bands = validation.bands(2)
    assert bands["count"] == [3, 1] and bands["events"] == [2, 0]
    assert validation.bands([1.0, 2.0])["count"] == [1, 2, 1]
    risky = lc.Validation([0.9, 0.1], [True, False], [2.0, 1.0], higher_is="riskier")
    assert risky.auc == 1.0 and risky.brier == pytest.approx(0.01)
    assert lc.Validation([1.0], [1]).auc is None


def test_validation_of_columns():
    numpy = pytest.importorskip("numpy")
    assert lc.Validation(numpy.array([1, 2.0]), numpy.array([1, 0], dtype="int64")).auc == 1.0
    table = lc.Table({"score": [1.0, 2.0], "default": [1, 0]})
    assert lc.Validation(table.values("score"), table.values("default")).auc == 1.0


def test_validation_refuses():
    with pytest.raises(ValueError, match="same length"):
        lc.Validation([1.0], [])
    with pytest.raises(lc.NotFiniteError):
        lc.Validation([float("nan")], [1])
    with pytest.raises(lc.RangeError) as caught:
        lc.Validation([1.0, 2.0], [1, 2])
    assert caught.value.row == 1
    with pytest.raises(ValueError, match="is none of"):
        lc.Validation([1.0], [1], higher_is="better")


def test_what_was_skipped_is_said_to_be():
    lines = list(lc.Rule("n > 5 && n < 9", {"n": "int"}).explain({"n": [1]}, 0))
    assert [(line.text, line.state, line.status) for line in lines[3:]] == [("n < 9", "skipped", ""), ("n", "skipped", "")]
    assert str(lines[3]) == "  n < 9"


def test_an_activation_gives_what_the_table_gives():
    names = {"income": "money", "born": "date", "seen": "timestamp", "city": "string", "rate": "double", "vip": "bool", "n": "int"}
    rule = lc.Rule("vip ? city + '!' : n > 2 && rate > 0.5 && born < date('2000-01-01') && income > money('10') && "
                   "seen > timestamp('2005-01-01T00:00:00Z') ? 'rich' : 'other'", names, currency="CNY")
    rows = {"income": [None, 2000, 100], "born": [datetime.date(1990, 1, 1)] * 3,
            "seen": [datetime.datetime(2005, 9, 30, tzinfo=datetime.timezone.utc)] * 3, "city": ["x", None, "南京"],
            "rate": [0.75, 0.75, 0.1], "vip": [True, False, True], "n": [1, 3, None]}
    table = rule.evaluate(lc.Table(rows, money={"income": "CNY"}))
    with rule.activation() as case:
        rule.close()
        for i in range(3):
            values = {name: column[i] for name, column in rows.items()}
            values["income"] = None if rows["income"][i] is None else decimal.Decimal(rows["income"][i]) / 100
            assert case.set(values).evaluate() == table["value"][i]
        assert str(case.explain()).startswith("vip ?")


def test_a_rule_tells_its_cost_and_what_is_odd_about_it():
    with pytest.warns(lc.RuleWarning, match="no value of 'n' satisfies this operand and those before it"):
        odd = lc.Rule("n > 5 && n < 3", {"n": "int"})
    assert [(type(one), one.line, one.column) for one in odd.warnings] == [(lc.UnreachableError, 1, 10)]
    plain = lc.Rule("n > 5", {"n": "int"})
    assert plain.warnings == [] and plain.cost == 3 < odd.cost


def _quietly(rule):
    with pytest.warns(lc.RuleWarning):
        return lc.Rule(rule, {"n": "int"})


def test_the_nearest_change_says_what_would_have_to_be_otherwise():
    names = {"income": "money", "born": "date", "seen": "timestamp", "city": "string", "rate": "double", "vip": "bool", "n": "int"}
    values = {"income": 5000, "born": datetime.date(1990, 1, 1), "seen": datetime.datetime(2005, 9, 30, tzinfo=datetime.timezone.utc),
              "city": "x", "rate": 0.5, "vip": True, "n": 1}
    rule = lc.Rule("income > money('8000') && born < date('1980-01-01') && seen > timestamp('2006-01-01T00:00:00Z') && "
                   "city in ['a', 'b'] && rate >= 0.75 && !vip && n == 3", names, currency="CNY", timezone="Asia/Shanghai")
    nearest = rule.activation().set(values).nearest()
    assert len(nearest) == 7 and nearest.outcome and nearest.possible and nearest.exact and nearest.transition == -1
    assert {change.name: change.value for change in nearest} == {
        "income": decimal.Decimal("8000.01"), "born": datetime.date(1979, 12, 31),
        "seen": datetime.datetime(2006, 1, 1, 0, 0, 0, 1, tzinfo=datetime.timezone.utc), "city": "a", "rate": 0.75, "vip": False, "n": 3}
    assert nearest[0] == lc.Change("income", "5000.00", "value", ">= 8000.01", "8000.01", decimal.Decimal("8000.01"))
    assert str(nearest).splitlines()[3] == "city: 'x' -> 'a' (in ['a', 'b'])"
    other = lc.Rule("n > 4", {"n": "int"})
    taken = other.nearest({"n": [5, None]}, 1)
    assert [change.value for change in taken] == [5] and taken[0].state == "missing"
    never = _quietly("n > 4 && n < 3").nearest({"n": [5]}, 0)
    assert not never.possible and never.exact and list(never) == []
    assert lc.Rule("!has(n)", {"n": "int"}).nearest({"n": [5]}, 0)[0].value is None
    with pytest.raises(lc.WrongTypeError):
        lc.Rule("n + 1", {"n": "int"}).activation().nearest()


def test_an_activation_of_every_result_type():
    one = {"m": "money", "d": "date", "t": "timestamp", "i": "int", "x": "double", "b": "bool"}
    values = {"m": decimal.Decimal("12.34"), "d": datetime.date(2004, 2, 29),
              "t": datetime.datetime(2004, 2, 29, 1, 2, 3, 4, tzinfo=datetime.timezone.utc), "i": -5, "x": 0.5, "b": False}
    for name, value in values.items():
        case = lc.Rule(name, one, currency="CNY").activation()
        assert case.evaluate() is None
        assert case.set({name: value}).evaluate() == value


def test_values_that_a_rule_does_not_read_are_passed_over():
    names = {"n": "int", "m": "int"}
    customer = {"n": 3, "m": 5}
    assert lc.Rule("n > 2", names).activation().set(customer).evaluate() is True
    assert lc.Rule("m > n", names).activation().set(customer).evaluate() is True


def test_a_rule_whose_result_no_column_holds_has_no_type():
    assert lc.Rule("d - d", {"d": "date"}).type == ""
    with pytest.raises(lc.WrongTypeError, match="no column can hold"):
        lc.Rule("[n]", {"n": "int"}).activation()


def test_an_activation_says_what_is_wrong():
    case = lc.Rule("n / 2 > m / 1 && city == 'a'", {"n": "int", "m": "int", "city": "string"}).activation()
    with pytest.raises(KeyError, match="the rule has no name 'citty', did you mean 'city'?"):
        case.set(citty="a")
    with pytest.raises(TypeError, match="n is int; a str"):
        case.set(n="1")
    with pytest.raises(lc.WrongTypeError):
        case.set_double(0, 1.5)
    with pytest.raises(lc.MisuseError):
        case.set_int64(3, 1)
    divided = lc.Rule("1 / n", {"n": "int"}).activation().set(n=0)
    with pytest.raises(lc.DivideError):
        divided.evaluate()
