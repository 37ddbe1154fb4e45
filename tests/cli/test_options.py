"""What every command takes and says: the database, the analyst, the version, help, and wrong usage."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from forecasts.cli.commands.adding import ENTERED
from forecasts.cli.groups import COMMANDS
from forecasts.cli.program import app, execute
from forecasts.text import has_password
from tests.cli.places import QUESTION

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Program

APART = (
    "add",
    "merge",
    "export",
    "import",
    "copy",
    "schema",
    "explain",
    "archive",
)  # groups; copy names two ledgers, the others none
ALL = [name for name in COMMANDS if name not in APART]
ALL += [f"add {name}" for name in ("objection", "answer", *ENTERED)]
ALL += ["merge source"]
ALL += [
    f"export {name}" for name in ("scorecards", "archive", "csv", "parquet", "datasette", "bundle", "calendar", "pack")
]
ALL += [f"import {name}" for name in ("pack", "csv", "fatebook", "metaculus", "predictionbook", "manifold")]


@pytest.mark.parametrize("words", ALL)
def test_every_command_takes_a_database_and_an_analyst(words: str) -> None:
    result = CliRunner().invoke(app, [*words.split(), "--help"], catch_exceptions=False)
    assert result.exit_code == 0
    assert "--database" in result.stdout
    assert "--analyst" in result.stdout
    assert "\x1b" not in result.stdout


def test_help_names_every_command_and_only_these() -> None:
    result = CliRunner().invoke(app, ["--help"], catch_exceptions=False)
    listed = [line.split()[0] for line in result.stdout.partition("Commands:")[2].splitlines() if line.strip()]
    assert listed == list(COMMANDS)
    assert "..." not in result.stdout.partition("Commands:")[2], "every summary fits its line"


def test_before_and_after_the_command(program: Program, seeded_file: Path, empty_file: Path) -> None:
    for words in (
        ["--database", str(seeded_file), "status", "--json"],
        ["status", "--json", "--database", str(seeded_file)],
        ["--database", str(empty_file), "status", "--json", "--database", str(seeded_file)],
    ):
        told = CliRunner().invoke(app, words, catch_exceptions=False).stdout
        assert json.loads(told)["database"] == str(seeded_file)
    at = {"FORECASTS_DATABASE": str(empty_file)}
    assert json.loads(program("status", "--json", env=at).stdout)["database"] == str(empty_file)
    chosen = program("status", "--json", "--database", seeded_file, env=at)
    assert json.loads(chosen.stdout)["database"] == str(seeded_file)


def test_who_works(program: Program, seeded_file: Path) -> None:
    resolve = f"resolve {QUESTION} --outcome yes --known-on 2022-01-19 --note seen --supersede again".split()
    at = {"FORECASTS_DATABASE": str(seeded_file), "FORECASTS_ANALYST": "by the environment"}
    program(*resolve, env=at)
    program("--analyst", "before", *resolve, env=at)
    program("--analyst", "before", *resolve, "--analyst", "after", env=at)
    entries = json.loads(program("history", "--json", env=at).stdout)
    assert [entry["analyst"] for entry in entries] == ["after", "before", "by the environment", "founders"]


def test_a_password_is_refused_on_the_command_line_only(program: Program) -> None:
    address = "postgresql://me:secret@127.0.0.1:1/forecasts"
    for words in (("--database", address, "status"), ("status", "--database", address), ("--database", address)):
        result = program(*words)
        assert (result.returncode, result.stdout) == (2, "")
        assert "FORECASTS_DATABASE" in result.stderr
        assert "secret" not in result.stderr
    result = program("status", env={"FORECASTS_DATABASE": address})
    assert (result.returncode, result.stdout) == (1, "")
    assert "secret" not in result.stderr
    assert "127.0.0.1" in result.stderr


@pytest.mark.parametrize(
    ("address", "has"),
    [
        ("postgresql://me:secret@server/forecasts", True),
        ("postgresql://:secret@server/forecasts", True),
        ("postgresql+psycopg://me:p/s?s@server/forecasts", True),
        ("postgresql://server/forecasts?user=me&password=secret", True),
        ("postgresql://server/forecasts?sslpassword=secret", True),
        ("postgresql://me@server:5432/forecasts", False),
        ("postgresql://server:5432/forecasts?user=me@here", False),
        ("postgresql://one:5432,two:5432/forecasts", False),
        ("postgresql:///forecasts?service=team", False),
        ("/home/me/a:b@c.db", False),
        ("forecasts.db", False),
    ],
)
def test_passwords_in_addresses(address: str, has: bool) -> None:
    assert has_password(address) is has


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lst"], "Did you mean 'list'?"),
        (["list", "everything"], "sources, articles"),
        (["list"], "Missing argument"),
        (["show", "question"], "Missing argument"),
        (["show", "passage", "x"], "source, article"),
        (["status", "--nonsense"], "No such option"),
        (["status", "more"], "unexpected"),
        (["status", "\x1b]0;x\x07"], "unexpected"),
        (["history", "question"], "KIND SLUG"),
        (["scores", "--by", "reader"], "speaker, author, outlet"),
        (["export", "scorecards", "--format", "word", "--output", "x"], "csv, json, markdown"),
        (["export", "scorecards", "--format", "csv"], "--output"),
        (["export"], "scorecards"),
    ],
)
def test_wrong_usage_is_status_2(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(words) == 2
    out, told = capsys.readouterr()
    assert out == ""
    assert said in told
    assert told.replace("\n", "").isprintable()


def test_a_process_of_its_own_says_the_same(program: Program) -> None:
    result = program("lst")
    assert (result.returncode, result.stdout) == (2, "")
    assert "Did you mean 'list'?" in result.stderr


def test_version(program: Program) -> None:
    result = program("--version")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("forecasts ")
