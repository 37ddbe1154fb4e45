"""Choosing one line of a few: an address, a kind of record, what is to be copied and where to."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from forecasts.tui.dialogs.base import CANCEL, Dialog
from forecasts.tui.keys import Action
from forecasts.tui.widgets.columns import Column
from forecasts.tui.widgets.record_table import RecordTable
from forecasts.tui.widgets.row_source import ListSource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from forecasts.tui.desktop import Copyable

_SAID = {
    "source": "whoever makes or carries predictions",
    "article": "a document that was read",
    "scenario": "what several questions test together",
    "question": "one event with criteria and a deadline",
    "prediction": "what somebody said about a question",
    "passage": "words that were judged to be no prediction",
}


class ChooseDialog(Dialog[str]):
    """Answers with the line that was chosen."""

    AUTO_FOCUS = "RecordTable"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="choose.take", keys="enter", action="take", title="Choose", help="Take this line", priority=True),
        CANCEL,
    )

    def __init__(self, heading: str, lines: tuple[str, ...]) -> None:
        super().__init__(classes="-list")
        self.heading = heading
        self._lines = lines
        self._table: RecordTable[str] = RecordTable(
            (Column("line", "", str, 20, flex=1),), window=ListSource(lines, str)
        )

    def compose_body(self) -> Iterable[Widget]:
        """The lines."""
        self._table.styles.height = min(len(self._lines), 14) + 1
        yield self._table

    @on(RecordTable.RowSelected)
    def action_take(self) -> None:
        """Answer with the line under the cursor."""
        self.dismiss(self._table.cursor_slug)


class CopyDialog(Dialog["tuple[Copyable, bool]"]):
    """Answers with what was chosen, and whether it goes to a file."""

    heading = "Copy"
    AUTO_FOCUS = "RecordTable"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="copy.again", keys="enter,y", action="take", title="Clipboard", help="To the clipboard", priority=True
        ),
        Action(id="copy.file", keys="f", action="to_file", title="To a file", help="A new file in this folder"),
        CANCEL,
    )

    def __init__(self, found: tuple[Copyable, ...]) -> None:
        super().__init__(classes="-list")
        self._found = found
        self._table: RecordTable[int] = RecordTable(
            (
                Column("title", "What", lambda place: found[place].title, 16),
                Column("text", "Text", lambda at: found[at].text, 20, flex=1),
            ),
            window=ListSource(range(len(found)), str),
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


class KindDialog(Dialog[str]):
    """Answers with the kind."""

    ACTIONS: ClassVar = (CANCEL,)
    heading = "Add"

    def __init__(self, kinds: Iterable[str]) -> None:
        super().__init__()
        self._kinds = tuple(kinds)

    def compose_body(self) -> Iterable[Widget]:
        """One line for each."""
        yield OptionList(*(Option(f"{kind:<12} {_SAID[kind]}", id=kind) for kind in self._kinds), compact=True)

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Answer."""
        self.dismiss(event.option_id)
