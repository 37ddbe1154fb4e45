"""Agreement of analysts: how far they agree, and the claims on which they do not."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual import on
from textual.content import Content

from forecasts import services
from forecasts.domain.formats import NOTHING, counted, favoured, figure, percent
from forecasts.domain.second_reading import Agreement, ReadClaim
from forecasts.text import safe
from forecasts.tui import flows
from forecasts.tui.flows.opening import MEANING
from forecasts.tui.keys import Action
from forecasts.tui.screens.base import BACK, EXPORT, TablePage
from forecasts.tui.show import line, muted
from forecasts.tui.widgets.columns import Cell, Column, Heading
from forecasts.tui.widgets.record_table import RecordTable

_NONE_YET = (
    "No prediction was read by two analysts.\n"
    "R on one in Predictions records your own number beside the first; B hides the others' meanwhile."
)
_NAME = 24


class AgreementScreen(TablePage["ReadClaim"]):
    """Krippendorff's alpha, and every claim that several analysts read, those furthest apart first."""

    REVEALS_OUTCOMES = True
    MEANS = "Second readings"
    WHILE_LOADING = "Comparing the readings …"
    HELP_TITLE = "Agreement"
    HELP_TEXT = (
        "Krippendorff's alpha for interval data over the predictions that two analysts or more read: 1 is agreement, 0 "
        "what chance would give. The score uses the number that all agree on, else the mean. Those on which the "
        "numbers differ stand first, the widest apart on top: talk about them, then R reads one again. Enter opens "
        "the question."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (MEANING, EXPORT, BACK)

    def __init__(self) -> None:
        super().__init__(RecordTable(_COLUMNS, empty=_NONE_YET))

    def load(self) -> None:
        self.fetch(lambda ledger: services.reviews.read_agreement(ledger), self.show_agreement)

    async def show_agreement(self, found: Agreement) -> None:
        alpha = figure(found.alpha, 3) if found.alpha is not None else f"{NOTHING} ({found.reason})"
        apart = counted(len(found.disagreements), "disagreement")
        self.summarise(
            f"Krippendorff's alpha {alpha} · {counted(len(found.claims), 'prediction')} read twice · {apart}"
        )
        self.show_rows(_lines(found), lambda claim: claim.prediction)

    def in_full(self, row: ReadClaim) -> Iterable[Content]:
        said = (
            f"{safe(one.analyst, _NAME)} {favoured(one.probability)}{' blind' if one.blind else ''}"
            for one in row.readings
        )
        return line(row.claim), muted(" · ".join(said))

    @on(RecordTable.RowSelected)
    def open_question(self) -> None:
        """Show the question of the claim under the cursor."""
        row = self._table.cursor_row
        if row is not None and row.question:
            flows.opening.open_question(self.app, row.question)


def _numbers(row: ReadClaim) -> str:
    return ", ".join(favoured(one.probability) for one in row.readings)


def _used(row: ReadClaim) -> Cell:
    if row.number is None:
        return Cell("the first alone", "muted")
    return Cell(f"{'agreed' if row.spread == 0 else 'mean'} {favoured(row.number)}", "strong")


_COLUMNS: tuple[Column[ReadClaim], ...] = (
    Column("words", "Words", lambda row: row.phrase or row.claim, 20, flex=2),
    Column("numbers", "Numbers", _numbers, 18, flex=1),
    Column("spread", "Apart", lambda row: percent(row.spread), 6, right=True),
    Column("used", "Scored", _used, 15),
)


def _lines(found: Agreement) -> Iterator[ReadClaim | Heading]:
    if found.disagreements:
        yield Heading("To talk about", note="the widest apart first")
        yield from found.disagreements
    agreed = [claim for claim in found.claims if claim.spread == 0]
    if agreed:
        yield Heading("Agreed", note=counted(len(agreed), "prediction"))
        yield from agreed
