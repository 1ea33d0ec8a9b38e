"""Scorers and their validation."""
import ctypes
from ctypes import byref, c_int32
from typing import Any, Callable, List, Optional, Sequence, Union

from . import _declarations as d
from ._library import Cancel, Handle, library, make, progress_callback, text
from .table import TYPE_NAMES, TYPES, Table

_METHODS = {"below_best": d.CSTM_REASONS_BELOW_BEST, "below_neutral": d.CSTM_REASONS_BELOW_NEUTRAL}
_SHARING = {"summed": d.CSTM_REASONS_SUMMED, "greatest": d.CSTM_REASONS_GREATEST, "apart": d.CSTM_REASONS_APART}


class Scorer(Handle):
    """Scores rows of named inputs. Immutable: any number of threads may use it."""

    _free = library.cstm_scorer_unref
    __slots__ = ()

    def copy(self) -> "Scorer":
        """One more reference to the same scorer, closed on its own."""
        return Scorer(self._get(library.cstm_scorer_ref))

    @property
    def kind(self) -> str:
        return text(self._get(library.cstm_scorer_kind))

    @property
    def name(self) -> str:
        return text(self._get(library.cstm_scorer_name))

    @property
    def digest(self) -> str:
        return text(self._get(library.cstm_scorer_digest))

    @property
    def inputs(self):
        """Name -> type of each input."""
        return {text(self._get(library.cstm_scorer_input_name, i)): TYPE_NAMES[self._get(library.cstm_scorer_input_type, i)]
                for i in range(self._get(library.cstm_scorer_input_count))}

    @property
    def reasons(self) -> List[str]:
        """Every reason code that it can give."""
        return [text(self._get(library.cstm_scorer_reason_code, i)) for i in range(self._get(library.cstm_scorer_reason_count))]

    def score(self, table, *, threads: int = 1, progress: Optional[Callable[[int, int], Any]] = None,
              cancel: Optional[Cancel] = None) -> Table:
        """A table with `score`, `state` and `reasons` for each row."""
        table = table if isinstance(table, Table) else Table(table)
        told, failure = progress_callback(progress)
        pointer = table._enter()
        try:
            return Table._take(self._make(library.cstm_scorer_score_table, pointer, threads, told, None,
                                          cancel._pointer[0] if cancel is not None else None))
        except Exception:
            if failure:
                raise failure[0]
            raise
        finally:
            table._leave()


class Scorecard(Handle):
    """Builds a scorecard, characteristic by characteristic.

    >>> card = Scorecard("behaviour", base=600)
    >>> card.characteristic("past due", "worst_status_6m", reason="PAST_DUE").up_to(0, 38).up_to(1, -12).above(1, -55).missing(0)
    >>> scorer = card.build()
    """

    _free = library.cstm_scorecard_free
    __slots__ = ()

    def __init__(self, name: str, base: float = 0.0):
        super().__init__(make(library.cstm_scorecard_new, name.encode(), base))

    def set_reasons(self, method: str = "below_best", count: int = 4, sharing: str = "summed") -> "Scorecard":
        self._call(library.cstm_scorecard_set_reasons, _METHODS[method], _SHARING[sharing], count)
        return self

    def set_scaling(self, points_to_double: float, odds: float, at: float) -> "Scorecard":
        self._call(library.cstm_scorecard_set_scaling, points_to_double, odds, at)
        return self

    def characteristic(self, name: str, input: str, *, reason: str, type: str = "double",
                       neutral: Optional[float] = None) -> "Characteristic":
        index = c_int32()
        self._call(library.cstm_scorecard_add_characteristic, name.encode(), input.encode(), TYPES[type], reason.encode(), byref(index))
        if neutral is not None:
            self._call(library.cstm_scorecard_set_neutral, index.value, neutral)
        return Characteristic(self, index.value)

    def build(self, currency: Optional[str] = None) -> Scorer:
        return Scorer(self._make(library.cstm_scorecard_build, currency.encode() if currency else None))


