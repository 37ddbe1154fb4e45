"""Conflict: a record that somebody else changed meanwhile, both versions field by field, and what can be done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from forecasts.domain.formats import counted, time_text
from forecasts.domain.views import HistoryRow
from forecasts.text import safe
from forecasts.tui.dialogs.base import Dialog
from forecasts.tui.dialogs.form_fields import Texts
from forecasts.tui.keys import Action
from forecasts.tui.show import MUTED, block, line, styled

_NAME = 80


@dataclass(frozen=True, slots=True)
class Difference:
    """A field on which the versions differ, and who changed it since the form was opened."""

    label: str
    mine: str
    theirs: str
    by_me: bool
    by_them: bool

    @property
    def whose(self) -> str:
        """Who changed it, in words."""
        if self.by_me and self.by_them:
            return "you both changed it"
        return "you changed it" if self.by_me else "they changed it"


def differences(labels: Iterable[tuple[str, str]], begun: Texts, mine: Texts, theirs: Texts) -> tuple[Difference, ...]:
    """The fields that differ, in the order of `labels` (name and label); `begun` is what the form began with."""
    return tuple(
        Difference(
            label=label,
            mine=mine.get(name, ""),
            theirs=theirs.get(name, ""),
            by_me=mine.get(name, "") != begun.get(name, ""),
            by_them=theirs.get(name, "") != begun.get(name, ""),
        )
        for name, label in labels
        if mine.get(name, "") != theirs.get(name, "")
    )


def on_top(begun: Texts, mine: Texts, theirs: Texts) -> dict[str, str]:
    """The newest version with what I typed on top of it: a field that I left alone is theirs."""
    typed = {name: text for name, text in mine.items() if text != begun.get(name, "")}
    return {**{name: theirs.get(name, text) for name, text in mine.items()}, **typed}


class Whose(StrEnum):
    """With whose version one goes on."""

    MINE = "mine"
    THEIRS = "theirs"


class ConflictDialog(Dialog[Whose]):
    """Answers with the version to go on with, or None to leave. Nothing is written by it."""

    heading = "Changed by somebody else meanwhile"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="conflict.mine",
            keys="m",
            action="go_on('mine')",
            title="Keep editing mine",
            help="What you typed stays, on top of the newest version; what you left alone becomes theirs",
        ),
        Action(
            id="conflict.theirs",
            keys="t",
            action="go_on('theirs')",
            title="Look at theirs",
            help="The form with theirs; leaving it brings you back here",
        ),
        Action(id="conflict.leave", keys="escape", action="cancel", title="Leave", help="What you typed is kept"),
    )

    def __init__(self, title: str, found: Sequence[Difference], alike: int, change: HistoryRow | None) -> None:
        super().__init__(classes="-tall")
        self._title = title
        self._found = found
        self._alike = alike
        self._change = change

    def compose_body(self) -> Iterable[Widget]:
        """Who changed it and when, then each field that differs."""
        yield Static(line(self._title), id="resolve-title", markup=False)
        yield Static(self._who(), classes="prose")
        with Horizontal(classes="versions heads"):
            yield Static("Yours, as typed")
            yield Static("Theirs, as stored")
        with VerticalScroll(id="conflict-fields"):
            for one in self._found:
                yield Static(styled((one.label, "bold"), (f"  {one.whose}", MUTED)), classes="version-label")
                with Horizontal(classes="versions"):
                    yield Static(_version_text(one.mine), classes="-mine" if one.by_me else "")
                    yield Static(_version_text(one.theirs), classes="-theirs" if one.by_them else "")
            are = "is" if self._alike == 1 else "are"
            same = (
                f"{counted(self._alike, 'other field')} {are} the same in both."
                if self._found
                else "Both say the same."
            )
            yield Static(same, classes="version-label muted", markup=False)

    def _who(self) -> Content:
        if self._change is None:
            return line("It is not as it was when you opened it.")
        row = self._change
        said = safe(row.summary or row.intent, 300)
        return styled((safe(row.who, _NAME), "bold"), f", {time_text(row.at)} (entry {row.entry}): {said}")

    def action_go_on(self, how: str) -> None:
        self.dismiss(Whose(how))


def _version_text(text: str) -> Content:
    return block(text) if text.strip() else styled(("nothing", MUTED))
