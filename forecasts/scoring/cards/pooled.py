"""Views over all sources together, where numbers are real when a single source's are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np

from forecasts.domain.kinds import Bucket, ClaimType
from forecasts.scoring.arrays import group_sum
from forecasts.scoring.counting.results import came_true
from forecasts.scoring.counting.scored import option_favourites
from forecasts.scoring.intervals import group_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecasts.scoring.cards.scorecards import Scorecards
    from forecasts.scoring.columns import Columns
    from forecasts.scoring.counting.scored import Scored

    Floats = NDArray[np.float64]
    Ints = NDArray[Any]

Grouping = Literal["wording", "claim_type", "lead_time", "scenario"]

WORDING_BANDS: Final = (0.6, 0.8)
"""Upper ends, inclusive, of the bands of the probability given to the favoured side; what is above the last is firm."""

LEAD_TIMES: Final = (30, 365)
"""Days from a claim to the deadline: under the first, under the second, longer."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """One row per group that has resolved claims, each prediction once, however many cards it is on.

    group        wording: 0 up to 0.6, 1 up to 0.8, 2 above; claim_type: kinds.ClaimType; lead_time: 0 under 30 days, 1
                 under a year, 2 longer; scenario: its code, -1 for none
    n            resolved claims
    came_true    of these, what was favoured (or announced, or raised) happened; a tie of k favourites counts 1/k
    expected     how many the given probabilities promise; NaN for possibilities and announcements
    brier        mean Brier score, lower is better; NaN for possibilities and announcements
    brier_low, brier_high  its 95 % interval, 0-1; NaN where brier is
    """

    group: Ints
    n: Ints
    came_true: Floats
    expected: Floats
    brier: Floats
    brier_low: Floats
    brier_high: Floats


def pooled(columns: Columns, cards: Scorecards, grouping: Grouping, source: int | None = None) -> Pooled:
    """The scored claims behind a board, pooled; by claim type the timely, resolved possibilities and announcements too.

    `source` narrows the others to the claims on one card. Raises ValueError for an unknown grouping.
    """
    if grouping not in get_args(Grouping):
        msg = f"grouping is {grouping!r}, expected one of {', '.join(get_args(Grouping))}"
        raise ValueError(msg)
    if source is None:
        rows = np.unique(cards.scored.prediction, return_index=True)[1]
    else:
        rows = np.flatnonzero(cards.scored.source == source)
    scored = cards.scored.where(rows)
    favoured, right = option_favourites(columns, scored)
    table = _pooled_groups(_groups(columns, scored, favoured, grouping), scored.brier, right, favoured)
    return _with_other_types(columns, cards, table) if grouping == "claim_type" else table


def _groups(columns: Columns, scored: Scored, favoured: Floats, grouping: Grouping) -> Ints:
    if grouping == "wording":
        return np.searchsorted(WORDING_BANDS, favoured, side="left")
    if grouping == "lead_time":
        lead = columns.questions.resolves_on[scored.question] - scored.day
        return np.searchsorted(LEAD_TIMES, lead, side="right")
    if grouping == "scenario":
        return columns.questions.scenario[scored.question]
    return columns.predictions.claim_type[scored.prediction]


def _pooled_groups(group: Ints, brier: Floats, right: Floats, favoured: Floats) -> Pooled:
    label, code = np.unique(group, return_inverse=True)
    mean, low, high = group_interval(code, brier, label.size)
    return Pooled(
        group=label,
        n=np.bincount(code, minlength=label.size),
        came_true=group_sum(code, right, label.size),
        expected=group_sum(code, favoured, label.size),
        brier=mean,
        brier_low=low,
        brier_high=high,
    )


def _with_other_types(columns: Columns, cards: Scorecards, table: Pooled) -> Pooled:
    """The table with rows for possibilities and announcements that can be told to have come about or not."""
    for bucket, kind in (
        (Bucket.POSSIBILITIES.code, ClaimType.POSSIBILITY.code),
        (Bucket.ANNOUNCEMENTS.code, ClaimType.ANNOUNCEMENT.code),
    ):
        claims = cards.claims.where(np.flatnonzero(cards.claims.bucket == bucket))
        claims = claims.where(np.unique(claims.prediction, return_index=True)[1])
        truth = came_true(columns, claims)
        n, none = int(np.count_nonzero(~np.isnan(truth))), np.array([np.nan])
        if n:
            row = Pooled(np.array([kind]), np.array([n]), np.array([np.nansum(truth)]), none, none, none, none)
            table = Pooled(*(np.append(getattr(table, name), getattr(row, name)) for name in Pooled.__slots__))
    return table
