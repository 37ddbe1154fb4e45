"""What opens from a scorecard: its diagrams, and what its claims rest on."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from forecasts import services
from forecasts.domain.card_grounds import MOST_IN_FULL
from forecasts.domain.card_pages import CardPage, means_so_far, scores_by_day
from forecasts.domain.formats import and_more, counted, figure, percent
from forecasts.domain.glossary import BUCKETS
from forecasts.domain.scorecards import Scorecard, ScoreFilters
from forecasts.tui import card_words, charts
from forecasts.tui.flows.opening import MEANING
from forecasts.tui.keys import Action
from forecasts.tui.screens.base import BACK, EXPORT, Page, Reading
from forecasts.tui.show import line, muted

FEW = 36
"""Below so many forecasts a diagram shows chance more than the source."""
_EDGES = 6
_WIDEST = 72
_LEAST = 36
_NARROW = 46


class DiagramsScreen(Page):
    """The charts of one source, each with its numbers in words."""

    REVEALS_OUTCOMES = True
    MEANS = "Reliability diagram"
    WHILE_LOADING = "Computing …"
    HELP_TITLE = "Diagrams"
    HELP_TEXT = (
        "Reliability: of what was given 80 %, did 80 % come true? ● is the curve at a forecast, ◆ where it is outside "
        "the band ░ in which a calibrated source with these forecasts would lie 90 times in 100, · the diagonal on "
        "which words and world agree; below it how many forecasts were in each tenth. Over time: ○ one outcome, ─ the "
        "mean so far, ╌ a coin. m says what the figures mean."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (MEANING, EXPORT, BACK)

    def __init__(self, source: str, filters: ScoreFilters) -> None:
        super().__init__()
        self._source = source
        self._filters = filters
        self._page: CardPage | None = None
        self._drawn = Static("", classes="prose")

    def compose_body(self) -> Iterable[Widget]:
        with Reading(classes="page"):
            yield self._drawn

    def load(self) -> None:
        source, filters = self._source, self._filters
        self.fetch(lambda ledger: services.card_pages.card_page(ledger, source, filters), self.show_diagrams)

    async def show_diagrams(self, page: CardPage) -> None:
        self._page = page
        card = page.card
        self.summarise(" · ".join((card.name if card else self._source, *card_words.made_of(self._filters))))
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


class GroundsScreen(Page):
    """What the claims of a scorecard rest on, each claim with its question's test, its condition and its notes."""

    REVEALS_OUTCOMES = True
    HELP_TITLE = "What it rests on"
    HELP_TEXT = (
        "Of each claim: its condition, in words and as a question; the test, the fine print and how the deadline was "
        "chosen; other fair readings of the question, and which end of the coding interval they make; what was noted."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (EXPORT, BACK)

    def __init__(self, page: CardPage, first: str) -> None:
        super().__init__()
        self._page = page
        self._first = first

    def compose_body(self) -> Iterable[Widget]:
        with Reading(classes="page"):
            yield Static(Content("\n").join(self._lines()), classes="prose")

    def load(self) -> None:
        """Say whose claims they are; nothing more is asked for."""
        self.summarise(self._page.card.name if self._page.card else "")

    def _lines(self) -> Iterator[Content]:
        """The claim that one came from first, then the others as they stand on the card."""
        claims = self._page.card.claims if self._page.card else ()
        for claim in sorted(claims, key=lambda claim: claim.prediction != self._first)[:MOST_IN_FULL]:
            yield line(claim.claim).stylize("bold")
            yield muted(line(f"{BUCKETS[claim.bucket].label} · {claim.question_title or 'no question'}").plain)
            for label, text in self._page.grounds.of(claim):
                yield Content.assemble((f"{label}: ", "$text-muted"), line(text))
            yield Content("")
        if len(claims) > MOST_IN_FULL:
            yield muted(
                f"{and_more(len(claims) - MOST_IN_FULL, 'claim')}; with the cursor on one, it stands first here."
            )


def _reliability(page: CardPage, room: int) -> Iterator[Content]:
    diagram = page.diagram
    n = diagram.n
    yield Content.styled("Reliability", "bold $primary")
    if not diagram.tells:
        yield muted(
            f"{counted(n, 'yes-or-no forecast')} past the deadline: too few to judge calibration by. Drawn from ten on."
        )
        return
    words = charts.point_lines(diagram)
    beside_it = room - charts.width_of(words) - 3
    width = min(beside_it, _WIDEST) if beside_it >= _LEAST else _NARROW
    chart = charts.reliability_lines(diagram, width, 12 if room < 110 else 16)
    blocks: tuple[charts.Line, ...] = charts.beside(chart, words) if beside_it >= _LEAST else (*chart, (), *words)
    yield charts.inked(blocks)
    outside = sum(charts.is_outside(point) for point in diagram.points)
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
    yield charts.inked(charts.over_time_lines(points, min(room, 100)))
    first, (last, mean) = points[0][0], means_so_far(points)[-1]
    yield muted(f"{counted(len(points), 'outcome')} from {first} to {last}, mean {figure(mean, 3)}; a coin has 0.250.")
