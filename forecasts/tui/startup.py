"""Start-up: what must be so of the terminal, then, once the first screen is painted, the ledger and the settings."""

import asyncio
import contextlib
import os
import re
import signal
import sys
import threading
import time

from textual.app import App
from textual.driver import Driver

from forecasts.tui import places
from forecasts.tui.background import ServiceApp
from forecasts.tui.keys import Action, clashes

_ENDS_STYLES = "\x1b[0m"
_BEGINS_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_SIGNAL_STATUS = 128
_SECONDS_TO_LEAVE = 30.0  # for a terminal that takes what restores it; one that is gone takes nothing
_SECONDS_WITHOUT_TERMINAL = 2.0


def why_unfit() -> str:
    """Why the terminal UI cannot run here, with what to do; empty where it can."""
    streams = (sys.__stdin__, sys.__stdout__, sys.__stderr__)
    if not all(stream is not None and stream.isatty() for stream in streams):
        return (
            "The terminal UI needs a terminal for its input, its output and its errors.\n"
            "Without one, use the commands: `forecasts --help` names them."
        )
    if os.environ.get("TERM", "") in {"", "dumb"}:
        return (
            "This terminal cannot place text on the screen (TERM is 'dumb' or not set).\n"
            "Use another terminal, or the commands: `forecasts --help` names them."
        )
    encoding = (sys.__stderr__.encoding if sys.__stderr__ else "") or ""
    if encoding.lower().replace("-", "") not in {"utf8", "utf8sig", "utf16", "cp65001"}:
        return (
            f"This terminal takes {encoding or 'an unknown encoding'}, and names are written in every script.\n"
            "Set LC_ALL=C.UTF-8 (or PYTHONUTF8=1) and start again."
        )
    return ""


def leave_on_signals(app: App[int]) -> None:
    """On SIGTERM and SIGHUP restore the terminal and exit with the signal's status, instead of dying in raw mode.

    Where the terminal is gone or stuck, Textual waits for ever to write to it: the process ends all the same.
    """
    if app.is_headless:
        return
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            status = _SIGNAL_STATUS + number
            with contextlib.suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(number, _leave, app, status)


def writing_styles_once(driver: type[Driver]) -> type[Driver]:
    """A driver that writes fewer bytes for the same screen, which counts over a slow line."""

    class StylesOnce(driver):  # type: ignore[misc, valid-type]  # the platform's own
        def write(self, data: str) -> None:
            super().write(styles_once(data))

    return StylesOnce


def styles_once(data: str) -> str:
    """The same without a style that ends where it begins again, as Textual writes it for each piece of text."""
    first, *others = data.split(_ENDS_STYLES)
    kept = [first]
    begun = _BEGINS_STYLE.findall(first)
    for part in others:
        before, begun = begun, _BEGINS_STYLE.findall(part)
        if begun == before and len(begun) == 1 and part.startswith(begun[0]):
            kept.append(part.removeprefix(begun[0]))
        else:
            kept += (_ENDS_STYLES, part)
    return "".join(kept)


def watch_terminal() -> None:
    """Behind the program, take a terminal that is gone for a hang-up, which not every program gets as a signal."""
    if hasattr(signal, "SIGHUP"):
        threading.Thread(target=_hang_up_without_terminal, daemon=True).start()


def _hang_up_without_terminal() -> None:
    while True:
        time.sleep(_SECONDS_WITHOUT_TERMINAL)
        if not _has_terminal():
            os.kill(os.getpid(), signal.SIGHUP)


def _has_terminal() -> bool:
    return sys.__stdin__ is not None and sys.__stdin__.isatty()


def _leave(app: App[int], status: int) -> None:
    app.exit(status, status)
    seconds = _SECONDS_TO_LEAVE if _has_terminal() else _SECONDS_WITHOUT_TERMINAL
    end = threading.Timer(seconds, os._exit, (status,))
    end.daemon = True
    end.start()


def begin(app: ServiceApp) -> None:
    """Set the ledger up if that is needed, else open it behind the screen; then watch it."""
    leave_on_signals(app)
    if app.first_page is None:
        app.run_task(_set_up(app), "set up")
    else:
        app.open_ledger_behind()
        app.watch_for_changes()
        app.keep_copies_behind()
    if app.settings.theme and app.settings.theme not in app.available_themes:
        names = ", ".join(sorted(app.available_themes))
        app.notify(f"There is no theme '{app.settings.theme}'. There are: {names}.", title="Settings")
    if app.settings.keys:
        problems = clashes(app.settings.keys, areas(app))
        if problems:
            app.notify("\n".join(problems), title="Settings: keys")


async def _set_up(app: ServiceApp) -> None:
    from forecasts.tui.screens.set_up import SetUpScreen

    if await app.push_screen_wait(SetUpScreen()):
        app.open_ledger_behind()
        app.watch_for_changes()
        app.keep_copies_behind()
        app.ledger_changed.publish(0)
    else:
        app.exit(0, 1)


def areas(app: ServiceApp) -> dict[str, tuple[Action, ...]]:
    """Every action by the page it belongs to; those that work everywhere under an empty name."""
    from forecasts.tui.screens.agreement import AgreementScreen
    from forecasts.tui.screens.articles import ReaderScreen
    from forecasts.tui.screens.base import Reading
    from forecasts.tui.screens.card_details import DiagramsScreen, GroundsScreen
    from forecasts.tui.screens.comparison import ComparisonScreen, PooledScreen
    from forecasts.tui.screens.history import EntryScreen
    from forecasts.tui.screens.question import QuestionScreen
    from forecasts.tui.screens.scorecard import ScorecardScreen
    from forecasts.tui.widgets.record_table import RecordTable
    from forecasts.tui.widgets.text_view import TextView

    found: dict[str, tuple[Action, ...]] = {"": (*app.ACTIONS,)}
    for place in places.PLACES:
        found[place.title] = (*place.load().ACTIONS, *RecordTable.ACTIONS)
    found["Question"] = (*QuestionScreen.ACTIONS, *Reading.ACTIONS)
    found["History entry"] = (*EntryScreen.ACTIONS, *Reading.ACTIONS)
    found["Article"] = (*ReaderScreen.ACTIONS, *TextView.ACTIONS)
    found["Scorecard"] = (*ScorecardScreen.ACTIONS, *RecordTable.ACTIONS)
    found["Agreement"] = (*AgreementScreen.ACTIONS, *RecordTable.ACTIONS)
    found["Compare"] = (*ComparisonScreen.ACTIONS, *RecordTable.ACTIONS)
    found["Pooled"] = (*PooledScreen.ACTIONS, *RecordTable.ACTIONS)
    found["What it rests on"] = (*GroundsScreen.ACTIONS, *Reading.ACTIONS)
    found["Diagrams"] = (*DiagramsScreen.ACTIONS, *Reading.ACTIONS)
    return found
