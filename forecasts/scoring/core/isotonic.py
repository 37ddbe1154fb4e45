"""Isotonic regression of many samples in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


def isotonic_fit(total: NDArray[Any], weight: NDArray[Any], first: Bools) -> Floats:
    """The rising least-squares fit to total / weight, within samples of which `first` marks the first group.

    Runs of groups whose means do not rise are pooled at once, and again until all rise; the order of pooling does not
    change an isotonic fit (Barlow et al. 1972). A group that is the first of its sample is never pooled with the one
    before it, so one call fits every sample. Whole totals and weights below 2**26 are compared exactly.
    """
    total, weight = np.asarray(total, dtype=np.float64), np.asarray(weight, dtype=np.float64)
    block = np.arange(total.size)
    while total.size > 1:
        head = first.copy()
        head[1:] |= total[1:] * weight[:-1] > total[:-1] * weight[1:]
        if head.all():
            break
        starts = np.flatnonzero(head)
        block = (np.cumsum(head) - 1)[block]
        total, weight, first = np.add.reduceat(total, starts), np.add.reduceat(weight, starts), first[starts]
    result: Floats = (total / weight)[block]
    return result
