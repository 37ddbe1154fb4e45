"""Keys take effect in the order typed, however fast they come."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.events import Key, Paste
from textual.widgets import Input

from forecasts.tui.dialogs.base import ConfirmDialog
from forecasts.tui.dialogs.claim import ClaimDialog
from forecasts.tui.dialogs.resolve import ResolveDialog
from tests.tui.bench import press, running, settle, table
from tests.tui.reading import add_article

if TYPE_CHECKING:
    from pathlib import Path


async def test_one_burst_fills_one_field_after_the_other(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        for key in ("r", "tab", *"2022-01-19", "tab", *"TASS", "tab", *"2022-01-20"):
            app.simulate_key(key)
        await settle(pilot)
        assert isinstance(app.screen, ResolveDialog)
        known, title, day = [box.value for box in app.screen.query(Input) if box.display and box.value]
        assert (known, title, day) == ("2022-01-19", "TASS", "2022-01-20")


@pytest.mark.parametrize("second", ["r", "s", "n", "y", "enter"])
async def test_nothing_answers_a_question_that_was_not_seen(ledger_path: Path, second: str) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "s", "enter")  # put aside, so that there is something to take back
        slug = table(app).cursor_slug
        app.simulate_key("u")
        app.simulate_key(second)
        await settle(pilot)
        assert isinstance(app.screen, ConfirmDialog)
        assert len(app.screen_stack) == 2
        await press(pilot, "n")
        assert table(app).cursor_slug == slug


async def test_esc_gives_up_a_dialog_that_is_being_prepared(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        app.simulate_key("r")
        app.simulate_key("escape")
        await settle(pilot)
        assert len(app.screen_stack) == 1
        await press(pilot, "r")
        assert isinstance(app.screen, ResolveDialog)


async def test_esc_leaves_a_dialog_that_is_there_and_takes_no_keys_yet(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        app.simulate_key("r")
        while len(app.screen_stack) == 1:  # noqa: ASYNC110 - to the turn of the loop in which it is pushed
            await asyncio.sleep(0)
        assert app.keys.is_held
        await app.on_event(Key("escape", None))
        await settle(pilot)
        assert len(app.screen_stack) == 1


async def test_what_is_typed_after_a_choice_is_for_what_comes_of_it(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        for key in ("N", "down", "down", "enter", *"quit"):  # each of these letters does something on the page
            app.simulate_key(key)
        await settle(pilot)
        assert isinstance(app.focused, Input)
        assert app.focused.value == "quit"
        assert len(app.screen_stack) == 2


async def test_what_is_typed_at_a_page_acts_on_its_rows(ledger_path: Path) -> None:
    add_article(ledger_path)
    async with running(ledger_path) as (app, pilot):
        for key in ("3", "enter", "space", "n"):  # before the page has read a row, n takes in an article
            app.simulate_key(key)
        await settle(pilot)
        assert isinstance(app.screen, ClaimDialog)


async def test_what_is_typed_after_leaving_a_dialog_is_for_the_page(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        for key in ("N", "escape", "r", "escape", "4"):
            app.simulate_key(key)
        await settle(pilot)
        assert app.current_mode == "predictions"
        assert len(app.screen_stack) == 1
        assert not app.keys.is_held


async def test_pasted_lines_are_joined_in_a_field_of_one_line(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "r", "tab", "tab")
        app.post_message(Paste("TASS: the last units\nleft on Wednesday\n\n"))
        await settle(pilot)
        assert isinstance(app.focused, Input)
        assert app.focused.value == "TASS: the last units left on Wednesday"
