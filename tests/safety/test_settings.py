"""How a SQLite ledger is kept: who can reach it, how it is written, and what is said of it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest

from forecasts.db.address import network_file_system, read_address
from forecasts.db.engine import Database, choose_journal
from forecasts.db.inspect import has_reset_race
from forecasts.db.reader import open_reader
from forecasts.services.check import check_ledger
from forecasts.services.overview import ledger_status
from forecasts.services.setup import set_up
from tests.filling import resolve_some
from tests.safety.conftest import opened

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 21)


def modes(folder: Path) -> dict[str, str]:
    """The rights on everything in a folder."""
    return {path.name: f"{path.stat().st_mode & 0o777:04o}" for path in folder.iterdir()}


def test_only_the_owner_can_reach_a_new_ledger(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "forecasts"
    before = os.umask(0o022)
    try:
        set_up(str(folder / "f.db"), analyst="a")
        with opened(str(folder / "f.db")) as ledger:
            resolve_some(ledger)
            assert modes(folder) == {"f.db": "0600", "f.db-wal": "0600", "f.db-shm": "0600"}
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_writers_connection_is_set_as_it_must_be(seeded_file: Path) -> None:
    database = Database(read_address(str(seeded_file)))
    with database.read() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "trusted_schema")
        }
    database.close()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
    }


def test_status_tells_the_settings(seeded_file: Path) -> None:
    settings = ledger_status(str(seeded_file), today=TODAY).settings
    assert settings == {
        "sqlite_version": sqlite3.sqlite_version,
        "journal_mode": "wal",
        "foreign_keys": "on",
        "recursive_triggers": "on",
        "trusted_schema": "off",
        "synchronous": "full",
        "file_mode": "0600",
        "folder_mode": "0700",
        "file_system": "local",
    }


def test_a_rollback_journal_is_truncated_and_not_deleted(seeded_file: Path) -> None:
    with closing(sqlite3.connect(seeded_file)) as connection:
        assert connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    with opened(str(seeded_file)) as ledger:
        with ledger.read() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "truncate"
        resolve_some(ledger)
        notes = [note.what for note in check_ledger(ledger).notes]
    assert not [what for what in notes if "journal mode" in what]
    with open_reader(read_address(str(seeded_file))) as reader:
        assert reader.settings()["journal_mode"] == "truncate"


MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:45 / /home rw,relatime shared:12 - nfs4 server:/home rw,vers=4.2
31 30 0:46 / /home/local rw - xfs /dev/sdb rw
32 22 0:50 / /mnt/with\\040space rw shared:3 master:2 - cifs //server/share rw
33 22 0:51 / /mnt/far rw - fuse.sshfs user@host:/ rw
34 22 0:52 / /mnt/usb rw - fuseblk /dev/sdc1 rw
35 22 0:53 / /twice rw - ext4 /dev/sdd rw
36 22 0:54 / /twice rw - 9p host rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/f.db", ""),
        ("/home/me/f.db", "nfs4"),
        ("/home", "nfs4"),
        ("/homes/me/f.db", ""),
        ("/home/local/f.db", ""),
        ("/mnt/with space/f.db", "cifs"),
        ("/mnt/far/f.db", "fuse.sshfs"),
        ("/mnt/usb/f.db", ""),
        ("/twice/f.db", "9p"),
    ],
)
def test_network_file_systems_are_told_from_local_ones(tmp_path: Path, path: str, kind: str) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    place = type(tmp_path)(path)
    assert network_file_system(place, mounts) == kind


def test_without_a_list_of_mounts_a_place_is_local(tmp_path: Path) -> None:
    assert network_file_system(tmp_path, tmp_path / "none") == ""


def test_journal_is_chosen_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "f.db"
    assert choose_journal(path) == "wal"
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize(
    ("version", "is_affected"),
    [
        ("3.6.23", False),
        ("3.7.0", True),
        ("3.40.1", True),
        ("3.44.5", True),
        ("3.44.6", False),
        ("3.46.1", True),
        ("3.50.6", True),
        ("3.50.7", False),
        ("3.51.2", True),
        ("3.51.3", False),
        ("3.52.0", False),
    ],
)
def test_the_range_of_the_wal_reset_fault(version: str, is_affected: bool) -> None:
    assert has_reset_race(version) is is_affected


def test_check_notes_what_could_be_safer_and_finds_nothing_wrong_with_it(seeded_file: Path) -> None:
    seeded_file.chmod(0o644)
    seeded_file.parent.chmod(0o755)
    with opened(str(seeded_file)) as ledger:
        report = check_ledger(ledger)
    assert report.findings == ()
    said = "\n".join(f"{note.what} {note.advice}" for note in report.notes)
    assert "mode 0644" in said
    assert "chmod 600" in said
    assert "mode 0755" in said
    assert ("3.51.3" in said) is has_reset_race(sqlite3.sqlite_version)
