"""Claims on questions of every kind from the reader: by keys, by the rules of the record, with drafts kept."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from forecasts.domain.article_views import AnswerFormat, Selection
from forecasts.domain.kinds import QuestionKind
from forecasts.domain.records import OptionProbability, Prediction, Quantile, Question
from forecasts.services.articles import article_reading
from forecasts.services.claims import offered_questions
from forecasts.services.ledger import open_ledger
from forecasts.services.record import find_record
from forecasts.tui.dialogs.claim import ClaimDialog
from forecasts.tui.screens.articles import ReaderScreen
from forecasts.tui.widgets.autocomplete import read_selection, selection_text
from tests.tui.bench import ANALYST, LARGE, clock, press, running, screen_text, settle, table, toasts, type_text
from tests.tui.reading import ARTICLE, add_article

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from forecasts.tui.app import ForecastsApp

TITLE = "Where will it stand?"
SLUG = "where-will-it-stand"


@pytest.fixture
def read_path(ledger_path: Path) -> Path:
    """The seeded record with an article whose text is attached."""
    add_article(ledger_path)
    return ledger_path


async def _begin(app: ForecastsApp, pilot: Pilot[int], question: str = TITLE) -> ClaimDialog:
    """Open the form on likely words of the article, with its author and a question."""
    await press(pilot, "3")
    assert table(app).go_to(ARTICLE)
    await press(pilot, "enter", "space", "n", "enter")
    await type_text(pilot, question)
    await press(pilot, "enter")
    assert isinstance(app.screen, ClaimDialog)
    return app.screen


async def _fill(pilot: Pilot[int], kind: QuestionKind, *answers: str) -> None:
    """Type criteria and deadline, choose the kind, and type what it asks for."""
    await type_text(pilot, "As the office counts it.")
    await press(pilot, "tab")
    await type_text(pilot, "in 6 months")
    await press(pilot, "tab", "tab", *["right"] * tuple(QuestionKind).index(kind))
    for answer in answers:
        await press(pilot, "tab")
        await type_text(pilot, answer)


def _recorded(path: Path, slug: str = SLUG) -> tuple[list[Prediction], Question]:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        paragraphs = article_reading(ledger, ARTICLE).paragraphs
        question, _ = find_record(ledger, "question", slug)
        assert isinstance(question, Question)
        return [claim.record for paragraph in paragraphs for claim in paragraph.predictions], question
    finally:
        ledger.close()


def _shares(**shares: float) -> tuple[OptionProbability, ...]:
    return tuple(OptionProbability(option=option, probability=share) for option, share in shares.items())


CASES: dict[QuestionKind, tuple[Sequence[str], dict[str, object], dict[str, object]]] = {
    QuestionKind.MULTIPLE_CHOICE: (
        ("North; South; East", "North = 20%; South = 0.5; East = 30%"),
        {"options": ("North", "South", "East"), "unit": ""},
        {"probabilities": _shares(North=0.2, South=0.5, East=0.3), "quantiles": ()},
    ),
    QuestionKind.ORDERED: (
        ("low; high", "low = 25%; high = 75%"),
        {"options": ("low", "high")},
        {"probabilities": _shares(low=0.25, high=0.75)},
    ),
    QuestionKind.NUMERIC: (
        ("км", "10% = 3; 50% = 7.5; 90% = 14"),
        {"unit": "км", "options": ()},
        {
            "quantiles": (
                Quantile(level=0.1, value=3.0),
                Quantile(level=0.5, value=7.5),
                Quantile(level=0.9, value=14.0),
            ),
            "probabilities": (),
        },
    ),
    QuestionKind.DATE: (
        ("5% = 2026-12-01; 95% = in 3 months",),
        {"unit": "", "options": ()},
        {"quantiles": (Quantile(level=0.05, value=date(2026, 12, 1)), Quantile(level=0.95, value=date(2027, 2, 20)))},
    ),
}


@pytest.mark.parametrize("kind", CASES)
async def test_a_new_question_of_each_kind_by_keys_alone(kind: QuestionKind, read_path: Path) -> None:
    typed, asked, numbers = CASES[kind]
    async with running(read_path) as (app, pilot):
        await _begin(app, pilot)
        await _fill(pilot, kind, *typed)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
        assert toasts(app)[-1][0] == "Recorded"
        (claim,), question = _recorded(read_path)
        assert (question.kind, question.title, question.resolves_on) == (kind, TITLE, date(2027, 5, 20))
        assert {name: getattr(question, name) for name in asked} == asked
        assert {name: getattr(claim, name) for name in numbers} == numbers
        assert (claim.question, claim.probability, claim.standard) == (SLUG, None, "")
        await press(pilot, "u", "enter")
        assert toasts(app)[-1][0] != "Recorded"


ANSWERS = {
    QuestionKind.MULTIPLE_CHOICE: ("options", "probabilities"),
    QuestionKind.ORDERED: ("options", "probabilities"),
    QuestionKind.NUMERIC: ("unit", "quantiles"),
    QuestionKind.DATE: ("quantiles",),
}
WRONG: dict[QuestionKind, dict[tuple[str, ...], str]] = {
    QuestionKind.MULTIPLE_CHOICE: {
        ("North", ""): "expected from 2 to 100 options",
        ("North; North", ""): "North",
        ("North; South", "North = 20%; South = 20%"): "found a sum of 40 %",
        ("North; South", "North = 20%; East = 80%"): "'South' missing, 'East'",
    },
    QuestionKind.ORDERED: {("low; high", "low"): "option = probability, such as"},
    QuestionKind.NUMERIC: {
        ("km", "5% = 3; 50% = 2"): "values that do not fall as the levels rise",
        ("km", "50% = 90; 95% = 40"): "the 95 % value, 40, below the 50 % value, 90",
        ("km", "5% = soon"): "✗",
        ("km", "50% = 2027-01-01"): "expected numbers as values on a numeric question",
    },
    QuestionKind.DATE: {
        ("50% = 2027-02-01; 95% = 2027-01-02",): "the 95 % value, 2027-01-02, below the 50 % value, 2027-02-01",
        ("50% = 12",): "expected dates as values on a date question",
        ("150% = 2027-01-01",): "✗",
    },
}


@pytest.mark.parametrize("kind", WRONG)
async def test_what_is_wrong_is_said_under_its_field_as_one_types(kind: QuestionKind, read_path: Path) -> None:
    async with running(read_path, LARGE) as (app, pilot):
        dialog = await _begin(app, pilot)
        await _fill(pilot, kind)
        for typed, said in WRONG[kind].items():
            for name, text in zip(ANSWERS[kind], typed, strict=True):
                dialog.query_one(f"#f-{name}", Input).value = text
            await settle(pilot)
            assert said in " ".join(screen_text(app).replace("│", " ").split())
            assert "✗" in screen_text(app)
            await press(pilot, "ctrl+s")
            assert app.screen is dialog


async def test_what_a_kind_asks_for_is_said_before_it_is_typed(read_path: Path) -> None:
    async with running(read_path, LARGE) as (app, pilot):
        await _begin(app, pilot)
        await _fill(pilot, QuestionKind.MULTIPLE_CHOICE, "North; South")
        await press(pilot, "ctrl+s")
        assert "✗ a probability for each, 100 % in all: North = …; South = …" in screen_text(app)
        await type_text(pilot, "North = 20%; South = 80%")
        assert "North 20 %, South 80 %" in screen_text(app)


async def test_a_prediction_on_a_known_question_of_another_kind(read_path: Path) -> None:
    async with running(read_path, LARGE) as (app, pilot):
        await _begin(app, pilot)
        await _fill(pilot, QuestionKind.MULTIPLE_CHOICE, "North; South", "North = 20%; South = 80%")
        await press(pilot, "ctrl+s")
        await press(pilot, "space", "n", "enter", *"Wher", "enter")
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        assert read_selection(dialog.texts["question"]).slug == SLUG
        assert dialog.focused is dialog.form.control("probabilities")
        await type_text(pilot, "North = 30%")
        assert "✗ found a sum of 30 %" in screen_text(app)
        dialog.form.put(probabilities="")
        await type_text(pilot, "North = 30%; South = 70%")
        await press(pilot, "ctrl+s")
        claims, _ = _recorded(read_path)
        assert [claim.probabilities for claim in claims] == [
            _shares(North=0.2, South=0.8),
            _shares(North=0.3, South=0.7),
        ]


async def test_what_is_typed_for_another_kind_is_kept_too(read_path: Path) -> None:
    async with running(read_path, LARGE) as (app, pilot):
        await _begin(app, pilot)
        await _fill(pilot, QuestionKind.NUMERIC, "км", "50% =")
    async with running(read_path, LARGE) as (app, pilot):
        await press(pilot, "3")
        assert table(app).go_to(ARTICLE)
        await press(pilot, "enter", "space", "n")
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        texts = dialog.texts
        assert (texts["kind"], texts["unit"], texts["quantiles"]) == ("numeric", "км", "50% =")
        assert read_selection(texts["question"]).text == TITLE


def test_a_kept_draft_has_its_question_again() -> None:
    asked = AnswerFormat(QuestionKind.ORDERED, ("low", "high"), due="2027-05-20")
    picked = Selection("How high?", "how-high", asked=asked)
    assert read_selection(selection_text(picked)) == picked
    assert read_selection(selection_text(picked).replace("ordered", "no-such")) == Selection()
    assert read_selection(selection_text(picked).replace("2027-05-20", "2027")) == Selection()


async def test_questions_are_offered_with_what_they_ask_for(read_path: Path) -> None:
    async with running(read_path, LARGE) as (app, pilot):
        await _begin(app, pilot)
        await _fill(pilot, QuestionKind.ORDERED, "low; high", "low = 25%; high = 75%")
        await press(pilot, "ctrl+s")
    ledger = open_ledger(str(read_path), analyst=ANALYST, clock=clock)
    try:
        (pick,) = [one for one in offered_questions(ledger, "stand", ARTICLE) if one.slug == SLUG]
    finally:
        ledger.close()
    assert pick.asked == AnswerFormat(QuestionKind.ORDERED, ("low", "high"), due="2027-05-20")
