"""One customer: facts in by name and by number, evaluated, explained, kept, merged, taken over."""
import datetime
import decimal
import threading

import pytest

import libcustomer as lc

from conftest import BANK

UTC = datetime.timezone.utc
D = decimal.Decimal
PURCHASE = {"amount": D("12.50"), "online": True, "category": "餐饮", "items": 3, "rate": 0.25, "booked": datetime.date(2005, 9, 11),
            "sent": datetime.datetime(2005, 9, 10, 4, tzinfo=UTC)}
LAST = {f"last_{name}": value for name, value in PURCHASE.items()}


def test_the_scenario_of_the_first_page(card_portfolio):
    customer = card_portfolio.profile("A-1001")
    account = customer.entity("account", "88-1").set(limit="200000.00", at="2003-04-01")
    account.record("statement", id="88-1/200509", time="2005-09-30", balance="3913.00", use="0.00", status=2)
    outcome = customer.evaluate("2005-10-01")
    assert outcome.stage["customer"] == "acquired" and outcome.on(account).stage["delinquency"] == "m2"
    assert outcome.on(account).features["balance"] == D("3913.00")
    assert outcome.on(account).features["utilisation"] == pytest.approx(3913 / 200000)
    stage = outcome.on(account).stages["delinquency"]
    assert (stage.name, stage.since, stage.days, stage.previous) == ("m2", datetime.date(2005, 9, 30), 1, "current")
    assert "acquired" in str(outcome.explain("stage"))
    assert card_portfolio.read(customer.to_bytes()).to_bytes() == customer.to_bytes()


def test_every_type_by_name(customer, bank):
    account = customer.entity("account", "88-1")
    account.record("purchase", time="2005-09-10T12:00:00", id="p1", **PURCHASE)
    account.record("purchase", time="2005-09-10T12:00:00", id="p1", **PURCHASE)      # delivered again
    outcome = customer.evaluate("2005-09-11")
    assert {name: outcome.on(account).features[name] for name in LAST} == LAST
    assert outcome.features["purchases_30d"] == 1 and outcome.features["spend_30d"] == D("12.50")
    attributes = {"age": 41, "vip": False, "city": "上海", "income": 1.5, "birthday": datetime.date(1964, 2, 29),
                  "seen": datetime.datetime(2005, 9, 1, tzinfo=UTC)}
    customer.set(attributes, at="2005-09-02", id="form-1")
    got = customer.evaluate("2005-09-11").attributes
    assert {name: got[name] for name in attributes} == attributes
    customer.set(age=None)
    assert customer.evaluate("2005-09-11").attributes["age"] == 41                    # what is dated counts above what always was
    customer.set(age=None, at="2005-09-03")
    outcome = customer.evaluate("2005-09-11")
    assert outcome.attributes["age"] is None and outcome.state("attribute", "age") == "missing"


def test_every_type_by_number_is_the_same(customer, bank):
    account, event = customer.entity("account", "88-1"), bank.event("purchase")
    number = event.field
    event.clear().on(account).at(bank.instant("2005-09-10T12:00:00")).id("p1")
    event.set_money(number("amount"), 1250).set_bool(number("online"), True).set_string(number("category"), "餐饮")
    event.set_int64(number("items"), 3).set_double(number("rate"), 0.25)
    event.set_date(number("booked"), bank.day("2005-09-11")).set_timestamp(number("sent"), bank.instant("2005-09-10T04:00:00Z"))
    customer.record_event(event)
    assert event.kind == "purchase" and "purchase" in repr(event)
    outcome = customer.evaluate("2005-09-11")
    assert {name: outcome.on(account).features[name] for name in LAST} == LAST

    by_name, by_number = bank.profile("B"), bank.profile("B")
    by_name.set(age=41, vip=True, city="x", income=1.5, birthday="1964-02-29", seen="2005-09-01T00:00:00Z", at="2005-09-02", id="f")
    by_name.entity("account", "1").set(limit="5.00")
    at, attribute, entity = bank.instant("2005-09-02"), lambda name: bank.number("attribute", name), by_number.customer
    entity.set_int64(attribute("age"), 41, at, "f").set_bool(attribute("vip"), True, at, "f").set_string(attribute("city"), "x", at, "f")
    entity.set_double(attribute("income"), 1.5, at, "f").set_date(attribute("birthday"), bank.day("1964-02-29"), at, "f")
    entity.set_timestamp(attribute("seen"), bank.instant("2005-09-01T00:00:00Z"), at, "f")
    by_number.entity("account", "1").set_money(attribute("limit"), 500)
    assert dict(by_name.evaluate("2005-10-01").attributes) == dict(by_number.evaluate("2005-10-01").attributes)
    entity.set_missing(attribute("age"), bank.instant("2005-09-03"))
    assert by_number.evaluate("2005-10-01").attributes["age"] is None
    event.set_missing(number("amount"))
    event.id("p2").set_int64(number("items"), 0)
    customer.record_event(event)
    outcome = customer.evaluate("2005-09-11")
    assert outcome.on(account).features["last_items"] == 0


