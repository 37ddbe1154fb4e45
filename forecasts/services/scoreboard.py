"""The scoreboard: every source's scorecard, derived from the record when asked for."""

from __future__ import annotations

import gc
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.db.store import Store
from forecasts.domain.kinds import Basis, SourceKind
from forecasts.domain.records import Phrase
from forecasts.domain.scorecards import Carried, CrpsFigure, Scorecard, ScorecardDocument, ScorecardFilters
from forecasts.domain.wording import find_reading
from forecasts.errors import UnknownRecordError
from forecasts.scoring import REASON_TEXT, SCALED_UNIT, Reason, Scorecards, carried, scorecards
from forecasts.scoring import Basis as BasisCode
from forecasts.scoring import Bucket as BucketCode
from forecasts.scoring.reread import Reread, reread
from forecasts.services.card_claims import ClaimReader
from forecasts.services.column_cache import ColumnCache
from forecasts.services.columns import LedgerColumns, read_phrases
from forecasts.services.ledger import Ledger, require
from forecasts.services.pooled import known, pooled_of
from forecasts.services.receipts import ledger_receipt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecasts.domain.views import ScoreFilters

FORMULA_VERSION = "1"
"""Changes when any figure's formula or counting rule does."""

_FIGURES = (
    "brier",
    "brier_low",
    "brier_high",
    "brier_best",
    "brier_worst",
    "log_loss",
    "baseline_score",
    "peer_score",
    "gain",
    "skill",
    "difficulty_adjusted_brier",
    "accuracy",
    "sharpness",
    "calibration_brier",
    "miscalibration",
    "discrimination",
    "uncertainty",
    "vagueness",
    "hedging",
)
_RANKS = ("rank", "rank_low", "rank_high")
_COUNTS = (
    "possibilities_settled",
    "possibilities_realised",
    "announcements_settled",
    "announcements_kept",
    "firm",
    "firm_right",
    "clipped",
    "calibration_n",
)
REASONS = tuple(REASON_TEXT[reason] for reason in Reason)
_WHOLE_RANGE = "share of the range"
_SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Board:
    """The figures of every source under some filters, with the columns that they were made from.

    `unlisted` is how many predictions kept their number because the standard does not list their phrase.
    """

    held: LedgerColumns
    cards: Scorecards
    unlisted: int | None

    def position(self, source: str, store: Store) -> int:
        """Where a source stands in the columns. UnknownRecordError offers the nearest."""
        for position, (slug, _, _) in enumerate(self.held.sources):
            if slug == source:
                return position
        require(store, "source", source)
        kind = "source"
        raise UnknownRecordError(kind, source)


@contextmanager
def open_board(ledger: Ledger, filters: ScoreFilters) -> Iterator[tuple[Store, Board]]:
    """The board in one moment of the ledger, and the store that reads more of that moment."""
    cache = ColumnCache(ledger)
    with ledger.read() as connection:
        store = Store(connection)
        held, unlisted = cache.read(connection), None
        if filters.standard:
            held = read_phrases(connection, held)
            anew = _reread(held, _phrases(store, filters.standard))
            held, unlisted = replace(held, columns=anew.columns), anew.unlisted.size
        yield store, Board(held, scorecards(held.columns, **_choices(held, filters, ledger, store)), unlisted)


def scorecard_document(
    ledger: Ledger,
    filters: ScoreFilters,
    *,
    sources: tuple[str, ...] = (),
    with_claims: bool = False,
    with_pooled: bool = False,
) -> ScorecardDocument:
    """The scorecards of every source that has predictions (or of these): ranked ones first, then the others by name.

    `with_pooled` adds the pooled views of all claims, `with_claims` also every claim behind the figures.
    Errors: UnknownRecordError for a source, scenario or standard.
    """
    with open_board(ledger, filters) as (store, board):
        return document_of(
            ledger, filters, store, board, sources=sources, with_claims=with_claims, with_pooled=with_pooled
        )


def document_of(
    ledger: Ledger,
    filters: ScoreFilters,
    store: Store,
    board: Board,
    *,
    sources: tuple[str, ...] = (),
    with_claims: bool = False,
    with_pooled: bool = False,
) -> ScorecardDocument:
    """The same of a board that is open, so that what else is read of the ledger is of the same moment."""
    with _without_collector():
        positions = [board.position(slug, store) for slug in dict.fromkeys(sources)]
        chosen: list[int] = positions if sources else np.flatnonzero(board.cards.predictions).tolist()
        reader = ClaimReader(store, board.held, board.cards, chosen) if with_claims else None
        figures = _Figures(board)
        found = [figures.scorecard(position, reader) for position in chosen]
    ordered = sorted(found, key=lambda card: (card.rank is None, card.rank or 0, card.name.casefold(), card.source))
    return ScorecardDocument(
        formula_version=FORMULA_VERSION,
        filters=used_filters(ledger, filters),
        scorecards=tuple(ordered),
        unlisted=board.unlisted,
        pooled=pooled_of(board.held, board.cards) if with_claims or with_pooled else (),
        receipt=ledger_receipt(store.connection, ledger.today()),
    )


