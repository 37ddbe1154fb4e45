"""Columns of a table: what a cell says, and how many terminal cells it gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from rich.cells import cell_len, set_cell_size

from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

R = TypeVar("R")

ELLIPSIS = "…"
GAP = 2
_VARIATION_SELECTOR = "\N{VARIATION SELECTOR-16}"
_MOST_CODE_POINTS_PER_CELL = 8


class Cell(NamedTuple):
    """What a cell says, and its tone: one of the table's styles (`muted`, `good`, `bad`, `warn`, `strong`).

    `spots` gives single characters, by their index, a tone of their own; the text before them takes a cell each.
    `indent` is how many cells it stands to the right.
    """

    text: str
    tone: str = ""
    spots: tuple[tuple[int, str], ...] = ()
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """A row that names the rows below it; the cursor passes over it."""

    text: str
    level: int = 1
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Column(Generic[R]):
    """One column: `key` names it for sorting, `flex` is its share of the cells that are left over.

    `least_room` is the width of the table from which on it is shown; what it says stands elsewhere as well.
    """

    key: str
    title: str
    cell: Callable[[R], str | Cell]
    width: int
    flex: int = 0
    right: bool = False
    sortable: bool = True
    least_room: int = 0


def fit(text: str, width: int, *, right: bool = False) -> str:
    """`text` made safe and cut or padded to exactly `width` terminal cells, whatever script it is in."""
    if width <= 0:
        return ""
    line = safe(text[: width * _MOST_CODE_POINTS_PER_CELL]).replace(_VARIATION_SELECTOR, "")
    taken = cell_len(line)
    if taken > width or len(text) > width * _MOST_CODE_POINTS_PER_CELL:
        line = set_cell_size(line, width - 1).rstrip() + ELLIPSIS
        taken = cell_len(line)
    padding = " " * (width - taken)
    return padding + line if right else line + padding


def lay_out(columns: Sequence[Column[R]], room: int) -> list[int]:
    """The width of each column in `room` cells: its own width, and its share of what is left over."""
    widths = [column.width for column in columns]
    left = room - sum(widths) - GAP * max(len(columns) - 1, 0)
    shares = sum(column.flex for column in columns)
    if left <= 0 or not shares:
        return widths
    given = 0
    for index, column in enumerate(columns):
        extra = left * column.flex // shares
        widths[index] += extra
        given += extra
    for index, column in enumerate(columns):
        if column.flex and given < left:
            widths[index] += left - given
            break
    return widths
