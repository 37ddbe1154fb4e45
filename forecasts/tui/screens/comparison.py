"""Two sources, both cards side by side with the questions that both predicted; and all sources pooled."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar, NamedTuple

from textual import on
from textual.content import Content

from forecasts import services
from forecasts.domain.card_pages import Comparison, ComparisonPage, SharedQuestion
from forecasts.domain.formats import (
    NOTHING,
    count_text,
    counted,
    evidence_text,
    favoured,
    figure,
    interval,
    number_text,
    signed,
)
from forecasts.domain.glossary import CODING, FIGURES, SAMPLING, WORTH
from forecasts.domain.scorecards import PooledRow, PooledView, Scorecard, ScoreFilters
from forecasts.services.ledger import Ledger
from forecasts.text import safe
from forecasts.tui import card_words
from forecasts.tui.flows import exporting
from forecasts.tui.flows.opening import MEANING, open_question
from forecasts.tui.keys import Action
from forecasts.tui.screens.base import BACK, EXPORT, TablePage
from forecasts.tui.show import line, muted
from forecasts.tui.widgets.columns import Cell, Column, Heading
from forecasts.tui.widgets.record_table import RecordTable

_NAME = 50


class Pair(NamedTuple):
    """A figure of both sources, or of the difference between them, and how to read it."""

    key: str
    title: str
    first: str
    second: str
    text: str
    difference: str = ""


Row = Pair | SharedQuestion


class ComparisonScreen(TablePage["Row"]):
    """Both cards, the difference of the two, how sure it is, and every question that it is made of."""

    REVEALS_OUTCOMES = True
    WHILE_LOADING = "Comparing …"
    HELP_TITLE = "Compare"
    HELP_TEXT = (
        "Two sources side by side: what is true of each, and their figures; then the questions on which both are "
        "scored, and the mean difference of their Brier scores there, first less second: below 0 the first did "
        "better. The interval is for one look; the bounds and the e-values below it hold however often one looks. "
        "Shared questions are those that both chose to speak about. Enter unfolds what + stands before, opens what a "
        "figure means, and a question's page; x exchanges the two."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="comparison.exchange", keys="x", action="exchange", title="Exchange", help="Second less first"),
        MEANING,
        EXPORT,
        BACK,
    )

    def __init__(self, first: str, second: str, filters: ScoreFilters) -> None:
        super().__init__(RecordTable(_columns(first, second, has_shared=False)))
        self._first = first
        self._second = second
        self._filters = filters
        self._page: ComparisonPage | None = None

    def load(self) -> None:
        both, filters = (self._first, self._second), self._filters
        self.fetch(lambda ledger: services.compare.comparison_page(ledger, *both, filters), self.show_comparison)

    async def show_comparison(self, page: ComparisonPage) -> None:
        self._page, found = page, page.comparison
        self._table.set_columns(_columns(found.first_name, found.second_name, has_shared=found.n > 0))
        names = f"{safe(found.first_name, _NAME)} against {safe(found.second_name, _NAME)}"
        self.summarise(" · ".join((names, *card_words.made_of(self._filters))))
        self.show_again()

    def show_again(self) -> None:
        """Show the rows, with what is unfolded of them."""
        if self._page is not None:
            self.show_rows(self._lines(self._page), _slug_of)

    def _lines(self, page: ComparisonPage) -> Iterator[Row | Heading]:
        found, both = page.comparison, (page.first, page.second)
        yield Heading("Both cards", note="what is true of each, and its figures")
        yield from _told(*both)
        figures, stand = _figure_pairs(card_words.figures, *both), _figure_pairs(card_words.buckets, *both)
        yield from self.folded("figures", "All figures", figures)
        shown = [pair for pair in stand if pair.first not in {"0", NOTHING} or pair.second not in {"0", NOTHING}]
        yield from self.folded("stand", "Where the predictions stand", shown)
        if found.n:
            yield Heading("Difference", note="first less second; below 0 the first did better")
            yield from _differences(found)
        note = f"{counted(found.n, 'question')}, Brier score of each, lower is better"
        yield Heading("Shared questions", note=note if found.n else found.reasons.get("difference", ""))
        yield from found.questions

    def in_full(self, row: Row) -> Iterable[Content]:
        """A figure with its rule, or a question with what both said."""
        if isinstance(row, Pair):
            value = row.difference or f"{row.first} against {row.second}"
            return line(f"{row.title}: {value}"), muted(row.text)
        said = f"{favoured(row.first_probability)} against {favoured(row.second_probability)}"
        return line(row.title), muted(f"{said} · known on {row.known_on} · {row.question}")

    @on(RecordTable.RowSelected)
    def open_row(self) -> None:
        """Show the question, or what the figure means."""
        row = self._table.cursor_row
        if isinstance(row, SharedQuestion):
            open_question(self.app, row.question)
        else:
            self.action_meaning()

    @property
    def meant(self) -> str:
        """The figure under the cursor, or the comparison."""
        row = self._table.cursor_row
        return row.key.removeprefix("all-") if isinstance(row, Pair) and not row.difference else "rivals"

    def action_export(self) -> None:
        """Export both cards."""
        both = (self._first, self._second)
        self.app.run_flow(exporting.export_scorecards(self.app, self._filters, both), "export")

    def action_exchange(self) -> None:
        """Look at it from the other side."""
        self._first, self._second = self._second, self._first
        self.load()


def _slug_of(row: Row) -> str:
    return f"figure/{row.key}" if isinstance(row, Pair) else f"question/{row.question}"


def _columns(first: str, second: str, *, has_shared: bool) -> tuple[Column[Row], ...]:
    def own(mine: str) -> Column[Row]:
        def cell(row: Row) -> Cell:
            said = getattr(row, mine) if isinstance(row, Pair) else figure(getattr(row, f"{mine}_brier"))
            return Cell(said, "muted" if said == NOTHING else "strong")

        return Column(mine, first if mine == "first" else second, cell, 16, flex=1, right=True)

    def difference(row: Row) -> Cell:
        return Cell(row.difference if isinstance(row, Pair) else signed(row.first_brier - row.second_brier), "strong")

    return (
        Column("name", "", lambda row: row.title, 26, flex=1),
        own("first"),
        own("second"),
        *((Column("difference", "Difference", difference, 13, right=True),) if has_shared else ()),
    )


def _told(first: Scorecard | None, second: Scorecard | None) -> Iterator[Pair]:
    rows: tuple[tuple[str, str, Callable[[Scorecard], str], str], ...] = (
        (
            "firm",
            "Firm forecasts",
            lambda card: card_words.firm(card).removeprefix("firm ") if card.firm else "",
            "● right, × wrong",
        ),
        (
            "overconfidence_p",
            FIGURES["overconfidence_p"].label,
            card_words.doubt_in_short,
            "read leniently, a record this bad comes about",
        ),
        ("scored", "Scored", lambda card: count_text(card.scored), "on how many questions"),
        ("brier", FIGURES["brier"].label, lambda card: figure(card.brier), FIGURES["brier"].reading),
        (
            "sampling",
            "Sampling interval",
            lambda card: interval(card.brier_low, card.brier_high),
            SAMPLING,
        ),
        ("coding", "Coding interval", lambda card: interval(card.brier_best, card.brier_worst), CODING),
    )
    for key, title, said, text in rows:
        one, other = (said(card) or NOTHING if card else NOTHING for card in (first, second))
        yield Pair(key, title, one, other, text)


def _figure_pairs(
    of: Callable[[Scorecard], Iterator[card_words.Figure]], first: Scorecard | None, second: Scorecard | None
) -> list[Pair]:
    """The figures of both, those that either has."""
    found: list[Mapping[str, card_words.Figure]] = [
        {} if card is None else {one.key: one for one in of(card)} for card in (first, second)
    ]
    values = [{key: one.value for key, one in card.items()} for card in found]
    return [
        Pair(f"all-{key}", one.title, values[0].get(key, NOTHING), values[1].get(key, NOTHING), one.text)
        for key, one in {**found[1], **found[0]}.items()
        if {card.get(key, NOTHING) for card in values} != {NOTHING}
    ]


def _differences(found: Comparison) -> Iterator[Pair]:
    def given(key: str, title: str, value: str, rule: str) -> Pair:
        why = found.reasons.get(key, "")
        return Pair(key, title, "", "", f"{why} ({rule})" if why else rule, value or NOTHING)

    yield given("difference", "Mean difference", signed(found.difference), "of the Brier scores, −1 to 1")
    yield given("low", "Interval", interval(found.low, found.high), "95 %, of a bounded mean, for one look")
    if not found.anytime:
        yield given("anytime", "At every look", "", "bounds that hold however often one looks")
        return
    last = found.anytime[-1]
    rule = f"95 %, confidence sequence over the means of {counted(last.n, 'day')}, however often one looks"
    yield given("anytime", "At every look", interval(last.low, last.high), rule)
    evidence = (("first", found.first_name, last.evidence_first), ("second", found.second_name, last.evidence_second))
    for key, name, value in evidence:
        rule = "20 is evidence as p = 0.05 is, at every look"
        yield given(f"e-{key}", f"e-value: {safe(name, _NAME)} is better", evidence_text(value), rule)


_TITLES = {
    "wording": ("By wording", "the probability given to the favoured side"),
    "claim_type": ("By claim type", ""),
    "lead_time": ("By lead time", "from what was said to the deadline"),
    "scenario": ("By scenario", ""),
    "read_as": (WORTH, "a reading aid, not a score"),
}
_CELLS = 11
_NONE_YET = "Nothing is resolved yet.\nA resolved prediction counts here, whoever made it."


class PooledScreen(TablePage["tuple[str, PooledRow]"]):
    """The resolved claims of all sources, by wording, claim type, lead time and scenario."""

    REVEALS_OUTCOMES = True
    MEANS = "pooled"
    WHILE_LOADING = "Computing …"
    HELP_TITLE = "All sources together"
    HELP_TEXT = (
        "Each resolved prediction once, whoever made it: how many came true, and how many the probabilities given "
        "promise. On the line ● is the share that came true and ┃ the share promised, from 0 at the left to all at the "
        "right. It tells of words and of time, and of no single source."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (MEANING, EXPORT, BACK)

    def __init__(self, filters: ScoreFilters) -> None:
        super().__init__(RecordTable(_group_columns({}), empty=_NONE_YET))
        self._filters = filters
        self._titles: Mapping[str, str] = {}

    def action_export(self) -> None:
        """Export the cards of which it is made."""
        self.app.run_flow(exporting.export_scorecards(self.app, self._filters, ()), "export")

    def load(self) -> None:
        filters = self._filters

        def read(ledger: Ledger) -> tuple[tuple[PooledView, ...], dict[str, str]]:
            return services.card_pages.pooled_views(ledger, filters), services.browse.titles_of(ledger, "scenario")

        self.fetch(read, self.show_views)

    async def show_views(self, found: tuple[tuple[PooledView, ...], Mapping[str, str]]) -> None:
        views, self._titles = found
        self._table.set_columns(_group_columns(self._titles))
        self.summarise(" · ".join(("All sources together", *card_words.made_of(self._filters))))
        self.show_rows(_lines(views), lambda row: f"{row[0]}/{row[1].group}")

    def in_full(self, found: tuple[str, PooledRow]) -> Iterable[Content]:
        """In words what the row says in figures."""
        row = found[1]
        group = self._titles.get(row.group, row.group)
        promised = (
            f"; {figure(row.expected, 1)} promised" if row.expected is not None else "; nothing is promised by them"
        )
        said = f"{group}: {number_text(round(row.came_true, 2))} of {counted(row.n, 'prediction')} came true{promised}"
        sampling = interval(row.brier_low, row.brier_high)
        return line(said), muted(f"mean Brier score {figure(row.brier)} {sampling}")

    @on(RecordTable.RowSelected)
    def open_row(self) -> None:
        """Say what the views mean."""
        self.action_meaning()


def share_line(came_true: float, expected: float | None, n: int, cells: int = _CELLS) -> str:
    """A line from none to all: ● how many came true, ┃ how many were promised; ◉ both in one place."""
    if n < 1:
        return ""
    last = cells - 1
    marks = ["·"] * cells
    if expected is not None:
        marks[round(expected / n * last)] = "┃"
    place = round(came_true / n * last)
    marks[place] = "◉" if marks[place] == "┃" else "●"
    return "".join(marks)


def _group_columns(titles: Mapping[str, str]) -> tuple[Column[tuple[str, PooledRow]], ...]:
    def column(
        key: str, title: str, cell: Callable[[PooledRow], str | Cell], width: int, flex: int = 0, *, right: bool = True
    ) -> Column[tuple[str, PooledRow]]:
        return Column(key, title, lambda row: cell(row[1]), width, flex=flex, right=right)

    return (
        column("group", "Group", lambda row: titles.get(row.group, row.group), 16, 1, right=False),
        column("n", "n", lambda row: f"{row.n:,}", 5),
        column("true", "Came true", lambda row: Cell(f"{number_text(round(row.came_true, 2))}", "strong"), 9),
        column("promised", "Promised", lambda row: figure(row.expected, 1), 8),
        column("line", "0     share", lambda row: share_line(row.came_true, row.expected, row.n), _CELLS, right=False),
        column("brier", "Brier", lambda row: figure(row.brier), 5),
        column("sampling", "Sampling", lambda row: interval(row.brier_low, row.brier_high) or NOTHING, 9),
    )


def _lines(views: tuple[PooledView, ...]) -> Iterator[tuple[str, PooledRow] | Heading]:
    for view in views:
        if view.rows:
            title, note = _TITLES[view.grouping]
            yield Heading(title, note=note)
            yield from ((view.grouping, row) for row in view.rows)
