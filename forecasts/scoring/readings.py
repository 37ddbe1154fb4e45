"""Readings beside the first: other analysts', how far they agree, and another standard's."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.domain.kinds import Basis
from forecasts.scoring import checks
from forecasts.scoring.columns import Columns, PredictionColumns
from forecasts.scoring.special import beta_point, beta_share

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


LEAST_SHARE: Final = 0.001
"""A range that reaches 0 or 1 is taken to end here: no word is read as never or always for good."""

_MOST_STEPS: Final = 100
_NUDGE: Final = 1e-5
_CLOSE: Final = 1e-13
_LOG_ODDS: Final = np.log([0.05 / 0.95, 0.95 / 0.05])


def read_as(low: float, high: float, n: int, came_true: int) -> tuple[float, float, float]:
    """What words turn out to be worth: their range as a beta prior, updated with how often they came true.

    The range's ends are the prior's 5 % and 95 % points. low < high, 0 to 1; came_true of n, 0 to n.
    Returns the mean of the updated distribution and its 5 % and 95 % points; those of n = 0 are the range.

    >>> [round(value, 2) for value in read_as(0.75, 0.98, 5, 3)]
    [0.83, 0.68, 0.94]
    """
    a, b = _beta_between(max(low, LEAST_SHARE), min(high, 1.0 - LEAST_SHARE))
    a, b = a + came_true, b + n - came_true
    return a / (a + b), beta_point(a, b, 0.05), beta_point(a, b, 0.95)


@cache
def _beta_between(low: float, high: float) -> tuple[float, float]:
    """The parameters of the beta distribution with these 5 % and 95 % points."""
    middle, spread = (low + high) / 2, (high - low) / 3.29
    total = max(middle * (1 - middle) / spread**2 - 1, 0.5)
    logs = np.log([middle * total, (1 - middle) * total])

    def misses(at: Floats) -> Floats:
        a, b = np.exp(at).tolist()
        shares = np.array([beta_share(a, b, end) for end in (low, high)])
        return np.log(shares / (1.0 - shares)) - _LOG_ODDS

    missed = misses(logs)
    for _ in range(_MOST_STEPS):
        slopes = [(misses(logs + nudge) - misses(logs - nudge)) / (2.0 * _NUDGE) for nudge in _NUDGE * np.eye(2)]
        step = -np.linalg.solve(np.transpose(slopes), missed)
        step /= max(1.0, float(np.max(np.abs(step))))
        logs = logs + step
        missed = misses(logs)
        if np.max(np.abs(step)) < _CLOSE:
            break
    a, b = np.exp(logs)
    return float(a), float(b)


def krippendorff_alpha(unit: ArrayLike, value: ArrayLike) -> float:
    """Krippendorff's alpha for interval data: 1 is agreement, 0 what chance would give, below 0 is worse than chance.

    One less the mean squared difference within units over that between any two values; who gave which value plays no
    part, and not everybody need have read everything. Units with one value say nothing and are left out.

    unit: shape (n,), whole numbers from 0. value: shape (n,), finite.
    Returns at most 1; NaN where no unit has two values, or all values are the same, so that chance would agree too.
    Raises ValueError naming the position of a value that is not finite or of a code that is no whole number from 0.

    Krippendorff (2011), "Computing Krippendorff's alpha-reliability"; Hayes & Krippendorff (2007), "Answering the call
    for a standard reliability measure for coding data", Communication Methods and Measures 1.

    >>> round(krippendorff_alpha([0, 0, 1, 1, 2, 2], [0.1, 0.1, 0.5, 0.6, 0.9, 0.9]), 3)
    0.987
    """
    values = checks.finite(value, "value")
    units = np.unique(checks.codes(unit, values.size, "unit"), return_inverse=True)[1]
    size = np.bincount(units)
    paired = size[units] > 1 if values.size else np.zeros(0, dtype=np.bool_)
    values, units = values[paired], units[paired]
    if values.size == 0 or float(np.min(values)) == float(np.max(values)):
        return float("nan")
    mean = np.bincount(units, values, minlength=size.size) / np.maximum(size, 1)
    within = np.bincount(units, (values - mean[units]) ** 2, minlength=size.size)  # pairs: 2 m times this
    observed = float(np.sum(2.0 * within * size / np.maximum(size - 1, 1)) / values.size)
    expected = float(2.0 * np.sum((values - values.mean()) ** 2) / (values.size - 1))
    return 1.0 - observed / expected


def take_readings(
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
    taken = ~np.isnan(table.probability[prediction]) & (table.basis[prediction] != Basis.STATED.code)
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


@dataclass(frozen=True, slots=True)
class Reread:
    """The ledger with its phrases read anew.

    columns   the ledger; arrays that did not change are shared with the old one
    unlisted  positions of those that keep their number, as the standard does not list their phrase
    """

    columns: Columns
    unlisted: Indices


def reread(columns: Columns, low: Floats, point: Floats, high: Floats) -> Reread:
    """Reads the phrases of predictions whose number came from a standard or a survey under another standard.

    low, point, high: what the standard gives to each phrase code, 0-1, NaN for a phrase that it does not list. A phrase
    that speaks of NO is turned round. Numbers that the source stated or an analyst chose stay.
    """
    table = columns.predictions
    can = (table.phrase >= 0) & ~np.isnan(table.probability)
    can &= (table.basis == Basis.STANDARD.code) | (table.basis == Basis.SURVEY.code)
    candidates = np.flatnonzero(can)
    listed = ~np.isnan(point[table.phrase[candidates]])
    rows, unlisted = candidates[listed], candidates[~listed]
    phrase, turned = table.phrase[rows], table.about_no[rows]
    bottom, middle, top = low[phrase], point[phrase], high[phrase]
    new = {name: getattr(table, name).copy() for name in ("low", "probability", "high")}
    new["probability"][rows] = np.where(turned, 1.0 - middle, middle)
    new["low"][rows] = np.where(turned, 1.0 - top, bottom)
    new["high"][rows] = np.where(turned, 1.0 - bottom, top)
    changed = Columns(replace(table, **new), columns.questions, columns.articles, columns.sources)
    return Reread(changed, unlisted)
