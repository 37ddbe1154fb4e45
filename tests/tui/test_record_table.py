"""The table: any length, by the window that is shown, with its cursor on the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.app import App, ComposeResult

from forecasts.errors import DatabaseUnusableError
from forecasts.settings import Settings
from forecasts.tui.background import ServiceApp
from forecasts.tui.widgets.columns import BLOCK, Column, Heading, ListSource
from forecasts.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.message import Message

COLUMNS = (
    Column[str]("slug", "Slug", lambda row: row, 10, sortable=True),
    Column[str]("text", "Text", lambda row: f"text of {row}", 20, flex=1, sortable=True),
)


class Endless:
    """A million rows that exist only when asked for."""

    def __init__(self, count: int = 1_000_000) -> None:
        self.count = count
        self.asked: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return self.count

    def rows(self, first: int, count: int) -> Sequence[str]:
        self.asked.append((first, count))
        return [f"row-{number}" for number in range(first, min(first + count, self.count))]

    def index_of(self, slug: str) -> int | None:
        return int(slug.removeprefix("row-"))

    def slug_at(self, index: int) -> str:
        return f"row-{index}"


class Leaving(Endless):
    """Rows in a database that can go away."""

    is_gone = False

    def rows(self, first: int, count: int) -> Sequence[str]:
        if self.is_gone:
            msg = "The database cannot be opened."
            raise DatabaseUnusableError(msg, "Look where it is.")
        return super().rows(first, count)

    def slug_at(self, index: int) -> str:
        return str(self.rows(index, 1)[0])


def _listed(*rows: str | Heading) -> ListSource[str]:
    return ListSource(rows, lambda row: row)


class TableApp(App[None]):
    CSS = "RecordTable { height: 1fr; scrollbar-gutter: stable; }"

    def __init__(self, table: RecordTable[str]) -> None:
        super().__init__()
        self.table = table

    def compose(self) -> ComposeResult:
        yield self.table

    def text(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]


LETTERS = _listed(*"abcdefghijklmnopqrstuvwxyz")


def _row(table: RecordTable[str]) -> str | None:
    return table.cursor_row


class ServedApp(ServiceApp):
    """An app that tells what goes wrong, with one table."""

    CSS = TableApp.CSS

    def __init__(self, table: RecordTable[str]) -> None:
        super().__init__("unused.db", analyst="a", settings=Settings())
        self.table = table

    def compose(self) -> ComposeResult:
        yield self.table


async def test_rows_that_cannot_be_read_any_more_are_told_once_and_nothing_breaks() -> None:
    window = Leaving(1_000)
    app = ServedApp(RecordTable(COLUMNS, window=window))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("j")
        assert _row(app.table) == "row-1"
        window.is_gone = True
        await pilot.press("pagedown", "end", "home", "k", "enter")
        assert [toast.message for toast in app._notifications] == ["The database cannot be opened.\nLook where it is."]
        assert _row(app.table) is None
        window.is_gone = False
        app.table.show_window(window)
        await pilot.press("j")
        assert _row(app.table) == "row-1"


async def test_only_what_is_in_view_is_asked_for() -> None:
    window = Endless()
    app = TableApp(RecordTable(COLUMNS, window=window))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("end")
        assert app.table.cursor_slug == "row-999999"
        assert "▸ row-999999" in app.text()[-1]
    assert all(count == BLOCK for _, count in window.asked)
    assert len(window.asked) <= 4


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["down"], "b"),
        (["j", "j"], "c"),
        (["о"], "b"),  # the same key under a Cyrillic layout
        (["down", "up"], "a"),
        (["down", "k"], "a"),
        (["up"], "a"),
        (["end"], "z"),
        (["G"], "z"),
        (["end", "home"], "a"),
        (["end", "g"], "a"),
        (["pagedown"], "i"),
        (["ctrl+f"], "i"),
        (["pagedown", "pageup"], "a"),
        (["end", "ctrl+b"], "r"),
        (["end", "down"], "z"),
    ],
)
async def test_keys_move_the_cursor(keys: list[str], expected: str) -> None:
    app = TableApp(RecordTable(COLUMNS, window=LETTERS))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press(*keys)
        assert app.table.cursor_slug == expected
        assert any(line.startswith(f"▸ {expected} ") for line in app.text())


async def test_headings_are_passed_over_and_stay_in_view() -> None:
    rows = _listed(Heading("First"), "a", Heading("Second", level=2, note="2 rows"), "b", "c")
    app = TableApp(RecordTable(COLUMNS, window=rows))
    async with app.run_test(size=(60, 4)) as pilot:
        assert app.table.cursor_slug == "a"
        await pilot.press("down")
        assert app.table.cursor_slug == "b"
        await pilot.press("end", "up", "up")
        assert app.table.cursor_slug == "a"
        assert any("First" in line for line in app.text())
        await pilot.press("up")
        assert app.table.cursor_slug == "a"


async def test_the_cursor_stays_on_its_record() -> None:
    app = TableApp(RecordTable(COLUMNS, window=LETTERS))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("down", "down", "down")
        app.table.show_window(_listed(*reversed("abcdefghijklmnopqrstuvwxyz")), sort="slug", descending=True)
        await pilot.pause()
        assert app.table.cursor_slug == "d"
        assert any(line.startswith("▸ d ") for line in app.text())
        assert "Slug ▼" in app.text()[0]
        app.table.show_window(_listed("a", "b", "c", "d"))
        await pilot.pause()
        assert app.table.cursor_slug == "d"
        app.table.show_window(_listed("x", "y"))
        await pilot.pause()
        assert app.table.cursor_slug == "y"


async def test_a_record_that_the_first_rows_lack_is_found_among_all_of_them() -> None:
    app = TableApp(RecordTable(COLUMNS, window=_listed(*"abcdef")))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("end", "up")
        app.table.show_window(_listed("f", "a"), is_whole=False)
        app.table.show_window(_listed(*"fabcde"))
        assert app.table.cursor_slug == "e"
        app.table.show_window(_listed("a", "b"), is_whole=False)
        app.table.show_window(_listed(*"xabcdfgh"))
        assert app.table.cursor_slug == "f", "the record is gone, so the row that took its place"
        app.table.show_window(_listed("a", "b"), is_whole=False)
        await pilot.press("up")
        app.table.show_window(_listed(*"abcdef"))
        assert app.table.cursor_slug == "a", "whoever moved meanwhile stays there"


async def test_the_cursor_stays_in_view_when_the_terminal_shrinks() -> None:
    app = TableApp(RecordTable(COLUMNS, window=LETTERS))
    async with app.run_test(size=(60, 30)) as pilot:
        await pilot.press("end", "up", "up")
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert any(line.startswith("▸ x ") for line in app.text())
        await pilot.resize_terminal(60, 30)
        await pilot.pause()
        assert any(line.startswith("▸ x ") for line in app.text())


async def test_messages() -> None:
    messages: list[Message] = []
    app = TableApp(RecordTable(COLUMNS, window=LETTERS))
    async with app.run_test(size=(60, 10), message_hook=messages.append) as pilot:
        await pilot.press("down", "enter")
        await pilot.pause()
    highlighted = [message.name for message in messages if isinstance(message, RecordTable.RowHighlighted)]
    selected = [message.name for message in messages if isinstance(message, RecordTable.RowSelected)]
    assert "b" in highlighted
    assert set(selected) == {"b"}


async def test_the_mouse() -> None:
    messages: list[Message] = []
    app = TableApp(RecordTable(COLUMNS, window=LETTERS))
    async with app.run_test(size=(60, 10), message_hook=messages.append) as pilot:
        await pilot.click(RecordTable, offset=(5, 3))
        await pilot.pause()
        assert app.table.cursor_slug == "c"
        assert not any(isinstance(message, RecordTable.RowSelected) for message in messages)
        await pilot.click(RecordTable, offset=(5, 4), times=2)
        await pilot.pause()
        assert "d" in {message.name for message in messages if isinstance(message, RecordTable.RowSelected)}
        await pilot.click(RecordTable, offset=(20, 0))
        await pilot.pause()
        assert "text" in {message.name for message in messages if isinstance(message, RecordTable.HeaderSelected)}
        assert app.table.cursor_slug == "d"
        await pilot.hover(RecordTable, offset=(5, 5))


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    from textual import events

    app = TableApp(RecordTable(COLUMNS, window=LETTERS))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot._post_mouse_events([events.MouseScrollDown], widget=app.table, offset=(5, 5))
        await pilot.pause()
        assert app.table.scroll_y > 0
        assert app.table.cursor_slug == "a"
        assert app.text()[0].split()[:2] == ["Slug", "Text"]


async def test_an_empty_table_says_what_to_do() -> None:
    app = TableApp(RecordTable(COLUMNS, empty="Nothing here.\nDo something."))
    messages: list[Message] = []
    async with app.run_test(size=(60, 10), message_hook=messages.append) as pilot:
        await pilot.press("down", "enter", "end", "home", "pagedown")
        assert app.table.cursor_slug == ""
        assert app.table.cursor_row is None
        assert "  Nothing here." in app.text()
        assert "  Do something." in app.text()
    assert not any(isinstance(message, RecordTable.RowSelected) for message in messages)


async def test_what_does_not_fit_is_reached_sideways() -> None:
    wide = (*COLUMNS, Column[str](key="far", title="Far", cell=lambda row: f"far-{row}", width=60))
    app = TableApp(RecordTable(wide, window=_listed("a", "b")))
    async with app.run_test(size=(40, 10)) as pilot:
        assert not any("far-a" in line for line in app.text())
        await pilot.press("right", "right")
        assert any("far-a" in line for line in app.text())
        await pilot.press("left", "h", "l")
        await pilot.pause()
        assert app.table.scroll_x > 0


async def test_a_column_for_wide_terminals_only() -> None:
    columns = (*COLUMNS, Column[str](key="far", title="Far", cell=lambda row: row, width=5, least_room=70))
    app = TableApp(RecordTable(columns, window=_listed("a")))
    async with app.run_test(size=(60, 10)) as pilot:
        assert "Far" not in app.text()[0]
        await pilot.resize_terminal(100, 10)
        await pilot.pause()
        assert "Far" in app.text()[0]


async def test_a_new_theme_draws_every_line_anew() -> None:
    app = TableApp(RecordTable(COLUMNS, window=LETTERS))
    async with app.run_test(size=(60, 10)) as pilot:
        before = app.table.render_line(2)
        app.theme = "textual-light"
        await pilot.pause()
        assert app.table.render_line(2) != before


async def test_going_to_a_record() -> None:
    app = TableApp(RecordTable(COLUMNS, window=LETTERS))
    async with app.run_test(size=(60, 10)) as pilot:
        assert app.table.go_to("w")
        await pilot.pause()
        assert any(line.startswith("▸ w ") for line in app.text())
        assert not app.table.go_to("nobody")
        assert app.table.cursor_slug == "w"


async def test_rows_that_are_gone_leave_a_blank_line() -> None:
    window = Endless(count=10)
    app = TableApp(RecordTable(COLUMNS, window=window))
    async with app.run_test(size=(60, 15)) as pilot:
        window.count = 5
        app.table.show_window(window)
        window.count = 10
        await pilot.pause()
        assert any("row-4" in line for line in app.text())
