"""An upgrade happens wholly or not at all, on a ledger with rows in its tables, and leaves every lock in place."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from forecasts.db.address import NEWEST_REVISION, read_address
from forecasts.db.engine import Database
from forecasts.db.migrate import upgrade
from forecasts.db.reader import inspect_address
from forecasts.db.tables import metadata
from forecasts.errors import DatabaseNewerError, DatabaseUnusableError
from forecasts.services.ledger import open_ledger
from tests.conftest import ANALYST, HeldClock
from tests.db.catalogues import GUARDED, catalogue, differences
from tests.db.future import REBUILT, REVISION, future
from tests.filling import fill

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.db.catalogues import Catalogue


@contextmanager
def _opened(address: str) -> Iterator[Database]:
    database = Database(read_address(address))
    try:
        yield database
    finally:
        database.close()


def _state(address: str) -> tuple[Catalogue, str, dict[str, list[Any]]]:
    """The schema, its revision and every row of every table."""
    with _opened(address) as database, database.read() as connection:
        revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        rows = {
            name: sorted((tuple(row) for row in connection.execute(sa.select(*table.columns))), key=repr)
            for name, table in metadata().tables.items()
        }
        return catalogue(connection), revision, rows


@pytest.fixture
def filled_address(seeded_address: str) -> str:
    """A ledger with rows in every table."""
    ledger = open_ledger(seeded_address, analyst=ANALYST, clock=HeldClock())
    try:
        fill(ledger)
    finally:
        ledger.close()
    _, _, rows = _state(seeded_address)
    assert {name for name, found in rows.items() if not found} == set()
    return seeded_address


def _backups(address: str) -> list[Path]:
    path = read_address(address).path
    return [] if path is None else sorted(path.parent.glob(f"{path.name}.before-*"))


def test_upgrade_keeps_every_row_and_every_guard(filled_address: str, tmp_path: Path) -> None:
    objects, revision, rows = _state(filled_address)
    assert revision == NEWEST_REVISION
    found, backup = upgrade(read_address(filled_address), future(tmp_path / "next"))
    assert found.revision == NEWEST_REVISION
    after, revision, kept = _state(filled_address)
    assert revision == REVISION
    assert [name for name in rows if kept[name] != rows[name]] == []
    changed = {key[1] for key in differences(objects, after)}
    assert changed == set(REBUILT)
    assert {key for key in objects if key[0] == "trigger"} == {key for key in after if key[0] == "trigger"}
    for table, column in GUARDED.items():
        with _opened(filled_address) as database, pytest.raises(sa.exc.DBAPIError, match="append-only"):
            _forge(database, table, column)
    if backup:
        assert [str(path) for path in _backups(filled_address)] == [backup]
        assert _state(backup) == (objects, NEWEST_REVISION, rows)


def _forge(database: Database, table: str, column: str) -> None:
    """Past the program, which would not write in a schema of another revision than its own."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET {column} = 'forged'")  # noqa: S608 - our own names


@pytest.mark.parametrize(
    ("fate", "told"),
    [
        ("raise", "the middle of a migration"),
        ("break", r"references without their record|violates foreign key"),
        ("drop", "ix_resolution_resolved_at is missing"),
    ],
)
def test_upgrade_that_fails_changes_nothing(filled_address: str, tmp_path: Path, fate: str, told: str) -> None:
    before = _state(filled_address)
    with pytest.raises(DatabaseUnusableError, match=told) as refused:
        upgrade(read_address(filled_address), future(tmp_path / "next", fate))
    assert "Nothing was changed" in refused.value.advice
    assert all(str(path) in refused.value.advice for path in _backups(filled_address))
    assert _state(filled_address) == before
    open_ledger(filled_address, analyst=ANALYST, clock=HeldClock()).close()


def test_upgrade_that_is_killed_changes_nothing(filled_address: str, tmp_path: Path) -> None:
    before = _state(filled_address)
    command = [sys.executable, "-m", "tests.db.future", filled_address, str(tmp_path / "next"), "kill"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert _state(filled_address) == before
    upgrade(read_address(filled_address), future(tmp_path / "next"))
    assert _state(filled_address)[1] == REVISION


@pytest.mark.parametrize("engine", ["sqlite"])
def test_last_three_backups_are_kept(engine: str, filled_address: str, tmp_path: Path) -> None:
    path = read_address(filled_address).path
    assert path is not None, engine
    for number in range(5):
        path.with_name(f"{path.name}.before-000{number}-from-x.db").write_bytes(b"")
    _, backup = upgrade(read_address(filled_address), future(tmp_path / "next"))
    assert len(_backups(filled_address)) == 3
    assert backup in map(str, _backups(filled_address))


def _bytes(address: str) -> str:
    path = read_address(address).path
    return "" if path is None else hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("revision", "error", "told"),
    [("9999", DatabaseNewerError, "newer version"), ("0000", DatabaseUnusableError, "0000")],
)
def test_unknown_revision_is_left_alone(
    empty_address: str, revision: str, error: type[DatabaseUnusableError], told: str
) -> None:
    with _opened(empty_address) as database:
        statement = sa.text("UPDATE alembic_version SET version_num = :revision")
        database.write(lambda connection: connection.execute(statement, {"revision": revision}))
    before, content = _state(empty_address), _bytes(empty_address)
    with pytest.raises(error, match=told):
        upgrade(read_address(empty_address))
    with pytest.raises(error):
        open_ledger(empty_address, analyst=ANALYST)
    assert _bytes(empty_address) == content
    assert _state(empty_address) == before
    assert inspect_address(read_address(empty_address)).revision == revision


def test_upgrade_of_the_newest_does_nothing(empty_address: str) -> None:
    before, content = _state(empty_address), _bytes(empty_address)
    found, backup = upgrade(read_address(empty_address))
    assert found.is_newest
    assert backup == ""
    assert _bytes(empty_address) == content
    assert _state(empty_address) == before
