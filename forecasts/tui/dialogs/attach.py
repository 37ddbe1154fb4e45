"""Which file an article's text is in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import Input, Static

from forecasts.errors import ForecastsError
from forecasts.paths import typed_path
from forecasts.text import safe, safe_block
from forecasts.tui.dialogs.base import CANCEL, Dialog
from forecasts.tui.keys import Action, bindings
from forecasts.tui.show import line
from forecasts.tui.widgets.field import Field
from forecasts.tui.widgets.inputs import TextInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

_TITLE = 200


class AttachDialog(Dialog[str]):
    """Answers with the path as it was typed."""

    HEADING = "Attach the text"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="attach.accept", keys="ctrl+s,enter", action="accept", title="Attach", help="Keep a copy"),
        CANCEL,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, title: str, path: str = "", trouble: str = "") -> None:
        super().__init__()
        self._title = title
        self._trouble = trouble
        self._path = TextInput(path, compact=True, id="path", placeholder="~/articles/text.txt")
        self._field = Field("File", self._path)

    def compose_body(self) -> Iterable[Widget]:
        """Whose text, and the path."""
        yield Static(line(safe(self._title, _TITLE)), classes="prose section")
        if self._trouble:
            yield Static(safe_block(self._trouble), id="trouble", markup=False)
        yield self._field
        yield Static(
            line("Plain text in UTF-8, a paragraph a line. It is kept in the database and never part of an export."),
            classes="prose muted",
        )

    @on(Input.Changed)
    def show_path(self) -> None:
        """Say where the path leads, and whether a file is there."""
        path = self._typed()
        if path is None:
            self._field.say()
        else:
            self._field.say(hint=f"{path.absolute()}{'' if _is_file(path) else ' (no file is there)'}")

    @on(Input.Submitted)
    def accept_input(self) -> None:
        """Enter in the field is the answer."""
        self.action_accept()

    def action_accept(self) -> None:
        """Answer, if there is a file."""
        path = self._typed()
        if path is None:
            self._field.say("a path is needed")
        elif not _is_file(path):
            self._field.say(f"no file is at {path.absolute()}")
        else:
            self.dismiss(self._path.value.strip())

    def _typed(self) -> Path | None:
        text = self._path.value.strip()
        try:
            return typed_path(text) if text else None
        except ForecastsError:  # a ~user that is not there
            return Path(text)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long for any file
        return False
