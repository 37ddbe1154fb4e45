"""A long text by paragraphs, with marks in it and notes under it, drawn by the lines that are in view."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.content import Content, Span
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from forecasts.tui.keys import Action, bindings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.style import Style

_GUTTER = 6
_MOST_CELLS = 96
_KEPT = 256
STYLES = {
    "text": "$foreground on $background",
    "quiet": "$foreground-muted on $background",
    "number": "$foreground-muted on $background",
    "number-here": "bold $accent on $background",
    "recorded": "bold $text-primary on $primary-muted",
    "rejected": "strike $foreground-muted",
    "candidate": "underline $text-warning",
    "here": "bold underline $block-cursor-foreground on $block-cursor-background",
    "note": "$text-primary",
    "note-rejected": "$foreground-muted",
}


def _quiet(name: str, keys: str, action: str, title: str) -> Action:
    return Action(id=f"text.{name}", keys=keys, action=action, title=title, show=False, named=False)


@dataclass(frozen=True, slots=True)
class Spot:
    """A stretch of a paragraph's text and the look that it has (one of `STYLES`)."""

    start: int
    end: int
    look: str


@dataclass(frozen=True, slots=True)
class Note:
    """A line under a paragraph: what was recorded from it."""

    text: str
    look: str = "note"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph: its number, its safe text, the marks in it, the notes under it, and the stops of the cursor."""

    number: int
    text: str
    spots: tuple[Spot, ...]
    notes: tuple[Note, ...]
    stops: tuple[Spot, ...]


class TextView(ScrollView, can_focus=True):
    """The cursor stands on a paragraph, or on one of the stops in it."""

    ALLOW_SELECT = False
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="text.next", keys="space,right,l,]", action="stop(1)", title="Next word", help="Next likely words"),
        Action(id="text.previous", keys="left,h,[", action="stop(-1)", title="Previous word", show=False),
        Action(id="text.down", keys="down,j", action="move(1)", title="Next paragraph", show=False, named=False),
        Action(id="text.up", keys="up,k", action="move(-1)", title="Paragraph before", show=False, named=False),
        Action(
            id="text.page-down", keys="pagedown,ctrl+f", action="page(1)", title="Page down", show=False, named=False
        ),
        Action(id="text.page-up", keys="pageup,ctrl+b", action="page(-1)", title="Page up", show=False, named=False),
        Action(id="text.first", keys="home,g", action="edge(-1)", title="Top", show=False, named=False),
        Action(id="text.last", keys="end,G", action="edge(1)", title="Bottom", show=False, named=False),
        Action(id="text.open", keys="enter", action="open", title="Open", help="The question of what was recorded"),
    )
    BINDINGS = bindings(ACTIONS)

    class Moved(Message):
        """The cursor came to stand elsewhere."""

    class Opened(Message):
        """The paragraph under the cursor was chosen."""

    def __init__(self) -> None:
        super().__init__(classes="text-view")
        self._blocks: tuple[Block, ...] = ()
        self._at = 0
        self._stop = -1
        self._width = _MOST_CELLS
        self._starts: list[int] = []
        self._lines: dict[int, list[tuple[str, Content]]] = {}
        self._styles: dict[str, Style] = {}

    @property
    def block(self) -> Block | None:
        """The paragraph under the cursor."""
        return self._blocks[self._at] if self._blocks else None

    @property
    def stop(self) -> Spot | None:
        """The stop under the cursor."""
        block = self.block
        return block.stops[self._stop] if block and 0 <= self._stop < len(block.stops) else None

    def show(self, blocks: Sequence[Block]) -> None:
        """Show other paragraphs, with the cursor on the same one."""
        before = self.block.number if self.block else None
        here = self.stop
        self._blocks = tuple(blocks)
        numbers = [block.number for block in self._blocks]
        self._at = numbers.index(before) if before in numbers else 0
        stops = self._blocks[self._at].stops if self._blocks else ()
        after = [place for place, stop in enumerate(stops) if here is not None and stop.start >= here.start]
        self._stop = after[0] if after else -1
        self._lay_out()
        self.post_message(self.Moved())

    def _lay_out(self) -> None:
        """Count the lines of every paragraph at the width that there is."""
        self._lines.clear()
        self._width = self._room
        self._starts = []
        height = 0
        for index in range(len(self._blocks)):
            self._starts.append(height)
            height += self._height_of(index)
        self.virtual_size = Size(self.scrollable_content_region.width, height)
        self._show_cursor()
        self.refresh()

    def notify_style_update(self) -> None:
        """Forget what was drawn in the colours of another theme."""
        super().notify_style_update()
        self._styles.clear()
        self._lines.clear()
        self.refresh()

    def on_resize(self) -> None:
        """Wrap anew, where the width is another."""
        if self._width != self._room:
            self._lay_out()
        else:
            self.virtual_size = Size(self.scrollable_content_region.width, self.virtual_size.height)
            self._show_cursor()

    def render_line(self, y: int) -> Strip:
        """Draw one line in view."""
        width = self.size.width
        line = y + round(self.scroll_y)
        index = bisect_right(self._starts, line) - 1
        blank = Strip.blank(width, self._style("text").rich_style)
        if index < 0 or line >= self.virtual_size.height:
            return blank
        lines = self._lines_of(index)
        if line - self._starts[index] >= len(lines):
            return blank
        gutter, content = lines[line - self._starts[index]]
        is_here = index == self._at
        mark = "▸" if is_here and self.has_focus and line == self._starts[index] else " "
        number = Segment(
            f"{mark}{gutter:>{_GUTTER - 2}} ", self._style("number-here" if is_here else "number").rich_style
        )
        base = self._style("text")
        strip = Strip([number, *content.render_segments(base)])
        return strip.adjust_cell_length(width, base.rich_style)

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            style = self._styles[name] = self.app.stylesheet.parse_style(STYLES[name])
        return style

    def _lines_of(self, index: int) -> list[tuple[str, Content]]:
        lines = self._lines.get(index)
        if lines is None:
            if len(self._lines) >= _KEPT:
                self._lines.clear()
            lines = self._lines[index] = self._wrapped(index)
        return lines

    @property
    def _room(self) -> int:
        """How many cells a line of text has."""
        return max(min(self.scrollable_content_region.width - _GUTTER - 1, _MOST_CELLS), 8)

    def _height_of(self, index: int) -> int:
        """How many lines a paragraph takes: wrapped without its marks, which take no room."""
        block = self._blocks[index]
        text = len(Content(block.text).wrap(self._width)) if block.text else 0
        return text + sum(len(Content(note.text).wrap(self._width - 2)) for note in block.notes) + 1

    def _wrapped(self, index: int) -> list[tuple[str, Content]]:
        block = self._blocks[index]
        width = self._width
        lines: list[tuple[str, Content]] = []
        if block.text:
            here = self.stop if index == self._at else None
            looks = ((spot, "here" if spot is here else spot.look) for spot in (*block.spots, *block.stops))
            content = Content(block.text, [Span(spot.start, spot.end, self._style(look)) for spot, look in looks])
            lines.extend(("", line) for line in content.wrap(width))
        for note in block.notes:
            wrapped = Content(note.text).wrap(width - 2)
            lines.extend(
                ("", Content.assemble("" if place == 0 else "  ", line.stylize(self._style(note.look))))
                for place, line in enumerate(wrapped)
            )
        if lines:
            lines[0] = (str(block.number) if block.number else "", lines[0][1])
        lines.append(("", Content("")))
        return lines

    def action_stop(self, step: int) -> None:
        """Go to the next or the previous stop, in this paragraph or beyond."""
        at, stop = self._at, self._stop + step if self._stop >= 0 or step > 0 else -1
        while 0 <= at < len(self._blocks):
            if 0 <= stop < len(self._blocks[at].stops):
                self._go(at, stop)
                return
            at += step
            if 0 <= at < len(self._blocks):
                stop = 0 if step > 0 else len(self._blocks[at].stops) - 1

    def action_move(self, step: int) -> None:
        """Go to the next paragraph or the one before."""
        self._go(max(0, min(self._at + step, len(self._blocks) - 1)), -1)

    def action_page(self, direction: int) -> None:
        """Go down or up by what is in view."""
        if self._starts:
            wanted = self._starts[self._at] + direction * max(self.scrollable_content_region.height - 2, 1)
            at = max(0, min(bisect_right(self._starts, wanted) - 1, len(self._blocks) - 1))
            self._go(at if at != self._at else max(0, min(at + direction, len(self._blocks) - 1)), -1)

    def action_edge(self, direction: int) -> None:
        """Go to the first or the last paragraph."""
        self._go(0 if direction < 0 else max(len(self._blocks) - 1, 0), -1)

    def action_open(self) -> None:
        """Choose the paragraph under the cursor."""
        if self.block is not None:
            self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; two choose."""
        index = bisect_right(self._starts, event.y + round(self.scroll_y)) - 1
        if 0 <= index < len(self._blocks):
            self._go(index, -1)
            if event.chain == 2:
                self.action_open()

    def _go(self, at: int, stop: int) -> None:
        before = self._at
        self._at, self._stop = at, stop
        for changed in {before, at}:
            self._lines.pop(changed, None)
        self._show_cursor()
        self.refresh()
        self.post_message(self.Moved())

    def _show_cursor(self) -> None:
        if not self._starts:
            return
        top, height = self._starts[self._at], len(self._lines_of(self._at)) - 1
        stop = self.stop
        if stop is not None:
            above = self._line_of(stop)
            top, height = top + above, 1
        room = max(self.scrollable_content_region.height, 1)
        self.scroll_to_region(Region(0, top, 1, max(min(height, room), 1)), animate=False, force=True, x_axis=False)

    def _line_of(self, stop: Spot) -> int:
        """The line of the paragraph on which a stop begins."""
        passed = 0
        for place, (_, content) in enumerate(self._lines_of(self._at)):
            passed += len(content.plain) + 1
            if passed > stop.start:
                return place
        return 0
