"""Means by group and their sampling intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasts.scoring.arrays import group_sum, ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[Any]

TAIL: Final = 0.025
"""What an interval leaves out on each side."""

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
    size = np.bincount(group, minlength=count)
    mean = ratio(group_sum(group, value, count), size)
    squares = group_sum(group, np.square(value - mean[group]), count)
    least, greatest = np.full(count, np.inf), np.full(count, -np.inf)
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
    return _end(*parts, bounds[0], TAIL), _end(*parts, bounds[1], 1.0 - TAIL)


def _end(
    size: Ints, mean: Floats, squares: Floats, least: Floats, greatest: Floats, bound: float, level: float
) -> Floats:
    least, greatest = np.minimum(least, bound), np.maximum(greatest, bound)
    width = greatest - least
    end = np.full(mean.shape, bound, dtype=np.float64)
    rows = width > NARROWEST
    if not rows.any():
        return end
    from scipy.special import betaincinv  # 0.2 s to import, so only where there is an interval to give

    n, width, least = size[rows], width[rows], least[rows]
    with_bound = (mean[rows] * n + bound) / (n + 1)
    variance = (squares[rows] + n / (n + 1) * np.square(mean[rows] - bound)) / (n + 1)
    centre = (with_bound - least) / width
    spread = variance / np.square(width) / (n + 2)
    total = centre * (1.0 - centre) / spread - 1.0
    end[rows] = least + width * betaincinv(centre * total, (1.0 - centre) * total, level)
    return end
