"""First use: the ledger is made in view, and the screen says what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.services.overview import due_page, first_page
from forecasts.tui.screens.set_up import SetUpScreen
from tests.tui.bench import NOW, press, running, screen_text, summary, table

if TYPE_CHECKING:
    from pathlib import Path

    from textual.message import Message


async def test_first_use(tmp_path: Path) -> None:
    path = tmp_path / "new" / "forecasts.db"
    messages: list[Message] = []
    async with running(path, messages=messages) as (app, pilot):
        assert isinstance(app.screen, SetUpScreen)
        assert "looks round in the seeded record" in screen_text(app)
        assert first_page(str(path), today=NOW.date()) is None
        await press(pilot, "enter")
        text = screen_text(app)
        assert "A new database was made" in text
        assert "Loaded:" in text
        assert "100%" in text
        assert any(isinstance(message, SetUpScreen.Progressed) for message in messages)
        assert first_page(str(path), today=NOW.date()) is not None
        await press(pilot, "1", "4", "u", "enter")
        page = due_page(str(path), today=NOW.date())
        assert app.current_mode == "due"
        assert summary(app).startswith(f"{len(page.due)} questions due")
        assert table(app).has_focus
        await press(pilot, "enter", "escape")


async def test_a_record_of_ones_own_has_the_standards_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    async with running(path) as (app, pilot):
        await press(pilot, "b")
        assert "8 standards" in screen_text(app)
        assert "articles" not in screen_text(app).split("Loaded:")[1]
        await press(pilot, "enter")
        assert app.current_mode == "due"
        assert "Nothing is on record yet" in screen_text(app)


async def test_a_set_up_that_fails_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder", encoding="utf-8")
    async with running(in_the_way / "forecasts.db") as (app, pilot):
        await press(pilot, "enter")
        assert "The database could not be set up." in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, SetUpScreen)
        await press(pilot, "q")
        assert app.return_code == 1
