"""Tables, pages and bundles from the command line, and other people's files in."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import jsonschema

from tests.cli.conftest import Command
from tests.cli.places import QUESTION, content

if TYPE_CHECKING:
    from pathlib import Path

RESOLVED = ("resolve", QUESTION, "--outcome", "yes", "--known-on", "2022-01-19", "--note", "seen")
TABLE = "source,made_on,question,deadline,p\nAna,2021-03-01,Will it rain?,2021-12-31,70\n"
MAPPED = ("--map", "resolves_on=deadline,probability=p", "--scale", "percent")


def test_a_table_is_read_back(command: Command, empty_file: Path, tmp_path: Path) -> None:
    command.done(*RESOLVED)
    command.done("export", "csv", tmp_path / "one.csv")
    other = Command(empty_file)
    assert "`forecasts undo` takes it back." in other.done("import", "csv", tmp_path / "one.csv", "--scale", "share")
    other.done("export", "csv", tmp_path / "two.csv")
    assert (tmp_path / "two.csv").read_bytes() == (tmp_path / "one.csv").read_bytes()


def test_somebody_elses_table_is_mapped(command: Command, tmp_path: Path) -> None:
    (tmp_path / "theirs.csv").write_text(TABLE)
    before = content(command.database)
    told = command.done("import", "csv", tmp_path / "theirs.csv", *MAPPED, "--dry-run")
    assert "Nothing was changed: this was a dry run." in told
    assert content(command.database) == before
    assert "1 prediction" in command.done("import", "csv", tmp_path / "theirs.csv", *MAPPED)


def test_a_map_that_is_none_is_wrong_usage(command: Command, tmp_path: Path) -> None:
    (tmp_path / "theirs.csv").write_text(TABLE)
    assert command("import", "csv", tmp_path / "theirs.csv", "--map", "probability").exit_code == 2


def test_pages_and_a_packaged_table(command: Command, tmp_path: Path) -> None:
    command.done(*RESOLVED)
    command.done("export", "scorecards", "--format", "html", "--output", tmp_path / "pages")
    page = (tmp_path / "pages" / "index.html").read_text()
    assert "default-src 'none'" in page
    assert "<script" not in page
    command.done("export", "scorecards", "--format", "csv", "--output", tmp_path / "tables")
    assert (tmp_path / "tables" / "datapackage.json").is_file()


def test_a_bundle_recomputes_on_a_bare_machine(command: Command, tmp_path: Path) -> None:
    command.done(*RESOLVED)
    command.done("export", "bundle", tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        bundle.extractall(tmp_path / "bundle")
    (script,) = (tmp_path / "bundle").rglob("recompute.py")
    result = subprocess.run(
        [sys.executable, "-I", str(script)], capture_output=True, encoding="utf-8", check=False, timeout=60
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_schemas_are_printed_and_hold_for_what_is_exported(command: Command, tmp_path: Path) -> None:
    assert command.done("schema", "--list") == "scorecards\nproposals\n"
    schema = json.loads(command.done("schema", "scorecards"))
    command.done("export", "scorecards", "--format", "json", "--output", tmp_path / "cards.json")
    jsonschema.Draft202012Validator(schema).validate(json.loads((tmp_path / "cards.json").read_text()))
    for words in ((), ("scorecards", "--list"), ("questions",)):
        assert command("schema", *words).exit_code == 2


def test_a_check_takes_an_export_and_finds_what_was_cut(command: Command, tmp_path: Path) -> None:
    command.done(*RESOLVED)
    command.done("export", "scorecards", "--format", "html", "--output", tmp_path / "pages")
    command.done("export", "bundle", tmp_path / "bundle.zip")
    taken = (tmp_path / "pages" / "index.html", tmp_path / "bundle.zip")
    for path in taken:
        assert command("check", "--against", path).exit_code == 0
    with closing(sqlite3.connect(command.database)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DELETE FROM history_change WHERE entry_id = 2")
        connection.execute("DELETE FROM history_entry WHERE id = 2")
        connection.commit()
    for path in taken:
        assert "does not continue the receipt" in command("check", "--against", path).stderr


def test_a_picture_is_drawn(command: Command, tmp_path: Path) -> None:
    command.done(*RESOLVED)
    for kind in ("scores", "timeline"):
        told = command.done("plot", kind, "chan-kung", "--output", tmp_path / f"{kind}.svg")
        assert told == f"{tmp_path / kind}.svg\n"
    assert "Chan Kung" in (tmp_path / "scores.svg").read_text()
