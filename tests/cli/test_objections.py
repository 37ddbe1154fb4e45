"""Objections and their answers from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.places import QUESTION

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command

ABOUT = ("--prediction", "anbound-2022-01-14-p3", "--by", "Chan Kung")


def test_an_objection_is_recorded_answered_shown_and_printed(command: Command, tmp_path: Path) -> None:
    made = ("--made-on", "2026-11-01")
    told = command.done("add", "objection", *ABOUT, "--text", "I said <hard>, not impossible.", *made)
    assert "Objection by Chan Kung to prediction anbound-2022-01-14-p3, 2026-11-01" in told
    assert "`forecasts undo` takes it back." in told
    answered = ("add", "answer", *ABOUT, "--text", "So it was read.")
    assert "So it was read." in command.done(*answered)
    assert "Nothing was changed" in command.done(*answered)
    (shown,) = json.loads(command.done("show", "prediction", ABOUT[1], "--json"))["related"]["objections"]
    expected = {"prediction": ABOUT[1], "by": "Chan Kung", "made_on": "2026-11-01"}
    assert shown == {**expected, "text": "I said <hard>, not impossible.", "answer": "So it was read."}
    command.done("export", "scorecards", "--format", "html", "--output", tmp_path, "--source", "chan-kung")
    page = (tmp_path / "scorecard-chan-kung.html").read_text()
    assert "I said &lt;hard&gt;, not impossible." in page
    command.done("undo")
    command.done("undo")
    assert json.loads(command.done("show", "prediction", ABOUT[1], "--json"))["related"].get("objections", []) == []


def test_of_several_objections_the_one_that_is_meant_is_answered(command: Command) -> None:
    about = ("--question", QUESTION, "--by", "A reader")
    for text in ("The deadline is wrong.", "The source is wrong."):
        command.done("add", "objection", *about, "--text", text)
    assert "2 objections" in command.refused("add", "answer", *about, "--text", "It is not.")
    told = command.done("add", "answer", *about, "--text", "It is not.", "--begins", "The source")
    assert "The source is wrong." in told
    assert "no such objection" in command.refused("add", "answer", *about, "--text", "Why?", "--made-on", "2001-01-01")


@pytest.mark.parametrize("named", [(), ("--question", QUESTION, "--prediction", "anbound-2022-01-14-p3")])
@pytest.mark.parametrize("what", ["objection", "answer"])
def test_one_thing_is_disputed(command: Command, what: str, named: tuple[str, ...]) -> None:
    result = command("add", what, *named, "--by", "A reader", "--text", "No.")
    assert result.exit_code == 2
    assert "--prediction" in result.stderr


def test_an_unknown_slug_offers_the_nearest(command: Command) -> None:
    told = command.refused("add", "objection", "--question", f"{QUESTION}x", "--by", "A reader", "--text", "No.")
    assert QUESTION in told
