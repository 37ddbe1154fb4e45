"""Rows that a table asks for by the window that it shows, and never all at once."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from forecasts.tui.widgets.columns import Heading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

R = TypeVar("R")
Row = TypeVar("Row", covariant=True)

BLOCK = 64
_BLOCKS_KEPT = 16


class RowWindow(Protocol[Row]):
    """An ordered set of rows: how many there are, any stretch of them, and where a record stands by its slug."""

    def __len__(self) -> int: ...

    def rows(self, first: int, count: int) -> Sequence[Row]: ...

    def index_of(self, slug: str) -> int | None: ...

    def slug_at(self, index: int) -> str: ...


class ListWindow(Generic[R]):
    """Rows held in memory, with headings among them."""

    def __init__(self, rows: Iterable[R | Heading], slug_of: Callable[[R], str]) -> None:
        self._rows = tuple(rows)
        self._slugs = tuple("" if isinstance(row, Heading) else slug_of(row) for row in self._rows)
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


class RowCache(Generic[R]):
    """The stretches of a window that were asked for last, so that drawing a line is a dictionary look-up."""

    def __init__(self, window: RowWindow[R]) -> None:
        self._window = window
        self._blocks: OrderedDict[int, Sequence[R]] = OrderedDict()

    def row(self, index: int) -> R | None:
        """The row at `index`, fetched with its neighbours; None where there is none (any more)."""
        number, offset = divmod(index, BLOCK)
        block = self._blocks.get(number)
        if block is None:
            block = self._window.rows(number * BLOCK, BLOCK)
            self._blocks[number] = block
            if len(self._blocks) > _BLOCKS_KEPT:
                self._blocks.popitem(last=False)
        return block[offset] if 0 <= offset < len(block) else None
