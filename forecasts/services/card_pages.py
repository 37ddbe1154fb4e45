"""What is shown of a board besides figures: a scorecard with its diagrams, and the views of all sources together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.card_pages import CardPage, HeadToHead
from forecasts.domain.kinds import Bucket, QuestionKind, Side
from forecasts.domain.scorecards import PooledRow, PooledView, ReliabilityDiagram, ReliabilityPoint
from forecasts.scoring import paired_differences, reliability_curve
from forecasts.services.card_figures import pooled_of
from forecasts.services.scoreboard import FEW_CLAIMS, document_of, open_board

if TYPE_CHECKING:
    from forecasts.domain.card_claims import ReadAs
    from forecasts.domain.scorecards import Scorecard, ScoreFilters
    from forecasts.services.read_only import ReadableLedger
    from forecasts.services.scoreboard import Board


def card_page(ledger: ReadableLedger, source: str, filters: ScoreFilters) -> CardPage:
    """A source's scorecard with every claim, its diagram, and how it did against every other.

    Errors: UnknownRecordError for a source, scenario or standard.
    """
    with open_board(ledger, filters) as (snapshot, board):
        document = document_of(ledger, filters, snapshot, board, sources=(source,), with_claims=True, with_grounds=True)
        card = next((card for card in document.scorecards if card.source == source and card.predictions), None)
        position = board.position(source, snapshot)
        return CardPage(
            card=card,
            grounds=document.grounds,
            diagram=reliability_diagram(card) if card else ReliabilityDiagram(),
            rivals=_rivals(board, position),
        )


def _rivals(board: Board, position: int) -> tuple[HeadToHead, ...]:
    found = paired_differences(board.data.columns, board.cards, position)
    rows = zip(*(column.tolist() for column in found), strict=True)
    rivals = [
        HeadToHead(
            source=board.data.sources[other][0],
            name=board.data.sources[other][1],
            n=n,
            own=own,
            other=theirs,
            difference=difference,
            low=low,
            high=high,
        )
        for other, n, own, theirs, difference, low, high in rows
    ]
    return tuple(sorted(rivals, key=lambda rival: (-rival.n, rival.name.casefold(), rival.source)))


def reliability_diagram(card: Scorecard) -> ReliabilityDiagram:
    """The diagram of a card's scored forecasts of YES or NO; without points where it has none. The card has claims."""
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


def pooled_views(ledger: ReadableLedger, filters: ScoreFilters) -> tuple[PooledView, ...]:
    """The claims of all sources under these filters, by wording, claim type, lead time and scenario.

    Errors: UnknownRecordError for a scenario or standard.
    """
    with open_board(ledger, filters) as (snapshot, board):
        views = pooled_of(board.data, board.cards)
        if len(board.cards.scored) > FEW_CLAIMS:
            return views
        document = document_of(ledger, filters, snapshot, board, with_claims=True)
        return (*views, PooledView(grouping="read_as", rows=tuple(map(_pooled_words, document.read_as))))


def _pooled_words(row: ReadAs) -> PooledRow:
    return PooledRow(
        group=f"{row.words}: {row.told}",
        n=row.n,
        came_true=row.came_true,
        expected=row.said * row.n,
        brier=None,
        brier_low=None,
        brier_high=None,
    )
