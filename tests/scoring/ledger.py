"""A small ledger as plain records, the columns it comes to, and random ones with everything the record can say."""

from __future__ import annotations

import random as random_module
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.domain.kinds import Attribution, Basis, ClaimType, Endorsement, Fidelity, Fit, QuestionKind
from forecasts.scoring import (
    NO_DAY,
    NO_TIME,
    ArticleColumns,
    Columns,
    PredictionColumns,
    QuestionColumns,
    QuestionState,
    SourceColumns,
)
from forecasts.scoring.columns import VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NAN = float("nan")
NEVER = NO_DAY


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question; `outcome` None and `state` open until it is resolved."""

    kind: QuestionKind = QuestionKind.BINARY
    options: int = 2
    opens: int = 0
    closes: int = 100
    resolves: int = 100
    state: QuestionState = QuestionState.OPEN
    outcome: float | None = None
    not_by_deadline: bool = False
    known: int = NEVER
    unit: int = -1
    span: tuple[float, float] | None = None
    scenario: int = -1
    basis: int = 0
    implies: tuple[int, ...] = ()
    variant_of: int = -1
    written: int = NEVER
    conditions: tuple[tuple[int, int], ...] = ()
    references: tuple[tuple[int, float, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Said:
    """A prediction; the speakers and the article are positions, and `slug` decides the last ties."""

    speakers: tuple[int, ...] = (0,)
    question: int = 0
    article: int = 0
    first: int = 1
    day: int = 1
    at: int = NO_TIME
    claim_type: ClaimType = ClaimType.FORECAST
    fit: Fit = Fit.EXACT
    attribution: Attribution = Attribution.STATED
    fidelity: Fidelity = Fidelity.FAITHFUL
    endorsement: Endorsement = Endorsement.OWN
    basis: Basis = Basis.ANALYST
    unscorable: bool = False
    restates: int = -1
    supersedes: int = -1
    paragraph: int = 0
    slug: int = -1
    p: float | None = None
    low: float | None = None
    high: float | None = None
    about_no: bool = False
    sentence: int = 0
    phrase: int = -1
    coded: int = NEVER
    conditions: tuple[tuple[int, int], ...] = ()
    options: tuple[float, ...] = ()
    quantiles: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Paper:
    """An article."""

    first: int = 1
    last: int = 1
    outlet: int = -1
    full: bool = True
    authors: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """A whole record; without papers, one without outlet or authors stands for all."""

    questions: tuple[Asked, ...]
    predictions: tuple[Said, ...]
    papers: tuple[Paper, ...] = field(default=(Paper(),))
    anonymous: tuple[bool, ...] = (False,) * 8

    def slug(self, prediction: int) -> int:
        """The place of a prediction's slug in the alphabet."""
        slug = self.predictions[prediction].slug
        return prediction if slug < 0 else slug

    def columns(self) -> Columns:
        """The ledger as columns."""
        return Columns(
            _prediction_columns(self),
            _question_columns(self.questions),
            _article_columns(self.papers),
            SourceColumns(anonymous=np.array(self.anonymous, dtype=np.bool_)),
        )


def _ints(values: Iterable[int], kind: type[np.signedinteger[Any]] = np.int32) -> Any:
    return np.array(list(values), dtype=kind)


def _floats(values: Iterable[float | None]) -> Any:
    return np.array([NAN if value is None else value for value in values], dtype=np.float64)


def _starts(rows: Iterable[Sequence[Any]]) -> Any:
    return np.array([0, *accumulate(len(row) for row in rows)], dtype=np.int64)


def _prediction_columns(ledger: Ledger) -> PredictionColumns:
    said = ledger.predictions
    return PredictionColumns(
        question=_ints(one.question for one in said),
        article=_ints(one.article for one in said),
        made_first=_ints(one.first for one in said),
        made_last=_ints(one.day for one in said),
        made_at=_ints((one.at for one in said), np.int64),
        **{word: _ints((getattr(one, word).code for one in said), np.int8) for word in VOCABULARIES},
        unscorable=np.array([one.unscorable for one in said], dtype=np.bool_),
        restates=_ints(one.restates for one in said),
        supersedes=_ints(one.supersedes for one in said),
        paragraph=_ints(one.paragraph for one in said),
        slug_rank=_ints(ledger.slug(place) for place in range(len(said))),
        probability=_floats(one.p for one in said),
        low=_floats(one.low for one in said),
        high=_floats(one.high for one in said),
        about_no=np.array([one.about_no for one in said], dtype=np.bool_),
        sentence=_ints((one.sentence for one in said), np.int64),
        phrase=_ints(one.phrase for one in said),
        coded_on=_ints(one.coded for one in said),
        speaker_start=_starts(one.speakers for one in said),
        speaker=_ints(source for one in said for source in one.speakers),
        condition_start=_starts(one.conditions for one in said),
        condition_question=_ints(question for one in said for question, _ in one.conditions),
        condition_outcome=_ints(outcome for one in said for _, outcome in one.conditions),
        option_start=_starts(one.options for one in said),
        option_probability=_floats(p for one in said for p in one.options),
        quantile_start=_starts(one.quantiles for one in said),
        quantile_level=_floats(level for one in said for level, _ in one.quantiles),
        quantile_value=_floats(value for one in said for _, value in one.quantiles),
    )


