"""Lines that do not fit say so: the summary, a row in full, a heading with its note."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from rich.style import Style
from textual.content import Content

from forecasts.tui.screens.base import Page
from forecasts.tui.widgets.bars import TextLines
from forecasts.tui.widgets.columns import Column, Heading, Look, Painter
from tests.tui.bench import press, running, screen_text, settle

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.tui.app import ForecastsApp


class _Told(Page):
    """A page that says what it is given."""

    HAS_DETAIL = True

    def load(self) -> None:
        """Nothing to fetch."""


def _detail(app: ForecastsApp) -> tuple[str, list[str]]:
    """What the detail is to say, and the lines that are seen of it."""
    widget = app.screen.query_one("#detail", TextLines)
    lines = screen_text(app).splitlines()[widget.region.y : widget.region.bottom]
    return str(widget.content), [line.strip() for line in lines]


async def test_a_detail_that_does_not_fit_ends_in_an_ellipsis(empty_path: Path) -> None:
    async with running(empty_path) as (app, pilot):
        page = _Told()
        await app.push_screen(page)
        page.detail(Content("one " * 30), Content("two " * 30), Content("end"))
        await settle(pilot)
        first, second, third = _detail(app)[1]
        assert first == " ".join(["one"] * 19)
        assert second == " ".join(["one"] * 11)
        assert third == " ".join(["two"] * 18) + " two…"
        page.detail(Content("one"), Content("two"), Content("three"))
        await settle(pilot)
        assert _detail(app)[1] == ["one", "two", "three"]


@pytest.mark.parametrize("place", ["3", "4"])
async def test_a_row_in_full_is_whole_or_says_that_it_is_not(ledger_path: Path, place: str) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, place)
        content, lines = _detail(app)
        assert lines[0]
        assert "".join("".join(lines).split()) == "".join(content.split()) or lines[-1].endswith("…")


@pytest.mark.parametrize("room", [20, 40, 60, 200])
@pytest.mark.parametrize(
    ("heading", "whole_at"),
    [
        (Heading("Hindsight", note="12 questions written and 34 predictions coded after the outcome was known"), 200),
        (Heading("The succession in the regions and in the capital, as a storyline", level=2, note="3 questions"), 200),
        (Heading("Due", note="3 questions"), 20),
        (Heading("北京天气", note="三"), 20),
    ],
)
def test_a_heading_keeps_to_its_room_and_says_what_is_cut(heading: Heading, room: int, whole_at: int) -> None:
    columns: list[Column[str]] = []
    text = Painter(columns, lambda _name: Style.null()).heading(heading, room, Look(False, False, False)).text
    assert cell_len(text) <= room
    assert text.endswith(("…", heading.note))
    assert (f"{heading.text}  {heading.note}" in text) == (room >= whole_at)
