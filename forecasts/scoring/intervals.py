"""Means by group and their sampling intervals."""

import math
from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from forecasts.scoring.arrays import group_sum, ratio, sum_parts
from forecasts.scoring.special import beyond_stirling

Floats = NDArray[np.float64]
Ints = NDArray[Any]


TAIL: Final = 0.025
"""What an interval leaves out on each side."""

DECIMALS: Final = 12
"""So many decimals of a mean or of an end of an interval are the same in whatever order and on whatever machine."""

_NORMAL_TAIL: Final = 1.959963984540054
"""So many standard deviations below its mean TAIL of a normal distribution lies below."""

_CLOSE: Final = 1e-7
"""A step of this share of the scale on which the density falls: the error that is left is the square of it."""
_MOST_STEPS: Final = 20

UNIT: Final = (0.0, 1.0)
NARROWEST: Final = 1e-9
"""Values that lie closer together than this, the bound among them, are all at the bound."""


def group_mean(group: NDArray[Any], value: Floats, count: int) -> Floats:
    """The mean of each group, NaN for an empty one."""
    return ratio(group_sum(group, value, count), group_sum(group, None, count))


def group_interval(
    group: NDArray[Any], value: Floats, count: int, bounds: tuple[float, float] = UNIT
) -> tuple[Floats, Floats, Floats]:
    """The mean of each group and the ends of its 95 % interval, NaN for an empty group.

    group: shape (n,), whole numbers below `count`. value: shape (n,), within the bounds.
    Returns mean, low and high, each of shape (count,), within the bounds.
    """
    return interval_of_parts(lambda: ((group, value),), count, bounds)


def interval_of_parts(
    parts: Callable[[], Iterable[tuple[NDArray[Any], Floats]]], count: int, bounds: tuple[float, float] = UNIT
) -> tuple[Floats, Floats, Floats]:
    """The same of rows that come in parts, each time in the same order, to the last bit."""
    size = sum_parts(((group, None) for group, _ in parts()), count)
    mean = ratio(sum_parts(parts(), count), size)
    squares = sum_parts(((group, np.square(value - mean[group])) for group, value in parts()), count)
    least, greatest = np.full(count, np.inf), np.full(count, -np.inf)
    for group, value in parts():
        np.minimum.at(least, group, value)
        np.maximum.at(greatest, group, value)
    low, high = np.full((2, count), np.nan)
    some = size > 0
    low[some], high[some] = bounded_interval(size[some], mean[some], squares[some], least[some], greatest[some], bounds)
    return mean, low, high


def bounded_interval(
    size: Ints, mean: Floats, squares: Floats, least: Floats, greatest: Floats, bounds: tuple[float, float] = UNIT
) -> tuple[Floats, Floats]:
    """The ends of 95 % intervals for means of a variable that is known to lie within `bounds`.

    Each end takes one more observation at the bound that is unfavourable to it, rescales these n + 1 values by their
    own least and greatest, and is the quantile of the beta distribution with their mean and their population variance
    over n + 2, scaled back. It never shrinks to nothing, holds from one observation on, and is Clopper and Pearson's
    where all scores are at the bounds.

    Each of shape (m,): size, at least 1; mean; squares, the sum of squared distances from the mean; the least and
    greatest value. Returns low and high, within the bounds.

    Gaffke (2005), "Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative
    variable", Mathematical Methods of Statistics 14; Learned-Miller & Thomas (2020), "A new confidence interval for the
    mean of a bounded random variable"; Phan, Thomas & Learned-Miller (2021), "Towards practical mean bounds for small
    samples", ICML. Clopper & Pearson (1934), Biometrika 26.
    """
    parts = (size, mean, squares, least, greatest)
    return _end(*parts, bounds[0], is_upper=False), _end(*parts, bounds[1], is_upper=True)


