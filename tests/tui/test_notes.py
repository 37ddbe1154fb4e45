"""Notes: where they stand, and when they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets._toast import Toast

from forecasts.errors import DatabaseUnusableError
from forecasts.tui.screens.question import QuestionScreen
from tests.tui.bench import LARGE, SMALL, make_app, press, running, settle, toasts
from tests.tui.resolving import fill, open_dialog

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("size", [(40, 10), SMALL, LARGE])
@pytest.mark.parametrize("place", ["1", "2", "4", "5", "6"])
async def test_a_note_leaves_the_row_in_full_to_be_read(ledger_path: Path, place: str, size: tuple[int, int]) -> None:
    app = make_app(ledger_path)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, place)
        app.notify("Told.", title="Title")
        await settle(pilot)
        toast = app.screen.query_one(Toast).region
        assert toast.height == 2
        assert toast.width < 12
        assert toast.bottom == app.screen.query_one("#detail").region.y
        app.notify("a long line " * 20)
        await settle(pilot)
        toast = app.screen.query_one(Toast).region
        assert min(size[0], 70) * 0.8 < toast.width <= 64
        assert 0 <= toast.x < toast.right < size[0]
    app.close_ledger()


@pytest.mark.parametrize("keys", [("4",), ("enter",), ("1",)])
async def test_what_was_told_stays_where_it_was_told(ledger_path: Path, keys: tuple[str, ...]) -> None:
    async with running(ledger_path) as (app, pilot):
        app.show_failure(DatabaseUnusableError("The disk is full."))
        app.notify("Recorded")
        await press(pilot, *keys)
        assert [text for _, text in toasts(app)] == ["The disk is full."]


async def test_what_a_page_told_goes_with_it(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "enter")
        app.notify("Copied.")
        await press(pilot, "escape")
        assert toasts(app) == []


async def test_a_longer_note_stays_longer(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        app.notify("One line.")
        await settle(pilot)
        (short,) = app._notifications
        app.notify("\n".join(["A line."] * 5), title="Title")
        await settle(pilot)
        (long,) = app._notifications
        assert (short.timeout, long.timeout) == (4, 9)


async def test_the_note_on_a_moved_score_stays_until_a_key_and_only_then_leads_on(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        fill(await open_dialog(app, pilot))
        await press(pilot, "ctrl+s", "enter")
        (note,) = app._notifications
        assert note.timeout > 3600
        await press(pilot, "down")
        assert toasts(app) == []
        await press(pilot, "enter")
        assert isinstance(app.screen, QuestionScreen)
        await press(pilot, "escape", "u", "y")
        assert toasts(app)[-1][0] == "Undone"
        await press(pilot, "enter")
        assert app.current_mode == "sources"


async def test_the_key_that_leaves_other_programs_says_how_one_leaves_this_one(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "ctrl+c")
        assert toasts(app) == [("", "ctrl+q leaves the program.")]
