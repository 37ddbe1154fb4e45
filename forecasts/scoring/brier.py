"""Brier scores, one per observation: 0 is perfect, 1 is certainty in what did not happen, lower is better."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.scoring import checks
from forecasts.scoring.core import rules

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def brier_score(probability: ArrayLike, outcome: ArrayLike) -> Floats:
    """The Brier score of binary forecasts, (p - o) squared.

    probability: shape (n,), of YES, 0 to 1. outcome: shape (n,), 1 where it happened and 0 where not.
    Returns shape (n,), 0 to 1, lower is better; empty for empty input.
    Raises ValueError naming the position of a value that is no probability or no outcome.

    Brier (1950), "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78.

    >>> brier_score([0.8, 0.1], [1, 1]).round(2).tolist()
    [0.04, 0.81]
    """
    p = checks.probabilities(probability)
    return rules.brier(p, checks.binary_outcomes(outcome, p.size))


def multicategory_brier_score(probability: ArrayLike, outcome: ArrayLike) -> Floats:
    """The Brier score of forecasts over options without an order, half the sum over options of (p - o) squared.

    The half makes two options score as one binary question does; Brier's own sum, which Fatebook and Good Judgment
    print, is twice this.

    probability: shape (n, K), K at least 2, each row summing to 1 within 0.001. outcome: shape (n,), the index of the
    option that happened, 0 to K - 1.
    Returns shape (n,), 0 to 1, lower is better; empty for empty input.
    Raises ValueError naming the position of a value that is no probability, a row that does not sum to 1, or an outcome
    that is no option.

    Brier (1950), Monthly Weather Review 78.

    >>> multicategory_brier_score([[0.5, 0.3, 0.2]], [0]).round(2).tolist()
    [0.19]
    """
    p = checks.option_probabilities(probability)
    return rules.multicategory_brier(p, checks.option_outcomes(outcome, *p.shape))


def ordered_brier_score(probability: ArrayLike, outcome: ArrayLike) -> Floats:
    """The Brier score of forecasts over ordered options: the mean over the K - 1 cuts of the cumulative Brier score.

    That is the ranked probability score over K - 1, and half of Good Judgment's rule for ordered bins: a miss by one
    option costs less than a miss by three.

    probability: shape (n, K), K at least 2, in the order of the options, each row summing to 1 within 0.001. outcome:
    shape (n,), the index of the option that happened, 0 to K - 1.
    Returns shape (n,), 0 to 1, lower is better; empty for empty input.
    Raises ValueError as `multicategory_brier_score`.

    Epstein (1969), "A scoring system for probability forecasts of ranked categories", Journal of Applied Meteorology 8;
    Murphy (1971), "A note on the ranked probability score", Journal of Applied Meteorology 10.

    >>> ordered_brier_score([[0.1, 0.2, 0.3, 0.4]], [3]).round(5).tolist()
    [0.15333]
    """
    p = checks.option_probabilities(probability)
    return rules.ordered_brier(p, checks.option_outcomes(outcome, *p.shape))
