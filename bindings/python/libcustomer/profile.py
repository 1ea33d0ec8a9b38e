"""One customer: record, set, advance, evaluate, explain, serialise, merge.

Facts come in two ways. By name: account.record("statement", time="2005-09-30", balance="3913.00"), where values are written as in a
document and all fields cross to C in one call. By number, for hot paths: Event.set_money(field, 391300), where the number was
looked up once (Event.field(), Strategy.number()) and the value is what C keeps: days, microseconds, minor units.
"""
from __future__ import annotations

import datetime
import decimal
import struct
from collections.abc import Mapping as MappingBase
from ctypes import byref, c_int32, c_int64, c_size_t, c_void_p
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple, TypeVar, Union

from . import _declarations as d
from ._library import Handle, failure, int32, int64, library, sized, status_name, take_buffer, utf8
from .errors import UnknownError
from .rule import Explanation, Nearest, STATES, _NearestHandle
from .strategy import Instant, Strategy, part_number
from .table import Table, _scaled, day_to_date, instant_to_datetime

ALWAYS = d.CSTM_ALWAYS
_FATES = {d.CSTM_FATE_KEPT: "kept", d.CSTM_FATE_WARMING: "warming", d.CSTM_FATE_DROPPED: "dropped"}
_NO_DAY = -2**31
_NO_INSTANT = -2**63
_entry_double = struct.Struct("<HBd").pack
_entry_text = struct.Struct("<HBI").pack
_entry_missing = struct.Struct("<HB").pack
_evaluate = library.cstm_profile_evaluate
_record = library.cstm_profile_record

_V = TypeVar("_V")


def pack_row(indices: Iterable[int], values: Iterable[Any]) -> bytes:
    """A row buffer: how many values cross to C in one call. All but a float goes as text, which the library reads as the field's type
    says: 3913 of a money field is 3913 major units, and True is no number. A float is for fields of type double alone."""
    out = []
    for index, value in zip(indices, values):
        if value is None:
            out.append(_entry_missing(index, d.CSTM_ROW_MISSING))
        elif isinstance(value, float):
            out.append(_entry_double(index, d.CSTM_ROW_DOUBLE, value))
        else:
            data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else _written(value).encode()
            out.append(_entry_text(index, d.CSTM_ROW_TEXT, len(data)) + data)
    return b"".join(out)


