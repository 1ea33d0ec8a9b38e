"""The strategy: what it says of itself, names to numbers, times."""
import datetime

import pytest

import libcustomer as lc

from conftest import BANK, ROOT

UTC = datetime.timezone.utc


def test_what_a_strategy_says(bank):
    assert (bank.name, bank.version, bank.currency, bank.timezone) == ("bank", "1", "CNY", "Asia/Shanghai")
    assert len(bank.digest) == 64 and bank.warnings == [] and repr(bank) == "<Strategy bank 1>"
    assert bank.entities == ["customer", "account", "card"]
    assert bank.attributes["limit"] == "money" and bank.attributes["birthday"] == "date"
    assert bank.features["spend_30d"] == "money" and bank.features["items_share"] in ("int", "double")
    assert bank.events["call"] == {"minutes": "int"} and list(bank.events["purchase"].values()) == [
        "money", "bool", "string", "int", "double", "date", "timestamp"]
    assert bank.lifecycles == {"customer": ["acquired", "activated", "dormant"]} and bank.scores == ["behaviour"]
    assert (bank.entity_of("feature", "last_items"), bank.entity_of("entity", "card"), bank.entity_of("entity", "customer")) == (
        "account", "account", "")


def test_the_same_text_is_the_same_strategy(tmp_path, bank):
    path = tmp_path / "bank.yaml"
    path.write_text(BANK, encoding="utf-8")
    assert lc.Strategy.load(path).digest == lc.Strategy.load(str(path)).digest == bank.digest == bank.copy().digest


def test_numbers_are_looked_up_once(bank):
    number = bank.number("feature", "calls")
    assert number == list(bank.features).index("calls") == bank.number("feature", "calls")
    assert bank.field("purchase", "items") == bank.field(bank.number("event", "purchase"), "items") == 3
    with pytest.raises(ValueError, match="is none of entity"):
        bank.number("stage", "x")


def test_times_are_read_in_the_strategys_zone(bank):
    midnight = bank.instant("2005-10-01")
    assert midnight == 1128096000000000                    # TZ=Asia/Shanghai date -d 2005-10-01 +%s
    assert bank.instant(datetime.date(2005, 10, 1)) == bank.instant(datetime.datetime(2005, 10, 1)) == midnight
    assert bank.instant(datetime.datetime(2005, 9, 30, 16, tzinfo=UTC)) == bank.instant("2005-09-30T16:00:00Z") == midnight
    assert bank.as_of("2005-10-01") == bank.as_of(datetime.date(2005, 10, 1)) == midnight + 86400000000 - 1
    assert bank.as_of(midnight) == midnight
    assert bank.day("2005-10-01") == bank.day(midnight) == 13057
    with pytest.raises(lc.MalformedError):
        bank.instant("yesterday")
    with pytest.raises(TypeError):
        bank.instant(1.5)


def test_the_scorer_of_a_score(card_portfolio):
    scorer = card_portfolio.scorer("default_risk")
    assert scorer.kind == "scorecard" and "last_status" in scorer.inputs and "PAST_DUE" in scorer.reasons
    with pytest.raises(lc.UnknownError, match="default_risk"):
        card_portfolio.scorer("default_rsk")


def test_a_strategy_of_the_examples_compiles_without_warnings():
    assert lc.Strategy.load(ROOT / "examples" / "card-portfolio.yaml").warnings == []


def test_documents_are_handed_along_by_name():
    text = ("format: 1\nstrategy: s\nversion: 1\ntimezone: Asia/Shanghai\ncalendar: cn.yaml\nattributes: {due: {type: date}}\n"
            "features: {worked: {rule: is_workday(due)}, age: {rule: \"age_on(due, today)\"}}\n")
    calendar = (ROOT / "examples" / "calendars" / "cn.yaml").read_text(encoding="utf-8")
    with lc.Strategy.parse(text, files={"cn.yaml": calendar}) as strategy, strategy.profile("A") as customer:
        customer.set(due=datetime.date(2024, 2, 4))
        outcome = customer.evaluate("2024-02-04")
        assert outcome.features["worked"] is True and outcome.features["age"] == 0
    with pytest.raises(lc.MissingError, match="'cn.yaml', which was not handed along"):
        lc.Strategy.parse(text)
    with pytest.raises(lc.MismatchError, match="x.yaml"):
        lc.Strategy.parse(text.replace("cn.yaml", "x.yaml"), files={
            "x.yaml": "format: 1\ncalendar: x\nyears: [2024]\nworkdays: [2024-02-05]\n"})


def test_quantiles_are_measured_and_read():
    text = ("format: 1\nstrategy: s\nversion: 1\ntimezone: Asia/Shanghai\nquantiles: {age: age.yaml}\n"
            "attributes: {age: {type: int}}\nfeatures: {rank: {rule: \"rank_of(age, today, 'age')\"}}\n")
    with lc.Table({"age": [20, 30, 30, 40]}) as table:
        ages = table.quantiles("age", "age", datetime.date(2024, 1, 31))
        assert ages == table.quantiles("age", "age", 19753) == table.quantiles("age", "age", "2024-01-31") and "values: [20, 30, 40]\n    counts: [1, 3, 4]\n" in ages
        assert table.quantiles("age", "age", datetime.date(2024, 2, 29), before=ages).startswith(ages)
        with pytest.raises(lc.PastError):
            table.quantiles("age", "age", datetime.date(2024, 1, 31), before=ages)
    with lc.Strategy.parse(text, files={"age.yaml": ages}) as strategy, strategy.profile("A") as customer:
        customer.set(age=30, at="2024-01-01")
        assert customer.evaluate("2024-02-01").features["rank"] == 2
        assert customer.evaluate("2024-01-30").features["rank"] is None
