"""Which kind of record is added."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from forecasts.tui.dialogs.base import CANCEL, Dialog
from forecasts.tui.keys import bindings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

_SAID = {
    "source": "whoever makes or carries predictions",
    "article": "a document that was read",
    "scenario": "a storyline that several questions test",
    "question": "one event with criteria and a deadline",
    "prediction": "what somebody said about a question",
    "passage": "words that were judged to be no prediction",
}


class KindDialog(Dialog[str]):
    """Answers with the kind."""

    ACTIONS: ClassVar = (CANCEL,)
    BINDINGS = bindings(ACTIONS)
    HEADING = "Add"

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
