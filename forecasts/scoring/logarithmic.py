"""Logarithmic scores, one per observation. Natural logarithms, of probabilities moved into 0.001 to 0.999.

Each function takes either the probability of YES with the binary outcome, or, without an outcome, the probability that
was given to what happened, which also serves questions with more than two options.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasts.scoring import checks
from forecasts.scoring.core import rules

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def log_loss(probability: ArrayLike, outcome: ArrayLike | None = None) -> Floats:
    """Minus the logarithm of the probability given to what happened.

    probability: shape (n,), 0 to 1; of YES with an outcome, given to what happened without. outcome: shape (n,), 0 or
    1. Returns shape (n,), 0.001 to 6.908 in nats, lower is better; empty for empty input. `count_clipped` tells how
    many rows the clipping touched.
    Raises ValueError naming the position of a value that is no probability or no outcome.

    Good (1952), "Rational decisions", Journal of the Royal Statistical Society B 14.

    >>> log_loss([0.8, 0.0], [1, 1]).round(4).tolist()
    [0.2231, 6.9078]
    """
    return -np.log(rules.clip(_given(probability, outcome)))


def count_clipped(probability: ArrayLike, outcome: ArrayLike | None = None) -> int:
    """How many rows a logarithmic score clips: the probability given to what happened is below 0.001 or above 0.999.

    Takes and refuses what `log_loss` does; 0 for empty input.

    >>> count_clipped([0.8, 0.0, 1.0], [1, 1, 1])
    2
    """
    return int(rules.is_clipped(_given(probability, outcome)).sum())


def baseline_score(probability: ArrayLike, outcome: ArrayLike | None = None, options: ArrayLike = 2) -> Floats:
    """100 (ln p - ln 1/N) / ln N: how far above knowing nothing, on a scale where certainty in the truth is 100.

    probability, outcome: as for `log_loss`. options: N, a whole number of at least 2, one for all or shape (n,).
    Returns shape (n,), at most 99.9, 0 for the uniform forecast, without a useful floor (-896.6 for two options),
    higher is better; empty for empty input.
    Raises ValueError naming the position of a value that is no probability or no outcome, and for fewer than two
    options.

    Metaculus, "Scores FAQ: What is the Baseline score?"

    >>> baseline_score([0.8, 0.4]).round(1).tolist()
    [67.8, -32.2]
    """
    p = _given(probability, outcome)
    size = np.asarray(options, dtype=np.float64)
    if not np.all((size >= 2) & np.isfinite(size)):
        msg = f"options is {options!r}, expected at least 2 for every row"
        raise ValueError(msg)
    return rules.baseline(np.log(rules.clip(p)), np.broadcast_to(size, p.shape))


def peer_score(probability: ArrayLike, outcome: ArrayLike | None = None, question: ArrayLike | None = None) -> Floats:
    """100 times the mean over the other forecasts on the question of (ln p - ln p_other).

    probability, outcome: as for `log_loss`, one row per source and question. question: shape (n,), whole numbers from 0
    that tell which question a row is on; without it all rows are on one.
    Returns shape (n,), summing to 0 on every question, higher is better; NaN for a row without others on its question;
    empty for empty input.
    Raises ValueError naming the position of a value that is no probability or no outcome, or of a negative code.

    Metaculus, "Scores FAQ: What is the Peer score?"

    >>> peer_score([0.9, 0.6, 0.3]).round(1).tolist()
    [75.2, 14.4, -89.6]
    """
    p = _given(probability, outcome)
    codes = np.zeros(p.size, dtype=np.intp) if question is None else checks.codes(question, p.size, "question")
    codes = np.unique(codes, return_inverse=True)[1]
    return rules.peer(np.log(rules.clip(p)), codes, int(np.max(codes, initial=-1)) + 1)


def _given(probability: ArrayLike, outcome: ArrayLike | None) -> Floats:
    p = checks.probabilities(probability)
    return p if outcome is None else rules.given_to_outcome(p, checks.binary_outcomes(outcome, p.size))
