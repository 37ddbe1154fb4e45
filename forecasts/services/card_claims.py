"""The claims behind scorecards: each with its words, its number in force, what happened, and its score."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from forecasts.db.queries import prediction_rows as rows_of
from forecasts.db.queries.filters import read_json
from forecasts.db.queries.history import read_brought_sources
from forecasts.db.queries.prediction_rows import CLAIM_COLUMNS
from forecasts.db.queries.records import Records
from forecasts.domain.card_claims import PARTS, CardClaim, CardClaims, Incoherence, favourite
from forecasts.domain.card_grounds import Grounds
from forecasts.domain.dates import Span
from forecasts.domain.glossary import BUCKETS, meaning
from forecasts.domain.kinds import Basis, Bucket, ClaimType, Endorsement, QuestionKind, Side
from forecasts.domain.marks import Mark
from forecasts.domain.plain_records import read_record
from forecasts.domain.records import (
    Article,
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
from forecasts.scoring import Scorecards
from forecasts.scoring.arrays import order_by
from forecasts.scoring.cards.incoherence import contradictions
from forecasts.scoring.columns import VOCABULARIES
from forecasts.scoring.counting.classify import aside_rules, claim_keys
from forecasts.scoring.counting.view import claim_days
from forecasts.services.columns import LedgerColumns, nans_to_none

Rows = NDArray[np.int64]


_BUCKETS: Final = tuple(Bucket)
_BASES: Final = tuple(Basis)
_KINDS: Final = {member.value: member for member in QuestionKind}
_NOT_KNOWN: Final = ("", None)
_DAY_BITS: Final = 32
_CODES: Final = ("question", "paragraph", "claim_type", "endorsement", "about_no", "basis")


def _bucket(code: int) -> tuple[Bucket]:
    return (_BUCKETS[code],)


def _paragraph(number: int) -> tuple[int | None]:
    return (number or None,)


def _made_on(days: int) -> tuple[Span]:
    return (Span(*map(date.fromordinal, (days >> _DAY_BITS, days & (1 << _DAY_BITS) - 1))),)


def _coded_words(coded: tuple[int, int, str, bool]) -> tuple[Any, ...]:
    claim_type, endorsement, phrase, about_no = coded
    side = Side.NO if about_no else Side.YES
    return tuple(ClaimType)[claim_type], tuple(Endorsement)[endorsement], phrase, side


def _score_fields(key: str | tuple[Any, ...]) -> tuple[Any, ...]:
    """Of why there are none, or as they are."""
    return (None, None, None, "", key, None, None, "", "") if isinstance(key, str) else key


class ClaimReader:
    """The claims of the cards of one board, by the position of their source; those of some sources are read at once."""

    def __init__(self, records: Records, data: LedgerColumns, cards: Scorecards) -> None:
        self._records = records
        self.values: tuple[Callable[[Any], tuple[Any, ...]], ...] = (
            *(_bucket, tuple, lambda key: self._articles[key], _paragraph, _made_on, tuple, _coded_words),
            *(self._asked, tuple, lambda code: self._questions[2][code], _score_fields, tuple),
        )
        self.turn_to(data, cards)

    def turn_to(self, data: LedgerColumns, cards: Scorecards) -> None:
        """Read the claims of another board of the same record; what was read of that is not read again."""
        self.__dict__.pop("_aside_rules", None)
        self._data = data
        self._cards = cards
        self._day = claim_days(data.columns, cards.view.by)
        self._order = np.argsort(cards.claims.source, kind="stable").astype(np.int32)
        self._starts = np.searchsorted(cards.claims.source[self._order], np.arange(len(data.sources) + 1))
        self._scored, self._measured = np.full((2, len(cards.claims)), -1, dtype=np.int32)
        self._scored[cards.scored.row] = np.arange(len(cards.scored))
        self._measured[cards.measured.row] = np.arange(len(cards.measured))

    def claims(self, sources: Sequence[int], most: int) -> Iterator[CardClaims]:
        """Every claim on each source's card, by bucket, in the order in which the one that counts is chosen.

        Claims of one source after another are read together until there are `most`, and then given.
        """
        size = np.diff(self._starts)[np.array(sources, dtype=np.intp)]
        batch = np.cumsum(size) // most
        for of_batch in np.split(np.arange(size.size), np.flatnonzero(np.diff(batch)) + 1):
            rows = [self._order[slice(*self._starts[sources[at] : sources[at] + 2])] for at in of_batch.tolist()]
            parts, start = self._read(self._sorted(rows)), 0
            for one in rows:
                yield CardClaims([part[start : start + one.size] for part in parts], self.values)
                start += one.size

    def marks(self, source: int, claims: Sequence[CardClaim]) -> dict[str, Mark]:
        """How each of a source's claims turned out, all of them given in their order."""
        measured = self._measured[self._sorted([self._order[slice(*self._starts[source : source + 2])]])]
        at, of_measured = _those_with(measured)
        inside = np.full(measured.size, np.nan)
        inside[at] = self._cards.measured.inside[of_measured]
        return {
            claim.prediction: Mark(
                claim.probability,
                claim.low,
                claim.high,
                claim.bucket,
                is_inside if claim.brier is None else favourite(claim)[1],
            )
            for claim, is_inside in zip(claims, nans_to_none(inside), strict=True)
        }

    def count(self, sources: Sequence[int]) -> int:
        """How many different predictions are on these sources' cards."""
        on_card, claims = np.zeros(len(self._data.sources), dtype=np.bool_), self._cards.claims
        on_card[np.array(sources, dtype=np.intp)] = True
        found = np.zeros(self._data.prediction_keys.size, dtype=np.bool_)
        found[claims.prediction[on_card[claims.source]]] = True
        return int(np.count_nonzero(found))

    def _sorted(self, of_sources: Sequence[NDArray[np.int32]]) -> Rows:
        rows = np.concatenate([np.zeros(0, dtype=np.int64), *of_sources])
        place = np.repeat(np.arange(len(of_sources)), [one.size for one in of_sources])
        keys = claim_keys(self._data.columns, self._cards.claims.prediction[rows], self._day)
        return rows[order_by(place, self._cards.claims.bucket[rows], *keys)]

    def _read(self, rows: Rows) -> list[Sequence[Any]]:
        """The claims in these rows of the board's table of claims, by PARTS: texts, and keys of `self.values`."""
        if not rows.size:
            return [()] * len(PARTS)
        table, bucket = self._data.columns.predictions, self._cards.claims.bucket[rows]
        position = self._cards.claims.prediction[rows]
        keys = self._data.prediction_keys[position]
        listed, place = np.unique(keys, return_inverse=True)
        read = rows_of.read_claims(self._records.reader, listed.tolist())
        stored = dict(zip(CLAIM_COLUMNS, zip(*map(read.__getitem__, place.tolist()), strict=True), strict=True))
        codes = {name: getattr(table, name)[position].tolist() for name in _CODES}
        numbers = [nans_to_none(getattr(table, name)[position]) for name in ("probability", "low", "high")]
        basis = [_BASES[code] for code in codes["basis"]]
        standards = [self._standards[key] if key else "" for key in stored["standard_id"]]
        readings = self._readings_of(stored["slug"], basis, numbers[0])
        probabilities, quantiles, conditions = self._children(listed.tolist(), keys.tolist())
        asked = [
            self._scenarios[scenario] if scenario and at < 0 else at
            for at, scenario in zip(codes["question"], stored["scenario_id"], strict=True)
        ]
        said = (codes["claim_type"], codes["endorsement"], stored["phrase"], codes["about_no"])
        return [
            bucket.tolist(),
            stored["slug"],
            stored["article_id"],
            codes["paragraph"],
            (table.made_first[position].astype(np.int64) << _DAY_BITS | table.made_last[position]).tolist(),
            stored["claim"],
            list(zip(*said, strict=True)),
            asked,
            list(zip(basis, standards, *numbers, readings, probabilities, quantiles, strict=True)),
            self._questions[1][codes["question"]].tolist(),
            self._scored_or_not(rows, self._why_not(bucket, position, stored["unscorable"])),
            list(zip(conditions, stored["condition_text"], stored["note"], strict=True)),
        ]

    def _scored_or_not(self, rows: Rows, why_not: list[str]) -> list[Any]:
        """Of each row why it has no score, or its scores and ends, and the variants that make the ends."""
        scored, measured, names = self._cards.scored, self._cards.measured, self._data.questions
        found: list[Any] = why_not
        at, of_scored = _those_with(self._scored[rows])
        log_loss = -np.log(np.clip(scored.given[of_scored], 0.001, 0.999))
        figures = (scored.brier[of_scored], log_loss, scored.best[of_scored], scored.worst[of_scored])
        own = scored.question[of_scored]
        on = (np.where(end[of_scored] == own, -1, end[of_scored]).tolist() for end in (scored.best_on, scored.worst_on))
        for row, brier, loss, best, worst, best_on, worst_on in zip(
            at.tolist(), *map(nans_to_none, figures), *on, strict=True
        ):
            ends = (names[best_on] if best_on >= 0 else "", names[worst_on] if worst_on >= 0 else "")
            found[row] = (brier, loss, None, "", "", best, worst, *ends)
        at, of_measured = _those_with(self._measured[rows])
        rest = (measured.crps[of_measured].tolist(), measured.unit[of_measured].tolist())
        for row, value, unit in zip(at.tolist(), *rest, strict=True):
            found[row] = (None, None, value, self._data.unit_name(unit), "", None, None, "", "")
        return found

    def _asked(self, at: int | str) -> tuple[Any, ...]:
        """What is said of a question, or of a claim without one, which can have a scenario of its own."""
        return ("", "", None, at) if isinstance(at, str) else self._questions[0][at]

    def _children(self, listed: Sequence[int], of_rows: Sequence[int]) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Probabilities, quantiles and conditions of each row."""
        for read in (rows_of.read_probabilities, rows_of.read_quantiles, rows_of.read_conditions):
            items: Mapping[int, tuple[Any, ...]] = read(self._records.reader, listed)
            yield [items.get(key, ()) for key in of_rows] if items else [()] * len(of_rows)

    def _readings_of(
        self, slugs: Sequence[str], basis: Sequence[Basis], numbers: Sequence[float | None]
    ) -> Sequence[int]:
        if not self._readings:
            return [0] * len(slugs)
        read = zip(slugs, basis, numbers, strict=True)
        return [
            len(self._readings.get(slug, ())) if number is not None and basis is not Basis.STATED else 0
            for slug, basis, number in read
        ]

    def _why_not(self, bucket: NDArray[np.int8], position: NDArray[np.int32], unscorable: Sequence[str]) -> list[str]:
        """Why each claim is not scored; empty where it is."""
        found = [_SHORT[code] for code in bucket.tolist()]
        for at in np.flatnonzero(bucket == Bucket.UNSCORABLE.code).tolist():
            if unscorable[at]:
                found[at] += f": {unscorable[at]}"
        aside = np.flatnonzero(bucket == Bucket.SET_ASIDE.code)
        for at, why in zip(aside.tolist(), self._why_aside(position[aside]), strict=True):
            found[at] = f"{BUCKETS[Bucket.SET_ASIDE].label}: {why}"
        return found

    def _why_aside(self, position: NDArray[np.int32]) -> list[str]:
        table = self._data.columns.predictions
        found = np.full(position.size, "a presupposition, or a claim on another reading of a question", dtype=object)
        for rule, holds in reversed(self._aside_rules.items()):
            rows = np.flatnonzero(holds[position])
            if rule in VOCABULARIES:
                words = tuple(VOCABULARIES[rule])
                found[rows] = [meaning(words[code]) for code in getattr(table, rule)[position[rows]].tolist()]
            elif rule == "restates":
                keys = self._data.prediction_keys[position[rows]].tolist()
                earlier = rows_of.read_restated(self._records.reader, keys)
                found[rows] = [f"restates {earlier[key]}" for key in keys]
        return list(found)

    @cached_property
    def _aside_rules(self) -> dict[str, NDArray[np.bool_]]:
        return aside_rules(self._data.columns, self._cards.view.by)

    @cached_property
    def _articles(self) -> dict[int, tuple[str, str]]:
        return {key: (slug, title) for key, slug, title in rows_of.read_article_titles(self._records.reader)}

    @cached_property
    def _questions(self) -> tuple[list[tuple[Any, ...]], NDArray[np.int64], list[tuple[Any, ...]]]:
        """What each question is, by its position, and last for none; a code of what happened there; that, by code."""
        reader = self._records.reader
        outcomes, evidenced = rows_of.read_outcomes(reader), rows_of.read_evidenced(reader)
        evidence = {row.question: row.evidence for row in self._records.all(Resolution, evidenced)} if evidenced else {}
        found = {key: asked for key, *asked in rows_of.read_question_titles(reader)}
        asked, happened = [], []
        codes: dict[tuple[Any, ...], int] = {}
        for key in self._data.question_keys.tolist():
            slug, title, kind, scenario = found[key]
            asked.append((slug, title, _KINDS[kind], scenario))
            outcome = (*outcomes.get(key, _NOT_KNOWN), evidence.get(slug, ()))
            happened.append(codes.setdefault(outcome, len(codes)))
        happened.append(codes.setdefault((*_NOT_KNOWN, ()), len(codes)))
        return [*asked, ("", "", None, "")], np.array(happened, dtype=np.int64), list(codes)

    @cached_property
    def _standards(self) -> dict[int | None, str]:
        return rows_of.slugs_by_key(self._records.reader, "standard")

    @cached_property
    def _scenarios(self) -> dict[int | None, str]:
        return rows_of.slugs_by_key(self._records.reader, "scenario")

    @cached_property
    def _readings(self) -> dict[str, list[Reading]]:
        found: dict[str, list[Reading]] = defaultdict(list)
        for row in self._records.all(Reading):
            found[row.prediction].append(row)
        return dict(found)

    @cached_property
    def _revisions(self) -> tuple[CriteriaRevision, ...]:
        return tuple(self._records.all(CriteriaRevision))

    @cached_property
    def _objections(self) -> tuple[Objection, ...]:
        return tuple(self._records.all(Objection))

    def incoherent(self, sources: Sequence[int]) -> dict[int, list[tuple[int, ...]]]:
        """What contradicts itself on these sources' cards: the places of two claims, and of options, by source."""
        found: dict[int, list[tuple[int, ...]]] = defaultdict(list)
        for pair in contradictions(self._data.columns, self._cards.claims, sources):
            found[int(self._cards.claims.source[pair.first])].append(pair)
        return found

    def incoherences(self, pairs: Sequence[tuple[int, ...]], claims: Sequence[CardClaim]) -> tuple[Incoherence, ...]:
        """The same in words, of one card, from its claims."""
        by_slug = {claim.prediction: claim for claim in claims} if pairs else {}
        names, told = self._records.names, []
        for one, other, option, another in pairs:
            positions = [int(self._cards.claims.prediction[row]) for row in (one, other)]
            keys = self._data.prediction_keys[positions].tolist()
            first, second = (by_slug[names.slug("prediction", key)] for key in keys)
            if option < 0:
                told.append(Incoherence.on_ladder(first, second))
            else:
                options = self._data.options[int(self._data.columns.predictions.question[positions[0]])]
                told.append(Incoherence.over_options(first, options[option], second, options[another]))
        return tuple(told)

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

    @cached_property
    def said(self) -> Grounds:
        """What the record says of itself, and packs of their sources."""
        brought = read_brought_sources(self._records.reader)
        read = {text: read_record(Pack, read_json(text))[0] for text in {text for _, text in brought}}
        packs = {source: pack for source, text in brought if (pack := read[text]) is not None}
        own = next((pack for pack in self._records.all(Pack) if pack not in read.values() and _says(pack)), None)
        return Grounds(own=own, packs=packs)

    def grounds(self, claims: Sequence[CardClaim]) -> Grounds:
        """That, and what the page of these claims prints of their questions, of those these hang on, of their variants,
        and of their articles.
        """
        place, table = self._places, self._data.columns.questions
        asked = {place[claim.question] for claim in claims if claim.question}
        asked |= {place[condition.question] for claim in claims for condition in claim.condition}
        asked.update(np.flatnonzero(np.isin(table.variant_of, list(asked))).tolist())
        rung = np.repeat(np.arange(len(table)), np.diff(table.implied_start))
        up, down = (np.isin(ends, list(asked)) for ends in (rung, table.implied))
        asked.update(table.implied[up].tolist(), rung[down].tolist())
        owner = np.repeat(np.arange(len(table)), np.diff(table.condition_start))
        asked.update(table.condition_question[np.isin(owner, list(asked))].tolist())
        records, keys = self._records, self._data.question_keys[sorted(asked)].tolist()
        resolved = rows_of.read_resolved(records.reader, keys)
        cited = records.keys_of("article", sorted({claim.article for claim in claims}))
        articles = {row.slug: row for row in records.all(Article, sorted(cited.values()))}
        outlets = sorted({row.outlet for row in articles.values() if row.outlet})
        again = [claim.prediction for claim in claims if claim.readings]
        said = records.all(Prediction, sorted(records.keys_of("prediction", again).values())) if again else []
        phrases = records.all(Phrase) if again else []
        return Grounds(
            own=self.said.own,
            packs=self.said.packs,
            read={row.slug: read_claim(row, self._readings[row.slug], phrases) for row in said},
            questions={row.slug: row for row in records.all(Question, keys)},
            resolutions={row.question: row for row in records.all(Resolution, resolved)},
            articles=articles,
            outlets=rows_of.read_source_names(records.reader, outlets) if outlets else {},
        )

    @cached_property
    def _places(self) -> dict[str, int]:
        return {slug: number for number, slug in enumerate(self._data.questions)}


_SHORT: Final = tuple("" if bucket is Bucket.SCORED else BUCKETS[bucket].short for bucket in _BUCKETS)


def _says(pack: Pack) -> bool:
    return bool(pack.title or pack.description or pack.selection)


def _those_with(place: NDArray[np.int32]) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """The rows that have a place elsewhere, and these places."""
    rows = np.flatnonzero(place >= 0)
    return rows, place[rows]
