"""Every theme in 16 colours: letters can be told from the ground that they stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.color import ColorSystem
from rich.style import Style
from textual.widgets import Input

from forecasts.tui.themes import has_few_colours
from forecasts.tui.widgets.columns import STYLES
from tests.tui.bench import make_app, press, running, settle, table

if TYPE_CHECKING:
    from pathlib import Path

    from rich.color import Color

XTERM = (
    *((0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229)),
    *((127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255)),
    (255, 255, 255),
)
"""The 16 colours as xterm has them."""


def shown(colour: Color | None) -> tuple[int, int, int]:
    """A colour as a terminal with 16 of them shows it."""
    assert colour is not None
    number = colour.downgrade(ColorSystem.STANDARD).number
    assert number is not None
    return XTERM[number]


def contrast(style: Style) -> float:
    """The contrast ratio of WCAG 2.2, 1–21."""
    light, dark = sorted((_luminance(shown(style.color)), _luminance(shown(style.bgcolor))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, int, int]) -> float:
    red, green, blue = (
        value / 255 / 12.92 if value / 255 <= 0.04045 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_contrast_of_white_on_cyan_is_too_little() -> None:
    assert contrast(Style.parse("white on black")) == pytest.approx(16.67, abs=0.01)
    assert contrast(Style.parse("bright_white on cyan")) < 2.1


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_a_tables_looks_stand_on_the_terminals_own_ground(small_path: Path, theme: str) -> None:
    async with running(small_path, theme=theme) as (app, _):
        grounds = {name: table(app)._style(name).bgcolor for name in STYLES if name != "cursor"}
        assert all(ground is not None and ground.is_default for ground in grounds.values())


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_every_tone_can_be_read_on_a_black_and_on_a_white_ground(small_path: Path, theme: str) -> None:
    async with running(small_path, theme=theme) as (app, _):
        tones = {name: table(app)._style(name).color for name in ("good", "bad", "warn", "accent", "heading")}
        for name, colour in tones.items():
            assert colour is not None
            for ground in ("black", "bright_white"):
                seen = Style(color=colour, bgcolor=ground)
                assert colour.is_default or contrast(seen) >= 3, (name, colour, ground)


async def test_the_cursor_and_what_is_marked_can_be_read_in_every_theme(
    small_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "standard")
    app = make_app(small_path, theme="")
    app.has_few_colours = has_few_colours(app.console)
    unreadable = {}
    async with app.run_test() as pilot:
        await settle(pilot)
        assert app.theme == "ansi-dark"
        await press(pilot, "slash")
        for theme in app.available_themes:
            app.theme = theme
            await settle(pilot)
            looks = {
                "cursor": table(app)._style("cursor"),
                "marked": table(app)._mark_style(),
                "typed and marked": app.screen.query_one(Input).get_component_rich_style("input--selection"),
            }
            unreadable.update({(theme, name): look for name, look in looks.items() if contrast(look) < 4.5})
    assert unreadable == {}
