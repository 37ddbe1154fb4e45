"""One entry of the history: every record that it touched, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Static

from forecasts import services
from forecasts.domain.formats import counted
from forecasts.tui import history_words
from forecasts.tui.keys import Action, bindings
from forecasts.tui.screens.base import BACK
from forecasts.tui.screens.history import UNDO_ENTRY
from forecasts.tui.screens.text_page import TextPage
from forecasts.tui.show import block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasts.domain.views import HistoryRow

_MOST_RECORDS = 60
_MOST_CHARACTERS = 2_000


class EntryScreen(TextPage):
    """What one entry did."""

    IS_TELLING = True
    HELP_TITLE = "History entry"
    HELP_TEXT = (
        "What one change did to each record that it touched: − as a field was, + as it became. U takes it back by a "
        "new entry; nothing is ever erased here."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (UNDO_ENTRY, BACK)
    BINDINGS = bindings(ACTIONS)

    def __init__(self, entry: int) -> None:
        super().__init__()
        self._entry = entry
        self._row: HistoryRow | None = None

    def load(self) -> None:
        """Read the entry: it stays as it is, but something may have taken it back."""
        self.fetch(lambda ledger: services.history.read_history_entry(ledger, self._entry), self.show_entry)

    async def show_entry(self, row: HistoryRow) -> None:
        """Show what was read."""
        self._row = row
        self.entitle(row.summary or row.intent)
        self.summarise(history_words.facts(row))
        await self.show_text(_sections(row))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what cannot be taken back."""
        if action == "undo_entry" and (self._row is None or not self._row.is_undoable):
            return None
        return super().check_action(action, parameters)

    def action_undo_entry(self) -> None:
        """Take this entry back."""
        from forecasts.tui.flows.undoing import undo_entry

        self.app.run_flow(undo_entry(self.app, self._entry), "undo")


def _sections(row: HistoryRow) -> Iterator[Static]:
    if row.reason:
        yield Static(block(f"because: {row.reason}"), classes="prose spaced")
    for change in row.changes[:_MOST_RECORDS]:
        yield Static(history_words.change(change, _MOST_CHARACTERS), classes="prose spaced")
    if len(row.changes) > _MOST_RECORDS:
        more = counted(len(row.changes) - _MOST_RECORDS, "more record")
        said = f"and {more}: `forecasts history --entry {row.entry}` prints them all"
        yield Static(said, classes="prose muted", markup=False)
    yield Static(f"hash {row.hash}", classes="prose muted", markup=False)
