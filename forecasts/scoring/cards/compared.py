"""Two sources on the questions that both predicted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasts.scoring.anytime import AnytimeDifference, anytime_difference
from forecasts.scoring.core.intervals import group_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecasts.scoring.cards.record import Scorecards
    from forecasts.scoring.columns import Columns

    Floats = NDArray[np.float64]
    Ints = NDArray[Any]

LEAST_FOR_ANYTIME: Final = 10


@dataclass(frozen=True, slots=True)
class Comparison:
    """The paired difference of two sources' Brier scores, first less second: below 0 the first did better.

    question       (n,)  the shared scored questions, in the order of their position
    first, second  (n,)  the two scores on each
    first_prediction, second_prediction  (n,)  the claims scored
    difference     mean of first - second, -1 to 1; NaN without a shared question
    low, high      its 95 % Student t interval, clipped to -1 to 1; NaN below five questions
    anytime        bounds and e-values that hold at every look; None below ten questions
    """

    question: Ints
    first: Floats
    second: Floats
    first_prediction: Ints
    second_prediction: Ints
    difference: float
    low: float
    high: float
    anytime: AnytimeDifference | None


def compare(columns: Columns, cards: Scorecards, first: int, second: int) -> Comparison:
    """Two sources on the questions on which both have a Brier score on this board.

    Student (1908), "The probable error of a mean", Biometrika 6, for the interval; `anytime_difference` for the rest.
    """
    one = cards.scored.where(np.flatnonzero(cards.scored.source == first))
    other = cards.scored.where(np.flatnonzero(cards.scored.source == second))
    question, mine, theirs = np.intersect1d(one.question, other.question, assume_unique=True, return_indices=True)
    a, b = one.brier[mine], other.brier[theirs]
    mean, low, high = group_interval(np.zeros(question.size, dtype=np.intp), a - b, 1)
    known = columns.questions.known_on[question]
    return Comparison(
        question=question,
        first=a,
        second=b,
        first_prediction=one.prediction[mine],
        second_prediction=other.prediction[theirs],
        difference=float(mean[0]),
        low=float(np.clip(low[0], -1.0, 1.0)),
        high=float(np.clip(high[0], -1.0, 1.0)),
        anytime=anytime_difference(a, b, known) if question.size >= LEAST_FOR_ANYTIME else None,
    )
