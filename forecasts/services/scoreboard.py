"""The scoreboard: every source's scorecard, derived from the record when asked for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.db.store import Store
from forecasts.domain.kinds import Basis, SourceKind
from forecasts.domain.records import Phrase
from forecasts.domain.scorecards import CrpsFigure, Scorecard, ScorecardDocument, ScorecardFilters
from forecasts.domain.wording import find_reading
from forecasts.errors import UnknownRecordError
from forecasts.scoring import REASON_TEXT, SCALED_UNIT, Reason, Scorecards, scorecards
from forecasts.scoring import Basis as BasisCode
from forecasts.scoring import Bucket as BucketCode
from forecasts.scoring.reread import reread
from forecasts.services.card_claims import ClaimReader
from forecasts.services.columns import LedgerColumns, read_columns
from forecasts.services.ledger import Ledger, require

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasts.domain.views import ScoreFilters
    from forecasts.scoring import Columns

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
_COUNTS = ("possibilities_realised", "announcements_kept", "clipped", "calibration_n")
_WHOLE_RANGE = "share of the range"
_SEVERAL = "several"


def scorecard_document(
    ledger: Ledger, filters: ScoreFilters, *, sources: tuple[str, ...] = (), with_claims: bool = False
) -> ScorecardDocument:
    """The scorecards of every source that has predictions (or of these): ranked ones first, then the others by name.

    `with_claims` adds every claim behind the figures. Errors: UnknownRecordError for a source, scenario or standard.
    """
    with ledger.read() as connection:
        store = Store(connection)
        held = read_columns(connection, with_phrases=bool(filters.standard))
        if filters.standard:
            held = replace(held, columns=_reread(held, _phrases(store, filters.standard)))
        cards = scorecards(held.columns, **_choices(held, filters, ledger, store))
        chosen = _chosen(held, cards, sources, store)
        reader = ClaimReader(store, held, cards) if with_claims else None
        board = _Board(held, cards)
        found = [board.scorecard(position, reader) for position in chosen]
    used = ScorecardFilters(
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
    ordered = sorted(found, key=lambda card: (card.rank is None, card.rank or 0, card.name.casefold(), card.source))
    return ScorecardDocument(formula_version=FORMULA_VERSION, filters=used, scorecards=tuple(ordered))


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


def _reread(held: LedgerColumns, phrases: Sequence[Phrase]) -> Columns:
    """The columns with the phrases of predictions whose number came from a standard or survey read under another."""
    readings = [find_reading(text, phrases) for text in held.phrases]
    missing = float("nan")
    low, point, high = (
        np.array([missing if reading is None else getattr(reading, end) for reading in readings], dtype=np.float64)
        for end in ("low", "point", "high")
    )
    return reread(held.columns, low, point, high).columns


def _chosen(held: LedgerColumns, cards: Scorecards, sources: tuple[str, ...], store: Store) -> list[int]:
    if not sources:
        found: list[int] = np.flatnonzero(cards.predictions).tolist()
        return found
    positions = {slug: position for position, (slug, _, _) in enumerate(held.sources)}
    for slug in sources:
        if slug not in positions:
            require(store, "source", slug)
            msg = "source"
            raise UnknownRecordError(msg, slug)
    return [positions[slug] for slug in dict.fromkeys(sources)]


class _Board:
    """The figures of every source as plain lists: taken out of the arrays once, not once for each source."""

    def __init__(self, held: LedgerColumns, cards: Scorecards) -> None:
        self._held = held
        self._cards = cards
        self._figures = {figure: getattr(cards, figure).tolist() for figure in _FIGURES}
        self._ranks = {figure: getattr(cards, figure).tolist() for figure in _RANKS}
        self._reasons = {figure: cards.reason(figure).tolist() for figure in (*_FIGURES, *_RANKS)}
        self._counts = {count: getattr(cards, count).tolist() for count in _COUNTS}
        self._buckets = {bucket.name.lower(): cards.buckets[:, bucket].tolist() for bucket in BucketCode}
        self._predictions = cards.predictions.tolist()
        self._crps: dict[int, list[int]] = defaultdict(list)
        for row, source in enumerate(cards.crps.source.tolist()):
            self._crps[source].append(row)

    def scorecard(self, position: int, reader: ClaimReader | None) -> Scorecard:
        """The scorecard of the source at a position, with its claims where a reader is given."""
        held, cards = self._held, self._cards
        slug, name, kind = held.sources[position]
        figures = {figure: _known(values[position]) for figure, values in self._figures.items()}
        ranks = {figure: values[position] or None for figure, values in self._ranks.items()}
        missing = [figure for figure, value in (*figures.items(), *ranks.items()) if value is None]
        reference = int(cards.reference[position])
        claims = reader.claims(position) if reader else ()
        parts: dict[str, Any] = {
            **{bucket: counts[position] for bucket, counts in self._buckets.items()},
            **{count: values[position] for count, values in self._counts.items()},
            **figures,
            **ranks,
        }
        return Scorecard(
            source=slug,
            name=name,
            kind=SourceKind(kind),
            anonymous=bool(held.columns.sources.anonymous[position]),
            predictions=self._predictions[position],
            component=int(cards.component[position]) or None,
            reference=held.references[reference] if reference >= 0 else _SEVERAL if reference < -1 else None,
            crps=tuple(self._crps_figure(row) for row in self._crps.get(position, ())),
            enough=bool(cards.enough[position]),
            why_not_ranked=cards.why_not_ranked(position) or "",
            hindsight_questions=int(cards.hindsight.questions[position]),
            hindsight_predictions=int(cards.hindsight.predictions[position]),
            reasons={figure: REASON_TEXT[Reason(self._reasons[figure][position])] for figure in missing},
            claims=claims,
            revisions=reader.revisions(claims) if reader else (),
            objections=reader.objections(claims) if reader else (),
            **parts,
        )

    def _crps_figure(self, row: int) -> CrpsFigure:
        table = self._cards.crps
        unit = int(table.unit[row])
        return CrpsFigure(
            unit=_WHOLE_RANGE if unit == SCALED_UNIT else self._held.units[unit],
            n=int(table.n[row]),
            mean=float(table.mean[row]),
            coverage=_known(float(table.coverage[row])),
        )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
