"""History: everything that anybody changed, newest first, and the way to take it back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on

from forecasts import services
from forecasts.domain.formats import counted, minute_text
from forecasts.tui import history_words
from forecasts.tui.keys import Action, bindings
from forecasts.tui.screens.place import PLACE_ACTIONS, QUIT, Place
from forecasts.tui.show import line, muted
from forecasts.tui.widgets.columns import Cell, Column
from forecasts.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.content import Content

    from forecasts.domain.views import HistoryRow
    from forecasts.tui.widgets.windows import RowWindow

UNDO_ENTRY = Action(
    id="history.undo", keys="U", action="undo_entry", title="Undo this", help="Take this entry back, after a question"
)
_ROOM_FOR_WHO = 90
_NOTHING_YET = "Nothing was changed yet.\nWhatever is recorded, resolved or taken back comes here, and stays."
_NONE_FOUND = "No entry has these words.\nesc in the filter shows all of them again."


class HistoryScreen(Place["HistoryRow"]):
    """Every entry of the history, read by the window that is shown."""

    PLACE = "history"
    IS_TELLING = True
    WHILE_LOADING = "Reading the history …"
    HELP_TITLE = "History"
    HELP_TEXT = (
        "Every change that anybody made, newest first: when, who, what. Below the list stands what the entry under the "
        "cursor did to each record, − as it was and + as it became; enter shows all of it. U takes this entry back by "
        "a new one; where a later change depends on it, that is refused and the later one is named."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (UNDO_ENTRY, *PLACE_ACTIONS, QUIT)
    BINDINGS = bindings(ACTIONS)
    FILTER = "Words in what was done, by whom, why, or a record's slug"

    def __init__(self) -> None:
        super().__init__(RecordTable(_COLUMNS))

    def load(self) -> None:
        """Ask for the entries that the filter leaves."""
        words = self.words
        self.fetch(lambda ledger: services.history.open_history(ledger, words), partial(self.show_entries, words))

    async def show_entries(self, words: str, window: RowWindow[HistoryRow]) -> None:
        """Show what was found, with the cursor on the same entry."""
        self._table.empty = _NONE_FOUND if words else _NOTHING_YET
        self._table.show_window(window)
        found = counted(len(window), "entry", "entries")
        self.summarise(f"{found} with “{words}”, newest first" if words else f"{found}, newest first")
        self.follow_cursor()

    def in_full(self, row: HistoryRow) -> Iterable[Content]:
        """The entry, with before and after."""
        return _detail(row)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what cannot be taken back."""
        if action == "undo_entry" and not _can_undo(self._table.cursor_row):
            return None
        return super().check_action(action, parameters)

    @on(RecordTable.RowSelected)
    def open_entry(self, event: RecordTable.RowSelected) -> None:
        """Show everything that the entry did."""
        from forecasts.tui.screens.entry import EntryScreen

        self.app.push_screen(EntryScreen(int(event.name)))

    def action_undo_entry(self) -> None:
        """Take back the entry under the cursor."""
        from forecasts.tui.flows.undoing import undo_entry

        row = self._table.cursor_row
        if row is not None:
            self.app.run_flow(undo_entry(self.app, row.entry), "undo")


def _can_undo(row: HistoryRow | None) -> bool:
    return row is not None and row.is_undoable


def _detail(row: HistoryRow) -> Iterable[Content]:
    yield line(row.summary)
    yield muted(history_words.facts(row))
    if row.reason:
        yield line(f"because: {row.reason}")
    yield from history_words.brief(row)


def _state(row: HistoryRow) -> Cell:
    return Cell("undone" if row.undone_by is not None else "", "warn")


_COLUMNS: tuple[Column[HistoryRow], ...] = (
    Column(key="entry", title="Entry", cell=lambda row: str(row.entry), width=6, right=True, sortable=False),
    Column(key="at", title="When (UTC)", cell=lambda row: minute_text(row.at), width=16, sortable=False),
    Column(key="who", title="Who", cell=lambda row: row.who, width=11, sortable=False, least_room=_ROOM_FOR_WHO),
    Column(key="what", title="What", cell=lambda row: row.summary or row.intent, width=20, flex=1, sortable=False),
    Column(key="state", title="State", cell=_state, width=6, sortable=False),
)