def _question_columns(asked: tuple[Asked, ...]) -> QuestionColumns:
    return QuestionColumns(
        kind=_ints((one.kind.code for one in asked), np.int8),
        option_count=_ints(one.options if one.kind.code <= QuestionKind.ORDERED.code else 0 for one in asked),
        opens_on=_ints(one.opens for one in asked),
        closes_on=_ints(one.closes for one in asked),
        resolves_on=_ints(one.resolves for one in asked),
        state=_ints((one.state for one in asked), np.int8),
        outcome=_floats(one.outcome for one in asked),
        not_by_deadline=np.array([one.not_by_deadline for one in asked], dtype=np.bool_),
        known_on=_ints(one.known for one in asked),
        unit=_ints(one.unit for one in asked),
        range_low=_floats(one.span[0] if one.span else None for one in asked),
        range_high=_floats(one.span[1] if one.span else None for one in asked),
        scenario=_ints(one.scenario for one in asked),
        deadline_basis=_ints((one.basis for one in asked), np.int8),
        implied_start=_starts(one.implies for one in asked),
        implied=_ints(question for one in asked for question in one.implies),
        variant_of=_ints(one.variant_of for one in asked),
        written_on=_ints(one.written for one in asked),
        condition_start=_starts(one.conditions for one in asked),
        condition_question=_ints(question for one in asked for question, _ in one.conditions),
        condition_outcome=_ints(outcome for one in asked for _, outcome in one.conditions),
        reference_start=_starts(one.references for one in asked),
        reference_day=_ints(day for one in asked for day, _, _ in one.references),
        reference_probability=_floats(p for one in asked for _, p, _ in one.references),
        reference_name=_ints(name for one in asked for _, _, name in one.references),
    )


def _article_columns(papers: tuple[Paper, ...]) -> ArticleColumns:
    return ArticleColumns(
        first_day=_ints(paper.first for paper in papers),
        last_day=_ints(paper.last for paper in papers),
        outlet=_ints(paper.outlet for paper in papers),
        full_coverage=np.array([paper.full for paper in papers], dtype=np.bool_),
        author_start=_starts(paper.authors for paper in papers),
        author=_ints(author for paper in papers for author in paper.authors),
    )


def resolved(outcome: float, *, known: int = 50, **more: Any) -> Asked:
    """A resolved question."""
    return Asked(state=QuestionState.RESOLVED, outcome=outcome, known=known, **more)


def ledger_of(*rows: tuple[int, int, float], questions: tuple[Asked, ...], **more: Any) -> Ledger:
    """Binary claims given as source, question and probability."""
    said = tuple(Said(speakers=(source,), question=question, p=p) for source, question, p in rows)
    return Ledger(questions=questions, predictions=said, **more)


def random_ledger(seed: int, predictions: int = 40, questions: int = 10, sources: int = 5) -> Ledger:
    """A ledger in which days, articles and questions collide often, with everything that the record can say."""
    random = random_module.Random(seed)  # noqa: S311 - a seeded test, no secret
    crowded = random.random() < 0.5
    questions, last_day = (3, 12) if crowded else (questions, 24)
    asked: list[Asked] = []
    for place in range(questions):
        asked.append(_random_question(random, place, asked))
    papers = tuple(
        Paper(
            first=(last := random.randint(9, 11) if crowded else random.randint(1, 20)) - random.randint(0, 2),
            last=last,
            outlet=random.randint(-1, sources - 1),
            full=random.random() < 0.7,
            authors=tuple(random.sample(range(sources), random.choice([0, 1, 1, 2]))),
        )
        for _ in range(6)
    )
    slugs = random.sample(range(predictions * 3), predictions)
    said = tuple(
        _random_prediction(random, place, asked, sources, slugs[place], last_day) for place in range(predictions)
    )
    anonymous = tuple(random.random() < 0.1 for _ in range(sources))
    return Ledger(questions=tuple(asked), predictions=said, papers=papers, anonymous=anonymous)


