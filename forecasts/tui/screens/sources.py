"""Sources, the scoreboard: the ranked first, then those with too few scored questions, by name."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on

from forecasts import services
from forecasts.domain.formats import NOTHING, counted, figure, interval
from forecasts.domain.kinds import Role, Wording
from forecasts.domain.scorecards import ScoreFilters
from forecasts.text import search_key
from forecasts.tui.card_words import narrowed, what_is_true
from forecasts.tui.charts import sparkline
from forecasts.tui.flows.opening import MEANING, explain
from forecasts.tui.keys import Action, bindings
from forecasts.tui.screens.base import PLACE_ACTIONS, QUIT, Place
from forecasts.tui.screens.record_keys import MERGE, RECORD_ACTIONS, RecordKeys
from forecasts.tui.show import line, muted
from forecasts.tui.widgets.columns import Cell, Column, Heading, distinguishing_offsets
from forecasts.tui.widgets.record_table import RecordTable
from forecasts.tui.widgets.row_source import ListSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from textual.content import Content

    from forecasts.domain.card_pages import BoardPage
    from forecasts.domain.scorecards import Scorecard, ScorecardDocument
    from forecasts.services.scoreboard import ShownBoard

_NONE_YET = "No source is on record.\n`forecasts import pack PATH` loads a pack with sources and predictions."
_NONE_FOUND = "No source has these words.\nesc in the filter shows all of them again."
_ROLES = tuple(Role)
_TREND, _DETAIL_TREND = 9, 16
_ROOM_FOR_TREND = 96
_WORDINGS = (Wording.POINT, Wording.BEST, Wording.WORST)


class SourcesScreen(RecordKeys, Place["Scorecard"]):
    """The scoreboard, by speaker, author or outlet, at either end of what the wording allows."""

    PLACE = "sources"
    REVEALS_OUTCOMES = True
    WHILE_LOADING = "Computing the scores …"
    HELP_TITLE = "Sources"
    HELP_TEXT = (
        "Mean Brier score of each source, 0–1, lower is better, with two intervals: sampling (95 %, how much luck) and "
        "coding (every prediction at the end of its range that serves the source best, and worst). Only sources with "
        "at least 10 scored questions from 3 scenarios are ranked; the others stand by name with what is true of them. "
        "Over time are the scores in the order in which the outcomes became known; low is good. c marks a source, and "
        "c on another compares the two; esc drops the mark."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="sources.by", keys="b", action="turn_role", title="By", help="By speaker, author or outlet"),
        Action(id="sources.wording", keys="w", action="turn_wording", title="Wording", help="Point, best or worst end"),
        Action(id="sources.narrow", keys="f", action="narrow", title="Narrow", help="By scenario, dates, standard"),
        Action(id="sources.compare", keys="c", action="compare", title="Compare", help="Mark one, then the other"),
        Action(id="sources.unmark", keys="escape", action="unmark", title="Drop", help="Compare with this one no more"),
        Action(id="sources.pooled", keys="p", action="pooled", title="Pooled", help="All sources together"),
        MEANING,
        *RECORD_ACTIONS,
        MERGE,
        *PLACE_ACTIONS,
        QUIT,
    )
    BINDINGS = bindings(ACTIONS)
    FILTER = "Words in the source's name"
    NEW = "source"

    def __init__(self) -> None:
        super().__init__(RecordTable(_columns({}, {}, with_rank=False)))
        self._filters = ScoreFilters()
        self._page: BoardPage | None = None
        self._shown: ShownBoard | None = None
        self._parts: Mapping[str, int] = {}
        self._marked = ""

    def load(self) -> None:
        """Compute the scoreboard; what a resolution changed of the one that is shown is there before."""
        filters = self._filters
        self.fetch(lambda ledger: services.scoreboard.show_board(ledger, filters), self.show_board)
        if self._shown is not None and self._shown.filters == self._filters:
            shown = self._shown
            show = partial(self.show_rescored, shown)
            self.fetch_more(lambda ledger: services.scoreboard.rescored_page(ledger, shown), show)

    async def show_board(self, shown: ShownBoard) -> None:
        """Show what was computed."""
        self._shown, self._page = shown, shown.page
        self._parts = distinguishing_offsets(card.name for card in shown.page.document.scorecards)
        self.apply_filter()

    async def show_rescored(self, of: ShownBoard, page: BoardPage | None) -> None:
        """Show what is known by now, unless the new scoreboard is there already."""
        if page is not None and self._shown is of:
            self._page = page
            self.apply_filter()

    def apply_filter(self) -> None:
        """Show the sources that have the words."""
        if self._page is None:
            return
        document = self._page.document
        self._table.empty = _NONE_FOUND if self.words else _NONE_YET
        has_ranked = any(card.rank is not None for card in document.scorecards)
        self._table.set_columns(_columns(self._page.trends, self._parts, with_rank=has_ranked))
        self._table.show_window(_window(document, self.words))
        self._say_what()
        self.follow_cursor()

    def in_full(self, card: Scorecard) -> Iterable[Content]:
        """What is true of the source."""
        why = card.why_not_ranked or f"rank {card.rank_text}"
        trend = sparkline(self._page.trends.get(card.source, ()) if self._page else (), _DETAIL_TREND)
        facts = muted(f"{card.kind.value} · {why} · {card.source}")
        return line(what_is_true(card)), facts, muted(f"scores over time {trend}" if trend else "")

    def _say_what(self) -> None:
        if self._page is None:
            return
        document = self._page.document
        if self._marked:
            name = next((card.name for card in document.scorecards if card.source == self._marked), self._marked)
            self.summarise(f"c on another source compares, esc drops · {name}")
        else:
            is_rescored = self._shown is not None and self._page is not self._shown.page
            rest = " · ranks and intervals follow …" if is_rescored else ""
            self.summarise(_summary(document, self._filters) + rest)
        self.refresh_bindings()

    @on(RecordTable.RowSelected)
    def open_card(self, event: RecordTable.RowSelected) -> None:
        """Show the source's scorecard, made of the same."""
        from forecasts.tui.flows.opening import open_scorecard

        open_scorecard(self.app, event.name, self._filters)

    @property
    def standing_on(self) -> tuple[str, str] | None:
        """The source under the cursor."""
        return ("source", self._table.cursor_slug) if self._table.cursor_slug else None

    def action_turn_role(self) -> None:
        """By speaker, by author, by outlet."""
        self._remake(replace(self._filters, by=_ROLES[(_ROLES.index(self._filters.by) + 1) % len(_ROLES)]))

    def action_turn_wording(self) -> None:
        """The point, the best end, the worst end of what the wording allows."""
        turned = (_WORDINGS.index(self._filters.wording) + 1) % len(_WORDINGS)
        self._remake(replace(self._filters, wording=_WORDINGS[turned]))

    def _remake(self, filters: ScoreFilters) -> None:
        self._filters = filters
        self.load()

    def action_narrow(self) -> None:
        """Choose what the scoreboard is made of."""
        self.app.run_flow(self._narrow(), "narrow sources")

    async def _narrow(self) -> None:
        from forecasts.tui.dialogs.filters import ScoreFiltersDialog

        scenarios = await self.app.call(lambda ledger: services.browse.name_scenarios(ledger))
        standards = await self.app.call(lambda ledger: services.explain.name_standards(ledger))
        filters = await self.app.push_screen_wait(ScoreFiltersDialog(self._filters, scenarios, standards))
        if filters is not None:
            self._remake(filters)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nobody to compare where there is nobody, and no mark to drop where none is."""
        if action == "compare" and self._table.cursor_row is None:
            return None
        if action == "unmark" and not self._marked:
            return False
        return super().check_action(action, parameters)

    def action_compare(self) -> None:
        """Mark the source under the cursor; with another marked, compare the two."""
        from forecasts.tui.flows.opening import open_comparison

        here, marked = self._table.cursor_slug, self._marked
        self._marked = "" if marked else here
        self._say_what()
        if marked and marked != here:
            open_comparison(self.app, marked, here, self._filters)

    def action_unmark(self) -> None:
        """Compare with the marked source no more."""
        self._marked = ""
        self._say_what()

    def action_pooled(self) -> None:
        """Look at the claims of all sources together."""
        from forecasts.tui.screens.pooled import PooledScreen

        self.app.push_screen(PooledScreen(self._filters))

    def action_meaning(self) -> None:
        """Say what the figures mean, the Brier score first."""
        self.app.run_flow(explain(self.app, "brier"), "explain")

    def action_export(self) -> None:
        """Write the scorecards that are shown."""
        from forecasts.tui.flows.opening import export_scorecards

        shown = () if not self.words or self._page is None else tuple(_kept(self._page.document, self.words))
        self.app.run_flow(export_scorecards(self.app, self._filters, tuple(card.source for card in shown)), "export")


def _rank(card: Scorecard) -> str:
    if card.rank is None:
        return ""
    return f"{card.rank}" if card.rank_low == card.rank_high else f"{card.rank} ({card.rank_low}–{card.rank_high})"


def _columns(
    trends: Mapping[str, tuple[float, ...]], parts: Mapping[str, int], *, with_rank: bool
) -> tuple[Column[Scorecard], ...]:
    def column(
        key: str, title: str, cell: Callable[[Scorecard], str | Cell], width: int, flex: int = 0
    ) -> Column[Scorecard]:
        is_number = key in {"brier", "scored"}
        return Column(key=key, title=title, cell=cell, width=width, flex=flex, right=is_number, sortable=False)

    rank = (column("rank", "Rank", _rank, 7),) if with_rank else ()
    return (
        *rank,
        column("name", "Source", lambda card: Cell(card.name, keep_from=parts.get(card.name, 0)), 18, 2),
        column("brier", "Brier", lambda card: _toned(figure(card.brier)), 5),
        column("scored", "n", lambda card: str(card.scored), 3),
        column("sampling", "Sampling", lambda card: _toned(interval(card.brier_low, card.brier_high)), 9),
        column("coding", "Coding", lambda card: _toned(interval(card.brier_best, card.brier_worst)), 9),
        Column(
            key="trend",
            title="Over time",
            cell=lambda card: sparkline(trends.get(card.source, ()), _TREND),
            width=_TREND,
            sortable=False,
            least_room=_ROOM_FOR_TREND,
        ),
        column("true", "In numbers", what_is_true, 16, 3),
    )


def _toned(text: str) -> Cell:
    return Cell(text, "strong") if text not in {"", NOTHING} else Cell(NOTHING, "muted")


def _window(document: ScorecardDocument, words: str) -> ListSource[Scorecard]:
    return ListSource(_lines(document, words), lambda card: card.source)


def _kept(document: ScorecardDocument, words: str) -> list[Scorecard]:
    wanted = search_key(words)
    return [card for card in document.scorecards if wanted in search_key(card.name, card.source)]


def _lines(document: ScorecardDocument, words: str) -> Iterator[Scorecard | Heading]:
    cards = _kept(document, words)
    ranked = sorted((card for card in cards if card.rank is not None), key=lambda card: (card.rank or 0, card.name))
    others = sorted((card for card in cards if card.rank is None), key=lambda card: search_key(card.name))
    if ranked:
        yield Heading("Ranked", note="mean Brier score, 0–1, lower is better")
        yield from ranked
    if others:
        yield Heading("Too few to rank", note="by name")
        yield from others


def _summary(document: ScorecardDocument, filters: ScoreFilters) -> str:
    ranked = sum(card.rank is not None for card in document.scorecards)
    parts = [
        f"{counted(len(document.scorecards), 'source')}, {ranked} ranked",
        f"by {filters.by.value}",
        f"wording {filters.wording.value}",
        f"{filters.which.value} prediction counts",
        *(f"{name} {value}" for name, value in narrowed(filters)),
        *((f"as of {filters.as_of}",) if filters.as_of else ()),
    ]
    return " · ".join(parts)
