"""Calling the services: always in a thread, never touching a widget there, and no error lost.

`call` runs one service call in a thread and returns its result to the coroutine that awaits it. `run_task` runs such a
coroutine; `run_flow` one that opens dialogs (dialogs and calls in the order in which they read), and keys wait until
the first is shown, and after each until the next is or the flow has ended. Whatever these do not catch ends in one
handler, `show_failure`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from weakref import WeakKeyDictionary

from textual import events, on
from textual.app import App
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.signal import Signal
from textual.worker import Worker, WorkerFailed, WorkerState, get_current_worker

from forecasts import services
from forecasts.domain.overview import DuePage
from forecasts.errors import ForecastsError, InvalidInputError
from forecasts.text import safe, safe_block
from forecasts.tui.keys import Action, KeyQueue, key_names
from forecasts.tui.show import moves_in_words

if TYPE_CHECKING:
    from forecasts.clock import Clock
    from forecasts.domain.views import ScoreMove
    from forecasts.services.ledger import Ledger
    from forecasts.settings import Settings


T = TypeVar("T")

CALLS = "calls"
FLOWS = "flows"
_TOAST_LINES = 5
_ERROR_SECONDS = 12
_HOUR = 3600
_NOTE_SECONDS, _LINE_SECONDS = 4, 1
_UNTIL_A_KEY = 24 * 3600.0
_SAID = 100
_SECONDS_FOR_AN_ANSWER = 2.0
_LEAVES = frozenset({"go", "back", "app.leave", "quit"})


class ServiceApp(App[int]):
    """An app that works on one ledger, which it opens behind the first screen."""

    ACTIONS: ClassVar[tuple[Action, ...]] = ()

    def __init__(self, address: str, *, analyst: str, settings: Settings, clock: Clock | None = None) -> None:
        super().__init__()
        self.address = address
        self.analyst = analyst
        self.settings = settings
        self.clock = clock
        self.is_blind = settings.blind
        self.first_page: DuePage | None = None
        self.restores: Path | None = None
        """The copy that is put in the ledger's place once the program has closed it."""
        self.ledger_changed: Signal[int] = Signal(self, "ledger-changed")
        self._ledger: Future[Ledger] = Future()
        self._is_opening = False
        self._is_prepared = False
        self._version: int | None = None
        self._last_trouble = ""
        self.keys = KeyQueue(self, self._take_key)
        self.moves: tuple[ScoreMove, ...] = ()
        """The scores that the last change here moved."""
        self.moved_by = 0
        """The entry of that change."""
        self._leads_on = False
        self.keys_taken = 0
        """How many keys the screens were given."""
        self._opening: Worker[None] | None = None
        self._opened_on: Screen[Any] | None = None
        self._asked_by: WeakKeyDictionary[object, Worker[Any]] = WeakKeyDictionary()

    async def on_event(self, event: events.Event) -> None:
        """A key waits for those before it; while a dialog is being prepared, esc gives it up."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif not self.keys.is_held or isinstance(event, events.Paste):
            self.keys.put(event)
        elif event.key == self.key_of("app.quit"):
            await super().on_event(event)
        elif event.key == "escape" and self.keys.is_empty and self._opening and self.screen is self._opened_on:
            self._opening.cancel()  # not once its dialog is there: nobody would hear what that answers
        else:
            self.keys.put(event)

    async def _take_key(self, event: events.Key | events.Paste) -> None:
        """Hand a key to the screen; enter follows a note that offers to lead on, any other key takes it down."""
        answered: asyncio.Event | None = getattr(self.screen, "answered", None)  # which a page has
        if answered is not None and not answered.is_set() and self._acts_on_page(event):
            with suppress(TimeoutError):
                await asyncio.wait_for(answered.wait(), _SECONDS_FOR_AN_ANSWER)
            answered.set()  # nothing waits for it again
        self.keys_taken += 1
        leads_on, self._leads_on = self._leads_on and bool(self._notifications), False
        is_enter = isinstance(event, events.Key) and event.key == "enter" and not self.screen.is_modal
        here = getattr(self.screen, "current_record", None)  # on the source itself enter opens its card
        if leads_on and is_enter and here != ("source", self.moves[0].source):
            await self.run_action("show_moved")
        else:
            if leads_on and not self.screen.is_modal:
                self.clear_notes()
            await super().on_event(event)

    def _acts_on_page(self, event: events.Key | events.Paste) -> bool:
        """Whether a key is for what a page shows: not for its filter, and not one that leaves it."""
        if self.focused is not None and self.focused.id == "filter":
            return False
        active = self.screen.active_bindings.get(event.key) if isinstance(event, events.Key) else None
        return active is None or active.binding.action.partition("(")[0] not in _LEAVES

    @property
    def is_set_up(self) -> bool:
        """Whether there is a ledger to work on."""
        return self.first_page is not None or self._is_opening

    def today(self) -> date:
        """The calendar date in UTC, which deadlines are counted by."""
        return self.clock().date() if self.clock else datetime.now(UTC).date()

    def open_ledger_behind(self) -> None:
        """Open the ledger in a thread; it loads what the first screen can do without. A failure is tried again."""
        has_failed = self._ledger.done() and self._ledger.exception() is not None
        if has_failed:
            self._ledger = Future()
        if has_failed or not self._is_opening:
            self._is_opening = True
            work = partial(self._open_ledger, self._ledger)
            self.run_worker(work, name="open ledger", group=CALLS, thread=True, exit_on_error=False)

    def _open_ledger(self, opened: Future[Ledger]) -> None:
        try:
            from forecasts.clock import utc_now

            opened.set_result(
                services.ledger.open_ledger(self.address, analyst=self.analyst, clock=self.clock or utc_now)
            )
        except Exception as error:  # noqa: BLE001 - handed to whoever asks for the ledger
            opened.set_exception(error)

    def close_ledger(self) -> None:
        """Let the database go."""
        if self._ledger.done() and not self._ledger.exception():
            self._ledger.result().close()

    def keep_copies_behind(self) -> None:
        """Make the ledger's dated copy where it is due: behind the first screen, and while one works on for days."""
        if self.settings.copies_up_to:
            self.run_task(self._keep_copy, "keep copy")
            self.set_interval(_HOUR, partial(self.run_task, self._keep_copy, "keep copy"))

    async def _keep_copy(self) -> None:
        from forecasts.clock import utc_now

        keep = partial(
            services.backup.keep_dated_copy, self.address, up_to=self.settings.copies_up_to, clock=self.clock or utc_now
        )
        try:
            await self.in_thread(keep)
        except ForecastsError as error:
            self.notify(str(error), title="No dated copy")

    async def _prepare_ledger(self) -> None:
        with suppress(ForecastsError):  # whoever changes something is told
            await self.call(lambda ledger: ledger.prepare())

    async def call(self, work: Callable[[Ledger], T]) -> T:
        """The result of a service call, made in a thread once the ledger is open. Raises what the service raises."""
        self.open_ledger_behind()
        opened = self._ledger
        return await self.in_thread(lambda: work(opened.result()))

    async def in_thread(self, work: Callable[[], T]) -> T:
        """The result of `work`, done in a thread. Raises what it raises."""
        call: Worker[T] = self.run_worker(work, group=CALLS, thread=True, exit_on_error=False)
        try:
            return await call.wait()
        except WorkerFailed as failure:
            raise failure.error from None

    def run_task(
        self, work: Coroutine[None, None, None] | Callable[[], Coroutine[None, None, None]], name: str = ""
    ) -> None:
        """Run a coroutine behind what is shown; one with a name is not started again while it runs."""
        if not (name and self._runs(name)):
            self.run_worker(work, name=name, group=FLOWS, exit_on_error=False)
        elif not callable(work):
            work.close()

    def run_flow(self, flow: Coroutine[None, None, None], name: str) -> None:
        """Run a flow that opens dialogs: one at a time prepares its first, and keys wait until that is shown."""
        if self.keys.is_held or self._runs(name):
            flow.close()
            return
        self.keys.hold()
        self._opened_on = self.screen
        self._opening = self.run_worker(flow, name=name, group=FLOWS, exit_on_error=False)

    async def push_screen_wait(self, screen: Any, *, mode: str | None = None) -> Any:
        """The answer of a dialog, of which it is known which flow waits for it."""
        self._asked_by[screen] = get_current_worker()
        return await super().push_screen_wait(screen, mode=mode)

    def hold_keys(self, answered: Screen[Any]) -> None:
        """A dialog was answered: keys wait for what its flow shows next, or for its end."""
        flow = self._asked_by.pop(answered, None)
        if flow is not None and not flow.is_finished:
            self.keys.hold()
            self._opening, self._opened_on = flow, None  # esc comes after what was answered, and gives up nothing of it

    def _runs(self, name: str) -> bool:
        return any(worker.name == name and not worker.is_finished for worker in self.workers)

    def give_keys(self, *, forget: bool = False) -> None:
        """What was being prepared is on the screen and is given the keys; `forget` those typed before one saw it."""
        self._opening = None
        self.keys.release(forget=forget)
        if self.is_set_up and not self._is_prepared:
            self._is_prepared = True
            self.run_task(self._prepare_ledger)

    @on(Worker.StateChanged)
    def free_keys(self, event: Worker.StateChanged) -> None:
        """A flow that ended without a dialog gives the keys back."""
        if event.worker is self._opening and event.worker.is_finished:
            self.give_keys()

    @on(Worker.StateChanged)
    def show_failed_flow(self, event: Worker.StateChanged) -> None:
        """Say what went wrong, whichever flow it was; a failed call is its flow's to report."""
        if event.state is WorkerState.ERROR and event.worker.group != CALLS and event.worker.error is not None:
            self.show_failure(event.worker.error)

    def show_failure(self, error: BaseException) -> None:
        if isinstance(error, ForecastsError):
            title, text = self._title_of(error), str(error)
        else:
            title = "Unexpected"
            text = f"{type(error).__name__}: {safe(error, 400)}\nNothing else was changed. Please report this."
            self.log.error(text)
        lines = text.splitlines()
        shown = "\n".join(lines[:_TOAST_LINES]) + ("\n…" if len(lines) > _TOAST_LINES else "")
        self.notify(shown, title=title, severity="error", timeout=_ERROR_SECONDS)

    @staticmethod
    def _title_of(error: ForecastsError) -> str:
        return "Not accepted" if isinstance(error, InvalidInputError) else "Not done"

    def choose_theme(self, name: str) -> None:
        """Show another theme, and keep the choice in the settings file."""
        self.theme = name
        self.save_setting("theme", name)

    def save_setting(self, name: str, value: str | bool) -> None:
        """Keep a choice of the analyst's in the settings file, whatever else stands in it."""
        file = self.settings.file
        if file is not None:
            self.run_task(self._save_setting(file, name, value))

    async def _save_setting(self, file: Path, name: str, value: str | bool) -> None:
        from forecasts.settings import save_setting

        await self.in_thread(partial(save_setting, file, name, value))

    def key_of(self, action_id: str, default: str = "") -> str:
        """The key that does an action, the analyst's own choice included; a screen's own tells what is its default."""
        default = next((action.keys for action in self.ACTIONS if action.id == action_id), default)
        return self.settings.keys.get(action_id, default).split(",")[0]

    def name_key(self, action_id: str, default: str = "") -> str:
        """The same as people call it."""
        return key_names((self.key_of(action_id, default),))

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """A toast in place of the last, for as long as it takes to read. Stored strings are safe, never markup."""
        del markup
        said = safe_block(message)
        if severity == "information":
            self.clear_notes()
        seconds = _NOTE_SECONDS + _LINE_SECONDS * (said.count("\n") + bool(title))
        super().notify(said, title=safe(title), severity=severity, timeout=timeout or seconds, markup=False)

    def notify_change(
        self,
        title: str,
        what: str,
        entry: int | None,
        moves: Sequence[ScoreMove] | None = None,
        *,
        notes: Iterable[str] = (),
        can_undo: bool = True,
    ) -> None:
        """Say what a change did, to whom, and which keys follow it or take it back; every page reads anew."""
        lines = [*((safe(what, _SAID),) if what else ()), *map(safe, notes)]
        lines += [] if moves is None else moves_in_words(moves)
        keys = ["enter shows it on Sources"] if moves else []
        keys += [f"{self.name_key('app.undo')} takes it back"] if can_undo else []
        said = "\n".join((*lines, f"{', '.join(keys)}." if keys else "")).strip()
        self.notify(said, title=title, timeout=_UNTIL_A_KEY if moves else None)
        self.moves, self.moved_by = tuple(moves or ()), entry or 0
        self._leads_on = bool(moves)
        self.ledger_changed.publish(entry or 0)

    def clear_notes(self) -> None:
        """Take down what was told; errors stay until they are read or their time is up."""
        for notification in list(self._notifications):
            if notification.severity == "information":
                self._unnotify(notification, refresh=False)
        self._refresh_notifications()

    # Changes made by anybody, here or in another program

    def watch_for_changes(self) -> None:
        """Look each second whether anybody committed."""
        self.set_interval(1.0, self.look_for_changes)

    def look_for_changes(self) -> None:
        """Publish `ledger_changed` if anybody committed since the last look."""
        self.run_task(self._look, "look for changes")  # called by a clock: it may never come to be run

    async def _look(self) -> None:
        try:
            version = await self.in_thread(partial(services.overview.data_version, self.address))
        except ForecastsError as error:
            self.notify_once(error)
            return
        is_back, self._last_trouble = bool(self._last_trouble), ""
        if is_back:
            self.clear_notifications()
            self.notify("The database can be read again.")
        if is_back or self._version not in {None, version}:
            self.ledger_changed.publish(version)
        self._version = version

    def notify_once(self, error: ForecastsError) -> None:
        """A database that went away is said once, not each second."""
        if str(error) != self._last_trouble:
            self._last_trouble = str(error)
            self.show_failure(error)
