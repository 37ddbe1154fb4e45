"""Every kind of claim recorded in the reader by keys alone: at most twelve each, with known sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.article_views import Selection
from forecasts.domain.fields import record_fields
from forecasts.domain.glossary import TOO_VAGUE, terms
from forecasts.domain.intents import AddRecords
from forecasts.domain.kinds import Basis, ClaimType, Endorsement, PassageReason, QuestionKind, Side
from forecasts.domain.records import Prediction, Question
from forecasts.services.ledger import open_ledger
from forecasts.services.record import add_records
from forecasts.tui.dialogs.base import ChooseDialog
from forecasts.tui.dialogs.claim import ClaimDialog
from forecasts.tui.dialogs.claim_fields import claim_fields
from forecasts.tui.screens.articles import ReaderScreen
from forecasts.tui.widgets.autocomplete import read_selection, selection_text
from tests.services.looking import records
from tests.tui.bench import ANALYST, LARGE, SMALL, clock, press, running, screen_text, toasts, type_text
from tests.tui.reading import ARTICLE, add_article, open_reader

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from forecasts.tui.app import ForecastsApp

TEXT = "\n".join((
    "It is a great question, and it could lead to change.",
    "If the troops stay, a split will follow within a year.",
    "There is a one in three chance that they leave by January.",
    "None of them will last the winter.",
    "Oil will cost 74 dollars in June.",
))  # fmt: skip
ON = "out by 16 jan"
"""Words by which a question of the seed is found: eight characters of it and enter take it."""


@pytest.fixture
def path(ledger_path: Path) -> Path:
    add_article(ledger_path, text=TEXT)
    return ledger_path


def _recorded(path: Path) -> Prediction:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        claims = (one for one in records(ledger)["prediction"] if isinstance(one, Prediction))
        (found,) = (one for one in claims if one.article == ARTICLE)
    finally:
        ledger.close()
    return found


def _form(app: ForecastsApp) -> ClaimDialog:
    assert isinstance(app.screen, ClaimDialog)
    return app.screen


def _question(path: Path, slug: str) -> Question:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        (found,) = (one for one in records(ledger)["question"] if isinstance(one, Question) and one.slug == slug)
    finally:
        ledger.close()
    return found


class _Keys:
    """Presses keys and counts them; what is typed counts as one for each word."""

    def __init__(self, pilot: Pilot[int]) -> None:
        self.pilot = pilot
        self.count = 0

    async def __call__(self, *keys: str) -> None:
        self.count += len(keys)
        await press(self.pilot, *keys)

    async def words(self, text: str) -> None:
        self.count += len(text.split())
        await type_text(self.pilot, text)


async def _to(keys: _Keys, paragraph: int) -> None:
    """Move to the paragraph's first likely words; the way there is not counted."""
    await press(keys.pilot, *["down"] * (paragraph - 1), "space")


OF_QUESTION = {
    **{name: name for name in ("criteria", "options", "unit", "deadline_basis")},
    "deadline": "resolves_on",
    "where": "resolution_source",
}
OF_PREDICTION = {
    **{name: name for name in ("phrase", "question", "probabilities", "quantiles", "basis", "condition", "scenario")},
    **{name: name for name in ("claim_type", "endorsement", "claim")},
    "vague": "unscorable",
    "side": "phrase_about",
}


def test_a_field_is_called_alike_where_it_is_recorded_from_words_and_in_the_record() -> None:
    shown = {field.name: field.label for field in claim_fields("")}
    for record, names in ((Question, OF_QUESTION), (Prediction, OF_PREDICTION)):
        specs = record_fields(record)
        assert {name: shown[name] for name in names} == {name: specs[of].help.label for name, of in names.items()}
    assert f"{shown['speaker']}s" == record_fields(Prediction)["speakers"].help.label


