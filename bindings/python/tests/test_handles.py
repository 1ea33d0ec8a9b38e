"""Handles: freed once, never used afterwards, whatever threads and the garbage collector do."""
import copy
import gc
import pickle
import subprocess
import sys
import threading
import time

import pytest

import libcustomer as lc
from libcustomer import _library


def resident():
    """Pages of this process that are in memory."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096


def grows(work, rounds, limit):
    """Whether memory grows by more than limit bytes over rounds of work, after a first lap."""
    for _ in range(rounds // 4):
        work()
    gc.collect()
    before = resident()
    for _ in range(rounds):
        work()
    gc.collect()
    return resident() - before > limit


def every_handle(bank):
    profile = bank.profile("A")
    outcome = profile.evaluate("2005-10-01")
    batch = bank.batch().add_entities("customer", {"customer": ["A"]})
    result = batch.run("2005-10-01")
    card = lc.Scorecard("card").set_reasons()
    card.characteristic("x", "x", reason="X").up_to(0, 1).above(0, 2)
    rule = lc.Rule("x > 1", {"x": "int"})
    return [bank.copy(), profile, outcome, batch, result, result.table(), result.rejected, card, card.build("CNY"), rule,
            rule.explain({"x": [2]}, 0), lc.Table({"x": [1]}), lc.Csv({"x": "int"}), lc.Cancel(), bank.event("call"),
            lc.Validation([1.0, 2.0], [0, 1]), bank.read(profile.to_bytes(), migration=True)[1], bank.batch().stream("2005-10-01")]


def test_a_closed_handle_raises_and_never_reaches_c(bank):
    uses = {
        lc.Strategy: lambda h: h.name, lc.Profile: lambda h: h.to_bytes(), lc.Outcome: lambda h: h.digest,
        lc.Batch: lambda h: h.run("2005-10-01"), lc.Result: lambda h: h.digest, lc.Table: len, lc.Scorecard: lambda h: h.build(),
        lc.Scorer: lambda h: h.score({"x": [1.0]}), lc.Rule: lambda h: h.evaluate({"x": [1]}), lc.Explanation: len,
        lc.Csv: lambda h: h.read(b"x\n1\n"), lc.Cancel: lambda h: h.request(), lc.Event: lambda h: h.clear(),
        lc.Validation: lambda h: h.auc, lc.Migration: len, lc.Stream: lambda h: h.rejected}
    handles = every_handle(bank)
    assert {kind for kind in uses for h in handles if isinstance(h, kind)} == set(uses)
    for handle in reversed(handles):                      # a result's tables before the result
        use = next(use for kind, use in uses.items() if isinstance(handle, kind))
        use(handle)
        with handle as same:
            assert same is handle and not handle.closed
        assert handle.closed
        with pytest.raises(ValueError, match="is closed"):
            use(handle)
        handle.close()                                    # again: nothing
        assert "closed" in repr(handle) or repr(handle).startswith("<libcustomer")


def test_handles_are_not_copied_by_accident(bank):
    for handle in every_handle(bank):
        for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="cannot be pickled"):
                attempt(handle)


def test_what_came_of_a_strategy_outlives_it(bank):
    strategy = bank.copy()
    with strategy:
        profile, batch, event = strategy.profile("A"), strategy.batch(), strategy.event("call")
        result = strategy.run(customers={"customer": ["A"]}, as_of="2005-10-01")
    assert strategy.closed and not bank.closed
    event.at("2005-09-01").set(minutes=3)
    profile.set(opened_on="2005-09-01").record_event(event)
    assert profile.evaluate("2005-09-10").features["calls"] == 1
    assert batch.add_entities("customer", {"customer": ["A"]}).run("2005-10-01").table()["customer"] == ["A"]
    assert len(result.funnel("customer", "2005-10-01")) >= 0


def test_tables_end_with_their_result(bank):
    result = bank.run(customers={"customer": ["A"]}, as_of="2005-10-01")
    table = result.table()
    result.close()
    with pytest.raises(ValueError, match="Result is closed"):
        len(table)
    with pytest.raises(ValueError, match="Result is closed"):
        table.__arrow_c_stream__()


def test_a_table_keeps_its_result(bank):
    table = bank.run(customers={"customer": ["A", "B"]}, as_of="2005-10-01").table()
    gc.collect()
    assert table["customer"] == ["A", "B"]


def test_a_batch_keeps_tables_that_were_closed(bank):
    table = lc.Table({"customer": ["A", "B"]})
    with bank.batch() as batch:
        batch.add_entities("customer", table)
        table.close()
        with pytest.raises(ValueError):
            len(table)
        assert batch.run("2005-10-01").table()["customer"] == ["A", "B"]
        assert table._pointer
    assert not table._pointer                             # freed with the batch


def test_views_keep_the_memory_that_they_show():
    table = lc.Table({"n": [1, 2, None]})
    values, valid = table.values("n"), table.valid("n")
    with pytest.raises(BufferError):
        table.declare_money("n", "CNY")
    table.close()
    assert values.tolist()[:2] == [1, 2] and valid.tolist() == [1, 1, 0]
    with pytest.raises(ValueError):
        table.values("n")
    del values
    assert table._pointer
    del valid
    gc.collect()
    assert not table._pointer


def test_closing_during_a_call_lets_the_call_finish(card_portfolio, portfolio):
    batch = card_portfolio.batch().add_entities("customer", portfolio["customers"]).add_entities("account", portfolio["accounts"])
    batch.add_events("statement", portfolio["statement"]).add_events("repayment", portfolio["repayment"])
    running, results = threading.Event(), []

    def progress(done, total):
        running.set()
        time.sleep(0.01)

    thread = threading.Thread(target=lambda: results.append(batch.run("2005-10-01", progress=progress)))
    thread.start()
    assert running.wait(30)
    batch.close()
    assert batch._pointer                                 # still in use
    thread.join()
    assert not batch._pointer
    assert len(results[0]) == 30000


def test_closing_from_many_threads_frees_once(monkeypatch):
    freed = []
    monkeypatch.setattr(lc.Table, "_free", staticmethod(lambda pointer: (freed.append(pointer), _library.library.cstm_table_free(pointer))))
    for _ in range(200):
        table = lc.Table({"n": list(range(100))})
        start = threading.Barrier(4)

        def use():
            start.wait()
            try:
                assert sum(table["n"]) == 4950
            except ValueError:
                pass

        def close():
            start.wait()
            table.close()

        threads = [threading.Thread(target=each) for each in (use, close, use, close)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not table._pointer
    assert len(freed) == 200


def test_a_closed_cancel_is_not_handed_to_c(bank):
    cancel = lc.Cancel()
    cancel.close()
    with bank.batch().add_entities("customer", {"customer": ["A"]}) as batch, pytest.raises(ValueError, match="Cancel is closed"):
        batch.run("2005-10-01", cancel=cancel)


def test_what_no_one_refers_to_is_freed(bank):
    def work():
        table = lc.Table({"n": list(range(5000)), "s": ["text"] * 5000})
        assert table.values("n")[1] == 1
        profile = bank.profile("A")
        profile.record("call", time="2005-09-01", minutes=1)
        profile.evaluate("2005-09-02").explain("stage")
        with pytest.raises(lc.CustomerError):
            profile.set(age="x")

    assert not grows(work, 300, 4 << 20)


def test_failing_constructors_leak_nothing_and_do_not_trip(bank):
    def work():
        for attempt in (lambda: bank.profile(""), lambda: lc.Table(3), lambda: lc.Rule("1 +", {}), lambda: lc.Scorecard(""),
                        lambda: lc.Csv({"a": "nothing"}), lambda: lc.Validation([1.0], [2]), lambda: lc.Strategy.parse("x", "y"),
                        lambda: bank.event("nothing")):
            with pytest.raises((lc.CustomerError, TypeError, ValueError)):
                attempt()

    assert not grows(work, 400, 2 << 20)


def test_the_interpreter_ends_with_everything_open():
    program = """
import sys, threading
import libcustomer as lc
table = lc.Table({"n": [1, 2], "s": ["a", None]})
kept = [table.__arrow_c_stream__(), table.__arrow_c_array__(), table.values("n"), lc.Cancel(), lc.Rule("n > 1", {"n": "int"})]
sys.kept = kept
class Late:
    def __del__(self, table=table):
        table["n"]
sys.late = Late()
cycle = [table.__arrow_c_stream__()]; cycle.append(cycle)
print("done")
"""
    for flags in ([], ["-X", "dev"]):
        ended = subprocess.run([sys.executable, *flags, "-c", program], capture_output=True, text=True, timeout=60)
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "done\n", "")
