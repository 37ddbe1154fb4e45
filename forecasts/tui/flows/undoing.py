"""Taking back the last change: say what it is, ask, do it, say what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts import services
from forecasts.domain.formats import time_text
from forecasts.domain.intents import UndoChange
from forecasts.text import safe
from forecasts.tui.dialogs.base import ConfirmDialog
from forecasts.tui.effects import moves_in_words
from forecasts.tui.show import MUTED, styled

if TYPE_CHECKING:
    from textual.content import Content

    from forecasts.domain.views import HistoryRow
    from forecasts.tui.work import ServiceApp


async def undo(app: ServiceApp) -> None:
    """Take back the last change that is not taken back yet, after a question."""
    row = await app.ask(lambda ledger: services.undo.find_undoable(ledger))
    if row is None:
        app.tell("There is no change to take back.")
    else:
        await _take_back(app, row)


async def undo_entry(app: ServiceApp, number: int) -> None:
    """Take one entry of the history back, after a question; where that is refused, say why."""
    await _take_back(app, await app.ask(lambda ledger: services.history.read_history_entry(ledger, number)))


async def _take_back(app: ServiceApp, row: HistoryRow) -> None:
    if await app.push_screen_wait(ConfirmDialog("Undo", _question(row))):
        undone = await app.ask(lambda ledger: services.undo.undo_change(ledger, UndoChange(entry=row.entry)))
        app.tell("\n".join((f"Taken back: {row.summary}", *moves_in_words(undone.moves))), "Undone")
        app.ledger_changed.publish(undone.entry)


def _question(row: HistoryRow) -> Content:
    return styled(
        ("Take back this change?\n\n", "bold"),
        f"{safe(row.summary)}\n",
        (f"entry {row.entry}, {time_text(row.at)}, by {safe(row.who)}\n\n", MUTED),
        "It is undone by a new entry; nothing is erased from the history.",
    )
