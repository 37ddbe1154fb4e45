"""Due: what waits, in which order, and what the keys do there."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from textual.widgets import TextArea

from forecasts.domain.intents import AddRecords
from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.records import Prediction
from forecasts.services.ledger import open_ledger
from forecasts.services.overview import due_page
from forecasts.services.record import add_records
from forecasts.tui.dialogs.help import HelpDialog
from forecasts.tui.dialogs.resolve import ResolveDialog
from forecasts.tui.dialogs.short_forms import RemindDialog
from forecasts.tui.screens.question import QuestionScreen
from forecasts.tui.widgets.bars import PlaceBar, TextLines
from forecasts.tui.widgets.columns import Heading
from tests.tui.bench import (
    ANALYST,
    LARGE,
    NOW,
    clock,
    press,
    running,
    screen_text,
    summary,
    table,
    toasts,
    type_text,
)
from tests.tui.reading import ARTICLE, add_article

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from forecasts.domain.overview import QuestionRow
    from forecasts.tui.app import ForecastsApp


async def test_the_oldest_come_first_by_scenario(ledger_path: Path) -> None:
    page = due_page(str(ledger_path), today=NOW.date())
    async with running(ledger_path, LARGE) as (app, _pilot):
        text = screen_text(app)
        assert summary(app).startswith(f"{len(page.due)} questions due")
        assert table(app).cursor_slug == page.due[0].slug
        assert page.due[0].scenario_title in text
        assert page.due[0].title in text
        assert "1 Due" in text


async def test_every_due_question_is_there_once(ledger_path: Path) -> None:
    page = due_page(str(ledger_path), today=NOW.date())
    async with running(ledger_path) as (app, pilot):
        seen = [table(app).cursor_slug]
        for _ in range(len(page.due) - 1):
            await pilot.press("down")
            seen.append(table(app).cursor_slug)
        assert sorted(seen) == sorted(row.slug for row in page.due)


async def test_the_full_title_stands_below(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "down", "down")
        row = table(app).cursor_row
        assert row is not None
        assert row.title in " ".join(screen_text(app).split("\n")[-4:-1])


async def test_filter(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        everything = table(app).row_count
        await press(pilot, "slash")
        await type_text(pilot, "NAZARBAYEV")
        assert 0 < table(app).row_count < everything
        await press(pilot, "enter")
        row = table(app).cursor_row
        assert row is not None
        assert "nazarbayev" in (row.title + row.scenario_title + row.slug).casefold()
        await press(pilot, "slash", "escape")
        assert table(app).row_count == everything
        assert app.focused is table(app)


async def test_a_filter_that_leaves_nothing_says_so(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "slash")
        await type_text(pilot, "[/b] no such words")
        assert "No question has these words." in screen_text(app)


async def test_an_empty_ledger_says_what_to_do(empty_path: Path) -> None:
    async with running(empty_path) as (app, pilot):
        assert "It begins with an article: 3, then i" in screen_text(app)
        await press(pilot, "r", "v", "s", "o", "enter")
        assert not isinstance(app.screen, ResolveDialog | RemindDialog | QuestionScreen)


async def test_keys_lead_to_their_dialogs(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        for key, dialog in (("r", ResolveDialog), ("v", ResolveDialog), ("s", RemindDialog), ("к", ResolveDialog)):
            await press(pilot, key)
            assert isinstance(app.screen, dialog), key
            await press(pilot, "escape", "escape")
            assert table(app).has_focus


async def test_enter_opens_the_question_and_q_comes_back(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "down", "down", "enter")
        opened = app.screen
        assert isinstance(opened, QuestionScreen)
        await press(pilot, "q")
        assert app.screen is not opened
        slug = table(app).cursor_slug
        await press(pilot, "4", "5", "1")
        assert table(app).cursor_slug == slug
        assert table(app).has_focus


@pytest.mark.parametrize("words", ["", "csto"])
@pytest.mark.parametrize("downs", [0, 2, 3])
async def test_one_that_is_resolved_leaves_the_cursor_to_the_next_that_waits(
    words: str, downs: int, ledger_path: Path
) -> None:
    async with running(ledger_path) as (app, pilot):
        if words:
            await press(pilot, "slash")
            await type_text(pilot, words)
            await press(pilot, "enter")
        await press(pilot, *["down"] * (downs + 1))
        following = table(app).cursor_slug
        await press(pilot, "up")
        assert table(app).cursor_slug != following
        await _void(app, pilot)
        assert table(app).cursor_slug == following
        await _void(app, pilot)
        row = table(app).cursor_row
        assert row is not None
        assert row.status is QuestionStatus.DUE


async def test_the_last_that_waits_leaves_the_cursor_to_the_one_before_it_and_then_keeps_it(ledger_path: Path) -> None:
    last = ""
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "slash")
        await type_text(pilot, "by-2022-01-23")
        await press(pilot, "enter")
        due = sum(row.status is QuestionStatus.DUE for row in _rows(app))
        for left in range(due, 0, -1):
            last = [row.slug for row in _rows(app) if row.status is QuestionStatus.DUE][-1]
            assert table(app).go_to(last)
            await _void(app, pilot)
            row = table(app).cursor_row
            assert row is not None
            assert row.status is (QuestionStatus.DUE if left > 1 else QuestionStatus.VOID)
        assert table(app).cursor_slug == last


async def test_a_scenario_that_is_worked_down_stays_before_those_that_stood_below_it(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        waiting = [row for row in _rows(app) if row.status is QuestionStatus.DUE]
        assert table(app).go_to("csto-withdrawal-begins-by-2022-01-13")
        for _ in range(5):  # until another scenario has an older deadline than is left here
            row = table(app).cursor_row
            assert row is not None
            place = [one.slug for one in waiting].index(row.slug)
            await _void(app, pilot)
            assert table(app).cursor_slug == waiting[place + 1].slug
        left = [row.slug for row in _rows(app) if row.status is QuestionStatus.DUE]
        done = {row.slug for row in waiting} - set(left)
        assert len(done) == 5
        assert left == [row.slug for row in waiting if row.slug not in done]


async def _void(app: ForecastsApp, pilot: Pilot[int]) -> None:
    await press(pilot, "v")
    app.screen.query_one("#f-note", TextArea).text = "Nobody counted."
    await press(pilot, "ctrl+s", "enter")


def _rows(app: ForecastsApp) -> list[QuestionRow]:
    window = table(app)._window
    return [row for row in window.rows(0, len(window)) if not isinstance(row, Heading)]


async def test_places_by_key_and_by_mouse(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "4")
        assert app.current_mode == "predictions"
        await press(pilot, "ғ")  # the key of 5 under a Kazakh layout
        assert app.current_mode == "sources"
        await pilot.click(PlaceBar, offset=(14, 0))
        await pilot.pause()
        assert app.current_mode == "due"


async def test_the_key_of_the_place_leads_back_to_its_beginning(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "enter")
        assert isinstance(app.screen, QuestionScreen)
        await press(pilot, "1")
        assert not isinstance(app.screen, QuestionScreen)


async def test_help_names_what_one_can_do(ledger_path: Path) -> None:
    async with running(ledger_path, (120, 60)) as (app, pilot):
        for key in ("question_mark", "f1", "comma"):
            await press(pilot, key)
            assert isinstance(app.screen, HelpDialog)
            text = screen_text(app)
            for word in ("Help: Due", "Resolve", "Void", "Later", "Reopen", "Filter", "Export", "Undo", "ctrl+p"):
                assert word in text, word
            await press(pilot, "q")


async def test_the_question_closes_with_escape_too(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "enter", "escape")
        assert not isinstance(app.screen, QuestionScreen)


@pytest.mark.parametrize("key", ["q", "й"])
async def test_q_leaves_when_pressed_twice(ledger_path: Path, key: str) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, key)
        assert app.return_code is None
        assert "leaves the program" in toasts(app)[-1][1]
        await press(pilot, "down", key)
        assert app.return_code is None
        await press(pilot, key)
        assert app.return_code == 0


@pytest.mark.parametrize("place", ["1", "2", "3", "4", "5", "6"])
async def test_a_filter_is_named_in_the_bar_and_esc_clears_it(ledger_path: Path, place: str) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, place)
        whole, said = table(app).row_count, summary(app)
        await press(pilot, "slash")
        await type_text(pilot, "no such words anywhere")
        await press(pilot, "down")
        assert summary(app).startswith("filter: no such words anywhere · esc clears · 0 ")
        assert table(app).row_count == 0
        await press(pilot, "escape")
        assert (table(app).row_count, summary(app)) == (whole, said)


async def test_coding_blind_shows_in_the_bar(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        assert "blind" not in screen_text(app).splitlines()[0]
        await press(pilot, "B")
        assert "blind" in screen_text(app).splitlines()[0]
        await press(pilot, "4")
        assert "blind" in screen_text(app).splitlines()[0]


async def test_the_month_stands_beside_what_is_due(small_path: Path) -> None:
    async with running(small_path, LARGE) as (app, pilot):
        await press(pilot, "s", "enter")
        shown = app.screen.query_one("#month", TextLines).content.plain
        page = due_page(str(small_path), today=NOW.date())
        assert f"{NOW.date():%B %Y}" in shown
        assert f"•{page.soon[0].resolves_on.day}" in shown
        assert page.soon[0].title in shown
        assert page.put_aside[0].remind_on is not None
        assert f"•{page.put_aside[0].remind_on.day}" in shown
        assert f"again: {page.put_aside[0].title}" in shown


async def test_one_prediction_is_one(bare: Path, tmp_path: Path) -> None:
    path = tmp_path / "forecasts.db"
    shutil.copy(bare, path)
    add_article(path, attached=False)
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    said = Prediction(slug="it", speakers=("aigul-serik",), article=ARTICLE, claim="It comes.", unscorable="undated")
    add_records(ledger, AddRecords(records=(said,)))
    ledger.close()
    async with running(path) as (app, _):
        assert summary(app) == "0 questions due · 0 soon · 1 prediction"
