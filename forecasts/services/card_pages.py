"""The scorecard with what is drawn of it: one board, one moment of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasts.domain.card_pages import CardPage, HeadToHead, Storylines
from forecasts.domain.scorecards import ReliabilityDiagram
from forecasts.scoring import cluster_bootstrap_interval, paired_differences
from forecasts.services.pooled import known
from forecasts.services.reliability import reliability_diagram
from forecasts.services.scoreboard import document_of, open_board

if TYPE_CHECKING:
    from forecasts.domain.score_filters import ScoreFilters
    from forecasts.services.ledger import Ledger
    from forecasts.services.scoreboard import Board


def card_page(ledger: Ledger, source: str, filters: ScoreFilters) -> CardPage:
    """A source's scorecard with every claim, its diagram, its storylines, and how it did against every other.

    Errors: UnknownRecordError for a source, scenario or standard.
    """
    with open_board(ledger, filters) as (snapshot, board):
        document = document_of(ledger, filters, snapshot, board, sources=(source,), with_claims=True)
        card = next((card for card in document.scorecards if card.source == source and card.predictions), None)
        position = board.position(source, snapshot)
        return CardPage(
            card=card,
            diagram=reliability_diagram(card) if card else ReliabilityDiagram(),
            storylines=_storylines(board, position),
            rivals=_rivals(board, position),
        )


def _storylines(board: Board, position: int) -> Storylines:
    scored = board.cards.scored
    rows = np.flatnonzero(scored.source == position)
    if not rows.size:
        return Storylines()
    scenario = board.held.columns.questions.scenario[scored.question[rows]]
    alone = len(board.held.scenarios) + np.arange(rows.size)  # a question without a scenario counts as its own
    found = cluster_bootstrap_interval(scored.brier[rows], np.where(scenario >= 0, scenario, alone))
    return Storylines(count=found.clusters, low=known(found.low), high=known(found.high))


def _rivals(board: Board, position: int) -> tuple[HeadToHead, ...]:
    found = paired_differences(board.cards, position)
    rows = zip(*(column.tolist() for column in found), strict=True)
    rivals = [
        HeadToHead(
            source=board.held.sources[other][0],
            name=board.held.sources[other][1],
            n=n,
            own=own,
            other=theirs,
            difference=difference,
            low=known(low),
            high=known(high),
        )
        for other, n, own, theirs, difference, low, high in rows
    ]
    return tuple(sorted(rivals, key=lambda rival: (-rival.n, rival.name.casefold(), rival.source)))
