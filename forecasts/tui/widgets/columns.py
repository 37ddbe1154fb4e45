"""The columns of a table and its rows: how wide each column is, where names part, and rows by the window."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Generic, NamedTuple, Protocol, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from forecasts.errors import ForecastsError
from forecasts.text import safe

R = TypeVar("R")
T = TypeVar("T")
Row = TypeVar("Row", covariant=True)

ELLIPSIS = "…"
GAP = 2
_VARIATION_SELECTOR = "\N{VARIATION SELECTOR-16}"
_MOST_CODE_POINTS_PER_CELL = 8
_TELLING = 5
"""So many cells, the ellipsis among them, are to be seen of a word by which a text differs."""


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


@dataclass(frozen=True, slots=True)
class Fold(Heading):
    """A heading that the cursor stands on; enter shows or hides the rows under it. `key` names it."""

    key: str = ""
    is_open: bool = False

    @property
    def slug(self) -> str:
        """What the cursor is kept by."""
        return f"fold/{self.key}"


class Column(NamedTuple, Generic[R]):
    """One column: `key` names it for sorting, `flex` is its share of the cells that are left over.

    `least_room` is the width of the table from which on it is shown; what it says stands elsewhere as well. `apart`:
    what is cut is cut before it begins to differ from what stands near it.
    """

    key: str
    title: str
    cell: Callable[[R], str | Cell]
    width: int
    flex: int = 0
    right: bool = False
    sortable: bool = False
    least_room: int = 0
    apart: bool = False

    def cell_of(self, row: R) -> Cell:
        """What the cell says, and its tone."""
        said = self.cell(row)
        return said if isinstance(said, Cell) else Cell(said)


def whole_parts(text: str, width: int, between: str) -> str:
    """As many of the parts that stand `between` others as `width` cells hold, and an ellipsis for the rest."""
    if cell_len(text) <= width:
        return text
    cut = set_cell_size(text, max(width - 1, 0))
    end = cut.rfind(between)
    return cut[: end + len(between)] + ELLIPSIS if end >= len(cut) * 2 // 3 else cut.rstrip() + ELLIPSIS


def fit(text: str, width: int, *, right: bool = False, keep_from: int = 0) -> str:
    """`text` made safe and cut or padded to exactly `width` terminal cells, whatever script it is in.

    Where it differs from others only from `keep_from` on, it is cut between its beginning and that place too.
    """
    if width <= 0:
        return ""
    most = width * _MOST_CODE_POINTS_PER_CELL
    line = _plain(text[:most])
    taken = cell_len(line)
    is_cut = taken > width or len(text) > most
    if is_cut and keep_from > width - _TELLING:
        end = _plain(text[keep_from : keep_from + most])
        first_word = cell_len(line.partition(" ")[0])
        least = max(width // 3, first_word if first_word <= width // 2 else 0)
        head = set_cell_size(line, max(least, width - 1 - cell_len(end))).rstrip()
        if cell_len(end) >= width - least and " " in head and line[len(head) : len(head) + 1] != " ":
            head = head.rpartition(" ")[0]
        line = head + ELLIPSIS + end
        taken = cell_len(line)
        is_cut = taken > width or len(text) > keep_from + most
    if is_cut:
        line = set_cell_size(line, width - 1).rstrip() + ELLIPSIS
        taken = cell_len(line)
    padding = " " * (width - taken)
    return padding + line if right else line + padding


def _plain(text: str) -> str:
    return safe(text).replace(_VARIATION_SELECTOR, "")


def distinguishing_offsets(names: Iterable[str]) -> dict[str, int]:
    """For each name where the word begins by which it differs from the one most like it: as many begin alike."""
    ordered = ["", *sorted(set(names)), ""]
    found: dict[str, int] = {}
    for before, name, after in zip(ordered, ordered[1:], ordered[2:], strict=False):
        pairs = (zip(name, other, strict=False) for other in (before, after))
        alike = max(sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], both)) for both in pairs)
        found[name] = name.rfind(" ", 0, alike) + 1
    return found


def lay_out(columns: Sequence[Column[R]], room: int, longest: Mapping[str, int] | None = None) -> list[int]:
    """The width of each column in `room` cells: its own width, and its share of what is left over.

    `longest` is what a column needs, by its key: what it has no use for is left to the others.
    """
    widths = [column.width for column in columns]
    left = room - sum(widths) - GAP * max(len(columns) - 1, 0)
    sharing = [index for index, column in enumerate(columns) if column.flex]
    while left > 0 and sharing:
        first, shares, given = sharing[0], sum(columns[index].flex for index in sharing), 0
        for index in sharing:
            needed = (longest or {}).get(columns[index].key, room) - widths[index]
            extra = min(left * columns[index].flex // shares, max(needed, 0))
            widths[index] += extra
            given += extra
        left -= given
        sharing = [index for index in sharing if widths[index] < (longest or {}).get(columns[index].key, room)]
        if not given or not sharing:
            widths[first] += left
            break
    return widths


MARGIN = 2
_UP, _DOWN = "▲", "▼"


STYLES = {
    "row": "$foreground on $background",
    "hover": "$foreground on $surface",
    "cursor": "bold $block-cursor-foreground on $block-cursor-background",
    "cursor-blurred": "$foreground on $block-cursor-blurred-background",
    "header": "$foreground-muted on $surface",
    "header-sorted": "bold $accent on $surface",
    "heading": "bold $primary on $background",
    "subheading": "$foreground-muted on $background",
    "muted": "$foreground-muted on $background",
    "strong": "bold $foreground on $background",
    "accent": "bold $primary on $background",
    "good": "$success on $background",
    "bad": "$error on $background",
    "warn": "$warning on $background",
}
"""Every look by its name, in the theme's colours. A colour alone says nothing: what it means is said in words."""


