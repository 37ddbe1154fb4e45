"""The scoring rules, one observation per row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[Any]

EPSILON: Final = 0.001
"""Probabilities are taken to lie in EPSILON to 1 - EPSILON before a logarithm."""


def brier(probability: Numbers, outcome: Numbers) -> Floats:
    """(p - o) squared."""
    score: Floats = np.square(np.subtract(probability, outcome, dtype=np.float64))
    return score


def multicategory_brier(probability: Floats, outcome: Numbers) -> Floats:
    """Half the sum over options of (p - o) squared."""
    happened = np.take_along_axis(probability, outcome[:, None], axis=1)[:, 0]
    squares = np.einsum("ij,ij->i", probability, probability)
    score: Floats = np.maximum(0.5 * (squares - 2.0 * happened + 1.0), 0.0)
    return score


def ordered_brier(probability: Floats, outcome: Numbers) -> Floats:
    """The sum over all but the last option of (F - O) squared, over the number of options less one."""
    options = probability.shape[1]
    forecast = np.cumsum(probability, axis=1)[:, :-1]
    truth = np.arange(options - 1)[None, :] >= outcome[:, None]
    score: Floats = np.square(forecast - truth).sum(axis=1) / (options - 1)
    return score


def clip(probability: Floats) -> Floats:
    """The probability, moved into EPSILON to 1 - EPSILON."""
    return np.clip(probability, EPSILON, 1.0 - EPSILON)


def is_clipped(probability: Floats) -> NDArray[np.bool_]:
    """Whether clipping changes the probability."""
    return (probability < EPSILON) | (probability > 1.0 - EPSILON)


def given_to_outcome(probability: Numbers, outcome: Numbers) -> Floats:
    """The probability given to what happened, from that of YES and a binary outcome."""
    given: Floats = np.abs(np.subtract(1.0 - outcome, probability, dtype=np.float64))
    return given


def baseline(log_probability: Floats, options: Numbers) -> Floats:
    """100 (ln p - ln 1/N) / ln N."""
    size = np.log(options)
    result: Floats = 100.0 * (log_probability + size) / size
    return result


def peer(log_probability: Floats, question: Numbers, questions: int) -> Floats:
    """100 times the mean over a question's other rows of (ln p - ln p_other); NaN for a row without others."""
    count = np.bincount(question, minlength=questions)[question]
    total = np.bincount(question, log_probability, minlength=questions)[question]
    out = np.full(log_probability.shape, np.nan)
    np.divide(100.0 * (count * log_probability - total), count - 1, out=out, where=count > 1)
    return out
