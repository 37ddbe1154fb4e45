"""Scores adjusted for the difficulty of questions: sources and questions as additive effects."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.scoring import checks
from forecasts.scoring.arrays import Rows, ratio, sum_parts

Floats = NDArray[np.float64]
Ints = NDArray[Any]
Indices = NDArray[np.intp]


TOLERANCE: Final = 1e-15


@dataclass(frozen=True, slots=True)
class Answers(Rows):
    """One row for each source and question that it has a score on.

    source, question  intp     what indexing and counting take without a copy, which they do again and again
    score             float64  the Brier score
    log_probability   float64  of the probability given to what happened, clipped
    """

    source: Indices
    question: Indices
    score: Floats
    log_probability: Floats


Parts: TypeAlias = Callable[[], Iterable[Answers]]
"""The answers of a whole ledger in their order, in as many parts as memory asks for, as often as they are wanted."""


@dataclass(frozen=True, slots=True)
class Design:
    """The answers, with how many each source gave and each question got."""

    parts: Parts
    by_source: Floats
    by_question: Floats

    def source_mean(self, value: Callable[[Answers], Floats]) -> Floats:
        """The mean over each source's rows; 0 for a source without rows."""
        total = sum_parts(((part.source, value(part)) for part in self.parts()), self.by_source.size)
        return total / np.maximum(self.by_source, 1.0)

    def question_mean(self, value: Callable[[Answers], Floats]) -> Floats:
        """The mean over each question's rows; 0 for a question without rows."""
        total = sum_parts(((part.question, value(part)) for part in self.parts()), self.by_question.size)
        return total / np.maximum(self.by_question, 1.0)


def design(parts: Parts) -> Design:
    """The design of these answers, up to the largest source and question among them."""
    sources = questions = 0
    for part in parts():
        sources = max(sources, int(part.source.max(initial=-1)) + 1)
        questions = max(questions, int(part.question.max(initial=-1)) + 1)
    return Design(
        parts,
        sum_parts(((part.source, None) for part in parts()), sources),
        sum_parts(((part.question, None) for part in parts()), questions),
    )


def fit(rows: Design) -> tuple[Floats, Floats]:
    """The least-squares effects a and b of score = a[source] + b[question], determined up to a constant per component.

    The question effects are eliminated; the system that is left, one equation per source, is solved by conjugate
    gradients, preconditioned by the number of rows of each source.
    """
    mean = rows.question_mean(lambda part: part.score)
    effect = np.zeros(rows.by_source.size)
    residual = rows.source_mean(lambda part: part.score - mean[part.question])
    direction = residual.copy()
    norm = _dot(rows, residual, residual)
    squares = sum_parts(((part.source, np.square(part.score)) for part in rows.parts()), effect.size)
    enough = TOLERANCE**2 * float(np.sum(squares))
    for _ in range(10 * rows.by_source.size + 10):
        if norm <= enough:
            break
        image = _reduced(rows, direction)
        curvature = _dot(rows, direction, image)
        if curvature <= 0.0:
            break
        length = norm / curvature
        effect += length * direction
        residual -= length * image
        previous, norm = norm, _dot(rows, residual, residual)
        direction = residual + norm / previous * direction
    return effect, rows.question_mean(lambda part: part.score - effect[part.source])


def _reduced(rows: Design, effect: Floats) -> Floats:
    """The reduced system applied to source effects, divided by each source's number of rows."""
    mean = rows.question_mean(lambda part: effect[part.source])
    return effect * (rows.by_source > 0) - rows.source_mean(lambda part: mean[part.question])


def _dot(rows: Design, one: Floats, other: Floats) -> float:
    return float(np.einsum("i,i,i->", rows.by_source, one, other))


def components(rows: Design) -> Ints:
    """A label per source, equal for sources that shared questions connect: the smallest position among them.

    Labels travel from sources to questions and back, and jump along labels of labels, until none changes.
    """
    label = np.arange(rows.by_source.size)
    while True:
        lowest = np.full(rows.by_question.size, label.size, dtype=label.dtype)
        for part in rows.parts():
            np.minimum.at(lowest, part.question, label[part.source])
        reached = label.copy()
        for part in rows.parts():
            np.minimum.at(reached, part.source, lowest[part.question])
        np.minimum.at(reached, label, reached.copy())
        reached = reached[reached]
        if np.array_equal(reached, label):
            return label
        label = reached


@dataclass(frozen=True, slots=True)
class DifficultyAdjusted:
    """Two-way fixed effects of sources and questions.

    adjusted             (sources,)    in the scale of the score; NaN for a source without rows or alone in its
    component component            (sources,)    1 for the component with most sources, and so on; 0 for a source
    without rows component_sources    (sources,)    how many sources its component has
    question_component   (questions,)  the component a question is in, 0 for one without rows
    """

    adjusted: Floats
    component: Indices
    component_sources: Indices
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
    codes = (checks.codes(source, values.size, "source"), checks.codes(question, values.size, "question"))
    answers = Answers(codes[0].astype(np.intp), codes[1].astype(np.intp), values, values)
    return adjust(design(lambda: (answers,)))


def adjust(rows: Design) -> DifficultyAdjusted:
    """As `difficulty_adjusted`, without its guards."""
    _, effect = fit(rows)
    component, size = _numbered(components(rows), rows.by_source > 0)
    of_question = np.zeros(rows.by_question.size, dtype=np.intp)
    for part in rows.parts():
        of_question[part.question] = component[part.source]
    asked = rows.by_question > 0
    mean_effect = ratio(np.bincount(of_question, effect * asked), np.bincount(of_question, asked))
    centred = np.where(asked, effect - mean_effect[of_question], np.nan)
    adjusted = rows.source_mean(lambda part: part.score - centred[part.question])
    return DifficultyAdjusted(np.where(size > 1, adjusted, np.nan), component, size, of_question)


def _numbered(label: Indices, present: NDArray[np.bool_]) -> tuple[Indices, Indices]:
    """Components numbered from 1, most sources first, then by their first source; and their numbers of sources."""
    number, size = np.zeros(label.size, dtype=np.intp), np.zeros(label.size, dtype=np.intp)
    first, inverse, count = np.unique(label[present], return_inverse=True, return_counts=True)
    rank = np.empty(first.size, dtype=np.intp)
    rank[np.lexsort((first, -count))] = np.arange(1, first.size + 1)
    number[present], size[present] = rank[inverse], count[inverse]
    return number, size
