"""Base of pages: what every page has, every page with a table or a text, and every place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from forecasts.errors import ForecastsError
from forecasts.text import safe
from forecasts.tui import flows
from forecasts.tui.background import ServiceApp
from forecasts.tui.keys import Action, Keyed, quiet
from forecasts.tui.places import PLACES
from forecasts.tui.show import line
from forecasts.tui.widgets.bars import KeyBar, PlaceBar, Tab, TextLines
from forecasts.tui.widgets.columns import Fold, Heading, ListSource
from forecasts.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger
    from forecasts.tui.widgets.inputs import FilterInput


T = TypeVar("T")

_COVERED = "Coding blind: this page tells outcomes and numbers, so it is covered.\nB shows it again."
EXPORT = Action(
    id="record.export",
    keys="ctrl+e",
    action="export",
    title="Export",
    help="The scorecards in view, or the whole record",
)
BACK = Action(id="page.back", keys="escape,q", action="back", title="Back", help="Back to where one came from")


class Cover(TextLines):
    """What is seen of a telling page while one codes blind."""


class Page(Keyed, Screen[None]):
    """A whole screen: places, a summary line, a body, keys. It loads itself again when the ledger changed.

    A page says what it asks for (`load`, by `fetch`) and how it shows the answer. The services are asked in a
    thread; the answer comes as a message, so that widgets are touched by a handler alone, one answer after the other.
    """

    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual types it as no ClassVar
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-high"), (36, "-tall")]  # noqa: RUF012 - Textual types it as no ClassVar
    AUTO_FOCUS = "RecordTable, .page"
    PLACE: ClassVar[str] = ""
    HELP_TITLE: ClassVar[str] = ""
    HELP_TEXT: ClassVar[str] = ""
    WHILE_LOADING: ClassVar[str] = ""
    """What the summary says until the first answer is there."""
    HAS_TITLE: ClassVar[bool] = False
    HAS_DETAIL: ClassVar[bool] = False
    MEANS: ClassVar[str] = ""
    REVEALS_OUTCOMES: ClassVar[bool] = False
    """Whether outcomes or numbers are what the page is about: while one codes blind it is covered."""

    app = getters.app(ServiceApp)

    class Answered(Message, bubble=False):
        """What was asked for is there."""

        def __init__(self, number: int, show: Callable[[], Awaitable[None]]) -> None:
            super().__init__()
            self.number = number
            self.show = show

    def __init__(self) -> None:
        super().__init__()
        self._is_stale = False
        self._loads = 0
        self.answered = asyncio.Event()
        """Set while what one acts on is there, and not while it is being read."""
        self.answered.set()
        self._page_title = Static("", id="page-title", markup=False)
        self._summary = TextLines(id="summary")
        self._detail = TextLines(id="detail")
        self.set_class(self.HAS_DETAIL, "-detailed")

    def compose(self) -> ComposeResult:
        """The bars around the body."""
        tabs = [Tab(place.name, place.key, place.title) for place in PLACES]
        yield PlaceBar(tabs, self.PLACE or self.app.current_mode, self.app.analyst)
        if self.HAS_TITLE:
            yield self._page_title
        if self.REVEALS_OUTCOMES:
            yield Cover(Content(_COVERED))
        yield self._summary
        yield from self.compose_body()
        if self.HAS_DETAIL:
            yield self._detail
        yield KeyBar()

    def compose_body(self) -> Iterable[Widget]:
        """What the page shows."""
        return ()

    def load(self) -> None:
        """Fetch what is shown."""
        raise NotImplementedError

    def fetch(self, work: Callable[[Ledger], T], show: Callable[[T], Awaitable[None]]) -> None:
        """Ask the ledger in a thread, then show the answer; an answer to what was asked before is shown no more."""
        self.fetch_by(partial(self.app.call, work), show)

    def fetch_by(self, ask: Callable[[], Awaitable[T]], show: Callable[[T], Awaitable[None]]) -> None:
        """The same, asked in another way."""
        self._loads += 1
        self.answered.clear()
        self.app.run_task(self._post_answer(self._loads, ask, show))

    def fetch_more(self, work: Callable[[Ledger], T], show: Callable[[T], Awaitable[None]]) -> None:
        """Ask the ledger for more of what is shown, then show it, unless something else was fetched since."""
        self.fetch_more_by(partial(self.app.call, work), show)

    def fetch_more_by(self, ask: Callable[[], Awaitable[T]], show: Callable[[T], Awaitable[None]]) -> None:
        """The same, asked in another way."""
        self.app.run_task(self._post_answer(self._loads, ask, show))

    async def _post_answer(
        self, number: int, ask: Callable[[], Awaitable[T]], show: Callable[[T], Awaitable[None]]
    ) -> None:
        try:
            answer = await ask()
        except ForecastsError:
            self._is_stale = True  # whoever comes back to the page asks again
            self.answered.set()
            raise
        self.post_message(self.Answered(number, partial(show, answer)))

    @on(Answered)
    async def show_answer(self, event: Answered) -> None:
        """Show an answer, unless it is outdated."""
        if event.number == self._loads:
            await event.show()
            self.answered.set()

    def entitle(self, text: str) -> None:
        """Say above the summary what the page is about."""
        self._page_title.update(safe(text))

    def detail(self, *parts: Content) -> None:
        """Say in full what the row under the cursor is: its words, and the facts about it."""
        self._detail.say(Content("\n").join(parts))

    def summarise(self, text: str | Content) -> None:
        """Say in one line what is shown."""
        self._summary.say(line(text) if isinstance(text, str) else text)

    def on_mount(self) -> None:
        """Follow changes made by anybody. What was told before is of another page."""
        self.app.clear_notes()
        self.app.ledger_changed.subscribe(self, self._load_if_shown)
        self._hide_if_blind()
        self.begin()

    def begin(self) -> None:
        """Load for the first time."""
        self.summarise(self.WHILE_LOADING)
        self.load()

    def _hide_if_blind(self) -> None:
        """Cover what would tell while one codes blind."""
        self.query_one(PlaceBar).refresh()
        if self.REVEALS_OUTCOMES:
            self.set_class(self.app.is_blind, "-blind")

    def _load_if_shown(self, _version: int) -> None:
        self._hide_if_blind()
        if self.is_current:
            self.load()
        else:
            self._is_stale = True

    def on_screen_resume(self) -> None:
        """Catch up with what changed while the page was not shown."""
        if self._is_stale:
            self._is_stale = False
            self.load()

    @on(PlaceBar.PlaceChosen)
    async def go_to_place(self, event: PlaceBar.PlaceChosen) -> None:
        """Go where the tab that was clicked leads."""
        await self.app.run_action(f"go('{event.place}')")

    def action_copy_text(self) -> None:
        """Copy the text that is marked, and say which way it went."""
        from forecasts.tui.desktop import copy_marked

        copy_marked(self.app)

    def action_export(self) -> None:
        """Write the record."""
        self.app.run_flow(flows.exporting.export_record(self.app), "export")

    @property
    def meant(self) -> str:
        """The figure, or the section of docs/scoring.md, that is meant by what one stands on."""
        return self.MEANS

    def action_meaning(self) -> None:
        """Say what is meant."""
        from forecasts.tui.dialogs.help import explain

        self.app.run_flow(explain(self.app, self.meant), "explain")

    def action_back(self) -> None:
        """Leave this page, and what was told of it."""
        self.app.clear_notes()
        self.dismiss()


Row = TypeVar("Row")


class TablePage(Page, Generic[Row]):
    """Shows rows, and follows the cursor over them."""

    HAS_DETAIL = True

    def __init__(self, table: RecordTable[Row]) -> None:
        super().__init__()
        self._table = table
        self._unfolded: set[str] = set()

    def compose_body(self) -> Iterable[Widget]:
        """One table."""
        yield self._table

    def show_rows(self, rows: Iterable[Row | Heading], slug_of: Callable[[Any], str]) -> None:
        """Show other rows, which are all in memory."""
        self._table.show_window(ListSource(rows, slug_of))
        self.follow_cursor()

    def seek(self, slug: str) -> None:
        """Put the cursor on a row, as soon as it is there."""
        self._table.seek(slug)

    def folded(self, key: str, text: str, rows: Iterable[Row | Heading], note: str = "") -> Iterator[Row | Heading]:
        """Rows under a heading that hides them until it is chosen."""
        yield Fold(text, note=note, key=key, is_open=key in self._unfolded)
        if key in self._unfolded:
            yield from rows

    @on(RecordTable.FoldSelected)
    def turn_fold(self, event: RecordTable.FoldSelected) -> None:
        """Show what is hidden under a heading, or hide it."""
        self._unfolded ^= {event.name.removeprefix("fold/")}
        self.show_again()

    def show_again(self) -> None:
        """Show the rows anew, of what was read already."""

    @on(RecordTable.RowHighlighted)
    def follow_cursor(self) -> None:
        """What the keys can do depends on the row under the cursor, which is shown in full."""
        self.refresh_bindings()
        self.show_detail()

    def show_detail(self) -> None:
        """Show in full the row under the cursor."""
        row = self._table.cursor_row
        self.detail(*(() if row is None else self.in_full(row)))

    def in_full(self, row: Row) -> Iterable[Content]:
        """A row in full: its words, and the facts about it."""
        raise NotImplementedError


class Reading(Keyed, VerticalScroll, can_focus=True):
    """A page of text that scrolls by the keys."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        quiet("page.up", "k", "scroll_up", "Up"),
        quiet("page.down", "j", "scroll_down", "Down"),
        quiet("page.top", "g", "scroll_home", "Top"),
        quiet("page.bottom", "G", "scroll_end", "Bottom"),
    )


