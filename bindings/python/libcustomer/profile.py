"""One customer: record, set, advance, evaluate, explain, serialise, merge."""
import datetime
import decimal
import math
import struct
from collections.abc import Mapping as MappingBase
from ctypes import POINTER, byref, c_int32, c_size_t, c_uint8, c_void_p, cast
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Optional, Union

from . import _declarations as d
from ._library import Handle, _exception, call, library, make, sized, status_name, take_buffer, text
from .rule import Explanation, STATES
from .strategy import PARTS, Instant, Strategy
from .table import datetime_to_instant, day_to_date, instant_to_datetime

ALWAYS = d.CSTM_ALWAYS
_FATES = {d.CSTM_FATE_KEPT: "kept", d.CSTM_FATE_WARMING: "warming", d.CSTM_FATE_DROPPED: "dropped"}
_NO_DAY = -2**31
_entry_int64 = struct.Struct("<HBq").pack
_entry_double = struct.Struct("<HBd").pack
_entry_text = struct.Struct("<HBI").pack
_entry_missing = struct.Struct("<HB").pack


def pack_row(indices, values, strategy) -> bytes:
    """A row buffer: how many values cross to C in one call. Numbers that are not float go as text, so that the library reads
    them as the field's type says: 3913 of a money field is 3913 major units."""
    out = []
    for index, value in zip(indices, values):
        if value is None:
            out.append(_entry_missing(index, d.CSTM_ROW_MISSING))
        elif isinstance(value, bool):
            out.append(_entry_int64(index, d.CSTM_ROW_INT64, value))
        elif isinstance(value, float):
            out.append(_entry_double(index, d.CSTM_ROW_DOUBLE, value))
        elif isinstance(value, datetime.datetime):
            out.append(_entry_int64(index, d.CSTM_ROW_INT64, strategy.instant(value)))
        else:
            if isinstance(value, decimal.Decimal):
                value = format(value, "f")
            elif isinstance(value, datetime.date):
                value = value.isoformat()
            data = str(value).encode("utf-8")
            out.append(_entry_text(index, d.CSTM_ROW_TEXT, len(data)) + data)
    return b"".join(out)


def _bytes_pointer(data):
    return cast(data, POINTER(c_uint8))


class Profile(Handle):
    """One customer under a strategy. Changing it is for one thread at a time; evaluating may be done by several."""

    _free = library.cstm_profile_free
    __slots__ = ("strategy", "_events")

    def __init__(self, strategy: Strategy, key: str):
        data = key.encode("utf-8")
        super().__init__(strategy._make(library.cstm_profile_new, data, len(data)))
        self.strategy = strategy
        self._events = {}

    @classmethod
    def _take(cls, strategy, pointer) -> "Profile":
        profile = cls.__new__(cls)
        Handle.__init__(profile, pointer)
        profile.strategy = strategy
        profile._events = {}
        return profile

    @classmethod
    def from_bytes(cls, strategy: Strategy, data: bytes, migration: bool = False):
        profile, report, error = c_void_p(), c_void_p(), c_void_p()
        pointer = strategy._enter()
        try:
            status = library.cstm_profile_read(pointer, _bytes_pointer(data), len(data), byref(profile),
                                               byref(report) if migration else None, byref(error))
            if status:
                raise _exception(status, error)
        finally:
            strategy._leave()
        made = cls._take(strategy, profile.value)
        return (made, Migration(report.value)) if migration else made

    def to_bytes(self) -> bytes:
        """Canonical bytes: the same for the same facts in whatever order they came."""
        return take_buffer(self._make(library.cstm_profile_write))

    @property
    def key(self) -> str:
        size = c_size_t()
        return sized(self._get(library.cstm_profile_key, byref(size)), size.value)

    @property
    def revision(self) -> int:
        return self._get(library.cstm_profile_revision)

    @property
    def sealed_day(self) -> Optional[datetime.date]:
        day = self._get(library.cstm_profile_sealed_day)
        return None if day == _NO_DAY else day_to_date(day)

    @property
    def customer(self) -> "Entity":
        return Entity(self, d.CSTM_ENTITY_CUSTOMER)

    def entity(self, kind: str, key: str) -> "Entity":
        """A child of the customer by its key, made if it is not known."""
        return self.customer.entity(kind, key)

    @property
    def entities(self) -> List["Entity"]:
        """Every entity, the customer first."""
        return [Entity(self, i) for i in range(self._get(library.cstm_profile_entity_count))]

    def set(self, *, at: Optional[Instant] = None, id: Optional[str] = None, **values) -> "Profile":
        self.customer.set(at=at, id=id, **values)
        return self

    def record(self, event: str, *, time: Instant, id: Optional[str] = None, **fields) -> "Profile":
        self.customer.record(event, time=time, id=id, **fields)
        return self

    def _record(self, event, entity, time, id, fields):
        index = self.strategy.number("event", event)
        handle = self._events.get(index)
        if handle is None:
            handle = self._events[index] = Event(self.strategy, event)
        handle.clear().on(entity).at(time)
        if id is not None:
            handle.id(id)
        handle.set(**fields)
        self.record_event(handle)

    def record_event(self, event: "Event") -> "Profile":
        """Records an event that was filled in by hand, to be filled in again."""
        pointer = event._enter()
        try:
            self._call(library.cstm_profile_record, pointer)
        finally:
            event._leave()
        return self

    def observe(self, event: str, since: Instant) -> "Profile":
        """Says from when on events of a kind have been observed for this customer."""
        self._call(library.cstm_profile_observe, self.strategy.number("event", event), self.strategy.instant(since))
        return self

    def advance(self, as_of: Instant) -> "Profile":
        """Seals the days before day(as_of) - late."""
        self._call(library.cstm_profile_advance, self.strategy.as_of(as_of))
        return self

    def evaluate(self, as_of: Instant, into: Optional["Outcome"] = None) -> "Outcome":
        """Every feature, stage and score. Give `into` on hot paths: then nothing is allocated."""
        if type(as_of) is not int:
            as_of = self.strategy.as_of(as_of)
        outcome = into if into is not None else Outcome(self.strategy)
        pointer = self._enter()
        try:
            room = outcome._enter()
            try:
                error = c_void_p()
                status = library.cstm_profile_evaluate(pointer, as_of, room, byref(error))
                if status:
                    raise _exception(status, error)
            finally:
                outcome._leave()
        finally:
            self._leave()
        outcome._profile = self
        outcome._instant = as_of
        return outcome

    def explain(self, as_of: Instant, part: str, name: str, entity: Optional["Entity"] = None) -> Explanation:
        """Why: explain("2005-10-01", "lifecycle", "customer"), likewise "score" and "feature"."""
        return Explanation(self._make(library.cstm_profile_explain, self.strategy.as_of(as_of), PARTS[part],
                                      self.strategy.number(part, name), entity.number if entity is not None else 0))

    def merge(self, other: "Profile") -> "Profile":
        """Adds another half of the same customer's history; `other` stays as it is."""
        pointer = other._enter()
        try:
            self._call(library.cstm_profile_merge, pointer)
        finally:
            other._leave()
        return self

    def close(self) -> None:
        for event in self._events.values():
            event.close()
        super().close()


