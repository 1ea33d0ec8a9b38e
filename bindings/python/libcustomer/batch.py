"""The same program over tables: a portfolio in, one row a customer, account or card out."""
from __future__ import annotations

import concurrent.futures
import datetime
from typing import Any, Dict, Iterator, List, Optional, Tuple, Union

from . import _declarations as d
from ._library import Cancel, Handle, Progress, Watch, int32, library, make, utf8
from .errors import UnknownError
from .profile import Profile
from .score import one_of
from .segment import Membership
from .strategy import Instant, Strategy
from .stream import Stream
from .table import BorrowedTable, Table, instant_to_datetime

_PARTS = {"features": d.CSTM_RUN_FEATURES, "lifecycles": d.CSTM_RUN_LIFECYCLES, "scores": d.CSTM_RUN_SCORES,
          "segments": d.CSTM_RUN_SEGMENTS, "all": d.CSTM_RUN_ALL}


class Batch(Handle):
    """Tables of entities, attributes and events, to be run as of any instant.

    It keeps the tables that it was given, also past their close(). For one thread at a time, whose lock is given up while it runs.
    """

    _free = library.cstm_batch_free
    __slots__ = ("strategy", "_keep", "_executor")

    def __init__(self, strategy: Strategy) -> None:
        self._keep: List[Table] = []
        self._executor: Optional[_Executor] = None
        super().__init__(strategy._make(library.cstm_batch_new))
        self.strategy = strategy.copy()

    def _release(self) -> None:
        super()._release()
        while self._keep:
            self._keep.pop()._leave()

    def _table(self, function: Any, index: int, data: Any) -> Batch:
        table = data if isinstance(data, Table) else Table(data)
        pointer = table._enter()                       # C borrows it until the batch is freed
        try:
            self._call(function, index, pointer)
        except BaseException:
            table._leave()
            raise
        self._keep.append(table)
        return self

    def add_entities(self, kind: str, table: Any) -> Batch:
        """All entities of a kind: the key column named as the kind, its parent's key, attributes by name."""
        return self._table(library.cstm_batch_add_entities, self.strategy.number("entity", kind), table)

    def add_attributes(self, kind: str, table: Any) -> Batch:
        """Dated attributes: the key, `time`, `id` (optional), attributes by name."""
        return self._table(library.cstm_batch_add_attributes, self.strategy.number("entity", kind), table)

    def add_events(self, kind: str, table: Any) -> Batch:
        """Events of a kind: the key of their entity, `time`, `id` (optional), fields by name."""
        return self._table(library.cstm_batch_add_events, self.strategy.number("event", kind), table)

    def observe(self, event: str, since: Instant) -> Batch:
        """Says from when on events of a kind have been observed, for every customer."""
        self._call(library.cstm_batch_observe, self.strategy.number("event", event), self.strategy.instant(since))
        return self

    def observe_until(self, event: str, until: Instant) -> Batch:
        """Says until when events of a kind have been observed, a bare date to its end: what features of days to come need."""
        self._call(library.cstm_batch_observe_until, self.strategy.number("event", event), self.strategy.as_of(until))
        return self

    def set_parts(self, *parts: str) -> Batch:
        """What to compute: "features", "lifecycles", "scores", "segments" or "all"."""
        wanted = 0
        for part in parts:
            wanted |= one_of(_PARTS, part)
        self._call(library.cstm_batch_set_parts, wanted)
        return self

    def set_threads(self, threads: int) -> Batch:
        """How many threads a run may use, 1 to 1024; the number cannot be seen in a result."""
        self._call(library.cstm_batch_set_threads, int32(threads, "threads"))
        return self

    def set_executor(self, executor: Optional[concurrent.futures.Executor]) -> Batch:
        """Runs the work on an executor of threads, in as many tasks as set_threads() says, instead of own threads: for a process
        that counts its threads. None: own threads again. What the executor does not run, the calling thread does."""
        made = _Executor(executor) if executor is not None else None
        if made is None:
            self._call(library.cstm_batch_set_executor, d.cstm_executor_submit(), d.cstm_executor_wait(), None)
        else:
            self._call(library.cstm_batch_set_executor, made.submit, made.wait, None)
        self._executor = made                          # C holds its functions until it is given others
        return self

    def run(self, as_of: Union[Instant, Any], *, progress: Optional[Progress] = None, cancel: Optional[Cancel] = None) -> Result:
        """Computes everything for every customer as it was at as_of, of which a bare date is the end. progress(done, total) is
        told the customers and ends the run with something true; what it raises ends it, too.

        Many dates at once: a list of them is asked of every customer; a table (anything that speaks Arrow, or a dict of lists)
        with the key of customers and `as_of` asks of each row's customer. The result has one row for each, in that order, with
        its date as `as_of`, and shows nothing that came later."""
        if isinstance(as_of, (int, str, datetime.date)):
            return self._run(library.cstm_batch_run, self.strategy.as_of(as_of), progress, cancel)
        dates = self._dates(as_of)
        pointer = dates._enter()
        try:
            return self._run(library.cstm_batch_run_dates, pointer, progress, cancel)
        finally:
            dates._leave()

    def _run(self, function: Any, as_of: int, progress: Optional[Progress], cancel: Optional[Cancel]) -> Result:
        pointer = self._enter()
        try:
            with Watch(progress, cancel) as watch:
                self._call(library.cstm_batch_set_progress, watch.progress, None, watch.cancel)
                try:
                    result = Result(self.strategy, make(function, pointer, as_of))
                finally:
                    library.cstm_batch_set_progress(pointer, d.cstm_progress_function(), None, None, None)
                    if self._executor is not None:
                        self._executor.end()
        finally:
            self._leave()
        return result

    def stream(self, as_of: Union[Instant, Any], kind: str = "customer") -> Stream:
        """A stream with the settings of this batch, which must have no tables: the rows of a kind of entity as of an instant, or of a
        list of dates each."""
        dates, instant = None, 0
        if isinstance(as_of, (int, str, datetime.date)):
            instant = self.strategy.as_of(as_of)
        else:
            dates = self._dates(as_of)
        pointer = dates._enter() if dates is not None else None
        try:
            return Stream(self.strategy, self._make(library.cstm_stream_new, self.strategy.number("entity", kind), instant, pointer))
        finally:
            if dates is not None:
                dates._leave()

    def _dates(self, as_of: Any) -> Table:
        if isinstance(as_of, (list, tuple)):
            return Table().add("as_of", [instant_to_datetime(self.strategy.as_of(when)) for when in as_of], type="timestamp")
        return as_of if isinstance(as_of, Table) else Table(as_of)

    def profile(self, key: str, as_of: Instant) -> Profile:
        """The profile of one customer with all facts up to as_of, to explain or to go on with."""
        data = utf8(key)
        return Profile._take(self.strategy, self._make(library.cstm_batch_profile, data, len(data), self.strategy.as_of(as_of)))


