"""Uncertainty of a mean score from resampling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from forecasts.scoring import checks

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

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
