"""The scoreboard: every source's scorecard, derived when asked for, and the board that is on a screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts import collector
from forecasts.db.queries.home import newest_entry
from forecasts.db.scoring_rows import read_proposed
from forecasts.domain.card_pages import BoardPage
from forecasts.domain.kinds import Basis
from forecasts.domain.scorecards import Scorecard, ScorecardDocument, ScorecardFilters, ScoreFilters
from forecasts.domain.wording import by_standard
from forecasts.errors import UnknownRecordError
from forecasts.interchange.scorecard_json import document_object
from forecasts.scoring import Scorecards, scorecards
from forecasts.scoring.readings import Reread, reread
from forecasts.services.card_figures import beside_of, pooled_of, scorecards_of
from forecasts.services.column_cache import cached_columns
from forecasts.services.columns import LedgerColumns, with_phrases
from forecasts.services.read_only import ReadableLedger, Snapshot, require
from forecasts.services.receipts import ledger_receipt

if TYPE_CHECKING:
    from forecasts.domain.records import Phrase

FORMULA_VERSION = "2"
"""Changes when any figure's formula or counting rule does."""

FEW_CLAIMS = 5_000
"""Of a board with more scored claims, what takes long is on cards alone: benefit of the doubt, what words are worth."""


@dataclass(frozen=True, slots=True)
class Board:
    """The figures of every source under some filters, with the columns that they were made from, and of which moment of
    the ledger, of which more can be read.

    `unlisted` is how many predictions kept their number because the standard does not list their phrase.
    """

    snapshot: Snapshot
    today: date
    filters: ScorecardFilters
    data: LedgerColumns
    cards: Scorecards
    unlisted: int | None = None

    def position(self, source: str) -> int:
        """Where a source stands in the columns. UnknownRecordError offers the nearest."""
        for position, (slug, _, _) in enumerate(self.data.sources):
            if slug == source:
                return position
        _require_record(self.snapshot, "source", source)
        kind = "source"
        raise UnknownRecordError(kind, source)


def _require_record(snapshot: Snapshot, kind: str, slug: str) -> None:
    from forecasts.domain.records import KINDS  # a board without filters loads no records

    require(snapshot.records, KINDS[kind], slug)


@contextmanager
def open_board(ledger: ReadableLedger, filters: ScoreFilters) -> Iterator[Board]:
    """The board in one moment of the ledger."""
    with ledger.snapshot() as snapshot:
        today = ledger.today()
        data, unlisted = cached_columns(ledger.place, snapshot.reader), None
        if filters.standard:
            data = with_phrases(snapshot.reader, data)
            _require_record(snapshot, "standard", filters.standard)
            anew = reread_phrases(data, phrases_by_standard(snapshot)[filters.standard])
            data, unlisted = replace(data, columns=anew.columns), anew.unlisted.size
        if filters.scenario:
            _require_record(snapshot, "scenario", filters.scenario)
        cards = scorecards(data.columns, **choices(data, filters, today))
        yield Board(snapshot, today, used_filters(filters, today), data, cards, unlisted)


def scorecard_document(
    ledger: ReadableLedger, filters: ScoreFilters, *, with_pooled: bool = False
) -> ScorecardDocument:
    """The scorecards of every source that has predictions: ranked ones first, then the others by name.

    `with_pooled` adds the pooled views of all claims. The benefit of the doubt is there on a board of few claims. No
    claims are. Errors: UnknownRecordError for a scenario or standard.
    """
    with open_board(ledger, filters) as board:
        return document_of(board, with_pooled=with_pooled)


