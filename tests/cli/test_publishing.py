"""Tables, pages and bundles from the command line, and other people's files in."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

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
