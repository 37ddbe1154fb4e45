"""The claims behind a scorecard: each with its words, its number in force, what happened, and its score."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from forecasts.domain.kinds import Basis, Bucket
from forecasts.domain.records import Article, CriteriaRevision, Objection, Prediction, Question, Reading, Resolution
from forecasts.domain.scorecards import CardClaim
from forecasts.scoring import Bucket as BucketCode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from forecasts.db.store import Store
    from forecasts.scoring import Scorecards
    from forecasts.services.columns import LedgerColumns

WHY_NOT = {
    Bucket.OPEN: "its question, or a condition, is open",
    Bucket.VOID: "its question is void",
    Bucket.UNTESTED: "its condition was not met",
    Bucket.LATE: "made after the close, or when the outcome could be known",
    Bucket.UNSCORABLE: "cannot be tested",
    Bucket.POSSIBILITIES: "a possibility raised, not a forecast",
    Bucket.ANNOUNCEMENTS: "announced by who controls it",
    Bucket.PROXIES: "its question is a proxy for what was said",
    Bucket.SET_ASIDE: "set aside",
    Bucket.REPEATS: "another of its claims on this question counts",
}


class ClaimReader:
    """The claims of every card of one board, by the position of their source."""

    def __init__(self, store: Store, held: LedgerColumns, cards: Scorecards) -> None:
        self._store = store
        self._held = held
        self._cards = cards
        self._brier = dict(zip(cards.scored.row.tolist(), cards.scored.brier.tolist(), strict=True))
        self._given = dict(zip(cards.scored.row.tolist(), cards.scored.given.tolist(), strict=True))

    def _read(self, positions: Sequence[int]) -> dict[int, Prediction]:
        """The predictions at these positions."""
        keys = [int(self._held.prediction_keys[position]) for position in positions]
        records = {row.slug: row for row in self._store.read("prediction", keys) if isinstance(row, Prediction)}
        self._store.names.fetch_slugs("prediction", keys)
        slugs = (self._store.names.slug("prediction", key) for key in keys)
        return {position: records[slug] for position, slug in zip(positions, slugs, strict=True)}

    @cached_property
    def _questions(self) -> dict[str, Question]:
        return {row.slug: row for row in self._store.read("question") if isinstance(row, Question)}

    @cached_property
    def _articles(self) -> dict[str, Article]:
        return {row.slug: row for row in self._store.read("article") if isinstance(row, Article)}

    @cached_property
    def _resolutions(self) -> dict[str, Resolution]:
        records = (row for row in self._store.read("resolution") if isinstance(row, Resolution))
        return {row.question: row for row in records if not row.superseded_reason}

    @cached_property
    def _revisions(self) -> tuple[CriteriaRevision, ...]:
        return tuple(row for row in self._store.read("criteria_revision") if isinstance(row, CriteriaRevision))

    @cached_property
    def _objections(self) -> tuple[Objection, ...]:
        return tuple(row for row in self._store.read("objection") if isinstance(row, Objection))

    @cached_property
    def _readings(self) -> Counter[str]:
        return Counter(row.prediction for row in self._store.read("reading") if isinstance(row, Reading))

    def claims(self, source: int) -> tuple[CardClaim, ...]:
        """Every claim on a source's card: the scored first, by day, then the others by bucket and day."""
        rows = np.flatnonzero(self._cards.claims.source == source).tolist()
        ordered = sorted(rows, key=lambda row: (int(self._cards.claims.bucket[row]), int(self._cards.claims.day[row])))
        records = self._read([int(self._cards.claims.prediction[row]) for row in ordered])
        return tuple(self._claim(row, records[int(self._cards.claims.prediction[row])]) for row in ordered)

    def revisions(self, claims: Sequence[CardClaim]) -> tuple[CriteriaRevision, ...]:
        """The clarifications of these claims' questions."""
        questions = {claim.question for claim in claims}
        return tuple(row for row in self._revisions if row.question in questions)

    def objections(self, claims: Sequence[CardClaim]) -> tuple[Objection, ...]:
        """The objections to these claims, and to the resolutions of their questions."""
        predictions, questions = {claim.prediction for claim in claims}, {claim.question for claim in claims}
        return tuple(
            row
            for row in self._objections
            if row.prediction in predictions or (row.question and row.question in questions)
        )

    def _claim(self, row: int, record: Prediction) -> CardClaim:
        position = int(self._cards.claims.prediction[row])
        question = self._questions.get(record.question)
        resolution = self._resolutions.get(record.question)
        bucket = Bucket(BucketCode(int(self._cards.claims.bucket[row])).name.lower())
        table = self._held.columns.predictions
        given = self._given.get(row)
        given_number = not np.isnan(table.probability[position])
        return CardClaim(
            bucket=bucket,
            prediction=record.slug,
            article=record.article,
            article_title=self._articles[record.article].title,
            paragraph=record.paragraph,
            made_on=record.made_on or self._articles[record.article].published_on,
            claim=record.claim,
            claim_type=record.claim_type,
            endorsement=record.endorsement,
            phrase=record.phrase,
            phrase_about=record.phrase_about,
            question=record.question,
            question_title=question.title if question else "",
            kind=question.kind if question else None,
            scenario=question.scenario if question else "",
            basis=record.basis,
            standard=record.standard,
            probability=_known(table.probability[position]),
            low=_known(table.low[position]),
            high=_known(table.high[position]),
            readings=self._readings[record.slug] if given_number and record.basis is not Basis.STATED else 0,
            probabilities=record.probabilities,
            quantiles=record.quantiles,
            outcome=_outcome(resolution),
            known_on=resolution.known_on if resolution else None,
            evidence=resolution.evidence if resolution else (),
            brier=self._brier.get(row),
            log_loss=None if given is None else float(-np.log(np.clip(given, 0.001, 0.999))),
            why_not_scored=_why_not(bucket, record),
        )


def _why_not(bucket: Bucket, record: Prediction) -> str:
    if bucket is Bucket.SCORED:
        return ""
    if bucket is Bucket.UNSCORABLE and record.unscorable:
        return f"{WHY_NOT[bucket]}: {record.unscorable}"
    if bucket is Bucket.SET_ASIDE:
        return f"{WHY_NOT[bucket]}: {_set_aside(record)}"
    return WHY_NOT[bucket]


def _set_aside(record: Prediction) -> str:
    if record.attribution.value == "ambiguous":
        return "the text leaves open whose claim it is"
    if record.fidelity.value in ("hardened", "softened", "unverified"):
        return f"what reached the article is {record.fidelity.value}"
    if record.restates:
        return f"restates {record.restates}"
    return "a presupposition, or a claim on another reading of a question"


def _outcome(resolution: Resolution | None) -> str | float | date:
    if resolution is None:
        return ""
    return f"void: {resolution.void.value}" if resolution.void else resolution.outcome


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
