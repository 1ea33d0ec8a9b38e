"""Scorers and their validation."""
from __future__ import annotations

import array
import ctypes
from ctypes import byref, c_int32
from typing import Any, Dict, List, Optional, Sequence, Union

from . import _declarations as d
from ._library import Cancel, Handle, Progress, Watch, int32, library, make, named, named_or_none, utf8
from .errors import RangeError
from .table import TYPE_NAMES, Table, type_number

_METHODS = {"below_best": d.CSTM_REASONS_BELOW_BEST, "below_neutral": d.CSTM_REASONS_BELOW_NEUTRAL}
_SHARING = {"summed": d.CSTM_REASONS_SUMMED, "greatest": d.CSTM_REASONS_GREATEST, "apart": d.CSTM_REASONS_APART}
_SIDES = {"safer": d.CSTM_HIGHER_IS_SAFER, "riskier": d.CSTM_HIGHER_IS_RISKIER}


def one_of(choices: Dict[str, int], choice: str) -> int:
    """The number of a choice by its word."""
    if choice not in choices:
        raise ValueError(f"{choice!r} is none of {', '.join(choices)}")
    return choices[choice]


class Scorer(Handle):
    """Scores rows of named inputs. Immutable: any number of threads may use it."""

    _free = library.cstm_scorer_unref
    __slots__ = ()

    def copy(self) -> Scorer:
        """One more reference to the same scorer, closed on its own."""
        return Scorer(self._get(library.cstm_scorer_ref))

    @property
    def kind(self) -> str:
        """What kind of model it is: "scorecard"."""
        return self._text(library.cstm_scorer_kind)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._text(library.cstm_scorer_name)

    @property
    def digest(self) -> str:
        """SHA-256 of everything that decides a score and its reasons."""
        return self._text(library.cstm_scorer_digest)

    @property
    def inputs(self) -> Dict[str, str]:
        """Name -> type of each input; "double" takes int and money columns, too."""
        return {self._text(library.cstm_scorer_input_name, i): TYPE_NAMES[self._get(library.cstm_scorer_input_type, i)]
                for i in range(self._get(library.cstm_scorer_input_count))}

    @property
    def reasons(self) -> List[str]:
        """Every reason code that it can give."""
        return [self._text(library.cstm_scorer_reason_code, i) for i in range(self._get(library.cstm_scorer_reason_count))]

    def score(self, table: Any, *, threads: int = 1, progress: Optional[Progress] = None,
              cancel: Optional[Cancel] = None) -> Table:
        """A table with `score`, `state` (0, or the status why there is no score) and `reasons` for each row."""
        with Table.of(table) as given, Watch(progress, cancel) as watch:
            scored = Table._take(self._make(library.cstm_scorer_score_table, given, int32(threads, "threads"), watch.progress, None,
                                            watch.cancel))
        return scored

    def __repr__(self) -> str:
        return "<Scorer closed>" if self.closed else f"<Scorer {self.name}>"


class Scorecard(Handle):
    """Builds a scorecard, characteristic by characteristic.

    >>> card = Scorecard("behaviour", base=600)
    >>> card.characteristic("past due", "worst_status_6m", reason="PAST_DUE").up_to(0, 38).up_to(1, -12).above(1, -55).missing(0)
    >>> scorer = card.build()
    """

    _free = library.cstm_scorecard_free
    __slots__ = ()

    def __init__(self, name: str, base: float = 0.0) -> None:
        super().__init__(make(library.cstm_scorecard_new, named(name), base))

    def set_reasons(self, method: str = "below_best", count: int = 4, sharing: str = "summed") -> Scorecard:
        """How reasons are found ("below_best" or "below_neutral" points), how many a row gives, and what becomes of several
        characteristics with one code: "summed", "greatest" or "apart"."""
        self._call(library.cstm_scorecard_set_reasons, one_of(_METHODS, method), one_of(_SHARING, sharing), int32(count, "count"))
        return self

    def set_scaling(self, points_to_double: float, odds: float, at: float) -> Scorecard:
        """Makes the points log-odds: score = at + points_to_double / ln 2 * (total - ln odds)."""
        self._call(library.cstm_scorecard_set_scaling, points_to_double, odds, at)
        return self

    def characteristic(self, name: str, input: str, *, reason: str, type: str = "double",
                       neutral: Optional[float] = None) -> Characteristic:
        """Adds a characteristic that reads an input, to be given bins; neutral: the points its loss is counted from with
        "below_neutral"."""
        index = c_int32()
        self._call(library.cstm_scorecard_add_characteristic, named(name), named(input), type_number(type, name), named(reason),
                   byref(index))
        if neutral is not None:
            self._call(library.cstm_scorecard_set_neutral, index.value, neutral)
        return Characteristic(self, index.value)

    def build(self, currency: Optional[str] = None) -> Scorer:
        """Checks the card wholly and makes a scorer of it; currency: of money inputs."""
        return Scorer(self._make(library.cstm_scorecard_build, named_or_none(currency)))


