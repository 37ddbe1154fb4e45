"""The reliability diagram of a card: its curve with its band, and the histogram of what was forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.kinds import Bucket, QuestionKind, Side
from forecasts.domain.scorecards import ReliabilityDiagram, ReliabilityPoint

if TYPE_CHECKING:
    from forecasts.domain.scorecards import Scorecard


def reliability_diagram(card: Scorecard) -> ReliabilityDiagram:
    """The diagram of a card's scored forecasts of YES or NO; without points where it has none. The card has claims."""
    from forecasts.scoring import reliability_curve

    scored = [
        (claim.probability, claim.outcome == Side.YES)
        for claim in card.claims
        if claim.bucket is Bucket.SCORED and claim.kind is QuestionKind.BINARY and claim.probability is not None
    ]
    if not scored:
        return ReliabilityDiagram()
    curve = reliability_curve([given for given, _ in scored], [int(happened) for _, happened in scored])
    columns = (curve.probability, curve.count, curve.happened, curve.recalibrated, curve.low, curve.high)
    return ReliabilityDiagram(
        points=tuple(
            ReliabilityPoint(probability=given, count=count, happened=happened, fitted=fitted, low=low, high=high)
            for given, count, happened, fitted, low, high in zip(*(column.tolist() for column in columns), strict=True)
        ),
        level=curve.level,
        bins=tuple(curve.bin_count.tolist()),
    )
