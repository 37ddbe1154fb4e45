"""Predictions: every one in one table, read by the window that is shown."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import on
from textual.content import Content

from forecasts import services
from forecasts.domain.formats import counted, percent, percent_range
from forecasts.domain.glossary import label, too_vague, vague_because
from forecasts.domain.marks import SIGNS, TONES, WORDS, ClaimResult, PredictionQuery, PredictionRow, says
from forecasts.services.predictions import PredictionWindow
from forecasts.tui import flows
from forecasts.tui.keys import Action
from forecasts.tui.screens.base import PLACE_ACTIONS, QUIT, Place
from forecasts.tui.screens.record_keys import RECORD_ACTIONS, RecordKeys
from forecasts.tui.show import last_day, line, muted, outcome_briefly, outcome_in_words
from forecasts.tui.widgets.columns import Cell, Column
from forecasts.tui.widgets.record_table import RecordTable

_NONE_YET = (
    "No prediction is on record.\nn records one; 3 opens the articles, to record from their text.\n"
    "`forecasts import pack PATH` loads a pack of them."
)
_NONE_FOUND = (
    "No prediction is left by this filter.\n"
    "/ changes the words, f the source, scenario and status; x takes all of it away."
)
_CLAIM_SHOWN = 400
_AT_FIRST = 512
"""Shown at once, while the rest is put in order."""


class ShownWindow:
    """The predictions as they are shown: blind, without their numbers and what happened."""

    def __init__(self, window: PredictionWindow, *, blind: bool) -> None:
        self._window = window
        self._blind = blind

    def __len__(self) -> int:
        return len(self._window)

    def rows(self, first: int, count: int) -> tuple[PredictionRow, ...]:
        rows = self._window.rows(first, count)
        if not self._blind:
            return rows
        from forecasts.domain.second_reading import blind_row

        return tuple(map(blind_row, rows))

    def index_of(self, slug: str) -> int | None:
        return self._window.index_of(slug)

    def slug_at(self, index: int) -> str:
        return self._window.slug_at(index)


class PredictionsScreen(RecordKeys, Place["PredictionRow"]):
    """Every prediction: filtered and sorted by the database, never all in memory."""

    PLACE = "predictions"
    WHILE_LOADING = "Reading the predictions …"
    HELP_TITLE = "Predictions"
    HELP_TEXT = (
        "Every prediction on record, sorted by any column (click its title, or < and > to choose and = to reverse) "
        "and narrowed by words, source, scenario and status. Enter opens the question it is about."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="predictions.narrow", keys="f", action="narrow", title="Narrow", help="By source, scenario, status"),
        Action(id="predictions.widen", keys="x", action="widen", title="All", help="Take every filter away"),
        Action(id="table.sort-next", keys=">,shift+right", action="sort(1)", title="Sort by next", help="Next column"),
        Action(id="table.sort-previous", keys="<,shift+left", action="sort(-1)", title="Sort by previous", show=False),
        Action(id="table.reverse", keys="=,shift+up,shift+down", action="reverse", title="Reverse", help="Other order"),
        *RECORD_ACTIONS,
        Action(id="predictions.agreement", keys="a", action="agreement", title="Agreement", help="Of several analysts"),
        *PLACE_ACTIONS,
        QUIT,
    )
    NEW = "prediction"
    FILTER = "Words in the claim, the phrase, the question or a name"

    def __init__(self) -> None:
        super().__init__(RecordTable(_columns(blind=False)))
        self._query = PredictionQuery()

    def load(self) -> None:
        """Ask for what the filter leaves, in the order that was chosen."""
        query = self._query = replace(self._query, text=self.words)
        show = partial(self.show_predictions, query)
        self.fetch(lambda ledger: services.predictions.open_predictions(ledger, query, _AT_FIRST), show)

    async def show_predictions(self, query: PredictionQuery, opened: PredictionWindow) -> None:
        """Show what was found; of more than one screen shows, the first, and then all."""
        if not opened.is_whole:
            show = partial(self.show_predictions, query)
            self.fetch_more(lambda ledger: services.predictions.open_predictions(ledger, query), show)
        is_narrowed = bool(query.text or query.source or query.scenario or query.status)
        self._table.empty = _NONE_FOUND if is_narrowed else _NONE_YET
        window = ShownWindow(opened, blind=self.app.is_blind)
        self._table.set_columns(_columns(blind=self.app.is_blind))
        self._table.show_window(window, sort=query.sort, descending=query.descending, is_whole=opened.is_whole)
        self.summarise(_summary(query, len(opened), is_whole=opened.is_whole))
        self.follow_cursor()

    @property
    def current_record(self) -> tuple[str, str] | None:
        row = self._table.cursor_row
        return ("prediction", row.slug) if row else None

    def in_full(self, row: PredictionRow) -> Iterable[Content]:
        """The claim, and the facts about it."""
        allowed = f" ({percent_range(row.low, row.high)})" if row.low is not None else ""
        facts = [
            row.speakers,
            f"P(yes) {percent(row.probability)}{allowed}" if row.probability is not None else row.number,
            vague_because(row.unscorable) if row.unscorable else outcome_in_words(row.outcome),
            row.question_title,
            f"made {row.made_on}",
            row.claim_type,
            row.article,
        ]
        return line(row.claim[:_CLAIM_SHOWN]), muted(" · ".join(fact for fact in facts if fact))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to take away where nothing is narrowed."""
        if action == "widen" and self._query == PredictionQuery(
            sort=self._query.sort, descending=self._query.descending
        ):
            return None
        return super().check_action(action, parameters)

    @on(RecordTable.RowSelected)
    def open_question(self) -> None:
        """Show the page of the question that the prediction is about."""
        row = self._table.cursor_row
        if row is not None and row.question:
            flows.opening.open_question(self.app, row.question)
        elif row is not None:
            self.app.notify(f"This prediction is on no question: {too_vague(row.unscorable) or 'unscorable'}.")

    @on(RecordTable.HeaderSelected)
    def sort_by_clicked(self, event: RecordTable.HeaderSelected) -> None:
        """Sort by the column whose title was clicked; a second click reverses."""
        self._sort(event.name)

    def action_sort(self, step: int) -> None:
        """Sort by the next or the previous column."""
        names = list(_TITLES)
        self._sort(names[(names.index(self._query.sort) + step) % len(names)])

    def action_reverse(self) -> None:
        """The same order, the other way round."""
        self._sort(self._query.sort)

    def _sort(self, name: str) -> None:
        descending = not self._query.descending if name == self._query.sort else False
        self._query = replace(self._query, sort=name, descending=descending)
        self.load()

    def action_narrow(self) -> None:
        """Choose source, scenario and status."""
        self.app.run_flow(self._narrow(), "narrow predictions")

    async def _narrow(self) -> None:
        from forecasts.tui.dialogs.short_forms import NarrowDialog

        sources = await self.app.call(lambda ledger: services.browse.titles_of(ledger, "source"))
        scenarios = await self.app.call(lambda ledger: services.browse.titles_of(ledger, "scenario"))
        narrowed = await self.app.push_screen_wait(NarrowDialog(self._query, sources, scenarios))
        if narrowed is not None:
            self._query = narrowed
            self.load()

    def action_widen(self) -> None:
        self._query = PredictionQuery(sort=self._query.sort, descending=self._query.descending)
        self.clear_words()
        self.load()

    def action_agreement(self) -> None:
        """Look at the claims that several analysts read."""
        from forecasts.tui.screens.agreement import AgreementScreen

        self.app.push_screen(AgreementScreen())


