"""One entry of the history: every record that it touched, before and after."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.message import Message
from textual.widgets import Static

from forecasts.text import safe
from forecasts.tui import history_words
from forecasts.tui.flows import calls
from forecasts.tui.keys import Action, bindings
from forecasts.tui.screens.base import BACK, Page
from forecasts.tui.screens.history import UNDO_ENTRY
from forecasts.tui.screens.question import Reading
from forecasts.tui.show import block, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.widget import Widget

    from forecasts.domain.views import HistoryRow

_MOST_RECORDS = 60
_MOST_CHARACTERS = 2_000


class EntryScreen(Page):
    """What one entry did."""

    IS_TELLING = True
    HELP_TITLE = "History entry"
    HELP_TEXT = (
        "What one change did to each record that it touched: − as a field was, + as it became. U takes it back by a "
        "new entry; nothing is ever erased here."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (UNDO_ENTRY, BACK)
    BINDINGS = bindings(ACTIONS)

    class EntryLoaded(Message):
        """The entry was read."""

        def __init__(self, number: int, row: HistoryRow) -> None:
            super().__init__()
            self.number = number
            self.row = row

    def __init__(self, entry: int) -> None:
        super().__init__()
        self._entry = entry
        self._row: HistoryRow | None = None

    def compose_title(self) -> Iterable[Widget]:
        """What was done."""
        yield Static("", id="page-title", markup=False)

    def compose_body(self) -> Iterable[Widget]:
        """The records, once they are read."""
        yield Reading(classes="page")

    def on_mount(self) -> None:
        """Read the entry."""
        super().on_mount()
        self.query_one(Reading).loading = True
        self.load()

    async def fetch(self, number: int) -> None:
        """Read the entry: it stays as it is, but something may have taken it back."""
        row = await self.app.ask(partial(calls.history_entry, number=self._entry))
        self.post_message(self.EntryLoaded(number, row))

    @on(EntryLoaded)
    async def show_entry(self, event: EntryLoaded) -> None:
        """Show what was read."""
        if self.is_outdated(event.number):
            return
        row = self._row = event.row
        self.query_one("#page-title", Static).update(safe(row.summary or row.intent))
        self.summarise(history_words.facts(row))
        reading = self.query_one(Reading)
        height = reading.scroll_y
        reading.loading = False
        async with reading.batch():
            await reading.remove_children()
            await reading.mount_all(_sections(row))
        reading.scroll_to(y=height, animate=False)
        reading.focus()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what cannot be taken back."""
        if action == "undo_entry" and (self._row is None or not self._row.is_undoable):
            return None
        return super().check_action(action, parameters)

    def action_undo_entry(self) -> None:
        """Take this entry back."""
        from forecasts.tui.flows.undoing import undo_entry

        self.app.start(undo_entry(self.app, self._entry), "undo")


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
