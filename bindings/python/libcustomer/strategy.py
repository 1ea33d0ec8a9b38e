"""The strategy: one document, compiled once, used by any number of threads."""
import datetime
import os
from ctypes import byref, c_int32, c_int64
from typing import Any, Callable, Dict, List, Mapping, Optional, Union

from . import _declarations as d
from ._library import Cancel, Handle, chain_of, library, make, text
from .errors import CustomerError
from .score import Scorer
from .table import TYPE_NAMES, datetime_to_instant

Instant = Union[int, str, datetime.date, datetime.datetime]

PARTS = {"entity": d.CSTM_PART_ENTITY, "attribute": d.CSTM_PART_ATTRIBUTE, "event": d.CSTM_PART_EVENT,
         "feature": d.CSTM_PART_FEATURE, "lifecycle": d.CSTM_PART_LIFECYCLE, "score": d.CSTM_PART_SCORE}


class Strategy(Handle):
    """What a bank has and computes of it: entities, attributes, events, features, lifecycles, scores.

    >>> strategy = Strategy.load("card-portfolio.yaml")
    """

    _free = library.cstm_strategy_unref
    __slots__ = ("_numbers", "_names", "_entities", "_types", "_fields")

    def __init__(self, pointer):
        super().__init__(pointer)
        self._names = {part: [text(library.cstm_strategy_part_name(pointer, number, i))
                              for i in range(library.cstm_strategy_count(pointer, number))]
                       for part, number in PARTS.items()}
        self._entities = {part: [library.cstm_strategy_part_entity(pointer, number, i) for i in range(len(self._names[part]))]
                          for part, number in PARTS.items()}
        self._types = {part: [library.cstm_strategy_part_type(pointer, PARTS[part], i) for i in range(len(self._names[part]))]
                       for part in ("attribute", "feature")}
        self._numbers = {}
        self._fields = {}

    @classmethod
    def load(cls, path: Union[str, os.PathLike]) -> "Strategy":
        """Compiles a document; a CustomerError holds all that is wrong with it in `errors`."""
        return cls(make(library.cstm_strategy_load, os.fsencode(path)))

    @classmethod
    def parse(cls, document: str, name: str = "document") -> "Strategy":
        data = document.encode("utf-8")
        return cls(make(library.cstm_strategy_parse, data, len(data), name.encode()))

    def copy(self) -> "Strategy":
        """One more reference to the same strategy, closed on its own."""
        return Strategy(self._get(library.cstm_strategy_ref))

    @property
    def name(self) -> str:
        return text(self._get(library.cstm_strategy_name))

    @property
    def version(self) -> str:
        return text(self._get(library.cstm_strategy_version))

    @property
    def digest(self) -> str:
        return text(self._get(library.cstm_strategy_digest))

    @property
    def currency(self) -> str:
        return text(self._get(library.cstm_strategy_currency))

    @property
    def timezone(self) -> str:
        return text(self._get(library.cstm_strategy_timezone))

    @property
    def warnings(self) -> List[CustomerError]:
        return chain_of(self._get(library.cstm_strategy_warnings))

    @property
    def entities(self) -> List[str]:
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
        result = {}
        for i, name in enumerate(self._names["event"]):
            result[name] = {
                text(self._get(library.cstm_strategy_field_name, i, j)): TYPE_NAMES[self._get(library.cstm_strategy_field_type, i, j)]
                for j in range(self._get(library.cstm_strategy_field_count, i))}
        return result

    @property
    def lifecycles(self) -> Dict[str, List[str]]:
        """Name -> stages."""
        return {name: [text(self._get(library.cstm_strategy_stage_name, i, j))
                       for j in range(self._get(library.cstm_strategy_stage_count, i))]
                for i, name in enumerate(self._names["lifecycle"])}

    @property
    def scores(self) -> List[str]:
        return list(self._names["score"])

    def number(self, part: str, name: str) -> int:
        """The index of a part ("feature", "balance") that C functions take; looked up once."""
        key = (part, name)
        index = self._numbers.get(key)
        if index is None:
            index = self._get(library.cstm_strategy_find, PARTS[part], name.encode())
            if index < 0:
                raise KeyError(f"{self.name} has no {part} {name!r}")
            self._numbers[key] = index
        return index

    def field(self, event: int, name: str) -> int:
        key = (event, name)
        index = self._fields.get(key)
        if index is None:
            index = self._get(library.cstm_strategy_find_field, event, name.encode())
            if index < 0:
                raise KeyError(f"event {self._names['event'][event]} has no field {name!r}")
            self._fields[key] = index
        return index

    def entity_of(self, part: str, index: int) -> int:
        return self._entities[part][index]

    def scorer(self, score: str) -> Scorer:
        return Scorer(self._make(library.cstm_strategy_scorer, self.number("score", score)))

    def instant(self, when: Instant, end_of_day: bool = False) -> int:
        """Microseconds since the epoch. Text and dates are read in the strategy's zone; a bare date is its first instant,
        or its last with end_of_day. A naive datetime is civil time of the zone."""
        if isinstance(when, int):
            return when
        if isinstance(when, datetime.datetime):
            if when.tzinfo is not None:
                return datetime_to_instant(when)
            when = when.isoformat()
        elif isinstance(when, datetime.date):
            when = when.isoformat()
        data = when.encode()
        instant = c_int64()
        self._call(library.cstm_strategy_parse_time, data, len(data), int(end_of_day), byref(instant))
        return instant.value

    def as_of(self, when: Instant) -> int:
        """An instant to evaluate for: a bare date is the end of that day."""
        return when if isinstance(when, int) else self.instant(when, True)

    def day(self, when: Instant) -> int:
        """The civil day in the strategy's zone, as days since 1970-01-01."""
        day = c_int32()
        self._call(library.cstm_strategy_day, self.instant(when), byref(day))
        return day.value

    def profile(self, key: str) -> "Profile":
        """An empty profile of one customer."""
        from .profile import Profile
        return Profile(self, key)

    def read(self, data: bytes, migration: bool = False):
        """A profile from its bytes; with migration=True (profile, migration)."""
        from .profile import Profile
        return Profile.from_bytes(self, data, migration=migration)

    def outcome(self) -> "Outcome":
        """An outcome to evaluate into again and again: Profile.evaluate(as_of, into=outcome)."""
        from .profile import Outcome
        return Outcome(self)

    def batch(self) -> "Batch":
        from .batch import Batch
        return Batch(self)

    def run(self, *, as_of: Instant, customers=None, threads: int = 1, progress: Optional[Callable[[int, int], Any]] = None,
            cancel: Optional[Cancel] = None, observed_from: Optional[Mapping[str, Instant]] = None, parts: str = "all",
            **tables) -> "Result":
        """The whole portfolio: customers, one table of each child entity by its plural or name (accounts=, cards=), one of each
        event kind by name. Tables are anything that speaks Arrow.

        >>> strategy.run(customers=customers, accounts=accounts, statement=statements, as_of="2005-10-01", threads=2)
        """
        from .batch import Batch
        with Batch(self) as batch:
            given = dict(tables)
            if customers is not None:
                given["customers"] = customers
            for name, table in given.items():
                if name in self._names["event"]:
                    batch.add_events(name, table)
                elif name in self._names["entity"]:
                    batch.add_entities(name, table)
                elif name.endswith("s") and name[:-1] in self._names["entity"]:
                    batch.add_entities(name[:-1], table)
                else:
                    known = self._names["event"] + [e + "s" for e in self._names["entity"]]
                    raise KeyError(f"{self.name} has no entity or event {name!r}; it has {', '.join(known)}")
            for event, start in (observed_from or {}).items():
                batch.observe(event, start)
            batch.set_threads(threads)
            batch.set_parts(parts)
            return batch.run(as_of, progress=progress, cancel=cancel)

    def __repr__(self) -> str:
        return f"<Strategy {self.name} {self.version}>" if not self.closed else "<Strategy closed>"
