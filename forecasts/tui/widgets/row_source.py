"""Rows that a table asks for by the window that it shows, and never all at once."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from forecasts.errors import ForecastsError
from forecasts.tui.widgets.columns import Fold, Heading

R = TypeVar("R")
T = TypeVar("T")
Row = TypeVar("Row", covariant=True)

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
        """The rows from `first`, at most `count` of them."""
        return self._rows[first : first + count]

    def index_of(self, slug: str) -> int | None:
        """Where the record stands, or None."""
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
        """Where the record stands, or None."""
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
