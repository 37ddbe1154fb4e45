"""An upgrade to the next release: wholly or not at all, nothing lost, every figure as before, and taken back again."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from forecasts.db.address import NEWEST_REVISION, read_address
from forecasts.db.engine import Database
from forecasts.db.migrate import upgrade
from forecasts.db.reader import inspect_address
from forecasts.db.search import WORDS
from forecasts.db.tables import metadata
from forecasts.errors import DatabaseNewerError, DatabaseUnusableError
from forecasts.services.backup import restore
from forecasts.services.ledger import open_ledger
from tests.conftest import ANALYST
from tests.db.catalogues import GUARDED, catalogue, differences
from tests.faults import upgrading
from tests.releases import kept
from tests.releases.next_release import NEXT, REBUILT, make_next_release, run_release, start_release
from tests.safety.conftest import small_disk, tamper

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from tests.conftest import Templates


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree of the next release."""
    return make_next_release(tmp_path_factory.mktemp("next") / "a release, 100 % new")


@pytest.fixture
def address(engine: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """A ledger of this revision with every kind of record, on each engine."""
    if engine == "sqlite":
        yield kept.place_file(kept.archive(), tmp_path / "ledger")
        return
    made = templates.place(engine, tmp_path)
    yield kept.place_on_server(kept.archive(), made)
    templates.drop(made)


def _set_up(release: Path, address: str, fate: str = "") -> subprocess.CompletedProcess[str]:
    return run_release(release, *upgrading.SET_UP, address, fate=fate)


def _state(address: str) -> Any:
    """The schema, its revision and every row."""
    database = Database(read_address(address))
    try:
        with database.read() as connection:
            rows = {
                name: sorted((tuple(row) for row in connection.execute(sa.select(*table.columns))), key=repr)
                for name, table in metadata().tables.items()
            }
            return catalogue(connection), inspect_address(read_address(address)).revision, rows
    finally:
        database.close()


def _backups(address: str) -> list[Path]:
    path = read_address(address).path
    return [] if path is None else sorted(path.parent.glob(f"{path.name}.before-*"))


def test_an_upgrade_keeps_everything_and_is_taken_back_by_its_backup(release: Path, address: str) -> None:
    objects, _, rows = before = _state(address)
    done = _set_up(release, address)
    assert f"from schema revision {NEWEST_REVISION} to {NEXT}" in done.stdout, done.stderr
    after, revision, still = _state(address)
    assert revision == NEXT
    assert [name for name in rows if still[name] != rows[name]] == []
    assert {key[1] for key in differences(objects, after) if key[2] != WORDS} <= set(REBUILT)  # that is made anew
    assert {key for key in objects if key[0] == "trigger"} == {key for key in after if key[0] == "trigger"}
    for table, column in GUARDED.items():
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            _forge(address, table, column)
    compared = run_release(release, "-m", "tests.releases.kept", address, str(kept.archive()))
    assert compared.returncode == 0, compared.stderr
    with pytest.raises(DatabaseNewerError, match="newer version"):
        open_ledger(address, analyst=ANALYST)
    for backup in _backups(address):
        assert f"A backup of it as it was: {backup}" in done.stdout
        assert backup.name.endswith(f".before-{NEXT}-from-{NEWEST_REVISION}.db")
        assert backup.stat().st_mode & 0o777 == 0o600
        assert _state(str(backup)) == before
        restore(address, backup)
        assert _state(address) == before
        assert kept.differences(address, kept.archive()) == []


def _forge(address: str, table: str, column: str) -> None:
    """Past the program, which would not write in a schema of another revision than its own."""
    database = Database(read_address(address))
    try:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE {table} SET {column} = 'forged'")  # noqa: S608 - our own names
    finally:
        database.close()


@pytest.mark.parametrize(
    ("fate", "told"),
    [
        ("raise", "the middle of a migration"),
        ("break", "references without their record"),
        ("drop", "ix_resolution_resolved_at is missing"),
        ("extra", "another schema"),
    ],
)
def test_an_upgrade_that_fails_changes_nothing_and_names_the_backup(
    release: Path, address: str, fate: str, told: str
) -> None:
    before = _state(address)
    done = _set_up(release, address, fate)
    assert done.returncode != 0
    assert told in done.stderr or "foreign key constraint" in done.stderr
    assert "Nothing was changed" in done.stderr
    assert all(str(backup) in done.stderr.replace("\n", " ") for backup in _backups(address))
    assert _state(address) == before
    assert kept.differences(address, kept.archive()) == []


def test_an_upgrade_that_is_killed_in_its_middle_changes_nothing(release: Path, address: str) -> None:
    before = _state(address)
    assert _set_up(release, address, "kill").returncode == -signal.SIGKILL
    assert _state(address) == before
    assert [_state(str(backup)) for backup in _backups(address)] == [before] * len(_backups(address))
    assert _set_up(release, address).returncode == 0
    assert _state(address)[1] == NEXT


def test_two_upgrades_at_once_are_one(release: Path, address: str) -> None:
    programs = [start_release(release, *upgrading.SET_UP, address) for _ in range(2)]
    told = [program.communicate() for program in programs]
    assert [program.returncode for program in programs] == [0, 0], told
    assert sum("Upgraded" in out for out, _ in told) == 1
    assert _state(address)[1] == NEXT
    assert len(_backups(address)) == (read_address(address).path is not None)


def test_an_upgrade_among_writers_loses_nothing_whenever_it_is_killed(
    release: Path, address: str, tmp_path: Path
) -> None:
    outcome = upgrading.run(address, release, rounds=2, seed=4)
    assert outcome.acknowledged > 0
    assert outcome.kills > 0
    assert outcome.problems == ()


@pytest.mark.parametrize("megabytes", [2, 4])
def test_an_upgrade_on_a_full_disk_changes_nothing(release: Path, tmp_path: Path, megabytes: int) -> None:
    """First there is no room for the backup, then none for the tables that are rebuilt."""
    with small_disk(tmp_path / "disk", f"{megabytes}m") as disk:
        address = kept.place_file(kept.archive(), disk)
        before = _state(address)
        if megabytes > 2:
            room = os.statvfs(disk)
            size = Path(address).stat().st_size
            (disk / "ballast").write_bytes(bytes(room.f_bavail * room.f_frsize - size - 100_000))
        done = _set_up(release, address)
        assert done.returncode != 0
        assert "Nothing was changed" in done.stderr
        assert _state(address) == before
        assert kept.differences(address, kept.archive()) == []


@pytest.mark.parametrize("engine", ["sqlite"])
def test_only_the_last_three_backups_are_kept(release: Path, address: str) -> None:
    for number in range(4):
        older = Path(f"{address}.before-000{number}-from-x.db")
        older.write_bytes(b"")
        os.utime(older, (number, number))
    assert _set_up(release, address).returncode == 0
    assert [backup.name.partition(".before-")[2] for backup in _backups(address)] == [
        f"{NEXT}-from-{NEWEST_REVISION}.db",
        "0002-from-x.db",
        "0003-from-x.db",
    ]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_damaged_file_is_not_upgraded(release: Path, address: str) -> None:
    with Path(address).open("r+b") as file:
        file.seek(Path(address).stat().st_size // 2 // 4096 * 4096)
        file.write(bytes(4096 * 8))
    before = Path(address).read_bytes()
    done = _set_up(release, address)
    assert done.returncode != 0
    assert "damaged" in done.stderr
    assert Path(address).read_bytes() == before
    assert _backups(address) == []


@pytest.mark.parametrize(
    ("revision", "error", "told"),
    [
        ("9999", DatabaseNewerError, "newer version"),
        ("zz99", DatabaseNewerError, "newer version"),
        ("000", DatabaseNewerError, "newer version"),
        ("0001a", DatabaseNewerError, "newer version"),
        ("0000", DatabaseUnusableError, "0000"),
    ],
)
def test_an_unknown_revision_is_left_alone(
    empty_address: str, revision: str, error: type[DatabaseUnusableError], told: str
) -> None:
    tamper(empty_address, f"UPDATE alembic_version SET version_num = '{revision}'")  # noqa: S608 - ours
    before = _state(empty_address)
    for use in (lambda: upgrade(read_address(empty_address)), lambda: open_ledger(empty_address, analyst=ANALYST)):
        with pytest.raises(error, match=told):
            use()
    assert _state(empty_address) == before
    assert error is DatabaseUnusableError or _backups(empty_address) == []


def test_an_upgrade_of_the_newest_does_nothing(empty_address: str) -> None:
    before = _state(empty_address)
    found, backup = upgrade(read_address(empty_address))
    assert found.is_newest
    assert backup == ""
    assert _state(empty_address) == before
