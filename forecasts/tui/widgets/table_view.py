"""The part of a table that draws: the lines in view, from the rows of a window, under a header that stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from textual.geometry import Region, Size, Spacing
from textual.strip import Strip
from textual.style import Style as VisualStyle

from forecasts.tui.widgets.columns import GAP, Column, Heading, lay_out
from forecasts.tui.widgets.markable import MarkableView
from forecasts.tui.widgets.table_painter import MARGIN, STYLES, Look, Painter
from forecasts.tui.widgets.windows import GuardedWindow, ListWindow, RowCache, RowWindow
from forecasts.tui.widgets.wrapping import wrap
from forecasts.tui.work import ServiceApp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style

    from forecasts.errors import ForecastsError

R = TypeVar("R")

HEADER = 1
_STRIPS_KEPT = 512


class TableView(MarkableView, Generic[R], can_focus=True):
    """Draws a RowWindow. It knows where the cursor is; RecordTable moves it."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        window: RowWindow[R | Heading] | None,
        empty: str,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.empty = empty
        self.sort = ""
        self.descending = False
        self._all_columns = tuple(columns)
        self._painter: Painter[R] = Painter(self._all_columns, self._style)
        self._window: RowWindow[R | Heading] = self._guarded(window if window is not None else ListWindow((), str))
        self._rows: RowCache[R | Heading] = RowCache(self._window)
        self._widths = lay_out(self._painter.columns, 0)
        self._styles: dict[str, Style] = {}
        self._strips: dict[tuple[int, Look], Strip] = {}
        self._cursor = 0
        self._cursor_slug = ""
        self._hovered = -1

    def _guarded(self, window: RowWindow[R | Heading]) -> RowWindow[R | Heading]:
        return GuardedWindow(window, self._tell)

    def _tell(self, error: ForecastsError) -> None:
        if isinstance(self.app, ServiceApp):
            self.app.tell_once(error)

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
        self._painter = Painter(shown, self._style)
        room = width - MARGIN - 1
        self._widths = lay_out(self._painter.columns, room)
        needed = sum(self._widths) + GAP * max(len(self._widths) - 1, 0) + MARGIN + 1
        self.virtual_size = Size(needed, self.row_count + HEADER)

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
        """A line under the header, and the style of what is right of it."""
        index = line - HEADER
        if not self.row_count:
            return self._empty_line(index), self._style("row")
        if index >= self.row_count:
            return Strip([]), self._style("row")
        look = Look(index == self._cursor, self.has_focus, index == self._hovered)
        return self._row_line(index, look), self._painter.row_style(look)

    def _empty_lines(self) -> list[str]:
        """What stands where rows would, broken at the width of the table."""
        room = max(self.scrollable_content_region.width - MARGIN, 1)
        return [said[start:end] for said in self.empty.splitlines() for start, end in wrap(said, room)]

    def _empty_line(self, index: int) -> Strip:
        lines = self._empty_lines()
        said = lines[index - 1] if 0 <= index - 1 < len(lines) else ""
        return self._painter.message(said, self.size.width)

    def _row_line(self, index: int, look: Look) -> Strip:
        strip = self._strips.get((index, look))
        if strip is not None:
            return strip
        row = self._rows.row(index)
        if row is None:
            return Strip.blank(1, self._style("row"))
        if isinstance(row, Heading):
            strip = self._painter.heading(row, self.scrollable_content_region.width)
        else:
            strip = self._painter.row(row, self._widths, look)
        if len(self._strips) >= _STRIPS_KEPT:
            self._strips.clear()
        self._strips[index, look] = strip
        return strip