def test_values_are_read_as_the_field_says(customer):
    account = customer.entity("account", "88-1")
    account.record("purchase", time="2005-09-10", amount=3913)
    assert customer.evaluate("2005-09-11").on(account).features["last_amount"] == D("3913.00")
    for wrong in ({"amount": 12.5}, {"amount": True}, {"items": True}, {"booked": PURCHASE["sent"]}, {"items": D("1.5")}):
        with pytest.raises(lc.CustomerError):
            account.record("purchase", time="2005-09-11", **wrong)
    with pytest.raises(TypeError, match="list is no value"):
        account.record("purchase", time="2005-09-11", category=["a"])
    numpy = pytest.importorskip("numpy")
    account.record("purchase", time="2005-09-12", items=numpy.int64(5), online=numpy.bool_(True), rate=numpy.float32(0.5))
    features = customer.evaluate("2005-09-13").on(account).features
    assert (features["last_items"], features["last_online"], features["last_rate"]) == (5, True, 0.5)


def test_all_fields_or_none(customer):
    event = customer.strategy.event("call")
    event.at("2005-09-10").set(minutes=7)
    with pytest.raises(lc.CustomerError):
        event.set(minutes="many")
    before = customer.to_bytes()
    with pytest.raises(lc.UnknownError, match="did you mean 'minutes'"):
        customer.record("call", time="2005-09-10", minuts=3)
    with pytest.raises(lc.CustomerError):
        customer.set(age=1, birthday="soon")
    assert customer.to_bytes() == before


def test_names_that_are_parameters(customer):
    with pytest.raises(lc.UnknownError, match="'time'"):
        customer.record("call", {"time": 1}, time="2005-09-10")
    with pytest.raises(lc.UnknownError, match="'at'"):
        customer.set({"at": 1})


def test_entities(customer):
    account = customer.entity("account", "88-1")
    card = account.entity("card", "4" * 16)
    assert (account.kind, account.key, account.parent, card.parent) == ("account", "88-1", customer.customer, account)
    assert customer.customer.parent is None and customer.key == "A-1001"
    assert [entity.kind for entity in customer.entities] == ["customer", "account", "card"] and len({*customer.entities, card}) == 3
    assert "account" in repr(account) and "3 entities" in repr(customer)
    with pytest.raises(lc.CustomerError):
        customer.entity("card", "5")                      # a card is of an account
    outcome = customer.evaluate("2005-10-01")
    assert outcome.entity_count == 3 and dict(outcome.on(card).features) == {}
    with pytest.raises(lc.UnknownError, match="is of account, not of customer"):
        outcome.features["last_items"]
    with pytest.raises(IndexError):
        outcome.on(3)


def test_an_outcome_is_filled_again(customer, bank):
    outcome = bank.outcome()
    assert outcome.as_of is None and outcome.digest == "" and outcome.entity_count == 0
    with pytest.raises(ValueError, match="nothing has been evaluated"):
        outcome.explain("stage")
    instant = bank.as_of("2005-09-10")
    assert customer.evaluate(instant, into=outcome) is outcome
    assert outcome.as_of == datetime.datetime(2005, 9, 10, 15, 59, 59, 999999, tzinfo=UTC) and bank.digest[:8] in outcome.digest
    before = outcome.features["purchases_30d"]
    customer.entity("account", "88-1").record("purchase", time="2005-09-09", amount=1)
    assert outcome.features["purchases_30d"] == before == 0
    assert customer.evaluate(instant, into=outcome).features["purchases_30d"] == 1
    customer.close()
    assert outcome.features["purchases_30d"] == 1         # values stay