def _written(value: Any) -> str:
    """A value as it is written in a document."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        return (value if value.tzinfo is None else value.astimezone(datetime.timezone.utc)).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if hasattr(value, "__index__"):
        return str(value.__index__())
    if hasattr(value, "dtype"):                        # a scalar of numpy's: bool_, float32
        return _written(value.item()) if not isinstance(value.item(), float) else repr(value.item())
    raise TypeError(f"{type(value).__name__} is no value of an attribute or field")


def _number_of(entity: Union[int, Entity]) -> int:
    return entity.number if isinstance(entity, Entity) else int32(entity, "entity")


class Profile(Handle):
    """One customer under a strategy. Changing it is for one thread at a time; evaluating may be done by several.

    >>> customer = strategy.profile("A-1001")
    >>> account = customer.entity("account", "88-1").set(limit="200000.00", at="2003-04-01")
    >>> account.record("statement", id="88-1/200509", time="2005-09-30", balance="3913.00", status=2)
    >>> customer.evaluate("2005-10-01").stage["customer"]
    """

    _free = library.cstm_profile_free
    __slots__ = ("strategy", "_events")

    def __init__(self, strategy: Strategy, key: str) -> None:
        data = utf8(key)
        self._events: Dict[int, Event] = {}
        super().__init__(strategy._make(library.cstm_profile_new, data, len(data)))
        self.strategy = strategy.copy()

    @classmethod
    def _take(cls, strategy: Strategy, pointer: int) -> Profile:
        profile = Profile.__new__(Profile)
        profile._events = {}
        Handle.__init__(profile, pointer)
        profile.strategy = strategy.copy()
        return profile

    @classmethod
    def _read(cls, strategy: Strategy, data: bytes, migration: bool) -> Tuple[Profile, Optional[Migration]]:
        profile, report, error = c_void_p(), c_void_p(), c_void_p()
        data = bytes(data)
        pointer = strategy._enter()
        try:
            status = library.cstm_profile_read(pointer, data, len(data), byref(profile), byref(report) if migration else None,
                                               byref(error))
            if status:
                raise failure(status, error)
        finally:
            strategy._leave()
        return cls._take(strategy, profile.value or 0), Migration(report.value or 0) if migration else None

    @classmethod
    def from_bytes(cls, strategy: Strategy, data: bytes) -> Profile:
        """A profile from its bytes; strategy.read(data, migration=True) also says what became of each part."""
        return cls._read(strategy, data, False)[0]

    def to_bytes(self) -> bytes:
        """Canonical bytes: the same for the same facts in whatever order they came. Keep them where you like."""
        return take_buffer(self._make(library.cstm_profile_write))

    def footprint(self) -> Table:
        """How large it is: a table of part ("total", "tiles", "events", "sketches", "open", "attributes", "other", then a row a
        feature), feature, bytes, and `own`, those that no other feature reads."""
        return Table._take(self._make(library.cstm_profile_footprint))

    def close(self) -> None:
        """Frees the profile; using it afterwards raises ValueError. Outcomes keep their values."""
        for event in self._events.values():
            event.close()
        super().close()

    # ---- what it is

    @property
    def key(self) -> str:
        """How the bank calls the customer."""
        return self._sized(library.cstm_profile_key)

    def _sized(self, function: Any, *arguments: Any) -> str:
        size = c_size_t()
        pointer = self._enter()
        try:
            return sized(function(pointer, *arguments, byref(size)), size.value)
        finally:
            self._leave()

    @property
    def revision(self) -> int:
        """For compare-and-set: that of the bytes it was read from, one more once anything has changed."""
        revision: int = self._get(library.cstm_profile_revision)
        return revision

    @property
    def sealed_day(self) -> Optional[datetime.date]:
        """The last sealed civil day; None while nothing is sealed."""
        day = self._get(library.cstm_profile_sealed_day)
        return None if day == _NO_DAY else day_to_date(day)

    @property
    def customer(self) -> Entity:
        """The customer as an entity."""
        return Entity(self, d.CSTM_ENTITY_CUSTOMER)

    def entity(self, kind: str, key: str) -> Entity:
        """A child of the customer by its key, made if it is not known."""
        return self.customer.entity(kind, key)

    @property
    def entities(self) -> List[Entity]:
        """Every entity, the customer first."""
        return [Entity(self, i) for i in range(self._get(library.cstm_profile_entity_count))]

    # ---- facts

    def set(self, values: Optional[Mapping[str, Any]] = None, *, at: Optional[Instant] = None, id: Optional[str] = None,
            **more: Any) -> Profile:
        """Sets attributes of the customer; see Entity.set()."""
        self.customer.set(values, at=at, id=id, **more)
        return self

    def record(self, event: str, fields: Optional[Mapping[str, Any]] = None, *, time: Instant, id: Optional[str] = None,
               **more: Any) -> Profile:
        """Records an event of the customer; see Entity.record()."""
        self._record(event, d.CSTM_ENTITY_CUSTOMER, time, id, {**fields, **more} if fields else more)
        return self

    def _record(self, event: str, entity: int, time: Instant, id: Optional[str], fields: Mapping[str, Any]) -> None:
        index = self.strategy.number("event", event)
        handle = self._events.get(index)
        if handle is None:
            handle = self._events[index] = Event(self.strategy, event)
        handle.clear().on(entity).at(time)
        if id is not None:
            handle.id(id)
        if fields:
            handle.set(fields)
        self.record_event(handle)

    def record_event(self, event: Event) -> Profile:
        """Records an event that was filled in by hand, to be filled in again."""
        pointer = event._enter()
        try:
            self._call(_record, pointer)
        finally:
            event._leave()
        return self

    def observe(self, event: str, since: Instant) -> Profile:
        """Says from when on events of a kind have been observed for this customer."""
        self._call(library.cstm_profile_observe, self.strategy.number("event", event), self.strategy.instant(since))
        return self

    def replace_day(self, source: str, day: Instant, number: int) -> Profile:
        """A source has delivered an accounting day again: only events of this delivery count, or of a greater one."""
        self._call(library.cstm_profile_replace_day, self.strategy.number("source", source), self.strategy.day(day), number)
        return self

    def unmatched(self, event: str, as_of: Instant) -> int:
        """How many amendments of a kind found nothing to amend, or not as much as they would take, as known on the day of as_of."""
        count = c_int64()
        self._call(library.cstm_profile_unmatched, self.strategy.number("event", event), self.strategy.as_of(as_of), byref(count))
        return count.value

    def advance(self, as_of: Instant) -> Profile:
        """Seals the days before day(as_of) - late."""
        self._call(library.cstm_profile_advance, self.strategy.as_of(as_of))
        return self

    def merge(self, other: Profile) -> Profile:
        """Adds another half of the same customer's history; `other` stays as it is."""
        pointer = other._enter()
        try:
            self._call(library.cstm_profile_merge, pointer)
        finally:
            other._leave()
        return self

    # ---- what follows

    def evaluate(self, as_of: Instant, into: Optional[Outcome] = None) -> Outcome:
        """Every feature, stage, score and segment as of an instant, of which a bare date is the end of the day.

        On hot paths give an int (microseconds, Strategy.as_of()) and `into`, an outcome to fill again: then nothing is allocated.
        """
        # The body is Handle._call() of two handles, written out: this is called for every event. C is first asked without a place
        # for an error, which is made only where there is one.
        if type(as_of) is not int or not -0x8000000000000000 <= as_of <= 0x7fffffffffffffff:
            as_of = self.strategy.as_of(as_of)
        outcome = Outcome(self.strategy) if into is None else into
        mine, theirs = self._calls, outcome._calls
        mine.append(None)
        theirs.append(None)
        try:
            if self._closed or outcome._closed:
                raise ValueError(f"{'Profile' if self._closed else 'Outcome'} is closed")
            if _evaluate(self._pointer[0], as_of, outcome._pointer[0], None):
                error = c_void_p()
                status = _evaluate(self._pointer[0], as_of, outcome._pointer[0], byref(error))
                if status:
                    raise failure(status, error)
            outcome._profile = self
            outcome._instant = as_of
        finally:
            theirs.pop()
            mine.pop()
            if outcome._closed and not theirs:
                outcome._release()
            if self._closed and not mine:
                self._release()
        return outcome

    def explain(self, as_of: Instant, part: str, name: str, entity: Union[int, Entity] = 0) -> Explanation:
        """Why: explain("2005-10-01", "lifecycle", "customer"), likewise "score", "feature" and "segment"."""
        return Explanation(self._make(library.cstm_profile_explain, self.strategy.as_of(as_of), part_number(part),
                                      self.strategy.number(part, name), _number_of(entity)))

    def nearest(self, as_of: Instant, part: str, name: str, entity: Union[int, Entity] = 0) -> Nearest:
        """The fewest changes to what a rule reads that make it come out otherwise: nearest("2005-10-01", "segment", "eligible"), likewise
        of a "feature" whose rule is a bool; of a "lifecycle", of the transition out of its stage that needs the fewest."""
        return _NearestHandle(self._make(library.cstm_profile_nearest, self.strategy.as_of(as_of), part_number(part),
                                         self.strategy.number(part, name), _number_of(entity)))._read()

    def __repr__(self) -> str:
        return "<Profile closed>" if self.closed else f"<Profile of {self.strategy.name}, {len(self.entities)} entities>"


