"""What the tests of the terminal UI share: the app on a ledger, waiting for its work, and reading its screen."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

import pendulum
from rich.cells import cell_len
from textual.events import Key, Paste
from textual.keys import _character_to_key, key_to_character
from textual.worker import WorkerError

from forecasts.services.overview import first_page
from forecasts.settings import Settings
from forecasts.tui.app import ForecastsApp
from forecasts.tui.background import FLOWS, ServiceApp
from forecasts.tui.widgets.bars import TextLines
from forecasts.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from concurrent.futures import Future
    from pathlib import Path

    from textual.app import App
    from textual.message import Message
    from textual.pilot import Pilot

ANALYST = "A. Analyst"
NOW = pendulum.datetime(2026, 11, 21, 12, tz="UTC")
SMALL = (80, 24)
LARGE = (120, 40)


class _Threads(ThreadPoolExecutor):
    """The threads of one event loop, with what they have not finished."""

    of_loop: ClassVar[WeakKeyDictionary[asyncio.AbstractEventLoop, _Threads]] = WeakKeyDictionary()

    def __init__(self) -> None:
        super().__init__()
        self.unfinished: set[Future[Any]] = set()

    def submit(self, *call: Any, **options: Any) -> Future[Any]:
        future = super().submit(*call, **options)
        self.unfinished.add(future)
        future.add_done_callback(self.unfinished.discard)
        return future

    @classmethod
    def get(cls) -> _Threads:
        """Those of the loop that runs: from the first time on, all that it hands to threads."""
        loop = asyncio.get_running_loop()
        if loop not in cls.of_loop:
            cls.of_loop[loop] = cls()
            loop.set_default_executor(cls.of_loop[loop])
        return cls.of_loop[loop]


def clock() -> pendulum.DateTime:
    """A clock that stands still."""
    return NOW


def make_app(path: Path, *, theme: str = "forecasts-dark", **settings: Any) -> ForecastsApp:
    """The app on a ledger, as `run` makes it, in all colours whatever terminal the tests run in."""
    app = ForecastsApp(str(path), analyst=ANALYST, settings=Settings(theme=theme, **settings), clock=clock)
    app.has_few_colours = False
    app.first_page = first_page(str(path), today=NOW.date())
    return app


@asynccontextmanager
async def running(
    path: Path, size: tuple[int, int] = SMALL, messages: list[Message] | None = None, **settings: Any
) -> AsyncIterator[tuple[ForecastsApp, Pilot[int]]]:
    """The app, running without a terminal, with its first work done."""
    app = make_app(path, **settings)
    hook = messages.append if messages is not None else None
    _Threads.get()
    async with app.run_test(size=size, message_hook=hook) as pilot:
        try:
            await settle(pilot)
            yield app, pilot
        finally:
            await settle(pilot)
            app.close_ledger()


async def settle(pilot: Pilot[int]) -> None:
    """Wait until services have answered, answers are shown, and nothing is left but flows that wait for keys."""
    app, threads = pilot.app, _Threads.get()
    quiet = 0
    while quiet < 2:
        quiet += 1
        calls = [worker for worker in app.workers if worker.group != FLOWS and not worker.is_finished]
        for call in calls:
            with suppress(WorkerError):  # what failed is told on the screen
                await call.wait()
        await _until_nothing_is_ready()
        while unfinished := tuple(threads.unfinished):  # threads end while one looks
            await asyncio.wait([asyncio.wrap_future(future) for future in unfinished])
            await _until_nothing_is_ready()
            quiet = 0
        moves = bool(app._animator._animations)  # a page that scrolls is there at the animator's next tick
        await app._animator.wait_until_complete()
        is_typing = isinstance(app, ServiceApp) and not app.keys.is_done
        if calls or moves or is_typing or _paint(app):
            quiet = 0
    if app._exception is not None:
        raise app._exception


def _paint(app: App[Any]) -> bool:
    """What would be done at the screen's next tick; whether that was anything."""
    if not (app.is_running and app.screen_stack):
        return False
    screen = app.screen
    changes = (screen._layout_required, screen._scroll_required, screen._repaint_required)
    is_due = bool(any(changes) or screen._dirty_widgets or screen._callbacks)
    screen._on_timer_update()
    return is_due


async def _until_nothing_is_ready() -> None:
    """Give way until no task has anything to do but to wait for time, threads or the terminal."""
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    await asyncio.sleep(0)
    while ready:  # noqa: ASYNC110 - there is no event for that nothing is left
        await asyncio.sleep(0)


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys one after the other, each after the work that the one before it caused."""
    for key in keys:
        name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
        pilot.app.post_message(Key(name, key_to_character(name)))
        await settle(pilot)


async def type_text(pilot: Pilot[int], text: str) -> None:
    """Put text into what has the focus, as a paste does: one change, and one repaint, however long it is."""
    pilot.app.post_message(Paste(text))
    await settle(pilot)


def screen_text(app: ForecastsApp) -> str:
    """What the screen shows, as text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def table(app: ForecastsApp) -> RecordTable[Any]:
    """The table of the screen that is shown."""
    return app.screen.query_one(RecordTable)


def row_of(app: ForecastsApp) -> Any:
    """The row under the cursor, which there is."""
    row = table(app).cursor_row
    assert row is not None
    return row


def summary(app: ForecastsApp) -> str:
    """The summary line of the screen that is shown."""
    return str(app.screen.query_one("#summary", TextLines).content)


def toasts(app: ForecastsApp) -> list[tuple[str, str]]:
    """The toasts that are up: title and text."""
    return [(toast.title, toast.message) for toast in app._notifications]


async def open_card(app: ForecastsApp, pilot: Pilot[int], source: str) -> None:
    await press(pilot, "5")
    assert table(app).go_to(source)
    await press(pilot, "enter")


def assert_tame(app: ForecastsApp) -> None:
    """Nothing on the screen but printable characters, and every line as wide as the terminal."""
    width = app.size.width
    for strip in app.screen._compositor.render_strips():
        assert strip.cell_length == width
        assert cell_len(strip.text) == width
        for character in strip.text:
            assert character.isprintable(), hex(ord(character))
            assert character not in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    assert app.is_running