def _came_out(row: PredictionRow) -> Cell:
    if row.mark is None:
        return Cell("")
    result = row.mark.turned_out
    said = outcome_briefly(row.outcome) or (label(row.status) if row.status else WORDS[result])
    return Cell(f"{SIGNS[result]} {WORDS[result] if result is ClaimResult.VAGUE else said}", TONES[result])


def _columns(*, blind: bool) -> tuple[Column[PredictionRow], ...]:
    telling: tuple[Column[PredictionRow], ...] = (
        Column("probability", "Says", lambda row: says(row.claim_type, row.probability, row.number), 10, sortable=True),
        Column("outcome", "Came out", _came_out, 11, sortable=True),
    )
    return (
        Column("made_on", "Made", lambda row: last_day(row.made_on), 11, right=True, sortable=True, least_room=100),
        Column("claim", "Claim", lambda row: row.claim, 30, flex=3, sortable=True, apart=True),
        Column("speakers", "Speakers", lambda row: row.speakers, 14, flex=1, sortable=True, apart=True),
        *(() if blind else telling),
        Column("question_title", "Question", lambda row: row.question_title, 10, flex=2, sortable=True, least_room=140),
    )


_TITLES = {column.key: column.title for column in _columns(blind=False)}
"""What one can sort by."""


def _summary(query: PredictionQuery, found: int, *, is_whole: bool) -> str:
    number = counted(found, "prediction") if is_whole else f"the first {found:,} predictions, the others follow"
    parts = [number, f"by {_TITLES[query.sort].lower()} {'▼' if query.descending else '▲'}"]
    for name, value in (("source", query.source), ("scenario", query.scenario), ("status", query.status)):
        if value:
            parts.append(f"{name} {value}")
    return " · ".join(parts)
