"""The strategy: one document, compiled once, used by any number of threads."""
from __future__ import annotations

import datetime
import difflib
import os
from ctypes import byref, c_int32, c_int64
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union, overload

from . import _declarations as d
from ._library import Cancel, Handle, Progress, call, chain_of, int64, library, make, named, text, utf8
from .errors import CustomerError, UnknownError
from .score import Scorer
from .table import TYPE_NAMES, Table, _path, datetime_to_instant

if TYPE_CHECKING:
    from typing import Literal

    from .batch import Batch, Result
    from .stream import Stream
    from .profile import Event, Migration, Outcome, Profile

Instant = Union[int, str, datetime.date, datetime.datetime]

PARTS = {"entity": d.CSTM_PART_ENTITY, "attribute": d.CSTM_PART_ATTRIBUTE, "event": d.CSTM_PART_EVENT,
         "feature": d.CSTM_PART_FEATURE, "lifecycle": d.CSTM_PART_LIFECYCLE, "score": d.CSTM_PART_SCORE,
         "segment": d.CSTM_PART_SEGMENT, "source": d.CSTM_PART_SOURCE}


def part_number(part: str) -> int:
    """CSTM_PART_* of its word."""
    if part not in PARTS:
        raise ValueError(f"{part!r} is none of {', '.join(PARTS)}")
    return PARTS[part]


def unknown(what: str, name: str, known: Iterable[str]) -> UnknownError:
    """The exception of a name that is not declared, with the nearest one that is."""
    near = difflib.get_close_matches(name, list(known), 1)
    return UnknownError(f"{what} {name!r}" + (f", did you mean {near[0]!r}?" if near else ""), field=name)


