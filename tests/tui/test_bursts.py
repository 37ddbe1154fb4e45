"""In a pseudo-terminal: all fields of a form as one write, again and again, each text in its own field."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from forecasts.tui.dialogs.form_fields import form_fields
from forecasts.tui.dialogs.resolve_check import PARTS
from forecasts.tui.flows.recording import KINDS
from tests.tui.forms import kept
from tests.tui.terminal import Terminal, program

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 5
"""How often each form is filled: keys that are given on too early fail within the first five."""
_DOWN, _START_OVER, _QUIT, _TAKEN = "\x1b[B", "\x12", "\x11", "\x13"
_BACK = "\x1b[Z"


def _asked(kind: str) -> list[tuple[str, bool]]:
    """The fields of a form from the one that it begins at, and whether each is typed into."""
    if kind == "resolve":
        names = ("known_on", *(f"evidence.0.{part}" for part in PARTS), "note")
        return [("outcome", False), *((name, True) for name in names)]
    fields = [field for field in form_fields(kind) if not field.is_rare]
    first = next((place for place, field in enumerate(fields) if field.is_needed), 0)
    return [(field.name, not (field.choices or field.refers)) for field in fields[first:]]


NARROW = 24
"""Bytes of the screen that come down for each key: a line on which a form takes seconds to appear."""


def _with_form(path: Path, kind: str) -> Terminal:
    """The program with a form open."""
    terminal = Terminal(program(path))
    terminal.read_until(b"Help")
    if kind == "resolve":
        terminal.send("r")
        terminal.read_until(b"What happened")
        return terminal
    terminal.send("N")
    terminal.read_until(b"scenario")
    terminal.send(_DOWN * KINDS.index(kind) + "\r")
    if kind == "article":  # which begins with its text
        terminal.read_until(b"Take in an article")
        terminal.send(_TAKEN)
    terminal.read_until(f"New {kind}".encode())
    return terminal


@pytest.mark.parametrize("kind", ["resolve", "source"])
def test_no_text_is_misplaced_over_a_line_that_is_slower_than_the_typing(ledger_path: Path, kind: str) -> None:
    terminal = _with_form(ledger_path, kind)
    asked = _asked(kind)
    typed = {name: f"{place}x" for place, (name, is_typed) in enumerate(asked) if is_typed}
    texts = [typed.get(name, "") for name, _ in asked]
    there = "\t".join(text if place % 2 else "" for place, text in enumerate(texts))
    back = _BACK.join("" if place % 2 else text for place, text in reversed(list(enumerate(texts))))
    terminal.send_slowly(there + back, NARROW)
    terminal.wait_until(lambda: any(typed.items() <= draft.items() for draft in kept()), f"{typed} is in the draft")
    terminal.send(_QUIT)
    assert terminal.finish() == 0


@pytest.mark.parametrize("width", [0, NARROW])
def test_no_text_is_misplaced_in_a_form_that_is_chosen_in_the_same_breath(ledger_path: Path, width: int) -> None:
    terminal = Terminal(program(ledger_path))
    terminal.read_until(b"Help")
    asked = _asked("question")
    typed = {name: f"quit {place}" for place, (name, is_typed) in enumerate(asked) if is_typed}
    keys = "N" + _DOWN * KINDS.index("question") + "\r" + "\t".join(typed.get(name, "") for name, _ in asked)
    terminal.send_slowly(keys, width) if width else terminal.send(keys)
    terminal.wait_until(lambda: any(typed.items() <= draft.items() for draft in kept()), f"{typed} is in the draft")
    terminal.send(_QUIT)
    assert terminal.finish() == 0


@pytest.mark.parametrize("kind", ["resolve", *KINDS])
def test_no_text_is_misplaced_in_a_form_that_is_typed_as_one_write(ledger_path: Path, kind: str) -> None:
    terminal = _with_form(ledger_path, kind)
    asked = _asked(kind)
    for number in range(ROUNDS):
        typed = {name: f"{place}x{number}" for place, (name, is_typed) in enumerate(asked) if is_typed}
        terminal.send(_START_OVER + "\t".join(typed.get(name, "") for name, _ in asked))
        last = list(typed.values())[-1]
        terminal.wait_until(lambda last=last: json.dumps(last) in json.dumps(kept()), f"{last!r} is in the draft")  # type: ignore[misc]
        (draft,) = kept()
        assert {name: text for name, text in draft.items() if re.search(r"\dx", str(text))} == typed
    terminal.send(_QUIT)
    assert terminal.finish() == 0
