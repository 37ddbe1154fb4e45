"""The claims behind a scorecard: each with its words, its number in force, what happened, and its score."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasts.db.queries.claims import (
    read_article_titles,
    read_claims,
    read_conditions,
    read_probabilities,
    read_quantiles,
    read_question_titles,
    slugs_by_key,
)
from forecasts.db.queries.filters import as_date, read_json
from forecasts.db.queries.history import read_brought_sources
from forecasts.domain.card_claims import CardClaim, Incoherence
from forecasts.domain.card_grounds import Grounds
from forecasts.domain.dates import Span
from forecasts.domain.glossary import BUCKETS, meaning
from forecasts.domain.kinds import Basis, Bucket, ClaimType, Endorsement, QuestionKind, Side
from forecasts.domain.plain_records import read_record
from forecasts.domain.records import (
    CriteriaRevision,
    Objection,
    Pack,
    Phrase,
    Prediction,
    Question,
    Reading,
    Resolution,
)
from forecasts.domain.second_reading import read_claim
from forecasts.scoring.arrays import order_by
from forecasts.scoring.cards.incoherence import contradictions
from forecasts.scoring.columns import VOCABULARIES
from forecasts.scoring.counting.classify import aside_rules, claim_keys
from forecasts.scoring.counting.view import claim_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from forecasts.db.queries.records import Records
    from forecasts.scoring import Scorecards
    from forecasts.services.columns import LedgerColumns

_SCANNED: Final = 4
"""Where more than one prediction in so many is wanted, all are read in one pass."""

_BUCKETS: Final = tuple(Bucket)
_CLAIM_TYPES: Final = {member.value: member for member in ClaimType}
_ENDORSEMENTS: Final = {member.value: member for member in Endorsement}
_SIDES: Final = {member.value: member for member in Side}
_BASES: Final = {member.value: member for member in Basis}
_KINDS: Final = {"": None, **{member.value: member for member in QuestionKind}}
_NO_QUESTION: Final = ("", "", "", "")


class ClaimReader:
    """The claims of the cards of some sources of one board, by the position of the source; all are read at once."""

    def __init__(self, records: Records, data: LedgerColumns, cards: Scorecards, sources: Sequence[int]) -> None:
        self._records = records
        self._data = data
        self._cards = cards
        claims, columns = cards.claims, data.columns
        rows = np.flatnonzero(np.isin(claims.source, sources))
        keys = claim_keys(columns, claims.prediction[rows], claim_days(columns, cards.view.by))
        order = rows[order_by(claims.source[rows], claims.bucket[rows], *keys)]
        starts = np.searchsorted(claims.source[order], np.arange(len(data.sources) + 1))
        self._rows = {source: order[starts[source] : starts[source + 1]] for source in sources}
        self._claims = self._read()

    def grounds(self, claims: Sequence[CardClaim]) -> Grounds:
        """What the pages of these claims print of their questions, of those these hang on, and of their variants."""
        place = {slug: number for number, slug in enumerate(self._data.questions)}
        table = self._data.columns.questions
        asked = {place[claim.question] for claim in claims if claim.question}
        asked |= {place[condition.question] for claim in claims for condition in claim.condition}
        asked.update(np.flatnonzero(np.isin(table.variant_of, list(asked))).tolist())
        rung = np.repeat(np.arange(len(table)), np.diff(table.implied_start))
        up, down = (np.isin(ends, list(asked)) for ends in (rung, table.implied))
        asked.update(table.implied[up].tolist(), rung[down].tolist())
        owner = np.repeat(np.arange(len(table)), np.diff(table.condition_start))
        asked.update(table.condition_question[np.isin(owner, list(asked))].tolist())
        keys = self._records.keys_of("question", [self._data.questions[number] for number in sorted(asked)])
        questions = {row.slug: row for row in self._records.all(Question, sorted(keys.values()))}
        again = [claim.prediction for claim in claims if claim.readings]
        said = self._records.all(Prediction, sorted(self._records.keys_of("prediction", again).values()))
        phrases = self._records.all(Phrase) if again else []
        resolutions = self._behind.resolutions
        brought = read_brought_sources(self._records.reader)
        read = {text: read_record(Pack, read_json(text))[0] for text in {text for _, text in brought}}
        packs = {source: pack for source, text in brought if (pack := read[text]) is not None}
        own = next((pack for pack in self._records.all(Pack) if pack not in read.values() and _says(pack)), None)
        return Grounds(
            own=own,
            packs=packs,
            read={row.slug: read_claim(row, self._behind.readings[row.slug], phrases) for row in said},
            questions=questions,
            resolutions={slug: resolutions[slug] for slug in questions if slug in resolutions},
        )

    def _read(self) -> dict[int, CardClaim]:
        """The claims by their row in the board's table of claims."""
        reader, claims = self._records.reader, self._cards.claims
        rows = np.concatenate([np.zeros(0, dtype=np.intp), *self._rows.values()])
        keys = self._data.prediction_keys[claims.prediction[rows]]
        order = np.argsort(keys, kind="stable")
        is_most = keys.size * _SCANNED > self._data.prediction_keys.size
        wanted = None if is_most else np.unique(keys).tolist()
        behind = self._behind = _ClaimContext(self._records, wanted)
        figures = zip(keys[order].tolist(), rows[order].tolist(), *self._figures(rows[order]), strict=True)
        found: dict[int, CardClaim] = {}
        of_claim = next(figures, None)
        for record in read_claims(reader, wanted):
            while of_claim is not None and of_claim[0] == record[0]:
                found[of_claim[1]] = behind.claim(record, *of_claim[2:])
                of_claim = next(figures, None)
        return found

    def _figures(self, rows: NDArray[np.int64]) -> Iterator[list[Any]]:
        """Bucket, number in force with its range, scores and ends of these rows, None where there is none; the variants
        that make the ends; a CRPS's unit.
        """
        claims, scored, measured = self._cards.claims, self._cards.scored, self._cards.measured
        table, position = self._data.columns.predictions, self._cards.claims.prediction[rows]
        yield [_BUCKETS[code] for code in claims.bucket[rows].tolist()]
        for share in (table.probability, table.low, table.high):
            yield _known(share[position])
        log_loss = -np.log(np.clip(scored.given, 0.001, 0.999))
        for row, figure in (
            *((scored.row, values) for values in (scored.brier, log_loss, scored.best, scored.worst)),
            (measured.row, measured.crps),
        ):
            of_all = np.full(len(claims), np.nan)
            of_all[row] = figure
            yield _known(of_all[rows])
        for question in (scored.best_on, scored.worst_on):
            variants = np.full(len(claims), -1)
            variants[scored.row] = np.where(question == scored.question, -1, question)
            yield ["" if place < 0 else self._data.questions[place] for place in variants[rows].tolist()]
        units = np.full(len(claims), -1)
        units[measured.row] = measured.unit
        yield [self._data.unit_name(unit) for unit in units[rows].tolist()]
        yield self._why_aside(position)

    def _why_aside(self, position: NDArray[np.int32]) -> list[str]:
        """Why each prediction is set aside, where it is."""
        table, names = self._data.columns.predictions, self._records.names
        found = np.full(position.size, "a presupposition, or a claim on another reading of a question", dtype=object)
        for rule, holds in reversed(aside_rules(self._data.columns, self._cards.view.by).items()):
            rows = np.flatnonzero(holds[position])
            if rule in VOCABULARIES:
                words = tuple(VOCABULARIES[rule])
                found[rows] = [meaning(words[code]) for code in getattr(table, rule)[position[rows]].tolist()]
            elif rule == "restates":
                earlier = self._data.prediction_keys[table.restates[position[rows]]].tolist()
                found[rows] = [f"restates {names.slug('prediction', key)}" for key in earlier]
        return list(found)

    @cached_property
    def _revisions(self) -> tuple[CriteriaRevision, ...]:
        return tuple(self._records.all(CriteriaRevision))

    @cached_property
    def _objections(self) -> tuple[Objection, ...]:
        return tuple(self._records.all(Objection))

    def claims(self, source: int) -> tuple[CardClaim, ...]:
        """Every claim on a source's card, by bucket, in the order in which the one that counts is chosen."""
        return tuple(map(self._claims.__getitem__, self._rows[source].tolist()))

    @cached_property
    def _contradictions(self) -> dict[int, list[Incoherence]]:
        found: dict[int, list[Incoherence]] = defaultdict(list)
        for one, other, option, another in contradictions(self._data.columns, self._cards.claims, tuple(self._rows)):
            first, second = self._claims[one], self._claims[other]
            if option < 0:
                told = Incoherence.on_ladder(first, second)
            else:
                names = self._data.options[int(self._data.columns.predictions.question[self._prediction(one)])]
                told = Incoherence.over_options(first, names[option], second, names[another])
            found[int(self._cards.claims.source[one])].append(told)
        return found

    def _prediction(self, row: int) -> int:
        return int(self._cards.claims.prediction[row])

    def incoherent(self, source: int) -> tuple[Incoherence, ...]:
        """What contradicts itself on a source's card."""
        return tuple(self._contradictions.get(source, ()))

    def revisions(self, claims: Sequence[CardClaim]) -> tuple[CriteriaRevision, ...]:
        """The clarifications of these claims' questions."""
        if not self._revisions:
            return ()
        questions = {claim.question for claim in claims}
        return tuple(row for row in self._revisions if row.question in questions)

    def objections(self, claims: Sequence[CardClaim]) -> tuple[Objection, ...]:
        """The objections to these claims, and to the resolutions of their questions."""
        if not self._objections:
            return ()
        predictions, questions = {claim.prediction for claim in claims}, {claim.question for claim in claims}
        return tuple(
            row
            for row in self._objections
            if row.prediction in predictions or (row.question and row.question in questions)
        )


