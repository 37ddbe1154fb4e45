"""What every place has beside what a page has: a filter by words, and no way back but out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from forecasts.tui.keys import Action
from forecasts.tui.screens.base import EXPORT
from forecasts.tui.screens.table_page import Row, TablePage

if TYPE_CHECKING:
    from forecasts.tui.widgets.inputs import FilterInput
    from forecasts.tui.widgets.record_table import RecordTable

PLACE_ACTIONS = (
    Action(id="place.filter", keys="/", action="filter", title="Filter", help="Show only rows with these words"),
    EXPORT,
)
QUIT = Action(id="place.quit", keys="q", action="app.quit", title="Quit", help="Leave the program")


class Place(TablePage[Row]):
    """A page that is one of the places."""

    FILTER: ClassVar[str] = "Filter by words"

    def __init__(self, table: RecordTable[Row]) -> None:
        super().__init__(table)
        self._filter: FilterInput | None = None

    @property
    def words(self) -> str:
        """What the rows are filtered by."""
        return self._filter.value.strip() if self._filter else ""

    def clear_words(self) -> None:
        """Filter by no words."""
        if self._filter:
            self._filter.empty()

    async def action_filter(self) -> None:
        """Ask for the words to filter by."""
        if self._filter is None:
            from forecasts.tui.widgets.inputs import FilterInput

            self._filter = FilterInput(self.FILTER, self.apply_filter)
            await self.mount(self._filter, after="#summary")
        self._filter.remove_class("-unused")
        self._filter.focus()

    def apply_filter(self) -> None:
        """Show the rows that the filter leaves."""
        self.load()