def test_an_outcome_says_what_has_changed(customer, bank):
    """All of it at first, nothing when asked again, then what a purchase moves."""
    instant = bank.as_of("2005-11-02")
    outcome = customer.evaluate(instant)
    assert outcome.changed == list(outcome.features)
    assert outcome.changed_count() >= len(outcome.features)
    assert outcome.has_changed("attribute", list(outcome.attributes)[0])
    customer.evaluate(instant, into=outcome)
    assert outcome.changed == [] and outcome.on(0).changed == []
    assert outcome.changed_count() == outcome.changed_count("score") == 0


def test_a_profile_and_a_strategy_say_what_is_kept(customer, bank):
    footprint = customer.footprint()
    parts = list(footprint["part"])
    assert parts[:7] == ["total", "tiles", "events", "sketches", "open", "attributes", "other"]
    assert footprint["bytes"][0] == len(customer.to_bytes())
    names = list(bank.footprint()["feature"])
    assert list(footprint["feature"])[7:] == names and set(parts[7:]) == {"feature"}


def test_a_failed_evaluation_leaves_the_outcome(customer, card_portfolio, bank):
    outcome = customer.evaluate("2005-10-01")
    customer.advance("2005-11-01")
    assert customer.sealed_day is not None
    with pytest.raises(lc.PastError):
        customer.evaluate("2005-09-15", into=outcome)
    assert outcome.as_of == datetime.datetime(2005, 10, 1, 15, 59, 59, 999999, tzinfo=UTC)
    with pytest.raises(lc.MismatchError):
        customer.evaluate("2005-11-02", into=card_portfolio.outcome())
    with pytest.raises(lc.LateError):
        customer.record("call", time="2005-09-01", minutes=1)


def test_values_that_cannot_be_computed(customer):
    account = customer.entity("account", "88-1")
    account.record("purchase", time="2005-09-10", items=0)
    outcome = customer.evaluate("2005-09-11")
    assert outcome.on(account).features["items_share"] is None
    assert outcome.state("feature", "items_share", account) == "error"
    assert outcome.status("feature", "items_share", account) == "CSTM_ERROR_DIVIDE"
    assert outcome.status("feature", "purchases_30d") == "CSTM_OK"
    assert outcome.state("score", "behaviour") == "value"


def test_scores_with_reasons_and_explanations(customer):
    outcome = customer.evaluate("2005-09-11")
    assert outcome.scores["behaviour"] == 500 - 10 - 8 and dict(outcome.scores) == {"behaviour": 482.0}
    assert outcome.reasons["behaviour"] == [lc.Reason("FEW_PURCHASES", 25.0), lc.Reason("LOW_SPEND", 17.0)]
    assert "purchases" in str(outcome.explain("score")) and len(customer.explain("2005-09-11", "feature", "spend_30d")) > 0
    assert "score" in repr(outcome.on(0).stages) or "acquired" in repr(outcome.stages)
    with pytest.raises(ValueError, match="which feature"):
        outcome.explain("feature")
    with pytest.raises(ValueError, match="is none of"):
        outcome.explain("offer", "x")


def test_bytes_are_kept_and_read(customer, bank):
    customer.record("call", time="2005-09-05", minutes=3)
    data = customer.to_bytes()
    again = lc.Profile.from_bytes(bank, data)
    assert again.to_bytes() == data and again.key == "A-1001" and again.sealed_day is None
    assert bank.read(bytearray(data)).to_bytes() == bank.read(memoryview(data)).to_bytes() == data
    revision = again.revision
    again.record("call", time="2005-09-06", minutes=3)
    assert again.revision == revision + 1
    for cut in (0, 1, len(data) // 2, len(data) - 1):
        with pytest.raises(lc.CorruptError):
            bank.read(data[:cut])
    with pytest.raises(lc.CorruptError):
        bank.read(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])


