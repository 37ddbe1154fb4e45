"""Marking text with the mouse in widgets that draw their own lines, and copying what was marked.

Textual asks each cell under the mouse for its place in the whole: the `offset` in its segment's meta. Here a place is a
line and a cell in it, not a character, so that wide characters and combining marks are marked as they stand.
"""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, split_graphemes
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from forecasts.tui.keys import Keyed

_LINE_END = 1_000_000


class MarkableView(Keyed, ScrollView):
    """A view of lines, any stretch of which can be marked; what is copied is the text as it is drawn."""

    ALLOW_SELECT = True
    _is_drawn = False

    @property
    def inset(self) -> int:
        """How many cells at the left of each line are not text, and neither marked nor copied."""
        return 0

    def line_text(self, line: int) -> str:
        """A line as it is drawn, however much of it is in view; empty where there is none."""
        raise NotImplementedError

    def lines_in_view(self) -> Sequence[int]:
        """The lines that are on the screen, in order."""
        raise NotImplementedError

    def joint(self, line: int) -> str:
        """What stands between a line and the one after it, when both are copied."""
        del line
        return "\n"

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw for the screen, which needs no places; the mouse asks for a single line."""
        self._is_drawn = True
        try:
            return super().render_lines(crop)
        finally:
            self._is_drawn = False

    def finished(self, strip: Strip, line: int, place: int | None = None) -> Strip:
        """A line as it is in view, with its mark; for the mouse with the place of each cell, in `line` or `place`."""
        left = round(self.scroll_x)
        selection = self.screen.selections.get(self)
        span = self._span(selection, line) if selection is not None else None
        if span is not None:
            strip = marked(strip, span[0] - left, span[1] - left, self._mark_style())
        return strip if self._is_drawn else placed(strip, left, line if place is None else place)

    def marked_in(self, line: int) -> tuple[int, int] | None:
        """Which characters of a line's text are marked: the index of the first, and that after the last."""
        selection = self.screen.selections.get(self)
        span = self._span(selection, line) if selection is not None else None
        return _within(self.line_text(line), *span) if span is not None else None

    def marked_lines(self) -> Iterable[int]:
        """The lines over which the mark goes, in order."""
        selection = self.screen.selections.get(self)
        return () if selection is None else self._lines_marked(selection)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What was marked; where the mark goes on beyond this view, what is on the screen of it."""
        text, joint = "", ""
        for line in self._lines_marked(selection):
            span = self._span(selection, line)
            if span is not None:
                text += joint + cells_of(self.line_text(line), *span).rstrip()
                joint = self.joint(line)
        return text, "\n"

    def _lines_marked(self, selection: Selection) -> Iterable[int]:
        start, end = selection
        shown = self.lines_in_view()
        if start is None or not shown:
            return shown
        return range(start.y, (shown[-1] if end is None else end.y) + 1)

    def _span(self, selection: Selection, line: int) -> tuple[int, int] | None:
        span = selection.get_span(line)
        if span is None:
            return None
        return max(span[0], self.inset), span[1] if span[1] >= 0 else _LINE_END

    def _mark_style(self) -> Style:
        """The theme's look of what is marked; where its letters would not be seen, in the colour of the text."""
        look = self.screen.get_component_rich_style("screen--selection")
        return look if look.color != look.bgcolor else Style(color=self.rich_style.color, bgcolor=look.bgcolor)

    def unmark(self) -> None:
        """Let go of what is marked here: its lines say something else now."""
        if self.is_attached and self in self.screen.selections:
            self.screen.clear_selection()


def placed(strip: Strip, cell: int, line: int) -> Strip:
    """The strip with the place of each of its characters, of which the first stands at `cell` of `line`."""
    segments: list[Segment] = []
    for text, style, _ in strip:
        for start, end, cells in split_graphemes(text)[0]:
            place = Style.from_meta({"offset": (cell, line)})
            segments.append(Segment(text[start:end], style + place if style else place))
            cell += cells
    return Strip(segments, strip.cell_length)


def marked(strip: Strip, first: int, last: int, style: Style) -> Strip:
    """The strip with the characters that stand in the cells from `first` before `last` in another style."""
    segments: list[Segment] = []
    for text, look, _ in strip:
        start, end = _within(text, first, last)
        parts = ((text[:start], look), (text[start:end], look + style if look else style), (text[end:], look))
        segments.extend(Segment(part, of_part) for part, of_part in parts if part)
        cells = cell_len(text)
        first, last = first - cells, last - cells
    return Strip(segments, strip.cell_length)


def cells_of(text: str, first: int, last: int) -> str:
    """The characters that stand in the cells from `first` before `last`, wide ones whole, with their marks."""
    start, end = _within(text, first, last)
    return text[start:end]


def _within(text: str, first: int, last: int) -> tuple[int, int]:
    """Which characters stand in those cells: the index of the first, and that after the last."""
    begin = stop = cell = 0
    for _, end, cells in split_graphemes(text)[0]:
        if cell + cells <= first:
            begin = stop = end
        elif cell < last:
            stop = end
        cell += cells
    return begin, max(begin, stop)
