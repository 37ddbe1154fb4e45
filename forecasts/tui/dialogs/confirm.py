"""A question that is answered with yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Static

from forecasts.tui.dialogs.base import CANCEL, Dialog
from forecasts.tui.keys import Action, bindings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.content import Content
    from textual.widget import Widget


class ConfirmDialog(Dialog[bool]):
    """Says what would be done, and asks."""

    ASKS = True
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="confirm.yes", keys="enter,y", action="accept", title="Yes, do it"),
        Action(id="confirm.no", keys="n", action="cancel", title="No", show=False),
        CANCEL,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, heading: str, text: Content) -> None:
        super().__init__()
        self._heading = heading
        self._question = text

    @property
    def heading(self) -> str:
        """What is asked about."""
        return self._heading

    def compose_body(self) -> Iterable[Widget]:
        """What would be done."""
        yield Static(self._question, classes="prose")

    def action_accept(self) -> None:
        """Yes."""
        self.dismiss(True)
