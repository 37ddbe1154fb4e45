"""Databases that cannot be used: a clear message, exit status 1, no traceback, and not a byte changed."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import COMMAND, SECONDS, Command
from tests.cli.places import QUESTION, fingerprint, make_foreign, make_newer, without_override

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Program

READING = ("status", "list questions", f"show question {QUESTION}", "history", "scores", "phrases likely")
WRITING = (
    "setup",
    "",
    f"resolve {QUESTION} --outcome yes --known-on 2022-01-19 --note seen",
    f"reopen {QUESTION} --reason wrong",
    "undo",
)
SOME = ("status", "list questions", "setup", "", WRITING[2])


def refused(words: str, database: Path) -> str:
    """What the program says on standard error, having refused."""
    told = Command(database).refused(*words.split())
    assert len(told.splitlines()) >= 2, "what is wrong, and what to do"
    return told


@pytest.mark.parametrize("words", [*READING, *WRITING])
def test_folder(tmp_path: Path, words: str) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    told = refused(words, folder)
    assert str(folder) in told
    assert "is a folder" in told
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("words", SOME)
@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("notes.txt", lambda path: path.write_text("not a database, " * 100), "not a database"),
        ("bookmarks.db", make_foreign, "another program"),
        ("cut.db", lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(2000)), "database"),
    ],
)
def test_not_ours(tmp_path: Path, words: str, name: str, make: Callable[[Path], object], said: str) -> None:
    folder = tmp_path / "place"
    folder.mkdir()
    make(folder / name)
    before = fingerprint(folder)
    told = refused(words, folder / name)
    assert str(folder / name) in told
    assert said in told
    assert fingerprint(folder) == before


@pytest.mark.parametrize("words", SOME)
def test_newer_version(seeded_file: Path, words: str) -> None:
    make_newer(seeded_file)
    before = fingerprint(seeded_file.parent)
    told = refused(words, seeded_file)
    assert "newer version" in told
    assert "9999" in told
    assert fingerprint(seeded_file.parent) == before


@pytest.mark.parametrize("words", ["status", "list questions", WRITING[2], "undo", "scores"])
def test_no_database_yet(tmp_path: Path, words: str) -> None:
    told = refused(words, tmp_path / "nowhere" / "f.db")
    assert "There is no database" in told
    assert "forecasts setup" in told
    assert not (tmp_path / "nowhere").exists()


def test_empty_file_is_no_database_yet(tmp_path: Path) -> None:
    database = tmp_path / "f.db"
    database.touch()
    told = refused("status", database)
    assert "forecasts setup" in told
    assert database.read_bytes() == b""
    Command(database).done("setup")
    Command(database).done("status")


def held(words: str, database: Path) -> subprocess.CompletedProcess[str]:
    """The program with rights on files that hold even for root."""
    return subprocess.run(
        [*without_override(), *COMMAND, *words.split()],
        env={**os.environ, "FORECASTS_DATABASE": str(database)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )


@pytest.mark.parametrize("words", [WRITING[2], "setup --with-resolutions"])
def test_read_only_file(seeded_file: Path, words: str) -> None:
    seeded_file.chmod(0o400)
    before = fingerprint(seeded_file.parent)
    result = held(words, seeded_file)
    assert (result.returncode, result.stdout) == (1, "")
    assert "read-only" in result.stderr
    assert "Traceback" not in result.stderr
    assert fingerprint(seeded_file.parent) == before


@pytest.mark.parametrize("words", [WRITING[2], "status", "list sources", "scores"])
def test_read_only_folder(seeded_file: Path, words: str) -> None:
    seeded_file.chmod(0o400)
    seeded_file.parent.chmod(0o500)
    before = fingerprint(seeded_file.parent)
    try:
        result = held(words, seeded_file)
    finally:
        seeded_file.parent.chmod(0o700)
    assert "Traceback" not in result.stderr
    assert fingerprint(seeded_file.parent) == before
    if words.startswith("resolve"):
        assert (result.returncode, result.stdout) == (1, "")
    assert result.returncode == 0 or str(seeded_file) in result.stderr


def test_no_database_can_be_made_in_a_read_only_folder(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    for words in ("setup", ""):
        result = held(words, folder / "f.db")
        assert (result.returncode, result.stdout) == (1, "")
        assert str(folder / "f.db") in result.stderr
        assert "Traceback" not in result.stderr
    assert list(folder.iterdir()) == []


def test_unreadable_file(seeded_file: Path) -> None:
    seeded_file.chmod(0o000)
    result = held("status", seeded_file)
    assert (result.returncode, result.stdout) == (1, "")
    assert str(seeded_file) in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("name", ["x" * 300, "file/below.db", "a\nb.db"])
def test_impossible_paths(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    for words in ("status", "list sources"):
        assert Command(tmp_path / name).refused(*words.split())
    assert (tmp_path / "file").read_text() == ""


@pytest.mark.parametrize("words", ["status", "list questions", "setup", "", WRITING[2]])
def test_a_process_of_its_own_says_the_same(program: Program, tmp_path: Path, words: str) -> None:
    database = tmp_path / "notes.txt"
    database.write_text("not a database, " * 100)
    result = program(*words.split(), env={"FORECASTS_DATABASE": str(database)})
    assert (result.returncode, result.stdout) == (1, "")
    assert "is not a database of this program.\nNothing was changed." in result.stderr
    assert "Traceback" not in result.stderr
