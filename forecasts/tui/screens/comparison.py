"""Two sources on the questions that both predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on

from forecasts import services
from forecasts.domain.formats import NOTHING, counted, figure, interval, percent, signed
from forecasts.domain.scorecards import SharedQuestion
from forecasts.text import safe
from forecasts.tui import card_words
from forecasts.tui.card_words import Figure
from forecasts.tui.flows.opening import MEANING, explain
from forecasts.tui.keys import Action, bindings
from forecasts.tui.screens.base import BACK, TablePage
from forecasts.tui.show import line, muted
from forecasts.tui.widgets.columns import Cell, Column, Heading
from forecasts.tui.widgets.record_table import RecordTable
from forecasts.tui.widgets.row_source import ListSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from textual.content import Content

    from forecasts.domain.scorecards import Comparison, ScoreFilters

    Row: TypeAlias = Figure | SharedQuestion

_NAME = 28


class ComparisonScreen(TablePage["Row"]):
    """The difference of two sources, how sure it is, and every question that it is made of."""

    REVEALS_OUTCOMES = True
    WHILE_LOADING = "Comparing …"
    HELP_TITLE = "Compare"
    HELP_TEXT = (
        "The mean difference of two sources' Brier scores on the questions that both predicted, first less second: "
        "below 0 the first did better. The interval is for one look; the bounds and the e-values below it hold "
        "however often one looks. Shared questions are those that both chose to speak about. Enter on a figure opens "
        "what it means, on a question its page; x exchanges the two."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="comparison.exchange", keys="x", action="exchange", title="Exchange", help="Second less first"),
        MEANING,
        BACK,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, first: str, second: str, filters: ScoreFilters) -> None:
        super().__init__(RecordTable(_columns(first, second)))
        self._first = first
        self._second = second
        self._filters = filters

    def load(self) -> None:
        """Compare the two."""
        both, filters = (self._first, self._second), self._filters
        self.fetch(lambda ledger: services.compare.compare_sources(ledger, *both, filters), self.show_comparison)

    async def show_comparison(self, found: Comparison) -> None:
        """Show what was computed."""
        self._table.set_columns(_columns(found.first_name, found.second_name))
        self._table.show_window(_window(found))
        names = f"{safe(found.first_name, _NAME)} against {safe(found.second_name, _NAME)}"
        self.summarise(" · ".join((names, *card_words.made_of(self._filters))))
        self.follow_cursor()

    def in_full(self, row: Row) -> Iterable[Content]:
        """A figure with its rule, or a question with what both said."""
        if isinstance(row, Figure):
            return line(f"{row.title}: {row.value}"), muted(row.text)
        said = f"{percent(row.first_probability)} against {percent(row.second_probability)} for YES"
        return line(row.title), muted(f"{said} · known on {row.known_on} · {row.question}")

    @on(RecordTable.RowSelected)
    def open_row(self) -> None:
        """Show the question, or what the figure means."""
        from forecasts.tui.flows.opening import open_question

        row = self._table.cursor_row
        if isinstance(row, SharedQuestion):
            open_question(self.app, row.question)
        else:
            self.action_meaning()

    def action_meaning(self) -> None:
        """Say what the comparison means."""
        self.app.run_flow(explain(self.app, "rivals"), "explain")

    def action_exchange(self) -> None:
        """Look at it from the other side."""
        self._first, self._second = self._second, self._first
        self.load()


def _window(found: Comparison) -> ListSource[Row]:
    return ListSource(_lines(found), _slug_of)


def _slug_of(row: Row) -> str:
    return f"figure/{row.key}" if isinstance(row, Figure) else f"question/{row.question}"


def _columns(first: str, second: str) -> tuple[Column[Row], ...]:
    def name(row: Row) -> str:
        return row.title

    def scores(mine: str) -> Column[Row]:
        def cell(row: Row) -> Cell:
            return Cell("") if isinstance(row, Figure) else Cell(figure(getattr(row, f"{mine}_brier")), "strong")

        title = first if mine == "first" else second
        return Column(mine, title, cell, 10, right=True)

    def difference(row: Row) -> Cell:
        if isinstance(row, Figure):
            return Cell(row.value, "muted" if row.value == NOTHING else "strong")
        return Cell(signed(row.first_brier - row.second_brier))

    return (
        Column("name", "Figure or shared question", name, 28, flex=1),
        scores("first"),
        scores("second"),
        Column("difference", "First less second", difference, 17, right=True),
    )


def _lines(found: Comparison) -> Iterator[Row | Heading]:
    yield Heading("Difference", note="first less second; below 0 the first did better")
    yield from _figures(found)
    if found.questions:
        note = f"{counted(found.n, 'question')}, Brier score of each, lower is better"
        yield Heading("Shared questions", note=note)
        yield from found.questions


def _figures(found: Comparison) -> Iterator[Figure]:
    def given(key: str, title: str, value: str, rule: str) -> Figure:
        why = found.reasons.get(key, "")
        return Figure(key, title, value, f"{why} ({rule})" if why else rule)

    yield given("difference", "Mean difference", signed(found.difference), "of the Brier scores, −1 to 1")
    yield given("low", "Interval", interval(found.low, found.high) or NOTHING, "95 %, of a bounded mean, for one look")
    if not found.anytime:
        yield given("anytime", "At every look", NOTHING, "bounds that hold however often one looks")
        return
    last = found.anytime[-1]
    rule = f"95 %, confidence sequence over the means of {counted(last.n, 'day')}, however often one looks"
    yield Figure("anytime", "At every look", interval(last.low, last.high) or NOTHING, rule)
    evidence = (("first", found.first_name, last.evidence_first), ("second", found.second_name, last.evidence_second))
    for key, name, value in evidence:
        title = f"e-value: {safe(name, _NAME)} is better"
        yield Figure(f"e-{key}", title, f"{value:.3g}", "20 is evidence as p = 0.05 is, at every look")
