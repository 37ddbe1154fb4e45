"""The numbers of claims that several analysts read: the mean of all, within a range that holds them all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.scoring.codes import Basis

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecasts.scoring.columns import PredictionColumns

    Floats = NDArray[np.float64]


def with_readings(
    table: PredictionColumns, prediction: NDArray[Any], probability: Floats, low: Floats, high: Floats
) -> PredictionColumns:
    """The predictions with further readings of some of them taken in.

    The number becomes the mean of the first and of all further readings, which is the agreed one where they agree; the
    range goes from the lowest end that anybody allows to the highest, an analyst without a range counting with the
    number. What the source itself stated is no reading, and a claim without a number stays without one.

    prediction: shape (n,), positions. probability, low, high: shape (n,), 0 to 1; NaN for an end that was not given.
    """
    if not prediction.size:
        return table
    taken = ~np.isnan(table.probability[prediction]) & (table.basis[prediction] != Basis.STATED)
    at, given = prediction[taken], probability[taken]
    read, count = np.unique(at, return_counts=True)
    if not read.size:
        return table
    number, lowest, highest = table.probability.copy(), table.low.copy(), table.high.copy()
    lowest[read] = np.fmin(lowest[read], number[read])
    highest[read] = np.fmax(highest[read], number[read])
    np.fmin.at(lowest, at, np.fmin(low[taken], given))
    np.fmax.at(highest, at, np.fmax(high[taken], given))
    total = np.bincount(at, given, minlength=number.size)[read] + number[read]
    number[read] = total / (count + 1)
    return replace(table, probability=number, low=lowest, high=highest)
