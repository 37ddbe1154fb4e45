"""Until which day a question is put aside."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import Input, Static

from forecasts.domain.date_words import read_day
from forecasts.tui.dialogs.base import CANCEL, Dialog
from forecasts.tui.keys import Action, bindings
from forecasts.tui.show import line, long_day
from forecasts.tui.widgets.field import Field
from forecasts.tui.widgets.inputs import TextInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

_A_WEEK = timedelta(days=7)


class RemindDialog(Dialog[date]):
    """Answers with a day after today; a week from now is offered."""

    HEADING = "Remind me later"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="remind.accept", keys="ctrl+s,enter", action="accept", title="Put aside", help="Until that day"),
        CANCEL,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, subject: str, today: date) -> None:
        super().__init__()
        self._subject = subject
        self._today = today
        self._input = TextInput(str(today + _A_WEEK), compact=True, id="day", placeholder="YYYY-MM-DD")
        self._field = Field("Until", self._input)

    def compose_body(self) -> Iterable[Widget]:
        """What it is about, and the day."""
        yield Static(line(self._subject), classes="prose section")
        yield Static("The deadline does not move.", classes="prose muted")
        yield self._field

    def on_mount(self) -> None:
        """Show how the offered day is understood."""
        self._read()

    @on(Input.Changed)
    def show_day(self) -> None:
        """Say how the day was understood, or what is wrong with it."""
        self._read()

    @on(Input.Submitted)
    def accept_input(self) -> None:
        """Enter in the field is the answer."""
        self.action_accept()

    def action_accept(self) -> None:
        """Answer, if it is a day to come."""
        day = self._read()
        if day is not None:
            self.dismiss(day)

    def _read(self) -> date | None:
        try:
            day = read_day(self._input.value, self._today)
        except ValueError as error:
            self._field.say(f"expected {error}")
            return None
        if day <= self._today:
            self._field.say(f"a day after today, {self._today}")
            return None
        self._field.say(hint=long_day(day))
        return day
