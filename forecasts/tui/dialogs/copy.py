"""What is to be copied, and whether to the clipboard or to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on

from forecasts.tui.dialogs.base import CANCEL, Dialog
from forecasts.tui.keys import Action, bindings
from forecasts.tui.widgets.columns import Column
from forecasts.tui.widgets.record_table import RecordTable
from forecasts.tui.widgets.windows import ListWindow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from forecasts.tui.flows.copying import Copyable


class CopyDialog(Dialog["tuple[Copyable, bool]"]):
    """Answers with what was chosen, and whether it goes to a file."""

    HEADING = "Copy"
    AUTO_FOCUS = "RecordTable"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="copy.again", keys="enter,y", action="take", title="Clipboard", help="To the clipboard", priority=True
        ),
        Action(id="copy.file", keys="f", action="to_file", title="To a file", help="A new file in this folder"),
        CANCEL,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, found: tuple[Copyable, ...]) -> None:
        super().__init__(classes="-list")
        self._found = found
        self._table: RecordTable[int] = RecordTable(
            (
                Column(key="title", title="What", cell=lambda place: found[place].title, width=16, sortable=False),
                Column(key="text", title="Text", cell=lambda at: found[at].text, width=20, flex=1, sortable=False),
            ),
            window=ListWindow(range(len(found)), str),
        )

    def compose_body(self) -> Iterable[Widget]:
        """A line for each."""
        self._table.styles.height = min(len(self._found), 14) + 1
        yield self._table

    @on(RecordTable.RowSelected)
    def action_take(self) -> None:
        """To the clipboard."""
        self._answer(to_file=False)

    def action_to_file(self) -> None:
        """To a file."""
        self._answer(to_file=True)

    def _answer(self, *, to_file: bool) -> None:
        place = self._table.cursor_row
        if place is not None:
            self.dismiss((self._found[place], to_file))
