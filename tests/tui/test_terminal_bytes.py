"""The bytes that reach the terminal while hostile text stands on every place: no control but the program's own."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecasts.tui.startup import styles_once
from tests.hostile import spoil
from tests.tui.terminal import Terminal, program

if TYPE_CHECKING:
    from pathlib import Path

PAYLOADS = {
    "clear-screen": "\x1b[2J\x1b[3J\x1bc cleared",
    "clipboard": "\x1b]52;c;UFdORUQ=\x07 copied",
    "title": "\x1b]0;owned\x1b\\ titled",
    "device": '\x1bP$q"p\x1b\\ \x1b[6n\x1b[c asked',
    "eight-bit": "\x9b2J\x9d0;owned\x9c\x90q\x9c one byte",
    "keys": "\x08\x08\x7f\x0e\x0f\x05 \r\n pressed",
    "bidi": "abc\u202edef\u2066ghi\u200f turned",
}
SCREENS = (
    ("\r", b"Criteria"),
    ("r", b"What happened"),
    ("\x1b", b"Criteria"),
    ("2", b"scenarios"),
    ("3", b"newest first"),
    ("\r", b"On the command line"),
    ("4", b"predictions"),
    ("5", b"ranked"),
    ("\r", b"In which words"),
    ("6", b"newest first"),
    ("\r", b"entry 1"),
)
_CONTROL = re.compile(r"\x1b\[([0-?]*)([ -/]*[@-~])|\x1b([^\[])|([\x00-\x1a\x1c-\x1f\x7f-\x9f])")
_TURNS = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _written(path: Path) -> str:
    """All that the program writes on its way through the screens."""
    terminal = Terminal(program(path), size=(120, 40))
    terminal.read_until(b"Help")
    for key, mark in SCREENS:
        seen = len(terminal.written)
        terminal.send(key)
        terminal.read_until(lambda written, seen=seen, mark=mark: mark in written[seen:])  # type: ignore[misc]
    terminal.send("\x11")
    assert terminal.finish() == 0
    return terminal.written.decode("utf-8")


def _controls(written: str) -> set[str]:
    """The kinds of control in it: colours and places of the cursor by their letter, everything else to the letter."""
    found = set()
    for parameters, final, escaped, single in _CONTROL.findall(written):
        found.add(final if final in {"m", "H"} else f"{parameters}{final}{escaped}{single}")
    return found


@pytest.fixture(scope="session")
def own(resolved: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What the program writes by itself, on a record without harm."""
    path = tmp_path_factory.mktemp("own") / "forecasts.db"
    shutil.copy(resolved, path)
    return _controls(_written(path))


@pytest.mark.parametrize("first", [0, 2, 5])
def test_no_control_reaches_the_terminal_from_the_record(
    first: int,
    own: set[str],
    resolved: Path,
    tmp_path: Path,
) -> None:
    """Each record has another text in each of its fields, and in each run another one."""
    path = tmp_path / "forecasts.db"
    shutil.copy(resolved, path)
    texts = [*PAYLOADS.values()]
    spoil(path, *texts[first:], *texts[:first])
    written = _written(path)
    assert [text for text in texts if text.rpartition(" ")[2] not in written] == []  # all were on the screen
    assert _controls(written) <= own
    assert not _TURNS & set(written)


def test_a_control_is_seen() -> None:
    """The comparison itself."""
    assert _controls("\x1b[2J\x1b[1;31m\x1b[5;7H\x07\x9b\x1bc") == {"2J", "m", "H", "\x07", "\x9b", "c"}


_SEQUENCES = st.sampled_from(
    ("\x1b[0m", "\x1b[1m", "\x1b[1;31m", "\x1b[38;2;1;2;3;48;2;4;5;6m", "\x1b[5;7H", "\n", "a", "Қ", "\x1b[?25l")
)


def _drawn(data: str) -> list[tuple[str, str]]:
    """Each sign and each control that is no style, with the styles that it is drawn in."""
    drawn = []
    style = ""
    for piece in re.findall(r"\x1b\[[0-?]*[ -/]*[@-~]|.", data, re.DOTALL):
        if piece.endswith("m") and piece.startswith("\x1b"):
            style = "" if piece == "\x1b[0m" else style + piece
        else:
            drawn.append((piece, style))
    return drawn


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_SEQUENCES).map("".join))
def test_the_same_is_drawn_when_styles_are_written_once(data: str) -> None:
    once = styles_once(data)
    assert _drawn(once) == _drawn(data)
    assert len(once) <= len(data)


def test_a_style_that_goes_on_is_written_once(resolved: Path) -> None:
    terminal = Terminal(program(resolved))
    terminal.read_until(b"Help")
    terminal.send("4")
    terminal.read_until(b"predictions")
    terminal.send("\x11")
    assert terminal.finish() == 0
    assert re.search(rb"(\x1b\[[0-9;]+m)[^\x1b]*\x1b\[0m\1", terminal.written) is None
