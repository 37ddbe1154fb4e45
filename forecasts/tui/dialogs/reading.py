"""One's own number for a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from forecasts.domain.formats import percent
from forecasts.domain.second_reading import RecordReading
from forecasts.tui.dialogs.base import CANCEL, Dialog
from forecasts.tui.keys import Action, bindings
from forecasts.tui.show import MUTED, block, line, styled
from forecasts.tui.widgets.field import Field
from forecasts.tui.widgets.inputs import TextInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from forecasts.domain.second_reading import ClaimToRead

_LABELS = {"probability": "P(yes), %", "low": "At least, %", "high": "At most, %"}
_NEEDED = "a number from 0 to 100"


def read_percent(text: str) -> float | None:
    """What was typed in percent, as a share; None where nothing was. ValueError says what is expected."""
    text = text.strip().removesuffix("%").strip().replace(",", ".")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise ValueError(_NEEDED) from None
    if not 0 <= value <= 100:
        raise ValueError(_NEEDED)
    return round(value / 100, 6)


class ReadingDialog(Dialog[RecordReading]):
    """Answers with the reading. The first number is shown only where one does not code blind."""

    HEADING = "Read the claim"
    AUTO_FOCUS = "Input"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="reading.accept", keys="ctrl+s,enter", action="accept", title="Record", help="Beside the first"),
        CANCEL,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, claim: ClaimToRead, typed: dict[str, str], trouble: str, *, is_blind: bool) -> None:
        super().__init__()
        self._claim = claim
        self._trouble = trouble
        self._is_blind = is_blind
        given = {name: typed.get(name, _shown(getattr(claim, name))) for name in _LABELS}
        self._inputs = {name: TextInput(given[name], compact=True, id=name) for name in _LABELS}
        self._fields = {name: Field(label, self._inputs[name]) for name, label in _LABELS.items()}

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the fields."""
        return {name: box.value for name, box in self._inputs.items()}

    def compose_body(self) -> Iterable[Widget]:
        """The words, what they are about, and the numbers."""
        claim = self._claim
        with VerticalScroll(can_focus=False, id="claim"):
            yield Static(block(claim.claim), classes="prose")
            if claim.phrase:
                yield Static(
                    styled(("“", MUTED), (str(line(claim.phrase)), "bold italic"), ("”", MUTED)), classes="prose"
                )
            yield Static(line(claim.title), classes="prose section")
            yield Static(block(claim.criteria), classes="prose muted")
        first = "hidden: coding blind" if self._is_blind else percent(claim.first)
        yield Static(f"First reading: {first}", classes="prose muted", markup=False)
        yield from self._fields.values()
        if self._trouble:
            yield Static(block(self._trouble), id="trouble")

    @on(Input.Changed)
    def check(self) -> None:
        """Say under each number what is wrong with it."""
        self._read()

    @on(Input.Submitted)
    def accept_input(self) -> None:
        """Enter in a field is the answer."""
        self.action_accept()

    def action_accept(self) -> None:
        """Answer, if the numbers can be read and stand in order."""
        found = self._read()
        if found is None or found["probability"] is None:
            if found is not None:
                self._fields["probability"].say(_NEEDED)
            return
        self.dismiss(
            RecordReading(
                prediction=self._claim.prediction,
                probability=found["probability"],
                low=found["low"],
                high=found["high"],
                blind=self._is_blind,
            )
        )

    def _read(self) -> dict[str, float | None] | None:
        found: dict[str, float | None] = {}
        for name, box in self._inputs.items():
            try:
                found[name] = read_percent(box.value)
            except ValueError as error:
                self._fields[name].say(str(error))
            else:
                self._fields[name].say()
        if len(found) < len(_LABELS):
            return None
        number, low, high = (found[name] for name in _LABELS)
        if number is not None and low is not None and low > number:
            self._fields["low"].say("at most the number itself")
            return None
        if number is not None and high is not None and high < number:
            self._fields["high"].say("at least the number itself")
            return None
        return found


def _shown(share: float | None) -> str:
    return "" if share is None else percent(share).removesuffix(" %")
