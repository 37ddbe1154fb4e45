"""What becomes of a ledger, and of what is told, when a disk, a file or a start goes wrong."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from forecasts.db import inspect
from forecasts.db.address import read_address
from forecasts.db.migrate import changing_schema
from forecasts.domain.records import Prediction
from forecasts.errors import DatabaseNewerError, DatabaseUnusableError
from forecasts.services.backup import back_up
from forecasts.services.check import check_ledger
from forecasts.services.overview import ledger_status
from forecasts.services.setup import set_up
from tests.cli.places import content, fingerprint
from tests.conftest import NOW
from tests.faults import kill_nine
from tests.faults.writing import COUNTER, add_counter, count_once, problems_after, read_counter
from tests.filling import resolve_some
from tests.safety.conftest import opened, small_disk

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger
    from forecasts.services.unit import Unit
    from tests.conftest import HeldClock

FIRST_START = "import sys; from forecasts.services.setup import set_up; print(set_up(sys.argv[1], analyst='a').created)"


def write_until_refused(ledger: Ledger) -> tuple[int, DatabaseUnusableError]:
    """How many units were acknowledged before the first that was refused, and what was told."""
    for done in range(100_000):
        try:
            count_once(ledger, f"unit-{done}" + "x" * 9000)
        except DatabaseUnusableError as error:
            return done, error
    pytest.fail("the disk never became full")


def test_full_disk(seeded_file: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "3m") as folder:
        path = folder / "ledger.db"
        shutil.copy(seeded_file, path)
        path.chmod(0o600)
        with opened(str(path)) as ledger:
            add_counter(ledger)
            ballast = folder / "ballast"
            ballast.write_bytes(bytes(400_000))
            done, error = write_until_refused(ledger)
            assert done > 0
            assert str(path) in error.message
            assert "disk" in error.message
            assert "bytes left" in error.message
            assert read_counter(ledger) == done
            ballast.unlink()
            count_once(ledger, "after room was made")
            assert read_counter(ledger) == done + 1
            assert check_ledger(ledger).findings == ()


def test_size_limit(seeded_file: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with opened(str(seeded_file)) as ledger:
        add_counter(ledger)
        resource.setrlimit(resource.RLIMIT_FSIZE, (seeded_file.stat().st_size + 300_000, limits[1]))
        try:
            done, error = write_until_refused(ledger)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert str(seeded_file) in error.message
        assert read_counter(ledger) == done > 0
        count_once(ledger, "after the limit was lifted")
        assert check_ledger(ledger).findings == ()


@pytest.mark.parametrize("size", ["60k", "600k", "1200k"])
def test_a_disk_too_small_for_a_new_ledger_is_called_full(tmp_path: Path, size: str) -> None:
    with small_disk(tmp_path / "small", size) as folder:
        with pytest.raises(DatabaseUnusableError, match=r"The disk is full: .*l\.db"):
            set_up(str(folder / "l.db"), analyst="first")
        assert list(folder.iterdir()) == []


def test_disk_without_a_byte_left(seeded_file: Path, tmp_path: Path) -> None:
    """There is no room for the memory that programs share, so that the ledger cannot even be read."""
    with small_disk(tmp_path / "small", "2m") as folder:
        path = folder / "ledger.db"
        shutil.copy(seeded_file, path)
        before = path.read_bytes()
        (folder / "ballast").write_bytes(bytes(shutil.disk_usage(folder).free))
        with pytest.raises(DatabaseUnusableError, match=r"The disk is full: .* \(0 bytes left\)") as refused:
            ledger_status(str(path), today=NOW.date())
        assert str(path) in refused.value.message
        assert "Make room" in refused.value.advice
        assert path.read_bytes() == before


def test_read_only_disk(seeded_file: Path, tmp_path: Path) -> None:
    """SQLite says only that it cannot open the file, because it cannot write its log beside it."""
    with small_disk(tmp_path / "small", "3m") as folder:
        path = folder / "ledger.db"
        shutil.copy(seeded_file, path)
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        with pytest.raises(DatabaseUnusableError, match="is read-only") as refused:
            ledger_status(str(path), today=NOW.date())
        assert str(path) in refused.value.message
        assert "copy it to where you may write" in refused.value.advice
        assert [found.name for found in folder.iterdir()] == ["ledger.db"]


@pytest.mark.parametrize("what", ["deleted", "moved", "replaced"])
def test_a_file_that_is_gone_under_an_open_program(seeded_file: Path, tmp_path: Path, what: str) -> None:
    backup = back_up(str(seeded_file), tmp_path / "b.db").path
    with opened(str(seeded_file)) as ledger:
        resolve_some(ledger, 1)
        if what == "deleted":
            seeded_file.unlink()
        else:
            seeded_file.rename(tmp_path / "elsewhere.db")
        if what == "replaced":
            shutil.copy(backup, seeded_file)
        before = fingerprint(tmp_path)
        with pytest.raises(DatabaseUnusableError, match="moved, replaced or deleted") as refused:
            resolve_some(ledger, 1)
        assert str(seeded_file) in refused.value.message
        assert fingerprint(tmp_path) == before


def lose(path: Path, what: str) -> None:
    """What somebody else may do to a file that is open."""
    if what == "its log deleted":
        path.with_name(f"{path.name}-wal").unlink()
    elif what == "deleted":
        path.unlink()
    else:
        path.rename(path.with_name("elsewhere.db"))
        if what == "replaced":
            shutil.copy(path.with_name("elsewhere.db"), path)


GONE = ("deleted", "moved", "replaced", "its log deleted")


@pytest.mark.parametrize("what", GONE)
def test_a_file_that_goes_during_a_write_is_found_before_the_write_is_told_as_done(
    seeded_file: Path, what: str
) -> None:
    with opened(str(seeded_file)) as ledger:
        add_counter(ledger)

        def work(unit: Unit) -> None:
            counter = unit.store.find(Prediction, COUNTER)
            assert counter is not None
            unit.remove(counter)
            lose(seeded_file, what)

        with pytest.raises(DatabaseUnusableError, match="moved, replaced or deleted") as refused:
            ledger.change("a long write", work)
        assert "Nothing was written" in refused.value.advice


@pytest.mark.parametrize("what", GONE)
def test_a_file_that_goes_during_an_upgrade_is_not_told_as_upgraded(seeded_file: Path, what: str) -> None:
    def upgrade() -> None:
        with changing_schema(read_address(str(seeded_file))) as connection:
            connection.exec_driver_sql("UPDATE question SET version = version + 1")
            lose(seeded_file, what)

    with pytest.raises(DatabaseUnusableError, match="moved, replaced or deleted"):
        upgrade()


def test_a_ledger_that_a_newer_version_upgrades_is_left_alone_by_whoever_has_it_open(seeded_address: str) -> None:
    with opened(seeded_address) as ledger, opened(seeded_address) as newer:
        add_counter(ledger)
        newer.database.write(lambda c: c.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(DatabaseNewerError, match="newer version: revision 9999") as refused:
            count_once(ledger, "into another schema")
        assert "Nothing was changed. Upgrade the program." in refused.value.advice
        assert read_counter(ledger) == 0


def test_a_cut_file_names_the_newest_backup_beside_it(seeded_file: Path, tmp_path: Path) -> None:
    kept = seeded_file.with_name(f"{seeded_file.name}.before-0001-from-0000.db")
    back_up(str(seeded_file), kept)
    with seeded_file.open("r+b") as file:
        file.truncate(seeded_file.stat().st_size // 2)
    before = fingerprint(tmp_path)
    with pytest.raises(DatabaseUnusableError, match="damaged") as refused, opened(str(seeded_file)) as ledger:
        check_ledger(ledger)
    assert str(kept) in refused.value.advice
    assert fingerprint(tmp_path) == before


def test_a_page_of_zeros_is_found(seeded_file: Path) -> None:
    with seeded_file.open("r+b") as file:
        file.seek(seeded_file.stat().st_size - 8192)
        file.write(bytes(4096))
    try:
        with opened(str(seeded_file)) as ledger:
            found = "\n".join(finding.what for finding in check_ledger(ledger).findings)
    except DatabaseUnusableError as error:
        found = error.message
    assert found


def test_one_letter_changed_on_the_disk_is_found(seeded_file: Path) -> None:
    data = seeded_file.read_bytes()
    place = data.rindex(b"Nazarbayev will probably")
    seeded_file.write_bytes(data[:place] + b"Nazarbayef" + data[place + 10 :])
    with opened(str(seeded_file)) as ledger:
        with ledger.read() as connection:
            assert inspect.storage_problems(connection) == [], "to SQLite all is well"
        assert {found.area for found in check_ledger(ledger).findings} <= {"content", "history"}
        assert check_ledger(ledger).findings


def test_starting_again_changes_nothing(seeded_file: Path, clock: HeldClock) -> None:
    before = content(seeded_file)
    report = set_up(str(seeded_file), analyst="again", clock=clock)
    assert not report.created
    assert report.backup == ""
    assert content(seeded_file) == before


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_killed_while_it_writes(new_address: str) -> None:
    outcome = kill_nine.run(new_address, rounds=1, seed=3)
    assert outcome.problems == ()
    assert outcome.acknowledged > 0


def test_killed_while_it_sets_up(tmp_path: Path) -> None:
    """Whatever a first start had done, the next one works and finds nothing half done."""
    path = tmp_path / "f.db"
    start = subprocess.Popen([sys.executable, "-c", FIRST_START, str(path)], stdout=subprocess.DEVNULL)
    while start.poll() is None and not list(tmp_path.iterdir()):
        os.sched_yield()
    start.kill()
    start.wait()
    set_up(str(path), analyst="next")
    assert problems_after(str(path), []) == []


def test_a_reader_in_a_folder_where_it_may_not_write(seeded_file: Path, tmp_path: Path) -> None:
    """A backup has no WAL, so it can be read from a place that cannot be written."""
    backup = back_up(str(seeded_file), tmp_path / "b.db").path
    with closing(sqlite3.connect(f"file:{backup}?mode=ro&immutable=1", uri=True)) as connection:
        assert connection.execute("SELECT count(*) FROM question").fetchone()[0] > 50
    assert backup.read_bytes()[18:20] == b"\x01\x01", "no WAL"
    assert ledger_status(str(backup), today=NOW.date()).settings["journal_mode"] == "truncate"
