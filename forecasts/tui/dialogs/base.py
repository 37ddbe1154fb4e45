"""Base of dialogs: a title, a body, its keys at the bottom, and one answer or None; a question of yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual import getters
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from forecasts.tui.background import ServiceApp
from forecasts.tui.keys import Action, Keyed
from forecasts.tui.show import line
from forecasts.tui.widgets.bars import KeyBar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.content import Content
    from textual.widget import Widget

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
        from forecasts.tui.desktop import copy_marked

        copy_marked(self.app)

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
        """What would be done."""
        yield Static(self._question, classes="prose")

    def action_accept(self) -> None:
        """Yes."""
        self.dismiss(True)
