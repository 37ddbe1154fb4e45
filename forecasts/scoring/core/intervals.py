"""Means of groups and their Student t intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasts.scoring.core.order import group_sum, ratio
from forecasts.scoring.core.student import t_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

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
