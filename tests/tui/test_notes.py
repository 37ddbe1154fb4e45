"""Notes: where they stand, and when they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets._toast import Toast

from forecasts.errors import DatabaseUnusableError
from tests.tui.bench import LARGE, SMALL, make_app, press, running, settle, toasts

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
