"""One item of evidence in a form: its title, address, date and note, on two lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static

from forecasts.tui.dialogs.resolve_draft import EvidenceDraft
from forecasts.tui.show import line
from forecasts.tui.widgets.inputs import TextInput

if TYPE_CHECKING:
    from textual.app import ComposeResult


class EvidenceRow(Vertical):
    """Four inputs, and one line for what is wrong with any of them."""

    def __init__(self, draft: EvidenceDraft, place: int) -> None:
        super().__init__(classes="evidence")
        self._draft = draft
        self._place = place
        self._title = TextInput(draft.title, placeholder="title", compact=True, classes="long")
        self._day = TextInput(draft.published_on, placeholder="its date", compact=True, classes="short")
        self._url = TextInput(draft.url, placeholder="address: https://…", compact=True, classes="long")
        self._note = TextInput(draft.note, placeholder="note", compact=True, classes="short")
        self._message = Static("", classes="field-message -quiet", markup=False)

    def compose(self) -> ComposeResult:
        """Title and date, then address and note."""
        with Horizontal(classes="field-line"):
            yield Label(f"Evidence {self._place + 1}", classes="field-label", markup=False)
            yield self._title
            yield self._day
        with Horizontal(classes="field-line"):
            yield Label("", classes="field-label")
            yield self._url
            yield self._note
        yield self._message

    @property
    def draft(self) -> EvidenceDraft:
        """What is typed."""
        return EvidenceDraft(self._title.value, self._url.value, self._day.value, self._note.value)

    def input_of(self, part: str) -> TextInput:
        """What a part is typed into, by the name that the record has for it."""
        return {"url": self._url, "published_on": self._day, "note": self._note}.get(part, self._title)

    def say(self, wrong: str, hint: str) -> None:
        """Say what is wrong with the item, else how its date was understood."""
        self._message.set_class(bool(wrong), "-wrong")
        self._message.set_class(not (wrong or hint), "-quiet")
        self._message.update(line(f"✗ {wrong}" if wrong else hint))
