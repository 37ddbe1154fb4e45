"""A terminal of 40×10: rows come before everything around them, and what is said where there are none is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.bench import press, running, screen_text, table, type_text

if TYPE_CHECKING:
    from pathlib import Path

TINY = (40, 10)
_AROUND = 4
"""Lines that are no table: the places, the summary, the row in full, the keys."""


@pytest.mark.parametrize("keys", [*"123456", "5enter", "5p", "4a"])
async def test_the_table_has_what_the_bars_leave(ledger_path: Path, keys: str) -> None:
    async with running(ledger_path, TINY) as (app, pilot):
        await press(pilot, keys[0], *([keys[1:]] if keys[1:] else []))
        assert table(app).region.height == TINY[1] - _AROUND
        assert table(app).room_for_rows == TINY[1] - _AROUND - 1


async def test_questions_that_are_due_are_seen(ledger_path: Path) -> None:
    async with running(ledger_path, TINY) as (app, pilot):
        lines = screen_text(app).splitlines()
        assert any(line.startswith("▸ 20") for line in lines)
        await press(pilot, "end")
        shown = [line for line in screen_text(app).splitlines() if line[:4] in {"  20", "▸ 20"}]
        assert len(shown) >= 3
        await press(pilot, "right")
        assert table(app).scroll_x > 0


@pytest.mark.parametrize("keys", ["5 enter", "3 enter", "1 enter"])
async def test_the_way_back_is_named_however_many_keys_there_are(ledger_path: Path, keys: str) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, *keys.split())
        assert "esc Back" in screen_text(app).splitlines()[-1]


async def test_what_is_typed_into_a_form_is_seen(ledger_path: Path) -> None:
    async with running(ledger_path, TINY) as (app, pilot):
        await press(pilot, "r", "tab")
        await type_text(pilot, "2022-01-19")
        assert "2022-01-19" in screen_text(app)
        assert "Wed 19 January 2022" in screen_text(app)


async def test_a_taller_terminal_shows_a_row_in_three_lines(ledger_path: Path) -> None:
    async with running(ledger_path, (40, 24)) as (app, _):
        assert app.screen.query_one("#detail").region.height == 3


async def test_what_is_said_where_there_are_no_rows_is_broken_not_cut(empty_path: Path) -> None:
    async with running(empty_path, TINY) as (app, pilot):
        await press(pilot, "2")
        assert "No scenario and no question is on\n  record.\n" in screen_text(app)