class _Executor:
    """concurrent.futures as the two callbacks that C takes. Nothing may unwind through C, and every index must be run: one that the
    executor refuses, drops or cannot run is run here. An interrupt is raised when the run has ended."""

    def __init__(self, executor: concurrent.futures.Executor) -> None:
        self._futures: List[Tuple[concurrent.futures.Future[Any], Any, int, int]] = []
        self._interrupt: Optional[BaseException] = None
        self._executor = executor
        self.submit = d.cstm_executor_submit(self._submit)
        self.wait = d.cstm_executor_wait(self._wait)

    def _submit(self, _data: Any, task: Any, argument: int, count: int) -> int:
        for i in range(count):
            try:
                self._futures.append((self._executor.submit(task, argument, i), task, argument, i))
            except BaseException as failure:
                if not isinstance(failure, Exception):
                    self._interrupt = failure
                if i == 0:
                    return 1
                for rest in range(i, count):
                    task(argument, rest)
                break
        return 0

    def _wait(self, _data: Any) -> None:
        while self._futures:
            future, task, argument, i = self._futures[-1]
            try:
                fault = future.exception()
            except concurrent.futures.CancelledError as cancelled:
                fault = cancelled
            except BaseException as interrupt:         # of this thread: the task may still be running
                self._interrupt = interrupt
                continue
            self._futures.pop()
            if fault is not None:                      # tasks raise nothing, so it was never begun
                task(argument, i)

    def end(self) -> None:
        """After a run."""
        interrupt, self._interrupt = self._interrupt, None
        if interrupt is not None:
            raise interrupt


