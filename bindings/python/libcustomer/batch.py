"""The same program over tables: a portfolio in, one row a customer, account or card out."""
import datetime
from ctypes import c_void_p
from typing import Any, Callable, Optional, Union

from . import _declarations as d
from ._library import Cancel, Handle, library, progress_callback, text
from .profile import Profile
from .strategy import Instant, Strategy
from .table import Table

_PARTS = {"features": d.CSTM_RUN_FEATURES, "lifecycles": d.CSTM_RUN_LIFECYCLES, "scores": d.CSTM_RUN_SCORES,
          "all": d.CSTM_RUN_ALL}


class Batch(Handle):
    """Tables of entities, attributes and events, to be run as of any instant."""

    _free = library.cstm_batch_free
    __slots__ = ("strategy", "_keep", "_executor")

    def __init__(self, strategy: Strategy):
        super().__init__(strategy._make(library.cstm_batch_new))
        self.strategy = strategy
        self._keep = []
        self._executor = None

    def _table(self, function, index, table) -> "Batch":
        table = table if isinstance(table, Table) else Table(table)
        pointer = table._enter()
        try:
            self._call(function, index, pointer)
            self._keep.append(table)
        finally:
            table._leave()
        return self

    def add_entities(self, kind: str, table) -> "Batch":
        """All entities of a kind: the key column named as the kind, its parent's key, attributes by name."""
        return self._table(library.cstm_batch_add_entities, self.strategy.number("entity", kind), table)

    def add_attributes(self, kind: str, table) -> "Batch":
        """Dated attributes: the key, `time`, `id` (optional), attributes by name."""
        return self._table(library.cstm_batch_add_attributes, self.strategy.number("entity", kind), table)

    def add_events(self, kind: str, table) -> "Batch":
        """Events of a kind: the key of their entity, `time`, `id` (optional), fields by name."""
        return self._table(library.cstm_batch_add_events, self.strategy.number("event", kind), table)

    def observe(self, event: str, since: Instant) -> "Batch":
        self._call(library.cstm_batch_observe, self.strategy.number("event", event), self.strategy.instant(since))
        return self

    def set_parts(self, *parts: str) -> "Batch":
        """What to compute: "features", "lifecycles", "scores" or "all"."""
        wanted = 0
        for part in parts:
            wanted |= _PARTS[part]
        self._call(library.cstm_batch_set_parts, wanted)
        return self

    def set_threads(self, threads: int) -> "Batch":
        self._call(library.cstm_batch_set_threads, threads)
        return self

    def set_executor(self, executor) -> "Batch":
        """Runs the work on a concurrent.futures.Executor instead of own threads; None: own threads again. The tasks run C code
        and give the interpreter's lock away only inside it, so this serves where the process's threads are counted."""
        if executor is None:
            self._executor = None
            self._call(library.cstm_batch_set_executor, d.cstm_executor_submit(), d.cstm_executor_wait(), None)
            return self
        futures = []

        def submit(_data, task, argument, count):
            for i in range(count):
                futures.append(executor.submit(task, argument, i))
            return 0

        def wait(_data):
            while futures:
                futures.pop().result()

        self._executor = (d.cstm_executor_submit(submit), d.cstm_executor_wait(wait))
        self._call(library.cstm_batch_set_executor, *self._executor, None)
        return self

    def run(self, as_of: Instant, *, progress: Optional[Callable[[int, int], Any]] = None,
            cancel: Optional[Cancel] = None) -> "Result":
        told, failure = progress_callback(progress)
        self._call(library.cstm_batch_set_progress, told, None, cancel._pointer[0] if cancel is not None else None)
        try:
            return Result(self.strategy, self._make(library.cstm_batch_run, self.strategy.as_of(as_of)))
        except Exception:
            if failure:
                raise failure[0]
            raise
        finally:
            self._call(library.cstm_batch_set_progress, d.cstm_progress_function(), None, None)

    def profile(self, key: str, as_of: Instant) -> Profile:
        """The profile of one customer with all facts up to as_of, to explain or to go on with."""
        data = key.encode("utf-8")
        return Profile._take(self.strategy, self._make(library.cstm_batch_profile, data, len(data), self.strategy.as_of(as_of)))


class Result(Handle):
    """What a run computed: tables that pandas, polars and pyarrow take without a copy."""

    _free = library.cstm_result_free
    __slots__ = ("strategy",)

    def __init__(self, strategy, pointer):
        super().__init__(pointer)
        self.strategy = strategy

    def table(self, kind: str = "customer") -> Table:
        """One row an entity of the kind: features, stages, scores, reasons."""
        pointer = self._get(library.cstm_result_table, self.strategy.number("entity", kind))
        if not pointer:
            raise KeyError(f"no results of {kind}")
        return Table._borrow(pointer, self)

    @property
    def rejected(self) -> Table:
        """Input rows that could not be used, with their reasons."""
        return Table._borrow(self._get(library.cstm_result_rejected), self)

    @property
    def errors(self) -> Table:
        """How many values could not be computed, by part and status."""
        return Table._borrow(self._get(library.cstm_result_errors), self)

    @property
    def digest(self) -> str:
        return text(self._get(library.cstm_result_digest))

    def _day(self, day: Union[int, Instant]) -> int:
        return self.strategy.day(day) if not isinstance(day, int) else day

    def funnel(self, lifecycle: str, day: Union[str, datetime.date]) -> Table:
        """Who stood where at the end of a civil day."""
        return Table._take(self._make(library.cstm_result_funnel, self.strategy.number("lifecycle", lifecycle), self._day(day)))

    def transitions(self, lifecycle: str, after: Union[str, datetime.date], until: Union[str, datetime.date]) -> Table:
        """Who moved from where to where in the civil days (after, until]."""
        return Table._take(self._make(library.cstm_result_transitions, self.strategy.number("lifecycle", lifecycle),
                                      self._day(after), self._day(until)))

    def to_pandas(self, **options):
        """The customers' table."""
        return self.table().to_pandas(**options)

    def to_polars(self):
        return self.table().to_polars()

    def to_pyarrow(self):
        return self.table().to_pyarrow()

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table().__arrow_c_stream__(requested_schema)
