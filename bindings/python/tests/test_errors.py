"""Every failure is an exception with the fields of the C error; none holds a customer's value."""
import copy
import pickle

import pytest

import libcustomer as lc
from libcustomer import _declarations as d
from libcustomer import errors


def test_every_status_has_a_class_of_its_own():
    statuses = {value for name, value in vars(d).items() if name.startswith("CSTM_ERROR_")}
    assert set(errors._CLASSES) == statuses
    for status, kind in errors._CLASSES.items():
        assert kind.status == status and kind.__doc__
        assert kind.__name__ in errors.__all__ and getattr(lc, kind.__name__) is kind


@pytest.mark.parametrize("kind, builtin", [
    (lc.OutOfMemoryError, MemoryError), (lc.FileError, OSError), (lc.MalformedError, ValueError), (lc.WrongTypeError, TypeError),
    (lc.RangeError, ValueError), (lc.UnknownError, KeyError), (lc.UnknownError, LookupError), (lc.DivideError, ZeroDivisionError)])
def test_classes_are_the_builtins_that_one_expects(kind, builtin):
    assert issubclass(kind, builtin) and issubclass(kind, lc.CustomerError)


def test_a_document_tells_all_its_faults_at_once_with_their_places():
    text = "format: 1\nstrategy: s\nversion: \"1\"\ntimezone: UTC\nfeatures:\n  a: {cout: x}\n  b: {rule: 1 +}\n"
    with pytest.raises(lc.CustomerError) as caught:
        lc.Strategy.parse(text, "bad.yaml")
    error = caught.value
    assert len(error.errors) >= 2 and error.errors[0] is error
    assert all(each.file == "bad.yaml" and each.line > 0 and each.column > 0 for each in error.errors)
    assert [each.line for each in error.errors] == sorted(each.line for each in error.errors)
    assert str(error).count("\n") == len(error.errors) - 1
    assert error.name.startswith("CSTM_ERROR_")


def test_an_error_without_a_place_says_so():
    with pytest.raises(lc.UnknownError) as caught:
        lc.money_parse("1.00", "ZZZ")
    assert (caught.value.file, caught.value.line, caught.value.column, caught.value.row) == ("", 0, 0, -1)
    assert caught.value.name == "CSTM_ERROR_UNKNOWN"
    assert not str(caught.value).startswith("'")          # not a KeyError's quoted text


def test_a_row_and_a_field_are_named():
    with pytest.raises(lc.CustomerError) as caught:
        lc.Table({"amount": ["1.00", "x"]}, money={"amount": ("CNY", "major")})
    assert caught.value.row == 1 and caught.value.field == "amount"


def test_a_file_that_is_not_there_is_an_os_error():
    with pytest.raises(OSError) as caught:
        lc.Strategy.load("/nonexistent/strategy.yaml")
    assert isinstance(caught.value, lc.FileError)


@pytest.mark.parametrize("again", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])
def test_exceptions_cross_processes_whole(again):
    with pytest.raises(lc.CustomerError) as caught:
        lc.Strategy.parse("format: 1\nstratgy: x\nversin: 2\n", "bad.yaml")
    copied = again(caught.value)
    assert type(copied) is type(caught.value) and str(copied) == str(caught.value)
    assert len(copied.errors) == len(caught.value.errors) and copied.line == caught.value.line


def test_unknown_names_come_with_the_nearest_known(bank):
    with pytest.raises(lc.UnknownError, match="did you mean 'spend_30d'"):
        bank.number("feature", "spend_30")
    with pytest.raises(lc.UnknownError, match="did you mean 'amount'"):
        bank.field("purchase", "amont")
    with pytest.raises(KeyError):
        bank.profile("A").evaluate("2005-10-01").features["nothing"]


def test_a_name_with_a_nul_is_refused_and_not_cut_off(bank):
    for attempt in (lambda: bank.number("feature", "spend_30d\0x"), lambda: lc.Table({"a\0b": [1]}),
                    lambda: lc.currency_exponent("CNY\0"), lambda: lc.Table({"a": [1]}).write_csv("x\0y"),
                    lambda: lc.Strategy.load("x\0y"), lambda: lc.Rule("a", {"a\0b": "int"})):
        with pytest.raises(lc.MalformedError):
            attempt()


def test_numbers_beyond_the_width_of_c_are_refused_and_not_cut_off(bank, customer):
    outcome, event = bank.outcome(), bank.event("call")
    for attempt in (lambda: customer.evaluate(2**64, into=outcome), lambda: event.at(-2**63 - 1), lambda: event.on(2**32),
                    lambda: event.set_int64(2**32, 1), lambda: event.set_int64(0, 2**64), lambda: lc.money_format(2**64, "CNY"),
                    lambda: customer.customer.set_int64(0, 2**64), lambda: bank.batch().set_threads(2**32 + 1)):
        with pytest.raises(lc.RangeError):
            attempt()
    with pytest.raises(lc.WrongTypeError):
        lc.Table({"n": [1, 2**64]})


def test_half_a_character_is_malformed(bank):
    with pytest.raises(lc.MalformedError):
        bank.profile("\udc80")
    with pytest.raises(lc.MalformedError) as caught:
        lc.Table({"s": ["fine", "\udc80"]})
    assert caught.value.row == 1


CANARY = "Kanarienvogel-7351"


def test_no_exception_holds_a_customers_value(bank, customer, tmp_path):
    account = customer.entity("account", "88-1")
    bad_csv = tmp_path / "bad.csv"
    bad_csv.write_text(f"a\n{CANARY}\n")
    attempts = [
        lambda: lc.money_parse(CANARY, "CNY"),
        lambda: lc.Table({"n": [1, CANARY]}),
        lambda: lc.Table({"n": [1.5, CANARY]}),
        lambda: lc.Table({"n": [True, CANARY]}),
        lambda: lc.Table().add("n", [CANARY], type="date"),
        lambda: lc.Table().add("n", [CANARY], type="timestamp"),
        lambda: lc.Table().add("n", [CANARY], type="money", currency="CNY"),
        lambda: lc.Table({"n": [CANARY]}, money={"n": ("CNY", "major")}),
        lambda: lc.Table.read_csv(bad_csv, {"a": "int"}),
        lambda: lc.Table.read_csv(bad_csv.read_bytes(), {"a": "date"}),
        lambda: customer.set(age=CANARY),
        lambda: customer.set(birthday=CANARY),
        lambda: account.set(limit=CANARY),
        lambda: account.set(limit=[CANARY]),
        lambda: account.record("purchase", time="2005-09-10", amount=CANARY),
        lambda: account.record("purchase", time="2005-09-10", online=CANARY),
        lambda: account.record("purchase", time=CANARY, amount="1.00"),
        lambda: bank.read(CANARY.encode()),
        lambda: lc.Validation([1.0], [CANARY]),
        lambda: lc.Validation([CANARY], [1]),
        lambda: bank.batch().add_entities("customer", {"customer": ["A"]}).profile(CANARY, "2005-10-01"),
    ]
    for number, attempt in enumerate(attempts):
        with pytest.raises(Exception) as caught:
            attempt()
        seen, queue = [], [caught.value]
        while queue:
            error = queue.pop()
            if error is None or error in seen:
                continue
            seen.append(error)
            assert CANARY not in repr(error) + str(error) + repr(getattr(error, "__dict__", "")), number
            queue += [error.__cause__, error.__context__]
