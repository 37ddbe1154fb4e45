"""What the marked sentence proposes for its claim in the form: seen before it is recorded, and replaced by one key."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.article_views import Selection
from forecasts.domain.intents import AddRecords
from forecasts.domain.kinds import Basis, ClaimType, DeadlineBasis, Endorsement, QuestionKind, Side, SourceKind
from forecasts.domain.records import Prediction, Question, Scenario, Source
from forecasts.services.ledger import open_ledger
from forecasts.services.record import add_records
from forecasts.tui.dialogs.claim import ClaimDialog
from forecasts.tui.screens.articles import ReaderScreen
from forecasts.tui.widgets.autocomplete import read_selection, selection_text, telling_words
from forecasts.tui.widgets.inputs import PhraseInput
from tests.services.looking import records
from tests.tui.bench import ANALYST, LARGE, SMALL, clock, press, running, screen_text, type_text
from tests.tui.reading import ARTICLE, AUTHOR, add_article, open_reader

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from forecasts.tui.app import ForecastsApp

TEXT = "\n".join((
    "Olsen, Reuter or Falk will become harbour master by June 2027.",
    "If the troops stay, a split will follow within a year.",
    "The toll will stand at 74 crowns at the end of 2027.",
    "I expect the first car to cross in the middle of June 2028.",
    "There is a one in three chance that the pier falls in 2027.",
    "Observers of the harbour say that he will not go before 2028.",
    "“The boats will be sold by May 2027,” said Olaf Berg.",
    "Berg smiled. “The inn will close by 2029,” he said. “It could be gone before.”",
    "I give her six chances in ten; Falk has the rest.",
))  # fmt: skip


@pytest.fixture
def path(ledger_path: Path) -> Path:
    add_article(ledger_path, text=TEXT)
    return ledger_path


async def _begin(app: ForecastsApp, pilot: Pilot[int], paragraph: int) -> ClaimDialog:
    """Open the form at the first likely words of a paragraph."""
    await open_reader(app, pilot)
    await press(pilot, *["down"] * (paragraph - 1), "space", "n")
    assert isinstance(app.screen, ClaimDialog)
    return app.screen


def _places_left(app: ForecastsApp) -> int:
    found = re.search(r"(\d+) likely places? left", screen_text(app))
    assert found
    return int(found[1])


def _recorded(path: Path) -> tuple[Prediction, Question, Sequence[Source]]:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        found = records(ledger)
    finally:
        ledger.close()
    (said,) = (one for one in found["prediction"] if isinstance(one, Prediction) and one.article == ARTICLE)
    (asked,) = (one for one in found["question"] if isinstance(one, Question) and one.slug == said.question)
    return said, asked, [one for one in found["source"] if isinstance(one, Source) and one.slug in said.speakers]


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_new_question_of_options_takes_their_shares_and_no_other_words(
    path: Path, size: tuple[int, int]
) -> None:
    async with running(path, size) as (app, pilot):
        await _begin(app, pilot, 1)
        await press(pilot, "enter", "enter")
        assert "▏Will Olsen, Reuter or Falk" in screen_text(app)  # from its beginning
        await press(pilot, "ctrl+s")
        await type_text(pilot, "60 30 10")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
    said, asked, _ = _recorded(path)
    assert (asked.title, asked.options) == (
        "Will Olsen, Reuter or Falk become harbour master by June 2027?",
        ("Olsen", "Reuter", "Falk"),
    )
    assert (asked.kind, asked.resolves_on) == (QuestionKind.MULTIPLE_CHOICE, date(2027, 6, 30))
    assert asked.criteria == TEXT.partition("\n")[0]
    assert [one.probability for one in said.probabilities] == [0.6, 0.3, 0.1]


async def test_a_number_and_a_day_are_the_sources_own(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        dialog = await _begin(app, pilot, 3)
        await press(pilot, "enter", "enter")
        assert screen_text(app).count("proposed from the sentence") == 6  # title, criteria, day, kind, unit, number
        assert dialog.texts["quantiles"] == "74"
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
    said, asked, _ = _recorded(path)
    assert (asked.title, asked.unit) == ("The toll will stand at … crowns at the end of 2027?", "crowns")
    assert [(one.level, one.value) for one in said.quantiles] == [(0.5, 74.0)]
    assert said.basis is Basis.STATED


def test_a_question_is_not_like_another_by_its_month() -> None:
    assert telling_words("Will the rate stand at about 16 per cent by June 2027?") == ["stand", "cent", "rate"]


async def test_questions_that_share_the_beginning_of_a_word_are_offered_not_those_with_it_inside_another(
    path: Path,
) -> None:
    titles = {
        "stand": "Will the stand be sold?",
        "bystanders": "Will bystanders be heard?",
        "tollgates": "Will tollgates open?",
    }
    due = date(2027, 12, 31)
    known = [Question(slug=slug, title=title, criteria=title, resolves_on=due) for slug, title in titles.items()]
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    add_records(ledger, AddRecords(records=tuple(known)))
    ledger.close()
    async with running(path, LARGE) as (app, pilot):
        await _begin(app, pilot, 3)
        await press(pilot, "tab")
        assert titles["stand"] in screen_text(app)
        assert "tollgates" not in screen_text(app)
        assert "bystanders" not in screen_text(app)


async def test_a_day_is_read_where_the_words_say_when_and_its_deadline_is_asked_for(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        dialog = await _begin(app, pilot, 4)
        await press(pilot, "enter", "enter", "ctrl+s")
        assert dialog.focused is dialog.form.control("deadline")
        await type_text(pilot, "end of 2029")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
    said, asked, _ = _recorded(path)
    assert (asked.title, asked.resolves_on) == ("The first car will cross in the …?", date(2029, 12, 31))
    assert [one.value for one in said.quantiles] == [date(2028, 6, 15)]


async def test_a_stated_chance_is_in_the_words_and_in_the_number(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await _begin(app, pilot, 5)
        await press(pilot, "enter", "enter", "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
    said, _, _ = _recorded(path)
    assert said.phrase == "one in three chance that the pier falls in 2027"
    assert said.probability == pytest.approx(1 / 3)
    assert said.basis is Basis.STATED


async def test_who_said_it_is_proposed_and_what_is_denied_speaks_of_no(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await _begin(app, pilot, 6)
        await press(pilot, "enter", "enter", "enter", "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
    said, asked, (source,) = _recorded(path)
    assert (source.name, source.kind, source.anonymous) == ("Observers of the harbour", SourceKind.GROUP, True)
    assert (asked.title, said.phrase_about) == ("Will he go before 2028?", Side.NO)
    assert said.endorsement is Endorsement.RELAYED


async def test_of_words_that_stand_twice_in_a_paragraph_the_form_reads_those_that_were_marked(
    ledger_path: Path,
) -> None:
    add_article(ledger_path, text="No party will win. The Union will win in 2027, if Berg goes.")
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "space", "space", "n")
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        assert read_selection(dialog.texts["question"]).text == "Will the Union win in 2027?"
        assert read_selection(dialog.texts["condition"]).text == "Berg goes"
        dialog.query_one(PhraseInput).focus()
        await press(pilot, *["shift+left"] * 2)
        assert dialog.texts["phrase"] == "will win"
        await press(pilot, "shift+right")
        assert dialog.texts["phrase"] == "will win in"
        assert dialog.check(dialog.texts).follows["side"] == Side.YES


async def test_of_words_in_quotation_marks_somebody_has_to_say_whose_they_are(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        dialog = await _begin(app, pilot, 8)
        assert not dialog.texts["speaker"]
        assert "the words stand in quotation marks" in screen_text(app)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ClaimDialog)
        await type_text(pilot, "Olaf Berg")
        await press(pilot, "enter", "enter", "enter", "ctrl+s", "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
    said, asked, (source,) = _recorded(path)
    assert (source.name, said.endorsement) == ("Olaf Berg", Endorsement.RELAYED)
    assert (asked.resolves_on, asked.deadline_basis) == (date(2029, 12, 31), DeadlineBasis.STATED)


async def test_a_deadline_follows_from_the_question_and_whose_it_is_from_the_sentence(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        dialog = await _begin(app, pilot, 9)
        assert not dialog.texts["question"]  # the sentence names no event
        await press(pilot, "tab")
        await type_text(pilot, "Who wins the seat before 1 March 2027?")
        await press(pilot, "enter")
        assert "by the question's words: Sun 28 February 2027" in screen_text(app)
        await type_text(pilot, "As the office says.")
        await press(pilot, "tab", "tab", "tab", "right", "tab")
        await type_text(pilot, "Ruth Olsen; Falk")
        await press(pilot, "tab")
        await type_text(pilot, "Ruth Olsen = 60; Falk = 40")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
    said, asked, _ = _recorded(path)
    assert (asked.resolves_on, asked.deadline_basis) == (date(2027, 2, 28), DeadlineBasis.ANALYST)
    assert [one.probability for one in said.probabilities] == [0.6, 0.4]
    assert said.claim_type is ClaimType.FORECAST


async def test_what_is_recorded_in_other_words_of_a_place_is_no_likely_place_any_more(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        left = _places_left(app)
        await press(pilot, *["down"] * 3, "space", "n")
        await press(pilot, "shift+tab", "ctrl+u")
        await type_text(pilot, "car to cross in the middle of June")
        await press(pilot, "tab", "enter", "enter", "ctrl+s")
        await type_text(pilot, "end of 2029")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
        assert _places_left(app) == left - 1


async def test_a_condition_and_the_question_of_its_claim_are_new_in_few_keys(path: Path) -> None:
    async with running(path, SMALL) as (app, pilot):
        await _begin(app, pilot, 2)
        assert "The troops stay" in screen_text(app)
        await press(pilot, "enter", "enter", "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
        assert "only if “The troops stay” comes to yes" in " ".join(screen_text(app).split())
    said, asked, _ = _recorded(path)
    assert asked.title == "Will a split follow within a year?"
    assert said.condition_text == "If the troops stay"


async def test_nothing_that_is_proposed_is_recorded_before_it_was_on_the_screen(path: Path) -> None:
    async with running(path, (80, 18)) as (app, pilot):
        dialog = await _begin(app, pilot, 3)
        await press(pilot, "enter", "enter")
        unseen = next(line for line in ("Unit", "Quantiles") if line not in screen_text(app))
        await press(pilot, "ctrl+s")
        assert app.screen is dialog
        assert unseen in screen_text(app)
        assert "not read yet" in screen_text(app)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)


async def test_a_question_that_is_proposed_is_taken_by_the_key_that_records(path: Path) -> None:
    async with running(path, SMALL) as (app, pilot):
        dialog = await _begin(app, pilot, 2)
        await press(pilot, "enter", "ctrl+s")
        assert app.screen is dialog  # what is proposed with it was not on the screen
        assert read_selection(dialog.texts["question"]).is_new
        assert "not read yet" in screen_text(app)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
    _, asked, _ = _recorded(path)
    assert asked.title == "Will a split follow within a year?"


async def test_of_a_proposed_question_that_is_recorded_the_record_is_taken(path: Path) -> None:
    title = "Will a split follow within a year?"
    known = Question(slug="split", title=title, criteria="Yes if it does.", resolves_on=date(2027, 12, 31))
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    add_records(ledger, AddRecords(records=(known,)))
    ledger.close()
    async with running(path, SMALL) as (app, pilot):
        await _begin(app, pilot, 2)
        await press(pilot, "enter", "ctrl+s", "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
    said, _, _ = _recorded(path)
    assert said.question == "split"


async def test_new_questions_of_an_article_go_where_the_one_before_them_went(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        dialog = await _begin(app, pilot, 2)
        await press(pilot, "enter", "enter")
        dialog.form.put(scenario=selection_text(Selection("The mission", "csto-mission")))
        await press(pilot, "ctrl+s", "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
        await press(pilot, "down", "space", "n", "enter", "enter")
        assert isinstance(app.screen, ClaimDialog)
        assert read_selection(app.screen.texts["scenario"]).slug == "csto-mission"
        assert "Scenario" in screen_text(app)
    _, asked, _ = _recorded(path)
    assert asked.scenario == "csto-mission"


async def test_a_new_scenario_is_made_with_the_claim_and_tab_takes_what_is_typed(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        dialog = await _begin(app, pilot, 2)
        await press(pilot, "tab")
        dialog.form.put(question="")
        await type_text(pilot, "Whom will they choose by 2027?")
        await press(pilot, "tab")
        assert read_selection(dialog.texts["question"]).is_new
        assert "Options" in screen_text(app)  # a question that begins with whom is no yes or no
        dialog.form.put(options="Olsen; Falk", probabilities="60 40")
        dialog.form.focus_field("scenario")
        await type_text(pilot, "The harbour")
        await press(pilot, "tab")
        assert "a new scenario" in screen_text(app)
        await press(pilot, "ctrl+s", "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
        await press(pilot, "u", "enter")
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    with ledger.records() as store:
        assert store.find(Scenario, "the-harbour") is None  # one change, and one undo
    ledger.close()


async def test_what_tab_left_alone_is_asked_for_in_the_scenario_too(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        dialog = await _begin(app, pilot, 2)
        await press(pilot, "enter", "enter")
        dialog.form.put(scenario=selection_text(Selection("The harb")))
        await press(pilot, "ctrl+s")
        assert app.screen is dialog
        assert "or leave it empty" in screen_text(app)


async def test_beside_a_proposed_question_stand_those_that_speak_of_the_same(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await _begin(app, pilot, 2)
        await press(pilot, "enter")
        shown = screen_text(app)
        assert "Will Kazakhstan split in two by the end of 2022?" in shown  # shares a word
        assert "Will Kazakhstan turn to the West" not in shown
        assert "▸ + new question: Will a split follow within a year?" in shown


async def test_one_key_puts_something_else_in_the_place_of_a_proposal(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        dialog = await _begin(app, pilot, 7)
        assert read_selection(dialog.texts["speaker"]).text == "Olaf Berg"
        assert AUTHOR in screen_text(app)  # at hand, beside what is proposed
        await press(pilot, "down", "enter", *"xqx")
        assert read_selection(dialog.texts["speaker"]).slug == "aigul-serik"
        assert read_selection(dialog.texts["question"]).text == "xqx"
        await press(pilot, "enter", "y")
        assert dialog.texts["criteria"] == "y"
        await press(pilot, "tab", "z")
        assert dialog.texts["deadline"] == "z"


async def test_a_known_question_is_found_by_typing_over_what_is_proposed(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        dialog = await _begin(app, pilot, 1)
        await press(pilot, "enter")
        await type_text(pilot, "out by 16 jan")
        await press(pilot, "enter")
        assert read_selection(dialog.texts["question"]).slug
        assert "Criteria" not in screen_text(app)


async def test_of_vague_words_who_said_them_is_proposed_and_nothing_else(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, *["down"] * 5, "space", "w")
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        assert read_selection(dialog.texts["speaker"]).text == "Observers of the harbour"
        assert (dialog.texts["question"], dialog.texts["criteria"]) == ("", "")
        await press(pilot, "enter", "enter", "right", "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)


async def test_enter_takes_no_question_that_nobody_named(ledger_path: Path) -> None:
    add_article(ledger_path, text=f"It will {'go on and ' * 200}end.")
    async with running(ledger_path, LARGE) as (app, pilot):
        dialog = await _begin(app, pilot, 1)
        assert dialog.texts["question"] == ""
        await press(pilot, "enter", "enter", "ctrl+s")
        assert app.screen is dialog
        assert "✗ the event it speaks of" in screen_text(app)
        await type_text(pilot, "kazakhstan")
        await press(pilot, "down", "enter")  # the second that has the word
        assert read_selection(dialog.texts["question"]).slug
