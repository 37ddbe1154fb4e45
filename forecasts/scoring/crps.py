"""The continuous ranked probability score of quantiles, and the interval score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.scoring import checks
from forecasts.scoring.arrays import row_sums

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer[Any]]


SYMMETRY = 1e-9


def level_weights(level: Floats, start: Ints) -> Floats:
    """Half the gap to each neighbouring level, an end level's outer half equal to its inner; 1 in sum over a row."""
    gap = np.zeros(level.size + 1)
    gap[1:-1] = np.diff(level)
    first, last = start[:-1], start[1:]
    filled = last > first
    first, last = first[filled], last[filled]
    single = last - first == 1
    below, above = gap[:-1].copy(), gap[1:].copy()
    below[first] = above[first]
    above[last - 1] = below[last - 1]
    below[first[single]] = above[first[single]] = 1.0
    weight = below + above
    total = np.add.reduceat(weight, first) if first.size else weight
    result: Floats = weight / np.repeat(total, last - first)
    return result


def crps(value: Floats, level: Floats, start: Ints, outcome: Floats) -> Floats:
    """Twice the weighted sum of pinball losses, one row per start; 0 for a row without quantiles."""
    gap = np.repeat(outcome, np.diff(start)) - value
    pinball = np.maximum(level * gap, (level - 1.0) * gap)
    return 2.0 * row_sums(level_weights(level, start) * pinball, start)


def interval_scores(low: Floats, high: Floats, outcome: Floats, coverage: Floats) -> Floats:
    """`interval_score` of arrays that hold numbers, NaN where there is no interval."""
    miss = np.maximum(low - outcome, 0.0) + np.maximum(outcome - high, 0.0)
    result: Floats = (high - low) + 2.0 / (1.0 - coverage) * miss
    return result


def outer_interval(value: Floats, level: Floats, start: Ints) -> tuple[Floats, Floats, Floats]:
    """Each row's widest stated interval: its outermost quantiles, where their levels are symmetric, and its coverage.

    NaN for a row whose outermost levels do not leave equal tails, and for one without two quantiles.
    """
    low, high, coverage = (np.full(start.size - 1, np.nan) for _ in range(3))
    wide = np.flatnonzero(start[1:] - start[:-1] > 1)
    first, last = start[:-1][wide], start[1:][wide] - 1
    symmetric = np.abs(level[first] + level[last] - 1.0) <= SYMMETRY
    rows, first, last = wide[symmetric], first[symmetric], last[symmetric]
    low[rows], high[rows] = value[first], value[last]
    coverage[rows] = level[last] - level[first]
    return low, high, coverage


def quantile_crps(value: ArrayLike, level: ArrayLike, outcome: ArrayLike) -> Floats:
    """The continuous ranked probability score of forecasts stated as quantiles: 2 times the weighted sum of pinball
    losses.

    A level weighs half the gap to each neighbouring level; the outer half of an end level equals its inner one; weights
    sum to 1. A single quantile is scored by twice its pinball loss, which for the median is the absolute error.

    value: shape (n, J), the quantiles, finite. level: shape (J,), their levels, 0 to 1, strictly rising. outcome: shape
    (n,), finite.
    Returns shape (n,), at least 0, in the unit of the outcome, lower is better; empty for empty input.
    Raises ValueError naming the position of a value that is not finite, or of a level that is no probability or does
    not rise.

    Gneiting & Ranjan (2011), "Comparing density forecasts using threshold- and quantile-weighted scoring rules",
    Journal of Business & Economic Statistics 29; Gneiting & Raftery (2007), Journal of the American Statistical
    Association 102.

    >>> quantile_crps([[3.0, 7.0, 14.0]], [0.05, 0.5, 0.95], [9.0]).round(4).tolist()
    [1.0333]
    """
    levels = _levels(level)
    values = checks.finite(np.reshape(value, (-1, levels.size)) if np.size(value) == 0 else value, "value", 2)
    if values.shape[1] != levels.size:
        msg = f"value has {values.shape[1]} quantiles in a row, expected {levels.size}, one for each level"
        raise ValueError(msg)
    truth = checks.finite(outcome, "outcome")
    checks.same_length(truth, values.shape[0], "outcome")
    start = np.arange(values.shape[0] + 1) * levels.size
    return crps(values.ravel(), np.tile(levels, values.shape[0]), start, truth)


def interval_score(low: ArrayLike, high: ArrayLike, outcome: ArrayLike, coverage: ArrayLike) -> Floats:
    """The interval score: the width, plus 2 / (1 - coverage) times the distance by which the outcome lies outside.

    low, high: shape (n,), the ends of the central interval that should hold the outcome with probability `coverage`,
    low at most high. outcome: shape (n,). coverage: one for all or shape (n,), 0 to below 1.
    Returns shape (n,), at least 0, in the unit of the outcome, lower is better; empty for empty input.
    Raises ValueError naming the position of a value that is not finite, an interval turned round, or an impossible
    coverage.

    Gneiting & Raftery (2007), "Strictly proper scoring rules, prediction, and estimation", Journal of the American
    Statistical Association 102, equation 43.

    >>> interval_score([3.0, 3.0], [14.0, 14.0], [9.0, 15.0], 0.9).round(4).tolist()
    [11.0, 31.0]
    """
    lower, upper = checks.finite(low, "low"), checks.finite(high, "high")
    truth = checks.finite(outcome, "outcome")
    checks.same_length(upper, lower.size, "high")
    checks.same_length(truth, lower.size, "outcome")
    nominal = np.broadcast_to(np.asarray(coverage, dtype=np.float64), lower.shape)
    if not np.all((nominal >= 0.0) & (nominal < 1.0)):
        msg = f"coverage is {coverage!r}, expected 0 to below 1"
        raise ValueError(msg)
    if np.any(lower > upper):
        at = int(np.flatnonzero(lower > upper)[0])
        msg = f"low[{at}] is {lower[at]}, above high[{at}], which is {upper[at]}"
        raise ValueError(msg)
    return interval_scores(lower, upper, truth, nominal)


def _levels(level: ArrayLike) -> Floats:
    levels = checks.probabilities(level, "level")
    falling = np.flatnonzero(np.diff(levels) <= 0)
    if falling.size:
        at = int(falling[0]) + 1
        msg = f"level[{at}] is {levels[at]}, expected more than level[{at - 1}], which is {levels[at - 1]}"
        raise ValueError(msg)
    return levels
