"""Every claim behind the figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.scoring.core.order import group_sum, order_by

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecasts.scoring.cards.record import Scorecards

    Codes = NDArray[np.int8]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int32]
    Starts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ClaimDetails:
    """One row per claim on a card, by source, then day, then position; NaN (or -1) where a claim has no such figure.

    start            the claims of source s are rows start[s]:start[s + 1]
    source           int32    whose card
    prediction       int32    the prediction
    day              int32    the day it counts from
    bucket           int8     codes.Bucket
    probability      float64  of YES, in the wording of the view
    outcome          float64  1 or 0, or the option's index; that of the variant where the wording takes one
    given            float64  the probability given to what happened
    brier            float64  0-1, lower is better
    share            float64  of the sum of the source's Brier scores, 0-1; adds up to 1 over a card
    best, worst      float64  the Brier score at the ends of the coding
    log_loss, baseline_score, peer_score  float64
    reference        int32    the reference it is compared with
    reference_brier  float64  that reference's Brier score
    unit             int32    the unit of a CRPS
    crps             float64  in that unit, lower is better
    inside           float64  1 where the outcome lies in the stated interval, 0 where not
    """

    start: Starts
    source: Ints
    prediction: Ints
    day: Ints
    bucket: Codes
    probability: Floats
    outcome: Floats
    given: Floats
    brier: Floats
    share: Floats
    best: Floats
    worst: Floats
    log_loss: Floats
    baseline_score: Floats
    peer_score: Floats
    reference: Ints
    reference_brier: Floats
    unit: Ints
    crps: Floats
    inside: Floats


def claim_details(cards: Scorecards, source: int | None = None) -> ClaimDetails:
    """The claims of one source, or of all; `start` is by source in either case."""
    claims, scored, mark, measured = cards.claims, cards.scored, cards.marks, cards.measured
    sources = cards.brier.size
    rows = np.arange(len(claims)) if source is None else np.flatnonzero(claims.source == source)
    rows = rows[order_by(claims.source[rows], claims.day[rows], claims.prediction[rows])]
    place = _places(scored.row, len(claims))[rows]
    measure = _places(measured.row, len(claims))[rows]
    total = group_sum(scored.source, scored.brier, sources)[scored.source]
    share = np.divide(scored.brier, total, out=np.full(total.shape, np.nan), where=total > 0)
    count = np.bincount(claims.source[rows], minlength=sources)
    return ClaimDetails(
        start=np.concatenate(([0], np.cumsum(count))),
        source=claims.source[rows],
        prediction=claims.prediction[rows],
        day=claims.day[rows],
        bucket=claims.bucket[rows],
        probability=_spread(scored.probability, place),
        outcome=_spread(scored.outcome, place),
        given=_spread(scored.given, place),
        brier=_spread(scored.brier, place),
        share=_spread(share, place),
        best=_spread(scored.best, place),
        worst=_spread(scored.worst, place),
        log_loss=_spread(mark.log_loss, place),
        baseline_score=_spread(mark.baseline_score, place),
        peer_score=_spread(mark.peer_score, place),
        reference=_spread(mark.reference, place),
        reference_brier=_spread(mark.reference_brier, place),
        unit=_spread(measured.unit, measure),
        crps=_spread(measured.crps, measure),
        inside=_spread(measured.inside, measure),
    )


def _places(row: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """For each claim its place among the scored rows, -1 for a claim that has none."""
    place = np.full(count, -1, dtype=np.intp)
    place[row] = np.arange(row.size)
    return place


def _spread(value: NDArray[Any], place: NDArray[np.intp]) -> NDArray[Any]:
    """The values at those places, NaN (-1 for whole numbers) where the place is -1."""
    empty = np.nan if value.dtype.kind == "f" else -1
    out = np.full(place.shape, empty, dtype=value.dtype)
    found = place >= 0
    out[found] = value[place[found]]
    return out