@contextmanager
def _without_collector() -> Iterator[None]:
    """Without searches for circles among the many small objects that are made here, none of which is part of one."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def used_filters(ledger: Ledger, filters: ScoreFilters) -> ScorecardFilters:
    """What the figures are made of, as it is told with them."""
    return ScorecardFilters(
        by=filters.by,
        which=filters.which,
        wording=filters.wording,
        as_of=filters.as_of or ledger.today(),
        since=filters.since,
        until=filters.until,
        scenario=filters.scenario,
        basis=Basis(filters.basis) if filters.basis else None,
        standard=filters.standard,
    )


def _choices(held: LedgerColumns, filters: ScoreFilters, ledger: Ledger, store: Store) -> dict[str, Any]:
    scenario = None
    if filters.scenario:
        require(store, "scenario", filters.scenario)
        scenario = held.scenarios.index(filters.scenario)
    return {
        "by": filters.by.value,
        "which": filters.which.value,
        "wording": filters.wording.value,
        "since": filters.since.toordinal() if filters.since else None,
        "until": filters.until.toordinal() if filters.until else None,
        "scenario": scenario,
        "basis": BasisCode[filters.basis.upper()].value if filters.basis else None,
        "as_of": (filters.as_of or ledger.today()).toordinal(),
    }


def _phrases(store: Store, standard: str) -> list[Phrase]:
    require(store, "standard", standard)
    return [row for row in store.read("phrase") if isinstance(row, Phrase) and row.standard == standard]


def _reread(held: LedgerColumns, phrases: Sequence[Phrase]) -> Reread:
    """The columns with the phrases of predictions whose number came from a standard or survey read under another."""
    readings = [find_reading(text, phrases) for text in held.phrases]
    missing = float("nan")
    low, point, high = (
        np.array([missing if reading is None else getattr(reading, end) for reading in readings], dtype=np.float64)
        for end in ("low", "point", "high")
    )
    return reread(held.columns, low, point, high)


class _Figures:
    """The figures of every source as plain lists: taken out of the arrays once, not once for each source."""

    def __init__(self, board: Board) -> None:
        held, cards = board.held, board.cards
        self._held = held
        self._cards = cards
        is_outlet = cards.view.by == "outlet"
        self._carried = carried(held.columns, cards.view) if is_outlet else None
        figures = {figure: getattr(cards, figure).tolist() for figure in _FIGURES}
        ranks = {figure: getattr(cards, figure).tolist() for figure in _RANKS}
        self._figures: dict[str, list[Any]] = {
            **{name: [None if value != value else value for value in values] for name, values in figures.items()},
            **{name: [value or None for value in values] for name, values in ranks.items()},
        }
        self._reasons = {figure: cards.reason(figure).tolist() for figure in self._figures}
        self._others: dict[str, list[Any]] = {
            **{bucket.name.lower(): cards.buckets[:, bucket].tolist() for bucket in BucketCode},
            **{count: getattr(cards, count).tolist() for count in (*_COUNTS, "predictions", "enough")},
            "anonymous": held.columns.sources.anonymous.tolist(),
            "component": [component or None for component in cards.component.tolist()],
            "hindsight_questions": cards.hindsight.questions.tolist(),
            "hindsight_predictions": cards.hindsight.predictions.tolist(),
        }
        self._crps: dict[int, list[int]] = defaultdict(list)
        for row, source in enumerate(cards.crps.source.tolist()):
            self._crps[source].append(row)

    def scorecard(self, position: int, reader: ClaimReader | None) -> Scorecard:
        """The scorecard of the source at a position, with its claims where a reader is given."""
        held, cards = self._held, self._cards
        slug, name, kind = held.sources[position]
        figures: dict[str, Any] = {figure: values[position] for figure, values in self._figures.items()}
        others: dict[str, Any] = {name: values[position] for name, values in self._others.items()}
        reference = int(cards.reference[position])
        claims = reader.claims(position) if reader else ()
        return Scorecard(
            source=slug,
            name=name,
            kind=SourceKind(kind),
            reference=held.references[reference] if reference >= 0 else _SEVERAL if reference < -1 else None,
            crps=tuple(self._crps_figure(row) for row in self._crps.get(position, ())),
            why_not_ranked=cards.why_not_ranked(position) or "",
            reasons={
                figure: REASONS[self._reasons[figure][position]] for figure, value in figures.items() if value is None
            },
            carried=self._carried_figures(position),
            claims=claims,
            revisions=reader.revisions(claims) if reader else (),
            objections=reader.objections(claims) if reader else (),
            **others,
            **figures,
        )

    def _carried_figures(self, position: int) -> Carried | None:
        if self._carried is None:
            return None
        return Carried(
            relayed=int(self._carried.relayed_n[position]),
            relayed_brier=known(self._carried.relayed_brier[position]),
            disputed=int(self._carried.disputed_n[position]),
            disputed_brier=known(self._carried.disputed_brier[position]),
        )

    def _crps_figure(self, row: int) -> CrpsFigure:
        table = self._cards.crps
        unit = int(table.unit[row])
        return CrpsFigure(
            unit=_WHOLE_RANGE if unit == SCALED_UNIT else self._held.units[unit],
            n=int(table.n[row]),
            mean=float(table.mean[row]),
            coverage=known(float(table.coverage[row])),
        )