def test_halves_merge(bank):
    def half(*days):
        profile = bank.profile("A")
        for day in days:
            profile.record("call", time=day, id=f"c-{day}", minutes=1)
        return profile

    whole = half("2005-09-01", "2005-09-02", "2005-09-03")
    left, right = half("2005-09-01", "2005-09-02"), half("2005-09-02", "2005-09-03")
    assert left.merge(right) is left
    assert dict(left.evaluate("2005-10-01").features) == dict(whole.evaluate("2005-10-01").features)
    with pytest.raises(lc.MismatchError):
        left.merge(bank.profile("B"))


def test_another_version_of_the_strategy_says_what_is_kept(customer):
    newer = lc.Strategy.parse(BANK.replace('version: "1"', 'version: "2"').replace(
        "  calls: {count: call, over: 30 days}", "  calls_60d: {count: call, over: 60 days}"), "bank.yaml")
    taken, migration = newer.read(customer.to_bytes(), migration=True)
    fates = {fate.name: fate.fate for fate in migration}
    assert fates["spend_30d"] == "kept" and fates["calls"] == "dropped" and len(migration) == len(list(migration))
    assert migration[0] == list(migration)[0] and migration[-1] == list(migration)[-1]
    assert taken.strategy.version == "2" and taken.key == customer.key
    with pytest.raises(IndexError):
        migration[len(migration)]


def test_observation_makes_a_count(bank):
    profile = bank.profile("A")
    profile.record("call", time="2005-09-30", minutes=1)
    assert profile.evaluate("2005-10-01").features["calls"] is None      # the window reaches back before what is known
    profile.observe("call", "2005-08-01")
    assert profile.evaluate("2005-10-01").features["calls"] == 1


def test_several_threads_evaluate_one_profile(customer, bank):
    customer.entity("account", "88-1").record("purchase", time="2005-09-10", amount=1)
    instant, results = bank.as_of("2005-09-20"), []

    def work():
        outcome = bank.outcome()
        for _ in range(500):
            customer.evaluate(instant, into=outcome)
        results.append(dict(outcome.features))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4 and all(result == results[0] for result in results)


CARDS = """
format: 1
strategy: cards
version: "1"
timezone: Asia/Shanghai
currency: CNY
late: 7 days
sources: [core]
events:
  purchase: {source: core, accounting_day: posted, fields: {amount: money, posted: date}}
  cash: {fields: {amount: money}}
  refund: {reduces: purchase.amount, with: amount, by: reference, within: 90 days, fields: {reference: string, amount: money}}
  reversal: {cancels: purchase, by: reference, within: 30 days, fields: {reference: string}}
  use: {any_of: [purchase, cash]}
features:
  spent: {sum: purchase.amount}
  used: {sum: use.amount}
  both: {count: [purchase, cash]}
"""


def test_refunds_and_reversals_count_from_their_own_day_on():
    cards = lc.Strategy.parse(CARDS, "cards.yaml")
    customer = cards.profile("A-1001")
    customer.record("reversal", time="2005-09-20", id="v1", reference="p2")            # before its purchase has come in
    customer.record("purchase", time="2005-09-10", id="p1", amount="100.00")
    customer.record("purchase", time="2005-09-11", id="p2", amount="30.00")
    customer.record("cash", time="2005-09-12", id="c1", amount="5.00")
    customer.record("refund", time="2005-09-15", id="r1", reference="p1", amount="40.00")
    customer.record("refund", time="2005-09-16", id="r2", reference="p1", amount="60.01")   # more than is left
    spent = {day: customer.evaluate(f"2005-09-{day}").features["spent"] for day in (14, 15, 19, 20)}
    assert spent == {14: D("130.00"), 15: D("90.00"), 19: D("90.00"), 20: D("60.00")}
    features = customer.evaluate("2005-09-20").features
    assert features["used"] == D("65.00") and features["both"] == 2
    assert [customer.unmatched("refund", f"2005-09-{day}") for day in (15, 16)] == [0, 1]
    assert customer.unmatched("reversal", "2005-09-20") == 0
    with pytest.raises(lc.MismatchError):
        customer.record("use", time="2005-09-10", amount="1.00")


