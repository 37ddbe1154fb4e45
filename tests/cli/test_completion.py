"""Completion: commands, options and slugs from the record; it offers nothing rather than fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Program


def offered(program: Program, line: str, database: Path | str = "") -> list[str]:
    """What bash is offered behind a line."""
    words = line.split(" ")
    env = {
        "_FORECASTS_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        **({"FORECASTS_DATABASE": str(database)} if database else {}),
    }
    result = program(env=env)
    assert (result.returncode, result.stderr) == (0, ""), result
    return result.stdout.split()


def test_commands_kinds_and_words(program: Program) -> None:
    assert offered(program, "forecasts s") == ["setup", "status", "show", "scores"]
    assert offered(program, "forecasts list s") == ["sources", "scenarios"]
    assert offered(program, "forecasts export ") == ["scorecards", "pack"]
    assert offered(program, "forecasts scores --by ") == ["speaker", "author", "outlet"]
    assert "--database" in offered(program, "forecasts status --d")


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
def test_slugs(program: Program, seeded_file: Path, line: str, slug: str) -> None:
    assert offered(program, line, seeded_file) == [slug]


def test_the_database_of_the_line_is_asked(program: Program, seeded_file: Path) -> None:
    line = f"forecasts --database {seeded_file} show source chan"
    assert offered(program, line) == ["chan-kung"]


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_text("x")])
def test_it_never_fails(program: Program, tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / "f.db")
    assert offered(program, "forecasts show source chan", tmp_path / "f.db") == []
    assert offered(program, "forecasts show standard x", tmp_path / "f.db") == []
    assert offered(program, "forecasts --database postgresql://a:b@c/d show source x") == []
