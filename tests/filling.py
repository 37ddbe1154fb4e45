"""A ledger with rows in every table, with text and numbers that engines keep differently."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from forecasts.domain.dates import Span
from forecasts.domain.intents import RemindLater, ReopenQuestion, ResolveQuestion, UndoChange
from forecasts.domain.kinds import QuestionKind, SourceKind
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
    ReferenceForecast,
    Source,
    SourceRedirect,
)
from forecasts.services.resolve import remind_later, reopen_question, resolve_question
from forecasts.services.texts import attach_in
from forecasts.services.undo import undo_change
from tests.faults.writing import list_questions
from tests.safety.conftest import resolve_some

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger, Unit

WORDS = "қазақ \u202e\u0301 ‘quoted’ 100 % \\ :name ?\nsecond line\ttab 🇰🇿"


def fill(ledger: Ledger) -> None:
    """Rows in every table that the seed leaves empty, with text and numbers that engines keep differently."""
    resolve_some(ledger)
    questions = list_questions(ledger)
    reopen_question(ledger, ReopenQuestion(question=questions[1].slug, reason=WORDS))
    remind_later(ledger, RemindLater(question=questions[7].slug, remind_on=date(2200, 12, 31)))
    undo_change(ledger, UndoChange())
    remind_later(ledger, RemindLater(question=questions[8].slug, remind_on=date(2030, 2, 28)))
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
        group = Source(slug="a-group", name=WORDS, kind=SourceKind.GROUP)
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
            title=WORDS,
            kind=QuestionKind.NUMERIC,
            criteria=WORDS,
            resolves_on=date(2200, 12, 31),
            unit="%",
            range=(0.0, 100.0),
        )
        choice = Question(
            slug="a-choice",
            title=WORDS,
            kind=QuestionKind.MULTIPLE_CHOICE,
            criteria=WORDS,
            resolves_on=date(2200, 12, 31),
            options=("one", WORDS),
        )
        likely = Question(
            slug="z-chance",
            title=WORDS,
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
                        OptionProbability(option=WORDS, probability=0.9),
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
