"""What every page and every place has: the bars, the way back, the filter, and a fresh look when something changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import getters, on
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from forecasts.tui.keys import Action, bindings
from forecasts.tui.places import PLACES
from forecasts.tui.show import line
from forecasts.tui.widgets.key_bar import KeyBar
from forecasts.tui.widgets.place_bar import PlaceBar, Tab
from forecasts.tui.work import ServiceApp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.widget import Widget

EXPORT = Action(id="record.export", keys="ctrl+e", action="export", title="Export", help="Export what is shown")
PLACE_ACTIONS = (
    Action(id="place.filter", keys="/", action="filter", title="Filter", help="Show only rows with these words"),
    EXPORT,
)
QUIT = Action(id="place.quit", keys="q", action="app.quit", title="Quit", help="Leave the program")
BACK = Action(id="page.back", keys="escape,q", action="back", title="Back", help="Back to where one came from")


class Page(Screen[None]):
    """A whole screen: places, a summary line, a body, keys. It loads itself again when the ledger changed."""

    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    AUTO_FOCUS = "RecordTable, .page"
    PLACE: ClassVar[str] = ""
    HELP_TITLE: ClassVar[str] = ""
    HELP_TEXT: ClassVar[str] = ""
    HAS_DETAIL: ClassVar[bool] = False

    app = getters.app(ServiceApp)

    def __init__(self) -> None:
        super().__init__()
        self._is_stale = False
        self._loads = 0

    def compose(self) -> ComposeResult:
        """The bars around the body."""
        tabs = [Tab(place.name, place.key, place.title) for place in PLACES]
        yield PlaceBar(tabs, self.PLACE or self.app.current_mode, self.app.analyst)
        yield from self.compose_title()
        yield Static("", id="summary", markup=False)
        yield from self.compose_filter()
        with Vertical(id="body"):
            yield from self.compose_body()
        if self.HAS_DETAIL:
            yield Static("", id="detail", markup=False)
        yield KeyBar()

    def compose_title(self) -> Iterable[Widget]:
        """What stands above the summary."""
        return ()

    def compose_filter(self) -> Iterable[Widget]:
        """Where the words to filter by are typed, if the page has rows to filter."""
        return ()

    def compose_body(self) -> Iterable[Widget]:
        """What the page shows."""
        return ()

    def load(self) -> None:
        """Fetch what is shown, in a thread. Only the answer to the last load is shown."""
        self._loads += 1
        self.app.start(self.fetch(self._loads))

    async def fetch(self, number: int) -> None:
        """Ask the services for what is shown, and post it as a message that carries the number."""

    def is_outdated(self, number: int) -> bool:
        """Whether something else was asked for since."""
        return number != self._loads

    def detail(self, *parts: Content) -> None:
        """Say in full what the row under the cursor is: its words, and the facts about it."""
        self.query_one("#detail", Static).update(Content("\n").join(parts))

    def summarise(self, text: str | Content) -> None:
        """Say in one line what is shown."""
        self.query_one("#summary", Static).update(line(text) if isinstance(text, str) else text)

    def on_mount(self) -> None:
        """Follow changes made by anybody."""
        self.app.ledger_changed.subscribe(self, self._load_if_shown)

    def _load_if_shown(self, _version: int) -> None:
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

    def action_back(self) -> None:
        """Leave this page."""
        self.dismiss()


class FilterInput(Input):
    """The words that rows are filtered by; the arrow down leads back to the rows."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="filter.clear", keys="escape", action="clear_filter", title="Clear", named=False),
        Action(id="filter.keep", keys="enter,down", action="keep_filter", title="To the rows", named=False),
    )
    BINDINGS = bindings(ACTIONS)

    def action_clear_filter(self) -> None:
        """Show everything again."""
        self.clear()
        self.action_keep_filter()

    def action_keep_filter(self) -> None:
        """Back to the rows."""
        self.set_class(not self.value, "-unused")
        self.screen.focus_next("RecordTable")


class Place(Page):
    """A page that is one of the places: with a filter, and no way back but out."""

    FILTER: ClassVar[str] = "Filter by words"
    HAS_DETAIL = True

    def compose_filter(self) -> Iterable[Widget]:
        """The words to filter by."""
        yield FilterInput(placeholder=self.FILTER, id="filter", classes="-unused", compact=True)

    @property
    def words(self) -> str:
        """What the rows are filtered by."""
        return self.query_one(FilterInput).value.strip()

    def clear_words(self) -> None:
        """Filter by no words."""
        box = self.query_one(FilterInput)
        with box.prevent(Input.Changed):
            box.clear()
        box.add_class("-unused")

    def action_filter(self) -> None:
        """Ask for the words to filter by."""
        box = self.query_one(FilterInput)
        box.remove_class("-unused")
        box.focus()

    @on(Input.Changed, "#filter")
    def filter_rows(self) -> None:
        """Show the rows that have the words, as they are typed."""
        self.apply_filter()

    def apply_filter(self) -> None:
        """Show the rows that the filter leaves."""
        self.load()