class Characteristic:
    """The bins of one characteristic, in order; each may carry a reason of its own."""

    __slots__ = ("_card", "_index")

    def __init__(self, card, index):
        self._card = card
        self._index = index

    def up_to(self, up_to: float, points: float, reason: Optional[str] = None) -> "Characteristic":
        self._card._call(library.cstm_scorecard_add_bin_up_to, self._index, up_to, points, reason.encode() if reason else None)
        return self

    def above(self, above: float, points: float, reason: Optional[str] = None) -> "Characteristic":
        self._card._call(library.cstm_scorecard_add_bin_above, self._index, above, points, reason.encode() if reason else None)
        return self

    def value(self, value: str, points: float, reason: Optional[str] = None) -> "Characteristic":
        data = value.encode("utf-8")
        self._card._call(library.cstm_scorecard_add_bin_text, self._index, data, len(data), points, reason.encode() if reason else None)
        return self

    def missing(self, points: float, reason: Optional[str] = None) -> "Characteristic":
        self._card._call(library.cstm_scorecard_add_bin_missing, self._index, points, reason.encode() if reason else None)
        return self

    def other(self, points: float, reason: Optional[str] = None) -> "Characteristic":
        self._card._call(library.cstm_scorecard_add_bin_other, self._index, points, reason.encode() if reason else None)
        return self


class Validation(Handle):
    """How well scores separate those who had the event from those who had not. Ties are exact.

    scores: numbers; outcomes: 1 or True for the event; weights: optional. higher_is: "safer" (scorecards) or "riskier".
    """

    _free = library.cstm_validation_free
    __slots__ = ()

    def __init__(self, scores: Sequence[float], outcomes: Sequence[int], weights: Optional[Sequence[float]] = None, *,
                 higher_is: str = "safer"):
        n = len(scores)
        if len(outcomes) != n or (weights is not None and len(weights) != n):
            raise ValueError("scores, outcomes and weights must have the same length")
        room = max(n, 1)
        values = (ctypes.c_double * room)(*map(float, scores))
        events = (ctypes.c_uint8 * room)(*map(int, outcomes))
        weighed = (ctypes.c_double * room)(*map(float, weights)) if weights is not None else None
        side = {"safer": d.CSTM_HIGHER_IS_SAFER, "riskier": d.CSTM_HIGHER_IS_RISKIER}[higher_is]
        super().__init__(make(library.cstm_validation_new, values, events, weighed, n, side))

    @property
    def rows(self) -> int:
        return self._get(library.cstm_validation_rows)

    @property
    def events(self) -> int:
        return self._get(library.cstm_validation_events)

    def _measure(self, function, state=library.cstm_validation_state) -> Optional[float]:
        return self._get(function) if self._get(state) == d.CSTM_STATE_VALUE else None

    @property
    def auc(self) -> Optional[float]:
        """Area under the ROC curve; None if all had the event or none had."""
        return self._measure(library.cstm_validation_auc)

    @property
    def gini(self) -> Optional[float]:
        return self._measure(library.cstm_validation_gini)

    @property
    def ks(self) -> Optional[float]:
        return self._measure(library.cstm_validation_ks)

    @property
    def ks_cut(self) -> Optional[float]:
        return self._measure(library.cstm_validation_ks_cut)

    @property
    def brier(self) -> Optional[float]:
        """Mean squared error of probabilities; None if the scores are none."""
        return self._measure(library.cstm_validation_brier, library.cstm_validation_brier_state)

    def bands(self, bands: Union[int, Sequence[float]] = 10) -> Table:
        """A table of score bands: so many of equal size, or between given cuts."""
        if isinstance(bands, int):
            return Table._take(self._make(library.cstm_validation_bands, bands))
        cuts = (ctypes.c_double * max(len(bands), 1))(*map(float, bands))
        return Table._take(self._make(library.cstm_validation_bands_at, cuts, len(bands)))