class Entity:
    """The customer, an account, a card: something of a profile that has attributes and events."""

    __slots__ = ("profile", "number")

    def __init__(self, profile: Profile, number: int):
        self.profile = profile
        self.number = number

    @property
    def kind(self) -> str:
        return self.profile.strategy._names["entity"][self.profile._get(library.cstm_profile_entity_kind, self.number)]

    @property
    def key(self) -> str:
        size = c_size_t()
        return sized(self.profile._get(library.cstm_profile_entity_key, self.number, byref(size)), size.value)

    @property
    def parent(self) -> Optional["Entity"]:
        number = self.profile._get(library.cstm_profile_entity_parent, self.number)
        return None if number < 0 else Entity(self.profile, number)

    def entity(self, kind: str, key: str) -> "Entity":
        """A child by its key, made if it is not known."""
        number = c_int32()
        data = key.encode("utf-8")
        self.profile._call(library.cstm_profile_entity, self.profile.strategy.number("entity", kind), self.number, data,
                           len(data), byref(number))
        return Entity(self.profile, number.value)

    def set(self, *, at: Optional[Instant] = None, id: Optional[str] = None, **values) -> "Entity":
        """Sets attributes from an instant on, all or none; without `at` as if they had always been so."""
        strategy = self.profile.strategy
        kind = self.kind
        indices = [strategy.number("attribute", f"{kind}.{name}" if name in ("opened_on", "closed_on") else name) for name in values]
        row = pack_row(indices, values.values(), strategy)
        data = id.encode("utf-8") if id is not None else None
        self.profile._call(library.cstm_profile_set_row, self.number, _bytes_pointer(row), len(row),
                           ALWAYS if at is None else strategy.instant(at), data, len(data) if data else 0)
        return self

    def record(self, event: str, *, time: Instant, id: Optional[str] = None, **fields) -> "Entity":
        """Records an event; a redelivery of the same id counts once."""
        self.profile._record(event, self.number, time, id, fields)
        return self

    def __repr__(self) -> str:
        return f"<{self.kind} {self.number}>"


