"""A source's scorecard: the sentence, the claims, the figures; and its charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.content import Content
from textual.widgets import Static

from forecasts import services
from forecasts.domain.card_pages import CardPage, HeadToHead, means_so_far, scores_by_day
from forecasts.domain.formats import NOTHING, counted, figure, percent, signed
from forecasts.domain.glossary import BUCKETS
from forecasts.domain.kinds import Bucket
from forecasts.domain.scorecards import CardClaim
from forecasts.tui import card_words
from forecasts.tui.card_words import Figure
from forecasts.tui.charts import (
    Line,
    beside,
    inked,
    is_outside,
    over_time_lines,
    point_lines,
    reliability_lines,
    width_of,
)
from forecasts.tui.flows.opening import MEANING, explain
from forecasts.tui.keys import Action, bindings
from forecasts.tui.screens.base import BACK, EXPORT, Page, Reading, TablePage
from forecasts.tui.screens.record_keys import MERGE, RECORD_ACTIONS, RecordKeys
from forecasts.tui.show import line, muted
from forecasts.tui.widgets.columns import Cell, Column, Heading
from forecasts.tui.widgets.record_table import RecordTable
from forecasts.tui.widgets.row_source import ListSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TypeAlias

    from textual import events
    from textual.widget import Widget

    from forecasts.domain.card_pages import CardPage
    from forecasts.domain.scorecards import Scorecard, ScoreFilters

    Row: TypeAlias = "Figure | CardClaim | Call | HeadToHead"


FEW = 36
"""Below so many forecasts a diagram shows chance more than the source."""
_EDGES = 6
_WIDEST = 72
_LEAST = 36
_NARROW = 46


class DiagramsScreen(Page):
    """The charts of one source, each with its numbers in words."""

    REVEALS_OUTCOMES = True
    WHILE_LOADING = "Computing …"
    HELP_TITLE = "Diagrams"
    HELP_TEXT = (
        "Reliability: of what was given 80 %, did 80 % come true? ● is the curve at a forecast, ◆ where it is outside "
        "the band ░ in which a calibrated source with these forecasts would lie 90 times in 100, · the diagonal on "
        "which words and world agree; below it how many forecasts were in each tenth. Over time: ○ one outcome, ─ the "
        "mean so far, ╌ a coin. m says what the figures mean."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (MEANING, BACK)
    BINDINGS = bindings(ACTIONS)

    def __init__(self, source: str, filters: ScoreFilters) -> None:
        super().__init__()
        self._source = source
        self._filters = filters
        self._page: CardPage | None = None
        self._drawn = Static("", classes="prose")

    def compose_body(self) -> Iterable[Widget]:
        """A page that scrolls."""
        with Reading(classes="page"):
            yield self._drawn

    def load(self) -> None:
        """Compute what is drawn."""
        source, filters = self._source, self._filters
        self.fetch(lambda ledger: services.card_pages.card_page(ledger, source, filters), self.show_diagrams)

    async def show_diagrams(self, page: CardPage) -> None:
        """Draw what was computed."""
        self._page = page
        card = page.card
        self.summarise(card_words.made_of(card.name if card else self._source, self._filters))
        self._draw()

    def on_resize(self, _event: events.Resize) -> None:
        """Draw anew in the room that there is."""
        self._draw()

    def _draw(self) -> None:
        if self._page is None:
            return
        card = self._page.card
        if card is None:
            self._drawn.update(muted(card_words.no_claim(self._filters)))
            return
        room = max(self.size.width - _EDGES, _NARROW)
        parts = (*_reliability(self._page, room), Content(""), *_over_time(card, room))
        self._drawn.update(Content("\n").join(parts))

    def action_meaning(self) -> None:
        """Say how the diagram is to be read."""
        self.app.run_flow(explain(self.app, "Reliability diagram"), "explain")


def _reliability(page: CardPage, room: int) -> Iterator[Content]:
    diagram = page.diagram
    n = sum(point.count for point in diagram.points)
    yield Content.styled("Reliability", "bold $primary")
    if not n:
        yield muted("No scored forecast on a yes-or-no question, so there is nothing to draw.")
        return
    words = point_lines(diagram)
    beside_it = room - width_of(words) - 3
    width = min(beside_it, _WIDEST) if beside_it >= _LEAST else _NARROW
    chart = reliability_lines(diagram, width, 12 if room < 110 else 16)
    blocks: tuple[Line, ...] = beside(chart, words) if beside_it >= _LEAST else (*chart, (), *words)
    yield inked(blocks)
    outside = sum(is_outside(point) for point in diagram.points)
    few = " Too few to judge calibration by." if n < FEW else ""
    yield muted(
        f"{counted(n, 'forecast')}; {outside} of {counted(len(diagram.points), 'point')} outside the "
        f"{percent(diagram.level)} band.{few}"
    )


def _over_time(card: Scorecard, room: int) -> Iterator[Content]:
    yield Content.styled("Score over time", "bold $primary")
    points = scores_by_day(card.claims)
    if not points:
        yield muted("Nothing is scored yet, so there is nothing to draw.")
        return
    yield inked(over_time_lines(points, min(room, 100)))
    first, (last, mean) = points[0][0], means_so_far(points)[-1]
    yield muted(f"{counted(len(points), 'outcome')} from {first} to {last}, mean {figure(mean, 3)}; a coin has 0.250.")


_CLAIM_SHOWN = 400


class Call(NamedTuple):
    """A claim among the best or the worst; it stands below with the others too."""

    claim: CardClaim


class ScorecardScreen(RecordKeys, TablePage["Row"]):
    """One source's scorecard in one table, with its parts under headings."""

    HAS_TITLE = True
    REVEALS_OUTCOMES = True
    WHILE_LOADING = "Computing the scorecard …"
    HELP_TITLE = "Scorecard"
    HELP_TEXT = (
        "Every figure names its rule, its scale and its direction; one that does not exist says why. Enter on a figure "
        "opens what it means, on a prediction its question, on another source the comparison. The buckets add up to "
        "all of its predictions, and every one stands below with its words, number, range, outcome, score and share of "
        "the total. d draws the reliability diagram and the score over time."
    )
    NEW = "prediction"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="card.diagrams", keys="d", action="diagrams", title="Diagrams", help="Reliability, score over time"),
        MEANING,
        *RECORD_ACTIONS,
        MERGE,
        EXPORT,
        BACK,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, source: str, filters: ScoreFilters) -> None:
        super().__init__(RecordTable(_columns(0.0)))
        self._source = source
        self._filters = filters

    @property
    def standing_on(self) -> tuple[str, str] | None:
        """The source, or the prediction under the cursor."""
        row = self._table.cursor_row
        return ("prediction", row.prediction) if isinstance(row, CardClaim) else ("source", self._source)

    @property
    def initial(self) -> Mapping[str, str]:
        """A prediction is the source's."""
        return {"speakers": self._source}

    def load(self) -> None:
        """Compute the scorecard with every claim."""
        source, filters = self._source, self._filters
        self.fetch(lambda ledger: services.card_pages.card_page(ledger, source, filters), self.show_card)

    async def show_card(self, page: CardPage) -> None:
        """Show what was computed."""
        card = page.card
        if card is None:
            self._table.empty = card_words.no_claim(self._filters)
            self._table.show_window(_window(()))
            self.summarise(self._source)
            return
        self.entitle(card.doubt)
        total = sum(claim.brier for claim in card.claims if claim.brier is not None)
        self._table.set_columns(_columns(total))
        self._table.show_window(_window(_lines(page)))
        self.summarise(card_words.made_of(card.name, self._filters))
        self.follow_cursor()

    def in_full(self, row: Row) -> Iterable[Content]:
        """A figure with its rule, a claim with its facts, or how the source stands against another."""
        match row:
            case Figure():
                return line(f"{row.title.strip()}: {row.value}"), muted(row.text)
            case HeadToHead():
                return line(row.name), muted(f"{card_words.rival_text(row)} · {row.source}")
            case (CardClaim() as claim) | Call(claim=claim):
                return line(claim.claim[:_CLAIM_SHOWN]), muted(_facts(claim))

    @on(RecordTable.RowSelected)
    def open_row(self) -> None:
        """Show what a figure means, a claim's question, or the comparison with another source."""
        from forecasts.tui.flows.opening import open_comparison, open_question

        row = self._table.cursor_row
        match row:
            case Figure():
                self.action_meaning()
            case HeadToHead():
                open_comparison(self.app, self._source, row.source, self._filters)
            case (CardClaim() as claim) | Call(claim=claim) if claim.question:
                open_question(self.app, claim.question)

    def action_meaning(self) -> None:
        """Say what the figure under the cursor means."""
        row = self._table.cursor_row
        figure = row.key if isinstance(row, Figure) else "rivals" if isinstance(row, HeadToHead) else "brier"
        self.app.run_flow(explain(self.app, figure), "explain")

    def action_diagrams(self) -> None:
        """Draw the source's forecasts and scores."""
        self.app.push_screen(DiagramsScreen(self._source, self._filters))

    def action_export(self) -> None:
        """Write this scorecard."""
        from forecasts.tui.flows.opening import export_scorecards

        self.app.run_flow(export_scorecards(self.app, self._filters, (self._source,)), "export")


