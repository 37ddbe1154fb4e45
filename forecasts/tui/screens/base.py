"""What every page has: the bars, a summary, the way back, and a fresh look when something changed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import getters, on
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from forecasts.errors import ForecastsError
from forecasts.text import safe
from forecasts.tui.keys import Action
from forecasts.tui.places import PLACES
from forecasts.tui.show import line
from forecasts.tui.widgets.key_bar import KeyBar
from forecasts.tui.widgets.place_bar import PlaceBar, Tab
from forecasts.tui.widgets.text_lines import TextLines
from forecasts.tui.work import ServiceApp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from textual.app import ComposeResult
    from textual.widget import Widget

    from forecasts.services.ledger import Ledger

T = TypeVar("T")

_COVERED = "Coding blind: this page tells outcomes and numbers, so it is covered.\nB shows it again."
EXPORT = Action(id="record.export", keys="ctrl+e", action="export", title="Export", help="Export what is shown")
BACK = Action(id="page.back", keys="escape,q", action="back", title="Back", help="Back to where one came from")


class Cover(TextLines):
    """What is seen of a telling page while one codes blind."""


class Page(Screen[None]):
    """A whole screen: places, a summary line, a body, keys. It loads itself again when the ledger changed.

    A page says what it asks for (`load`, by `fetch`) and how it shows the answer. The services are asked in a
    thread; the answer comes as a message, so that widgets are touched by a handler alone, one answer after the other.
    """

    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-high"), (36, "-tall")]  # noqa: RUF012 - Textual types it as no ClassVar
    AUTO_FOCUS = "RecordTable, .page"
    PLACE: ClassVar[str] = ""
    HELP_TITLE: ClassVar[str] = ""
    HELP_TEXT: ClassVar[str] = ""
    WHILE_LOADING: ClassVar[str] = ""
    """What the summary says until the first answer is there."""
    HAS_TITLE: ClassVar[bool] = False
    HAS_DETAIL: ClassVar[bool] = False
    IS_TELLING: ClassVar[bool] = False
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
        if self.IS_TELLING:
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
        self.fetch_by(partial(self.app.ask, work), show)

    def fetch_by(self, ask: Callable[[], Awaitable[T]], show: Callable[[T], Awaitable[None]]) -> None:
        """The same, asked in another way."""
        self._loads += 1
        self.app.start(self._post_answer(self._loads, ask, show))

    def fetch_more(self, work: Callable[[Ledger], T], show: Callable[[T], Awaitable[None]]) -> None:
        """Ask the ledger for more of what is shown, then show it, unless something else was fetched since."""
        self.fetch_more_by(partial(self.app.ask, work), show)

    def fetch_more_by(self, ask: Callable[[], Awaitable[T]], show: Callable[[T], Awaitable[None]]) -> None:
        """The same, asked in another way."""
        self.app.start(self._post_answer(self._loads, ask, show))

    async def _post_answer(
        self, number: int, ask: Callable[[], Awaitable[T]], show: Callable[[T], Awaitable[None]]
    ) -> None:
        try:
            answer = await ask()
        except ForecastsError:
            self._is_stale = True  # whoever comes back to the page asks again
            raise
        self.post_message(self.Answered(number, partial(show, answer)))

    @on(Answered)
    async def show_answer(self, event: Answered) -> None:
        """Show an answer, unless it is outdated."""
        if event.number == self._loads:
            await event.show()

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
        self.app.clear_told()
        self.app.ledger_changed.subscribe(self, self._load_if_shown)
        self._hide_if_blind()
        self.begin()

    def begin(self) -> None:
        """Load for the first time."""
        self.summarise(self.WHILE_LOADING)
        self.load()

    def _hide_if_blind(self) -> None:
        """Cover what would tell while one codes blind."""
        if self.IS_TELLING:
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
        from forecasts.tui.clipboard import copy_marked

        copy_marked(self.app)

    def action_export(self) -> None:
        """Write the record."""
        from forecasts.tui.flows.exporting import export_record

        self.app.run_flow(export_record(self.app), "export")

    def action_back(self) -> None:
        """Leave this page, and what was told of it."""
        self.app.clear_told()
        self.dismiss()