def _end(
    size: Ints, mean: Floats, squares: Floats, least: Floats, greatest: Floats, bound: float, *, is_upper: bool
) -> Floats:
    least, greatest = np.minimum(least, bound), np.maximum(greatest, bound)
    width = greatest - least
    end = np.full(mean.shape, bound, dtype=np.float64)
    rows = width > NARROWEST
    n, width, least = size[rows], width[rows], least[rows]
    with_bound = (mean[rows] * n + bound) / (n + 1)
    variance = (squares[rows] + n / (n + 1) * np.square(mean[rows] - bound)) / (n + 1)
    centre = (with_bound - least) / width
    spread = variance / np.square(width) / (n + 2)
    total = centre * (1.0 - centre) / spread - 1.0
    a, b = np.maximum(centre * total, 1.0), np.maximum((1.0 - centre) * total, 1.0)  # they are, but for rounding
    share = 1.0 - beta_tail(b, a) if is_upper else beta_tail(a, b)
    end[rows] = np.round(least + width * share, DECIMALS)
    return end


def beta_tail(a: Floats, b: Floats) -> Floats:
    """Where TAIL of each beta distribution lies below: scipy.special.betaincinv(a, b, TAIL), which takes longer to
    import than most ledgers take to score.

    By the distance from the mean's log-odds the density is log-concave. Below the mean it falls at least as fast as an
    exponential, so the double-exponential rule integrates it, and the logarithm of the share below is concave, so
    Newton's steps on it converge. Each stops by itself: what stands beside it plays no part.

    a, b: shape (m,), at least 1. Returns shape (m,), 0 to 1.

    Takahasi & Mori (1974), "Double exponential formulas for numerical integration", Publications of RIMS 9.
    """
    total = a + b
    mean, rest = a / total, b / total
    log_peak = 0.5 * np.log(a * rest / math.tau) + beyond_stirling(total) - beyond_stirling(a) - beyond_stirling(b)

    distance = _near_tail(a, b)
    rows = np.arange(distance.size)
    for _ in range(_MOST_STEPS):
        step, fall = _newton_step(a[rows], b[rows], mean[rows], log_peak[rows], distance[rows])
        distance[rows] += step
        rows = rows[np.abs(step) * fall >= _CLOSE]
        if not rows.size:
            break
    moved = mean * np.expm1(distance)
    return (mean + moved) / (1.0 + moved)


def _newton_step(a: Floats, b: Floats, mean: Floats, log_peak: Floats, distance: Floats) -> tuple[Floats, Floats]:
    """The step towards where TAIL lies below, and how fast the log density falls, here and at least below."""

    def log_density(distance: Floats) -> Floats:
        moved = mean * np.expm1(distance)
        return a * np.log1p(b / a * moved / (1.0 + moved)) - b * np.log1p(moved)

    moved = mean * np.expm1(distance)
    fall = -b * moved / (1.0 + moved)
    at = log_density(distance)
    below = sum(
        weight * np.exp(log_density(distance - depth / fall) - at) for depth, weight in zip(*_depths(), strict=True)
    )
    return (math.log(TAIL) - log_peak - at - np.log(below / fall)) * below / fall, fall


def _depths() -> tuple[Floats, Floats]:
    """Points and weights of the double-exponential rule from 0 to 25, where e to the minus that is left out."""
    at = np.linspace(-3.3, 3.25, 40)
    depth = np.exp(at - np.exp(-at))
    return depth, (1.0 + np.exp(-at)) * depth * (at[1] - at[0])


def _near_tail(a: Floats, b: Floats) -> Floats:
    """About where TAIL lies below, by formula 26.5.22 of Abramowitz & Stegun (1964)."""
    one, other = 1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0)
    size, bend = 2.0 / (one + other), (_NORMAL_TAIL**2 - 3.0) / 6.0
    skew = (other - one) * (bend + 5.0 / 6.0 - 2.0 / (3.0 * size))
    return 2.0 * (skew - _NORMAL_TAIL * np.sqrt(size + bend) / size)
