"""A scorecard: every figure of one source with its rule, the buckets, hindsight, and every claim behind the figures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.message import Message

from forecasts.domain.kinds import Bucket
from forecasts.domain.scorecards import CardClaim, Scorecard, ScorecardDocument
from forecasts.text import safe
from forecasts.tui import card_words
from forecasts.tui.card_words import Figure
from forecasts.tui.effects import bucket_word
from forecasts.tui.flows import calls
from forecasts.tui.keys import Action, bindings
from forecasts.tui.screens.base import BACK, EXPORT, Page
from forecasts.tui.show import NOTHING, counted, figure, line, muted
from forecasts.tui.widgets.columns import Cell, Column, Heading
from forecasts.tui.widgets.record_table import RecordTable
from forecasts.tui.widgets.windows import ListWindow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.widget import Widget

    from forecasts.domain.views import ScoreFilters

_CLAIM_SHOWN = 400


class ScorecardScreen(Page):
    """One source's scorecard in one table, with its parts under headings."""

    HELP_TITLE = "Scorecard"
    HELP_TEXT = (
        "Every figure names its rule, its scale and its direction; one that does not exist says why. The buckets add "
        "up to all of the source's claims, and every claim stands below with its words, number, range, outcome, score "
        "and share of the total. Enter on a claim opens its question."
    )
    HAS_DETAIL = True
    ACTIONS: ClassVar[tuple[Action, ...]] = (EXPORT, BACK)
    BINDINGS = bindings(ACTIONS)

    class CardLoaded(Message):
        """The scorecard was computed."""

        def __init__(self, number: int, document: ScorecardDocument) -> None:
            super().__init__()
            self.number = number
            self.document = document

    def __init__(self, source: str, filters: ScoreFilters) -> None:
        super().__init__()
        self._source = source
        self._filters = filters
        self._table: RecordTable[Figure | CardClaim] = RecordTable(_columns(0.0))
        self._total = 0.0

    def compose_body(self) -> Iterable[Widget]:
        """One table."""
        yield self._table

    def on_mount(self) -> None:
        """Ask for the scorecard."""
        super().on_mount()
        self.summarise("Computing the scorecard …")
        self.load()

    async def fetch(self, number: int) -> None:
        """Compute the scorecard with every claim."""
        ask = partial(calls.scorecard_document, filters=self._filters, sources=(self._source,), with_claims=True)
        self.post_message(self.CardLoaded(number, await self.app.ask(ask)))

    @on(CardLoaded)
    def show_card(self, event: CardLoaded) -> None:
        """Show what was computed."""
        if self.is_outdated(event.number):
            return
        card = next((card for card in event.document.scorecards if card.source == self._source), None)
        if card is None:
            self._table.empty = f"No claim counts for this source by {self._filters.by.value} and under these filters."
            self._table.show_window(_window(()))
            self.summarise(self._source)
            return
        total = sum(claim.brier for claim in card.claims if claim.brier is not None)
        self._table.set_columns(_columns(total))
        self._table.show_window(_window(_lines(card)))
        self.summarise(_summary(card, self._filters))
        self.follow_cursor()

    @on(RecordTable.RowHighlighted)
    def follow_cursor(self) -> None:
        """Show in full the row under the cursor."""
        self.refresh_bindings()
        row = self._table.cursor_row
        match row:
            case Figure():
                self.detail(line(f"{row.title.strip()}: {row.value}"), muted(row.text))
            case CardClaim():
                self.detail(line(row.claim[:_CLAIM_SHOWN]), muted(_facts(row)))
            case _:
                self.detail()

    @on(RecordTable.RowSelected)
    def open_question(self) -> None:
        """Show the question of the claim under the cursor."""
        from forecasts.tui.flows.opening import open_question

        row = self._table.cursor_row
        if isinstance(row, CardClaim) and row.question:
            open_question(self.app, row.question)

    def action_export(self) -> None:
        """Write this scorecard."""
        from forecasts.tui.flows.exporting import export_scorecards

        self.app.start(export_scorecards(self.app, self._filters, (self._source,)), "export")


def _window(rows: Iterable[Figure | CardClaim | Heading]) -> ListWindow[Figure | CardClaim]:
    return ListWindow(rows, _slug_of)


def _slug_of(row: Figure | CardClaim) -> str:
    return f"{row.bucket.value}/{row.prediction}" if isinstance(row, CardClaim) else f"figure/{row.key}"


def _columns(total: float) -> tuple[Column[Figure | CardClaim], ...]:
    def name(row: Figure | CardClaim) -> str:
        if isinstance(row, Figure):
            return row.title
        return f"“{row.phrase}”" if row.phrase else row.claim

    def value(row: Figure | CardClaim) -> Cell:
        if isinstance(row, Figure):
            return Cell(row.value, "muted" if row.value == NOTHING else "strong")
        return Cell(figure(row.brier), "muted" if row.brier is None else "strong")

    def text(row: Figure | CardClaim) -> Cell:
        if isinstance(row, Figure):
            return Cell(row.text, "muted")
        return Cell(card_words.claim_text(row, total))

    return (
        Column(key="name", title="Figure or claim", cell=name, width=27, flex=1, sortable=False),
        Column(key="value", title="Value", cell=value, width=9, right=True, sortable=False),
        Column(key="text", title="How to read it", cell=text, width=30, flex=4, sortable=False),
    )


def _lines(card: Scorecard) -> Iterator[Figure | CardClaim | Heading]:
    yield Heading("Accuracy", note=card.why_not_ranked or f"rank {card.rank} ({card.rank_low}–{card.rank_high})")
    yield from card_words.figures(card)
    yield Heading("Where the claims stand", note="the buckets add up")
    yield from card_words.buckets(card)
    yield Heading("Hindsight", note=card_words.hindsight(card))
    for bucket in Bucket:
        claims = [claim for claim in card.claims if claim.bucket is bucket]
        if claims:
            yield Heading(f"Claims: {bucket_word(bucket)}", note=counted(len(claims), "claim"))
            yield from sorted(claims, key=lambda claim: (-(claim.brier or 0), claim.prediction))
    for title, count in (("Criteria clarified", len(card.revisions)), ("Objections", len(card.objections))):
        if count:
            yield Heading(title, note=str(count))


def _facts(claim: CardClaim) -> str:
    about = f"of {claim.phrase_about.value}" if claim.phrase else ""
    known = f"knowable since {claim.known_on}" if claim.known_on else ""
    made = f"made {claim.made_on}" if claim.made_on else ""
    parts = (made, claim.article, about, known, claim.claim_type.value, claim.endorsement.value, claim.why_not_scored)
    return " · ".join(part for part in parts if part)


def _summary(card: Scorecard, filters: ScoreFilters) -> str:
    parts = [safe(card.name), f"by {filters.by.value}", f"wording {filters.wording.value}"]
    parts.extend(f"{name} {value}" for name, value in card_words.narrowed(filters))
    return " · ".join(parts)
