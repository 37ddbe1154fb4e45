"""The theme that is kept, the palette with every record, pictures of places, and fields that show in 16 colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from forecasts.errors import ForecastsError, InvalidInputError, OutputRefusedError
from forecasts.services.overview import NAMED, find_named
from forecasts.settings import Settings, load_settings
from forecasts.tui.commands import Commands
from forecasts.tui.picture import draw
from forecasts.tui.places import PLACES
from forecasts.tui.screens.question import QuestionScreen
from forecasts.tui.screens.scorecard import ScorecardScreen
from tests.tui.bench import ANALYST, LARGE, press, running, screen_text, settle, table, toasts, type_text

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("key", ["t", "е"])
async def test_the_theme_is_kept(small_path: Path, tmp_path: Path, key: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('# mine\nanalyst = "me"\n', encoding="utf-8")
    async with running(small_path, file=file) as (app, pilot):
        await press(pilot, key)
        assert app.theme == "forecasts-light"
    assert file.read_text(encoding="utf-8").startswith('# mine\nanalyst = "me"\n')
    assert load_settings(file).theme == "forecasts-light"


async def test_a_theme_from_the_palette_is_kept(small_path: Path, tmp_path: Path) -> None:
    file = tmp_path / "new" / "settings.toml"
    async with running(small_path, file=file) as (app, pilot):
        await press(pilot, "ctrl+p")
        await type_text(pilot, "theme: nord")
        await press(pilot, "enter")
        assert app.theme == "nord"
    assert load_settings(file).theme == "nord"


async def test_a_theme_that_cannot_be_kept_is_told(small_path: Path, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("theme = nord", encoding="utf-8")
    async with running(small_path, file=file) as (app, pilot):
        await press(pilot, "t")
        assert "cannot be changed" in toasts(app)[-1][1]
        assert app.theme == "forecasts-light"


@pytest.mark.parametrize(
    ("kind", "words", "slug"),
    [
        ("question", "called BACK", "back-by-2022"),
        ("question", "BACK called", "back-by-2022"),
        ("source", "айгүл", "aigul-serik"),
        ("article", "next", "observer-2022-01-08"),
        ("scenario", "бюджет", "economy"),
        ("prediction", "formality", "p6"),
    ],
)
def test_records_are_found_by_words(small_path: Path, kind: str, words: str, slug: str) -> None:
    assert slug in dict(find_named(str(small_path), kind, words, limit=5))
    assert find_named(str(small_path), kind, "100%_no\\such", limit=5) == []


def test_no_more_is_read_than_is_asked_for(small_path: Path) -> None:
    assert set(NAMED) == {"question", "source", "article", "scenario", "prediction"}
    found = find_named(str(small_path), "question", "will", limit=3)
    assert len(found) == 3
    assert all(name.casefold().startswith("will") for _, name in found)


async def test_every_record_by_its_name(small_path: Path) -> None:
    async with running(small_path, LARGE) as (app, pilot):
        for words, screen in (("айгүл", ScorecardScreen), ("called back", QuestionScreen)):
            await press(pilot, "ctrl+p")
            await type_text(pilot, words)
            await press(pilot, "enter")
            assert isinstance(app.screen, screen)
            await press(pilot, "q")
        await press(pilot, "ctrl+p")
        await type_text(pilot, "vote is a formality")
        await press(pilot, "enter")
        assert app.current_mode == "predictions"
        assert table(app).cursor_slug == "p6"
        await press(pilot, "ctrl+p")
        await type_text(pilot, "экономика")
        await press(pilot, "enter")
        assert app.current_mode == "scenarios"
        assert table(app).cursor_slug == "scenario economy"


async def test_the_palette_names_every_action(small_path: Path) -> None:
    async with running(small_path, LARGE) as (app, _):
        provider = Commands(app.screen)
        titles = {hit.text async for hit in provider.discover()}
        assert {"Copy", "Web", "Theme", "Undo", "Resolve", *(f"Go to {place.title}" for place in PLACES)} <= titles


@pytest.mark.parametrize("place", [place.name for place in PLACES])
def test_a_picture_of_each_place(small_path: Path, tmp_path: Path, place: str) -> None:
    file = tmp_path / "pictures" / f"{place}.svg"
    draw(str(small_path), place, file, analyst=ANALYST, settings=Settings())
    drawn = file.read_text(encoding="utf-8")
    title = next(one.title for one in PLACES if one.name == place)
    assert drawn.startswith("<svg")
    assert title in drawn


def test_a_picture_has_all_colours_whatever_the_terminal_has(
    small_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for colours in ("standard", "truecolor"):
        monkeypatch.setattr("textual.constants.COLOR_SYSTEM", colours)
        draw(str(small_path), "due", tmp_path / f"{colours}.svg", analyst=ANALYST, settings=Settings())
        assert "#005f87" in (tmp_path / f"{colours}.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("place", "name", "error"), [("nowhere", "a.svg", InvalidInputError), ("due", "a.png", OutputRefusedError)]
)
def test_no_picture(small_path: Path, tmp_path: Path, place: str, name: str, error: type[ForecastsError]) -> None:
    with pytest.raises(error):
        draw(str(small_path), place, tmp_path / name, analyst=ANALYST, settings=Settings())
    assert not (tmp_path / name).exists()


def test_no_picture_of_what_is_not_set_up(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="not set up"):
        draw(str(tmp_path / "f.db"), "due", tmp_path / "a.svg", analyst=ANALYST, settings=Settings())


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_a_field_has_sides_in_16_colours(small_path: Path, theme: str) -> None:
    async with running(small_path, theme=theme) as (app, pilot):
        await press(pilot, "r", "tab")
        text = screen_text(app)
        assert "▌" in text or "▐" in text
        assert "▏" in text
        await press(pilot, "escape", "slash")
        await settle(pilot)
        field = app.screen.query_one("#filter", Input)
        assert field.styles.border_left[0] == "vkey"
