"""CRPS and coverage by source and unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.scoring.core.intervals import group_mean
from forecasts.scoring.core.order import order_by, ratio, run_starts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecasts.scoring.counting.measured import Measured

    Floats = NDArray[np.float64]
    Ints = NDArray[Any]


@dataclass(frozen=True, slots=True)
class CrpsTable:
    """One row per source and unit that it is scored in, in that order: figures in different units are never averaged.

    source      whose
    unit        code of the unit, -1 for none, SCALED_UNIT for shares of the questions' ranges
    n           scored questions
    mean        mean CRPS in that unit, lower is better
    interval_n  those with a stated interval
    coverage    the share of these whose outcome lies inside, NaN without any
    stated      the mean probability that the intervals were given: what coverage should be
    interval_score  mean interval score in that unit, lower is better, NaN without any
    """

    source: Ints
    unit: Ints
    n: Ints
    mean: Floats
    interval_n: Ints
    coverage: Floats
    stated: Floats
    interval_score: Floats


def crps_table(measured: Measured) -> CrpsTable:
    """The table of all sources."""
    order = order_by(measured.source, measured.unit)
    rows = measured.where(order)
    first = run_starts(rows.source, rows.unit)
    group, count = np.cumsum(first) - 1, int(np.count_nonzero(first))
    stated = rows.where(~np.isnan(rows.inside))
    stated_group = group[~np.isnan(rows.inside)]
    interval_n = np.bincount(stated_group, minlength=count)
    return CrpsTable(
        source=rows.source[first],
        unit=rows.unit[first],
        n=np.bincount(group, minlength=count),
        mean=group_mean(group, rows.crps, count),
        interval_n=interval_n,
        coverage=ratio(np.bincount(stated_group, stated.inside, count), interval_n),
        stated=ratio(np.bincount(stated_group, stated.coverage, count), interval_n),
        interval_score=ratio(np.bincount(stated_group, stated.interval_score, count), interval_n),
    )
