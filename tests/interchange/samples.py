"""Records for tests: one small true body, and hypothesis strategies for every record class and for whole bodies."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime
from string import ascii_lowercase, digits
from typing import Any, TypeVar, cast

from hypothesis import strategies as st

from forecasts.domain import kinds
from forecasts.domain.dates import EARLIEST, LATEST, Span
from forecasts.domain.records import (
    Article,
    Condition,
    CriteriaRevision,
    Evidence,
    Objection,
    OptionProbability,
    Pack,
    Passage,
    Phrase,
    Prediction,
    Quantile,
    Question,
    Reading,
    Record,
    ReferenceForecast,
    Resolution,
    Scenario,
    Source,
    Standard,
    identity,
)
from forecasts.domain.values import appearance
from forecasts.interchange.record_sets import RecordSet, make_record_set

T = TypeVar("T")

_ALPHABET = st.one_of(
    st.sampled_from(" \"'\\#=[]{}|`*_<>&@-+,;:/%$~^é‮​\N{NO-BREAK SPACE}ҚÅ😀"),
    st.characters(exclude_categories=["Cs", "Cc"]),
)
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
_BLOCK_ALPHABET = st.one_of(st.sampled_from('\n\t\n "\\'), _ALPHABET)


def with_field(record: T, field: str, value: object) -> T:
    """The record with one field changed, whatever the field."""
    changes: dict[str, Any] = {field: value}
    return replace(cast("Any", record), **changes)  # type: ignore[no-any-return]


def is_inert(text: str) -> bool:
    """Whether the text has nothing that a terminal would act on."""
    return not any(unicodedata.category(character) in {"Cc", "Cs"} for character in text)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def shows(text: str) -> bool:
    """Whether a letter, a number or a sign is in the text that can be seen."""
    return any(unicodedata.category(sign)[0] in "LNPS" and sign not in _FILLERS for sign in text)


LINES = st.text(_ALPHABET, max_size=30).map(_nfc)
NAMES = LINES.filter(shows)
BLOCKS = st.text(_BLOCK_ALPHABET, max_size=60).map(_nfc)
PROSE = BLOCKS.filter(shows)
PHRASES = LINES.filter(lambda text: len(text.split()) <= 12)
SLUGS = st.lists(st.text(ascii_lowercase + digits, min_size=1, max_size=6), min_size=1, max_size=3).map("-".join)
DAYS = st.dates(EARLIEST, LATEST)
SPANS = st.tuples(DAYS, DAYS).map(lambda days: Span(min(days), max(days)))
INSTANTS = st.datetimes(datetime(1800, 1, 2), datetime(2200, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
SHARES = st.floats(0, 1).map(lambda value: value + 0.0)
AMOUNTS = st.floats(-1e15, 1e15).map(lambda value: value + 0.0)
PARAGRAPHS = st.integers(1, 1_000_000)
ADDRESSES = st.sampled_from(["", "https://example.org/a?b=c&d=%20#e", "http://пример.рф/", "https://[::1]:8080/x"])


def maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


def many(strategy: st.SearchStrategy[T], most: int = 3, least: int = 0) -> st.SearchStrategy[tuple[T, ...]]:
    """Some of them, of texts none that looks like another: those are one, and refused."""
    return st.lists(strategy, min_size=least, max_size=most, unique_by=_as_seen).map(tuple)


def _as_seen(item: T) -> T | str:
    return appearance(item) if isinstance(item, str) else item


def _shares(options: tuple[str, ...], weights: list[int]) -> tuple[OptionProbability, ...]:
    total = sum(weights)
    return tuple(
        OptionProbability(option=option, probability=weight / total)
        for option, weight in zip(options, weights, strict=True)
    )


def options_given(options: tuple[str, ...]) -> st.SearchStrategy[tuple[OptionProbability, ...]]:
    weights = st.lists(st.integers(1, 99), min_size=len(options), max_size=len(options))
    return weights.map(lambda drawn: _shares(options, drawn))


def quantiles_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Quantile, ...]]:
    levels = st.lists(st.floats(0.0001, 0.9999), min_size=1, max_size=4, unique=True)
    return levels.flatmap(
        lambda drawn: st.lists(values, min_size=len(drawn), max_size=len(drawn)).map(
            lambda found: tuple(
                Quantile(level=level, value=value) for level, value in zip(sorted(drawn), sorted(found), strict=True)
            )
        )
    )


EVIDENCE = st.builds(Evidence, title=NAMES, url=ADDRESSES, published_on=maybe(DAYS), note=BLOCKS)
CONDITIONS = st.builds(Condition, question=SLUGS, outcome=NAMES)
REFERENCES = st.lists(
    st.builds(ReferenceForecast, as_of=DAYS, probability=SHARES, basis=PROSE),
    max_size=2,
    unique_by=lambda reference: reference.as_of,
).map(tuple)
TRIPLES = st.lists(SHARES, min_size=3, max_size=3).map(sorted)

PACKS = st.builds(Pack, name=SLUGS, title=LINES, description=BLOCKS, selection=BLOCKS)
SOURCES = st.builds(
    Source,
    slug=SLUGS,
    name=NAMES,
    kind=st.sampled_from(kinds.SourceKind),
    anonymous=st.booleans(),
    aliases=many(NAMES),
    homepage=ADDRESSES,
    note=BLOCKS,
)
ARTICLES = st.builds(
    Article,
    slug=SLUGS,
    title=NAMES,
    original_title=LINES,
    attribution=st.sampled_from(kinds.ArticleAttribution),
    published_on=SPANS,
    published_basis=st.sampled_from(kinds.DateBasis),
    language=st.sampled_from(["", "en", "kk-Cyrl"]),
    url=ADDRESSES,
    file=st.just("a b.txt"),
    sha256=st.sampled_from(["", "0f" * 32]),
    lines=st.just(()) | st.tuples(PARAGRAPHS, PARAGRAPHS).map(lambda pair: tuple(sorted(pair))),
    coverage=st.sampled_from(kinds.Coverage),
    note=BLOCKS,
)
SCENARIOS = st.builds(Scenario, slug=SLUGS, title=NAMES, description=BLOCKS)
STANDARDS = st.builds(Standard, slug=SLUGS, title=NAMES, year=maybe(st.integers(1800, 2200)), citation=BLOCKS)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    kind = draw(st.sampled_from(kinds.QuestionKind))
    opens, closes, resolves = sorted(draw(st.tuples(DAYS, DAYS, DAYS)))
    ends: tuple[Any, ...] = ()
    if kind in kinds.QUANTILE_KINDS and draw(st.booleans()):
        values: st.SearchStrategy[Any] = DAYS if kind is kinds.QuestionKind.DATE else AMOUNTS
        low, high = sorted(draw(st.lists(values, min_size=2, max_size=2, unique=True)))
        ends = (low, high)
    return Question(
        slug=draw(SLUGS),
        title=draw(NAMES),
        kind=kind,
        criteria=draw(PROSE),
        fine_print=draw(BLOCKS),
        opens_on=draw(maybe(st.just(opens))),
        closes_on=draw(maybe(st.just(closes))),
        resolves_on=resolves,
        deadline_basis=draw(st.sampled_from(kinds.DeadlineBasis)),
        written_on=draw(maybe(DAYS)),
        options=draw(many(NAMES, 4, least=2)) if kind in kinds.OPTION_KINDS else (),
        unit=draw(LINES) if kind is kinds.QuestionKind.NUMERIC else "",
        range=ends,
        references=draw(REFERENCES) if kind is kinds.QuestionKind.BINARY else (),
    )


def numbers_for(draw: st.DrawFn, question: Question) -> dict[str, Any]:
    if question.kind in kinds.OPTION_KINDS:
        return {"probabilities": draw(options_given(question.options))}
    if question.kind in kinds.QUANTILE_KINDS:
        values: st.SearchStrategy[Any] = DAYS if question.kind is kinds.QuestionKind.DATE else AMOUNTS
        return {"quantiles": draw(quantiles_of(values))}
    low, point, high = draw(TRIPLES)
    return {"probability": point, "low": draw(maybe(st.just(low))), "high": draw(maybe(st.just(high)))}


@st.composite
def predictions(draw: st.DrawFn, on: Question | None = None) -> Prediction:
    question = on or draw(questions())
    made_on = draw(maybe(SPANS))
    time = draw(maybe(st.times())) if made_on else None
    return Prediction(
        slug=draw(SLUGS),
        question=question.slug,
        speakers=draw(many(SLUGS, least=1)),
        via=draw(many(SLUGS)),
        attribution=draw(st.sampled_from(kinds.Attribution)),
        fidelity=draw(st.sampled_from(kinds.Fidelity)),
        article=draw(SLUGS),
        endorsement=draw(st.sampled_from(kinds.Endorsement)),
        made_on=made_on,
        made_at=datetime.combine(made_on.last, time, UTC) if made_on and time else None,
        claim=draw(PROSE),
        claim_type=draw(st.sampled_from(kinds.ClaimType)),
        phrase=draw(PHRASES),
        phrase_about=draw(st.sampled_from(kinds.Side)),
        paragraph=draw(maybe(PARAGRAPHS)),
        fit=draw(st.sampled_from(kinds.Fit)),
        basis=draw(st.sampled_from([kinds.Basis.STATED, kinds.Basis.ANALYST, kinds.Basis.SURVEY])),
        condition_text=draw(BLOCKS),
        unscorable=draw(st.sampled_from(["", "no-deadline"])),
        coded_by=draw(LINES),
        coded_on=draw(maybe(DAYS)),
        note=draw(BLOCKS),
        condition=draw(many(CONDITIONS.filter(lambda condition: condition.question != question.slug), 2)),
        **numbers_for(draw, question),
    )


@st.composite
def resolutions(draw: st.DrawFn, on: Question | None = None) -> Resolution:
    question = on or draw(questions())
    outcome: str | float | date = ""
    void = draw(maybe(st.sampled_from(kinds.VoidReason)))
    known_on = max(question.opens_on or EARLIEST, draw(st.dates(EARLIEST, date(2190, 1, 1))))
    if not void:
        outcome = draw(outcomes_of(question))
    resolved_at = draw(INSTANTS)
    if resolved_at.date() < known_on:
        resolved_at = datetime(known_on.year, known_on.month, known_on.day, 1, 2, 3, 456, tzinfo=UTC)
    return Resolution(
        question=question.slug,
        outcome=outcome,
        void=void,
        certainty=draw(st.sampled_from(kinds.Certainty)),
        known_on=Span.of(known_on),
        resolved_at=resolved_at,
        analyst=draw(LINES),
        note=draw(PROSE),
        superseded_reason=draw(BLOCKS.filter(shows)),
        evidence=draw(st.lists(EVIDENCE, max_size=2).map(tuple)),
    )


def outcomes_of(question: Question) -> st.SearchStrategy[Any]:
    match question.kind:
        case kinds.QuestionKind.BINARY:
            return st.sampled_from(["yes", "no"])
        case kinds.QuestionKind.NUMERIC:
            return AMOUNTS
        case kinds.QuestionKind.DATE:
            return st.just("not-by-deadline") | st.dates(EARLIEST, question.resolves_on)
    return st.sampled_from(question.options)


@st.composite
def phrases(draw: st.DrawFn) -> Phrase:
    low, point, high = draw(TRIPLES)
    is_open = low < high
    return Phrase(
        standard=draw(SLUGS),
        term=draw(NAMES),
        aliases=draw(many(NAMES)),
        low=low,
        high=high,
        low_open=is_open and draw(st.booleans()),
        high_open=is_open and draw(st.booleans()),
        point=draw(maybe(st.just(point))),
    )


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    low, point, high = draw(TRIPLES)
    return Reading(
        prediction=draw(SLUGS),
        analyst=draw(NAMES),
        probability=point,
        low=draw(maybe(st.just(low))),
        high=draw(maybe(st.just(high))),
        blind=draw(st.booleans()),
        coded_on=draw(maybe(DAYS)),
    )


PASSAGES = st.builds(
    Passage,
    article=SLUGS,
    paragraph=PARAGRAPHS,
    phrase=PHRASES.filter(shows),
    reason=st.sampled_from(kinds.PassageReason),
    note=BLOCKS,
)
REVISIONS = st.builds(CriteriaRevision, question=SLUGS, replaced_on=DAYS, criteria=PROSE, reason=PROSE)
OBJECTIONS = st.builds(Objection, prediction=SLUGS, by=NAMES, made_on=DAYS, text=PROSE, answer=BLOCKS) | st.builds(
    Objection, question=SLUGS, by=NAMES, made_on=DAYS, text=PROSE, answer=BLOCKS
)

RECORDS: dict[type[Record], st.SearchStrategy[Any]] = {
    Pack: PACKS,
    Source: SOURCES,
    Article: ARTICLES,
    Scenario: SCENARIOS,
    Standard: STANDARDS,
    Question: questions(),
    Prediction: predictions(),
    Resolution: resolutions(),
    Phrase: phrases(),
    Reading: readings(),
    Passage: PASSAGES,
    CriteriaRevision: REVISIONS,
    Objection: OBJECTIONS,
}


def _unique(records: list[Any]) -> list[Any]:
    return list({identity(record): record for record in records}.values())


@st.composite
def bodies(draw: st.DrawFn) -> RecordSet:
    """Whole bodies that agree with themselves: every reference is there, every number of its question's kind."""

    def some(strategy: st.SearchStrategy[Any], most: int = 3, least: int = 0) -> list[Any]:
        return _unique(draw(st.lists(strategy, min_size=least, max_size=most)))

    def slug_of(records: list[Any]) -> str:
        return str(draw(st.sampled_from(records)).slug)

    standards, scenarios = some(STANDARDS, 2), some(SCENARIOS, 2)
    sources, asked = some(SOURCES, least=1), some(questions(), least=1)
    articles = [replace(article, outlet=slug_of(sources), authors=(slug_of(sources),)) for article in some(ARTICLES, 2)]
    if scenarios:
        asked = [replace(question, scenario=slug_of(scenarios)) for question in asked]
    made = []
    for question in asked:
        if articles:
            prediction = replace(draw(predictions(question)), article=slug_of(articles), via=(), condition=())
            made.append(replace(prediction, speakers=(slug_of(sources),)))
    if made and scenarios:
        vague = replace(made[0], slug="too-vague", question="", scenario=slug_of(scenarios), unscorable="no-test")
        made.append(replace(vague, probabilities=(), quantiles=()))
    made = _unique(made)
    rest: list[Any] = [replace(row, question=slug_of(asked)) for row in some(REVISIONS, 2)]
    rest += [draw(resolutions(question)) for question in asked if draw(st.booleans())]
    rest += [replace(row, standard=slug_of(standards)) for row in some(phrases()) if standards]
    rest += [replace(row, article=slug_of(articles)) for row in some(PASSAGES) if articles]
    rest += [replace(row, prediction=slug_of(made)) for row in some(readings()) if made]
    rest += [replace(row, prediction="", question=slug_of(asked)) for row in some(OBJECTIONS)]
    every = [*standards, *scenarios, *sources, *asked, *articles, *made, *rest]
    return make_record_set(draw(PACKS), list({(type(row), identity(row)): row for row in every}.values()))
