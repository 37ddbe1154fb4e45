"""The table of records: a cursor kept by name over a window of rows, with marks, sorting and the mouse."""

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.geometry import Region, Size, Spacing
from textual.message import Message
from textual.strip import Strip
from textual.style import Style as VisualStyle

from forecasts.errors import ForecastsError
from forecasts.tui.background import ServiceApp
from forecasts.tui.keys import Action, movement, quiet
from forecasts.tui.widgets.columns import (
    BLOCK,
    GAP,
    MARGIN,
    STYLES,
    Column,
    Fold,
    Heading,
    ListSource,
    Look,
    Painter,
    RowCache,
    RowSource,
    SafeRowSource,
    distinguishing_offsets,
    lay_out,
)
from forecasts.tui.widgets.selectable import MarkableView
from forecasts.tui.widgets.text_blocks import wrap

R = TypeVar("R")

HEADER = 1
_STRIPS_KEPT, _SIDEWAYS = 512, 16


class TableView(MarkableView, Generic[R], can_focus=True):
    """Draws a RowSource. It knows where the cursor is; RecordTable moves it."""

    def __init__(self, columns: Sequence[Column[R]], window: RowSource[R | Heading], empty: str) -> None:
        super().__init__()
        self.empty = empty
        self.sort = ""
        self.descending = False
        self._all_columns = tuple(columns)
        self._painter: Painter[R] = Painter(self._all_columns, self._style)
        self._window: RowSource[R | Heading] = SafeRowSource(window, self._tell)
        self._rows: RowCache[R | Heading] = RowCache(self._window, self._learn)
        self._parts: dict[str, int] = {}
        self._widths = lay_out(self._painter.columns, 0)
        self._styles: dict[str, Style] = {}
        self._strips: dict[tuple[int, Look], Strip] = {}
        self._cursor = 0
        self._cursor_slug = ""
        self._hovered = -1

    def _learn(self, rows: Sequence[R | Heading]) -> None:
        """Where what begins alike in rows that stand near each other parts."""
        for column in self._all_columns:
            if column.apart:
                texts = (column.cell_of(row).text for row in rows if not isinstance(row, Heading))
                self._parts |= distinguishing_offsets(texts)

    def _tell(self, error: ForecastsError) -> None:
        if isinstance(self.app, ServiceApp):
            self.app.notify_once(error)

    @property
    def columns(self) -> tuple[Column[R], ...]:
        """The columns that are shown at this width, from left to right."""
        return self._painter.columns

    @property
    def row_count(self) -> int:
        """How many lines there are, headings included."""
        return len(self._window)

    @property
    def room_for_rows(self) -> int:
        """How many rows are in view at a time."""
        return max(self.scrollable_content_region.height - HEADER, 1)

    def redraw(self) -> None:
        """Forget every line that was drawn, and draw those in view."""
        self._strips.clear()
        self.refresh()

    def measure(self) -> None:
        """Share the width out to the columns."""
        self.unmark()
        width = self.scrollable_content_region.width
        shown = [column for column in self._all_columns if column.least_room <= width]
        self._painter = Painter(shown, self._style, self._parts)
        self._widths = lay_out(self._painter.columns, width - MARGIN - 1, self._longest())
        needed = sum(self._widths) + GAP * max(len(self._widths) - 1, 0) + MARGIN + 1
        self.virtual_size = Size(needed, self.row_count + HEADER)

    def _longest(self) -> dict[str, int]:
        """What the columns that stretch need for their titles and for the rows about the cursor."""
        first = self._cursor // BLOCK * BLOCK
        rows = [self._rows.row(place) for place in range(first, min(first + BLOCK, self.row_count))]
        records = [row for row in rows if row is not None and not isinstance(row, Heading)]
        stretching = [column for column in self.columns if records and column.flex]
        cells = {one: [one.cell_of(row) for row in records] for one in stretching}
        return {
            one.key: max(cell_len(one.title), *(cell.indent + cell_len(cell.text) for cell in of_rows))
            for one, of_rows in cells.items()
        }

    def show_cursor(self) -> None:
        """Scroll the least that brings the cursor, and the headings right above it, into view."""
        above = 0
        while above < self._cursor and not self._window.slug_at(self._cursor - above - 1):
            above += 1
        region = Region(round(self.scroll_x), self._cursor + HEADER - above, 1, 1 + above)
        self.scroll_to_region(region, animate=False, spacing=Spacing(HEADER, 0, 0, 0), force=True, x_axis=False)

    def notify_style_update(self) -> None:
        """Forget what was drawn in the colours of another theme."""
        super().notify_style_update()
        self._styles.clear()
        self.redraw()

    def on_resize(self) -> None:
        """Lay the columns out anew and keep the cursor in view."""
        self.measure()
        self.show_cursor()
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """Draw one line in view: the header stays, rows move under it."""
        left, top = self.scroll_offset
        width = self.size.width
        if y == 0:
            strip = self._header().crop_extend(left, left + width, self._style("header"))
            return self.finished(strip, 0, top + HEADER if top else 0)  # the row right under it, once rows are hidden
        line = y + top
        strip, base = self._line(line)
        return self.finished(strip.crop_extend(left, left + width, base), line)

    def line_text(self, line: int) -> str:
        """A line as it is drawn: the header is the first."""
        return (self._header() if line == 0 else self._line(line)[0]).text

    def lines_in_view(self) -> Sequence[int]:
        """The header, and the lines that are on the screen under it."""
        first = round(self.scroll_y) + HEADER
        there_are = self.row_count or 1 + len(self._empty_lines())
        return (0, *range(first, min(first + self.room_for_rows, there_are + HEADER)))

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            parse = self.app.stylesheet.parse_style
            look = parse(STYLES[name])
            if look.background is not None and look.background.is_transparent:  # else it would be drawn on black
                look += VisualStyle(background=parse(STYLES["row"]).background)
            style = self._styles[name] = look.rich_style
        return style

    def _header(self) -> Strip:
        return self._painter.header(self._widths, self.sort, descending=self.descending)

    def _line(self, line: int) -> tuple[Strip, Style]:
        index = line - HEADER
        if not self.row_count:
            said = dict(enumerate(self._empty_lines(), 1)).get(index, "")
            return self._painter.message(said, self.size.width), self._style("row")
        if index >= self.row_count:
            return Strip([]), self._style("row")
        look = Look(index == self._cursor, self.has_focus, index == self._hovered)
        return self._row_line(index, look), self._painter.row_style(look)

    def _empty_lines(self) -> list[str]:
        room = max(self.scrollable_content_region.width - MARGIN, 1)
        return [said[start:end] for said in self.empty.splitlines() for start, end in wrap(said, room)]

    def _row_line(self, index: int, look: Look) -> Strip:
        strip = self._strips.get((index, look))
        if strip is not None:
            return strip
        row = self._rows.row(index)
        if row is None:
            return Strip.blank(1, self._style("row"))
        draw, room = self._painter, self.scrollable_content_region.width
        strip = draw.heading(row, room, look) if isinstance(row, Heading) else draw.row(row, self._widths, look)
        if len(self._strips) >= _STRIPS_KEPT:
            self._strips.clear()
        self._strips[index, look] = strip
        return strip


