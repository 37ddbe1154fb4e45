"""Plain tables: columns parted by two spaces, cut to the terminal's width, whole when piped."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from forecasts.cli.output import say, terminal_width
from forecasts.domain.formats import figure
from forecasts.text import is_mark, safe

if TYPE_CHECKING:
    from forecasts.domain.views import ScoreMove


_GAP = "  "
_ELLIPSIS = "…"
_FEW_WORDS = 24


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, the side its cells stand at, and how it gives way where the terminal is narrow.

    One with a `least` width is cut down to it, with an ellipsis. Before it is cut to a few words spare ones are left
    out, and one that goes `below` has a line of its own, whole.
    """

    title: str
    side: Literal["left", "right"] = "left"
    least: int = 0
    spare: bool = False
    below: bool = False


SLUG = Column("Slug", below=True)


def say_table(columns: Sequence[Column], rows: Sequence[Sequence[object]], *, width: int | None = None) -> None:
    """Print a table with its titles; `width` is for a test."""
    table = [[column.title for column in columns], *([safe(cell) for cell in row] for row in rows)]
    widths = [max(cell_width(row[place]) for row in table) for place in range(len(columns))]
    limit = width or terminal_width()
    readable = [min(wide, _FEW_WORDS) if column.least else wide for column, wide in zip(columns, widths, strict=True)]
    needed = [wide for column, wide in zip(columns, readable, strict=True) if not column.spare]
    is_narrow = limit is not None and _total(needed) > limit
    below = [place for place, column in enumerate(columns) if column.below and is_narrow]
    kept = [place for place in range(len(columns)) if place not in below]
    for place in reversed(kept.copy()):
        if limit and columns[place].spare and _total([readable[one] for one in kept]) > limit:
            kept.remove(place)
    shown = [columns[place] for place in kept]
    widths = _fitted(shown, [widths[place] for place in kept], limit)
    for row in table:
        sys.stdout.write(_table_line(shown, [row[place] for place in kept], widths))
        sys.stdout.writelines(f"{_GAP}{row[place]}\n" for place in below)


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _fitted(columns: Sequence[Column], widths: Sequence[int], limit: int | None) -> list[int]:
    """The widths with the giving columns made narrower, the widest first, until the line fits."""
    fitted = list(widths)
    giving = [place for place, column in enumerate(columns) if column.least]
    while limit and _total(fitted) > limit:
        giving = [place for place in giving if fitted[place] > columns[place].least]
        if not giving:
            break
        fitted[max(giving, key=lambda place: fitted[place])] -= 1
    return fitted


def _table_line(columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int]) -> str:
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
    if sign in "\u200c\u200d" or (is_mark(sign) and unicodedata.category(sign) != "Mc"):
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


def say_moves(moves: Sequence[ScoreMove]) -> None:
    """Each affected source's score before and after, as a table."""
    if not moves:
        say("No source's score moves.")
        return
    columns = (
        Column("Source", least=12),
        Column("Score", least=5),
        Column("before", "right"),
        Column("after", "right"),
        Column("Scored before", "right"),
        Column("after", "right"),
    )
    say_table(
        columns,
        [
            (
                move.name,
                move.measure,
                figure(move.before, 3),
                figure(move.after, 3),
                move.scored_before,
                move.scored_after,
            )
            for move in moves
        ],
    )