async def test_a_vague_claim_takes_no_more_keys_than_a_plain_one(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        keys = _Keys(pilot)
        await press(pilot, "space")
        await keys("w", "right", "ctrl+s")
        assert "too vague: no deadline" in screen_text(app)
        assert keys.count <= 12
    found = _recorded(path)
    assert (found.unscorable, found.question, found.claim_type) == ("no-deadline", "", ClaimType.POSSIBILITY)
    assert found.claim == f"“{found.phrase}”"


async def test_a_vague_claim_belongs_to_a_scenario_and_keeps_it_when_it_is_changed(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        keys = _Keys(pilot)
        await press(pilot, "space")
        await keys("w", "right", "tab")
        await keys.words("csto-mission")
        await keys("enter", "ctrl+s")
        assert keys.count <= 12
        before = _recorded(path)
        assert (before.unscorable, before.scenario) == ("no-deadline", "csto-mission")
        await press(pilot, "E")
        _form(app).form.put(claim="Change may come.")
        await press(pilot, "ctrl+s")
    assert _recorded(path) == replace(before, claim="Change may come.")


async def test_a_conditional_claim_hangs_on_the_question_that_its_sentence_begins_with(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        keys = _Keys(pilot)
        await _to(keys, 2)
        await keys("n", "enter")
        await keys.words(ON)
        await keys("enter")
        assert read_selection(_form(app).texts["condition"]) == Selection("The troops stay", is_new=True)
        assert "due Sun 16 January 2022" in screen_text(app)  # with the question that the claim is about
        _form(app).form.put(condition_due="end of March 2027")
        await keys("ctrl+s")
        assert keys.count <= 12
    found = _recorded(path)
    assert found.condition_text == "If the troops stay"
    ((on, outcome),) = [(one.question, one.outcome) for one in found.condition]
    assert outcome == "yes"
    assert on != found.question
    assert _question(path, on).resolves_on == date(2027, 3, 31)


async def test_a_conditional_claim_hangs_on_a_question_that_is_known(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        keys = _Keys(pilot)
        await _to(keys, 2)
        await keys("n", "enter")
        await keys.words(ON)
        await keys("enter", "tab")
        await keys.words("force begin")
        await keys("enter", "ctrl+s")
        assert keys.count <= 12
    ((on, _),) = [(one.question, one.outcome) for one in _recorded(path).condition]
    assert "begin to leave" in _question(path, on).title


@pytest.mark.parametrize(("speaker", "most"), [((), 12), (("Olaf Berg", "enter"), 16)], ids=["known", "new"])
async def test_options_and_a_condition_take_few_keys_more_with_a_new_source(
    path: Path, speaker: tuple[str, ...], most: int
) -> None:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    options = ("Olsen", "Reuter", "Falk")
    made = Question(
        slug="harbour", title="Who is harbour master?", criteria="The gazette.", resolves_on=date(2027, 6, 1)
    )
    add_records(ledger, AddRecords(records=(replace(made, kind=QuestionKind.MULTIPLE_CHOICE, options=options),)))
    ledger.close()
    async with running(path, SMALL) as (app, pilot):
        await open_reader(app, pilot)
        keys = _Keys(pilot)
        await _to(keys, 2)
        await keys("n")
        for words in speaker[:1]:
            await keys.words(words)
        await keys(*speaker[1:], "enter")
        await keys.words("harbour master")
        await keys("enter")
        await keys.words("70 20 10")
        await keys("ctrl+s")
        assert "Record a prediction" not in screen_text(app)  # the form is closed
        assert keys.count <= most
    found = _recorded(path)
    assert [one.probability for one in found.probabilities] == [0.7, 0.2, 0.1]
    ((on, outcome),) = [(one.question, one.outcome) for one in found.condition]
    assert (on, outcome) == ("the-troops-stay", "yes")
    assert _question(path, on).resolves_on == made.resolves_on
    assert (found.endorsement is Endorsement.RELAYED) is bool(speaker)


async def test_a_number_that_the_source_says_is_stated(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        keys = _Keys(pilot)
        await _to(keys, 3)
        await keys("n", "enter")
        await keys.words(ON)
        await keys("enter")
        await keys.words("one in three")
        await keys("ctrl+s")
        assert keys.count <= 12
    found = _recorded(path)
    assert found.probability == pytest.approx(1 / 3)
    assert found.basis is Basis.STATED
    assert found.claim_type is ClaimType.FORECAST  # "a chance" alone would be a possibility


async def test_what_is_denied_before_the_words_speaks_of_no(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        keys = _Keys(pilot)
        await _to(keys, 4)
        await keys("n", "enter")
        await keys.words(ON)
        await keys("enter", "ctrl+s")
        assert keys.count <= 12
    found = _recorded(path)
    assert found.phrase_about is Side.NO
    assert found.probability == pytest.approx(0.1)


def test_the_question_that_is_hung_on_is_in_the_seed(path: Path) -> None:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        titles = [one.title for one in records(ledger)["question"] if isinstance(one, Question)]
    finally:
        ledger.close()
    assert any(all(word in title.lower() for word in ON.split()) for title in titles)


async def test_words_are_marked_by_keys_at_both_ends_in_the_reader_and_in_the_form(path: Path) -> None:
    async with running(path) as (app, pilot):
        view = await open_reader(app, pilot)
        screen = app.screen
        assert isinstance(screen, ReaderScreen)
        await _to(_Keys(pilot), 2)
        assert screen.phrase == "will follow within a year"
        await press(pilot, "v", "left", "left")
        assert screen.phrase == "will follow within"
        await press(pilot, "v", "left", "left", "right")
        assert screen.phrase == "split will follow within"
        await press(pilot, "shift+right", "shift+up", "shift+up", "shift+down")
        assert screen.phrase == "a split will follow within a"
        await press(pilot, "n", "shift+tab", "shift+left", "shift+down")
        assert _form(app).texts["phrase"] == "split will follow within"
        await press(pilot, "escape", "v", "escape")
        assert (app.screen, view.marked) == (screen, [])
        assert screen.phrase == "will follow within a year"
        await press(pilot, "escape")
        assert app.screen is not screen


async def test_marks_by_keys_go_over_the_lines_of_a_paragraph(ledger_path: Path) -> None:
    words = " ".join(f"word{number}" for number in range(1, 40))
    add_article(ledger_path, text=f"It will be {words}.")
    async with running(ledger_path) as (app, pilot):
        view = await open_reader(app, pilot)
        await press(pilot, "space", "v", *["right"] * 18)
        ((block, start, end),) = view.marked
        assert block.text[start:end].endswith("be " + " ".join(f"word{number}" for number in range(1, 29)))
        await press(pilot, "n")
        assert "a phrase has at most" in toasts(app)[-1][1]
        await press(pilot, "down")
        assert view.marked == []


async def test_a_recorded_claim_is_changed_in_the_form_that_it_was_recorded_in(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        await _to(_Keys(pilot), 2)
        await press(pilot, "n", "enter")
        await type_text(pilot, ON)
        await press(pilot, "enter", "ctrl+s")
        before = _recorded(path)
        await press(pilot, "E")
        begun = _form(app).texts
        assert read_selection(begun["condition"]).slug == before.condition[0].question
        await press(pilot, "ctrl+s")
        assert _recorded(path) == before
        await press(pilot, "E")
        _form(app).form.put(number="60 50-70", claim="A split within the year.")
        await press(pilot, "ctrl+s")
    after = _recorded(path)
    assert (after.probability, after.low, after.high, after.standard) == (0.6, 0.5, 0.7, "")
    assert (
        replace(after, probability=before.probability, low=before.low, high=before.high, claim=before.claim) == before
    )


async def test_of_two_claims_of_a_paragraph_the_one_is_chosen_that_is_changed(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        for speaker in ("One Speaker", "Another"):
            await press(pilot, "w", "shift+tab", "shift+tab", "shift+tab")
            _form(app).form.put(phrase="could lead to change", speaker=selection_text(Selection(speaker, is_new=True)))
            await press(pilot, "ctrl+s")
        await press(pilot, "E")
        assert isinstance(app.screen, ChooseDialog)
        await press(pilot, "down", "enter")
        assert read_selection(_form(app).texts["speaker"]).text == "One Speaker"  # they stand by their names


async def test_the_help_of_a_form_has_a_line_and_an_example_for_each_choice(path: Path) -> None:
    async with running(path, (120, 200)) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "w", "f1")
        boxed = (line.split("│")[1] for line in screen_text(app).splitlines() if line.count("│") > 1)
        shown = " ".join(" ".join(boxed).split())
        assert "Help: Record a prediction" in screen_text(app)
        for vocabulary in (ClaimType, Endorsement):
            for term in terms(vocabulary):
                assert f"{term.word}: {term.meaning} ({term.example})" in shown
        for said, example in TOO_VAGUE.values():
            assert f"{said} ({example})" in shown
        assert "Criteria" not in shown  # which is not asked of what is too vague
        await press(pilot, "f1", "escape", "n", "escape", "x", "f1")
        assert terms(PassageReason)[0].example in screen_text(app)