class _ClaimContext:
    """What stands behind claims: their articles, questions and resolutions, options, quantiles and readings."""

    def __init__(self, records: Records, keys: Sequence[int] | None) -> None:
        reader = records.reader
        self._articles = read_article_titles(reader)
        self._questions = read_question_titles(reader)
        self._probabilities = read_probabilities(reader, keys)
        self._quantiles = read_quantiles(reader, keys)
        self._conditions = read_conditions(reader, keys)
        self._standards = slugs_by_key(reader, "standard")
        self._scenarios = slugs_by_key(reader, "scenario")
        self.resolutions = {row.question: row for row in records.all(Resolution) if not row.superseded_reason}
        self.readings: dict[str, list[Reading]] = defaultdict(list)
        for row in records.all(Reading):
            self.readings[row.prediction].append(row)
        self._records = records

    def claim(
        self,
        record: Sequence[Any],
        bucket: Bucket,
        probability: float | None,
        low: float | None,
        high: float | None,
        brier: float | None,
        log_loss: float | None,
        brier_best: float | None,
        brier_worst: float | None,
        crps: float | None,
        best_on: str,
        worst_on: str,
        crps_unit: str,
        aside: str,
    ) -> CardClaim:
        """A claim as it stands on a card."""
        key, question_key, article_key, standard_key, paragraph, first, last = record[:7]
        claim_type, endorsement, basis, about, unscorable, slug, phrase, claim, condition_text, note, own = record[7:]
        article, article_title, published_on = self._articles[article_key]
        question, question_title, kind, scenario = self._questions.get(question_key, _NO_QUESTION)
        resolution = self.resolutions.get(question)
        is_read = probability is not None and basis != Basis.STATED.value
        return CardClaim(
            bucket=bucket,
            prediction=slug,
            article=article,
            article_title=article_title,
            paragraph=paragraph,
            made_on=Span(as_date(first), as_date(last)) if first else published_on,
            claim=claim,
            claim_type=_CLAIM_TYPES[claim_type],
            endorsement=_ENDORSEMENTS[endorsement],
            phrase=phrase,
            phrase_about=_SIDES[about],
            question=question,
            question_title=question_title,
            kind=_KINDS[kind],
            scenario=scenario or self._scenarios.get(own, ""),
            basis=_BASES[basis],
            standard=self._standards.get(standard_key, ""),
            probability=probability,
            low=low,
            high=high,
            readings=len(self.readings.get(slug, ())) if is_read else 0,
            probabilities=self._probabilities.get(key, ()),
            quantiles=self._quantiles.get(key, ()),
            outcome=_outcome_or_void(resolution),
            known_on=resolution.known_on if resolution else None,
            evidence=resolution.evidence if resolution else (),
            brier=brier,
            log_loss=log_loss,
            crps=crps,
            crps_unit=crps_unit,
            why_not_scored=_why_not(bucket, unscorable, aside),
            brier_best=brier_best,
            brier_worst=brier_worst,
            best_on=best_on,
            worst_on=worst_on,
            condition=self._conditions.get(key, ()),
            condition_text=condition_text,
            note=note,
        )


def _why_not(bucket: Bucket, unscorable: str, aside: str) -> str:
    term = BUCKETS[bucket]
    if bucket is Bucket.SCORED:
        return ""
    if bucket is Bucket.UNSCORABLE and unscorable:
        return f"{term.short}: {unscorable}"
    return f"{term.label}: {aside}" if bucket is Bucket.SET_ASIDE else term.short


def _says(pack: Pack) -> bool:
    return bool(pack.title or pack.description or pack.selection)


def _outcome_or_void(resolution: Resolution | None) -> str | float | date:
    if resolution is None:
        return ""
    return f"void: {resolution.void.value}" if resolution.void else resolution.outcome


def _known(values: NDArray[np.float64]) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]
