"""How far analysts agree, and the claims on which they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.message import Message

from forecasts.text import safe
from forecasts.tui.flows import calls
from forecasts.tui.flows.explaining import MEANING, explain
from forecasts.tui.keys import Action, bindings
from forecasts.tui.screens.base import BACK, Page
from forecasts.tui.show import NOTHING, counted, line, muted, percent
from forecasts.tui.widgets.columns import Cell, Column, Heading
from forecasts.tui.widgets.record_table import RecordTable
from forecasts.tui.widgets.windows import ListWindow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.widget import Widget

    from forecasts.domain.second_reading import Agreement, OneReading, ReadClaim

_NONE_YET = (
    "No claim was read by two analysts.\n"
    "R on a claim in Predictions records your own number beside the first; B hides the others' meanwhile."
)
_NAME = 24


class AgreementScreen(Page):
    """Krippendorff's alpha, and every claim that several analysts read, those furthest apart first."""

    IS_TELLING = True
    HELP_TITLE = "Agreement"
    HELP_TEXT = (
        "Krippendorff's alpha for interval data over the claims that two analysts or more read: 1 is agreement, 0 what "
        "chance would give. The score uses the number that all agree on, else the mean. The claims on which the "
        "numbers differ stand first, the widest apart on top: talk about them, then R reads one again. Enter opens "
        "the question."
    )
    HAS_DETAIL = True
    ACTIONS: ClassVar[tuple[Action, ...]] = (MEANING, BACK)
    BINDINGS = bindings(ACTIONS)

    class AgreementLoaded(Message):
        """The readings were compared."""

        def __init__(self, number: int, found: Agreement) -> None:
            super().__init__()
            self.number = number
            self.found = found

    def __init__(self) -> None:
        super().__init__()
        self._table: RecordTable[ReadClaim] = RecordTable(_COLUMNS, empty=_NONE_YET)

    def compose_body(self) -> Iterable[Widget]:
        """One table."""
        yield self._table

    def on_mount(self) -> None:
        """Ask for the readings."""
        super().on_mount()
        self.summarise("Comparing the readings …")
        self.load()

    async def fetch(self, number: int) -> None:
        """Compare them."""
        self.post_message(self.AgreementLoaded(number, await self.app.ask(calls.read_agreement)))

    @on(AgreementLoaded)
    def show_agreement(self, event: AgreementLoaded) -> None:
        """Show what was compared."""
        if self.is_outdated(event.number):
            return
        found = event.found
        self._table.show_window(_window(found))
        alpha = f"{found.alpha:.3f}" if found.alpha is not None else f"{NOTHING} ({found.reason})"
        apart = counted(len(found.disagreements), "disagreement")
        self.summarise(f"Krippendorff's alpha {alpha} · {counted(len(found.claims), 'claim')} read twice · {apart}")
        self.follow_cursor()

    @on(RecordTable.RowHighlighted)
    def follow_cursor(self) -> None:
        """Say who read what."""
        self.refresh_bindings()
        row = self._table.cursor_row
        if row is None:
            self.detail()
            return
        self.detail(line(row.claim), muted(" · ".join(map(_who_read, row.readings))))

    @on(RecordTable.RowSelected)
    def open_question(self) -> None:
        """Show the question of the claim under the cursor."""
        from forecasts.tui.flows.opening import open_question

        row = self._table.cursor_row
        if row is not None and row.question:
            open_question(self.app, row.question)

    def action_meaning(self) -> None:
        """Say what agreement is."""
        self.app.start(explain(self.app, "Second readings"), "explain")


def _who_read(one: OneReading) -> str:
    return f"{safe(one.analyst, _NAME)} {percent(one.probability)}{' blind' if one.blind else ''}"


def _numbers(row: ReadClaim) -> str:
    return " ".join(percent(one.probability).removesuffix(" %") for one in row.readings) + " %"


def _used(row: ReadClaim) -> Cell:
    if row.number is None:
        return Cell("the first alone", "muted")
    return Cell(f"{'agreed' if row.spread == 0 else 'mean'} {percent(row.number)}", "strong")


_COLUMNS: tuple[Column[ReadClaim], ...] = (
    Column(key="words", title="Words", cell=lambda row: row.phrase or row.claim, width=20, flex=2, sortable=False),
    Column(key="numbers", title="Numbers", cell=_numbers, width=14, flex=1, sortable=False),
    Column(key="spread", title="Apart", cell=lambda row: percent(row.spread), width=6, right=True, sortable=False),
    Column(key="used", title="Scored", cell=_used, width=15, sortable=False),
)


def _window(found: Agreement) -> ListWindow[ReadClaim]:
    return ListWindow(_lines(found), lambda claim: claim.prediction)


def _lines(found: Agreement) -> Iterator[ReadClaim | Heading]:
    if found.disagreements:
        yield Heading("To talk about", note="the widest apart first")
        yield from found.disagreements
    agreed = [claim for claim in found.claims if claim.spread == 0]
    if agreed:
        yield Heading("Agreed", note=counted(len(agreed), "claim"))
        yield from agreed