class Strategy(Handle):
    """What a bank has and computes of it: entities, attributes, events, features, lifecycles, scores, segments.

    Immutable: any number of threads may use it. Profiles, outcomes, batches and results hold the compiled document themselves, and
    work on when the strategy that they came from is closed.

    >>> strategy = Strategy.load("card-portfolio.yaml")
    """

    _free = library.cstm_strategy_unref
    __slots__ = ("_names", "_entities", "_types", "_exponent", "_numbers", "_fields")

    def __init__(self, pointer: int) -> None:
        super().__init__(pointer)
        counts = {part: range(library.cstm_strategy_count(pointer, number)) for part, number in PARTS.items()}
        self._names: Dict[str, List[str]] = {
            part: [text(library.cstm_strategy_part_name(pointer, PARTS[part], i)) for i in each] for part, each in counts.items()}
        self._entities: Dict[str, List[int]] = {
            part: [library.cstm_strategy_part_entity(pointer, PARTS[part], i) for i in each] for part, each in counts.items()}
        self._types: Dict[str, List[int]] = {
            part: [library.cstm_strategy_part_type(pointer, PARTS[part], i) for i in counts[part]]
            for part in ("attribute", "feature", "segment")}
        self._exponent: int = library.cstm_currency_exponent(library.cstm_strategy_currency(pointer))
        self._numbers: Dict[Tuple[str, str], int] = {}
        self._fields: Dict[Tuple[int, str], int] = {}

    @classmethod
    def load(cls, path: Union[str, os.PathLike[str]]) -> Strategy:
        """Compiles a document; a CustomerError holds all that is wrong with it in `errors`."""
        return cls(make(library.cstm_strategy_load, _path(path)))

    @classmethod
    def parse(cls, document: str, name: str = "document", files: Optional[Mapping[str, str]] = None) -> Strategy:
        """Compiles a document in memory; name stands for the file in messages.

        files are the documents that it names, such as a calendar or quantile tables, under the names by which it does: none is
        read from disk.
        """
        data = utf8(document)
        if files is None:
            return cls(make(library.cstm_strategy_parse, data, len(data), named(name)))
        held = make(library.cstm_files_new)
        try:
            for file, content in files.items():
                raw = utf8(content)
                call(library.cstm_files_add, held, named(file), raw, len(raw))
            return cls(make(library.cstm_strategy_parse_with, data, len(data), named(name), held))
        finally:
            library.cstm_files_free(held)

    def copy(self) -> Strategy:
        """One more reference to the same strategy, closed on its own."""
        other = Strategy.__new__(Strategy)
        Handle.__init__(other, self._get(library.cstm_strategy_ref))
        for slot in Strategy.__slots__:
            setattr(other, slot, getattr(self, slot))
        return other

    # ---- what it says

    @property
    def name(self) -> str:
        """The name that the document gives itself."""
        return self._text(library.cstm_strategy_name)

    @property
    def version(self) -> str:
        """The version that the document gives itself."""
        return self._text(library.cstm_strategy_version)

    def footprint(self) -> Table:
        """What each feature makes profiles keep: a table of feature, event, tiles, single, over, unit, before and by."""
        return Table._take(self._make(library.cstm_strategy_footprint))

    @property
    def digest(self) -> str:
        """SHA-256 of all that determines results."""
        return self._text(library.cstm_strategy_digest)

    @property
    def currency(self) -> str:
        """ISO 4217 code; "" where it has none."""
        return self._text(library.cstm_strategy_currency)

    @property
    def timezone(self) -> str:
        """IANA name of the zone that its days are of."""
        return self._text(library.cstm_strategy_timezone)

    @property
    def warnings(self) -> List[CustomerError]:
        """What the compiler wondered at without refusing it."""
        return chain_of(self._get(library.cstm_strategy_warnings))

    @property
    def entities(self) -> List[str]:
        """Names, the customer first."""
        return list(self._names["entity"])

    @property
    def attributes(self) -> Dict[str, str]:
        """Name -> type."""
        return {n: TYPE_NAMES[t] for n, t in zip(self._names["attribute"], self._types["attribute"])}

    @property
    def features(self) -> Dict[str, str]:
        """Name -> type."""
        return {n: TYPE_NAMES[t] for n, t in zip(self._names["feature"], self._types["feature"])}

    @property
    def events(self) -> Dict[str, Dict[str, str]]:
        """Name -> fields with their types."""
        return {name: {self._text(library.cstm_strategy_field_name, i, j): TYPE_NAMES[self._get(library.cstm_strategy_field_type, i, j)]
                       for j in range(self._get(library.cstm_strategy_field_count, i))}
                for i, name in enumerate(self._names["event"])}

    @property
    def lifecycles(self) -> Dict[str, List[str]]:
        """Name -> stages."""
        return {name: [self._text(library.cstm_strategy_stage_name, i, j)
                       for j in range(self._get(library.cstm_strategy_stage_count, i))]
                for i, name in enumerate(self._names["lifecycle"])}

    @property
    def scores(self) -> List[str]:
        """Names."""
        return list(self._names["score"])

    @property
    def sources(self) -> List[str]:
        """Who sends day files."""
        return list(self._names["source"])

    @property
    def segments(self) -> Dict[str, str]:
        """Name -> rule."""
        return {name: self.rule_of("segment", name) for name in self._names["segment"]}

    def rule_of(self, part: str, name: str) -> str:
        """The rule of a segment, or of a feature that is one, as it was written; "" of others."""
        return self._text(library.cstm_strategy_part_rule, part_number(part), self.number(part, name))

    def purpose_of(self, part: str, name: str) -> str:
        """What a lifecycle, score or segment was declared for; "" of others."""
        return self._text(library.cstm_strategy_part_purpose, part_number(part), self.number(part, name))

    def entity_of(self, part: str, name: str) -> str:
        """Whose a part is: entity_of("feature", "balance") is "account"; of an entity its parent, "" of the customer."""
        index = self._entities[part][self.number(part, name)]
        return self._names["entity"][index] if index >= 0 else ""

    # ---- names to numbers

    def number(self, part: str, name: str) -> int:
        """The index of a part ("feature", "balance") that C functions and typed setters take; looked up once."""
        key = (part, name)
        index = self._numbers.get(key)
        if index is None:
            index = self._get(library.cstm_strategy_find, part_number(part), named(name))
            if index < 0:
                raise unknown(f"{self.name} has no {part}", name, self._names[part])
            self._numbers[key] = index
        return index

    def field(self, event: Union[int, str], name: str) -> int:
        """The index of a field of an event kind, looked up once."""
        kind = self.number("event", event) if isinstance(event, str) else event
        key = (kind, name)
        index = self._fields.get(key)
        if index is None:
            index = self._get(library.cstm_strategy_find_field, kind, named(name))
            if index < 0:
                label = self._names["event"][kind]
                raise unknown(f"event {label} has no field", name, self.events[label])
            self._fields[key] = index
        return index

    def scorer(self, score: str) -> Scorer:
        """The scorer of a score, for scoring tables of its inputs directly."""
        return Scorer(self._make(library.cstm_strategy_scorer, self.number("score", score)))

    # ---- times

    def instant(self, when: Instant, end_of_day: bool = False) -> int:
        """Microseconds since the epoch. Text and dates are read in the strategy's zone; a bare date is its first instant,
        or its last with end_of_day. A naive datetime is civil time of the zone."""
        if isinstance(when, int):
            return int64(when, "instant")
        if isinstance(when, datetime.datetime):
            if when.tzinfo is not None:
                return datetime_to_instant(when)
            when = when.isoformat()
        elif isinstance(when, datetime.date):
            when = when.isoformat()
        elif not isinstance(when, str):
            raise TypeError(f"a time is an int, str, date or datetime, not {type(when).__name__}")
        data = utf8(when)
        instant = c_int64()
        self._call(library.cstm_strategy_parse_time, data, len(data), int(end_of_day), byref(instant))
        return instant.value

    def as_of(self, when: Instant) -> int:
        """An instant to evaluate for: a bare date is the end of that day."""
        return self.instant(when, True)

    def day(self, when: Instant) -> int:
        """The civil day in the strategy's zone, as days since 1970-01-01."""
        day = c_int32()
        self._call(library.cstm_strategy_day, self.instant(when), byref(day))
        return day.value

    # ---- what is made of it

    def profile(self, key: str) -> Profile:
        """An empty profile of one customer."""
        from .profile import Profile
        return Profile(self, key)

    @overload
    def read(self, data: bytes, migration: Literal[False] = False) -> Profile: ...

    @overload
    def read(self, data: bytes, migration: Literal[True]) -> Tuple[Profile, Migration]: ...

    def read(self, data: bytes, migration: bool = False) -> Union[Profile, Tuple[Profile, Migration]]:
        """A profile from its bytes, also of another version of the strategy; with migration=True (profile, migration)."""
        from .profile import Profile
        made, report = Profile._read(self, data, migration)
        return made if report is None else (made, report)

    def event(self, kind: str) -> Event:
        """An event to fill in and record again and again."""
        from .profile import Event
        return Event(self, kind)

    def outcome(self) -> Outcome:
        """An outcome to evaluate into again and again: profile.evaluate(as_of, into=outcome)."""
        from .profile import Outcome
        return Outcome(self)

    def batch(self) -> Batch:
        """An empty batch."""
        from .batch import Batch
        return Batch(self)

    def run(self, *, as_of: Union[Instant, Any], customers: Any = None, threads: int = 1, progress: Optional[Progress] = None,
            cancel: Optional[Cancel] = None, observed_from: Optional[Mapping[str, Instant]] = None,
            observed_until: Optional[Mapping[str, Instant]] = None, attributes: Optional[Mapping[str, Any]] = None,
            parts: Union[str, Sequence[str]] = "all", **tables: Any) -> Result:
        """The whole portfolio: customers, one table of each child entity by its plural or name (accounts=, cards=), one of each
        event kind by name. Tables are anything that speaks Arrow. attributes: entity -> table of dated attributes; observed_from:
        event -> from when on it has been observed; observed_until: until when, which features of days to come need; parts: of "features", "lifecycles", "scores", "segments". Of as_of a bare date is
        the end; a list of dates, or a table of customers and `as_of`, gives one row for each. Batch has the rest.

        >>> strategy.run(customers=customers, accounts=accounts, statement=statements, as_of="2005-10-01", threads=2)
        """
        with self.batch() as batch:
            if customers is not None:
                batch.add_entities(self._names["entity"][0], customers)
            for name, table in tables.items():
                part, known = self._input(name)
                (batch.add_events if part == "event" else batch.add_entities)(known, table)
            for kind, table in (attributes or {}).items():
                batch.add_attributes(kind, table)
            for event, start in (observed_from or {}).items():
                batch.observe(event, start)
            for event, end in (observed_until or {}).items():
                batch.observe_until(event, end)
            batch.set_threads(threads)
            batch.set_parts(*([parts] if isinstance(parts, str) else parts))
            return batch.run(as_of, progress=progress, cancel=cancel)

    def stream(self, *, as_of: Union[Instant, Any], kind: str = "customer", customers: Any = None, threads: int = 1,
               observed_from: Optional[Mapping[str, Instant]] = None, attributes: Optional[Mapping[str, Any]] = None,
               parts: Union[str, Sequence[str]] = "all", money: Optional[Mapping[str, Mapping[str, Any]]] = None,
               rows: Optional[int] = None, **streams: Any) -> Stream:
        """The same from Arrow streams of any length, each in ascending order of the keys of customers, in memory for some of them; of
        what comes out, see Stream. money: input -> column -> currency, for columns of numbers; rows: see Stream.set_rows().

        >>> reader = pyarrow.RecordBatchReader.from_stream(strategy.stream(purchase=purchases, as_of="2005-10-01"))
        """
        money = money or {}
        with self.batch() as batch:
            for event, start in (observed_from or {}).items():
                batch.observe(event, start)
            batch.set_threads(threads)
            batch.set_parts(*([parts] if isinstance(parts, str) else parts))
            stream = batch.stream(as_of, kind)
        if rows is not None:
            stream.set_rows(rows)
        if customers is not None:
            stream.add_entities(self._names["entity"][0], customers, money=money.get("customers"))
        for name, source in streams.items():
            part, known = self._input(name)
            (stream.add_events if part == "event" else stream.add_entities)(known, source, money=money.get(name))
        for entity, source in (attributes or {}).items():
            stream.add_attributes(entity, source, money=money.get(entity))
        return stream

    def _input(self, name: str) -> Tuple[str, str]:
        """What a keyword stands for: an event kind by its name, an entity by its name or plural."""
        if name in self._names["event"]:
            return "event", name
        if name in self._names["entity"]:
            return "entity", name
        if name.endswith("s") and name[:-1] in self._names["entity"]:
            return "entity", name[:-1]
        raise unknown(f"{self.name} has no entity or event", name, self._names["event"] + [entity + "s" for entity in self._names["entity"]])

    def __repr__(self) -> str:
        return f"<Strategy {self.name} {self.version}>" if not self.closed else "<Strategy closed>"
