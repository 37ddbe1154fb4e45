"""All sources together, where numbers are real when a single source's are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on

from forecasts import services
from forecasts.domain.formats import NOTHING, counted, figure, interval, number_text
from forecasts.tui import card_words
from forecasts.tui.flows.opening import MEANING
from forecasts.tui.screens.base import BACK, TablePage
from forecasts.tui.show import line, muted
from forecasts.tui.widgets.columns import Cell, Column, Heading
from forecasts.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from textual.content import Content

    from forecasts.domain.scorecards import PooledRow, PooledView, ScoreFilters
    from forecasts.services.ledger import Ledger
    from forecasts.tui.keys import Action

_TITLES = {
    "wording": ("By wording", "the probability given to the favoured side"),
    "claim_type": ("By claim type", ""),
    "lead_time": ("By lead time", "from what was said to the deadline"),
    "scenario": ("By scenario", ""),
    "read_as": ("What the words turned out to be worth", "a reading aid, not a score"),
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
    ACTIONS: ClassVar[tuple[Action, ...]] = (MEANING, BACK)

    def __init__(self, filters: ScoreFilters) -> None:
        super().__init__(RecordTable(_columns({}), empty=_NONE_YET))
        self._filters = filters
        self._titles: Mapping[str, str] = {}

    def load(self) -> None:
        """Compute the views."""
        filters = self._filters

        def read(ledger: Ledger) -> tuple[tuple[PooledView, ...], dict[str, str]]:
            return services.card_pages.pooled_views(ledger, filters), services.browse.name_scenarios(ledger)

        self.fetch(read, self.show_views)

    async def show_views(self, found: tuple[tuple[PooledView, ...], Mapping[str, str]]) -> None:
        """Show what was computed."""
        views, self._titles = found
        self._table.set_columns(_columns(self._titles))
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


def _columns(titles: Mapping[str, str]) -> tuple[Column[tuple[str, PooledRow]], ...]:
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
