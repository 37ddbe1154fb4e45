"""Base of dialogs: a title, a body, keys at the bottom, one answer or None; a question of yes or no, a few lines."""

from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

from textual import getters, on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from forecasts.tui.background import ServiceApp
from forecasts.tui.desktop import Copyable, copy_marked
from forecasts.tui.keys import Action, Keyed
from forecasts.tui.show import line
from forecasts.tui.widgets.bars import KeyBar
from forecasts.tui.widgets.columns import Column, ListSource
from forecasts.tui.widgets.record_table import RecordTable

T = TypeVar("T")

KEPT = "What you typed is kept; the dialog brings it back."
CANCEL = Action(id="dialog.cancel", keys="escape", action="cancel", title="Cancel", help="Leave; nothing is done")


class Dialog(Keyed, ModalScreen[T | None], Generic[T]):
    """A modal screen that answers with one value. It changes nothing by itself: whoever asked does."""

    CSS_PATH: ClassVar = ["../styles/dialogs.tcss"]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual types it as no ClassVar
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-high")]  # noqa: RUF012 - Textual types it as no ClassVar
    AUTO_FOCUS = "*"
    heading = ""
    """What the dialog is called."""
    ASKS: ClassVar[bool] = False
    """Whether any key may be an answer, so that none counts that was pressed before the question was seen."""

    app = getters.app(ServiceApp)

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        with Vertical(id="dialog") as frame:
            frame.border_title = line(self.heading)
            yield from self.compose_body()
            yield KeyBar(frozenset())

    def on_mount(self) -> None:
        """What was told before is not to lie over the keys; the keys typed meanwhile come once it is painted."""
        self.app.clear_notes()
        self.call_after_refresh(self.app.give_keys, forget=self.ASKS)

    def compose_body(self) -> Iterable[Widget]:
        """What the dialog asks."""
        return ()

    def action_copy_text(self) -> None:
        """Copy the text that is marked, and say which way it went."""
        copy_marked(self.app)

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Answer; what is typed from now on is for what comes of it."""
        self.app.hold_keys(self)
        return super().dismiss(result)

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


class ConfirmDialog(Dialog[bool]):
    """Says what would be done, and asks."""

    ASKS = True
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="confirm.yes", keys="enter,y", action="accept", title="Yes, do it"),
        Action(id="confirm.no", keys="n", action="cancel", title="No", show=False),
        CANCEL,
    )

    def __init__(self, heading: str, text: Content) -> None:
        super().__init__()
        self.heading = heading
        self._question = text

    def compose_body(self) -> Iterable[Widget]:
        yield Static(self._question, classes="prose")

    def action_accept(self) -> None:
        self.dismiss(True)


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
        self._table.styles.height = min(len(self._lines), 14) + 1
        yield self._table

    @on(RecordTable.RowSelected)
    def action_take(self) -> None:
        """Answer with the line under the cursor."""
        self.dismiss(self._table.cursor_slug)


class CopyDialog(Dialog[tuple[Copyable, bool]]):
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
        self._table.styles.height = min(len(self._found), 14) + 1
        yield self._table

    @on(RecordTable.RowSelected)
    def action_take(self) -> None:
        self._answer(to_file=False)

    def action_to_file(self) -> None:
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
        yield OptionList(*(Option(f"{kind:<12} {_SAID[kind]}", id=kind) for kind in self._kinds), compact=True)

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)
