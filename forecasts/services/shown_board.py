"""The scoreboard as it is shown, and what a resolution changes of it, told before everybody is scored anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecasts.db.queries.home import newest_entry
from forecasts.domain.card_pages import BoardPage
from forecasts.domain.score_filters import ScoreFilters
from forecasts.domain.scorecards import SourceFigures
from forecasts.errors import UnknownRecordError
from forecasts.scoring import rescore
from forecasts.services.columns import nan_to_none, with_resolution
from forecasts.services.scoreboard import Board, document_of, open_board

if TYPE_CHECKING:
    from forecasts.db.reader import SqlReader
    from forecasts.domain.scorecards import Scorecard
    from forecasts.services.read_only import ReadableLedger

TREND = 64
"""How many of a source's newest outcomes its trend is made of."""

_OF_A_RESOLUTION = frozenset({"resolution", "reminder"})
"""The kinds of records that resolving a question, taking that back and undoing either change."""


@dataclass(frozen=True, slots=True, eq=False)
class ShownBoard:
    """A scoreboard, the arrays that it was made from, and the newest entry of the history that it knows of."""

    filters: ScoreFilters
    page: BoardPage
    board: Board
    entry: int


def show_board(ledger: ReadableLedger, filters: ScoreFilters) -> ShownBoard:
    """The scoreboard, with the newest scores of every source. Errors: as `scorecard_document`."""
    with open_board(ledger, filters) as (snapshot, board):
        page = BoardPage(document=document_of(ledger, filters, snapshot, board), trends=_trends(board))
        return ShownBoard(filters, page, board, newest_entry(snapshot.reader)[0])


def rescored_page(ledger: ReadableLedger, shown: ShownBoard) -> BoardPage | None:
    """The page with n, Brier and peer score of those on the question anew that alone was resolved or reopened since.

    Their intervals are left out, which follow from a new board as ranks do. None where anything else was changed since,
    or nothing.
    """
    with ledger.snapshot() as snapshot:
        question = _resolved_since(snapshot.reader, shown.entry)
        if question not in shown.board.held.questions:
            return None
        found = {row.source: row for row in rescore_question(snapshot.reader, shown.board, question)}
    document = shown.page.document
    cards = tuple(_rescored(card, found[card.source]) if card.source in found else card for card in document.scorecards)
    return replace(shown.page, document=replace(document, scorecards=cards))


def rescore_question(reader: SqlReader, board: Board, question: str) -> tuple[SourceFigures, ...]:
    """The own figures of everybody whom a changed resolution can have moved, by name, from a board made before it.

    The ledger may differ from the board in this question's resolution only. What compares a source with all (ranks,
    difficulty) and the peer scores of other sources follow from a new board.
    Errors: UnknownRecordError for a question that the board does not have.
    """
    if question not in board.held.questions:
        kind = "question"
        raise UnknownRecordError(kind, question)
    position = board.held.questions.index(question)
    held = with_resolution(reader, board.held, position)
    found = rescore(held.columns, board.cards, position)
    figures = zip(
        found.source.tolist(),
        found.brier_n.tolist(),
        (found.brier_n - board.cards.brier_n[found.source]).tolist(),
        found.brier.tolist(),
        found.peer_n.tolist(),
        found.peer_score.tolist(),
        strict=True,
    )
    rescored = (
        SourceFigures(
            source=held.sources[source][0],
            name=held.sources[source][1],
            scored=n,
            more=more,
            brier=nan_to_none(brier),
            shared=shared,
            peer_score=nan_to_none(peer),
        )
        for source, n, more, brier, shared, peer in figures
    )
    return tuple(sorted(rescored, key=lambda row: (row.name, row.source)))


def _resolved_since(reader: SqlReader, entry: int) -> str:
    """The only question whose resolution is all that changed after an entry; empty where there is no such."""
    changed = reader.rows("SELECT DISTINCT kind, name FROM history_change WHERE entry_id > ? LIMIT 100", [entry])
    questions = {str(name).split(" / ", 1)[0] for _, name in changed}
    is_resolution = {str(kind) for kind, _ in changed} <= _OF_A_RESOLUTION
    return questions.pop() if is_resolution and len(questions) == 1 else ""


def _rescored(card: Scorecard, figures: SourceFigures) -> Scorecard:
    return replace(
        card,
        brier=figures.brier,
        scored=card.scored + figures.more,
        peer_score=figures.peer_score,
        brier_low=None,
        brier_high=None,
        brier_best=None,
        brier_worst=None,
    )


def _trends(board: Board) -> dict[str, tuple[float, ...]]:
    scored = board.cards.scored
    if not len(scored):
        return {}
    day = board.held.columns.questions.known_on[scored.question]
    order = np.lexsort((scored.question, day, scored.source))
    source, brier = scored.source[order], scored.brier[order]
    starts = np.flatnonzero(np.diff(source, prepend=-1))
    ends = np.append(starts[1:], source.size)
    return {
        board.held.sources[int(source[start])][0]: tuple(brier[max(start, end - TREND) : end].tolist())
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    }
