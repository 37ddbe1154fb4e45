"""View of a scoreboard: what it is asked for, and onto whose cards it reads each prediction."""

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from forecasts.domain.kinds import Attribution, Endorsement
from forecasts.scoring.arrays import run_starts, take_rows
from forecasts.scoring.columns import By, Columns, Which, Wording

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The choices behind a board. Days are ordinals; None leaves a filter open.

    by        whose cards: speaker, author or outlet
    which     the first or the last claim of a source on a question counts
    wording   each claim at its point, or at the end of its range (or the variant of its question) that serves best,
              or worst
    since     the earliest day of a claim, inclusive
    until     the latest day of a claim, inclusive
    scenario  code of the only scenario
    basis     code of the only basis
    as_of     calibration is over deadlines before this day
    """

    by: By = "speaker"
    which: Which = "first"
    wording: Wording = "point"
    since: int | None = None
    until: int | None = None
    scenario: int | None = None
    basis: int | None = None
    as_of: int | None = None

    def __post_init__(self) -> None:
        _refuse_unless("by", self.by, get_args(By))
        _refuse_unless("which", self.which, get_args(Which))
        _refuse_unless("wording", self.wording, get_args(Wording))


def _refuse_unless(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        msg = f"{name} is {value!r}, expected one of {', '.join(allowed)}"
        raise ValueError(msg)


ADOPTED = (Endorsement.OWN.code, Endorsement.ENDORSED.code)
"""What an article says itself or makes its own: counted for its authors and its outlet."""


def holders(columns: Columns, by: By, stances: tuple[int, ...] = ADOPTED) -> tuple[Ints, Ints]:
    """Every pair of a prediction and a source whose card it is on: positions of both.

    By speaker, every speaker holds a prediction, whatever the article does with it. By author and by outlet, every
    listed author and the outlet of an article hold the predictions towards which the article takes one of the stances.
    """
    if by == "speaker":
        count = np.diff(columns.predictions.speaker_start)
        every = np.arange(len(columns.predictions), dtype=np.int32)
        return (every if bool(np.all(count == 1)) else np.repeat(every, count)), columns.predictions.speaker
    predictions, articles = columns.predictions, columns.articles
    taken = np.isin(predictions.endorsement, stances) & (predictions.article >= 0)
    chosen = np.flatnonzero(taken).astype(np.int32)
    article = predictions.article[chosen]
    if by == "outlet":
        outlet = articles.outlet[article]
        return chosen[outlet >= 0], outlet[outlet >= 0]
    owner, place = take_rows(articles.author_start, article)
    return chosen[owner], articles.author[place]


def joint_claims(columns: Columns, by: By) -> NDArray[np.int64]:
    """Who made a claim on which question jointly with whom: question, source and other source of each, sorted.

    Shape (k, 3), both ways round. A text that leaves open whose claim it is joins nobody.
    """
    prediction, source = holders(columns, by)
    together = prediction[1:] == prediction[:-1]  # the holders of a prediction stand side by side
    if not together.any():
        return np.zeros((0, 3), dtype=np.int64)
    table = columns.predictions
    clear = (table.question[prediction] >= 0) & (table.attribution[prediction] != Attribution.AMBIGUOUS.code)
    rows = np.flatnonzero(clear & (np.append(together, False) | np.insert(together, 0, False)))
    prediction, source = prediction[rows], source[rows]
    start = np.flatnonzero(run_starts(prediction))
    group = np.searchsorted(start, np.arange(rows.size), side="right") - 1
    owner, place = take_rows(np.append(start, rows.size), group)
    pairs = np.stack([table.question[prediction[owner]], source[owner], source[place]], axis=1)
    return np.unique(pairs[source[owner] != source[place]].astype(np.int64), axis=0)


def claim_days(columns: Columns, by: By) -> Ints:
    """The last day of each prediction's span; for authors and outlets an endorsed one has that of its article."""
    predictions = columns.predictions
    if by == "speaker":
        return predictions.made_last
    endorsed = np.flatnonzero((predictions.endorsement == Endorsement.ENDORSED.code) & (predictions.article >= 0))
    if endorsed.size == 0:
        return predictions.made_last
    day = predictions.made_last.copy()
    day[endorsed] = columns.articles.last_day[predictions.article[endorsed]]
    return day
