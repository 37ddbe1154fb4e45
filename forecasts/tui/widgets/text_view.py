"""A text of any length by paragraphs, with marks in it and notes under it, drawn by the lines that are in view."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.content import Content, Span
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style

from forecasts.domain.article_views import moved_end
from forecasts.tui.keys import Action, movement, quiet
from forecasts.tui.widgets.selectable import MarkableView
from forecasts.tui.widgets.text_blocks import Block, Line, Note, Spot, height_of, lines_of, spots_in

_LEAST_GUTTER = 6
_LAID_OUT_AT_ONCE = 100_000
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


def _lines_made(block: Block) -> tuple[int, str, tuple[Note, ...]]:
    """What the lines of a block are made of."""
    return block.number, block.text, block.notes


class TextView(MarkableView, can_focus=True):
    """The cursor stands on a paragraph, or on one of the stops in it.

    `offered` says up to where the words go that are marked from a stop on.
    """

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="text.next", keys="space,right,l,]", action="stop(1)", title="Next", help="Next likely words"),
        Action(id="text.previous", keys="left,h,[", action="stop(-1)", title="Previous word", show=False),
        *movement("text"),
        Action(
            id="text.mark",
            keys="v",
            action="mark",
            title="Mark",
            help="Mark words: ← → move their end, v again the other, esc lets go",
            show=False,
        ),
        quiet("text.end-later", "shift+right", "move_end(1, False)", "Mark a word more"),
        quiet("text.end-earlier", "shift+left", "move_end(-1, False)", "Mark a word less"),
        quiet("text.start-earlier", "shift+up", "move_end(-1, True)", "Mark from a word before"),
        quiet("text.start-later", "shift+down", "move_end(1, True)", "Mark from a word later"),
        Action(id="text.open", keys="enter", action="open", title="Open", help="The question of what was recorded"),
    )

    class Moved(Message):
        """The cursor came to stand elsewhere."""

    class Opened(Message):
        """The paragraph under the cursor was chosen."""

    def __init__(self, offered: Callable[[Block, Spot], int] = lambda _, stop: stop.end) -> None:
        super().__init__(classes="text-view")
        self._offered = offered
        self._is_marking = self._moves_first = False
        self._blocks: list[Block] = []
        self._at = 0
        self._stop = -1
        self._width = _MOST_CELLS
        self._starts: list[int] = []
        self._height = 0
        self._gutter = _LEAST_GUTTER
        self._is_laying_out = False
        self._lines: dict[int, list[Line]] = {}
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

    @property
    def marked(self) -> list[tuple[Block, int, int]]:
        """What is marked of the words of paragraphs: each, with the offsets of the first and behind the last.

        Marked notes and blanks are none of them.
        """
        found: dict[int, tuple[Block, int, int]] = {}
        for at in self.marked_lines():
            place, span = self._line_at(at), self.marked_in(at)
            if place is None or span is None or place[2].look:
                continue
            index, _, line = place
            start, end = (line.start + max(one - self.inset, 0) for one in span)
            if self._blocks[index].text[start:end].strip():
                first = found[index][1] if index in found else start
                found[index] = (self._blocks[index], first, end)
        return list(found.values())

    def show(self, blocks: Sequence[Block]) -> None:
        """Show other paragraphs, with the cursor on the same one."""
        before = self.block.number if self.block else None
        here = self.stop
        is_laid_out = bool(self._width) and list(map(_lines_made, self._blocks)) == list(map(_lines_made, blocks))
        self._blocks = list(blocks)
        numbers = [block.number for block in self._blocks]
        self._gutter = max(_LEAST_GUTTER, len(str(max(numbers, default=0))) + 2)
        self._at = numbers.index(before) if before in numbers else 0
        stops = self._blocks[self._at].stops if self._blocks else ()
        after = [place for place, stop in enumerate(stops) if here is not None and stop.start >= here.start]
        self._stop = after[0] if after else -1
        if is_laid_out:  # and what is marked stays marked
            self.refresh()
        else:
            self._lay_out()
        self.post_message(self.Moved())

    def mark(self, first: int, blocks: Sequence[Block]) -> None:
        """Put other stops into the paragraphs from `first`; their texts and notes are the same."""
        self._blocks[first : first + len(blocks)] = blocks
        self.refresh()

    def _lay_out(self) -> None:
        """Count the lines of every paragraph at the width that there is, once there is one."""
        self.unmark()
        self._lines.clear()
        self._starts = []
        self._height = 0
        self._width = self._room if self.size.width else 0
        if self._width:
            self._lay_out_more()

    def _lay_out_more(self) -> None:
        """Go on with the layout; of a long text a piece at a time, so that keys are answered in between."""
        known = len(self._starts)
        room = _LAID_OUT_AT_ONCE
        for block in self._blocks[known:]:
            if room <= 0:
                break
            self._starts.append(self._height)
            self._height += height_of(block, self._width)
            room -= len(block.text) + self._width
        self.virtual_size = Size(self.scrollable_content_region.width, self._height)
        if known <= self._at:
            self._show_cursor()
        self.refresh()
        if len(self._starts) < len(self._blocks) and not self._is_laying_out:
            self._is_laying_out = True
            self.call_later(self._go_on)

    def _go_on(self) -> None:
        self._is_laying_out = False
        self._lay_out_more()

    def notify_style_update(self) -> None:
        """Forget what was drawn in the colours of another theme."""
        super().notify_style_update()
        self._styles.clear()
        self.refresh()

    def on_resize(self) -> None:
        """Wrap anew, where the width is another."""
        if self._width != self._room:
            self._lay_out()
        else:
            self.virtual_size = Size(self.scrollable_content_region.width, self._height)
            self._show_cursor()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        at = y + round(self.scroll_y)
        base = self._style("text")
        found = self._line_at(at)
        if found is None:
            return self.finished(Strip.blank(width, base.rich_style), at)
        index, place, line = found
        is_here = index == self._at
        mark = "▸" if is_here and self.has_focus and place == 0 else " "
        block = self._blocks[index]
        number = str(block.number) if block.number and place == 0 else ""
        gutter = Segment(
            f"{mark}{number:>{self.inset - 2}} ", self._style("number-here" if is_here else "number").rich_style
        )
        strip = Strip([gutter, *self._content(block, line).render_segments(base)])
        return self.finished(strip.adjust_cell_length(width, base.rich_style), at)

    def _content(self, block: Block, line: Line) -> Content:
        if line.look:
            return Content(line.shown, [Span(line.indent, len(line.shown), self._style(line.look))])
        here = self.stop if block is self.block else None
        spans = [
            Span(
                max(spot.start - line.start, 0),
                min(spot.end, line.end) - line.start,
                self._style("here" if spot is here else spot.look),
            )
            for spot in spots_in(block, line.start, line.end)
        ]
        return Content(line.shown, spans)

    @property
    def inset(self) -> int:
        """The cells left of the text, for the paragraphs' numbers."""
        return self._gutter

    def line_text(self, line: int) -> str:
        """A line of the text as it is drawn, right of the number."""
        found = self._line_at(line)
        return " " * self.inset + found[2].shown if found else ""

    def lines_in_view(self) -> range:
        first = round(self.scroll_y)
        return range(first, min(first + self.scrollable_content_region.height, self._height))

    def joint(self, line: int) -> str:
        """A paragraph is copied as one line."""
        found = self._line_at(line)
        return found[2].joint if found else "\n"

    def _line_at(self, line: int) -> tuple[int, int, Line] | None:
        """The paragraph of a line, the line's place in it, and the line."""
        index = bisect_right(self._starts, line) - 1
        if index < 0 or line >= self._height:
            return None
        place = line - self._starts[index]
        return index, place, self._lines_of(index)[place]

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            style = self._styles[name] = self.app.stylesheet.parse_style(STYLES[name])
        return style

    def _lines_of(self, index: int) -> list[Line]:
        lines = self._lines.get(index)
        if lines is None:
            if len(self._lines) >= _KEPT:
                self._lines.clear()
            lines = self._lines[index] = lines_of(self._blocks[index], self._width)
        return lines

    @property
    def _room(self) -> int:
        """How many cells a line of text has."""
        return max(min(self.scrollable_content_region.width - self.inset - 1, _MOST_CELLS), 8)

    def action_mark(self) -> None:
        """Mark words from the cursor on; where they are, the arrows move the other end from now on."""
        if self.is_marking:
            self._moves_first = not self._moves_first
            self.post_message(self.Moved())
        else:
            self._moves_first = False
            self.action_move_end(0, False)

    @property
    def is_marking(self) -> bool:
        """Whether the arrows move an end of what is marked."""
        return self._is_marking and self.text_selection is not None

    def action_move_end(self, step: int, is_first: bool) -> None:
        """Mark a word more or less at one end of what is marked, or of what is offered under the cursor."""
        marked = self.marked
        if len(marked) > 1 or self.block is None or self._at >= len(self._starts):
            return
        block, stop = self.block, self.stop
        if marked:
            block, start, end = marked[0]
        elif stop is not None:
            start, end = stop.start, self._offered(block, stop)
        else:
            start, end = moved_end(block.text, 0, 0, 1, is_first=False)
        start, end = moved_end(block.text, start, end, step, is_first=is_first) if step else (start, end)
        if start == end:
            return
        self._at = self._blocks.index(block)
        first, last = self._offset_of(start), self._offset_of(end - 1)
        last += (cell_len(block.text[end - 1]), 0)
        self.screen.selections = {self: Selection(first, last)}
        self._is_marking, self._moves_first = True, is_first
        self.scroll_to_region(Region(0, (first if is_first else last).y, 1, 1), animate=False, force=True, x_axis=False)
        self.post_message(self.Moved())

    def _offset_of(self, at: int) -> Offset:
        """The cell and the line of a character of the paragraph under the cursor."""
        place, line = next(found for found in enumerate(self._lines_of(self._at)) if at < found[1].end)
        return Offset(self.inset + cell_len(line.text[line.start : at]), self._starts[self._at] + place)

    def key_escape(self, event: events.Key) -> None:
        """Let go of what is marked; no action, since Textual lets go of it before it looks for one."""
        if self.text_selection is not None:
            event.stop()
            self.unmark()
            self.post_message(self.Moved())

    def action_stop(self, step: int) -> None:
        """Go to the next or the previous stop, in this paragraph or beyond; of marked words, move the end."""
        if self.is_marking:
            self.action_move_end(step, self._moves_first)
            return
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
        if self._at < len(self._starts):
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
        """A click moves the cursor; two choose. To mark text is no click."""
        if event.chain > 1:
            event.prevent_default()  # which would mark everything
        if self.text_selection is not None:
            return
        index = bisect_right(self._starts, event.y + round(self.scroll_y)) - 1
        if 0 <= index < len(self._blocks):
            self._go(index, -1)
            if event.chain == 2:
                self.action_open()

    def _go(self, at: int, stop: int) -> None:
        if self.is_marking:
            self.unmark()
        self._is_marking = False
        self._at, self._stop = at, stop
        self._show_cursor()
        self.refresh()
        self.post_message(self.Moved())

    def _show_cursor(self) -> None:
        if self._at >= len(self._starts):
            return  # it is shown once the layout has come so far
        lines = self._lines_of(self._at)
        top, height = self._starts[self._at], len(lines) - 1
        stop = self.stop
        if stop is not None:
            top += next(place for place, line in enumerate(lines) if stop.start < line.end)
            height = 1
        room = max(self.scrollable_content_region.height, 1)
        self.scroll_to_region(Region(0, top, 1, max(min(height, room), 1)), animate=False, force=True, x_axis=False)
