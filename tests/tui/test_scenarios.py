"""Scenarios: the tree is unfolded node by node, and its questions are dealt with where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.formats import favoured
from forecasts.domain.glossary import BUCKETS
from forecasts.domain.kinds import Bucket
from forecasts.domain.marks import PredictionNode, QuestionNode, ScenarioNode
from forecasts.tui.dialogs.resolve import ResolveDialog
from forecasts.tui.dialogs.short_forms import ExportDialog, ReasonDialog, RemindDialog
from forecasts.tui.screens.question import QuestionScreen
from forecasts.tui.screens.scenarios import ScenariosScreen
from tests.tui.bench import (
    LARGE,
    press,
    row_of,
    running,
    screen_text,
    settle,
    summary,
    table,
    type_text,
)
from tests.tui.resolving import CSTO

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.tui.app import ForecastsApp

QUESTION = f"question {CSTO}"


def shown(app: ForecastsApp) -> list[str]:
    return [table(app)._window.slug_at(index) for index in range(table(app).row_count)]


async def test_unfolding_and_folding(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "2")
        assert isinstance(app.screen, ScenariosScreen)
        assert "12 scenarios · 55 questions" in summary(app)
        before = shown(app)
        assert table(app).go_to(QUESTION)
        await press(pilot, "right")
        assert isinstance(row_of(app).node, QuestionNode)
        await press(pilot, "right")  # is open already
        grown = shown(app)
        at = grown.index(QUESTION)
        children = grown[at + 1 : at + 1 + len(grown) - len(before)]
        assert children
        assert all(name.startswith("prediction ") for name in children)
        await press(pilot, "j", "j", "left")  # from a prediction up to its question
        assert table(app).cursor_slug == QUESTION
        await press(pilot, "left")
        assert shown(app) == before
        await press(pilot, "space", "space")
        assert shown(app) == before
        await press(pilot, "h")
        assert isinstance(row_of(app).node, ScenarioNode)
        await press(pilot, "enter")  # a scenario has no page: enter folds it
        assert QUESTION not in shown(app)
        await press(pilot, "l")
        assert shown(app) == before


async def test_a_question_of_which_nothing_was_said_has_nothing_to_unfold(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "2", "/")
        await type_text(pilot, "peacekeepers")
        await press(pilot, "enter")
        lines = [line for line in screen_text(app).splitlines() if "Will the CSTO peacekeepers be out" in line]
        assert {line.split("Will", 1)[0].strip(" ▸"): "◇" in line for line in lines} == {"+": True, "": False}
        assert len({line.index("Will") for line in lines}) == 1


async def test_a_claim_without_a_number_says_how_it_counts_and_nothing_twice(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "2")
        lines = screen_text(app).splitlines()
        (possible,) = (line for line in lines if "could lead to a major change" in line)
        (vague,) = (line for line in lines if "Putin would object" in line)
        assert possible.split("  ")[-1].strip() == "too vague"
        assert vague.endswith("~ too vague")


async def test_marks_tell_by_shape_how_a_claim_turned_out(small_path: Path) -> None:
    async with running(small_path, LARGE) as (app, pilot):
        await press(pilot, "2")
        assert table(app).go_to("question settled")
        await press(pilot, "right", "down")
        node = row_of(app).node
        assert isinstance(node, PredictionNode)
        text = screen_text(app)
        assert f"● {favoured(0.97)}" in text
        assert "━●━" in text
        assert "├·○·······┼·····○···┤" in text  # 10 % and 80 %, both open


def on_top(app: ForecastsApp) -> object:
    """The screen that is shown."""
    return app.screen


async def test_what_keys_do_to_the_question_under_the_cursor(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "2", "r")
        assert isinstance(on_top(app), ScenariosScreen)  # a scenario cannot be resolved
        assert table(app).go_to(QUESTION)
        await press(pilot, "r")
        assert isinstance(on_top(app), ResolveDialog)
        await press(pilot, "escape", "v")
        assert isinstance(on_top(app), ResolveDialog)
        await press(pilot, "escape", "s")
        assert isinstance(on_top(app), RemindDialog)
        await press(pilot, "escape", "space", "down", "r")  # a prediction stands for its question
        assert isinstance(on_top(app), ResolveDialog)
        await press(pilot, "escape", "enter")
        assert isinstance(on_top(app), QuestionScreen)
        await press(pilot, "escape", "ctrl+e")
        assert isinstance(on_top(app), ExportDialog)


async def test_reopening_from_there(resolved_path: Path) -> None:
    async with running(resolved_path) as (app, pilot):
        await press(pilot, "2")
        assert table(app).go_to(QUESTION)
        await press(pilot, "o")
        assert isinstance(app.screen, ReasonDialog)


async def test_filtering_keeps_the_way_down(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "2", "slash")
        await type_text(pilot, "PEACEKEEPERS")
        names = shown(app)
        assert QUESTION in names
        assert names[0].startswith("scenario ")
        assert summary(app).startswith("filter: PEACEKEEPERS · esc clears · ")
        await type_text(pilot, " [sic]")
        assert "No scenario and no question has these words." in screen_text(app)
        await press(pilot, "escape")
        assert len(shown(app)) > len(names)


async def test_what_is_open_stays_open_over_a_change(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "2")
        assert table(app).go_to(QUESTION)
        await press(pilot, "right", "down")
        before, cursor = shown(app), table(app).cursor_slug
        app.ledger_changed.publish(1)
        await settle(pilot)
        assert (shown(app), table(app).cursor_slug) == (before, cursor)


async def test_an_empty_ledger(empty_path: Path) -> None:
    async with running(empty_path) as (app, pilot):
        await press(pilot, "2", "enter", "space", "right", "left")
        assert "No scenario and no question is on record." in screen_text(app)


async def test_every_source_on_the_line_of_a_question(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "2")
        assert table(app).go_to(QUESTION)
        await press(pilot, "enter", "pagedown")
        text = screen_text(app)
        assert "0 %" in text
        assert f"○ {BUCKETS[Bucket.OPEN].label}" in text
        assert any("├" in line and "Chan Kung" in line for line in text.splitlines())
