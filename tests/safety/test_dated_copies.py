"""Dated copies that are made by themselves: when, which are kept, and that nobody else's files are touched."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forecasts.db.backup import copies_folder
from forecasts.errors import DatabaseUnusableError, OutputRefusedError
from forecasts.services.backup import dated_copies, keep_dated_copy, restore
from forecasts.services.check import check_ledger
from tests.filling import resolve_some
from tests.safety.conftest import damage, opened

if TYPE_CHECKING:
    from tests.conftest import HeldClock

_MEGABYTES = 200


def keep(ledger: Path, clock: HeldClock) -> Path | None:
    """Today's copy, where it is due."""
    return keep_dated_copy(str(ledger), up_to=_MEGABYTES, clock=clock)


def change(ledger: Path) -> None:
    """Add something to the history."""
    with opened(str(ledger)) as changed:
        resolve_some(changed, 1)


def test_a_copy_is_made_once_a_day_and_is_the_ledger(seeded_file: Path, clock: HeldClock) -> None:
    first = keep(seeded_file, clock)
    assert first is not None
    assert first.stat().st_mode & 0o777 == 0o600
    assert first.parent.stat().st_mode & 0o777 == 0o700
    with opened(str(seeded_file)) as ledger, opened(str(first)) as copy:
        assert check_ledger(copy).receipt == check_ledger(ledger).receipt
    change(seeded_file)
    clock.move(hours=23, minutes=59)
    assert keep(seeded_file, clock) is None
    clock.move(minutes=1)
    assert keep(seeded_file, clock) is not None
    clock.move(days=1)
    assert keep(seeded_file, clock) is None, "nothing has changed since"


def test_a_clock_that_was_ahead_does_not_end_the_copies(seeded_file: Path, clock: HeldClock) -> None:
    clock.move(years=1)
    assert keep(seeded_file, clock)
    clock.move(years=-1)
    change(seeded_file)
    today = keep(seeded_file, clock)
    assert today is not None
    assert today.exists()


def test_seven_days_and_four_weeks_are_kept_and_nothing_of_others_is_removed(
    seeded_file: Path, clock: HeldClock
) -> None:
    first = keep(seeded_file, clock)
    assert first is not None
    foreign = [first.parent / name for name in ("mine.db", "20200101T000000Z.db.txt", "99999999T999999Z.db", "notes")]
    for path in foreign:
        path.write_text("mine")
    (first.parent / "20200101T000000Z.db").symlink_to(foreign[0])
    for _ in range(38):
        clock.move(days=1)
        change(seeded_file)
        assert keep(seeded_file, clock)
    days = [copy.at.date() for copy in dated_copies(str(seeded_file))]
    today = clock.today
    assert [(today - day).days for day in days[:7]] == [0, 1, 2, 3, 4, 5, 6]
    assert len({day.isocalendar()[:2] for day in days}) == 4
    assert {day.isoweekday() for day in days[7:]} == {7}, "of each week before, its last alone"
    assert all(path.read_text() == "mine" for path in foreign)
    assert (first.parent / "20200101T000000Z.db").is_symlink()


def test_what_a_killed_program_left_is_removed_later(seeded_file: Path, clock: HeldClock) -> None:
    clock.move(years=10)
    folder = copies_folder(seeded_file)
    folder.mkdir(parents=True)
    left = folder / f".20260101T000000Z.db.writing-{'a' * 24}"
    left.write_text("half")
    assert keep(seeded_file, clock)
    assert not left.exists()


def test_a_dated_copy_is_listed_and_restored(seeded_file: Path, clock: HeldClock) -> None:
    made = keep(seeded_file, clock)
    with opened(str(seeded_file)) as ledger:
        before = check_ledger(ledger).receipt
    change(seeded_file)
    (copy,) = dated_copies(str(seeded_file))
    assert (copy.path, copy.at, copy.made, copy.size) == (made, clock(), "daily", copy.path.stat().st_size)
    seeded_file.unlink()
    for companion in ("-wal", "-shm"):
        Path(f"{seeded_file}{companion}").unlink(missing_ok=True)
    report = restore(str(seeded_file), copy.path)
    assert report.entry == copy.entry
    with opened(str(seeded_file)) as ledger:
        assert check_ledger(ledger).receipt == before


def test_backups_of_upgrades_are_listed_and_damaged_copies_said_to_be(seeded_file: Path, clock: HeldClock) -> None:
    made = keep(seeded_file, clock)
    assert made is not None
    shutil.copy(made, f"{seeded_file}.before-0002-from-0001.db")
    made.write_bytes(b"SQLite format 3\0" + bytes(4080))
    found = {copy.made: copy.entry for copy in dated_copies(str(seeded_file))}
    assert found["daily"] is None
    assert found["upgrade"]


def test_each_ledger_has_its_own_copies(seeded_file: Path, tmp_path: Path, clock: HeldClock) -> None:
    other = tmp_path / "elsewhere" / seeded_file.name
    other.parent.mkdir()
    shutil.copy(seeded_file, other)
    keep(seeded_file, clock)
    assert dated_copies(str(other)) == ()
    assert keep(other, clock)


def test_too_large_a_ledger_and_turned_off(seeded_file: Path, clock: HeldClock) -> None:
    assert keep_dated_copy(str(seeded_file), up_to=0, clock=clock) is None
    with seeded_file.open("ab") as file:
        file.truncate(1_000_001)
    assert keep_dated_copy(str(seeded_file), up_to=1, clock=clock) is None
    assert not copies_folder(seeded_file).exists()


def test_a_damaged_ledger_leaves_no_copy(seeded_file: Path, clock: HeldClock) -> None:
    damage(seeded_file)
    with pytest.raises(DatabaseUnusableError, match="damaged"):
        keep(seeded_file, clock)
    assert list(copies_folder(seeded_file).iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(seeded_file: Path, clock: HeldClock) -> None:
    folder = copies_folder(seeded_file)
    folder.parent.parent.mkdir(parents=True)
    folder.parent.write_text("in the way")
    with pytest.raises(OutputRefusedError, match="No dated copy"):
        keep(seeded_file, clock)


@pytest.mark.parametrize("engine", ["postgresql"])
def test_of_a_server_none_are_made_and_it_is_said(seeded_address: str, clock: HeldClock) -> None:
    assert keep_dated_copy(seeded_address, up_to=_MEGABYTES, clock=clock) is None
    with pytest.raises(DatabaseUnusableError, match="PostgreSQL server"):
        dated_copies(seeded_address)