class Look(NamedTuple):
    """How a row is to look."""

    is_cursor: bool
    is_focused: bool
    is_hovered: bool


class Painter(Generic[R]):
    """Draws header, rows and headings of one table; `style_of` gives one of `STYLES` in the theme that is on."""

    def __init__(
        self, columns: Sequence[Column[R]], style_of: Callable[[str], Style], parts: Mapping[str, int] | None = None
    ) -> None:
        self.columns = tuple(columns)
        self._style_of = style_of
        self._parts = {} if parts is None else parts

    def header(self, widths: Sequence[int], sort: str, *, descending: bool) -> Strip:
        """The line with the columns' titles, the sorted one marked."""
        plain, marked = self._style_of("header"), self._style_of("header-sorted")
        segments = [Segment(" " * MARGIN, plain)]
        for index, (column, width) in enumerate(zip(self.columns, widths, strict=True)):
            title = column.title
            is_sorted = column.key == sort
            if is_sorted:
                title = f"{title} {_DOWN if descending else _UP}"
            if index:
                segments.append(Segment(" " * GAP, plain))
            segments.append(Segment(fit(title, width, right=column.right), marked if is_sorted else plain))
        segments.append(Segment(" ", plain))
        return Strip(segments)

    def row(self, row: R, widths: Sequence[int], look: Look) -> Strip:
        """The line of one record. The cursor shows by a sign as well as by its colour."""
        base = self.row_style(look)
        mark = "▸ " if look.is_cursor else "  "
        segments = [Segment(mark, base)]
        for index, (column, width) in enumerate(zip(self.columns, widths, strict=True)):
            cell = column.cell_of(row)
            style = base + self._tone(cell.tone, look) if cell.tone else base
            if index:
                segments.append(Segment(" " * GAP, base))
            indent = min(cell.indent, width)
            keep_from = self._parts.get(cell.text, 0) if column.apart else 0
            text = " " * indent + fit(cell.text, width - indent, right=column.right, keep_from=keep_from)
            at = 0
            for place, tone in cell.spots:
                segments.append(Segment(text[at:place], style))
                segments.append(Segment(text[place : place + 1], base + self._tone(tone, look)))
                at = place + 1
            segments.append(Segment(text[at:], style))
        segments.append(Segment(" ", base))
        return Strip(segments)

    def heading(self, heading: Heading, room: int, look: Look) -> Strip:
        """The line of a heading, with its note after it; of two that do not fit the note has at most half."""
        base = self.row_style(look)
        title_style = self._style_of("heading" if heading.level == 1 else "subheading")
        note_style = self._style_of("muted")
        indent = " " * heading.level
        if isinstance(heading, Fold):
            indent = f"{'▸' if look.is_cursor else ' '} {'−' if heading.is_open else '+'} "
            title_style, note_style = base + self._tone("accent", look), base + self._tone("muted", look)
        left = max(room - len(indent), 0)
        gap = " " * GAP if heading.note else ""
        title_room = left - min(cell_len(heading.note) + len(gap), left // 2)
        title = fit(heading.text, min(title_room, max(len(heading.text), 1) * 2)).rstrip()
        note = whole_parts(_plain(heading.note), left - cell_len(title) - len(gap), ", ")
        return Strip([Segment(indent + title, title_style), Segment(gap + note, note_style)])

    def message(self, text: str, room: int) -> Strip:
        """A line that stands where rows would."""
        return Strip([Segment(" " * MARGIN + fit(text, max(room - MARGIN, 0)), self._style_of("muted"))])

    def row_style(self, look: Look) -> Style:
        """The style of a row as a whole."""
        if look.is_cursor:
            return self._style_of("cursor" if look.is_focused else "cursor-blurred")
        return self._style_of("hover" if look.is_hovered else "row")

    def _tone(self, tone: str, look: Look) -> Style:
        style = self._style_of(tone)
        if look.is_cursor and look.is_focused:
            return type(style)(bold=style.bold)
        return type(style)(color=style.color, bold=style.bold, italic=style.italic, dim=style.dim)


BLOCK = 64
_BLOCKS_KEPT = 16


class RowSource(Protocol[Row]):
    """An ordered set of rows: how many there are, any stretch of them, and where a record stands by its slug."""

    def __len__(self) -> int: ...

    def rows(self, first: int, count: int) -> Sequence[Row]: ...

    def index_of(self, slug: str) -> int | None: ...

    def slug_at(self, index: int) -> str: ...


class ListSource(Generic[R]):
    """Rows held in memory, with headings among them."""

    def __init__(self, rows: Iterable[R | Heading], slug_of: Callable[[R], str]) -> None:
        self._rows = tuple(rows)
        self._slugs = tuple(
            row.slug if isinstance(row, Fold) else "" if isinstance(row, Heading) else slug_of(row)
            for row in self._rows
        )
        self._places: dict[str, int] = {}
        for index, slug in enumerate(self._slugs):
            self._places.setdefault(slug, index)
        self._places.pop("", None)

    def __len__(self) -> int:
        return len(self._rows)

    def rows(self, first: int, count: int) -> tuple[R | Heading, ...]:
        return self._rows[first : first + count]

    def index_of(self, slug: str) -> int | None:
        return self._places.get(slug)

    def slug_at(self, index: int) -> str:
        """The record at `index`; empty for a heading."""
        return self._slugs[index]


class SafeRowSource(Generic[R]):
    """A window whose database may go away while it is shown: that is told once, and its rows are blank from then on."""

    def __init__(self, window: RowSource[R], tell: Callable[[ForecastsError], None]) -> None:
        self._window = window
        self._tell = tell
        self._is_broken = False

    def __len__(self) -> int:
        return len(self._window)

    def rows(self, first: int, count: int) -> Sequence[R]:
        """The rows from `first`, at most `count` of them; none once they cannot be read."""
        return self._read(lambda: self._window.rows(first, count), ())

    def index_of(self, slug: str) -> int | None:
        return self._read(lambda: self._window.index_of(slug), None)

    def slug_at(self, index: int) -> str:
        """The record at `index`; empty for a heading, and where it cannot be read."""
        return self._read(lambda: self._window.slug_at(index), "")

    def _read(self, work: Callable[[], T], otherwise: T) -> T:
        if self._is_broken:
            return otherwise
        try:
            return work()
        except ForecastsError as error:
            self._is_broken = True
            self._tell(error)
            return otherwise


class RowCache(Generic[R]):
    """The stretches of a window that were asked for last, so that drawing a line is a dictionary look-up."""

    def __init__(self, window: RowSource[R], learn: Callable[[Sequence[R]], None]) -> None:
        self._window = window
        self._learn = learn
        self._blocks: OrderedDict[int, Sequence[R]] = OrderedDict()

    def row(self, index: int) -> R | None:
        """The row at `index`, fetched with its neighbours; None where there is none (any more)."""
        number, offset = divmod(index, BLOCK)
        block = self._blocks.get(number)
        if block is None:
            block = self._window.rows(number * BLOCK, BLOCK)
            self._blocks[number] = block
            self._learn(block)
            if len(self._blocks) > _BLOCKS_KEPT:
                self._blocks.popitem(last=False)
        return block[offset] if 0 <= offset < len(block) else None