def _window(rows: Iterable[Row | Heading]) -> ListSource[Row]:
    return ListSource(rows, _slug_of)


def _slug_of(row: Row) -> str:
    match row:
        case Figure():
            return f"figure/{row.key}"
        case HeadToHead():
            return f"source/{row.source}"
        case Call():
            return f"call/{row.claim.prediction}"
    return f"{row.bucket.value}/{row.prediction}"


def _columns(total: float) -> tuple[Column[Row], ...]:
    def name(row: Row) -> str:
        match row:
            case Figure():
                return row.title
            case HeadToHead():
                return row.name
            case (CardClaim() as claim) | Call(claim=claim):
                return f"“{claim.phrase}”" if claim.phrase else claim.claim

    def value(row: Row) -> Cell:
        match row:
            case Figure():
                return Cell(row.value, "muted" if row.value == NOTHING else "strong")
            case HeadToHead():
                return Cell(signed(row.difference), "strong")
            case (CardClaim() as claim) | Call(claim=claim):
                score = claim.crps if claim.brier is None else claim.brier
                return Cell(figure(score), "muted" if score is None else "strong")

    def text(row: Row) -> Cell:
        match row:
            case Figure():
                return Cell(row.text, "muted")
            case HeadToHead():
                return Cell(card_words.rival_text(row))
            case (CardClaim() as claim) | Call(claim=claim):
                return Cell(card_words.claim_text(claim, total))

    return (
        Column(key="name", title="Figure or prediction", cell=name, width=27, flex=1, sortable=False),
        Column(key="value", title="Value", cell=value, width=9, right=True, sortable=False),
        Column(key="text", title="How to read it", cell=text, width=30, flex=4, sortable=False),
    )


