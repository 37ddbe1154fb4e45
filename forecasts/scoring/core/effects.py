"""Two-way fixed effects and the connected components of who was scored on what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[Any]

TOLERANCE: Final = 1e-15


@dataclass(frozen=True, slots=True)
class Design:
    """Rows of a source on a question, with how many rows each has."""

    source: Ints
    question: Ints
    by_source: Floats
    by_question: Floats

    def source_mean(self, value: Floats) -> Floats:
        """The mean over each source's rows; 0 for a source without rows."""
        return np.bincount(self.source, value, self.by_source.size) / np.maximum(self.by_source, 1.0)

    def question_mean(self, value: Floats) -> Floats:
        """The mean over each question's rows; 0 for a question without rows."""
        return np.bincount(self.question, value, self.by_question.size) / np.maximum(self.by_question, 1.0)


def design(source: Ints, question: Ints, sources: int, questions: int) -> Design:
    """The design of these rows."""
    return Design(
        source.astype(np.intp),  # what indexing and counting take without a copy, which they do again and again
        question.astype(np.intp),
        np.bincount(source, minlength=sources).astype(np.float64),
        np.bincount(question, minlength=questions).astype(np.float64),
    )


def fit(rows: Design, score: Floats) -> tuple[Floats, Floats]:
    """The least-squares effects a and b of score = a[source] + b[question], determined up to a constant per component.

    The question effects are eliminated; the system that is left, one equation per source, is solved by conjugate
    gradients, preconditioned by the number of rows of each source.
    """
    target = score - rows.question_mean(score)[rows.question]
    effect = np.zeros(rows.by_source.size)
    residual = rows.source_mean(target)
    direction = residual.copy()
    norm = _dot(rows, residual, residual)
    enough = TOLERANCE**2 * float(np.einsum("i,i->", score, score))
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
    return effect, rows.question_mean(score - effect[rows.source])


def _reduced(rows: Design, effect: Floats) -> Floats:
    """The reduced system applied to source effects, divided by each source's number of rows."""
    return effect * (rows.by_source > 0) - rows.source_mean(rows.question_mean(effect[rows.source])[rows.question])


def _dot(rows: Design, one: Floats, other: Floats) -> float:
    return float(np.einsum("i,i,i->", rows.by_source, one, other))


def components(rows: Design) -> Ints:
    """A label per source, equal for sources that shared questions connect: the smallest position among them.

    Labels travel from sources to questions and back, and jump along labels of labels, until none changes.
    """
    label = np.arange(rows.by_source.size)
    while True:
        lowest = np.full(rows.by_question.size, label.size, dtype=label.dtype)
        np.minimum.at(lowest, rows.question, label[rows.source])
        reached = label.copy()
        np.minimum.at(reached, rows.source, lowest[rows.question])
        np.minimum.at(reached, label, reached.copy())
        reached = reached[reached]
        if np.array_equal(reached, label):
            return label
        label = reached
