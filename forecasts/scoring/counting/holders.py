"""Whose cards each prediction is on, and from which day it counts there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasts.scoring.codes import Endorsement
from forecasts.scoring.core.ragged import take_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecasts.scoring.codes import By
    from forecasts.scoring.columns import Columns

    Ints = NDArray[np.int32]

ADOPTED = (Endorsement.OWN, Endorsement.ENDORSED)
"""What an article says itself or makes its own: counted for its authors and its outlet."""


def holders(columns: Columns, by: By, stances: tuple[Endorsement, ...] = ADOPTED) -> tuple[Ints, Ints]:
    """Every pair of a prediction and a source whose card it is on: positions of both.

    By speaker, every speaker holds a prediction, whatever the article does with it. By author and by outlet, every
    listed author and the outlet of an article hold the predictions towards which the article takes one of the stances.
    """
    if by == "speaker":
        return _speakers(columns)
    predictions, articles = columns.predictions, columns.articles
    taken = np.isin(predictions.endorsement, stances) & (predictions.article >= 0)
    chosen = np.flatnonzero(taken).astype(np.int32)
    article = predictions.article[chosen]
    if by == "outlet":
        outlet = articles.outlet[article]
        return chosen[outlet >= 0], outlet[outlet >= 0]
    owner, place = take_rows(articles.author_start, article)
    return chosen[owner], articles.author[place]


def _speakers(columns: Columns) -> tuple[Ints, Ints]:
    count = np.diff(columns.predictions.speaker_start)
    every = np.arange(len(columns.predictions), dtype=np.int32)
    return (every if bool(np.all(count == 1)) else np.repeat(every, count)), columns.predictions.speaker


def claim_days(columns: Columns, by: By) -> Ints:
    """The last day of each prediction's span; for authors and outlets an endorsed one has that of its article."""
    predictions = columns.predictions
    if by == "speaker":
        return predictions.made_last
    endorsed = np.flatnonzero((predictions.endorsement == Endorsement.ENDORSED) & (predictions.article >= 0))
    if endorsed.size == 0:
        return predictions.made_last
    day = predictions.made_last.copy()
    day[endorsed] = columns.articles.last_day[predictions.article[endorsed]]
    return day
