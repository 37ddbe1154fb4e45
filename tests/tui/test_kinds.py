"""The resolve dialog on every kind of question."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input, TextArea

from forecasts.tui.dialogs.resolve import ResolveDialog
from forecasts.tui.widgets.inputs import Choice
from tests.tui.bench import press, running, screen_text, settle
from tests.tui.resolving import messages_of, open_dialog, page_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("slug", "verdict", "value", "outcome"),
    [
        ("back-by-2022", 1, "", "no"),
        ("who-leads", 2, "", "Nobody: there is no next mission"),
        ("growth-2022", 0, "3.2", 3.2),
        ("budget-day", 0, "2022-12-05", date(2022, 12, 5)),
        ("budget-day", 1, "", "not-by-deadline"),
    ],
)
async def test_resolving(small_path: Path, slug: str, verdict: int, value: str, outcome: object) -> None:
    async with running(small_path) as (app, pilot):
        dialog = await open_dialog(app, pilot, slug=slug)
        dialog.query_one("#f-outcome", Choice).choose(verdict)
        await settle(pilot)
        assert dialog.query_one("#field-value").display is bool(value)
        dialog.query_one("#f-value", Input).value = value
        dialog.query_one("#f-known_on", Input).value = "2023-01-05"
        dialog.query_one("#f-note", TextArea).text = "As reported."
        await press(pilot, "ctrl+s", "enter")
        assert page_of(small_path, slug).resolutions[-1].outcome == outcome


@pytest.mark.parametrize(
    ("slug", "value", "expected"),
    [
        ("growth-2022", "a lot", "expected a number of %"),
        ("growth-2022", "", "expected a number of %"),
        ("budget-day", "2024-01-01", "up to the deadline 2023-12-31"),
    ],
)
async def test_a_wrong_value(small_path: Path, slug: str, value: str, expected: str) -> None:
    async with running(small_path, (120, 40)) as (app, pilot):
        dialog = await open_dialog(app, pilot, slug=slug)
        dialog.query_one("#f-outcome", Choice).choose(0)
        dialog.query_one("#f-value", Input).value = value
        await press(pilot, "ctrl+s")
        assert expected in messages_of(dialog)
        assert isinstance(app.screen, ResolveDialog)


async def test_options_and_quantiles_are_shown(small_path: Path) -> None:
    async with running(small_path, (120, 40)) as (app, pilot):
        await open_dialog(app, pilot, slug="who-leads")
        assert "A general 60 %, A diplomat 30 %" in " ".join(screen_text(app).split())
        await press(pilot, "escape")
        await open_dialog(app, pilot, slug="growth-2022")
        assert "5 %: 1, 50 %: 3, 95 %: 5" in " ".join(screen_text(app).split())
