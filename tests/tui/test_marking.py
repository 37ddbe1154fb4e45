"""Marking text with the mouse in a table: what was marked is what is copied, and a click is still a click."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from forecasts.tui.widgets.columns import Column, Heading, ListSource
from forecasts.tui.widgets.record_table import RecordTable
from forecasts.tui.widgets.tree_table import TreeTable

if TYPE_CHECKING:
    from textual.pilot import Pilot

COLUMNS = (
    Column[str](key="slug", title="Slug", cell=lambda row: row, width=8),
    Column[str](key="text", title="Text", cell=lambda row: f"text of {row}", width=20, flex=1, sortable=True),
)
Where = tuple[int, int]


def _listed(*rows: str | Heading) -> ListSource[str]:
    return ListSource(rows, lambda row: row)


class MarkingApp(App[None]):
    CSS = "RecordTable { height: 1fr; scrollbar-gutter: stable; } #above, #below { height: 1; }"

    def __init__(self, *rows: str | Heading, make: type[RecordTable[str]] = RecordTable) -> None:
        super().__init__()
        self.table = make(COLUMNS, window=_listed(*rows), empty="Nothing here.\nDo something.")
        self.chosen: list[str] = []

    def compose(self) -> ComposeResult:
        yield Static("above", id="above")
        yield self.table
        yield Static("below", id="below")

    def on_record_table_row_selected(self, event: RecordTable.RowSelected) -> None:
        self.chosen.append(event.name)

    def on_record_table_header_selected(self, event: RecordTable.HeaderSelected) -> None:
        self.chosen.append(f"by {event.name}")


async def _drag(pilot: Pilot[None], start: Where, end: Where, to: str | type[RecordTable[str]] = RecordTable) -> str:
    """Mark from one cell of the table to another, and say what is marked."""
    await pilot.mouse_down(RecordTable, offset=start)
    await pilot.hover(to, offset=end)
    await pilot.mouse_up(to, offset=end)
    await pilot.pause()
    return pilot.app.screen.get_selected_text() or ""


@pytest.mark.parametrize("make", [RecordTable, TreeTable])
@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((2, 1), (4, 1), "alp"),
        ((4, 1), (2, 1), "alp"),
        ((2, 2), (2, 2), ""),
        ((12, 1), (13, 3), "text of alpha\n  beta      text of beta\n  gamma     te"),
        ((0, 1), (30, 1), "▸ alpha     text of alpha"),
        ((2, 0), (3, 1), "Slug      Text\n▸ al"),
        ((2, 3), (30, 12), "gamma     text of gamma"),
    ],
)
async def test_what_is_marked(make: type[RecordTable[str]], start: Where, end: Where, expected: str) -> None:
    app = MarkingApp("alpha", "beta", "gamma", make=make)
    async with app.run_test(size=(60, 20)) as pilot:
        assert await _drag(pilot, start, end) == expected


async def test_ctrl_c_copies_what_is_marked() -> None:
    app = MarkingApp("alpha", "beta", "gamma")
    async with app.run_test(size=(60, 20)) as pilot:
        await _drag(pilot, (2, 1), (5, 2))
        await pilot.press("ctrl+c")
        assert app.clipboard == "alpha     text of alpha\n  beta"


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "ansi-light"])
async def test_what_is_marked_shows_and_nothing_else(theme: str) -> None:
    app = MarkingApp("alpha", "beta", "gamma")
    app.theme = theme
    async with app.run_test(size=(60, 20)) as pilot:
        before = [list(app.table.render_line(line)) for line in range(4)]
        await _drag(pilot, (4, 1), (5, 2))
        color = app.screen.get_component_rich_style("screen--selection").bgcolor
        shown = [
            "".join(
                segment.text
                for segment in app.table.render_line(line)
                if segment.style and segment.style.bgcolor == color
            )
            for line in range(4)
        ]
        assert [line.rstrip() for line in shown] == ["", "pha     text of alpha", "  beta", ""]
        assert before[3] == list(app.table.render_line(3))
        looks = {segment.style for segment in app.table.render_line(2) if segment.text.strip() and segment.style}
        assert all(look.color and (look.color.is_default or look.color != look.bgcolor) for look in looks)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (2, 3, "北"),
        (3, 4, "北京"),
        (4, 5, "京"),
        (6, 5, "京e\N{COMBINING ACUTE ACCENT}\N{COMBINING DOT BELOW}"),
        (6, 7, "e\N{COMBINING ACUTE ACCENT}\N{COMBINING DOT BELOW}b"),
        (7, 8, "b"),
        (8, 7, "b"),
    ],
)
async def test_characters_are_marked_by_the_cells_that_they_stand_in(start: int, end: int, expected: str) -> None:
    app = MarkingApp("北京e\N{COMBINING ACUTE ACCENT}\N{COMBINING DOT BELOW}b")
    async with app.run_test(size=(60, 20)) as pilot:
        said = await _drag(pilot, (start, 1), (end, 1))
        assert unicodedata.normalize("NFC", said) == unicodedata.normalize("NFC", expected)


async def test_what_is_marked_sideways() -> None:
    app = MarkingApp("北京", "beta")
    async with app.run_test(size=(24, 20)) as pilot:
        await pilot.press("right")
        left = round(app.table.scroll_x)
        assert left > 0
        assert await _drag(pilot, (12 - left, 1), (15 - left, 2)) == "text of 北京\n  beta      text"


async def test_what_is_marked_further_down() -> None:
    app = MarkingApp(*(f"row-{number}" for number in range(100)))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("end")
        assert app.table.scroll_y == 83
        assert await _drag(pilot, (8, 15), (5, 16)) == "    text of row-97\n  row-"
        assert await _drag(pilot, (30, 8), (2, 0)) == "\n".join(
            f"{'  ' if number > 83 else ''}row-{number}    text of row-{number}" for number in range(83, 91)
        ), "the header stands for the line right under it, not for one that is hidden"


async def test_a_mark_that_begins_above_the_table_takes_what_is_in_view_of_it() -> None:
    app = MarkingApp(*(f"row-{number}" for number in range(100)))
    async with app.run_test(size=(60, 6)) as pilot:
        await pilot.mouse_down("#above", offset=(2, 0))
        await pilot.hover("#below", offset=(3, 0))
        await pilot.mouse_up("#below", offset=(3, 0))
        rows = ["▸ row-0     text of row-0", "  row-1     text of row-1", "  row-2     text of row-2"]
        assert app.screen.get_selected_text() == "\n".join(["ove", "  Slug      Text", *rows, "bel"])


async def test_headings_and_what_an_empty_table_says_can_be_marked() -> None:
    app = MarkingApp(Heading("A heading", note="2 rows"), "alpha")
    async with app.run_test(size=(60, 20)) as pilot:
        assert await _drag(pilot, (3, 1), (30, 1)) == "heading  2 rows"
        app.table.show_window(ListSource((), str))
        await pilot.pause()
        assert await _drag(pilot, (2, 2), (30, 9)) == "Nothing here.\n  Do something."


async def test_text_from_outside_is_copied_as_it_is_drawn() -> None:
    app = MarkingApp("\x1b[2J[b]x")
    async with app.run_test(size=(60, 20)) as pilot:
        assert await _drag(pilot, (2, 1), (9, 1)) == "␛[2J[b]x"


async def test_marking_is_no_click() -> None:
    app = MarkingApp("alpha", "beta", "gamma")
    async with app.run_test(size=(60, 20)) as pilot:
        await _drag(pilot, (2, 1), (5, 3))
        await _drag(pilot, (2, 2), (5, 0))
        assert app.table.cursor_slug == "alpha"
        assert app.chosen == []


async def test_a_click_lets_go_of_the_mark_and_does_what_it_does() -> None:
    app = MarkingApp("alpha", "beta", "gamma")
    async with app.run_test(size=(60, 20)) as pilot:
        await _drag(pilot, (2, 1), (5, 3))
        await pilot.click(RecordTable, offset=(3, 2))
        assert app.table.cursor_slug == "beta"
        assert app.screen.get_selected_text() is None
        await _drag(pilot, (2, 1), (5, 3))
        await pilot.click(RecordTable, offset=(12, 0))
        await pilot.pause()
        assert app.chosen == ["by text"]


async def test_a_double_click_chooses_and_marks_nothing() -> None:
    app = MarkingApp("alpha", "beta", "gamma")
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.click(RecordTable, offset=(3, 2), times=2)
        await pilot.pause()
        assert app.chosen == ["beta"]
        assert app.screen.get_selected_text() is None


async def test_the_keys_leave_the_mark_and_other_rows_let_go_of_it() -> None:
    app = MarkingApp("alpha", "beta", "gamma")
    async with app.run_test(size=(60, 20)) as pilot:
        await _drag(pilot, (2, 1), (6, 1))
        await pilot.press("down")
        assert app.screen.get_selected_text() == "alpha"
        app.table.show_window(_listed("delta", "alpha"))
        await pilot.pause()
        assert app.screen.get_selected_text() is None


async def test_a_mark_can_be_longer_than_what_is_in_view() -> None:
    app = MarkingApp(*(f"row-{number}" for number in range(1_000)))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.mouse_down(RecordTable, offset=(2, 2))
        app.table.scroll_to(y=500, animate=False, force=True)
        await pilot.pause()
        await pilot.hover(RecordTable, offset=(8, 4))
        await pilot.mouse_up(RecordTable, offset=(8, 4))
        lines = (app.screen.get_selected_text() or "").splitlines()
        assert lines[0] == "row-1     text of row-1"
        assert lines[-1].startswith("  row-5")
        assert len(lines) > 500
