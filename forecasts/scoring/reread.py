"""Reading phrases of likelihood under another standard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecasts.scoring.codes import Basis
from forecasts.scoring.columns import Columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Reread:
    """The ledger with its phrases read anew.

    columns   the ledger; arrays that did not change are shared with the old one
    changed   positions of the predictions whose number was read anew
    unlisted  positions of those that keep their number, as the standard does not list their phrase
    """

    columns: Columns
    changed: Indices
    unlisted: Indices


def reread(columns: Columns, low: Floats, point: Floats, high: Floats) -> Reread:
    """Reads the phrases of predictions whose number came from a standard or a survey under another standard.

    low, point, high: what the standard gives to each phrase code, 0-1, NaN for a phrase that it does not list. A phrase
    that speaks of NO is turned round. Numbers that the source stated or an analyst chose stay.
    """
    table = columns.predictions
    can = (table.phrase >= 0) & ~np.isnan(table.probability)
    can &= (table.basis == Basis.STANDARD) | (table.basis == Basis.SURVEY)
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
    return Reread(changed, rows, unlisted)
