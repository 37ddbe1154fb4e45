"""Means by group and their intervals: Student's t, and a bootstrap over clusters."""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from forecasts.scoring import checks
from forecasts.scoring.arrays import group_sum, ratio

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


TABLE_SIZE: Final = 200
NEWTON_STEPS: Final = 30


def t_quantile(freedom: NDArray[Any], level: float) -> Floats:
    """The quantile of Student's t at `level` (above 0.5) for whole degrees of freedom; NaN below 1. Good to 1e-10.

    Up to 200 degrees from the finite series for the distribution (Abramowitz & Stegun 26.7.3 and 26.7.4), solved once
    and kept; above, from the expansion in 1 / freedom (Fisher & Cornish 1960).
    """
    out = np.full(np.shape(freedom), np.nan)
    tabled = (freedom >= 1) & (freedom <= TABLE_SIZE)
    out[tabled] = _table(level)[freedom[tabled]]
    large = freedom > TABLE_SIZE
    out[large] = _expansion(np.asarray(freedom[large], dtype=np.float64), level)
    return out


@lru_cache(maxsize=8)
def _table(level: float) -> Floats:
    """The quantiles for 0 to 200 degrees of freedom, by Newton's method from the normal quantile."""
    freedom = np.arange(1, TABLE_SIZE + 1)
    angle = np.arctan(NormalDist().inv_cdf(level) / np.sqrt(freedom))
    for _ in range(NEWTON_STEPS):
        step = (_central_probability(angle, freedom) - (2.0 * level - 1.0)) / _angle_density(angle, freedom)
        angle = np.clip(angle - step, 0.5 * angle, 0.5 * (angle + 0.5 * np.pi))
        if np.max(np.abs(step)) < 1e-12:
            break
    return np.concatenate(([np.nan], np.tan(angle) * np.sqrt(freedom)))


def _central_probability(angle: Floats, freedom: NDArray[Any]) -> Floats:
    """P(|T| <= sqrt(freedom) tan(angle))."""
    cosine, odd = np.cos(angle), freedom % 2 == 1
    term = np.where(odd, cosine, 1.0)
    series = np.where(freedom > 1, term, 0.0)
    for step in range(1, TABLE_SIZE // 2):
        term = term * cosine**2 * np.where(odd, 2 * step / (2 * step + 1), (2 * step - 1) / (2 * step))
        series = series + np.where(2 * step <= freedom - 2 - odd, term, 0.0)
    even_part = np.sin(angle) * series
    return np.where(odd, 2.0 / np.pi * (angle + even_part), even_part)


def _angle_density(angle: Floats, freedom: NDArray[Any]) -> Floats:
    """The derivative of the central probability with respect to the angle."""
    scale = np.where(freedom % 2 == 1, 2.0 / np.pi, 1.0)
    ratio = np.arange(1, TABLE_SIZE + 1, dtype=np.float64)
    factor = np.ones(TABLE_SIZE)
    for nu in range(3, TABLE_SIZE + 1):
        factor[nu - 1] = factor[nu - 3] * (ratio[nu - 1] - 1.0) / (ratio[nu - 1] - 2.0)
    result: Floats = scale * factor * np.cos(angle) ** (freedom - 1)
    return result


def _expansion(freedom: Floats, level: float) -> Floats:
    z = NormalDist().inv_cdf(level)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum((term / freedom**power for power, term in enumerate(terms, 1)), np.zeros(freedom.shape))


FEWEST: Final = 5
"""An interval from fewer observations is not given."""

UPPER_LEVEL: Final = 0.975


def group_mean(group: NDArray[Any], value: Floats, count: int) -> Floats:
    """The mean of each group, NaN for an empty one."""
    return ratio(group_sum(group, value, count), group_sum(group, None, count))


def group_interval(group: NDArray[Any], value: Floats, count: int) -> tuple[Floats, Floats, Floats]:
    """The mean of each group and the ends of its 95 % Student t interval, NaN where the group has fewer than five."""
    size = np.bincount(group, minlength=count)
    mean = ratio(group_sum(group, value, count), size)
    deviation = value - mean[group]
    variance = ratio(group_sum(group, deviation * deviation, count), np.maximum(size - 1, 0))
    half = np.full(count, np.nan)
    several = size >= FEWEST
    half[several] = t_quantile(size[several] - 1, UPPER_LEVEL) * np.sqrt(variance[several] / size[several])
    return mean, mean - half, mean + half


DRAWS: Final = 10_000
FEWEST_CLUSTERS: Final = 5
LEVEL: Final = 0.95


class BootstrapInterval(NamedTuple):
    """The ends of the interval, NaN from fewer than five clusters, and the number of clusters."""

    low: float
    high: float
    clusters: int


def cluster_bootstrap_interval(
    score: ArrayLike, cluster: ArrayLike, *, draws: int = DRAWS, seed: int = 0, level: float = LEVEL
) -> BootstrapInterval:
    """An interval for the mean score when questions of one storyline stand and fall together.

    Whole clusters (scenarios) are drawn with replacement, as many as there are; the mean over all rows of the drawn
    clusters is taken, and the middle `level` of these means is the interval. Fewer than five clusters say nothing about
    other storylines, so they give no interval.

    score: shape (n,), finite. cluster: shape (n,), whole numbers from 0. draws: at least 1. seed: the interval is the
    same for the same seed, whatever the order of rows.
    Returns the ends, in the range of the scores, and the number of clusters; (NaN, NaN, 0) for empty input.
    Raises ValueError naming the position of a score that is not finite or of a code that is no whole number from 0.

    Efron & Tibshirani (1993), "An Introduction to the Bootstrap", chapter 13; Cameron, Gelbach & Miller (2008),
    "Bootstrap-based improvements for inference with clustered errors", Review of Economics and Statistics 90.

    >>> cluster_bootstrap_interval([0.2, 0.2, 0.2, 0.2, 0.2], [0, 1, 2, 3, 4])
    BootstrapInterval(low=0.2, high=0.2, clusters=5)
    """
    values = checks.finite(score, "score")
    codes = np.unique(checks.codes(cluster, values.size, "cluster"), return_inverse=True)[1]
    clusters = int(np.max(codes, initial=-1)) + 1
    if clusters < FEWEST_CLUSTERS:
        return BootstrapInterval(float("nan"), float("nan"), clusters)
    total, size = np.bincount(codes, values), np.bincount(codes)
    drawn = np.random.default_rng(seed).multinomial(clusters, np.full(clusters, 1.0 / clusters), size=draws)
    means = (drawn @ total) / (drawn @ size)
    low, high = np.quantile(means, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return BootstrapInterval(float(low), float(high), clusters)
