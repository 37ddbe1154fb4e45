"""Every screen and dialog at every size, in text: whole lines, no control, the focus and the keys in view."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from forecasts.tui.widgets.bars import KeyBar
from tests.tui import full
from tests.tui.bench import LARGE, SMALL, assert_tame, press, running, screen_text, settle, table
from tests.tui.reading import attach_to

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from forecasts.tui.app import ForecastsApp

TINY = (40, 10)
SCREENS: dict[str, tuple[str, ...]] = {
    "due": ("down", "down"),
    "due-filtered": ("slash", *"mission"),
    "scenarios": ("2", "down", "space", "down"),
    "articles": ("3",),
    "predictions": ("4", "greater_than_sign"),
    "sources": ("5",),
    "history": ("6",),
    "entry": ("6", "enter"),
    "question": ("go", "enter"),
    "reader-without-text": ("3", "enter"),
    "scorecard": ("5", "enter"),
    "diagrams": ("5", "enter", "d"),
    "meaning": ("5", "enter", "m"),
    "compare": ("5", "c", "down", "c"),
    "pooled": ("5", "p"),
    "agreement": ("4", "a"),
    "resolve": ("go", "r"),
    "help": ("question_mark",),
    "undo": ("s", "enter", "u"),
    "later": ("go", "s"),
    "export": ("5", "ctrl+e"),
    "copy": ("4", "y"),
    "add": ("N",),
    "form": ("N", *("down",) * 4, "enter"),
    "second-reading": ("4", "R"),
}
READING: dict[str, tuple[str, ...]] = {
    "reader": ("3", "enter", "space"),
    "claim": ("3", "enter", "space", "n", *"cha"),
    "claim-new": ("3", "enter", "space", "n", "enter", *"Will", "enter"),
}
WRONG: dict[str, tuple[str, ...]] = {
    "form": ("N", *("down",) * 3, "enter", "ctrl+s"),
    "later": ("go", "s", "x"),
    "remove": ("5", "D", "enter"),
    "filters": ("5", "f", *("tab",) * 6, "x"),
    "second-reading": ("4", "R", "x"),
    "claim": ("3", "enter", "n", "ctrl+s"),
    "passage": ("3", "enter", "space", "x", "ctrl+s"),
    "attach": ("3", "a", "ctrl+s"),
}


async def _go(app: ForecastsApp, pilot: Pilot[int], keys: tuple[str, ...]) -> None:
    for key in keys:
        if key == "go":
            assert table(app).go_to("out-by-january")
        else:
            await press(pilot, key)


def _assert_whole(app: ForecastsApp) -> None:
    assert_tame(app)
    bar = app.screen.query(KeyBar).last()
    assert bar.region.height > 0
    assert bar.region.bottom <= app.size.height
    assert str(bar.render()).strip() in screen_text(app)
    if app.focused is not None:
        seen = app.screen.find_widget(app.focused).visible_region
        assert seen.area > 0
        assert seen.width == app.focused.region.width


async def _assert_at_every_size(app: ForecastsApp, pilot: Pilot[int]) -> None:
    for size in (SMALL, LARGE, TINY):
        await pilot.resize_terminal(*size)
        await settle(pilot)
        if size == TINY:
            assert_tame(app)
        else:
            _assert_whole(app)


@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen(name: str, small_path: Path) -> None:
    async with running(small_path) as (app, pilot):
        await _go(app, pilot, SCREENS[name])
        await _assert_at_every_size(app, pilot)


@pytest.mark.parametrize("name", READING)
async def test_reading(name: str, small_path: Path) -> None:
    attach_to(small_path)
    async with running(small_path) as (app, pilot):
        await _go(app, pilot, READING[name])
        await _assert_at_every_size(app, pilot)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("name", WRONG)
async def test_what_is_wrong_is_in_view_with_the_field(name: str, size: tuple[int, int], small_path: Path) -> None:
    attach_to(small_path)
    async with running(small_path, size) as (app, pilot):
        await _go(app, pilot, WRONG[name])
        _assert_whole(app)
        assert "✗" in screen_text(app)


@pytest.mark.parametrize("place", ["1", "2", "3", "4", "5", "6"])
async def test_an_empty_place_says_so_instead_of_rows(place: str, empty_path: Path) -> None:
    async with running(empty_path) as (app, pilot):
        await press(pilot, place)
        await _assert_at_every_size(app, pilot)
        if place != "6":
            assert table(app).row_count == 0
            assert any(word in screen_text(app) for word in ("Nothing", "No ", "no "))


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with pages of rows in several scripts, made once."""
    path = tmp_path_factory.mktemp("many") / "forecasts.db"
    full.build(path)
    return path


@pytest.mark.parametrize("place", ["1", "2", "3", "4", "5", "6"])
async def test_some_pages_down_in_a_full_record(place: str, many: Path, tmp_path: Path) -> None:
    path = tmp_path / "forecasts.db"
    shutil.copy(many, path)
    async with running(path) as (app, pilot):
        await _go(app, pilot, (place, *("pagedown",) * 3, *("down",) * 5))
        before = table(app).cursor_slug
        assert before
        await _assert_at_every_size(app, pilot)
        assert table(app).cursor_slug == before
        assert any(line.startswith("▸") for line in screen_text(app).splitlines())