def _lines(page: CardPage) -> Iterator[Row | Heading]:
    card = page.card
    if card is None:
        return
    yield Heading("Accuracy", note=card.why_not_ranked or f"rank {card.rank_text}")
    yield from card_words.figures(card)
    for title, claims in zip(("Best calls", "Worst calls"), card_words.extremes(card), strict=True):
        if claims:
            yield Heading(title, note="Brier score, lower is better")
            yield from (Call(claim) for claim in claims)
    if page.rivals:
        yield Heading("Head to head", note="own Brier score less theirs on shared questions; below 0 is better")
        yield from page.rivals
    yield Heading("Where the predictions stand", note="the buckets add up")
    yield from card_words.buckets(card)
    yield Heading("Hindsight", note=card_words.hindsight(card))
    for bucket in Bucket:
        of_it = [claim for claim in card.claims if claim.bucket is bucket]
        if of_it:
            yield Heading(f"Predictions: {BUCKETS[bucket].label}", note=counted(len(of_it), "prediction"))
            yield from sorted(of_it, key=lambda claim: (-(claim.brier or 0), claim.prediction))
    for title, count in (("Criteria clarified", len(card.revisions)), ("Objections", len(card.objections))):
        if count:
            yield Heading(title, note=str(count))


def _facts(claim: CardClaim) -> str:
    about = f"of {claim.phrase_about.value}" if claim.phrase else ""
    known = f"known on {claim.known_on}" if claim.known_on else ""
    made = f"made {claim.made_on}" if claim.made_on else ""
    parts = (made, claim.article, about, known, claim.claim_type.value, claim.endorsement.value, claim.why_not_scored)
    return " · ".join(part for part in parts if part)
