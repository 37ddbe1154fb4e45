"""Check, backup, restore and copy, from the command line."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import Command
from tests.cli.places import QUESTION, content

RESOLVED = ("resolve", QUESTION, "--outcome", "yes", "--known-on", "2022-01-19", "--note", "seen")


def test_a_whole_ledger_passes_and_prints_its_receipt_alone(command: Command) -> None:
    result = command("check")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("forecasts-receipt v1 ")
    assert len(result.stdout.splitlines()) == 1
    assert "Found nothing wrong." in result.stderr


def test_a_receipt_is_kept_by_what_comes_after_it_and_broken_by_a_cut(command: Command, tmp_path: Path) -> None:
    command.done(*RESOLVED)
    (tmp_path / "receipt.txt").write_text(command.done("check"))
    command.done("undo")
    assert command("check", "--against", tmp_path / "receipt.txt").exit_code == 0

    with closing(sqlite3.connect(command.database, isolation_level=None)) as past_the_program:
        for trigger in ("history_change_delete", "history_entry_delete", "resolution_update"):
            past_the_program.execute(f"DROP TRIGGER guard_{trigger}")
        past_the_program.execute("DELETE FROM history_change WHERE entry_id >= 2")
        past_the_program.execute("DELETE FROM history_entry WHERE id >= 2")
    told = command("check", "--against", tmp_path / "receipt.txt", "--json")
    assert told.exit_code == 1
    areas = {finding["area"] for finding in json.loads(told.stdout)["findings"]}
    assert {"receipt", "schema"} <= areas


def test_words_are_held_against_the_texts(command: Command, tmp_path: Path) -> None:
    told = command("check", "--texts", tmp_path)
    assert told.exit_code == 1
    assert "texts: " in told.stderr
    assert command.refused("check", "--texts", tmp_path / "nowhere")


def test_what_is_no_receipt_is_refused(command: Command) -> None:
    assert "receipt" in command.refused("check", "--against", "yesterday")


def test_a_backup_is_restored_and_what_it_replaced_is_kept(command: Command, tmp_path: Path) -> None:
    before = content(command.database)
    assert command.done("backup", tmp_path / "kept.db") == f"{tmp_path / 'kept.db'}\n"
    command.done(*RESOLVED)
    after = content(command.database)
    digest = hashlib.sha256((tmp_path / "kept.db").read_bytes()).hexdigest()
    assert str(tmp_path / "kept.db") in command.refused("backup", tmp_path / "kept.db")
    assert hashlib.sha256((tmp_path / "kept.db").read_bytes()).hexdigest() == digest

    told = command.done("restore", tmp_path / "kept.db")
    assert content(command.database) == before
    (named,) = (line for line in told.splitlines() if line.startswith("What was there is "))
    replaced = command.database.parent / named.removeprefix("What was there is ").removesuffix(".")
    assert content(replaced) == after


def test_a_copy_has_the_same_chain(command: Command, tmp_path: Path) -> None:
    command.done(*RESOLVED)
    command.done("copy", command.database, tmp_path / "copy.db")
    assert Command(tmp_path / "copy.db").done("check") == command.done("check")
    assert command.refused("copy", command.database, tmp_path / "copy.db")


def test_a_password_in_a_copy_is_refused_and_not_repeated(command: Command) -> None:
    result = command("copy", command.database, "postgresql://ana:hush@server/ledger")
    assert result.exit_code == 2
    assert "hush" not in result.output


def test_a_device_is_no_place_for_a_database() -> None:
    assert "not a database file" in Command(Path("/dev/null")).refused("setup", "--no-seed")
    assert not Path("/dev/null").is_file()


def test_before_a_command_writes_today_s_copy_is_made_listed_and_restored(command: Command) -> None:
    before = content(command.database)
    assert command("restore", "--list").stdout == ""
    command.done("list", "sources")
    assert json.loads(command.done("restore", "--list", "--json")) == []
    command.done(*RESOLVED)
    (copy,) = json.loads(command.done("restore", "--list", "--json"))
    assert copy["path"] in command.done("restore", "--list")
    assert content(command.database) != before
    command.done("restore", copy["path"])
    assert content(command.database) == before


def test_a_copy_that_cannot_be_made_is_told_and_the_command_goes_on(command: Command, isolated: Path) -> None:
    state = isolated / ".local" / "state" / "forecasts"
    state.mkdir(parents=True)
    (state / "copies").write_text("in the way")
    told = command(*RESOLVED)
    assert told.exit_code == 0
    assert "No dated copy was made" in told.stderr


def test_copies_are_turned_off_by_a_setting(command: Command, isolated: Path) -> None:
    settings = isolated / ".config" / "forecasts" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("copies_up_to = 0\n")
    command.done(*RESOLVED)
    assert json.loads(command.done("restore", "--list", "--json")) == []


def test_what_is_to_be_put_back_or_copied_and_is_not_there_is_named_without_advice_to_make_one(
    command: Command, tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere.db"
    told = command.refused("restore", nowhere) + command.refused("copy", nowhere, tmp_path / "target.db")
    assert told.count(str(nowhere)) == 2
    assert "`forecasts restore --list`" in told
    assert "setup" not in told


def test_restore_wants_a_file_or_to_list(command: Command) -> None:
    for arguments in ((), ("a.db", "--list"), ("a.db", "--json")):
        told = command("restore", *arguments)
        assert told.exit_code == 2
        assert "--list" in told.stderr
