"""One of a few lines."""

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


class ChooseDialog(Dialog[str]):
    """Answers with the line that was chosen."""

    AUTO_FOCUS = "RecordTable"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="choose.take", keys="enter", action="take", title="Choose", help="Take this line", priority=True),
        CANCEL,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, heading: str, lines: tuple[str, ...]) -> None:
        super().__init__(classes="-list")
        self._heading = heading
        self._lines = lines
        self._table: RecordTable[str] = RecordTable(
            (Column(key="line", title="", cell=str, width=20, flex=1, sortable=False),), window=ListWindow(lines, str)
        )

    @property
    def heading(self) -> str:
        """What is chosen."""
        return self._heading

    def compose_body(self) -> Iterable[Widget]:
        """The lines."""
        self._table.styles.height = min(len(self._lines), 14) + 1
        yield self._table

    @on(RecordTable.RowSelected)
    def action_take(self) -> None:
        """Answer with the line under the cursor."""
        self.dismiss(self._table.cursor_slug)
