"""The CORP decomposition of the Brier score, for many forecasters in one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.scoring.core import rules
from forecasts.scoring.core.isotonic import isotonic_fit
from forecasts.scoring.core.order import (
    CELLS_PER_ROW,
    FINENESS,
    group_sum,
    order_by,
    ratio,
    run_starts,
    ten_thousandths,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Counts = NDArray[np.int64]
    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Corp:
    """By group: the number of forecasts, and score = miscalibration - discrimination + uncertainty (NaN for none)."""

    n: Counts
    score: Floats
    miscalibration: Floats
    discrimination: Floats
    uncertainty: Floats


def corp_by_group(group: NDArray[Any], probability: Floats, outcome: Floats, count: int) -> Corp:
    """The decomposition within each of `count` groups; equal forecasts are pooled, the order of rows plays no part."""
    owner, _, weight, happened, first = pool_equal(group, probability, outcome)
    fitted = isotonic_fit(happened, weight, first)
    n = np.bincount(group, minlength=count)
    score = ratio(group_sum(group, rules.brier(probability, outcome), count), n)
    loss = weight * fitted * fitted - 2.0 * fitted * happened + happened
    recalibrated = ratio(group_sum(owner, loss, count), n)
    share = ratio(group_sum(group, outcome, count), n)
    uncertainty = share * (1.0 - share)
    return Corp(n, score, score - recalibrated, uncertainty - recalibrated, uncertainty)


def pool_equal(
    group: NDArray[Any], probability: Floats, outcome: Floats
) -> tuple[NDArray[Any], Floats, Floats, Floats, Bools]:
    """The distinct forecasts of each group, rising: group, value, number, number that happened, first of its group."""
    whole = ten_thousandths(probability)
    if whole is not None:
        value, code = _distinct(whole)
        groups = int(group.max()) + 1
        if groups * value.size <= CELLS_PER_ROW * group.size:
            return _pool_in_cells(group, code, value, outcome, groups)
    order = order_by(group, probability)
    sorted_group, sorted_probability = group[order], probability[order]
    starts = np.flatnonzero(run_starts(sorted_group, sorted_probability))
    weight = np.diff(starts, append=group.size).astype(np.float64)
    happened = np.add.reduceat(outcome[order], starts) if starts.size else weight
    owner = sorted_group[starts]
    return owner, sorted_probability[starts], weight, happened, run_starts(owner)


def _distinct(whole: NDArray[np.int32]) -> tuple[Floats, NDArray[np.int64]]:
    """The distinct forecasts among whole ten-thousandths, rising, and the position of each row's among them."""
    found = np.flatnonzero(np.bincount(whole))
    position = np.zeros(int(found[-1]) + 1, dtype=np.int64)
    position[found] = np.arange(found.size)
    return found / FINENESS, position[whole]


def _pool_in_cells(
    group: NDArray[Any], code: NDArray[np.int64], value: Floats, outcome: Floats, groups: int
) -> tuple[NDArray[Any], Floats, Floats, Floats, Bools]:
    """As `pool_equal`, by counting into a cell for each group and distinct forecast instead of sorting."""
    cell = group * np.int64(value.size) + code
    count = np.bincount(cell, minlength=groups * value.size)
    filled = np.flatnonzero(count)
    happened = group_sum(cell, outcome, groups * value.size)[filled]
    owner, place = np.divmod(filled, value.size)
    return owner, value[place], count[filled].astype(np.float64), happened, run_starts(owner)
