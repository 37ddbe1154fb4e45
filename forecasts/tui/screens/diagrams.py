"""What can be drawn of a source: the reliability diagram, and its scores over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets import Static

from forecasts import services
from forecasts.domain.formats import counted, figure, percent
from forecasts.domain.over_time import means_so_far, scores_by_day
from forecasts.tui import card_words
from forecasts.tui.charts.canvas import Line, beside, width_of
from forecasts.tui.charts.ink import inked
from forecasts.tui.charts.over_time import over_time_lines
from forecasts.tui.charts.reliability import is_outside, point_lines, reliability_lines
from forecasts.tui.flows.opening import MEANING, explain
from forecasts.tui.keys import Action, bindings
from forecasts.tui.screens.base import BACK, Page
from forecasts.tui.screens.text_page import Reading
from forecasts.tui.show import muted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual import events
    from textual.widget import Widget

    from forecasts.domain.card_pages import CardPage
    from forecasts.domain.score_filters import ScoreFilters
    from forecasts.domain.scorecards import Scorecard

FEW = 36
"""Below so many forecasts a diagram shows chance more than the source."""
_EDGES = 6
_WIDEST = 72
_LEAST = 36
_NARROW = 46


class DiagramsScreen(Page):
    """The charts of one source, each with its numbers in words."""

    IS_TELLING = True
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
