"""What analysts get wrong: told with what, where and what to do, exit status 1, and nothing changed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.cli.places import QUESTION, content

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command, Program

RESOLVE = f"resolve {QUESTION}"
SEEN = "--outcome yes --known-on 2022-01-19 --note seen"
SOURCE = '[[source]]\nslug = "anna"\nname = "Anna"\nkind = "person"\n'
QUESTIONS = '[[question]]\nslug = "rain"\ntitle = "Rain?"\nkind = "binary"\ncriteria = "It rains."\n'
DEADLINE = "resolves_on = 2022-01-31\nwritten_on = 2022-01-01\n"
ARTICLE = '[[article]]\nslug = "post"\ntitle = "Post"\npublished_on = 2022-01-10\n'
PREDICTION = (
    '[[prediction]]\nslug = "post-p1"\nquestion = "rain"\nspeakers = ["anna"]\narticle = "post"\nclaim = "It rains."\n'
)


def pack(folder: Path, **files: str) -> Path:
    """A pack of several files, one of them with the table that every pack has."""
    folder.mkdir(exist_ok=True)
    for name, text in {"pack": '[pack]\nformat = 1\nname = "weather"\n', **files}.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("show question csto-out-by-2022-01-22", f"Did you mean {QUESTION}"),
        ("show source chan-kong", "Did you mean chan-kung?"),
        ("show question zzzz", "`forecasts list questions` names them all."),
        ("show standard icd-204", "Did you mean icd-203"),
        (f"resolve csto-out-by-2022-01-22 {SEEN}", QUESTION),
        ("reopen csto-out-by-2022-01-22 --reason wrong", QUESTION),
        ("history source chan-kong", "chan-kung"),
        ("list questions --scenario csto-misson", "csto-mission"),
        ("list predictions --source chan-kong", "chan-kung"),
        ("scores --scenario csto-misson", "csto-mission"),
        ("scores --standard icd-204", "icd-203"),
        ("export scorecards --format json --output out --source chan-kong", "chan-kung"),
    ],
)
def test_an_unknown_slug_is_told_with_the_nearest(command: Command, words: str, said: str) -> None:
    told = command.refused(*words.split())
    assert "There is no" in told
    assert said in told


def test_where_nothing_is_near_the_command_that_names_them_is_told_and_is_one(command: Command) -> None:
    for words in (
        "show source 7",
        "scores --scenario 7",
        "scores --standard 7",
        "resolve 77 --outcome yes --known-on 2022-01-19",
    ):
        (advised,) = re.findall("`forecasts (list [a-z]+)` names them all", command.refused(*words.split()))
        assert json.loads(command.done(*advised.split(), "--json"))
    assert "icd-203 2015 ICD 203" in " ".join(command.done("list", "standards").split())
    assert "`forecasts show article ARTICLE`" in command.refused("remove", "passage", "a / 1 / b", "--reason", "No.")


@pytest.mark.parametrize(
    "words", ["show question", "propose", "list predictions --source", "scores --scenario", "history question"]
)
def test_bytes_of_another_encoding_are_told_as_such(command: Command, words: str) -> None:
    result = command(*words.split(), "caf\udce9")
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert "is no text in UTF-8" in result.stderr


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (f"{RESOLVE} --outcome yes --known-on 2022-02-30 --note seen", "--known-on"),
        (f"{RESOLVE} --outcome yes --known-on yesterday --note seen", "--known-on"),
        (f"{RESOLVE} --outcome yes --known-on 2022-01-20/2022-01-19 --note seen", "--known-on"),
        ("scores --since 2022-13-01", "--since"),
        ("scores --until 1.1.2022", "--until"),
        ("scores --as-of 99999-01-01", "--as-of"),
        ("export scorecards --format json --output out --since 2021-02-29", "--since"),
    ],
)
def test_an_impossible_date(command: Command, words: str, where: str) -> None:
    before = content(command.database)
    told = command.refused(*words.split())
    assert where in told
    assert "YYYY-MM-DD" in told
    assert content(command.database) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (f"{RESOLVE} --outcome maybe --known-on 2022-01-19 --note seen", "yes, no"),
        (f"{RESOLVE} --outcome yes --note seen", "known_on"),
        ("scores --since 2022-02-01 --until 2022-01-31", "no day is left"),
        ("export scorecards --format json --output x --since 2022-02-01 --until 2022-01-31", "no day is left"),
        (f"{RESOLVE} --outcome yes --known-on 2022-01-19", "evidence, or a note"),
        (f"{RESOLVE} --outcome yes --known-on 2199-01-01 --note seen", "when it was resolved"),
        (f"{RESOLVE} --outcome yes --known-on 2022-01-19 --evidence ftp://example.org/x", "http"),
        (f"{RESOLVE} --outcome yes --known-on 2022-01-19 --evidence www.example.org", "https://"),
        (f"{RESOLVE} --void bad-question", "note"),
        ("undo", "nothing to undo"),
        ("undo --entry 7", "no entry 7"),
        (f"reopen {QUESTION} --reason wrong", "is not resolved"),
        ("list sources --status due", "no status"),
        ("list scenarios --source chan-kung", "cannot be narrowed"),
        ("import pack nowhere", "There is no pack at nowhere"),
    ],
)
def test_what_the_rules_refuse(command: Command, words: str, said: str) -> None:
    before = content(command.database)
    assert said in command.refused(*words.split())
    assert content(command.database) == before


def test_a_probability_of_more_than_one(command: Command, tmp_path: Path) -> None:
    folder = pack(
        tmp_path / "weather",
        all=SOURCE + QUESTIONS + DEADLINE + ARTICLE + PREDICTION + "probability = 1.2\n",
    )
    before = content(command.database)
    for words in ((), ("--dry-run",)):
        told = command.refused("import", "pack", folder, *words)
        assert "all.toml" in told
        assert "post-p1" in told
        assert "probability" in told
        assert "1.2" in told
    assert content(command.database) == before


def test_three_errors_in_three_files_are_told_at_once(program: Program, tmp_path: Path, seeded_file: Path) -> None:
    folder = pack(
        tmp_path / "weather",
        people=SOURCE.replace("person", "prophet"),
        questions=QUESTIONS + DEADLINE.replace("2022-01-31", '"31 January"'),
        claims=ARTICLE + PREDICTION + "probability = 1.2\n",
    )
    before = content(seeded_file)
    result = program("import", "pack", folder, "--database", seeded_file)
    assert (result.returncode, result.stdout) == (1, "")
    assert "Traceback" not in result.stderr
    lines = result.stderr.splitlines()
    for words in (
        ("people.toml", "anna", "kind", "prophet"),
        ("questions.toml", "rain", "resolves_on", "31 January"),
        ("claims.toml", "post-p1", "probability", "1.2"),
    ):
        assert any(all(word in line for word in words) for line in lines), (words, lines)
    assert content(seeded_file) == before


def test_settings_that_cannot_be_used(program: Program, isolated: Path) -> None:
    settings = isolated / ".config" / "forecasts" / "settings.toml"
    settings.parent.mkdir(parents=True)
    for text, said in (("colour = 'red'\n", "colour"), ("analyst = \n", "not TOML")):
        settings.write_text(text)
        result = program("status")
        assert (result.returncode, result.stdout) == (1, "")
        assert said in result.stderr
        assert str(settings) in result.stderr
        assert "Traceback" not in result.stderr