class Entity:
    """The customer, an account, a card: something of a profile that has attributes and events.

    The setters by number (set_int64() and so on) take an attribute's index, of Strategy.number("attribute", name), and the value as C
    keeps it; `at` is the instant since when it is so, in microseconds.
    """

    __slots__ = ("profile", "number")

    def __init__(self, profile: Profile, number: int) -> None:
        self.profile = profile
        self.number = number

    @property
    def kind(self) -> str:
        """What it is: "account"."""
        number: int = self.profile._get(library.cstm_profile_entity_kind, self.number)
        return self.profile.strategy._names["entity"][number]

    @property
    def key(self) -> str:
        """How the bank calls it."""
        return self.profile._sized(library.cstm_profile_entity_key, self.number)

    @property
    def parent(self) -> Optional[Entity]:
        """What it belongs to; None of the customer."""
        number = self.profile._get(library.cstm_profile_entity_parent, self.number)
        return None if number < 0 else Entity(self.profile, number)

    def entity(self, kind: str, key: str) -> Entity:
        """A child by its key, made if it is not known."""
        number = c_int32()
        data = utf8(key)
        self.profile._call(library.cstm_profile_entity, self.profile.strategy.number("entity", kind), self.number, data,
                           len(data), byref(number))
        return Entity(self.profile, number.value)

    def set(self, values: Optional[Mapping[str, Any]] = None, *, at: Optional[Instant] = None, id: Optional[str] = None,
            **more: Any) -> Entity:
        """Sets attributes by name from an instant on, all or none; without `at` as if they had always been so. None says that one is
        not known. A name that is a parameter's goes into the mapping: set({"at": …})."""
        if values:
            more = {**values, **more}
        strategy = self.profile.strategy
        kind = self.kind
        row = pack_row([strategy.number("attribute", f"{kind}.{name}" if name in ("opened_on", "closed_on") else name)
                        for name in more], more.values())
        data = utf8(id) if id is not None else None
        self.profile._call(library.cstm_profile_set_row, self.number, row, len(row), ALWAYS if at is None else strategy.instant(at),
                           data, len(data) if data else 0)
        return self

    def record(self, event: str, fields: Optional[Mapping[str, Any]] = None, *, time: Instant, id: Optional[str] = None,
               **more: Any) -> Entity:
        """Records an event with its fields by name; a redelivery of the same id counts once. A name that is a parameter's goes into
        the mapping: record("call", {"time": …}, time=…)."""
        self.profile._record(event, self.number, time, id, {**fields, **more} if fields else more)
        return self

    def _set(self, function: Any, attribute: int, arguments: Tuple[Any, ...], at: int, id: Optional[str]) -> Entity:
        data = utf8(id) if id is not None else None
        self.profile._call(function, self.number, int32(attribute, "attribute"), *arguments, int64(at, "at"), data,
                           len(data) if data else 0)
        return self

    def set_bool(self, attribute: int, value: bool, at: int = ALWAYS, id: Optional[str] = None) -> Entity:
        """Sets an attribute of type bool by its number."""
        return self._set(library.cstm_profile_set_bool, attribute, (int32(value, "value"),), at, id)

    def set_int64(self, attribute: int, value: int, at: int = ALWAYS, id: Optional[str] = None) -> Entity:
        """Sets an attribute of type int by its number."""
        return self._set(library.cstm_profile_set_int64, attribute, (int64(value, "value"),), at, id)

    def set_double(self, attribute: int, value: float, at: int = ALWAYS, id: Optional[str] = None) -> Entity:
        """Sets an attribute of type double by its number."""
        return self._set(library.cstm_profile_set_double, attribute, (value,), at, id)

    def set_string(self, attribute: int, value: str, at: int = ALWAYS, id: Optional[str] = None) -> Entity:
        """Sets an attribute of type string by its number."""
        data = utf8(value)
        return self._set(library.cstm_profile_set_string, attribute, (data, len(data)), at, id)

    def set_date(self, attribute: int, day: int, at: int = ALWAYS, id: Optional[str] = None) -> Entity:
        """Sets an attribute of type date by its number: days since 1970-01-01."""
        return self._set(library.cstm_profile_set_date, attribute, (int32(day, "day"),), at, id)

    def set_timestamp(self, attribute: int, instant: int, at: int = ALWAYS, id: Optional[str] = None) -> Entity:
        """Sets an attribute of type timestamp by its number: microseconds since the epoch."""
        return self._set(library.cstm_profile_set_timestamp, attribute, (int64(instant, "instant"),), at, id)

    def set_money(self, attribute: int, minor: int, at: int = ALWAYS, id: Optional[str] = None) -> Entity:
        """Sets an attribute of type money by its number: minor units of the strategy's currency."""
        return self._set(library.cstm_profile_set_money, attribute, (int64(minor, "minor"),), at, id)

    def set_missing(self, attribute: int, at: int = ALWAYS, id: Optional[str] = None) -> Entity:
        """Says by its number that an attribute is not known from an instant on."""
        return self._set(library.cstm_profile_set_missing, attribute, (), at, id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Entity) and other.profile is self.profile and other.number == self.number

    def __hash__(self) -> int:
        return hash((id(self.profile), self.number))

    def __repr__(self) -> str:
        return f"<{self.kind} {self.number}>" if not self.profile.closed else "<Entity of a closed profile>"