class Event(Handle):
    """An event to fill in and record again and again."""

    _free = library.cstm_event_free
    __slots__ = ("strategy", "_index")

    def __init__(self, strategy: Strategy, kind: str):
        self._index = strategy.number("event", kind)
        super().__init__(strategy._make(library.cstm_event_new, self._index))
        self.strategy = strategy

    def clear(self) -> "Event":
        self._call(library.cstm_event_clear)
        return self

    def on(self, entity: Union[int, Entity]) -> "Event":
        self._call(library.cstm_event_set_entity, entity.number if isinstance(entity, Entity) else entity)
        return self

    def at(self, time: Instant) -> "Event":
        self._call(library.cstm_event_set_time, self.strategy.instant(time))
        return self

    def id(self, id: Optional[str]) -> "Event":
        data = id.encode("utf-8") if id is not None else None
        self._call(library.cstm_event_set_id, data, len(data) if data else 0)
        return self

    def set(self, **fields) -> "Event":
        if fields:
            field = self.strategy.field
            index = self._index
            row = pack_row([field(index, name) for name in fields], fields.values(), self.strategy)
            self._call(library.cstm_event_set_row, _bytes_pointer(row), len(row))
        return self


@dataclass(frozen=True)
class Stage:
    """Where an entity stands in a lifecycle. days is a lower bound where the stage was entered before observation (censored)."""

    name: str
    since: datetime.date
    days: int
    censored: bool
    previous: Optional[str]
    transition: Optional[int]

    def __str__(self):
        return self.name


@dataclass(frozen=True)
class Reason:
    code: str
    points: float


class _Values(MappingBase):
    """Name -> value of one kind of part for one entity; None where it is missing, an exception of the binding where it is an error."""

    __slots__ = ("_outcome", "_part", "_entity", "_kind")

    def __init__(self, outcome, part, entity):
        self._outcome = outcome
        self._part = part
        self._entity = entity
        self._kind = outcome._kind_of(entity)

    def __getitem__(self, name):
        index = self._outcome.strategy.number(self._part, name)
        return self._outcome._value(self._part, index, self._entity)

    def __iter__(self):
        strategy = self._outcome.strategy
        return (name for i, name in enumerate(strategy._names[self._part]) if strategy._entities[self._part][i] == self._kind)

    def __len__(self):
        return sum(1 for _ in self)

    def __repr__(self):
        return repr(dict(self))


class Outcome(Handle):
    """What follows from a profile at an instant. Indexed by entity: outcome.on(account).features["balance"]; without, the
    customer's: outcome.features["used_6m"]."""

    _free = library.cstm_outcome_free
    __slots__ = ("strategy", "_profile", "_instant")

    def __init__(self, strategy: Strategy):
        super().__init__(strategy._make(library.cstm_outcome_new))
        self.strategy = strategy
        self._profile = None
        self._instant = None

    def on(self, entity: Union[int, Entity]) -> "View":
        return View(self, entity.number if isinstance(entity, Entity) else entity)

    @property
    def as_of(self) -> datetime.datetime:
        return instant_to_datetime(self._get(library.cstm_outcome_as_of))

    @property
    def digest(self) -> str:
        """What made the outcome, for the audit record."""
        return text(self._get(library.cstm_outcome_digest))

    @property
    def entity_count(self) -> int:
        return self._get(library.cstm_outcome_entity_count)

    @property
    def attributes(self):
        return self.on(0).attributes

    @property
    def features(self):
        return self.on(0).features

    @property
    def scores(self):
        return self.on(0).scores

    @property
    def stage(self):
        """Lifecycle -> name of the stage."""
        return self.on(0).stage

    @property
    def stages(self):
        """Lifecycle -> Stage."""
        return self.on(0).stages

    @property
    def reasons(self):
        """Score -> list of Reason."""
        return self.on(0).reasons

    def explain(self, part: str, name: Optional[str] = None, entity: Optional[Entity] = None) -> Explanation:
        """explain("stage") is the customer's only lifecycle; explain("lifecycle" | "score" | "feature", name) any other."""
        if self._profile is None:
            raise ValueError("nothing has been evaluated into this outcome")
        if part == "stage":
            part = "lifecycle"
        if name is None:
            names = [n for i, n in enumerate(self.strategy._names[part])
                     if self.strategy._entities[part][i] == self._kind_of(entity.number if entity is not None else 0)]
            if len(names) != 1:
                raise ValueError(f"which {part}? there are {', '.join(names) or 'none'}")
            name = names[0]
        return self._profile.explain(self._instant, part, name, entity)

    def state(self, part: str, name: str, entity: Union[int, Entity] = 0) -> str:
        """"value", "missing" or "error"."""
        number = entity.number if isinstance(entity, Entity) else entity
        return STATES[self._get(library.cstm_outcome_state, PARTS[part], self.strategy.number(part, name), number)]

    def status(self, part: str, name: str, entity: Union[int, Entity] = 0) -> str:
        number = entity.number if isinstance(entity, Entity) else entity
        return status_name(self._get(library.cstm_outcome_status, PARTS[part], self.strategy.number(part, name), number))

    def _kind_of(self, entity):
        return self._profile._get(library.cstm_profile_entity_kind, entity) if self._profile is not None else 0

    def _value(self, part, index, entity):
        number = PARTS[part]
        state = self._get(library.cstm_outcome_state, number, index, entity)
        if state != d.CSTM_STATE_VALUE:
            return None
        kind = self.strategy._types[part][index] if part != "score" else d.CSTM_TYPE_DOUBLE
        if kind == d.CSTM_TYPE_DOUBLE:
            return self._get(library.cstm_outcome_double, number, index, entity)
        if kind == d.CSTM_TYPE_STRING:
            size = c_size_t()
            return sized(self._get(library.cstm_outcome_string, number, index, entity, byref(size)), size.value)
        value = self._get(library.cstm_outcome_int64, number, index, entity)
        if kind == d.CSTM_TYPE_BOOL:
            return bool(value)
        if kind == d.CSTM_TYPE_DATE:
            return day_to_date(value)
        if kind == d.CSTM_TYPE_TIMESTAMP:
            return instant_to_datetime(value)
        if kind == d.CSTM_TYPE_MONEY:
            return decimal.Decimal(value).scaleb(-library.cstm_currency_exponent(self.strategy.currency.encode()))
        return value

    def _stage(self, lifecycle, entity) -> Optional[Stage]:
        if self._get(library.cstm_outcome_stage, lifecycle, entity) < 0:
            return None
        names = library.cstm_strategy_stage_name
        previous = self._get(library.cstm_outcome_stage_from, lifecycle, entity)
        transition = self._get(library.cstm_outcome_transition, lifecycle, entity)
        return Stage(
            name=text(self._get(library.cstm_outcome_stage_name, lifecycle, entity)),
            since=day_to_date(self._get(library.cstm_outcome_stage_since, lifecycle, entity)),
            days=self._get(library.cstm_outcome_stage_days, lifecycle, entity),
            censored=bool(self._get(library.cstm_outcome_stage_censored, lifecycle, entity)),
            previous=text(self.strategy._get(names, lifecycle, previous)) if previous >= 0 else None,
            transition=transition if transition >= 0 else None)

    def _reasons(self, score, entity) -> List[Reason]:
        return [Reason(text(self._get(library.cstm_outcome_reason_code, score, entity, i)),
                       self._get(library.cstm_outcome_reason_points, score, entity, i))
                for i in range(self._get(library.cstm_outcome_reason_count, score, entity))]