class TableMessage(Message):
    """What a table has to say: which table, and which record or column."""

    def __init__(self, table: TableView[Any], name: str) -> None:
        super().__init__()
        self.table = table
        self.name = name

    @property
    def control(self) -> TableView[Any]:
        """The table, so that handlers can name it."""
        return self.table


class RecordTable(TableView[R]):
    """Shows a RowSource. Whoever owns it sorts and filters, by giving it another window."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="table.open", keys="enter", action="select", title="Open", help="Open what the cursor is on"),
        *movement("table"),
        quiet("table.left", "left,h", "sideways(-1)", "Scroll left"),
        quiet("table.right", "right,l", "sideways(1)", "Scroll right"),
    )

    class RowHighlighted(TableMessage):
        """The cursor came to stand on another record: `name` is its slug."""

    class RowSelected(TableMessage):
        """The record under the cursor was chosen, by enter or a double click: `name` is its slug."""

    class FoldSelected(TableMessage):
        """What is folded under the cursor is to be shown, or to be folded again."""

    class HeaderSelected(TableMessage):
        """A column's title was clicked: `name` is the column's key."""

    def __init__(
        self, columns: Sequence[Column[R]], *, window: RowSource[R | Heading] | None = None, empty: str = ""
    ) -> None:
        super().__init__(columns, ListSource((), str) if window is None else window, empty)
        self._sought = ""
        self._sought_at = 0
        self._settle()

    @property
    def cursor_slug(self) -> str:
        """The record under the cursor; empty where there is none."""
        return self._cursor_slug

    @property
    def cursor_row(self) -> R | None:
        row = self._rows.row(self._cursor) if self._cursor_slug else None
        return None if isinstance(row, Heading) else row

    def set_columns(self, columns: Sequence[Column[R]]) -> None:
        """Show other columns."""
        self._all_columns = tuple(columns)
        self._rows = RowCache(self._window, self._learn)
        self.measure()
        self.redraw()

    def show_window(
        self, window: RowSource[R | Heading], *, sort: str = "", descending: bool = False, is_whole: bool = True
    ) -> None:
        """Show other rows, with the cursor on the same record, at the same height, if it is among them.

        Where it is not, the cursor stays where it is, on whatever record has come there. Of a window that is not whole
        more rows may follow: the record, and else the line, is looked for again among those.
        """
        height = self._cursor - round(self.scroll_y)
        before = self._cursor_slug
        wanted, line = self._sought or before, max(self._cursor, self._sought_at)
        self._sought, self._sought_at = "", 0
        self._window = SafeRowSource(window, self._tell)
        self._rows = RowCache(self._window, self._learn)
        self.sort, self.descending = sort, descending
        place = self._window.index_of(wanted) if wanted else None
        self._cursor = place if place is not None else line
        self._settle()
        if place is None and not is_whole:
            self._sought, self._sought_at = wanted, line
        self.measure()
        self.scroll_to(y=max(self._cursor - height, 0), animate=False, force=True)
        self.show_cursor()
        self.redraw()
        self._announce(before)

    def go_to(self, slug: str) -> bool:
        """Put the cursor on the record; False where it is not among the rows."""
        place = self._window.index_of(slug)
        if place is None:
            return False
        self._put_cursor(place, 1)
        return True

    def seek(self, slug: str) -> None:
        """Put the cursor on the record; where it is not among the rows, as soon as other rows have it."""
        if not self.go_to(slug):
            self._sought = slug

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be opened where there is nothing."""
        if action == "select" and not self._cursor_slug:
            return None
        return super().check_action(action, parameters)

    def action_move(self, step: int) -> None:
        self._put_cursor(self._cursor + step, step)

    def action_page(self, direction: int) -> None:
        """Move the cursor by what is in view."""
        self._put_cursor(self._cursor + direction * max(self.room_for_rows - 1, 1), direction)

    def action_edge(self, direction: int) -> None:
        """Move the cursor to the first or the last row."""
        self._put_cursor(0 if direction < 0 else self.row_count - 1, -direction)

    def action_sideways(self, direction: int) -> None:
        """Scroll to what does not fit in the width."""
        self.scroll_to(x=self.scroll_x + direction * _SIDEWAYS, animate=False, force=True)

    def action_select(self) -> None:
        """Choose the record under the cursor, or unfold what is folded there."""
        if self._cursor_slug:
            is_fold = isinstance(self._rows.row(self._cursor), Fold)
            self.post_message((self.FoldSelected if is_fold else self.RowSelected)(self, self._cursor_slug))

    def _put_cursor(self, index: int, direction: int) -> None:
        line, slug = self._cursor, self._cursor_slug
        self._sought, self._sought_at = "", 0
        self._cursor = index
        self._settle(1 if direction >= 0 else -1)
        self.show_cursor()
        for changed in {line, self._cursor}:
            self.refresh_line(changed + HEADER)
        self._announce(slug)

    def _settle(self, direction: int = 1) -> None:
        """Bring the cursor into range and off the headings: onwards, else back."""
        count = len(self._window)
        for step in (direction, -direction):
            place = max(0, min(self._cursor, count - 1))
            while 0 <= place < count:
                slug = self._window.slug_at(place)
                if slug:
                    self._cursor, self._cursor_slug = place, slug
                    return
                place += step
        self._cursor, self._cursor_slug = 0, ""

    def _announce(self, before: str) -> None:
        if self._cursor_slug != before and self.is_attached:
            self.refresh_bindings()
            self.post_message(self.RowHighlighted(self, self._cursor_slug))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Mark the row under the pointer."""
        self._hover(self._row_at(event.y))

    def on_leave(self) -> None:
        """Unmark the row that was under the pointer."""
        self._hover(-1)

    def on_click(self, event: events.Click) -> None:
        """One click moves the cursor, two choose; a click on a title asks for that order. To mark text is no click."""
        if event.chain > 1:
            event.prevent_default()  # which would mark everything
        if self.text_selection is not None:
            return
        if event.y < HEADER:
            self._click_header(event.x + round(self.scroll_x))
            return
        index = self._row_at(event.y)
        if index >= 0:
            self._put_cursor(index, 1)
            if event.chain == 2:
                self.action_select()

    def _hover(self, index: int) -> None:
        before, self._hovered = self._hovered, index
        if before != index:
            for line in {before, index} - {-1}:
                self.refresh_line(line + HEADER)

    def _row_at(self, y: int) -> int:
        index = y - HEADER + round(self.scroll_y)
        return index if y >= HEADER and index < self.row_count and self._window.slug_at(index) else -1

    def _click_header(self, x: int) -> None:
        edge = MARGIN
        for column, width in zip(self.columns, self._widths, strict=True):
            edge += width + GAP
            if x < edge:
                if column.sortable:
                    self.post_message(self.HeaderSelected(self, column.key))
                return
