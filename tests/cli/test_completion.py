"""Completion: commands, options and slugs from the record; it offers nothing rather than fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from forecasts.cli.program import app

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Program


def offered(line: str, database: Path | str = "") -> list[str]:
    """What bash is offered behind a line."""
    words = line.split(" ")
    env = {
        "_FORECASTS_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        **({"FORECASTS_DATABASE": str(database)} if database else {}),
    }
    result = CliRunner().invoke(app, [], env=env, prog_name="forecasts", catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (0, ""), result
    return str(result.stdout).split()


def test_commands_kinds_and_words() -> None:
    assert offered("forecasts s") == ["setup", "status", "show", "scores", "schema", "serve"]
    assert offered("forecasts list s") == ["sources", "scenarios", "standards"]
    assert offered("forecasts export ") == [
        "scorecards",
        "archive",
        "csv",
        "parquet",
        "datasette",
        "bundle",
        "calendar",
        "pack",
    ]
    assert offered("forecasts scores --by ") == ["speaker", "author", "outlet"]
    assert "--database" in offered("forecasts status --d")


@pytest.mark.parametrize(
    ("line", "slug"),
    [
        ("forecasts show source chan", "chan-kung"),
        ("forecasts show scenario csto-m", "csto-mission"),
        ("forecasts resolve csto-out-by-2022-01-2", "csto-out-by-2022-01-23"),
        ("forecasts reopen csto-out-by-2022-01-2", "csto-out-by-2022-01-23"),
        ("forecasts history source chan", "chan-kung"),
        ("forecasts list questions --scenario csto-m", "csto-mission"),
        ("forecasts list predictions --source chan", "chan-kung"),
        ("forecasts scores --scenario csto-m", "csto-mission"),
        ("forecasts export scorecards --source chan", "chan-kung"),
    ],
)
def test_slugs(seeded_file: Path, line: str, slug: str) -> None:
    assert offered(line, seeded_file) == [slug]


def test_a_process_of_its_own_offers_the_same(program: Program, seeded_file: Path) -> None:
    env = {"_FORECASTS_COMPLETE": "complete_bash", "COMP_WORDS": "forecasts show source chan", "COMP_CWORD": "3"}
    result = program(env={**env, "FORECASTS_DATABASE": str(seeded_file)})
    assert (result.returncode, result.stdout, result.stderr) == (0, "chan-kung\n", "")


def test_the_database_of_the_line_is_asked(seeded_file: Path) -> None:
    line = f"forecasts --database {seeded_file} show source chan"
    assert offered(line) == ["chan-kung"]


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_text("x")])
def test_it_never_fails(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / "f.db")
    assert offered("forecasts show source chan", tmp_path / "f.db") == []
    assert offered("forecasts show standard x", tmp_path / "f.db") == []
    assert offered("forecasts --database postgresql://a:b@c/d show source x") == []
