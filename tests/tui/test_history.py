"""History: what was changed, before and after, and taking it back from there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.dates import Span
from forecasts.domain.intents import RemindLater, ReopenQuestion, ResolveQuestion
from forecasts.services.ledger import open_ledger
from forecasts.services.resolve import remind_later, reopen_question, resolve_question
from forecasts.tui.dialogs.base import ConfirmDialog
from forecasts.tui.dialogs.short_forms import ExportDialog
from forecasts.tui.screens.history import EntryScreen, HistoryScreen
from forecasts.tui.widgets.bars import TextLines
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
from tests.tui.resolving import CSTO

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.tui.app import ForecastsApp


def resolve_and_reopen(path: Path) -> None:
    """Two entries after the first: a resolution, and that it was taken back."""
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    known = Span.of(date(2022, 1, 19))
    resolve_question(ledger, ResolveQuestion(question=CSTO, outcome="yes", known_on=known, note="[/b] Seen."))
    reopen_question(ledger, ReopenQuestion(question=CSTO, reason="Too early to say."))
    ledger.close()


def resolve(path: Path) -> None:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    known = Span.of(date(2022, 1, 19))
    resolve_question(ledger, ResolveQuestion(question=CSTO, outcome="yes", known_on=known, note="Seen."))
    ledger.close()


def detail(app: ForecastsApp) -> str:
    return str(app.screen.query_one("#detail", TextLines).content)


async def test_newest_first_with_before_and_after(ledger_path: Path) -> None:
    resolve_and_reopen(ledger_path)
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "6")
        assert isinstance(app.screen, HistoryScreen)
        assert summary(app) == "3 entries, newest first"
        assert row_of(app).entry == 3
        assert "because: Too early to say." in detail(app)
        assert "superseded reason: − nothing → + Too early to say." in " ".join(detail(app).split())
        await press(pilot, "down")
        assert "note: + [/b] Seen." in detail(app)
        assert "added" in detail(app)


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_what_was_done_begins_with_its_verb(ledger_path: Path, size: tuple[int, int]) -> None:
    resolve_and_reopen(ledger_path)
    async with running(ledger_path, size) as (app, pilot):
        await press(pilot, "6")
        text = screen_text(app)
        assert "Reopened (was yes): Will the " in text
        assert "Resolved (yes): Will the " in text
        assert "Loaded Kazakhstan, January 2022: " in text
        assert (ANALYST in table(app).line_text(1)) == (size is LARGE)


async def test_what_was_undone_says_so_in_the_table(ledger_path: Path) -> None:
    resolve(ledger_path)
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "6", "U", "enter")
        app.clear_notifications()
        await settle(pilot)
        (line,) = [line for line in screen_text(app).splitlines() if "12:00  Resolved (yes)" in line]
        assert line.rstrip(" ▂▃▄▅▆▇█").endswith("undone")


async def test_a_moment_is_told_as_people_write_it(ledger_path: Path) -> None:
    resolve(ledger_path)
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "6")
        assert "resolved at: + 2026-11-21 12:00 UTC" in detail(app)
        await press(pilot, "enter")
        assert "resolved at: + 2026-11-21 12:00 UTC" in screen_text(app)


async def test_filtering(ledger_path: Path) -> None:
    resolve_and_reopen(ledger_path)
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "6", "slash")
        await type_text(pilot, "peacekeepers")
        assert summary(app) == "filter: peacekeepers · esc clears · 2 entries, newest first"
        await type_text(pilot, " xyz")
        assert "No entry has these words." in screen_text(app)
        await press(pilot, "escape")
        assert table(app).row_count == 3


async def test_an_entry_whole_and_back(ledger_path: Path) -> None:
    resolve_and_reopen(ledger_path)
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "6", "enter")
        assert isinstance(app.screen, EntryScreen)
        text = screen_text(app)
        assert "superseded reason" in text
        assert "+ Too early to say." in text
        await press(pilot, "escape", "end", "enter", "G")
        assert "more records: `forecasts history --entry 1` prints them all" in screen_text(app)
        await press(pilot, "q")
        assert isinstance(app.screen, HistoryScreen)
        assert row_of(app).entry == 1


async def test_taking_an_entry_back(ledger_path: Path) -> None:
    resolve(ledger_path)
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "6", "U")
        assert isinstance(app.screen, ConfirmDialog)
        await press(pilot, "escape")
        assert table(app).row_count == 2
        await press(pilot, "Г", "enter")  # the same key under a Cyrillic layout
        assert toasts(app)[-1][0] == "Undone"
        assert table(app).row_count == 3
        assert table(app).go_to("2")
        await settle(pilot)
        assert row_of(app).undone_by == 3
        await press(pilot, "U")
        assert isinstance(app.screen, HistoryScreen)  # greyed: it was taken back already


async def test_a_refused_undo_names_the_later_change(ledger_path: Path) -> None:
    resolve_and_reopen(ledger_path)
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "6", "down", "enter", "U", "enter")
        title, text = toasts(app)[-1]
        assert title == "Not done"
        assert "Entry 2 cannot be undone" in text
        assert "by entry 3" in text
        assert isinstance(app.screen, EntryScreen)


async def test_what_the_ledger_began_with_is_taken_out_only_when_that_is_confirmed(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "6", "U")
        assert type(app.screen) is ConfirmDialog
        await press(pilot, "escape")
        assert isinstance(app.screen, HistoryScreen)
        assert table(app).row_count == 1


async def test_a_change_appears_and_the_cursor_stays_on_its_entry(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "6")
        app.look_for_changes()
        await settle(pilot)
        resolve(ledger_path)
        app.look_for_changes()
        await settle(pilot)
        assert table(app).row_count == 2
        assert row_of(app).entry == 1


async def test_exporting_from_there(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "6", "ctrl+e")
        assert isinstance(app.screen, ExportDialog)


async def test_an_empty_history(empty_path: Path) -> None:
    async with running(empty_path) as (app, pilot):
        await press(pilot, "6", "enter", "U")
        assert "Nothing was changed yet." in screen_text(app) or table(app).row_count == 1


async def test_u_offers_ones_own_last_change_and_never_somebody_elses(ledger_path: Path) -> None:
    mine = put_aside(ledger_path, ANALYST)
    put_aside(ledger_path, "B. Second")
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "u")
        assert f"entry {mine}," in screen_text(app)
        await press(pilot, "enter", "u")
        assert "no change of yours to take back" in toasts(app)[-1][1]


def put_aside(path: Path, analyst: str) -> int | None:
    ledger = open_ledger(str(path), analyst=analyst, clock=clock)
    slug = CSTO if analyst == ANALYST else "kant-fleet-renewed-by-2016-12-31"
    entry = remind_later(ledger, RemindLater(question=slug, remind_on=date(2026, 12, 1)))
    ledger.close()
    return entry