def _random_question(random: random_module.Random, place: int, before: list[Asked]) -> Asked:
    kind = random.choice([QuestionKind.BINARY] * 6 + list(QuestionKind)[1:])
    options = {QuestionKind.BINARY: 2, QuestionKind.MULTIPLE_CHOICE: 3, QuestionKind.ORDERED: 4}.get(kind, 0)
    state = random.choice([QuestionState.RESOLVED] * 5 + [QuestionState.OPEN, QuestionState.VOID])
    deadline = random.randint(11, 25)
    censored = kind == QuestionKind.DATE and random.random() < 0.4
    outcome: float = (
        random.randrange(options)
        if options
        else float(random.randint(5, deadline if kind == QuestionKind.DATE else 40))
    )
    conditional = [other for other in range(place) if before[other].kind.code <= QuestionKind.ORDERED.code]
    yes_or_no = [other for other in range(place) if before[other].kind == kind == QuestionKind.BINARY]
    similar = [other for other in range(place) if before[other].kind == kind and before[other].variant_of < 0]
    return Asked(
        kind=kind,
        options=options,
        closes=deadline - random.randint(0, 3),
        resolves=deadline,
        state=state,
        outcome=outcome if state == QuestionState.RESOLVED and not censored else None,
        not_by_deadline=state == QuestionState.RESOLVED and censored,
        known=random.randint(8, 30) if state == QuestionState.RESOLVED else NEVER,
        unit=-1 if options else random.randint(0, 1),
        span=random.choice([(0.0, 50.0), (10.0, 20.0)]) if not options and random.random() < 0.5 else None,
        scenario=random.randint(-1, 2),
        basis=random.randint(0, 2),
        implies=tuple(random.sample(yes_or_no, min(len(yes_or_no), random.choice([0, 0, 0, 1, 2])))),
        variant_of=random.choice(similar) if similar and random.random() < 0.2 else -1,
        written=random.choice([NEVER, random.randint(1, 40)]),
        conditions=tuple(
            (other, random.randrange(before[other].options))
            for other in random.sample(conditional, min(len(conditional), random.choice([0, 0, 0, 1, 2])))
        ),
        references=tuple(
            (random.randint(1, 15), random.choice([0.0, 0.1, 0.5, 0.9]), random.randint(0, 1))
            for _ in range(random.choice([0, 0, 1, 3]) if kind == QuestionKind.BINARY else 0)
        ),
    )


def _random_prediction(
    random: random_module.Random, place: int, asked: list[Asked], sources: int, slug: int, last_day: int
) -> Said:
    question = random.randint(-1, len(asked) - 1) if random.random() < 0.1 else random.randrange(len(asked))
    kind = asked[question].kind
    day = random.randint(max(1, last_day - 3) if last_day < 24 else 1, last_day)
    p = random.choice([0.0, 0.05, 0.2, 0.5, 0.7, 0.9, 1.0])
    named = [other for other, one in enumerate(asked) if one.kind.code <= QuestionKind.ORDERED.code]
    numbered = random.random() < 0.93
    return Said(
        speakers=tuple(random.sample(range(sources), random.choice([1, 1, 1, 2]))),
        question=question,
        article=random.randint(-1, 5) if random.random() < 0.1 else random.randrange(6),
        first=day - random.randint(0, 2),
        day=day,
        at=random.choice([NO_TIME, NO_TIME, NO_TIME, -5, 0, 7, 86_399_999_999]),
        claim_type=random.choice([ClaimType.FORECAST] * 9 + list(ClaimType)[1:]),
        fit=random.choice([Fit.EXACT, Fit.EXACT, Fit.OPERATIONALISED, Fit.OPERATIONALISED, Fit.PROXY]),
        attribution=random.choice([Attribution.STATED] * 6 + list(Attribution)[1:]),
        fidelity=random.choice([Fidelity.FAITHFUL] * 9 + list(Fidelity)),
        endorsement=random.choice(list(Endorsement)),
        basis=random.choice(list(Basis)),
        unscorable=random.random() < 0.05,
        restates=random.randrange(place) if place and random.random() < 0.05 else -1,
        supersedes=random.randrange(place) if place and random.random() < 0.3 else -1,
        paragraph=random.randint(0, 1),
        slug=slug,
        p=p if kind == QuestionKind.BINARY and numbered else None,
        low=random.choice([None, max(p - 0.1, 0.0), 0.0]),
        high=random.choice([None, min(p + 0.1, 1.0), 1.0]),
        about_no=random.random() < 0.3,
        sentence=random.randint(0, 4) if question in _on_ladders(asked) else 0,
        coded=random.choice([NEVER, random.randint(1, 40)]),
        conditions=tuple(
            (other, random.randrange(asked[other].options))
            for other in random.sample(named, min(len(named), random.choice([0, 0, 0, 0, 1, 2])))
        ),
        options=_random_options(random, asked[question]) if numbered else (),
        quantiles=_random_quantiles(random, kind) if numbered else (),
    )


def _on_ladders(asked: Sequence[Asked]) -> set[int]:
    return {place for one, question in enumerate(asked) for other in question.implies for place in (one, other)}


def _random_options(random: random_module.Random, question: Asked) -> tuple[float, ...]:
    if question.kind not in (QuestionKind.MULTIPLE_CHOICE, QuestionKind.ORDERED):
        return ()
    shares = [random.randint(0, 3) for _ in range(question.options)]
    shares[random.randrange(question.options)] += 1
    return tuple(share / sum(shares) for share in shares)


def _random_quantiles(random: random_module.Random, kind: QuestionKind) -> tuple[tuple[float, float], ...]:
    if kind.code < QuestionKind.NUMERIC.code:
        return ()
    levels = random.choice(
        [(0.5,), (0.05, 0.5, 0.95), (0.1, 0.25, 0.6), (0.25, 0.75), (0.0, 0.3, 0.8), (0.1, 0.4, 1.0)]
    )
    return tuple(zip(levels, sorted(float(random.randint(0, 60)) for _ in levels), strict=True))