class Result(Handle):
    """What a run computed: tables that pandas, polars and pyarrow take without a copy. The result itself stands for the customers'
    table where a frame is made of it: polars.DataFrame(result).

    Its tables end with it.
    """

    _free = library.cstm_result_free
    __slots__ = ("strategy",)

    def __init__(self, strategy: Strategy, pointer: int) -> None:
        super().__init__(pointer)
        self.strategy = strategy

    def table(self, kind: str = "customer") -> Table:
        """One row an entity of the kind, in the order of its input: features, stages, scores, reasons."""
        pointer = self._get(library.cstm_result_table, self.strategy.number("entity", kind))
        if not pointer:
            raise UnknownError(f"the run has no results of {kind}", field=kind)
        return BorrowedTable(pointer, self)

    @property
    def rejected(self) -> Table:
        """Input rows that could not be used: source, table, row, field, status, reason."""
        return BorrowedTable(self._get(library.cstm_result_rejected), self)

    @property
    def errors(self) -> Table:
        """How many values could not be computed: part, name, status, count."""
        return BorrowedTable(self._get(library.cstm_result_errors), self)

    @property
    def report(self) -> Table:
        """What became of the rows of every kind: source, name, rows, taken, later, redelivered, rejected and why, before_opening,
        sums_out_of_range, replaced, unmatched."""
        return BorrowedTable(self._get(library.cstm_result_report), self)

    @property
    def digest(self) -> str:
        """What made the result, for the audit record."""
        return self._text(library.cstm_result_digest)

    def funnel(self, lifecycle: str, day: Instant) -> Table:
        """Who stood where at the end of a civil day: stage, count, share, censored, mean_days."""
        return Table._take(self._make(library.cstm_result_funnel, self.strategy.number("lifecycle", lifecycle), self.strategy.day(day)))

    def transitions(self, lifecycle: str, after: Instant, until: Instant) -> Table:
        """Who moved from where to where in the civil days (after, until]: from, to, count."""
        return Table._take(self._make(library.cstm_result_transitions, self.strategy.number("lifecycle", lifecycle),
                                      self.strategy.day(after), self.strategy.day(until)))

    def membership(self, segment: str) -> Membership:
        """Who is in a segment, over the rows of its entity's table."""
        return Membership._take(self._make(library.cstm_result_membership, self.strategy.number("segment", segment)))

    def segments(self) -> Table:
        """How many are in each segment: segment, entity, met, not_met, undecided, share."""
        return Table._take(self._make(library.cstm_result_segments))

    def overlap(self, kind: str = "customer") -> Table:
        """How far the segments of an entity overlap, pair by pair: segment, other, both, either, undecided, jaccard."""
        return Table._take(self._make(library.cstm_result_overlap, self.strategy.number("entity", kind)))

    # ---- as the customers' table

    def to_pandas(self, **options: Any) -> Any:
        """The customers' table as a pandas.DataFrame. Needs pandas and pyarrow."""
        return self.table().to_pandas(**options)

    def to_polars(self) -> Any:
        """The customers' table as a polars.DataFrame. Needs polars."""
        return self.table().to_polars()

    def to_pyarrow(self) -> Any:
        """The customers' table as a pyarrow.Table. Needs pyarrow."""
        return self.table().to_pyarrow()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table().__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return len(self.table())

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        return iter(self.table())

    def __repr__(self) -> str:
        return "<Result closed>" if self.closed else f"<Result of {len(self)} customers>"
