"""A card's scores in the order in which the outcomes became known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.kinds import Bucket

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from forecasts.domain.scorecards import CardClaim


def scores_by_day(claims: Iterable[CardClaim]) -> list[tuple[date, float]]:
    """The Brier score of each scored claim, by the day from which its outcome could be known."""
    found = [
        (claim.known_on.first, claim.brier)
        for claim in claims
        if claim.bucket is Bucket.SCORED and claim.brier is not None and claim.known_on
    ]
    return sorted(found)


def means_so_far(points: Sequence[tuple[date, float]]) -> list[tuple[date, float]]:
    """The mean of all scores up to and including each day; outcomes of one day make one step."""
    total, steps = 0.0, []
    for number, (day, score) in enumerate(points, start=1):
        total += score
        if number == len(points) or points[number][0] != day:
            steps.append((day, total / number))
    return steps
