"""In a real (pseudo-)terminal: a lean first paint, unfit terminals refused, and the terminal left as it was found."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from forecasts.paths import state_folder
from tests.tui.reading import add_article
from tests.tui.terminal import RUN, Terminal, program

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FIRST_PAINT = (
    """
import sys
from textual.drivers.linux_driver import LinuxDriver
write = LinuxDriver.write
def watch(self, data):
    write(self, data)
    if "Deadline" in data and "Will " in data and not watch.done:
        watch.done = True
        heavy = {"sqlalchemy", "alembic", "numpy", "scipy", "pendulum", "psycopg", "typer"} & set(sys.modules)
        write(self, f"<<loaded {sorted(heavy)}>>")
watch.done = False
LinuxDriver.write = watch
"""
    + RUN
)
_LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"
_SHOWS_CURSOR = b"\x1b[?25h"
_STOPS_MOUSE = b"\x1b[?1000l"
_NOT_FLUSHED = 120  # Python's own status where at its end it cannot write to a terminal that is gone
_STOPS_PASTE_MARKS = b"\x1b[?2004l"


def test_nothing_heavy_is_loaded_at_first_paint(ledger_path: Path) -> None:
    terminal = Terminal(program(ledger_path, _FIRST_PAINT))
    written = terminal.read_until(b">>")
    assert b"<<loaded []>>" in written
    terminal.send("qq")
    assert terminal.finish() == 0


@pytest.mark.parametrize("keys", ["qq", "\x11"])
def test_leaving_restores_the_terminal(ledger_path: Path, keys: str) -> None:
    terminal = Terminal(program(ledger_path))
    terminal.read_until(b"Help")
    terminal.send(keys)
    assert terminal.finish() == 0
    assert _LEAVES_ALTERNATE_SCREEN in terminal.written
    assert _SHOWS_CURSOR in terminal.written


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_restores_the_terminal(ledger_path: Path, number: signal.Signals) -> None:
    terminal = Terminal(program(ledger_path))
    terminal.read_until(b"Help")
    terminal.send("5")
    terminal.read_until(b"With nothing scored")  # all is loaded, and the handlers are there
    terminal.kill(number)
    assert terminal.finish() == 128 + number
    assert _LEAVES_ALTERNATE_SCREEN in terminal.written
    assert _SHOWS_CURSOR in terminal.written
    assert _STOPS_MOUSE in terminal.written
    assert b"Traceback" not in terminal.written


def begin_to_type(path: Path, keys: Sequence[tuple[str, bytes]]) -> Terminal:
    """The program, with keys pressed one after the other, each once the words before it stand on the screen."""
    terminal = Terminal(program(path), size=(120, 40))
    terminal.read_until(b"Help")
    for key, mark in keys:
        seen = len(terminal.written)
        terminal.send(key)
        terminal.read_until(lambda written, seen=seen, mark=mark: mark in written[seen:])  # type: ignore[misc]
    return terminal


def drafts() -> str:
    """All that is kept on disk of what was typed."""
    folder = state_folder() / "drafts"
    return "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.json")) if folder.is_dir() else ""


@pytest.mark.parametrize(
    ("number", "keys"),
    [
        (
            signal.SIGTERM,
            (
                ("3", b"What comes next"),
                ("\r", b"Everybody asks"),
                (" ", b"paragraph 2"),
                ("n", b"Record a prediction"),
            ),
        ),
        (signal.SIGHUP, (("N", b"scenario"), ("\r", b"New source"))),
    ],
    ids=["claim", "form"],
)
def test_what_is_typed_survives_a_signal(
    ledger_path: Path, number: signal.Signals, keys: Sequence[tuple[str, bytes]]
) -> None:
    add_article(ledger_path)
    terminal = begin_to_type(ledger_path, keys)
    terminal.send("half a name")
    terminal.wait_until(lambda: "half a name" in drafts(), "what is typed is on disk")
    terminal.kill(number)
    assert terminal.finish() == 128 + number
    for restores in (_LEAVES_ALTERNATE_SCREEN, _SHOWS_CURSOR, _STOPS_MOUSE, _STOPS_PASTE_MARKS):
        assert restores in terminal.written
    assert terminal.modes_left == terminal.modes_found
    again = begin_to_type(ledger_path, keys)
    again.read_until(b"What you typed before is back.")
    again.read_until(b"half a name")
    again.send("\x11")
    assert again.finish() == 0


def test_a_terminal_that_is_closed_while_a_form_opens_ends_the_program(ledger_path: Path) -> None:
    terminal = begin_to_type(ledger_path, (("5", b"With nothing scored"), ("N", b"scenario"), ("\r", b"New source")))
    assert terminal.hang_up() in {128 + signal.SIGHUP, _NOT_FLUSHED}


_IN_A_SESSION_OF_ITS_OWN = f"""
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
if child := os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
os.setsid()
signal.signal(signal.SIGHUP, signal.SIG_DFL)
{RUN}"""


def test_a_terminal_that_is_closed_without_a_signal_ends_the_program(ledger_path: Path) -> None:
    terminal = Terminal(program(ledger_path, _IN_A_SESSION_OF_ITS_OWN))
    terminal.send("5")
    terminal.read_until(b"With nothing scored")
    assert terminal.hang_up() in {128 + signal.SIGHUP, _NOT_FLUSHED}


def test_a_dumb_terminal_is_refused(ledger_path: Path) -> None:
    terminal = Terminal(program(ledger_path), environment={"TERM": "dumb"})
    assert terminal.finish() == 1
    assert b"TERM is 'dumb'" in terminal.written
    assert b"\x1b" not in terminal.written


def test_an_encoding_without_other_scripts_is_refused(ledger_path: Path) -> None:
    terminal = Terminal(program(ledger_path), environment={"PYTHONIOENCODING": "ascii"})
    assert terminal.finish() == 1
    assert b"Set LC_ALL=C.UTF-8" in terminal.written


def test_without_a_terminal_it_says_what_to_do(ledger_path: Path) -> None:
    done = subprocess.run(program(ledger_path), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert "needs a terminal" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("damage", ["not a database", ""])
def test_a_database_that_cannot_be_used_is_told_before_anything_is_drawn(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "broken.db"
    path.write_bytes(damage.encode() * 1_000)
    if not damage:
        path.unlink()
        path.mkdir()
    terminal = Terminal(program(path))
    assert terminal.finish() == 1
    assert b"Traceback" not in terminal.written
    assert _LEAVES_ALTERNATE_SCREEN not in terminal.written


@pytest.mark.parametrize("colours", ["standard", "256", "none"])
def test_few_colours(ledger_path: Path, colours: str) -> None:
    environment = {"TEXTUAL_COLOR_SYSTEM": colours} if colours != "none" else {"NO_COLOR": "1"}
    terminal = Terminal(program(ledger_path), environment=environment)
    terminal.read_until("▸".encode())
    terminal.send("qq")
    assert terminal.finish() == 0