def test_fields_are_computed_and_features_are_by_value():
    strategy = lc.Strategy.parse(
        "format: 1\nstrategy: habits\nversion: '1'\ntimezone: Asia/Shanghai\ncurrency: CNY\n"
        "mappings: {scene: {type: string, dining: [5811-5814], travel: [3000-3999], else: other}}\n"
        "attributes: {statement_day: {type: int}}\n"
        "events:\n  purchase:\n    observed_from: 2024-01-01\n    fields:\n      amount: money\n      mcc: string\n"
        "      scene: {category: scene, of: mcc}\n      hour: {type: int, range: [0, 23], rule: time.getHours()}\n"
        "features:\n  spend: {sum: purchase.amount, by: scene, over: 30 days}\n  late: {count: purchase, where: hour >= 22, over: 30 days}\n"
        "  statement: {sum: purchase.amount, over: 1 cycle, cycle: statement_day}\n")
    customer = strategy.profile("A").set(statement_day=5)
    customer.record("purchase", time="2024-10-05T22:30:00", amount="8.00", mcc="5812")
    customer.record("purchase", time="2024-10-06T12:00:00", amount="2.00", mcc="4111")
    with pytest.raises(lc.MisuseError, match="'hour' is computed by the strategy"):
        customer.record("purchase", time="2024-10-06T12:00:00", hour=1)
    features = customer.evaluate("2024-10-10").features
    assert features["spend.dining"] == D("8.00") and features["spend.travel"] == 0 and features["spend.other"] == D("2.00")
    assert features["late"] == 1 and features["statement"] == D("8.00")
    purchases = lc.Table({"customer": ["A", "A"], "time": ["2024-10-05T22:30:00", "2024-10-06T12:00:00"], "amount": [800, 200],
                          "mcc": ["5812", "4111"]}, money={"amount": "CNY"})
    table = strategy.run(customers={"customer": ["A"], "statement_day": [5]}, purchase=purchases, as_of="2024-10-10").table()
    assert {name: table[name][0] for name in features} == dict(features)


def test_of_a_day_file_only_the_greatest_delivery_counts():
    cards = lc.Strategy.parse(CARDS, "cards.yaml")
    customer, purchase = cards.profile("A-1001"), cards.event("purchase")
    assert cards.sources == ["core"]
    posted = datetime.date(2005, 9, 11)
    customer.record_event(purchase.id("p1").at("2005-09-10").delivery(1).set(amount="100.00", posted=posted))
    customer.record_event(purchase.clear().id("p2").at("2005-09-11").delivery(2).set(amount="30.00", posted=posted))
    customer.record_event(purchase.clear().id("p3").at("2005-09-11").delivery(1).set(amount="1.00", posted=posted))     # too late
    assert customer.evaluate("2005-09-12").features["spent"] == D("30.00")
    customer.replace_day("core", posted, 3)
    assert customer.evaluate("2005-09-12").features["spent"] == 0
    customer.advance("2005-09-20")
    with pytest.raises(lc.LateError):
        customer.replace_day("core", posted, 4)


def test_a_batch_amends_and_replaces_as_a_profile_does():
    polars = pytest.importorskip("polars")
    cards = lc.Strategy.parse(CARDS, "cards.yaml")
    day = datetime.date
    result = cards.run(
        customers=polars.DataFrame({"customer": ["A", "B"]}),
        purchase=polars.DataFrame({"customer": ["A", "A", "B"], "id": ["p1", "p2", "p3"], "time": [day(2005, 9, 10)] * 3,
                                   "amount": ["100.00", "50.00", "7.00"], "delivery": [1, 2, 1]}),
        refund=polars.DataFrame({"customer": ["A", "B"], "id": ["r1", "r2"], "time": [day(2005, 9, 12)] * 2,
                                 "reference": ["p2", "p1"], "amount": ["20.00", "1.00"]}),
        as_of="2005-09-12")
    assert polars.DataFrame(result)["spent"].to_list() == [D("30.00"), D("7.00")]
    report = {row["name"]: row for row in polars.DataFrame(result.report).to_dicts() if row["source"] == "events"}
    assert report["refund"]["unmatched"] == 1 and report["purchase"]["replaced"] == 1 and report["purchase"]["taken"] == 2
