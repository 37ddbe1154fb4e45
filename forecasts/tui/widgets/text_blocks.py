"""A text as blocks of lines of a width in terminal cells, made without making the lines: offsets only."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from rich.cells import split_graphemes

_NARROW = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0377\u0384-\u0386\u0388-\u0482\u048a-\u052f\u2010-\u2027]*"
)


@lru_cache(maxsize=256)
def wrap(text: str, width: int) -> tuple[tuple[int, int], ...]:
    """The lines of a paragraph as offsets of the first and behind the last character; none of an empty one.

    Lines are broken at spaces, which belong to no line; a word longer than a line is broken where the line ends. A
    character is never parted from its marks.
    """
    if _NARROW.fullmatch(text):
        return tuple(match.span(match.lastindex or 0) for match in _line_pattern(width).finditer(text))
    return tuple(_wrap_cells(text, width))


@lru_cache(maxsize=8)
def _line_pattern(width: int) -> re.Pattern[str]:
    """What fits in a line, then spaces or the end; else as much of a long word as fits."""
    return re.compile(f"(.{{0,{width - 1}}}[^ ])(?: +|$)|([^ ]{{{width}}})")


def _wrap_cells(text: str, width: int) -> Iterator[tuple[int, int]]:
    """The same by cells, character by character."""
    start = cells = 0
    gap: tuple[int, int, int] | None = None  # the last spaces of the line, and the cells up to behind them
    for begin, end, size in split_graphemes(text)[0]:
        if text[begin:end] == " ":
            cells += size
            gap = (gap[0] if gap and gap[1] == begin else begin, end, cells)
            continue
        while cells + size > width and begin > start:
            if gap is not None:
                yield start, gap[0]
                start, cells, gap = gap[1], cells - gap[2], None
            else:
                yield start, begin
                start, cells = begin, 0
        cells += size
    if start < len(text):
        yield start, gap[0] if gap and gap[1] == len(text) else len(text)


_NOTE_INDENT = 2


class Spot(NamedTuple):
    """A stretch of a paragraph's text and the look that it has."""

    start: int
    end: int
    look: str


class Note(NamedTuple):
    """A line under a paragraph: what was recorded from it."""

    text: str
    look: str = "note"


class Block(NamedTuple):
    """A paragraph: its number, its safe text, the marks in it, the notes under it, and the stops of the cursor.

    The stops are in order, and none lies within another.
    """

    number: int
    text: str
    spots: tuple[Spot, ...]
    notes: tuple[Note, ...]
    stops: tuple[Spot, ...]


class Line(NamedTuple):
    """A line that is drawn: a stretch of a paragraph or of a note, or nothing.

    `look` is the note's, `indent` how far it stands to the right; `joint` is what stands between it and the next line
    where the text is copied.
    """

    text: str
    start: int
    end: int
    look: str = ""
    indent: int = 0
    joint: str = "\n"

    @property
    def shown(self) -> str:
        return " " * self.indent + self.text[self.start : self.end]


def height_of(block: Block, width: int) -> int:
    """How many lines a block makes at a width; the last is empty."""
    return len(wrap(block.text, width)) + sum(len(wrap(one.text, width - _NOTE_INDENT)) for one in block.notes) + 1


def lines_of(block: Block, width: int) -> list[Line]:
    """The lines of a block at a width; the last is empty."""
    lines = list(_lines(block.text, width))
    for note in block.notes:
        wrapped = _lines(note.text, width - _NOTE_INDENT)
        lines.extend(
            line._replace(look=note.look, indent=_NOTE_INDENT if place else 0) for place, line in enumerate(wrapped)
        )
    return [*lines, Line("", 0, 0)]


def _lines(text: str, width: int) -> Iterator[Line]:
    spans = wrap(text, width)
    for (start, end), (following, _) in pairwise(spans):
        yield Line(text, start, end, joint=" " if following > end else "")
    for start, end in spans[-1:]:
        yield Line(text, start, end)


def spots_in(block: Block, start: int, end: int) -> Iterator[Spot]:
    """The marks and the stops that show between two offsets of the paragraph, in the order in which they are drawn."""
    yield from (spot for spot in block.spots if spot.start < end and start < spot.end)
    first = bisect_right(block.stops, start, key=attrgetter("end"))
    for stop in block.stops[first : first + end - start]:
        if stop.start >= end:
            return
        yield stop