class Event(Handle):
    """An event to fill in and record again and again.

    >>> event = strategy.event("statement")
    >>> event.clear().on(account).at("2005-09-30").id("88-1/200509").set(balance="3913.00", status=2)
    >>> customer.record_event(event)

    The setters by number (set_int64() and so on) take a field's index, of field(), and the value as C keeps it.
    """

    _free = library.cstm_event_free
    __slots__ = ("strategy", "_index")

    def __init__(self, strategy: Strategy, kind: str) -> None:
        self._index = strategy.number("event", kind)
        super().__init__(strategy._make(library.cstm_event_new, self._index))
        self.strategy = strategy.copy()

    @property
    def kind(self) -> str:
        """What it is: "statement"."""
        return self.strategy._names["event"][self._index]

    def field(self, name: str) -> int:
        """The number of a field, for the setters by number; looked up once."""
        return self.strategy.field(self._index, name)

    def clear(self) -> Event:
        """Empties it: no entity (the customer), no id, no time, every field missing."""
        self._call(library.cstm_event_clear)
        return self

    def on(self, entity: Union[int, Entity]) -> Event:
        """On which entity it happened, of the profile that it will be recorded in."""
        self._call(library.cstm_event_set_entity, _number_of(entity))
        return self

    def at(self, time: Instant) -> Event:
        """When it happened; an int is microseconds since the epoch."""
        self._call(library.cstm_event_set_time, self.strategy.instant(time))
        return self

    def delivery(self, number: int) -> Event:
        """Which delivery of its source's accounting day brings it: of those only the greatest counts."""
        self._call(library.cstm_event_set_delivery, number)
        return self

    def id(self, id: Optional[str]) -> Event:
        """Names it, so that a redelivery counts once; None: no id."""
        data = utf8(id) if id is not None else None
        self._call(library.cstm_event_set_id, data, len(data) if data else 0)
        return self

    def set(self, fields: Optional[Mapping[str, Any]] = None, **more: Any) -> Event:
        """Sets fields by name, all or none; None makes one missing."""
        if fields:
            more = {**fields, **more}
        if more:
            field, index = self.strategy.field, self._index
            row = pack_row([field(index, name) for name in more], more.values())
            self._call(library.cstm_event_set_row, row, len(row))
        return self

    def set_bool(self, field: int, value: bool) -> Event:
        """Sets a field of type bool by its number."""
        self._call(library.cstm_event_set_bool, int32(field, "field"), int32(value, "value"))
        return self

    def set_int64(self, field: int, value: int) -> Event:
        """Sets a field of type int by its number."""
        self._call(library.cstm_event_set_int64, int32(field, "field"), int64(value, "value"))
        return self

    def set_double(self, field: int, value: float) -> Event:
        """Sets a field of type double by its number."""
        self._call(library.cstm_event_set_double, int32(field, "field"), value)
        return self

    def set_string(self, field: int, value: str) -> Event:
        """Sets a field of type string by its number."""
        data = utf8(value)
        self._call(library.cstm_event_set_string, int32(field, "field"), data, len(data))
        return self

    def set_date(self, field: int, day: int) -> Event:
        """Sets a field of type date by its number: days since 1970-01-01."""
        self._call(library.cstm_event_set_date, int32(field, "field"), int32(day, "day"))
        return self

    def set_timestamp(self, field: int, instant: int) -> Event:
        """Sets a field of type timestamp by its number: microseconds since the epoch."""
        self._call(library.cstm_event_set_timestamp, int32(field, "field"), int64(instant, "instant"))
        return self

    def set_money(self, field: int, minor: int) -> Event:
        """Sets a field of type money by its number: minor units of the strategy's currency."""
        self._call(library.cstm_event_set_money, int32(field, "field"), int64(minor, "minor"))
        return self

    def set_missing(self, field: int) -> Event:
        """Makes a field missing by its number."""
        self._call(library.cstm_event_set_missing, int32(field, "field"))
        return self

    def __repr__(self) -> str:
        return f"<Event {self.kind}>" if not self.closed else "<Event closed>"


