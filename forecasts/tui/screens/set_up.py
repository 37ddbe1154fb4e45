"""First use: the database is made before one's eyes, and the screen says what was done."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import ProgressBar, Static

from forecasts import services
from forecasts.domain.formats import counted
from forecasts.domain.views import SetUpReport
from forecasts.errors import ForecastsError
from forecasts.text import safe, safe_block
from forecasts.tui.background import ServiceApp
from forecasts.tui.keys import Action, Keyed
from forecasts.tui.show import line
from forecasts.tui.widgets.bars import KeyBar

_CHOICE = (
    "Nothing is here yet.\n\n"
    "⏎  looks round in the seeded record: eight articles of January 2022\n"
    "b  begins a record of your own: empty, with the standards of wording\n\n"
    "Either can be had later in another database."
)


class SetUpScreen(Keyed, Screen[bool]):
    """Answers with True once the ledger is ready and the analyst goes on, with False if it could not be made."""

    CSS_PATH: ClassVar = ["../styles/set_up.tcss"]
    HELP_TITLE = "Set-up"
    HELP_TEXT = (
        "The program makes its database, with the record that comes with it or one of your own. This is done once."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="setup.look-round", keys="enter", action="begin(True)", title="Look round", help="The seeded record"),
        Action(id="setup.own", keys="b", action="begin(False)", title="Begin my own", help="An empty record"),
        Action(id="setup.go-on", keys="enter", action="go_on", title="Go on", help="To what is due"),
        Action(id="setup.quit", keys="q,escape", action="leave", title="Quit", help="Leave the program"),
    )

    app = getters.app(ServiceApp)

    class Progressed(Message):
        """How far the set-up is."""

        def __init__(self, what: str, done: int, total: int) -> None:
            super().__init__()
            self.what = what
            self.done = done
            self.total = total

        def can_replace(self, message: Message) -> bool:
            """Only the newest is of interest."""
            return isinstance(message, SetUpScreen.Progressed)

    class Ready(Message):
        """The ledger is ready."""

        def __init__(self, report: SetUpReport) -> None:
            super().__init__()
            self.report = report

    class Failed(Message):
        """The ledger could not be made."""

        def __init__(self, error: ForecastsError) -> None:
            super().__init__()
            self.error = error

    def __init__(self) -> None:
        super().__init__()
        self._is_ready = False
        self._is_asked = False

    def compose(self) -> ComposeResult:
        """What is being done, and how far it is."""
        with Vertical(id="set-up"):
            yield Static("forecasts", id="set-up-name", markup=False)
            yield Static("", id="set-up-what", markup=False)
            yield ProgressBar(show_eta=False, id="set-up-bar")
            yield Static("", id="set-up-report", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Ask with what to begin where nothing is there; what is there is brought up to date at once."""
        self.app.run_task(self._ask(), "ask")

    async def _ask(self) -> None:
        try:
            self._is_asked = await self.app.in_thread(partial(_is_new, self.app.address))
        except ForecastsError as error:
            self.post_message(self.Failed(error))
            return
        if self._is_asked:
            self.query_one("#set-up-what", Static).update(_CHOICE)
            self.query_one(ProgressBar).display = self.query_one("#set-up-report").display = False
            self.refresh_bindings()
        else:
            self.action_begin(True)

    def action_begin(self, with_seed: bool) -> None:
        """Make the database, with the seeded record or with the standards of wording alone."""
        self._is_asked = False
        self.query_one(ProgressBar).display = self.query_one("#set-up-report").display = True
        self.query_one("#set-up-what", Static).update("Setting up: this is done once.")
        self.refresh_bindings()
        self.app.run_task(self._set_up(with_seed=with_seed), "set up ledger")

    async def _set_up(self, *, with_seed: bool) -> None:
        try:
            report = await self.app.in_thread(partial(_set_up, self.app, self._progress, with_seed=with_seed))
        except ForecastsError as error:
            self.post_message(self.Failed(error))
        else:
            self.post_message(self.Ready(report))

    def _progress(self, what: str, done: int, total: int) -> None:
        self.post_message(self.Progressed(what, done, total))

    @on(Progressed)
    def show_progress(self, event: Progressed) -> None:
        self.query_one("#set-up-what", Static).update(line(f"{event.what} …"))
        self.query_one(ProgressBar).update(total=event.total or None, progress=event.done)

    @on(Ready)
    def show_report(self, event: Ready) -> None:
        """Say what was done, and wait for the analyst."""
        self._is_ready = True
        self.query_one("#set-up-what", Static).update("Ready.")
        self.query_one(ProgressBar).update(total=1, progress=1)
        self.query_one("#set-up-report", Static).update(_report_text(event.report))
        self.refresh_bindings()

    @on(Failed)
    def show_failure(self, event: Failed) -> None:
        """Say what went wrong; nothing was left half done."""
        self.query_one("#set-up-what", Static).update("The database could not be set up.")
        self.query_one(ProgressBar).display = False
        self.query_one("#set-up-report", Static).update(safe_block(event.error))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One can go on once it is done."""
        if (action == "go_on" and not self._is_ready) or (action == "begin" and not self._is_asked):
            return False
        return super().check_action(action, parameters)

    def action_go_on(self) -> None:
        self.dismiss(True)

    def action_leave(self) -> None:
        self.dismiss(False)


def _is_new(address: str) -> bool:
    return services.setup.is_new(address)


def _set_up(app: ServiceApp, progress: Callable[[str, int, int], None], *, with_seed: bool) -> SetUpReport:
    from forecasts.clock import utc_now

    packs = None if with_seed else ()
    clock = app.clock or utc_now
    return services.setup.set_up(
        app.address, analyst=app.analyst, packs=packs, standards=True, clock=clock, progress=progress
    )


def _report_text(report: SetUpReport) -> Content:
    made = "A new database was made" if report.created else "The database was brought up to date"
    lines = [f"{made}: {safe(report.database)}", f"Schema revision {report.revision}."]
    if report.backup:
        lines.append(f"The database as it was is kept in {safe(report.backup)}.")
    for load in report.loads:
        kinds = [(kind.replace("_", " "), number) for kind, number in load.added.items() if number and kind != "pack"]
        loaded = [counted(number, kind) for kind, number in kinds]
        lines.append(f"Loaded: {', '.join(loaded) or 'nothing new'}.")
        if load.conflicts:
            lines.append(f"{counted(len(load.conflicts), 'record')} left alone; `forecasts setup` names them.")
    return Content("\n".join(lines))
