"""The reader: words marked with the mouse, what is copied from it, and what it says of what was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input, Static

from forecasts.domain import limits
from forecasts.domain.article_views import whole_words
from forecasts.tui.dialogs.base import KEPT, CopyDialog
from forecasts.tui.dialogs.claim import ClaimDialog, PassageDialog
from forecasts.tui.screens.articles import ReaderScreen
from forecasts.tui.screens.question import QuestionScreen
from forecasts.tui.widgets.text_view import TextView
from tests.tui.bench import LARGE, press, running, screen_text, settle, table, toasts, type_text
from tests.tui.reading import PARAGRAPHS, add_article, open_reader

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot


@pytest.fixture
def read_path(ledger_path: Path) -> Path:
    """The seeded record with an article whose text is attached."""
    add_article(ledger_path)
    return ledger_path


@pytest.fixture(autouse=True)
def _over_ssh(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")


def _cell_of(view: TextView, words: str, *, last: bool = False) -> tuple[int, int]:
    """The first cell of some words in the view, or their last."""
    line, text = next((line, view.line_text(line)) for line in view.lines_in_view() if words in view.line_text(line))
    return text.index(words) + (len(words) - 1) * last, line - round(view.scroll_y)


async def _mark(pilot: Pilot[int], view: TextView, first: str, last: str) -> None:
    """Mark with the mouse from the beginning of some words to the end of others."""
    await pilot.mouse_down(TextView, offset=_cell_of(view, first))
    end = _cell_of(view, last, last=True)
    await pilot.hover(TextView, offset=end)
    await pilot.mouse_up(TextView, offset=end)
    await settle(pilot)


@pytest.mark.parametrize(
    ("first", "last", "number", "phrase"),
    [
        ("unlikely", "leave", 2, "unlikely that they leave"),
        ("nlikely", "lea", 2, "unlikely that they leave"),
        ("said the", "else was", 2, "said the analyst. Nothing else was"),
        ("will not stay; ", "the ministry ", 3, "will not stay; the ministry"),
        ("was none", "of this", 4, "was none of this"),
    ],
)
async def test_a_claim_is_recorded_from_the_words_that_are_marked(
    first: str, last: str, number: int, phrase: str, read_path: Path
) -> None:
    async with running(read_path) as (app, pilot):
        view = await open_reader(app, pilot)
        await press(pilot, "space")
        await _mark(pilot, view, first, last)
        assert f"“{phrase}”" in screen_text(app)
        assert f"paragraph {number}" in screen_text(app)
        await press(pilot, "n")
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        assert dialog.texts["phrase"] == phrase
        assert f"Record a prediction · paragraph {number}" in screen_text(app)


async def test_what_is_marked_can_be_rejected_too(read_path: Path) -> None:
    async with running(read_path) as (app, pilot):
        view = await open_reader(app, pilot)
        await _mark(pilot, view, "none", "this")
        await press(pilot, "x")
        assert isinstance(app.screen, PassageDialog)
        assert app.screen.query_one("#f-phrase", Input).value == "none of this"


@pytest.mark.parametrize("key", ["n", "w", "x"])
async def test_words_with_signs_that_cannot_be_seen_are_recorded_as_they_stand(ledger_path: Path, key: str) -> None:
    add_article(ledger_path, text="It is very likely that \x1b[31mthe la\u200bke\x07 will\tdry by June 2027.")
    async with running(ledger_path) as (app, pilot):
        view = await open_reader(app, pilot)
        await _mark(pilot, view, "likely", "will")
        await press(pilot, key)
        assert app.screen.query_one("#f-phrase", Input).value == "likely that [31mthe la\u200bke will"
        chosen = {"n": ("ctrl+s", "enter"), "w": (), "x": ("ctrl+s", "space")}
        await press(pilot, *chosen[key], "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
        assert ("1 rejected" if key == "x" else "1 prediction ") in screen_text(app)
        assert key == "x" or "“likely that" not in screen_text(app)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("It is unlikely", "said that", f"16 words are marked and a phrase has at most {limits.PHRASE_WORDS} words"),
        ("none of", "The whole", "Words of more than one paragraph are marked"),
    ],
)
async def test_what_can_be_no_phrase_is_said_and_nothing_else_is_recorded(
    first: str, last: str, said: str, read_path: Path
) -> None:
    async with running(read_path) as (app, pilot):
        view = await open_reader(app, pilot)
        await _mark(pilot, view, first, last)
        for key in ("n", "x"):
            await press(pilot, key)
            assert isinstance(app.screen, ReaderScreen)
            assert said in " ".join(toasts(app)[-1][1].split())


async def test_what_is_marked_stays_so_while_the_text_says_the_same(read_path: Path) -> None:
    async with running(read_path) as (app, pilot):
        view = await open_reader(app, pilot)
        await _mark(pilot, view, "unlikely", "leave")
        app.ledger_changed.publish(0)
        await settle(pilot)
        await press(pilot, "n")
        assert isinstance(app.screen, ClaimDialog)
        assert app.screen.texts["phrase"] == "unlikely that they leave"


@pytest.mark.parametrize("key", ["n", "w", "x", "question_mark"])
async def test_what_is_marked_stays_so_below_a_dialog_that_is_left(key: str, read_path: Path) -> None:
    async with running(read_path) as (app, pilot):
        view = await open_reader(app, pilot)
        await _mark(pilot, view, "unlikely", "leave")
        await press(pilot, key)
        assert not isinstance(app.screen, ReaderScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, ReaderScreen)
        assert app.screen.phrase == "unlikely that they leave"
        await press(pilot, "escape")
        assert app.screen.phrase == ""


async def test_a_click_lets_go_of_the_words_that_were_marked(read_path: Path) -> None:
    async with running(read_path) as (app, pilot):
        view = await open_reader(app, pilot)
        await _mark(pilot, view, "unlikely", "leave")
        await pilot.click(TextView, offset=_cell_of(view, "In May"))
        await settle(pilot)
        await press(pilot, "n")
        assert isinstance(app.screen, ClaimDialog)
        assert app.screen.texts["phrase"] == ""
        assert PARAGRAPHS[3] in screen_text(app)


@pytest.mark.parametrize(
    ("text", "start", "end", "words"),
    [
        ("it will not be", 4, 9, "will not"),
        ("it will not be", 2, 13, "will not be"),
        ("болмайды деді", 2, 4, "болмайды"),
        ("won't go", 1, 2, "won't"),
        ("e\N{COMBINING ACUTE ACCENT}t a", 0, 1, "e\N{COMBINING ACUTE ACCENT}t"),
        ("a — b", 1, 4, "—"),
        ("   ", 0, 3, ""),
    ],
)
def test_words_that_are_cut_into_are_taken_whole(text: str, start: int, end: int, words: str) -> None:
    assert whole_words(text, start, end) == words


async def test_copying_what_is_marked_says_that_it_copied_and_how(read_path: Path) -> None:
    async with running(read_path) as (app, pilot):
        view = await open_reader(app, pilot)
        await _mark(pilot, view, "none", "this")
        await press(pilot, "ctrl+c")
        assert app.clipboard == "none of this"
        title, text = toasts(app)[-1]
        assert title == "Copied: Marked text"
        assert "by the terminal (OSC 52)" in text


async def test_copying_in_the_reader_offers_the_paragraph(read_path: Path) -> None:
    async with running(read_path) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "down", "y", "enter")
        assert app.clipboard == PARAGRAPHS[1]


async def test_a_questions_page_offers_its_words_its_claims_and_their_citations(small_path: Path) -> None:
    async with running(small_path, LARGE) as (app, pilot):
        assert table(app).go_to("out-by-january")
        await press(pilot, "enter", "y")
        assert isinstance(app.screen, CopyDialog)
        await press(pilot, "enter")
        assert isinstance(app.screen, QuestionScreen)
        assert app.clipboard == "Will the force be out of the country by 23 January 2022?"
        copied = []
        for downs in range(1, 6):
            await press(pilot, "y", *["down"] * downs, "enter")
            copied.append(app.clipboard)
        assert copied[0].startswith("Yes if the last unit has left")
        assert any("The force will be gone in about a fortnight." in text for text in copied)
        assert any("In: Айгүл Серік, “What happens next”, The Observer, 2022-01-08." in text for text in copied)


@pytest.mark.parametrize(
    ("first", "last", "is_said"),
    [("announced", "withdraw", True), ("decision", "decision", True), ("the ministry", "announced the", False)],
)
async def test_words_of_a_passage_that_was_rejected_say_so_where_they_are_recorded(
    first: str, last: str, is_said: bool, read_path: Path
) -> None:
    async with running(read_path, LARGE) as (app, pilot):
        view = await open_reader(app, pilot)
        await _mark(pilot, view, "decision to", "withdraw them")
        await press(pilot, "x", "right", "ctrl+s")
        assert "▫ no prediction, past event “decision to withdraw them”" in screen_text(app)
        await _mark(pilot, view, first, last)
        await press(pilot, "n")
        assert isinstance(app.screen, ClaimDialog)
        shown = str(app.screen.query_one("#field-phrase .field-message", Static).content)
        said = "! rejected before as no prediction (past-event): “decision to withdraw them”"
        assert (said in shown) is is_said
        assert "✗" not in shown


async def test_a_passage_that_was_rejected_is_taken_back(read_path: Path) -> None:
    async with running(read_path) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "space", "x", "right", "ctrl+s")
        assert "▫ no prediction" in screen_text(app)
        assert "u takes it back." in toasts(app)[-1][1]
        await press(pilot, "u", "y")
        assert "▫ no prediction" not in screen_text(app)
        assert toasts(app)[-1][0] == "Undone"


@pytest.mark.parametrize(
    ("slug", "shown"),
    [
        ("observer-2022-01-08", ("5 %: 1, 50 %: 3, 95 %: 5", "A general 60 %, A diplomat 30 %")),
    ],
)
async def test_a_claim_on_a_number_or_on_options_shows_its_own_numbers(
    slug: str, shown: tuple[str, ...], small_path: Path
) -> None:
    async with running(small_path, LARGE) as (app, pilot):
        await press(pilot, "3")
        assert table(app).go_to(slug)
        await press(pilot, "enter")
        text = " ".join(screen_text(app).split())
        for numbers in shown:
            assert numbers in text
        await press(pilot, "B")
        assert not any(numbers in " ".join(screen_text(app).split()) for numbers in shown)


async def test_a_rejection_that_is_left_is_told_and_back_the_next_time(read_path: Path) -> None:
    async with running(read_path) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "space", "x", "escape")
        assert toasts(app) == []
        await press(pilot, "x", "tab")
        await type_text(pilot, "a plan")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, PassageDialog)
        assert app.focused is app.screen.query_one("#f-reason")
        await press(pilot, "escape")
        assert toasts(app)[-1][1] == KEPT
        await press(pilot, "x")
        assert "What you typed before is back." in screen_text(app)
        assert app.screen.query_one("#f-note", Input).value == "a plan"
