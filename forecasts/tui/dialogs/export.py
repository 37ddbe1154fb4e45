"""Where to write what is shown, and in which format."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.widgets import Input, Static

from forecasts.errors import ForecastsError
from forecasts.paths import typed_path
from forecasts.text import safe_block
from forecasts.tui.dialogs.base import CANCEL, Dialog
from forecasts.tui.keys import Action, bindings
from forecasts.tui.show import line
from forecasts.tui.widgets.choice import Choice
from forecasts.tui.widgets.field import Field
from forecasts.tui.widgets.inputs import TextInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from textual.widget import Widget


class ExportForm(NamedTuple):
    """A format: its name for the service, what the dialog calls it, and a path to offer."""

    name: str
    label: str
    offered: str


class ExportAnswer(NamedTuple):
    """What to write, and where."""

    form: str
    path: Path


class ExportDialog(Dialog[ExportAnswer]):
    """Answers with the format and the path."""

    HEADING = "Export"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="export.accept", keys="ctrl+s,enter", action="accept", title="Write", help="Write the files"),
        CANCEL,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(
        self, what: str, forms: Sequence[ExportForm], answer: ExportAnswer | None = None, trouble: str = ""
    ) -> None:
        super().__init__()
        self._what = what
        self._forms = tuple(forms)
        self._trouble = trouble
        names = [form.name for form in self._forms]
        chosen = names.index(answer.form) if answer else 0
        self._choice = Choice([form.label for form in self._forms], chosen)
        self._path = TextInput(str(answer.path) if answer else self._forms[chosen].offered, compact=True, id="path")
        self._field = Field("Path", self._path)

    def compose_body(self) -> Iterable[Widget]:
        """What is written, the format, the path."""
        yield Static(line(self._what), classes="prose section")
        if self._trouble:
            yield Static(safe_block(self._trouble), id="trouble", markup=False)
        yield Field("Format", self._choice)
        yield self._field

    def on_mount(self) -> None:
        """Say where the path leads."""
        self._show_path()

    @on(Choice.Changed)
    def offer_path(self, event: Choice.Changed) -> None:
        """Offer the format's own path, unless another one was typed."""
        if self._path.value in {form.offered for form in self._forms}:
            self._path.value = self._forms[event.chosen].offered

    @on(Input.Changed)
    def _show_path(self) -> None:
        path = self._typed()
        self._field.say(hint=str(path.absolute()) if path else "")

    @on(Input.Submitted)
    def accept_input(self) -> None:
        """Enter in the field is the answer."""
        self.action_accept()

    def action_accept(self) -> None:
        """Answer, if there is a path."""
        try:
            path = self._typed()
        except ForecastsError as error:
            self._field.say(error.message)
            return
        if path is None:
            self._field.say("a path is needed")
        else:
            self.dismiss(ExportAnswer(self._forms[self._choice.chosen].name, path))

    def _typed(self) -> Path | None:
        text = self._path.value.strip()
        return typed_path(text) if text else None
