"""A reason in words, which the record keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import Input, Static

from forecasts.domain import limits
from forecasts.text import safe_block
from forecasts.tui.dialogs.base import CANCEL, KEPT, Dialog
from forecasts.tui.keys import Action, bindings
from forecasts.tui.show import line
from forecasts.tui.widgets.field import Field
from forecasts.tui.widgets.inputs import TextInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.widget import Widget


class ReasonDialog(Dialog[str]):
    """Answers with the reason, which cannot be empty."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="reason.accept", keys="ctrl+s,enter", action="accept", title="Do it", help="With this reason"),
        CANCEL,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(
        self,
        heading: str,
        subject: str,
        question: str,
        reason: str = "",
        trouble: str = "",
        *,
        keep: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._heading = heading
        self._subject = subject
        self._question = question
        self._trouble = trouble
        self._keep = keep
        self._input = TextInput(reason, compact=True, id="reason", max_length=limits.TEXT)
        self._field = Field("Reason", self._input)

    @property
    def heading(self) -> str:
        """What is asked about."""
        return self._heading

    def compose_body(self) -> Iterable[Widget]:
        """What it is about, and the reason."""
        yield Static(line(self._subject), classes="prose section")
        yield Static(line(self._question), classes="prose muted")
        if self._trouble:
            yield Static(safe_block(self._trouble), id="trouble", markup=False)
        yield self._field

    @on(Input.Changed)
    def follow(self) -> None:
        """Keep what is typed; a complaint does not outlive what it is about."""
        self._keep(self._input.value)
        if self._input.value.strip():
            self._field.say()

    @on(Input.Submitted)
    def accept_input(self) -> None:
        """Enter in the field is the answer."""
        self.action_accept()

    def action_cancel(self) -> None:
        """Leave; what was typed is kept."""
        if self._input.value.strip():
            self.app.tell(KEPT, self.heading)
        self.dismiss(None)

    def action_accept(self) -> None:
        """Answer, if there is a reason."""
        reason = self._input.value.strip()
        if reason:
            self.dismiss(reason)
        else:
            self._field.say("a reason is needed: the record keeps it")
