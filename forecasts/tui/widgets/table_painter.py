"""How a table's lines are drawn: text fitted to its columns, in the styles of the theme, cut to what is in view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from forecasts.tui.widgets.columns import GAP, Cell, Column, Heading, fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style

R = TypeVar("R")

MARGIN = 2
_UP, _DOWN = "▲", "▼"


STYLES = {
    "row": "$foreground on $background",
    "hover": "$foreground on $surface",
    "cursor": "bold $block-cursor-foreground on $block-cursor-background",
    "cursor-blurred": "$foreground on $block-cursor-blurred-background",
    "header": "$foreground-muted on $surface",
    "header-sorted": "bold $accent on $surface",
    "heading": "bold $primary on $background",
    "subheading": "$foreground-muted on $background",
    "muted": "$foreground-muted on $background",
    "strong": "bold $foreground on $background",
    "good": "$success on $background",
    "bad": "$error on $background",
    "warn": "$warning on $background",
}
"""Every look by its name, in the theme's colours. A colour alone says nothing: what it means is said in words."""


class Look(NamedTuple):
    """How a row is to look."""

    is_cursor: bool
    is_focused: bool
    is_hovered: bool


class Painter(Generic[R]):
    """Draws header, rows and headings of one table; `style_of` gives one of `STYLES` in the theme that is on."""

    def __init__(self, columns: Sequence[Column[R]], style_of: Callable[[str], Style]) -> None:
        self.columns = tuple(columns)
        self._style_of = style_of

    def header(self, widths: Sequence[int], sort: str, *, descending: bool) -> Strip:
        """The line with the columns' titles, the sorted one marked."""
        plain, marked = self._style_of("header"), self._style_of("header-sorted")
        segments = [Segment(" " * MARGIN, plain)]
        for index, (column, width) in enumerate(zip(self.columns, widths, strict=True)):
            title = column.title
            is_sorted = column.key == sort
            if is_sorted:
                title = f"{title} {_DOWN if descending else _UP}"
            if index:
                segments.append(Segment(" " * GAP, plain))
            segments.append(Segment(fit(title, width, right=column.right), marked if is_sorted else plain))
        segments.append(Segment(" ", plain))
        return Strip(segments)

    def row(self, row: R, widths: Sequence[int], look: Look) -> Strip:
        """The line of one record. The cursor shows by a sign as well as by its colour."""
        base = self.row_style(look)
        mark = "▸ " if look.is_cursor else "  "
        segments = [Segment(mark, base)]
        for index, (column, width) in enumerate(zip(self.columns, widths, strict=True)):
            said = column.cell(row)
            cell = said if isinstance(said, Cell) else Cell(said)
            style = base + self._tone(cell.tone, look) if cell.tone else base
            if index:
                segments.append(Segment(" " * GAP, base))
            indent = min(cell.indent, width)
            text = " " * indent + fit(cell.text, width - indent, right=column.right, parts=cell.parts)
            at = 0
            for place, tone in cell.spots:
                segments.append(Segment(text[at:place], style))
                segments.append(Segment(text[place : place + 1], base + self._tone(tone, look)))
                at = place + 1
            segments.append(Segment(text[at:], style))
        segments.append(Segment(" ", base))
        return Strip(segments)

    def heading(self, heading: Heading, room: int) -> Strip:
        """The line of a heading, with its note after it; of two that do not fit the note has at most half."""
        style = self._style_of("heading" if heading.level == 1 else "subheading")
        indent = " " * heading.level
        left = max(room - len(indent), 0)
        gap = " " * GAP if heading.note else ""
        title_room = left - min(cell_len(heading.note) + len(gap), left // 2)
        title = fit(heading.text, min(title_room, max(len(heading.text), 1) * 2)).rstrip()
        note = fit(heading.note, left - cell_len(title) - len(gap)).rstrip()
        return Strip([Segment(indent + title, style), Segment(gap + note, self._style_of("muted"))])

    def message(self, text: str, room: int) -> Strip:
        """A line that stands where rows would."""
        return Strip([Segment(" " * MARGIN + fit(text, max(room - MARGIN, 0)), self._style_of("muted"))])

    def row_style(self, look: Look) -> Style:
        """The style of a row as a whole."""
        if look.is_cursor:
            return self._style_of("cursor" if look.is_focused else "cursor-blurred")
        return self._style_of("hover" if look.is_hovered else "row")

    def _tone(self, tone: str, look: Look) -> Style:
        style = self._style_of(tone)
        if look.is_cursor and look.is_focused:
            return type(style)(bold=style.bold)
        return type(style)(color=style.color, bold=style.bold, italic=style.italic, dim=style.dim)
