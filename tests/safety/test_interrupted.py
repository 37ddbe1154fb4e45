"""A program stopped in the middle of a write in rollback-journal mode: whoever opens the file next takes it back."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from forecasts.errors import DatabaseUnusableError
from forecasts.services.backup import back_up, restore
from forecasts.services.check import check_ledger
from forecasts.services.overview import ledger_status
from forecasts.services.setup import set_up
from tests.conftest import NOW
from tests.filling import resolve_some
from tests.safety.conftest import opened, small_disk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def interrupted(ledger: Path, folder: Path) -> Path:
    """A copy of the ledger in rollback-journal mode as a crash leaves it: half a change written, and a hot journal."""
    whole = back_up(str(ledger), folder / "whole.db").path
    left = folder / "left.db"
    with closing(sqlite3.connect(whole, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 2")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE prediction SET claim = 'half written'")
        for suffix in ("", "-journal"):
            shutil.copy(f"{whole}{suffix}", f"{left}{suffix}")
        writer.execute("ROLLBACK")
    assert b"half written" in left.read_bytes()
    return left


def check(path: Path) -> None:
    with opened(str(path)) as ledger:
        assert check_ledger(ledger).findings == ()


@pytest.mark.parametrize(
    "command",
    [
        lambda path: ledger_status(str(path), today=NOW.date()),
        check,
        lambda path: back_up(str(path), path.with_name("again.db")),
        lambda path: set_up(str(path), analyst="next"),
        lambda path: restore(str(path.with_name("restored.db")), path),
    ],
    ids=["status", "check", "backup", "setup", "restore"],
)
def test_what_was_half_written_is_taken_back_by_the_next_command(
    seeded_file: Path, tmp_path: Path, command: Callable[[Path], object]
) -> None:
    path = interrupted(seeded_file, tmp_path)
    command(path)
    with opened(str(path)) as ledger:
        resolve_some(ledger, 1)
        assert check_ledger(ledger).findings == ()
    assert b"half written" not in path.read_bytes()


def test_where_nothing_may_be_written_it_is_told_what_helps(seeded_file: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "9m") as folder:
        path = shutil.copy(interrupted(seeded_file, tmp_path), folder)
        shutil.copy(f"{tmp_path / 'left.db'}-journal", folder)
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        with pytest.raises(DatabaseUnusableError, match="was stopped while it wrote") as refused:
            ledger_status(str(path), today=NOW.date())
        assert f"{path}-journal" in refused.value.advice
        for name in (path, f"{path}-journal"):  # as it is told
            shutil.copy(name, tmp_path)
    check(tmp_path / "left.db")


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_what_a_lost_database_left_beside_its_name_is_not_mixed_into_a_new_one(
    seeded_file: Path, tmp_path: Path, suffix: str
) -> None:
    place = tmp_path / "lost.db"
    left = tmp_path / f"lost.db{suffix}"
    left.write_bytes(b"what was written last")
    makes: list[Callable[[], object]] = [
        lambda: set_up(str(place), analyst="first"),
        lambda: back_up(str(seeded_file), place),
        lambda: restore(str(place), seeded_file),
    ]
    for make in makes:
        with pytest.raises(DatabaseUnusableError, match="may hold what was written last"):
            make()
    assert left.read_bytes() == b"what was written last"
    assert not place.exists()
