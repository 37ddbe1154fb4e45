"""Backups are whole, checked and never over something else; a restore keeps what it replaces."""

from __future__ import annotations

import os
import resource
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forecasts.db.address import NEWEST_REVISION
from forecasts.errors import DatabaseNewerError, DatabaseUnusableError, ForecastsError, OutputRefusedError
from forecasts.services.backup import back_up, restore
from forecasts.services.check import check_ledger
from forecasts.services.ledger import open_ledger
from tests.cli.places import content, fingerprint, make_foreign, make_newer
from tests.faults.writing import add_counter, hear, problems_after, start_writer
from tests.filling import resolve_some
from tests.safety.conftest import damage, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import HeldClock


def test_a_backup_is_the_ledger_in_one_private_file(some_resolved: str, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    told: list[str] = []
    report = back_up(some_resolved, folder / "b.db", progress=lambda what, _done, _total: told.append(what))
    assert told
    assert [path.name for path in folder.iterdir()] == ["b.db"]
    assert report.path.stat().st_mode & 0o777 == 0o600
    assert report.size == report.path.stat().st_size
    with opened(some_resolved) as ledger, opened(str(report.path)) as copy:
        expected, found = check_ledger(ledger), check_ledger(copy)
    assert (found.findings, found.receipt, found.entries) == ((), expected.receipt, report.entry)
    assert report.hash in found.receipt


def test_a_backup_taken_while_another_process_writes_is_one_moment(seeded_file: Path, tmp_path: Path) -> None:
    with opened(str(seeded_file)) as ledger:
        add_counter(ledger)
    writer = start_writer("tests.faults.kill_nine", str(seeded_file), "busy", bufsize=0)
    try:
        for number in range(5):
            acknowledged = hear(writer, 5)
            report = back_up(str(seeded_file), tmp_path / f"b{number}.db")
            assert report.entry >= acknowledged[-1].entry
            assert problems_after(str(report.path), acknowledged) == []
    finally:
        writer.kill()
        writer.communicate()


@pytest.mark.parametrize("what", ["file", "folder", "link", "dangling link"])
def test_a_backup_is_never_written_over_something(seeded_address: str, tmp_path: Path, what: str) -> None:
    target = tmp_path / "there"
    if what == "file":
        target.write_text("mine")
    elif what == "folder":
        target.mkdir()
    else:
        target.symlink_to(tmp_path / "other")
        if what == "link":
            (tmp_path / "other").write_text("mine")
    with pytest.raises(OutputRefusedError, match="is there already"):
        back_up(seeded_address, target)
    assert target.is_symlink() or target.is_dir() or target.read_text() == "mine"
    assert (tmp_path / "other").exists() is (what == "link")


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_backup_into_a_folder_that_is_not_there_says_so(seeded_address: str, tmp_path: Path) -> None:
    with pytest.raises(OutputRefusedError, match="There is no folder"):
        back_up(seeded_address, tmp_path / "no" / "b.db")
    assert not (tmp_path / "no").exists()


def test_a_backup_for_which_there_is_no_room_leaves_nothing(seeded_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        with pytest.raises(OutputRefusedError, match="was not copied") as refused:
            back_up(str(seeded_file), folder / "b.db")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert str(folder) in str(refused.value)
    assert list(folder.iterdir()) == []


def test_a_damaged_ledger_is_not_backed_up_as_if_it_were_whole(seeded_file: Path, tmp_path: Path) -> None:
    damage(seeded_file)
    with pytest.raises(DatabaseUnusableError, match="damaged"):
        back_up(str(seeded_file), tmp_path / "b.db")
    assert not (tmp_path / "b.db").exists()


def test_a_backup_of_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusableError, match="There is no database"):
        back_up(str(tmp_path / "none.db"), tmp_path / "b.db")


def test_restore_puts_the_backup_back_and_keeps_what_was_there(
    seeded_file: Path, tmp_path: Path, clock: HeldClock
) -> None:
    backup = back_up(str(seeded_file), tmp_path / "b.db")
    with opened(str(seeded_file)) as ledger:
        resolve_some(ledger)
    later = content(seeded_file)
    report = restore(str(seeded_file), backup.path, clock=clock)
    assert (report.entry, report.hash, report.is_newest) == (backup.entry, backup.hash, True)
    assert content(seeded_file) == content(backup.path) != later
    assert report.kept is not None
    assert report.kept.name == f"{seeded_file.name}.replaced-20261121T120000Z.db"
    assert content(report.kept) == later
    assert seeded_file.stat().st_mode & 0o777 == 0o600
    with opened(str(seeded_file)) as ledger:
        assert check_ledger(ledger).findings == ()
        resolve_some(ledger)
        with ledger.read() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    assert restore(str(seeded_file), report.kept, clock=clock.__class__(clock.move(hours=1))).entry == 5
    assert content(seeded_file) == later


def test_restore_where_nothing_is(seeded_file: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    report = restore(str(new), seeded_file)
    assert report.kept is None
    assert content(new) == content(seeded_file)


def make_damaged(path: Path) -> None:
    damage(path)


def make_cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(50_000)


def make_text(path: Path) -> None:
    path.write_text("not a database, " * 100)


def make_stranger(path: Path) -> None:
    path.unlink()
    make_foreign(path)


def make_empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    "spoil", [make_damaged, make_cut, make_text, make_stranger, make_newer, make_empty, Path.unlink]
)
def test_what_is_no_whole_ledger_is_not_restored(
    seeded_file: Path, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    backup = back_up(str(seeded_file), tmp_path / "b.db").path
    spoil(backup)
    before = fingerprint(seeded_file.parent), fingerprint(tmp_path)
    with pytest.raises(DatabaseUnusableError) as refused:
        restore(str(seeded_file), backup)
    assert isinstance(refused.value, DatabaseNewerError) is (spoil is make_newer)
    assert refused.value.advice
    assert (fingerprint(seeded_file.parent), fingerprint(tmp_path)) == before


@pytest.mark.parametrize("spoil", [make_damaged, make_cut, make_empty])
def test_a_damaged_ledger_is_replaced_and_kept(
    seeded_file: Path, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    backup = back_up(str(seeded_file), tmp_path / "b.db").path
    spoil(seeded_file)
    spoiled = seeded_file.read_bytes()
    report = restore(str(seeded_file), backup)
    assert content(seeded_file) == content(backup)
    if spoiled:
        assert report.kept is not None
        assert report.kept.read_bytes()[100:] == spoiled[100:], "all but how it is to be opened"


@pytest.mark.parametrize("spoil", [make_text, make_stranger])
def test_what_is_not_ours_is_not_replaced(seeded_file: Path, tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    backup = back_up(str(seeded_file), tmp_path / "b.db").path
    spoil(seeded_file)
    before = fingerprint(seeded_file.parent)
    with pytest.raises(DatabaseUnusableError, match="not replaced"):
        restore(str(seeded_file), backup)
    assert fingerprint(seeded_file.parent) == before


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_ledger_that_is_open_elsewhere_is_not_replaced(seeded_address: str, tmp_path: Path) -> None:
    backup = back_up(seeded_address, tmp_path / "b.db").path
    with opened(seeded_address) as ledger:
        resolve_some(ledger)
        with pytest.raises(DatabaseUnusableError, match="open in another program"):
            restore(seeded_address, backup)
        resolve_some(ledger, 1)
        assert check_ledger(ledger).findings == ()


def test_a_program_that_had_it_open_does_not_write_into_what_was_put_aside(seeded_file: Path, tmp_path: Path) -> None:
    """On a rollback journal an idle program holds no lock; it finds out before its next commit."""
    backup = back_up(str(seeded_file), tmp_path / "b.db").path
    with closing(sqlite3.connect(seeded_file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    ledger = open_ledger(str(seeded_file), analyst="idle")
    resolve_some(ledger)
    report = restore(str(seeded_file), backup)
    before = fingerprint(seeded_file.parent)
    with pytest.raises(DatabaseUnusableError, match="moved, replaced or deleted"):
        resolve_some(ledger)
    ledger.close()
    assert report.kept is not None
    assert {name: fingerprint(seeded_file.parent)[name] for name in before} == before


def test_restoring_a_ledger_from_itself_is_refused(seeded_file: Path) -> None:
    before = fingerprint(seeded_file.parent)
    with pytest.raises(DatabaseUnusableError, match="from itself"):
        restore(str(seeded_file), seeded_file)
    assert fingerprint(seeded_file.parent) == before


def test_restore_follows_a_link_to_the_ledger(seeded_file: Path, tmp_path: Path) -> None:
    backup = back_up(str(seeded_file), tmp_path / "b.db").path
    link = tmp_path / "link.db"
    link.symlink_to(seeded_file)
    restore(str(link), backup)
    assert link.is_symlink()
    assert os.path.realpath(link) == str(seeded_file)


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_servers_database_is_not_restored_but_copied_into(seeded_address: str, seeded_file: Path) -> None:
    with pytest.raises(ForecastsError, match="PostgreSQL server") as refused:
        restore(seeded_address, seeded_file)
    assert "forecasts copy" in str(refused.value)


def test_an_older_backup_is_restored_and_said_to_be_older(seeded_file: Path, tmp_path: Path) -> None:
    backup = back_up(str(seeded_file), tmp_path / "b.db").path
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.commit()
    report = restore(str(seeded_file), backup)
    assert (report.revision, report.is_newest) == ("0000", False)
    assert NEWEST_REVISION != "0000"
