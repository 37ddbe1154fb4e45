"""A page that is one table: below it stands in full what the row under the cursor is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from textual import on

from forecasts.tui.screens.base import Page
from forecasts.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.content import Content
    from textual.widget import Widget

Row = TypeVar("Row")


class TablePage(Page, Generic[Row]):
    """Shows rows, and follows the cursor over them."""

    HAS_DETAIL = True

    def __init__(self, table: RecordTable[Row]) -> None:
        super().__init__()
        self._table = table

    def compose_body(self) -> Iterable[Widget]:
        """One table."""
        yield self._table

    @on(RecordTable.RowHighlighted)
    def follow_cursor(self) -> None:
        """What the keys can do depends on the row under the cursor, which is shown in full."""
        self.refresh_bindings()
        self.show_detail()

    def show_detail(self) -> None:
        """Show in full the row under the cursor."""
        row = self._table.cursor_row
        self.detail(*(() if row is None else self.in_full(row)))

    def in_full(self, row: Row) -> Iterable[Content]:
        """A row in full: its words, and the facts about it."""
        raise NotImplementedError
