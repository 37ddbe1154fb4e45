"""The claims behind scorecards: each with its words, its number in force, what happened, and its score."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from forecasts.db.queries import claims as rows_of
from forecasts.db.queries.claims import CLAIM_COLUMNS
from forecasts.db.queries.filters import as_date, read_json
from forecasts.db.queries.history import read_brought_sources
from forecasts.db.queries.records import Records
from forecasts.domain.card_claims import PARTS, CardClaim, CardClaims, ClaimBatch, Incoherence, favourite
from forecasts.domain.card_grounds import Grounds, whose
from forecasts.domain.dates import Span
from forecasts.domain.glossary import ASIDE, BUCKETS, meaning
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
from forecasts.domain.wording import by_standard
from forecasts.scoring import Scorecards
from forecasts.scoring.arrays import order_by
from forecasts.scoring.cards.incoherence import contradictions
from forecasts.scoring.columns import NONE, VOCABULARIES
from forecasts.scoring.counting.classify import aside_rules, claim_keys
from forecasts.scoring.counting.view import claim_days
from forecasts.services.columns import LedgerColumns, Numbered, combined, nans_to_none

Rows = NDArray[np.int64]


_BUCKETS: Final = tuple(Bucket)
_BASES: Final = tuple(Basis)
_KINDS: Final = {member.value: member for member in QuestionKind}
_NOT_KNOWN: Final = ("", None)


def _bucket(code: int) -> tuple[Bucket]:
    return (_BUCKETS[code],)


def _paragraph(number: int) -> tuple[int | None]:
    return (number or None,)


def _made_on(days: tuple[int, int]) -> tuple[Span]:
    return (Span(*map(date.fromordinal, days)),)


def _coded_words(key: tuple[int, int, bool, str]) -> tuple[Any, ...]:
    claim_type, endorsement, about_no, phrase = key
    side = Side.NO if about_no else Side.YES
    return tuple(ClaimType)[claim_type], tuple(Endorsement)[endorsement], phrase, side


class _Questions(NamedTuple):
    """What is told of each question, by its position, and after these of none, by the scenario of the claim; and a code
    of what happened there, last of what is not known, and that.
    """

    asked: list[tuple[Any, ...]]
    unasked: dict[int | None, int]
    happened: NDArray[np.int64]
    outcomes: list[tuple[Any, ...]]


class ClaimReader:
    """The claims of the cards of one board, by the position of their source; those of some sources are read at once."""

    def __init__(self, records: Records, data: LedgerColumns, cards: Scorecards) -> None:
        self._records = records
        self.values: tuple[Callable[[Any], tuple[Any, ...]], ...] = (
            *(_bucket, tuple, lambda at: self._articles[1][at][1:], _paragraph, _made_on, tuple, _coded_words),
            *(lambda at: self._questions.asked[at], self._numbers, lambda at: self._questions.outcomes[at]),
            *(self._score_fields, tuple),
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
            read, start = ClaimBatch(self._read(self._sorted(rows)), self.values), 0
            for one in rows:
                yield CardClaims(read, start, start + one.size)
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

    def _read(self, rows: Rows) -> list[tuple[Sequence[Any], Any]]:
        """The claims in these rows of the board's table of claims, by PARTS: texts, and keys of `self.values`."""
        if not rows.size:
            return [((), None)] * len(PARTS)
        table, bucket = self._data.columns.predictions, self._cards.claims.bucket[rows]
        position = self._cards.claims.prediction[rows]
        listed, place = np.unique(self._data.prediction_keys[position], return_inverse=True)
        keys = listed.tolist()
        stored = dict(
            zip(CLAIM_COLUMNS, zip(*rows_of.read_claims(self._records.reader, keys), strict=True), strict=True)
        )
        read = {name: Numbered.of(stored[name], place) for name in _SHARED}
        at = {name: getattr(table, name)[position] for name in _COLUMNS}
        probabilities, quantiles, conditions = (Numbered.of(column, place) for column in self._children(keys))
        slug, claim = ((np.array(stored[name], dtype=object)[place].tolist(), None) for name in ("slug", "claim"))
        numbers = (at["probability"], at["low"], at["high"], self._readings_of(slug[0], at))
        (article_keys, articles), questions, question = self._articles, self._questions, at["question"]
        scenario = read["scenario_id"]
        unasked = np.array([questions.unasked[key] for key in scenario.values])[scenario.rows]
        return [
            combined(bucket),
            slug,
            (range(len(articles)), np.searchsorted(article_keys, stored["article_id"])[place]),
            combined(at["paragraph"]),
            combined(at["made_first"], at["made_last"]),
            claim,
            combined(at["claim_type"], at["endorsement"], at["about_no"], read["phrase"]),
            (range(len(questions.asked)), np.where(question >= 0, question, unasked)),
            combined(at["basis"], read["standard_id"], *numbers, probabilities, quantiles),
            (range(len(questions.outcomes)), questions.happened[question]),
            combined(*self._scored_columns(rows), self._why_not(bucket, position, read["unscorable"])),
            combined(conditions, read["condition_text"], read["note"]),
        ]

    def _scored_columns(self, rows: Rows) -> Iterator[NDArray[Any]]:
        """The scores of each row, the questions that make their ends, and the unit."""
        figures, codes = np.full((5, rows.size), np.nan), np.full((3, rows.size), NONE)
        scored, measured = self._cards.scored, self._cards.measured
        at, own = _those_with(self._scored[rows])
        log_loss = -np.log(np.clip(scored.given[own], 0.001, 0.999))
        figures[:4, at] = scored.brier[own], log_loss, scored.best[own], scored.worst[own]
        ends = (end[own] for end in (scored.best_on, scored.worst_on))
        codes[:2, at] = [np.where(end == scored.question[own], NONE, end) for end in ends]
        at, own = _those_with(self._measured[rows])
        figures[4, at], codes[2, at] = measured.crps[own], measured.unit[own]
        return chain(figures, codes)

    def _score_fields(self, key: tuple[Any, ...]) -> tuple[Any, ...]:
        brier, log_loss, best, worst, crps, *ends, unit, why_not = key
        best_on, worst_on = (self._data.questions[end] if end >= 0 else "" for end in ends)
        return brier, log_loss, crps, self._data.unit_name(unit), why_not, best, worst, best_on, worst_on

    def _numbers(self, key: tuple[Any, ...]) -> tuple[Any, ...]:
        basis, standard, *rest = key
        return _BASES[basis], self._standards[standard] if standard else "", *rest

    def _children(self, keys: Sequence[int]) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Probabilities, quantiles and conditions of predictions."""
        for read in (rows_of.read_probabilities, rows_of.read_quantiles, rows_of.read_conditions):
            items: Mapping[int, tuple[Any, ...]] = read(self._records.reader, keys)
            yield [items.get(key, ()) for key in keys] if items else [()] * len(keys)

    def _readings_of(self, slugs: Sequence[str], at: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
        is_read = ~np.isnan(at["probability"]) & (at["basis"] != Basis.STATED.code)
        found = np.zeros(len(slugs), dtype=np.int64)
        if self._readings:
            found[is_read] = [len(self._readings.get(slugs[row], ())) for row in np.flatnonzero(is_read).tolist()]
        return found

    def _why_not(self, bucket: NDArray[np.int8], position: NDArray[np.int32], unscorable: Numbered) -> Numbered:
        """Why each claim is not scored; empty where it is."""
        found, number = bucket.astype(np.int64), {why: at for at, why in enumerate(_SHORT)}
        vague, aside = (np.flatnonzero(bucket == one.code) for one in (Bucket.UNSCORABLE, Bucket.SET_ASIDE))
        reasons = (unscorable.values[at] for at in unscorable.rows[vague].tolist())
        texts = [f"{BUCKETS[Bucket.UNSCORABLE].short}{said and f': {said}'}" for said in reasons]
        texts += [f"{BUCKETS[Bucket.SET_ASIDE].label}: {why}" for why in self._why_aside(position[aside])]
        found[np.concatenate((vague, aside))] = [number.setdefault(text, len(number)) for text in texts]
        return Numbered(list(number), found)

    def _why_aside(self, position: NDArray[np.int32]) -> list[str]:
        table = self._data.columns.predictions
        found = np.full(position.size, "", dtype=object)
        for rule, holds in reversed(self._aside_rules.items()):
            rows = np.flatnonzero(holds[position])
            if rule in VOCABULARIES:
                words = tuple(VOCABULARIES[rule])
                found[rows] = [meaning(words[code]) for code in getattr(table, rule)[position[rows]].tolist()]
            elif rule == "restates":
                keys = self._data.prediction_keys[position[rows]].tolist()
                earlier = rows_of.read_restated(self._records.reader, keys)
                found[rows] = [f"restates {earlier[key]}" for key in keys]
            else:
                found[rows] = ASIDE[rule]
        return list(found)

    @cached_property
    def _aside_rules(self) -> dict[str, NDArray[np.bool_]]:
        return aside_rules(self._data.columns, self._cards.view.by)

    @cached_property
    def _articles(self) -> tuple[NDArray[np.int64], list[tuple[Any, ...]]]:
        """The keys of all, and key, slug and title of each."""
        found = sorted(rows_of.read_article_titles(self._records.reader))
        return np.array([row[0] for row in found], dtype=np.int64), found

    @cached_property
    def _questions(self) -> _Questions:
        reader = self._records.reader
        outcomes, evidenced = rows_of.read_outcomes(reader), rows_of.read_evidenced(reader)
        evidence = {row.question: row.evidence for row in self._records.all(Resolution, evidenced)} if evidenced else {}
        found = {row[0]: row for row in rows_of.read_question_titles(reader)}
        asked: list[tuple[Any, ...]] = []
        happened = []
        codes: dict[tuple[Any, ...], int] = {}
        for key in self._data.question_keys.tolist():
            _, slug, title, kind, scenario, deadline = found.pop(key)
            asked.append((slug, title, _KINDS[kind], scenario, as_date(deadline)))
            outcome = (*outcomes.get(key, _NOT_KNOWN), evidence.get(slug, ()))
            happened.append(codes.setdefault(outcome, len(codes)))
        happened.append(codes.setdefault((*_NOT_KNOWN, ()), len(codes)))
        scenarios = {None: "", **rows_of.slugs_by_key(reader, "scenario")}
        unasked = {key: len(asked) + at for at, key in enumerate(scenarios)}
        asked += [("", "", None, slug, None) for slug in scenarios.values()]
        return _Questions(asked, unasked, np.array(happened, dtype=np.int64), list(codes))

    @cached_property
    def _standards(self) -> dict[int | None, str]:
        return rows_of.slugs_by_key(self._records.reader, "standard")

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
        made = records.keys_of("prediction", [one.prediction for one in claims])
        said = records.all(Prediction, sorted(made[slug] for slug in again)) if again else []
        phrases = by_standard(records.all(Phrase) if again else ())
        provenance = rows_of.read_provenance(records.reader, sorted(made.values()))
        return Grounds(
            own=self.said.own,
            packs=self.said.packs,
            read={row.slug: read_claim(row, self._readings[row.slug], phrases) for row in said},
            questions={row.slug: row for row in records.all(Question, keys)},
            resolutions={row.question: row for row in records.all(Resolution, resolved)},
            articles=articles,
            outlets=rows_of.read_source_names(records.reader, outlets) if outlets else {},
            whose=whose(claims, *provenance, by=self._cards.view.by),
        )

    @cached_property
    def _places(self) -> dict[str, int]:
        return {slug: number for number, slug in enumerate(self._data.questions)}


_SHARED: Final = ("phrase", "condition_text", "note", "unscorable", "standard_id", "scenario_id")
_COLUMNS: Final = (
    *("question", "paragraph", "made_first", "made_last", "claim_type", "endorsement", "about_no"),
    *("basis", "probability", "low", "high"),
)
_SHORT: Final = tuple("" if bucket is Bucket.SCORED else BUCKETS[bucket].short for bucket in _BUCKETS)


def _says(pack: Pack) -> bool:
    return bool(pack.title or pack.description or pack.selection)


def _those_with(place: NDArray[np.int32]) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """The rows that have a place elsewhere, and these places."""
    rows = np.flatnonzero(place >= 0)
    return rows, place[rows]
