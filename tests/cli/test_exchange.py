"""Exports and imports: what is written loads back, and a load tells what it did."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import COMMAND, Command
from tests.cli.places import QUESTION, content
from tests.tui.terminal import Terminal

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
    said = f"Left as it is here: question {QUESTION} was resolved (no) here, and what is brought (yes) is not added."
    assert said in " ".join(told.stderr.split())
    taken = command("import", "pack", tmp_path / "theirs", "--supersede")
    assert taken.exit_code == 0, taken.output


def test_views_become_parquet_files(command: Command, tmp_path: Path) -> None:
    result = command("export", "parquet", tmp_path / "views")
    assert result.exit_code == 0
    written = result.stdout.splitlines()
    assert sorted(written) == sorted(str(path) for path in (tmp_path / "views").iterdir())
    assert str(tmp_path / "views" / "predictions.parquet") in written
    assert f"Wrote {len(written) + 1} files." in result.stderr  # and the receipt, beside the folder


def test_a_table_is_read_in_the_encoding_that_is_named(empty_command: Command, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    rows = "source,question,probability,made_on,resolves_on\nАнна,Вопрос?,70,2025-03-01,2026-01-01\n"
    table.write_bytes(rows.encode("windows-1251"))
    words = ("import", "csv", table, "--scale", "percent")
    assert "--encoding" in empty_command.refused(*words)
    assert empty_command(*words, "--encoding", "hex").exit_code == 2
    assert empty_command(*words, "--outcome-words", "maybe").exit_code == 2
    assert empty_command(*words, "--encoding", "no-such").exit_code == 2
    empty_command.done(*words, "--encoding", "cp1251")
    assert "Анна" in empty_command.done("list", "sources")


def test_of_a_file_that_holds_nothing_it_is_not_said_that_it_is_here(empty_command: Command, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("source,question,probability,made_on,resolves_on\n")
    told = empty_command.done("import", "csv", tmp_path / "t.csv", "--scale", "percent")
    assert told == "Read nothing.\nNothing was changed.\n"


_SHARES = "source,question,probability,made_on,resolves_on\n" + "".join(
    f"Ana,Question {number}?,0.{number},2025-03-01,2026-01-01\n" for number in range(1, 8)
)


def test_shares_that_are_stated_to_be_per_cent_are_told_to_a_script(empty_command: Command, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(_SHARES)
    result = empty_command("import", "csv", tmp_path / "t.csv", "--scale", "percent")
    assert "No probability is above 1 per cent" in result.stderr
    assert _probabilities(empty_command) == pytest.approx([number / 1000 for number in range(1, 8)])


@pytest.mark.parametrize(("answer", "unit"), [("y", 10), ("n", 1000)])
def test_shares_that_are_stated_to_be_per_cent_are_asked_about_on_a_terminal(
    empty_command: Command, tmp_path: Path, answer: str, unit: int
) -> None:
    (tmp_path / "t.csv").write_text(_SHARES)
    words = ("import", "csv", str(tmp_path / "t.csv"), "--scale", "percent", "--database", str(empty_command.database))
    terminal = Terminal((*COMMAND, *words))
    terminal.read_until(b"Are these shares of 1?")
    assert json.loads(empty_command.done("list", "predictions", "--json")) == []  # nothing waits in a transaction
    terminal.send(f"{answer}\n")
    assert terminal.finish() == 0, terminal.written
    assert _probabilities(empty_command) == pytest.approx([number / unit for number in range(1, 8)])


def _probabilities(command: Command) -> list[float]:
    return sorted(row["probability"] for row in json.loads(command.done("list", "predictions", "--json")))
