"""Exports and imports: what is written loads back, and a load tells what it did."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import Command
from tests.cli.places import QUESTION, content

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("form", ["csv", "json", "markdown"])
def test_scorecards(command: Command, tmp_path: Path, form: str) -> None:
    command.done("resolve", QUESTION, "--outcome", "yes", "--known-on", "2022-01-19", "--note", "seen")
    result = command("export", "scorecards", "--format", form, "--output", tmp_path / "cards")
    assert result.exit_code == 0
    written = result.stdout.splitlines()
    assert written
    assert sorted(written) == sorted(str(path) for path in (tmp_path / "cards").iterdir())
    assert result.stderr == f"Wrote {len(written)} file{'' if len(written) == 1 else 's'}.\n"


def test_the_scorecard_of_one_source(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "kung.json"
    words = ("--format", "json", "--output", file, "--source", "chan-kung", "--which", "last", "--since", "2022-01-01")
    assert command.done("export", "scorecards", *words) == f"{file}\n"
    document = json.loads(file.read_text())
    assert [card["source"] for card in document["scorecards"]] == ["chan-kung"]
    assert (document["which"], document["since"]) == ("last", "2022-01-01")


def test_a_file_in_the_way_is_left_alone(command: Command, tmp_path: Path) -> None:
    (tmp_path / "cards").write_text("mine")
    told = command.refused("export", "scorecards", "--format", "csv", "--output", tmp_path / "cards")
    assert str(tmp_path / "cards") in told
    assert (tmp_path / "cards").read_text() == "mine"


def test_a_pack_loads_back(command: Command, tmp_path: Path, empty_file: Path) -> None:
    command.done("resolve", QUESTION, "--outcome", "yes", "--known-on", "2022-01-19", "--note", "seen")
    written = command.done("export", "pack", tmp_path / "one").splitlines()
    other = Command(empty_file)
    told = other.done("import", "pack", tmp_path / "one")
    assert "Added: " in told
    assert "`forecasts undo` takes it back." in told
    other.done("export", "pack", tmp_path / "two")
    for path in written:
        name = path.rpartition("/")[2]
        assert (tmp_path / "two" / name).read_bytes() == (tmp_path / "one" / name).read_bytes()
    assert json.loads(other.done("scores", "--json")) == json.loads(command.done("scores", "--json"))


def test_a_dry_run_and_a_second_load_change_nothing(command: Command, tmp_path: Path) -> None:
    command.done("export", "pack", tmp_path / "one")
    before = content(command.database)
    assert "Nothing was changed: all of it is here already." in command.done("import", "pack", tmp_path / "one")
    file = tmp_path / "new.toml"
    file.write_text('[pack]\nformat = 1\nname = "new"\n[[source]]\nslug = "one"\nname = "One"\nkind = "person"\n')
    told = command.done("import", "pack", file, "--dry-run")
    assert "Would add: " in told
    assert "1 source" in told
    assert "Nothing was changed: this was a dry run." in told
    assert content(command.database) == before


def test_conflicts_are_told_and_superseded_when_asked(command: Command, tmp_path: Path) -> None:
    resolve = ("resolve", QUESTION, "--known-on", "2022-01-19", "--note", "seen")
    command.done(*resolve, "--outcome", "yes")
    command.done("export", "pack", tmp_path / "theirs")
    command.done("undo")
    command.done(*resolve, "--outcome", "no")
    told = command("import", "pack", tmp_path / "theirs")
    assert told.exit_code == 0
    assert f"Conflict: resolution {QUESTION}" in told.stderr
    taken = command("import", "pack", tmp_path / "theirs", "--supersede")
    assert taken.exit_code == 0, taken.output
