"""The reliability diagram of a card: its points, and the diagram in plain characters for a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasts.domain.kinds import Bucket, QuestionKind, Side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasts.domain.scorecards import Scorecard

LEAST_WIDTH = 20
LEAST_HEIGHT = 6
_SCALE = 5
_EIGHTHS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityPoint:
    """The forecasts of one probability: how many, how many came true, and the recalibrated curve there.

    `low` and `high` are where the curve of a calibrated source with these forecasts would lie in `level` of cases.
    """

    probability: float
    count: int
    happened: int
    fitted: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityDiagram:
    """The curve, the level of its consistency band, and how many forecasts are in each tenth from 0 to 1.

    Bins are closed on the right, and the first holds 0.
    """

    points: tuple[ReliabilityPoint, ...] = ()
    level: float = 0.9
    bins: tuple[int, ...] = ()


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


def reliability_lines(diagram: ReliabilityDiagram, width: int = 46, height: int = 14) -> tuple[str, ...]:
    """The diagram as lines of at most `width` characters, of which `height` are the plot, then axis and histogram.

    ● the curve at a forecast, ░ its band, · the diagonal of calibrated forecasts. Empty without points.
    Raises ValueError where it would be too small to read.
    """
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        msg = f"a diagram of {width} by {height} cannot be read, expected at least {LEAST_WIDTH} by {LEAST_HEIGHT}"
        raise ValueError(msg)
    if not diagram.points:
        return ()
    across = width - _SCALE
    cells = [[" "] * across for _ in range(height)]

    def column(share: float) -> int:
        return round(share * (across - 1))

    def row(share: float) -> int:
        return height - 1 - round(share * (height - 1))

    for point in diagram.points:
        for at in range(row(point.high), row(point.low) + 1):
            cells[at][column(point.probability)] = "░"
    for at in range(across):
        place = cells[row(at / (across - 1))]
        place[at] = "·" if place[at] == " " else place[at]
    for point in diagram.points:
        cells[row(point.fitted)][column(point.probability)] = "●"
    marks = {row(share): f"{share * 100:>3.0f} " for share in (0.0, 0.5, 1.0)}
    plot = [f"{marks.get(at, '    ')}│{''.join(line)}".rstrip() for at, line in enumerate(cells)]
    middle, end = "50".center(across - 4), "100"
    return (*plot, f"    └{'─' * across}", f"     0{middle}{end}", *_histogram(diagram.bins, across))


def _histogram(bins: Sequence[int], across: int) -> tuple[str, ...]:
    """How many forecasts are in each bin, as one line of bars and one of numbers where these have room."""
    most, each = max(bins, default=0), max(across // max(len(bins), 1), 1)
    if most == 0:
        return ()
    bars = "".join(
        (_EIGHTHS[-(-count * 8 // most)] * (each - 1)).ljust(each) if count else " " * each for count in bins
    )
    numbers = "".join((str(count) if count else "").center(each) for count in bins)
    lines = (f"     {bars}".rstrip(), f"     {numbers}".rstrip())
    return lines if all(len(str(count)) < each for count in bins) else lines[:1]
