"""A named field of a form: its label, what is typed into, and under it what is wrong or how it was understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static

from forecasts.tui.show import line

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

_WRONG = "-wrong"
_QUIET = "-quiet"


def come_into_view(field: Widget) -> None:
    """Scroll to a field once it has its place, with what is said under it."""
    field.call_after_refresh(field.scroll_visible, animate=False, immediate=True)


class Field(Vertical):
    """Shows one message at a time; a wrong value is said with a cross and in words, not in colour alone."""

    def __init__(
        self,
        label: str,
        control: Widget,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._label = label
        self._control = control
        self._message = Static("", classes="field-message -quiet", markup=False)

    def compose(self) -> ComposeResult:
        """The label beside the control, the message under it."""
        with Horizontal(classes="field-line"):
            yield Label(self._label, classes="field-label", markup=False)
            yield self._control
        yield self._message

    def on_descendant_focus(self) -> None:
        """The label of the field that one is in stands out."""
        self.add_class("-here")

    def on_descendant_blur(self) -> None:
        """No longer in it."""
        self.remove_class("-here")

    def say(self, wrong: str = "", hint: str = "") -> None:
        """Say what is wrong with the value, else how it was understood, else nothing."""
        self._message.set_class(bool(wrong), _WRONG)
        self._message.set_class(not (wrong or hint), _QUIET)
        self._message.update(line(f"✗ {wrong}" if wrong else hint))
        self.set_class(bool(wrong), _WRONG)