@dataclass(frozen=True)
class Stage:
    """Where an entity stands in a lifecycle. days is a lower bound where the stage was entered before observation (censored);
    transition is the position in the document of the one that led here, None for the beginning."""

    name: str
    since: datetime.date
    days: int
    censored: bool
    previous: Optional[str]
    transition: Optional[int]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Reason:
    """A reason code of a score and the points that it cost."""

    code: str
    points: float


class Outcome(Handle):
    """What follows from a profile at an instant. Of the customer: outcome.features["used_6m"]; of another entity:
    outcome.on(account).features["balance"].

    For one thread at a time. Values stay until the next evaluation into it; explain() asks the profile as it is then.
    """

    _free = library.cstm_outcome_free
    __slots__ = ("strategy", "_profile", "_instant")

    def __init__(self, strategy: Strategy) -> None:
        super().__init__(strategy._make(library.cstm_outcome_new))
        self.strategy = strategy.copy()
        self._profile: Optional[Profile] = None
        self._instant = 0

    def on(self, entity: Union[int, Entity]) -> View:
        """The outcome as one entity sees it."""
        return View(self, _number_of(entity))

    @property
    def as_of(self) -> Optional[datetime.datetime]:
        """What it was evaluated for; None before the first time."""
        instant = self._get(library.cstm_outcome_as_of)
        return None if instant == _NO_INSTANT else instant_to_datetime(instant)

    @property
    def digest(self) -> str:
        """What made the outcome, for the audit record."""
        return self._text(library.cstm_outcome_digest)

    @property
    def entity_count(self) -> int:
        """How many entities were evaluated."""
        count: int = self._get(library.cstm_outcome_entity_count)
        return count

    @property
    def attributes(self) -> Mapping[str, Any]:
        """Name -> value; None where it is missing."""
        return self.on(0).attributes

    @property
    def features(self) -> Mapping[str, Any]:
        """Name -> value; None where it is missing or cannot be computed: state() and status() tell."""
        return self.on(0).features

    @property
    def scores(self) -> Mapping[str, Optional[float]]:
        """Name -> score; None where there is none: state() and status() tell."""
        return self.on(0).scores

    @property
    def stage(self) -> Mapping[str, Optional[str]]:
        """Lifecycle -> name of the stage."""
        return self.on(0).stage

    @property
    def stages(self) -> Mapping[str, Optional[Stage]]:
        """Lifecycle -> Stage."""
        return self.on(0).stages

    @property
    def reasons(self) -> Mapping[str, List[Reason]]:
        """Score -> reasons, the greatest loss of points first."""
        return self.on(0).reasons

    @property
    def segments(self) -> Mapping[str, Optional[bool]]:
        """Segment -> whether the customer is in it; None where it cannot be said: status() tells why."""
        return self.on(0).segments

    @property
    def changed(self) -> List[str]:
        """The customer's features that differ from the evaluation before this one: all of them at the first, and after one of
        another customer. Of accounts and cards: outcome.on(card).changed."""
        return self.on(0).changed

    def has_changed(self, part: str, name: str, entity: Union[int, Entity] = 0) -> bool:
        """Whether a value differs from the evaluation before; part: "attribute", "feature", "score", "lifecycle" (stage or since
        when) or "segment"."""
        return bool(self._get(library.cstm_outcome_changed, part_number(part), self.strategy.number(part, name), _number_of(entity)))

    def changed_count(self, part: str = "feature") -> int:
        """How many values of a part have changed, over all entities."""
        count: int = self._get(library.cstm_outcome_changed_count, part_number(part))
        return count

    def explain(self, part: str, name: Optional[str] = None, entity: Union[int, Entity] = 0) -> Explanation:
        """explain("stage") is the customer's only lifecycle; explain("lifecycle" | "score" | "feature" | "segment", name) any
        other."""
        if self._profile is None:
            raise ValueError("nothing has been evaluated into this outcome")
        if part == "stage":
            part = "lifecycle"
        if name is None:
            names = self.on(entity)._names(part)
            if len(names) != 1:
                raise ValueError(f"which {part}? there are {', '.join(names) or 'none'}")
            name = names[0]
        return self._profile.explain(self._instant, part, name, entity)

    def state(self, part: str, name: str, entity: Union[int, Entity] = 0) -> str:
        """"value", "missing" or "error"; part: "attribute", "feature", "score", "lifecycle" or "segment"."""
        return STATES[self._get(library.cstm_outcome_state, part_number(part), self.strategy.number(part, name), _number_of(entity))]

    def status(self, part: str, name: str, entity: Union[int, Entity] = 0) -> str:
        """Why a value is not there: "CSTM_ERROR_DIVIDE"; "CSTM_OK" where it is."""
        return status_name(self._get(library.cstm_outcome_status, part_number(part), self.strategy.number(part, name),
                                     _number_of(entity)))

    def _kind_of(self, entity: int) -> int:
        if entity == 0 or self._profile is None:
            return 0
        kind: int = self._profile._get(library.cstm_profile_entity_kind, entity)
        return kind

    def _value(self, part: str, index: int, entity: int) -> Any:
        number = part_number(part)
        if self._get(library.cstm_outcome_state, number, index, entity) != d.CSTM_STATE_VALUE:
            return None
        kind = self.strategy._types[part][index] if part != "score" else d.CSTM_TYPE_DOUBLE
        if kind == d.CSTM_TYPE_DOUBLE:
            return self._get(library.cstm_outcome_double, number, index, entity)
        if kind == d.CSTM_TYPE_STRING:
            size = c_size_t()
            pointer = self._enter()
            try:
                return sized(library.cstm_outcome_string(pointer, number, index, entity, byref(size)), size.value)
            finally:
                self._leave()
        value = self._get(library.cstm_outcome_int64, number, index, entity)
        if kind == d.CSTM_TYPE_BOOL:
            return bool(value)
        if kind == d.CSTM_TYPE_DATE:
            return day_to_date(value)
        if kind == d.CSTM_TYPE_TIMESTAMP:
            return instant_to_datetime(value)
        if kind == d.CSTM_TYPE_MONEY:
            return _scaled(value, self.strategy._exponent)
        return value

    def _stage(self, lifecycle: int, entity: int) -> Optional[Stage]:
        if self._get(library.cstm_outcome_stage, lifecycle, entity) < 0:
            return None
        previous = self._get(library.cstm_outcome_stage_from, lifecycle, entity)
        transition = self._get(library.cstm_outcome_transition, lifecycle, entity)
        return Stage(
            name=self._text(library.cstm_outcome_stage_name, lifecycle, entity),
            since=day_to_date(self._get(library.cstm_outcome_stage_since, lifecycle, entity)),
            days=self._get(library.cstm_outcome_stage_days, lifecycle, entity),
            censored=bool(self._get(library.cstm_outcome_stage_censored, lifecycle, entity)),
            previous=self.strategy._text(library.cstm_strategy_stage_name, lifecycle, previous) if previous >= 0 else None,
            transition=transition if transition >= 0 else None)

    def _verdict(self, segment: int, entity: int) -> Optional[bool]:
        verdict = self._get(library.cstm_outcome_verdict, segment, entity)
        return None if verdict == d.CSTM_VERDICT_UNDECIDED else verdict == d.CSTM_VERDICT_MET

    def _reasons(self, score: int, entity: int) -> List[Reason]:
        return [Reason(self._text(library.cstm_outcome_reason_code, score, entity, i),
                       self._get(library.cstm_outcome_reason_points, score, entity, i))
                for i in range(self._get(library.cstm_outcome_reason_count, score, entity))]

    def __repr__(self) -> str:
        return "<Outcome closed>" if self.closed else f"<Outcome of {self.strategy.name} as of {self.as_of}>"


