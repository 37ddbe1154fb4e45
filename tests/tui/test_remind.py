"""Later: a question is put aside until a day to come; its deadline does not move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from forecasts.services.overview import due_page
from forecasts.tui.dialogs.short_forms import RemindDialog
from tests.tui.bench import NOW, press, running, screen_text, settle, summary, table, toasts, type_text

if TYPE_CHECKING:
    from pathlib import Path


async def test_put_aside_and_taken_back(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        slug = table(app).cursor_slug
        await press(pilot, "s")
        assert "Sat 28 November 2026" in screen_text(app)
        await press(pilot, "enter")
        page = due_page(str(ledger_path), today=NOW.date())
        assert len(page.put_aside) == 1
        assert slug not in {row.slug for row in page.due}
        assert "1 put aside" in summary(app)
        assert f"{page.counts['predictions']} predictions" in screen_text(app)  # which is last in the summary
        assert toasts(app)[-1][0] == "Put aside until 2026-11-28"
        await press(pilot, "u", "enter")
        assert due_page(str(ledger_path), today=NOW.date()).put_aside == ()


async def test_only_a_day_to_come(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "s")
        dialog = app.screen
        assert isinstance(dialog, RemindDialog)
        box = dialog.query_one(Input)
        box.clear()
        await type_text(pilot, "2026-11-21")
        assert "✗ a day after today" in screen_text(app)
        box.value = "some day"
        await settle(pilot)
        assert "✗ expected a date, such as" in screen_text(app)
        await press(pilot, "ctrl+s")
        assert app.screen is dialog
        await press(pilot, "escape")
        assert due_page(str(ledger_path), today=NOW.date()).put_aside == ()


async def test_no_line_is_wasted_above_what_it_is_about(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "s")
        lines = screen_text(app).splitlines()
        frame = next(number for number, line in enumerate(lines) if "╭─ Remind me later" in line)
        assert "│ Will " in lines[frame + 1]
