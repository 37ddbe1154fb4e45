"""Scoring rules of one observation each: Brier scores, and the logarithmic score with its baseline and peer forms."""

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.scoring import checks
from forecasts.scoring.arrays import group_sum

Floats = NDArray[np.float64]
Numbers = NDArray[Any]


EPSILON: Final = 0.001
"""Probabilities are taken to lie in EPSILON to 1 - EPSILON before a logarithm."""


def brier(probability: Numbers, outcome: Numbers) -> Floats:
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
    return np.clip(probability, EPSILON, 1.0 - EPSILON)


def is_clipped(probability: Floats) -> NDArray[np.bool_]:
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
    return peer_of(log_probability, count, group_sum(question, log_probability, questions)[question])


def peer_of(log_probability: Floats, count: Numbers, total: Floats) -> Floats:
    """The same where it is known of each row how many it is compared with, itself included, and their sum of ln p."""
    out = np.full(log_probability.shape, np.nan)
    np.divide(100.0 * (count * log_probability - total), count - 1, out=out, where=count > 1)
    return out


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
    return brier(p, checks.binary_outcomes(outcome, p.size))


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
    return multicategory_brier(p, checks.option_outcomes(outcome, *p.shape))


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
    return ordered_brier(p, checks.option_outcomes(outcome, *p.shape))


def log_loss(probability: ArrayLike, outcome: ArrayLike | None = None) -> Floats:
    """Minus the logarithm of the probability given to what happened.

    probability: shape (n,), 0 to 1; of YES with an outcome, given to what happened without. outcome: shape (n,), 0 or
    1. Returns shape (n,), 0.001 to 6.908 in nats, lower is better; empty for empty input. Clipped as `clip`
    says.
    Raises ValueError naming the position of a value that is no probability or no outcome.

    Good (1952), "Rational decisions", Journal of the Royal Statistical Society B 14.

    >>> log_loss([0.8, 0.0], [1, 1]).round(4).tolist()
    [0.2231, 6.9078]
    """
    return -np.log(clip(_given(probability, outcome)))


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
    return baseline(np.log(clip(p)), np.broadcast_to(size, p.shape))


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
    return peer(np.log(clip(p)), codes, int(np.max(codes, initial=-1)) + 1)


def _given(probability: ArrayLike, outcome: ArrayLike | None) -> Floats:
    p = checks.probabilities(probability)
    return p if outcome is None else given_to_outcome(p, checks.binary_outcomes(outcome, p.size))
