"""Predictions: one table, sorted and filtered by the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len

from forecasts.domain.formats import percent
from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.marks import SIGNS, ClaimResult, PredictionQuery
from forecasts.services.ledger import open_ledger
from forecasts.services.predictions import open_predictions
from forecasts.tui.dialogs.short_forms import NarrowDialog
from forecasts.tui.screens.question import QuestionScreen
from forecasts.tui.widgets.columns import Cell, Heading, fit
from forecasts.tui.widgets.record_table import RecordTable
from tests.tui.bench import (
    ANALYST,
    LARGE,
    clock,
    press,
    row_of,
    running,
    screen_text,
    summary,
    table,
    toasts,
    type_text,
)

if TYPE_CHECKING:
    from pathlib import Path


def slugs(path: Path, **query: Any) -> list[str]:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        window = open_predictions(ledger, PredictionQuery(**query))
        return [window.slug_at(index) for index in range(len(window))]
    finally:
        ledger.close()


def shown(window_table: RecordTable[Any]) -> list[str]:
    return [window_table._window.slug_at(index) for index in range(window_table.row_count)]


async def test_every_prediction_is_there(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "4")
        assert shown(table(app)) == slugs(ledger_path)
        assert "by made ▲" in summary(app)
        assert table(app).has_focus


async def test_sorting_by_keys(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "4", "greater_than_sign")
        assert shown(table(app)) == slugs(ledger_path, sort="claim")
        await press(pilot, "shift+right", "shift+right")
        assert shown(table(app)) == slugs(ledger_path, sort="probability")
        await press(pilot, "equals_sign")
        assert shown(table(app)) == slugs(ledger_path, sort="probability", descending=True)
        assert "Says ▼" in screen_text(app)
        await press(pilot, "less_than_sign")
        assert shown(table(app)) == slugs(ledger_path, sort="speakers")
        await press(pilot, "shift+up")
        assert shown(table(app)) == slugs(ledger_path, sort="speakers", descending=True)
        await press(pilot, "shift+left", "shift+left", "shift+down")
        assert shown(table(app)) == slugs(ledger_path, sort="made_on", descending=True)


async def test_a_row_says_the_side_that_the_words_favour_and_how_it_came_out(resolved_path: Path) -> None:
    async with running(resolved_path, LARGE) as (app, pilot):
        await press(pilot, "4", "slash")
        await type_text(pilot, "not be a danger of strategic weight")
        await press(pilot, "down")
        row = row_of(app)
        assert row.probability == 0.125  # two readings: 10 and 15 %
        line = table(app).line_text(1)
        assert line.split()[-5:] == ["87.5", "%", "no", SIGNS[ClaimResult.RIGHT], "no"]
        assert f"P(yes) {percent(row.probability)}" in screen_text(app)


async def test_claims_and_names_that_begin_alike_are_told_apart(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "4")
        rows: list[Any] = [table(app)._rows.row(index) for index in range(table(app).row_count)]
        places = {column.key: place for place, column in enumerate(table(app).columns)}
        for key in ("claim", "speakers"):
            width, column = table(app)._widths[places[key]], table(app).columns[places[key]]
            texts = {column.cell_of(row).text for row in rows}
            cells = {text: fit(text, width, keep_from=table(app)._parts[text]) for text in texts}
            assert len(set(cells.values())) == len(cells)


async def test_sorting_by_a_click_keeps_the_cursor_on_its_record(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "4", "down", "down", "down")
        slug = table(app).cursor_slug
        await pilot.click(RecordTable, offset=(4, 0))
        await press(pilot)
        assert "by claim ▲" in summary(app)
        await press(pilot, "f5")
        assert table(app).cursor_slug == slug


async def test_words(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "4", "x", "slash")
        await type_text(pilot, "peacekeepers")
        assert shown(table(app)) == slugs(ledger_path, text="peacekeepers")
        assert table(app).row_count > 0
        await press(pilot, "down", "x")
        assert shown(table(app)) == slugs(ledger_path)


async def test_nothing_found(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "4", "slash")
        await type_text(pilot, "[sic] %_'")
        assert "No prediction is left by this filter." in screen_text(app)
        await press(pilot, "enter", "enter", "x")
        assert table(app).row_count == len(slugs(ledger_path))


async def test_narrowing(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "4", "f")
        dialog = app.screen
        assert isinstance(dialog, NarrowDialog)
        dialog.form.put(source="chan-kung", status="due")
        await press(pilot, "ctrl+s")
        assert shown(table(app)) == slugs(ledger_path, source="chan-kung", status=QuestionStatus.DUE)
        assert "source chan-kung" in summary(app)
        await press(pilot, "f", "escape")
        assert "source chan-kung" in summary(app)
        await press(pilot, "f")
        again = app.screen
        assert isinstance(again, NarrowDialog)
        assert again.texts["source"] == "chan-kung"


async def test_enter_opens_the_question(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "4", "slash")
        await type_text(pilot, "peacekeepers")
        await press(pilot, "enter", "enter")
        assert isinstance(app.screen, QuestionScreen)
        await press(pilot, "escape")
        assert app.current_mode == "predictions"
        assert table(app).has_focus


@pytest.mark.parametrize("place", ["1", "2", "4"])
async def test_what_became_of_a_claim_or_a_question_fits_its_column(resolved_path: Path, place: str) -> None:
    async with running(resolved_path) as (app, pilot):
        await press(pilot, place)
        state = next(at for at, column in enumerate(table(app).columns) if column.title in {"State", "Came out"})
        rows = [table(app)._rows.row(index) for index in range(table(app).row_count)]
        said = [table(app).columns[state].cell(row) for row in rows if not isinstance(row, Heading)]
        assert said
        assert all(isinstance(cell, Cell) and cell_len(cell.text) <= table(app)._widths[state] for cell in said)


async def test_why_a_claim_is_too_vague_stands_in_full_below(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "4", "slash")
        await type_text(pilot, "Russia might attempt")
        assert SIGNS[ClaimResult.VAGUE] in table(app).line_text(1)
        assert "too vague" in table(app).line_text(1)
        assert "too vague: merely possible" in " ".join(screen_text(app).split())


async def test_an_unscorable_claim_says_that_it_is_on_no_question(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "4")
        while row_of(app).question:
            await pilot.press("down")
        await press(pilot, "enter")
        assert "on no question" in toasts(app)[-1][1]


async def test_an_empty_ledger(empty_path: Path) -> None:
    async with running(empty_path) as (app, pilot):
        await press(pilot, "4", "enter", "greater_than_sign")
        assert "No prediction is on record." in screen_text(app)
