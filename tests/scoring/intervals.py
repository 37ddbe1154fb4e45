"""The sampling interval as it is defined, one step a line, in plain numbers: what the arrays are compared with."""

from __future__ import annotations

from statistics import fmean, pvariance
from typing import TYPE_CHECKING

from scipy.stats import beta

if TYPE_CHECKING:
    from collections.abc import Sequence


def bounded(scores: Sequence[float], least: float = 0.0, greatest: float = 1.0) -> tuple[float, float]:
    """The 95 % interval for the mean of what lies between two bounds; at least one score, not all at one bound."""
    return _end([*scores, least], len(scores), 0.025), _end([*scores, greatest], len(scores), 0.975)


def _end(values: list[float], n: int, level: float) -> float:
    low, width = min(values), max(values) - min(values)
    if width == 0:
        return low
    scaled = [(value - low) / width for value in values]
    mean, variance = fmean(scaled), pvariance(scaled) / (n + 2)
    total = mean * (1 - mean) / variance - 1
    return low + width * float(beta.ppf(level, mean * total, (1 - mean) * total))
