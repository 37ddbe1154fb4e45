"""What must be so of the terminal, and leaving it as it was found."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App

_SIGNAL_STATUS = 128


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
    """On SIGTERM and SIGHUP restore the terminal and exit with the signal's status, instead of dying in raw mode."""
    if app.is_headless:
        return
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            status = _SIGNAL_STATUS + number
            with contextlib.suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(number, partial(app.exit, status, status))
