"""Scores of forecasts stated as quantiles; rows may differ in their levels (CSR layout)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.scoring.core.ragged import row_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

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


def interval_score(low: Floats, high: Floats, outcome: Floats, coverage: Floats) -> Floats:
    """Width, plus 2 / (1 - coverage) times the distance of an outcome outside."""
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
