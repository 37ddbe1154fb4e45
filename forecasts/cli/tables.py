"""Plain tables: columns parted by two spaces, cut to the terminal's width, whole when piped."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = "  "
_ELLIPSIS = "…"
_NARROWEST = 8


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, the side its cells stand at, and whether it gives way where the terminal is narrow."""

    title: str
    side: Literal["left", "right"] = "left"
    shrinks: bool = False


def say_table(columns: Sequence[Column], rows: Sequence[Sequence[object]], *, width: int | None = None) -> None:
    """Print a table with its titles; `width` is for a test."""
    limit = width or terminal_width()
    cells = [[safe(cell) for cell in row] for row in rows]
    widths = [max((cell_width(row[place]) for row in cells), default=0) for place in range(len(columns))]
    widths = [max(found, cell_width(column.title)) for found, column in zip(widths, columns, strict=True)]
    if limit:
        widths = _fitted(columns, widths, limit)
    write = sys.stdout.write
    write(_line(columns, [column.title for column in columns], widths))
    for row in cells:
        write(_line(columns, row, widths))


def terminal_width() -> int | None:
    """The width of the terminal that is written to, or None where the output goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _fitted(columns: Sequence[Column], widths: list[int], limit: int) -> list[int]:
    """The widths with the giving columns made narrower, the widest first, until the line fits."""
    fitted = list(widths)
    giving = [place for place, column in enumerate(columns) if column.shrinks]
    over = sum(fitted) + len(_GAP) * (len(columns) - 1) - limit
    while over > 0 and giving:
        widest = max(giving, key=lambda place: fitted[place])
        if fitted[widest] <= _NARROWEST:
            break
        fitted[widest] -= 1
        over -= 1
    return fitted


def _line(columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int]) -> str:
    parts = []
    for column, cell, width in zip(columns, cells, widths, strict=True):
        text = cut(cell, width)
        space = " " * (width - cell_width(text))
        parts.append(space + text if column.side == "right" else text + space)
    return _GAP.join(parts).rstrip() + "\n"


def cell_width(text: str) -> int:
    """How many cells of a terminal a safe text takes: two for wide signs, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(_width(sign) for sign in text)


def _width(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def cut(text: str, width: int) -> str:
    """The text in at most that many cells, with an ellipsis where something is left out."""
    if cell_width(text) <= width:
        return text
    kept: list[str] = []
    room = width - 1
    for sign in text:
        room -= _width(sign)
        if room < 0:
            break
        kept.append(sign)
    return "".join(kept).rstrip() + _ELLIPSIS
