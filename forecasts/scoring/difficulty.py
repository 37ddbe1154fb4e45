"""Scores adjusted for how hard the questions were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.scoring import checks
from forecasts.scoring.core import effects
from forecasts.scoring.core.order import ratio

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class DifficultyAdjusted:
    """Two-way fixed effects of sources and questions.

    adjusted             (sources,)    in the scale of the score; NaN for a source without rows or alone in its
    component component            (sources,)    1 for the component with most sources, and so on; 0 for a source
    without rows component_sources    (sources,)    how many sources its component has
    question_effect      (questions,)  b, with mean 0 over the questions of a component; NaN for a question without rows
    question_component   (questions,)  the component a question is in, 0 for one without rows
    """

    adjusted: Floats
    component: Indices
    component_sources: Indices
    question_effect: Floats
    question_component: Indices


def difficulty_adjusted(score: ArrayLike, source: ArrayLike, question: ArrayLike) -> DifficultyAdjusted:
    """What each source's mean score would be on all questions of its component, were every question as hard for all.

    Fits score_ij = a_i + b_j + u by least squares within each set of sources that shared questions connect. A source's
    figure is the mean of (score - b_j) over its questions plus the mean of b over the component's questions. Figures of
    different components cannot be compared; a source that shares no question with another has none.

    score: shape (n,), finite. source, question: shape (n,), whole numbers from 0.
    Returns arrays by source code and by question code, up to the largest code; for Brier scores lower is better, and a
    figure may lie a little outside 0 to 1. Empty for empty input.
    Raises ValueError naming the position of a score that is not finite or of a code that is no whole number from 0.

    ForecastBench (Karger et al. 2025), "ForecastBench: a dynamic benchmark of AI forecasting capabilities", with
    two-way fixed effects.

    >>> result = difficulty_adjusted([0.1, 0.5, 0.2], [0, 0, 1], [0, 1, 0])
    >>> result.adjusted.round(2).tolist(), result.component.tolist()
    ([0.3, 0.4], [1, 1])
    """
    values = checks.finite(score, "score")
    return adjust(values, checks.codes(source, values.size, "source"), checks.codes(question, values.size, "question"))


def adjust(score: Floats, source: NDArray[Any], question: NDArray[Any]) -> DifficultyAdjusted:
    """As `difficulty_adjusted`, without its guards."""
    sources, questions = int(source.max(initial=-1)) + 1, int(question.max(initial=-1)) + 1
    rows = effects.design(source, question, sources, questions)
    _, effect = effects.fit(rows, score)
    component, size = _numbered(effects.components(rows), rows.by_source > 0)
    of_question = np.zeros(questions, dtype=np.intp)
    of_question[question] = component[source]
    asked = rows.by_question > 0
    mean_effect = ratio(np.bincount(of_question, effect * asked), np.bincount(of_question, asked))
    centred = np.where(asked, effect - mean_effect[of_question], np.nan)
    adjusted = rows.source_mean(score - centred[question]) if score.size else np.zeros(0)
    return DifficultyAdjusted(np.where(size > 1, adjusted, np.nan), component, size, centred, of_question)


def _numbered(label: Indices, present: NDArray[np.bool_]) -> tuple[Indices, Indices]:
    """Components numbered from 1, most sources first, then by their first source; and their numbers of sources."""
    number, size = np.zeros(label.size, dtype=np.intp), np.zeros(label.size, dtype=np.intp)
    first, inverse, count = np.unique(label[present], return_inverse=True, return_counts=True)
    rank = np.empty(first.size, dtype=np.intp)
    rank[np.lexsort((first, -count))] = np.arange(1, first.size + 1)
    number[present], size[present] = rank[inverse], count[inverse]
    return number, size