class TextPage(Page):
    """Shows paragraphs, once they are read."""

    HAS_TITLE = True

    def __init__(self) -> None:
        super().__init__()
        self._reading = Reading(classes="page")

    def compose_body(self) -> Iterable[Widget]:
        """The text."""
        yield self._reading

    def begin(self) -> None:
        """Say that the text is being read."""
        self._reading.loading = True
        super().begin()

    async def show_text(self, paragraphs: Iterable[Widget]) -> None:
        """Show other paragraphs, at the height where one was."""
        reading = self._reading
        height = reading.scroll_y
        reading.loading = False
        async with reading.batch():
            await reading.remove_children()
            await reading.mount_all(paragraphs)
        reading.scroll_to(y=height, animate=False)
        reading.focus()
        self.refresh_bindings()


PLACE_ACTIONS = (
    Action(
        id="place.filter",
        keys="/",
        action="filter",
        title="Filter",
        help='Show only rows with all these words, "quoted" ones together',
    ),
    Action(
        id="place.clear", keys="escape", action="clear_filter", title="Clear", help="Filter by no words", show=False
    ),
    EXPORT,
)
QUIT = Action(id="place.quit", keys="q", action="app.leave", title="Quit", help="Leave the program, pressed twice")


class Place(TablePage[Row]):
    """A page that is one of the places."""

    FILTER: ClassVar[str] = "Filter by words"

    def __init__(self, table: RecordTable[Row]) -> None:
        super().__init__(table)
        self._filter: FilterInput | None = None

    @property
    def words(self) -> str:
        """What the rows are filtered by."""
        return self._filter.value.strip() if self._filter else ""

    def clear_words(self) -> None:
        """Filter by no words."""
        if self._filter:
            self._filter.empty()

    def summarise(self, text: str | Content) -> None:
        """Say what is shown; of a filter, what it leaves and what clears it."""
        super().summarise(f"filter: {self.words} · esc clears · {text}" if self.words else text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is no filter to clear where there is none."""
        if action == "clear_filter" and not self.words:
            return False
        return super().check_action(action, parameters)

    def action_clear_filter(self) -> None:
        """Show everything again."""
        self.clear_words()
        self.apply_filter()

    async def action_filter(self) -> None:
        """Ask for the words to filter by."""
        if self._filter is None:
            from forecasts.tui.widgets.inputs import FilterInput

            self._filter = FilterInput(self.FILTER, self.apply_filter)
            await self.mount(self._filter, after="#summary")
        self._filter.remove_class("-unused")
        self._filter.focus()

    def apply_filter(self) -> None:
        """Show the rows that the filter leaves."""
        self.load()