class _Each(MappingBase[str, _V]):
    """Name -> what a function makes of its number, for the parts that an entity has."""

    __slots__ = ("_view", "_part", "_of")

    def __init__(self, view: View, part: str, of: Callable[[int], _V]) -> None:
        self._view = view
        self._part = part
        self._of = of

    def __getitem__(self, name: str) -> _V:
        strategy = self._view._outcome.strategy
        index = strategy.number(self._part, name)
        owner = strategy._entities[self._part][index]
        if owner != self._view._kind:
            names = strategy._names["entity"]
            raise UnknownError(f"{self._part} {name!r} is of {names[owner]}, not of {names[self._view._kind]}", field=name)
        return self._of(index)

    def __iter__(self) -> Iterator[str]:
        return iter(self._view._names(self._part))

    def __len__(self) -> int:
        return len(self._view._names(self._part))

    def __repr__(self) -> str:
        return repr(dict(self))


class View:
    """An outcome as one entity sees it: mappings over the parts that its kind has."""

    __slots__ = ("_outcome", "_entity", "_kind")

    def __init__(self, outcome: Outcome, entity: int) -> None:
        self._outcome = outcome
        self._entity = entity
        self._kind = outcome._kind_of(entity)
        if self._kind < 0:
            raise IndexError(f"the profile has no entity {entity}")

    def _names(self, part: str) -> List[str]:
        strategy = self._outcome.strategy
        part_number(part)
        return [n for n, owner in zip(strategy._names[part], strategy._entities[part]) if owner == self._kind]

    @property
    def attributes(self) -> Mapping[str, Any]:
        """Name -> value; None where it is missing."""
        return _Each(self, "attribute", lambda index: self._outcome._value("attribute", index, self._entity))

    @property
    def features(self) -> Mapping[str, Any]:
        """Name -> value; None where it is missing or cannot be computed."""
        return _Each(self, "feature", lambda index: self._outcome._value("feature", index, self._entity))

    @property
    def scores(self) -> Mapping[str, Optional[float]]:
        """Name -> score; None where there is none."""
        return _Each(self, "score", lambda index: self._outcome._value("score", index, self._entity))

    @property
    def stage(self) -> Mapping[str, Optional[str]]:
        """Lifecycle -> name of the stage."""
        return _Each(self, "lifecycle", lambda index: self._outcome._text(library.cstm_outcome_stage_name, index, self._entity) or None)

    @property
    def stages(self) -> Mapping[str, Optional[Stage]]:
        """Lifecycle -> Stage."""
        return _Each(self, "lifecycle", lambda index: self._outcome._stage(index, self._entity))

    @property
    def changed(self) -> List[str]:
        """The features that differ from the evaluation before this one."""
        return [name for name in self._names("feature") if self._outcome.has_changed("feature", name, self._entity)]

    @property
    def reasons(self) -> Mapping[str, List[Reason]]:
        """Score -> reasons, the greatest loss of points first."""
        return _Each(self, "score", lambda index: self._outcome._reasons(index, self._entity))

    @property
    def segments(self) -> Mapping[str, Optional[bool]]:
        """Segment -> whether it is in it; None where it cannot be said."""
        return _Each(self, "segment", lambda index: self._outcome._verdict(index, self._entity))


@dataclass(frozen=True)
class Fate:
    """What became of a part: "kept", "warming" (missing until `complete`, None: for ever) or "dropped"."""

    name: str
    fate: str
    complete: Optional[datetime.date]


class Migration(Handle):
    """What became of each part of a profile under another strategy: a sequence of fates."""

    _free = library.cstm_migration_free
    __slots__ = ()

    def __len__(self) -> int:
        count: int = self._get(library.cstm_migration_count)
        return count

    def __getitem__(self, i: int) -> Fate:
        n = len(self)
        if i < 0:
            i += n
        if i < 0 or i >= n:
            raise IndexError(i)
        day = self._get(library.cstm_migration_complete_day, i)
        return Fate(self._text(library.cstm_migration_name, i), _FATES[self._get(library.cstm_migration_fate, i)],
                    None if day == _NO_DAY else day_to_date(day))

    def __iter__(self) -> Iterator[Fate]:
        return (self[i] for i in range(len(self)))
