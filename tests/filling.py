"""A ledger with rows in every table, with text and numbers that engines keep differently."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast

from forecasts.db.store import Store
from forecasts.domain.dates import Span
from forecasts.domain.intents import (
    EditRecord,
    MergeSources,
    RemindLater,
    RemoveRecord,
    ReopenQuestion,
    ResolveQuestion,
    UndoChange,
)
from forecasts.domain.kinds import Basis, Coverage, Fidelity, QuestionKind, SourceKind, VoidReason
from forecasts.domain.records import (
    Article,
    Condition,
    CriteriaRevision,
    Evidence,
    Objection,
    OptionProbability,
    Prediction,
    Quantile,
    Question,
    Reading,
    Record,
    ReferenceForecast,
    Resolution,
    Scenario,
    Source,
    SourceRedirect,
)
from forecasts.services.merge import merge_sources
from forecasts.services.record import edit_record, remove_record
from forecasts.services.resolve import remind_later, reopen_question, resolve_question
from forecasts.services.texts import attach_in
from forecasts.services.undo import undo_change
from tests.faults.writing import list_questions

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger
    from forecasts.services.unit import Unit

WORDS = "қазақ \u202e\u0301 ‘quoted’ 100 % \\ :name ?\nsecond line\ttab 🇰🇿"

NAME = "қазақ ‘quoted’ 100 % \\ :name ? 🇰🇿"


def resolve_some(ledger: Ledger, count: int = 3) -> None:
    """Resolve the first questions of the seed, and one of them a second time."""
    for question in [*list_questions(ledger)[:count], list_questions(ledger)[0]]:
        known = Span(question.resolves_on, question.resolves_on)
        resolve_question(
            ledger,
            ResolveQuestion(
                question=question.slug, outcome="no", known_on=known, note="seen", supersede_reason="again"
            ),
        )


def _waiting(ledger: Ledger) -> list[str]:
    with ledger.read() as connection:
        resolutions = cast("list[Resolution]", Store(connection).all(Resolution))
    resolved = {resolution.question for resolution in resolutions if not resolution.superseded_reason}
    return [question.slug for question in list_questions(ledger) if question.slug not in resolved]


def fill(ledger: Ledger) -> None:
    """Rows in every table that the seed leaves empty, with text and numbers that engines keep differently."""
    resolve_some(ledger)
    questions = list_questions(ledger)
    reopen_question(ledger, ReopenQuestion(question=questions[1].slug, reason=WORDS))
    waiting = _waiting(ledger)
    remind_later(ledger, RemindLater(question=waiting[0], remind_on=date(2200, 12, 31)))
    undo_change(ledger, UndoChange())
    remind_later(ledger, RemindLater(question=waiting[-1], remind_on=date(2030, 2, 28)))
    evidence = Evidence(title="Seen", url="https://example.org/", published_on=date(2022, 1, 19), note=WORDS)
    resolve_question(
        ledger,
        ResolveQuestion(
            question="csto-out-by-2022-01-23",
            outcome="yes",
            known_on=Span.of(date(2022, 1, 19)),
            evidence=(evidence,),
            supersede_reason="again",
        ),
    )

    def add(unit: Unit) -> None:
        group = Source(slug="a-group", name=NAME, kind=SourceKind.GROUP)
        member = Source(slug="a-member", name="m", kind=SourceKind.PERSON, member_of="a-group", note=WORDS)
        unit.add((member, group))
        prediction = unit.store.all(Prediction)[0].slug
        unit.add(
            (
                Reading(prediction=prediction, analyst="other", probability=0.1 + 0.2, low=5e-324, blind=True),
                Objection(prediction=prediction, by="him", made_on=date(1800, 1, 1), text=WORDS),
            )
        )

    def add_what_the_seed_has_none_of(unit: Unit) -> None:
        day = Span.of(date(2022, 1, 9))
        unit.add((Article(slug="an-article", title="An article", published_on=day, authors=("a-member",)),))
        attach_in(unit, "an-article", "text.txt", WORDS)
        number = Question(
            slug="a-number",
            title=NAME,
            kind=QuestionKind.NUMERIC,
            criteria=WORDS,
            resolves_on=date(2200, 12, 31),
            unit="%",
            range=(0.0, 100.0),
        )
        choice = Question(
            slug="a-choice",
            title=NAME,
            kind=QuestionKind.MULTIPLE_CHOICE,
            criteria=WORDS,
            resolves_on=date(2200, 12, 31),
            options=("one", NAME),
        )
        likely = Question(
            slug="z-chance",
            title=NAME,
            kind=QuestionKind.BINARY,
            criteria=WORDS,
            resolves_on=date(2200, 12, 31),
            references=(ReferenceForecast(as_of=date(1800, 1, 1), probability=0.3, basis=WORDS),),
        )
        said: dict[str, Any] = {"article": "an-article", "speakers": ("a-group",), "claim": WORDS}
        unit.add(
            (
                number,
                choice,
                likely,
                CriteriaRevision(question="a-number", replaced_on=date(2022, 1, 9), criteria=WORDS, reason=WORDS),
                Prediction(
                    slug="a-range", question="a-number", quantiles=(Quantile(level=0.1, value=0.1 + 0.2),), **said
                ),
                Prediction(
                    slug="a-pick",
                    question="a-choice",
                    probabilities=(
                        OptionProbability(option="one", probability=0.1),
                        OptionProbability(option=NAME, probability=0.9),
                    ),
                    condition=(Condition(question="csto-out-by-2022-01-23", outcome="yes"),),
                    via=("a-member",),
                    **said,
                ),
                SourceRedirect(slug="was-merged", source="a-group"),
            )
        )

    ledger.change("fill", add)
    ledger.change("fill", add_what_the_seed_has_none_of)
    ledger.change("fill", lambda unit: unit.add(_WHAT_IS_RARE))
    resolve_question(ledger, ResolveQuestion(question="a-day", void=VoidReason.BAD_QUESTION, note=WORDS))
    merge_sources(ledger, MergeSources(gone="z-alias", kept="a-member", reason=WORDS))
    edit_record(ledger, EditRecord(record=replace(_STORY, description=WORDS)))
    remove_record(ledger, RemoveRecord(kind="scenario", name=_STORY.slug, reason=WORDS))


_ORDERED = Question(
    slug="an-order",
    title=NAME,
    kind=QuestionKind.ORDERED,
    criteria=WORDS,
    opens_on=date(1800, 1, 1),
    closes_on=date(2199, 12, 31),
    resolves_on=date(2200, 12, 31),
    options=("few", "some", "many"),
)
_DAY = Question(
    slug="a-day",
    title=NAME,
    kind=QuestionKind.DATE,
    criteria=WORDS,
    resolves_on=date(2022, 12, 31),
    range=(date(2022, 1, 1), date(2022, 12, 31)),
)
_STORY = Scenario(slug="a-story", title="A story")
_SAID = Prediction(
    slug="a-saying",
    question="z-chance",
    article="an-article",
    speakers=("a-member",),
    claim=WORDS,
    made_on=Span.of(date(2022, 1, 9)),
    made_at=datetime(2022, 1, 9, 9, 30, 0, 1, tzinfo=UTC),
    fidelity=Fidelity.SOFTENED,
    basis=Basis.STATED,
    probability=0.7,
    proposed_by="forecasts",
)
_WHAT_IS_RARE: tuple[Record, ...] = (
    _ORDERED,
    _DAY,
    _STORY,
    Source(slug="z-alias", name="z", kind=SourceKind.UNKNOWN, homepage="https://example.org/қ"),
    Article(
        slug="a-part",
        title="A part",
        original_title=NAME,
        published_on=Span(date(1800, 1, 1), date(2199, 12, 31)),
        original_sha256="0" * 64,
        extracted_by=NAME,
        coverage=Coverage.SELECTED,
    ),
    _SAID,
    replace(_SAID, slug="a-saying-again", restates="a-saying", made_at=None),
    replace(_SAID, slug="a-saying-revised", supersedes="a-saying", probability=0.6),
    Objection(question="z-chance", by="her", made_on=date(2200, 12, 31), text=WORDS, answer=WORDS),
)
"""What neither the seed nor the above has."""
