"""Columns of a table: what a cell says, and how many terminal cells it gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from rich.cells import cell_len, set_cell_size

from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

R = TypeVar("R")

ELLIPSIS = "…"
GAP = 2
_VARIATION_SELECTOR = "\N{VARIATION SELECTOR-16}"
_MOST_CODE_POINTS_PER_CELL = 8
_TELLING = 5
"""So many cells, the ellipsis among them, are to be seen of a word by which a text differs."""


class Cell(NamedTuple):
    """What a cell says, and its tone: one of the table's styles (`muted`, `good`, `bad`, `warn`, `strong`).

    `spots` gives single characters, by their index, a tone of their own; the text before them takes a cell each.
    `indent` is how many cells it stands to the right. `parts` is where it begins to differ from others of its kind
    (`where_they_part`): if it is cut, it is cut before that.
    """

    text: str
    tone: str = ""
    spots: tuple[tuple[int, str], ...] = ()
    indent: int = 0
    parts: int = 0


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


def fit(text: str, width: int, *, right: bool = False, parts: int = 0) -> str:
    """`text` made safe and cut or padded to exactly `width` terminal cells, whatever script it is in.

    Where it `parts` from others behind what can be seen of it, it is cut between its beginning and that place too.
    """
    if width <= 0:
        return ""
    most = width * _MOST_CODE_POINTS_PER_CELL
    line = _plain(text[:most])
    taken = cell_len(line)
    is_cut = taken > width or len(text) > most
    if is_cut and parts > width - _TELLING:
        end = _plain(text[parts : parts + most])
        line = set_cell_size(line, max(width // 3, width - 1 - cell_len(end))).rstrip() + ELLIPSIS + end
        taken = cell_len(line)
        is_cut = taken > width or len(text) > parts + most
    if is_cut:
        line = set_cell_size(line, width - 1).rstrip() + ELLIPSIS
        taken = cell_len(line)
    padding = " " * (width - taken)
    return padding + line if right else line + padding


def _plain(text: str) -> str:
    return safe(text).replace(_VARIATION_SELECTOR, "")


def where_they_part(names: Iterable[str]) -> dict[str, int]:
    """For each name where the word begins by which it differs from the one most like it: as many begin alike."""
    ordered = ["", *sorted(set(names)), ""]
    found: dict[str, int] = {}
    for before, name, after in zip(ordered, ordered[1:], ordered[2:], strict=False):
        alike = max(_same_letters(name, other) for other in (before, after))
        found[name] = name.rfind(" ", 0, alike) + 1
    return found


def _same_letters(one: str, other: str) -> int:
    """How many letters two texts begin with that are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


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
