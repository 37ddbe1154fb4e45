"""A canvas of cells that lines, bars and letters are drawn on, with how each is inked."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from textual.content import Content

if TYPE_CHECKING:
    from collections.abc import Iterable


_STYLES = {"": "", "muted": "$foreground-muted", "strong": "bold $foreground", "mark": "$primary"}


def inked(lines: Iterable[Line]) -> Content:
    """The lines in the colours of the theme that is on."""
    return Content("\n").join(Content.assemble(*((run.text, _STYLES[run.tone]) for run in line)) for line in lines)


class Run(NamedTuple):
    """Characters of one tone: plain (empty), `muted`, `strong` or `mark`. What they mean shows by the characters."""

    text: str
    tone: str = ""


Line: TypeAlias = tuple[Run, ...]


def text_of(lines: Iterable[Line]) -> str:
    """The lines without their tones."""
    return "\n".join("".join(run.text for run in line).rstrip() for line in lines)


def width_of(lines: Iterable[Line]) -> int:
    """How many characters the longest line has."""
    return max((sum(len(run.text) for run in line) for line in lines), default=0)


def beside(left: Iterable[Line], right: Iterable[Line], gap: int = 3) -> tuple[Line, ...]:
    """Two blocks of lines next to each other."""
    first, second = list(left), list(right)
    room = width_of(first) + gap
    height = max(len(first), len(second))
    first += [()] * (height - len(first))
    second += [()] * (height - len(second))
    return tuple(
        (*one, Run(" " * (room - sum(len(run.text) for run in one))), *other) if other else one
        for one, other in zip(first, second, strict=True)
    )


class Canvas:
    """A plot of shares: across from 0 to 1 from the left, up from 0 to 1 from the bottom."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._cells = [[(" ", "")] * width for _ in range(height)]

    def column(self, share: float) -> int:
        """The column of a share."""
        return round(share * (self.width - 1))

    def row(self, share: float) -> int:
        """The row of a share, counted from the top."""
        return self.height - 1 - round(share * (self.height - 1))

    def put(self, column: int, row: int, sign: str, tone: str = "") -> None:
        """Draw one character over what is there."""
        self._cells[row][column] = (sign, tone)

    def line(self, rows: Iterable[tuple[int, int]], tone: str = "") -> None:
        """A line through one row in each column, in box-drawing characters: `rows` are columns with their rows."""
        before: int | None = None
        for column, row in rows:
            if before is None or row == before:
                self.put(column, row, "─", tone)
            else:
                upper, lower = min(before, row), max(before, row)
                for between in range(upper + 1, lower):
                    self.put(column, between, "│", tone)
                is_rising = row < before
                self.put(column, before, "╯" if is_rising else "╮", tone)
                self.put(column, row, "╭" if is_rising else "╰", tone)
            before = row

    def lines(self, labels: dict[int, str], margin: int) -> tuple[Line, ...]:
        """The lines behind an axis, with the labels of some rows in a margin of that many characters."""
        found = []
        for row, cells in enumerate(self._cells):
            runs = [
                Run("".join(sign for sign, _ in group), tone)
                for tone, group in groupby(cells, key=lambda cell: cell[1])
            ]
            label = labels.get(row, "")
            axis = "┤" if label else "│"
            found.append((Run(f"{label:>{margin - 2}} {axis}", "muted"), *runs))
        return tuple(found)


def bars(values: Iterable[float], height: int, each: int) -> tuple[str, ...]:
    """Columns of `each` characters, the last a gap, in `height` lines; the highest value fills them, 0 leaves none."""
    counts = list(values)
    most = max(counts, default=0)
    if most <= 0:
        return ()
    eighths = [-(-count * 8 * height // most) for count in counts]
    lines = []
    for level in range(height - 1, -1, -1):
        signs = (" ▁▂▃▄▅▆▇█"[int(min(max(size - 8 * level, 0), 8))] for size in eighths)
        lines.append("".join((sign * (each - 1)).ljust(each) for sign in signs).rstrip())
    return tuple(lines)
