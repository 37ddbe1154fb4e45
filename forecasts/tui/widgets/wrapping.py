"""Breaking a paragraph into lines of a width in terminal cells, without making the lines: offsets only."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import split_graphemes

if TYPE_CHECKING:
    from collections.abc import Iterator

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