class _Each(MappingBase):
    """Name -> what a function makes of it."""

    __slots__ = ("_names", "_of")

    def __init__(self, names, of):
        self._names = names
        self._of = of

    def __getitem__(self, name):
        return self._of(name)

    def __iter__(self):
        return iter(self._names)

    def __len__(self):
        return len(self._names)

    def __repr__(self):
        return repr(dict(self))


class View:
    """An outcome as one entity sees it."""

    __slots__ = ("_outcome", "_entity")

    def __init__(self, outcome, entity):
        self._outcome = outcome
        self._entity = entity

    def _names(self, part):
        strategy, kind = self._outcome.strategy, self._outcome._kind_of(self._entity)
        return [n for i, n in enumerate(strategy._names[part]) if strategy._entities[part][i] == kind]

    @property
    def attributes(self):
        return _Values(self._outcome, "attribute", self._entity)

    @property
    def features(self):
        return _Values(self._outcome, "feature", self._entity)

    @property
    def scores(self):
        return _Values(self._outcome, "score", self._entity)

    @property
    def stages(self):
        number = self._outcome.strategy.number
        return _Each(self._names("lifecycle"), lambda n: self._outcome._stage(number("lifecycle", n), self._entity))

    @property
    def stage(self):
        number = self._outcome.strategy.number
        return _Each(self._names("lifecycle"), lambda n: text(
            self._outcome._get(library.cstm_outcome_stage_name, number("lifecycle", n), self._entity)) or None)

    @property
    def reasons(self):
        number = self._outcome.strategy.number
        return _Each(self._names("score"), lambda n: self._outcome._reasons(number("score", n), self._entity))


@dataclass(frozen=True)
class Fate:
    name: str
    fate: str
    complete: Optional[datetime.date]


class Migration(Handle):
    """What became of each part of a profile under another strategy: kept, warming, dropped."""

    _free = library.cstm_migration_free
    __slots__ = ()

    def __len__(self) -> int:
        return self._get(library.cstm_migration_count)

    def __getitem__(self, i: int) -> Fate:
        if i < 0 or i >= len(self):
            raise IndexError(i)
        day = self._get(library.cstm_migration_complete_day, i)
        return Fate(text(self._get(library.cstm_migration_name, i)), _FATES[self._get(library.cstm_migration_fate, i)],
                    None if day == _NO_DAY else day_to_date(day))
