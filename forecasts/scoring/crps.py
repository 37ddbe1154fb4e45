"""The continuous ranked probability score of quantiles and of distributions, and the interval score."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.scoring import checks
from forecasts.scoring.arrays import ratio, row_sums

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


def stated_levels(value: Floats, level: Floats, start: Ints) -> tuple[Floats, Floats, Ints]:
    """The same rows without the levels 0 and 1, which say where a distribution ends and are no quantiles."""
    inner = (level > 0.0) & (level < 1.0)
    if bool(inner.all()):
        return value, level, start
    return value[inner], level[inner], np.concatenate(([0], np.cumsum(inner)))[start]


def is_distribution(value: Floats, level: Floats, start: Ints, low: Floats, high: Floats) -> NDArray[np.bool_]:
    """Whether each row's points tell the whole distribution between two ends: they reach both, or say where it ends."""
    result = (start[1:] - start[:-1] > 1) & (high > low)
    rows = np.flatnonzero(result)
    first, last = start[:-1][rows], start[1:][rows] - 1
    result[rows] = (value[first] <= low[rows]) | (level[first] == 0.0)
    result[rows] &= (value[last] >= high[rows]) | (level[last] == 1.0)
    return result


def integral(value: Floats, level: Floats, start: Ints, outcome: Floats, low: Floats, high: Floats) -> Floats:
    """The integral from low to high of (F - 1{x >= outcome}) squared, F linear between the points; each row has
    points.

    Below the first point F is 0, above the last 1: `is_distribution` says where that is so. The outcome lies between
    low and high.
    """
    first, last = value[start[:-1]], value[start[1:] - 1]
    result = np.maximum(np.minimum(first, high) - outcome, 0.0) + np.maximum(outcome - np.maximum(last, low), 0.0)
    owner = np.repeat(np.arange(start.size - 1), np.diff(start))
    at = np.flatnonzero(owner[1:] == owner[:-1])
    x, y, row = value[at], value[at + 1], owner[at]
    slope = ratio(level[at + 1] - level[at], y - x)

    def squares(lower: Floats, upper: Floats, truth: float) -> Floats:
        width = np.maximum(upper - lower, 0.0)
        f, g = (np.nan_to_num(level[at] + slope * (end - x)) - truth for end in (lower, upper))
        return width * (f * f + f * g + g * g) / 3.0

    lower, upper, truth = np.maximum(x, low[row]), np.minimum(y, high[row]), outcome[row]
    parts = squares(lower, np.minimum(upper, truth), 0.0) + squares(np.maximum(lower, truth), upper, 1.0)
    return result + np.bincount(row, parts, minlength=result.size)


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
    values, levels, truth = _points(value, level, outcome)
    start = np.arange(values.shape[0] + 1) * levels.size
    return crps(values.ravel(), np.tile(levels, values.shape[0]), start, truth)


def distribution_crps(value: ArrayLike, level: ArrayLike, outcome: ArrayLike, low: float, high: float) -> Floats:
    """The continuous ranked probability score of distributions over a range, as a share of the range.

    The integral over the range of (F - 1{x >= y}) squared over its length: F is linear between the points, the outcome
    y is first moved to the nearer end of the range, and mass beyond an open end lies at that end.

    value: shape (n, J), where the distribution reaches each level, never falling, from at most `low` (or level 0) to at
    least `high` (or level 1). level: shape (J,), 0 to 1, strictly rising. outcome: shape (n,). low below high.
    Returns shape (n,), 0 to 1, lower is better; empty for empty input.
    Raises ValueError naming the position of a value that is not finite, of a level that is no probability or does not
    rise, and for a range without length or points that do not tell the distribution over it.

    Matheson & Winkler (1976), "Scoring rules for continuous probability distributions", Management Science 22;
    Gneiting & Raftery (2007), Journal of the American Statistical Association 102.

    >>> distribution_crps([[100.0, 200.0]], [0.0, 1.0], [150.0], 100.0, 200.0).round(4).tolist()
    [0.0833]
    """
    values, levels, truth = _points(value, level, outcome)
    if not low < high:
        msg = f"low is {low}, expected less than high, which is {high}"
        raise ValueError(msg)
    count = values.shape[0]
    start = np.arange(count + 1) * levels.size
    flat, level_of = values.ravel(), np.tile(levels, count)
    ends = np.full(count, float(low)), np.full(count, float(high))
    if not bool(np.all(is_distribution(flat, level_of, start, *ends))):
        msg = f"the points do not reach from {low} to {high}"
        raise ValueError(msg)
    return integral(flat, level_of, start, np.clip(truth, low, high), *ends) / (high - low)


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


def _points(value: ArrayLike, level: ArrayLike, outcome: ArrayLike) -> tuple[Floats, Floats, Floats]:
    levels = _levels(level)
    values = checks.finite(np.reshape(value, (-1, levels.size)) if np.size(value) == 0 else value, "value", 2)
    if values.shape[1] != levels.size:
        msg = f"value has {values.shape[1]} quantiles in a row, expected {levels.size}, one for each level"
        raise ValueError(msg)
    truth = checks.finite(outcome, "outcome")
    checks.same_length(truth, values.shape[0], "outcome")
    return values, levels, truth


def _levels(level: ArrayLike) -> Floats:
    levels = checks.probabilities(level, "level")
    falling = np.flatnonzero(np.diff(levels) <= 0)
    if falling.size:
        at = int(falling[0]) + 1
        msg = f"level[{at}] is {levels[at]}, expected more than level[{at - 1}], which is {levels[at - 1]}"
        raise ValueError(msg)
    return levels
