"""Articles and the reader: the list, the text with its marks, and recording from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input, TextArea

from forecasts.domain.article_views import Selection
from forecasts.domain.kinds import ClaimType, Endorsement, Side, SourceKind
from forecasts.paths import state_folder
from forecasts.services.articles import article_reading
from forecasts.services.browse import show_record
from forecasts.services.ledger import open_ledger
from forecasts.tui.dialogs.base import KEPT
from forecasts.tui.dialogs.claim import ClaimDialog, PassageDialog
from forecasts.tui.dialogs.form import FormDialog
from forecasts.tui.dialogs.short_forms import AttachDialog, ExportDialog, ReasonDialog
from forecasts.tui.screens.articles import ArticlesScreen, ReaderScreen
from forecasts.tui.widgets.autocomplete import read_selection, selection_text
from forecasts.tui.widgets.bars import KeyBar
from forecasts.tui.widgets.text_view import TextView
from tests.tui.bench import (
    ANALYST,
    LARGE,
    SMALL,
    clock,
    press,
    row_of,
    running,
    screen_text,
    settle,
    summary,
    table,
    toasts,
    type_text,
)
from tests.tui.reading import ARTICLE, AUTHOR, PARAGRAPHS, add_article, text_file
from tests.tui.resolving import CSTO

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from forecasts.domain.records import Passage, Prediction
    from forecasts.tui.app import ForecastsApp


@pytest.fixture
def read_path(ledger_path: Path) -> Path:
    """The seeded record with an article whose text is attached."""
    add_article(ledger_path)
    return ledger_path


async def open_reader(app: ForecastsApp, pilot: Pilot[int]) -> ReaderScreen:
    await press(pilot, "3")
    assert table(app).go_to(ARTICLE)
    await press(pilot, "enter")
    assert isinstance(app.screen, ReaderScreen)
    return app.screen


def view(app: ForecastsApp) -> TextView:
    return app.screen.query_one(TextView)


def phrases(app: ForecastsApp) -> list[str]:
    """What the stops of the text offer, in order."""
    return [block.text[stop.start : stop.end] for block in view(app)._blocks for stop in block.stops]


def recorded(path: Path) -> list[Prediction]:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        paragraphs = article_reading(ledger, ARTICLE).paragraphs
        return [claim.record for paragraph in paragraphs for claim in paragraph.predictions]
    finally:
        ledger.close()


def rejected(path: Path) -> list[Passage]:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        paragraphs = article_reading(ledger, ARTICLE).paragraphs
        return [one.record for paragraph in paragraphs for one in paragraph.passages]
    finally:
        ledger.close()


async def test_the_list(read_path: Path) -> None:
    async with running(read_path) as (app, pilot):
        await press(pilot, "3")
        assert isinstance(app.screen, ArticlesScreen)
        assert summary(app) == "9 articles, newest first"
        assert row_of(app).slug == ARTICLE
        assert "attached" in screen_text(app)
        await press(pilot, "slash")
        await type_text(pilot, "АЙГҮЛ")
        assert table(app).row_count == 1
        await type_text(pilot, " %_")
        assert "No article has these words." in screen_text(app)
        await press(pilot, "escape", "ctrl+e")
        assert isinstance(app.screen, ExportDialog)


async def test_an_empty_ledger(empty_path: Path) -> None:
    async with running(empty_path) as (app, pilot):
        await press(pilot, "3", "enter", "a")
        assert "No article is on record." in screen_text(app)
        assert isinstance(app.screen, ArticlesScreen)


async def test_without_its_text_the_page_shows_the_claims_and_how_to_attach_it(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "3")
        assert table(app).go_to("anbound-2022-01-14")
        await press(pilot, "enter")
        text = screen_text(app)
        assert "▪ Chan Kung" in text
        assert "▫ no prediction" in text
        assert "forecasts attach anbound-2022-01-14 FILE" in text
        await press(pilot, "n", "x")
        assert isinstance(app.screen, ReaderScreen)  # greyed: there is no text to record from


async def test_attaching_by_a_key(ledger_path: Path, tmp_path: Path) -> None:
    add_article(ledger_path, attached=False)
    file = text_file(ledger_path)
    async with running(ledger_path) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "a")
        dialog = app.screen
        assert isinstance(dialog, AttachDialog)
        await press(pilot, "enter")
        assert "a path is needed" in screen_text(app)
        dialog.query_one(Input).value = str(tmp_path / "no-such.txt")
        await press(pilot, "ctrl+s")
        assert "no file is at" in " ".join(screen_text(app).split())
        wrong = tmp_path / "bytes.txt"
        wrong.write_bytes(b"\xff\xfe\x00")
        dialog.query_one(Input).value = str(wrong)
        await press(pilot, "enter")
        again = app.screen
        assert isinstance(again, AttachDialog)
        assert "UTF-8" in screen_text(app)
        assert again.query_one(Input).value == str(wrong)
        again.query_one(Input).value = str(file)
        await press(pilot, "enter")
        assert toasts(app)[-1][0] == "Text attached"
        assert PARAGRAPHS[0] in screen_text(app)
        await press(pilot, "a", "escape", "escape")
        assert isinstance(app.screen, ArticlesScreen)
        assert row_of(app).has_text
        await press(pilot, "a")
        assert isinstance(app.screen, AttachDialog)


async def test_likely_words_are_the_stops_of_the_cursor(read_path: Path) -> None:
    async with running(read_path) as (app, pilot):
        await open_reader(app, pilot)
        assert phrases(app) == ["unlikely", "will not", "announced", "may", "will"]
        assert "space: the next likely words." in screen_text(app)
        assert "space Next" in str(app.screen.query_one(KeyBar).render())
        seen = []
        for key in ("space", "right", "l", "right_square_bracket", "space", "space"):
            await press(pilot, key)
            seen.append((view(app).block or view(app)._blocks[0]).number)
        assert seen == [2, 3, 3, 3, 5, 5]  # the last has no next
        assert "will roll slowly back over the old bridge and up the hill" in screen_text(app)
        await press(pilot, "ъ")
        for key in ("left", "h", "left_square_bracket", "х"):
            await press(pilot, key)
        stop = view(app).stop
        assert stop is not None
        assert view(app).block == view(app)._blocks[1]
        await press(pilot, "up")
        assert view(app).stop is None


async def test_moving_by_paragraphs(read_path: Path) -> None:
    async with running(read_path) as (app, pilot):
        await open_reader(app, pilot)
        seen = []
        for key in ("down", "j", "k", "up", "end", "g", "G", "home", "pagedown", "pageup", "ctrl+f", "ctrl+b"):
            await press(pilot, key)
            block = view(app).block
            seen.append(block.number if block else 0)
        assert seen[:8] == [2, 3, 2, 1, 5, 1, 5, 1]
        assert seen[8] > seen[9] == 1
        await press(pilot, "enter")
        assert "Nothing was recorded" in toasts(app)[-1][1]
        await pilot.click(TextView, offset=(10, 5))
        await settle(pilot)
        assert (view(app).block or view(app)._blocks[0]).number > 1


KEYS = ("space", "n", *"cha", "enter", *"peac", "enter", "ctrl+s")


def picked(dialog: ClaimDialog, name: str) -> Selection:
    """The record that was chosen in a field."""
    return read_selection(dialog.texts[name])


async def test_a_claim_by_a_known_speaker_on_a_known_question_takes_twelve_keys(read_path: Path) -> None:
    assert len(KEYS) <= 12
    async with running(read_path, SMALL) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, *KEYS)
        assert isinstance(app.screen, ReaderScreen)
        assert toasts(app)[-1][0] == "Recorded"
        (claim,) = recorded(read_path)
        assert claim.speakers == ("chan-kung",)
        assert claim.question == CSTO
        assert claim.phrase == "unlikely that they leave by January"
        assert (claim.paragraph, claim.standard, claim.probability) == (2, "icd-203", None)
        assert (claim.claim_type, claim.phrase_about) == (ClaimType.FORECAST, Side.YES)
        assert claim.endorsement is Endorsement.RELAYED
        assert "▪ Chan Kung" in screen_text(app)
        assert "unlikely" not in phrases(app)
        block = view(app)._blocks[1]
        assert [spot.look for spot in block.spots] == ["recorded"]
        await press(pilot, "enter")
        assert app.screen.query("#page-title")
        assert getattr(app.screen, "question", ("",))[0] == CSTO
        await press(pilot, "escape", "u", "enter")
        assert recorded(read_path) == []
        assert "unlikely" in phrases(app)


async def test_typing_faster_than_the_database_answers(read_path: Path) -> None:
    """Every key at once: what enter takes is what the words find, not what stood there before."""
    async with running(read_path) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "space", "n")
        await pilot.press(*"cha", "enter")
        await settle(pilot)
        await pilot.press(*"peac", "enter")
        await settle(pilot)
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        assert [picked(dialog, name).slug for name in ("speaker", "question")] == ["chan-kung", CSTO]


async def test_the_author_is_offered_and_his_claims_are_his_own(read_path: Path) -> None:
    async with running(read_path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "space", "space", "n")
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        assert picked(dialog, "speaker").text == AUTHOR
        await press(pilot, "enter", *"peac", "enter", "ctrl+s")
        (claim,) = recorded(read_path)
        assert claim.endorsement is Endorsement.OWN
        assert claim.phrase == "will not stay"
        assert claim.phrase_about is Side.NO
        assert (claim.probability, claim.low, claim.high, claim.standard) == (0.1, 0.02, 0.25, "")


async def test_what_is_wrong_is_said_under_its_field(read_path: Path) -> None:
    async with running(read_path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "n")  # from a paragraph without likely words: the words are asked for first
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        assert dialog.focused is dialog.form.control("phrase")
        await press(pilot, "ctrl+s")
        text = " ".join(screen_text(app).split())
        assert "✗ the words, as they stand in the paragraph" in text
        assert "✗ the event it speaks of" in text
        dialog.form.put(phrase="one two three four five six seven eight nine ten eleven twelve thirteen")
        await settle(pilot)
        assert "✗ 13 words: cut it to the 12 that carry the likelihood" in screen_text(app)
        dialog.form.put(phrase="Everybody said")
        await settle(pilot)
        assert "✗ these words do not stand so in paragraph 1" in screen_text(app)
        dialog.form.put(phrase="Everybody asks")
        await settle(pilot)
        assert "2 of at most 12 words, verbatim in paragraph 1" in screen_text(app)
        assert "✗ no scale lists these words" in screen_text(app)
        for typed in ("101", "a lot", "70 80-90", "70 60", "60-80 60-80"):
            dialog.form.put(number=typed)
            await settle(pilot)
            assert "✗" in screen_text(app)
        dialog.form.put(number="70 % 60–80")
        await settle(pilot)
        assert "P(yes) 70 % (60–80 %)" in screen_text(app)
        assert recorded(read_path) == []


async def test_a_new_speaker_and_a_new_question_in_place(read_path: Path) -> None:
    async with running(read_path, SMALL) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "space", "n")
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        dialog.form.put(speaker="")
        await type_text(pilot, "The ministry of [sic]")
        await press(pilot, "enter")
        assert dialog.query_one("#field-speaker_kind").display
        await press(pilot, "right", "right", "right", "tab")
        await type_text(pilot, "Will they leave in 2027?")
        await press(pilot, "down", "up", "enter")
        assert dialog.focused is dialog.query_one(TextArea)
        await press(pilot, "delete", "ctrl+s")  # without what the sentence proposes
        assert "✗ event and threshold: what makes it YES" in screen_text(app)
        await type_text(pilot, "Yes if the last has left.")
        await press(pilot, "tab")
        await type_text(pilot, "in some months")
        await press(pilot, "ctrl+s")
        assert "✗" in screen_text(app)
        dialog.form.put(deadline="in 6 months")  # from the day of the article
        await settle(pilot)
        assert "Thu 20 May 2027 included" in screen_text(app)
        dialog.form.focus_field("deadline")
        await press(pilot, "tab")
        await type_text(pilot, "Two agencies")
        await press(pilot, "ctrl+s")
        (claim,) = recorded(read_path)
        assert claim.question == "will-they-leave-in-2027"
        ledger = open_ledger(str(read_path), analyst=ANALYST, clock=clock)
        source = show_record(ledger, "source", claim.speakers[0]).fields
        question = show_record(ledger, "question", claim.question).fields
        ledger.close()
        assert (source["name"], source["kind"]) == ("The ministry of [sic]", SourceKind.OFFICIAL.value)
        assert question["criteria"] == "Yes if the last has left."
        assert question["resolution_source"] == "Two agencies"


async def test_choices_that_the_analyst_makes_stay(read_path: Path) -> None:
    async with running(read_path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "space", "n", "enter", *"peac", "enter")
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        dialog.form.focus_field("side")
        await press(pilot, "right")
        dialog.form.focus_field("claim_type")
        await press(pilot, "right", "right")
        dialog.form.focus_field("endorsement")
        await press(pilot, "left")
        dialog.form.put(claim="They will not go.")
        await press(pilot, "ctrl+s")
        (claim,) = recorded(read_path)
        assert (claim.phrase_about, claim.claim_type) == (Side.NO, ClaimType.ANNOUNCEMENT)
        assert claim.endorsement is Endorsement.DISPUTED
        assert claim.claim == "They will not go."


async def test_what_is_typed_is_there_again_after_escape(read_path: Path) -> None:
    async with running(read_path) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "space", "n", *"cha", "enter", *"half a question", "escape")
        assert KEPT in toasts(app)[-1][1]
        await press(pilot, "n")
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        assert picked(dialog, "speaker").slug == "chan-kung"
        assert picked(dialog, "question").text == "half a question"
    async with running(read_path) as (app, pilot):  # and after the program was closed
        await open_reader(app, pilot)
        await press(pilot, "space", "n")
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        assert picked(dialog, "question").text == "half a question"
        assert "What you typed before is back. ctrl+r starts over." in screen_text(app)
        await press(pilot, "ctrl+r")
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        offered = "They leave by January?"
        assert (picked(dialog, "speaker").text, picked(dialog, "question").text) == (AUTHOR, offered)
        await press(pilot, "escape", "n")
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        assert picked(dialog, "question").text == offered


async def test_a_refusal_brings_the_dialog_back_as_it_was(read_path: Path) -> None:
    async with running(read_path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "space", "n", *"cha", "enter", *"peac", "enter")
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        dialog.form.put(claim="x" * 10_001)
        texts = dialog.texts
        await press(pilot, "ctrl+s")
        again = app.screen
        assert isinstance(again, ClaimDialog)
        assert again is not dialog
        assert again.texts == texts
        assert "10,000" in screen_text(app)
        assert recorded(read_path) == []


async def test_rejecting_a_passage(read_path: Path) -> None:
    async with running(read_path) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "space", "x")
        dialog = app.screen
        assert isinstance(dialog, PassageDialog)
        await press(pilot, "ctrl+s")
        assert "why it is no prediction" in screen_text(app)
        await press(pilot, "right", "right", "right")
        assert "it says what should be" in screen_text(app)
        dialog.query_one("#f-phrase", Input).value = "no such words"
        await press(pilot, "ctrl+s")
        assert "do not stand so in paragraph 2" in screen_text(app)
        dialog.query_one("#f-phrase", Input).value = "unlikely"
        dialog.query_one("#f-note", Input).focus()
        await type_text(pilot, "Only a norm.")
        await press(pilot, "enter")
        assert toasts(app)[-1][0] == "Rejected"
        (passage,) = rejected(read_path)
        assert (passage.phrase, passage.reason.value, passage.note) == ("unlikely", "norm", "Only a norm.")
        assert "▫ no prediction, norm “unlikely”: Only a norm." in screen_text(app)
        await press(pilot, "x", "escape")
        assert len(rejected(read_path)) == 1


async def test_why_a_passage_is_rejected_survives_a_killed_program_until_it_is_recorded(read_path: Path) -> None:
    async with running(read_path) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "space", "x", "right", "right", "right")
        words = app.screen.query_one("#f-phrase", Input).value
        app.screen.query_one("#f-note", Input).focus()
        await type_text(pilot, "Only a norm.")
    async with running(read_path) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "space", "x")
        dialog = app.screen
        assert isinstance(dialog, PassageDialog)
        assert dialog.texts == {"phrase": words, "reason": "norm", "note": "Only a norm."}
        await press(pilot, "ctrl+s")
        assert [passage.note for passage in rejected(read_path)] == ["Only a norm."]
    assert list((state_folder() / "drafts").iterdir()) == []


async def test_another_standard_by_the_settings(read_path: Path) -> None:
    async with running(read_path, standard="phia") as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "space", "n")
        assert "PHIA" in screen_text(app) or "Professional Head" in screen_text(app)


async def test_a_small_terminal_and_back(read_path: Path) -> None:
    async with running(read_path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "space", "space")
        stop = view(app).stop
        await pilot.resize_terminal(40, 10)
        await settle(pilot)
        await press(pilot, "n", "escape")
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        assert view(app).stop == stop
        assert "will not stay" in screen_text(app)


@pytest.mark.parametrize("spoiled", ["", "{", "[]", "3", '{"text": 3}', '{"text": "A", "slug": [], "asked": {}}'])
def test_a_choice_that_was_spoiled_is_none(spoiled: str) -> None:
    assert read_selection(selection_text(Selection("A", "a"))) == Selection("A", "a")
    assert read_selection(spoiled) == Selection()


async def test_articles_are_entered_changed_and_removed_from_there(read_path: Path) -> None:
    async with running(read_path) as (app, pilot):
        await press(pilot, "3", "n")
        assert isinstance(app.screen, FormDialog)
        await press(pilot, "escape", "E")
        assert isinstance(app.screen, FormDialog)
        await press(pilot, "escape", "enter", "E")
        assert isinstance(app.screen, FormDialog)
        await press(pilot, "escape", "D")
        assert isinstance(app.screen, ReasonDialog)