class Characteristic:
    """The bins of one characteristic, in order; each may carry a reason of its own."""

    __slots__ = ("_card", "_index")

    def __init__(self, card: Scorecard, index: int) -> None:
        self._card = card
        self._index = index

    def up_to(self, up_to: float, points: float, reason: Optional[str] = None) -> Characteristic:
        """Numbers above the bound before and not above this one."""
        self._card._call(library.cstm_scorecard_add_bin_up_to, self._index, up_to, points, named_or_none(reason))
        return self

    def above(self, above: float, points: float, reason: Optional[str] = None) -> Characteristic:
        """All numbers above the last bound."""
        self._card._call(library.cstm_scorecard_add_bin_above, self._index, above, points, named_or_none(reason))
        return self

    def value(self, value: Union[str, bool], points: float, reason: Optional[str] = None) -> Characteristic:
        """One text, or one truth value."""
        data = utf8(value if isinstance(value, str) else "true" if value is True else "false" if value is False else value)
        self._card._call(library.cstm_scorecard_add_bin_text, self._index, data, len(data), points, named_or_none(reason))
        return self

    def missing(self, points: float, reason: Optional[str] = None) -> Characteristic:
        """A missing value."""
        self._card._call(library.cstm_scorecard_add_bin_missing, self._index, points, named_or_none(reason))
        return self

    def other(self, points: float, reason: Optional[str] = None) -> Characteristic:
        """All values that are in no other bin."""
        self._card._call(library.cstm_scorecard_add_bin_other, self._index, points, named_or_none(reason))
        return self


def _doubles(values: Sequence[float]) -> Any:
    packed = array.array("d", values)
    return (ctypes.c_double * len(packed)).from_buffer(packed) if packed else None


class Validation(Handle):
    """How well scores separate those who had the event from those who had not. Ties are exact.

    scores: numbers; outcomes: 1 or True for the event; weights: optional. higher_is: "safer" (scorecards) or "riskier".
    """

    _free = library.cstm_validation_free
    __slots__ = ()

    def __init__(self, scores: Sequence[float], outcomes: Sequence[int], weights: Optional[Sequence[float]] = None, *,
                 higher_is: str = "safer") -> None:
        n = len(scores)
        if len(outcomes) != n or (weights is not None and len(weights) != n):
            raise ValueError("scores, outcomes and weights must have the same length")
        events = bytearray(1 if outcome == 1 else 0 for outcome in outcomes)
        bad = next((row for row, outcome in enumerate(outcomes) if outcome not in (0, 1)), None)
        if bad is not None:
            raise RangeError(f"row {bad}: the outcome is neither 0 nor 1", row=bad, field="outcomes")
        given = (ctypes.c_uint8 * n).from_buffer(events) if n else None
        super().__init__(make(library.cstm_validation_new, _doubles(scores), given, None if weights is None else _doubles(weights), n,
                              one_of(_SIDES, higher_is)))

    @property
    def rows(self) -> int:
        """How many rows there were."""
        rows: int = self._get(library.cstm_validation_rows)
        return rows

    @property
    def events(self) -> int:
        """How many rows were events."""
        events: int = self._get(library.cstm_validation_events)
        return events

    def _measure(self, function: Any, state: Any = library.cstm_validation_state) -> Optional[float]:
        return self._get(function) if self._get(state) == d.CSTM_STATE_VALUE else None

    @property
    def auc(self) -> Optional[float]:
        """Area under the ROC curve; None if all had the event or none had."""
        return self._measure(library.cstm_validation_auc)

    @property
    def gini(self) -> Optional[float]:
        """2 AUC - 1; None if all had the event or none had."""
        return self._measure(library.cstm_validation_gini)

    @property
    def ks(self) -> Optional[float]:
        """The Kolmogorov-Smirnov distance; None if all had the event or none had."""
        return self._measure(library.cstm_validation_ks)

    @property
    def ks_cut(self) -> Optional[float]:
        """The score at which the distance is reached."""
        return self._measure(library.cstm_validation_ks_cut)

    @property
    def brier(self) -> Optional[float]:
        """Mean squared error of probabilities; None if the scores are none."""
        return self._measure(library.cstm_validation_brier, library.cstm_validation_brier_state)

    def bands(self, bands: Union[int, Sequence[float]] = 10) -> Table:
        """A table of score bands, riskiest first: so many of equal size, or between given cuts."""
        if isinstance(bands, int):
            return Table._take(self._make(library.cstm_validation_bands, int32(bands, "bands")))
        return Table._take(self._make(library.cstm_validation_bands_at, _doubles(bands), len(bands)))
