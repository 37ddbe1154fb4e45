"""Resolving, superseding, voiding, reopening and undoing from the command line."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.cli.commands.resolving import read_evidence
from tests.cli.places import QUESTION, content

if TYPE_CHECKING:
    from tests.cli.conftest import Command

TODAY = date(2026, 11, 21)
ADDRESS = "https://www.reuters.com/world/asia-pacific/csto-leaves"
YES = ("resolve", QUESTION, "--outcome", "yes", "--known-on", "2022-01-19")


def resolutions(command: Command) -> list[dict[str, Any]]:
    """Every resolution, superseded ones included."""
    found: list[dict[str, Any]] = json.loads(command.done("list", "resolutions", "--json"))
    return found


def test_each_affected_source_is_told_before_and_after(command: Command) -> None:
    told = command.done(*YES, "--evidence", ADDRESS, "--evidence", "TASS: the last plane has left")
    assert f"{QUESTION}: yes (known on 2022-01-19)" in told
    kung = next(line for line in told.splitlines() if line.startswith("Chan Kung"))
    assert kung.split()[-4:] == ["–", "0.810", "0", "1"]
    assert re.search(r"^\d+ predictions?: open → scored$", told, re.MULTILINE)
    assert "`forecasts undo`" in told
    (stored,) = resolutions(command)
    assert (stored["outcome"], stored["known_on"], stored["analyst"]) == ("yes", "2022-01-19", "tester")
    assert [(item["title"], item["url"]) for item in stored["evidence"]] == [
        (ADDRESS, ADDRESS),
        ("TASS: the last plane has left", ""),
    ]


def test_a_dry_run_tells_the_same_and_changes_nothing(command: Command) -> None:
    before = content(command.database)
    rehearsed = command.done(*YES, "--note", "seen", "--dry-run")
    assert content(command.database) == before
    assert "Nothing was changed: this was a dry run." in rehearsed
    carried_out = command.done(*YES, "--note", "seen")
    assert carried_out.splitlines()[:-1] == rehearsed.splitlines()[:-1]


def test_a_day_before_the_month_that_is_asked_about_is_doubted(command: Command) -> None:
    command.done(
        *("add", "question", "--title", "Will it snow in February?", "--criteria", "Yes if it snows."),
        *("--resolves-on", "2022-03-31", "--slug", "snow"),
    )
    result = command("resolve", "snow", "--outcome", "yes", "--known-on", "2022-01-19", "--note", "seen")
    assert "February, which the question asks about, begins on 2022-02-01." in result.stderr
    result = command(
        "resolve", "snow", "--outcome", "yes", "--known-on", "2022-02-01", "--note", "a", "--supersede", "b"
    )
    assert "asks about" not in result.stderr


def test_undo_takes_the_scores_back(command: Command) -> None:
    before = command.done("scores", "--json")
    command.done(*YES, "--note", "seen")
    told = command.done("undo")
    assert "Undone: entry 2" in told
    kung = next(line for line in told.splitlines() if line.startswith("Chan Kung"))
    assert kung.split()[-4:] == ["0.810", "–", "1", "0"]
    assert command.done("scores", "--json") == before
    assert "undone by 3" in command.done("history")
    assert "undone already" in command.refused("undo", "--entry", 2)


def test_what_is_in_force_is_superseded_only_with_a_reason(command: Command) -> None:
    command.done(*YES, "--note", "seen")
    again = ("resolve", QUESTION, "--outcome", "no", "--known-on", "2022-01-24", "--note", "A unit had stayed.")
    assert "already resolved (yes)" in command.refused(*again)
    command.done(*again, "--supersede", "The first reading was wrong.")
    older, newer = resolutions(command)
    assert (older["outcome"], older["superseded_reason"]) == ("yes", "The first reading was wrong.")
    assert (newer["outcome"], newer["superseded_reason"]) == ("no", "")
    assert "The first reading was wrong." in command.done("history", "question", QUESTION)


def test_reopen_keeps_the_resolution_and_the_reason(command: Command) -> None:
    command.done(*YES, "--note", "seen")
    told = command.done("reopen", QUESTION, "--reason", "Mixed up two units.")
    assert "scored → open" in told
    (kept,) = resolutions(command)
    assert kept["superseded_reason"] == "Mixed up two units."
    (listed,) = [row for row in json.loads(command.done("list", "questions", "--json")) if row["slug"] == QUESTION]
    assert listed["status"] == "due"


def test_void(command: Command) -> None:
    told = command.done("resolve", QUESTION, "--void", "unclear-facts", "--note", "No two sources agree.")
    assert "void: unclear-facts" in told
    assert "open → void" in told
    assert command.done("show", "question", QUESTION).count("unclear-facts") >= 1


@pytest.mark.parametrize("case", ["YES", "Yes", " yes "])
def test_the_outcome_is_read_for_the_question(command: Command, case: str) -> None:
    command.done("resolve", QUESTION, "--outcome", case, "--known-on", "2022-01-19/2022-01-20", "--note", "seen")
    (stored,) = resolutions(command)
    assert (stored["outcome"], stored["known_on"]) == ("yes", "2022-01-19/2022-01-20")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("resolve", QUESTION), "--outcome"),
        ((*YES, "--void", "bad-question"), "--void"),
        (("resolve", QUESTION, "--void", "silly"), "unclear-facts, bad-question"),
        ((*YES, "--note", "seen", "--certainty", "total"), "high, medium, low"),
        (("reopen", QUESTION), "--reason"),
        (("undo", "--entry", "0"), "--entry"),
        (("undo", "--entry", "first"), "--entry"),
    ],
)
def test_wrong_usage(command: Command, words: tuple[str, ...], said: str) -> None:
    before = content(command.database)
    result = command(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert content(command.database) == before


@pytest.mark.parametrize(
    ("text", "title", "url"),
    [
        (ADDRESS, ADDRESS, ADDRESS),
        (f"Reuters, 19 January {ADDRESS}", "Reuters, 19 January", ADDRESS),
        (f"{ADDRESS} Reuters, 19 January", "Reuters, 19 January", ADDRESS),
        (f"Reuters https://archive.ph/x {ADDRESS}", "Reuters", ADDRESS),
        (f"{ADDRESS} {ADDRESS}1 {ADDRESS}2", f"{ADDRESS} {ADDRESS}1 {ADDRESS}2", ""),
        ("Reuters: what https means", "Reuters: what https means", ""),
        ("  Хабар 24  ", "Хабар 24", ""),
        (f"https://example.org/{'x' * 400}", "example.org", f"https://example.org/{'x' * 400}"),
    ],
)
def test_an_address_is_told_from_a_title(text: str, title: str, url: str) -> None:
    found = read_evidence(text, TODAY)
    assert (found.title, found.url) == (title, url)
    assert found.archived_url == ("https://archive.ph/x" if "archive.ph" in text else "")


def test_each_part_of_evidence_is_given_behind_its_title(command: Command) -> None:
    parts = (
        "archived-url = https://web.archive.org/web/2022/x",
        "quote = the last plane; has left = gone",
        "Published_On=19 January 2022",
        "note = seen; twice",
    )
    command.done(*YES, "--evidence", "; ".join((f"TASS; the last plane {ADDRESS}", *parts)))
    ((evidence,),) = [one["evidence"] for one in resolutions(command)]
    assert evidence == {
        "title": "TASS; the last plane",
        "url": ADDRESS,
        "archived_url": "https://web.archive.org/web/2022/x",
        "quote": "the last plane; has left = gone",
        "published_on": "2022-01-19",
        "note": "seen; twice",
    }
    shown = command.done("show", "question", QUESTION)
    assert "the last plane; has left = gone" in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("TASS; archived-url = nowhere", "http"),
        ("TASS; published-on = 19/1/22", "whether day or month comes first"),
        ("; quote = words alone", "a title"),
        (f"TASS; quote = {'word ' * 51}", "50 words"),
        (f"{ADDRESS}|TASS", "a space between an address and its title"),
        ("TASS; quote =", "something after quote ="),
        (f"TASS {ADDRESS}; archived-url = ; note = seen", "something after archived-url ="),
    ],
)
def test_a_wrong_part_of_evidence_says_what_it_expects(command: Command, text: str, said: str) -> None:
    before = content(command.database)
    assert said in command.refused(*YES, "--evidence", text)
    assert content(command.database) == before