def document_of(
    board: Board, *, sources: tuple[str, ...] = (), with_pooled: bool = False, with_doubt: bool = False
) -> ScorecardDocument:
    """The same of a board that is open, or of these sources, of which the benefit of the doubt is there."""
    together = pooled_of(board.data, board.cards) if with_pooled else ()  # first: it takes much memory for a moment
    with collector.making_one_document():
        positions = [board.position(slug) for slug in dict.fromkeys(sources)]
        chosen = np.array(positions, dtype=np.intp) if sources else np.flatnonzero(board.cards.predictions)
        with_doubt = with_doubt or bool(sources) or len(board.cards.scored) <= FEW_CLAIMS
        doubted = chosen if with_doubt else None
        beside = beside_of(board.data, board.cards, read_proposed(board.snapshot.reader), doubted)
        found = scorecards_of(board.data, board.cards, chosen, beside)
    return ScorecardDocument(
        formula_version=FORMULA_VERSION,
        filters=board.filters,
        scorecards=in_order(found),
        unlisted=board.unlisted,
        pooled=together,
        receipt=ledger_receipt(board.snapshot.reader, board.today),
        not_its_own=board.data.not_its_own(),
    )


def in_order(cards: Iterable[Scorecard]) -> tuple[Scorecard, ...]:
    """Ranked sources first, then the others by name."""
    return tuple(sorted(cards, key=lambda card: (card.rank is None, card.rank or 0, card.name.casefold(), card.source)))


def scoreboard_object(document: ScorecardDocument) -> dict[str, Any]:
    """The document as `scores --json` prints it: the figures without what is behind them."""
    with collector.making_one_document():
        return document_object(document)


def used_filters(filters: ScoreFilters, today: date) -> ScorecardFilters:
    """What the figures are made of, as it is told with them."""
    return ScorecardFilters(
        by=filters.by,
        which=filters.which,
        wording=filters.wording,
        as_of=filters.as_of or today,
        since=filters.since,
        until=filters.until,
        scenario=filters.scenario,
        basis=filters.basis,
        standard=filters.standard,
    )


def choices(data: LedgerColumns, filters: ScoreFilters, today: date) -> dict[str, Any]:
    """The filters in the terms of a View."""
    scenario = data.scenarios.index(filters.scenario) if filters.scenario else None
    return {
        "by": filters.by.value,
        "which": filters.which.value,
        "wording": filters.wording.value,
        "since": filters.since.toordinal() if filters.since else None,
        "until": filters.until.toordinal() if filters.until else None,
        "scenario": scenario,
        "basis": Basis(filters.basis).code if filters.basis else None,
        "as_of": (filters.as_of or today).toordinal(),
    }


def phrases_by_standard(snapshot: Snapshot) -> dict[str, list[Phrase]]:
    from forecasts.domain.records import Phrase

    return by_standard(snapshot.records.all(Phrase))


def reread_phrases(data: LedgerColumns, phrases: Sequence[Phrase]) -> Reread:
    """The columns with the phrases of predictions whose number came from a standard or survey read under another."""
    from forecasts.domain.wording import find_reading

    readings = [find_reading(text, phrases) for text in data.phrases]
    missing = float("nan")
    low, point, high = (
        np.array([missing if reading is None else getattr(reading, end) for reading in readings], dtype=np.float64)
        for end in ("low", "point", "high")
    )
    return reread(data.columns, low, point, high)


TREND = 64
"""How many of a source's newest outcomes its trend is made of."""


@dataclass(frozen=True, slots=True, eq=False)
class ShownBoard:
    """A scoreboard, and the newest entry of the history that it knows of."""

    filters: ScoreFilters
    page: BoardPage
    entry: int


def show_board(ledger: ReadableLedger, filters: ScoreFilters) -> ShownBoard:
    """The scoreboard, with the newest scores of every source. Errors: as `scorecard_document`."""
    with open_board(ledger, filters) as board:
        document = document_of(board)
        page = BoardPage(document=document, trends=_trends(board))
        return ShownBoard(filters, page, newest_entry(board.snapshot.reader)[0])


def _trends(board: Board) -> dict[str, tuple[float, ...]]:
    scored = board.cards.scored
    if not len(scored):
        return {}
    day = board.data.columns.questions.known_on[scored.question]
    order = np.lexsort((scored.question, day, scored.source))
    source, brier = scored.source[order], scored.brier[order]
    starts = np.flatnonzero(np.diff(source, prepend=-1))
    ends = np.append(starts[1:], source.size)
    return {
        board.data.sources[int(source[start])][0]: tuple(brier[max(start, end - TREND) : end].tolist())
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    }
