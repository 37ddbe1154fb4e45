"""The engine's settings as the database reads them back, and what happens to a file behind an open program's back."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from forecasts.db.address import APPLICATION_ID, read_address
from forecasts.db.engine import Database, begin_as_writer
from forecasts.db.reader import BUSY_SECONDS
from forecasts.errors import DatabaseUnusableError
from forecasts.services.setup import set_up
from tests.conftest import HeldClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forecasts.services.ledger import Ledger

EXPECTED = {
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "synchronous": 2,
    "busy_timeout": int(BUSY_SECONDS * 1000),
    "journal_mode": "wal",
    "application_id": APPLICATION_ID,
}


@pytest.fixture
def database(empty_file: Path) -> Iterator[Database]:
    """An open SQLite ledger."""
    opened = Database(read_address(str(empty_file)))
    yield opened
    opened.close()


@pytest.mark.parametrize("writes", [False, True])
@pytest.mark.parametrize("name", EXPECTED)
def test_setting_is_what_loses_nothing(database: Database, name: str, writes: bool) -> None:
    def ask(connection: sa.Connection) -> object:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

    if writes:
        assert database.write(ask) == EXPECTED[name]
    else:
        with database.read() as connection:
            assert ask(connection) == EXPECTED[name]


def test_file_without_wal_is_written_with_truncated_journal(empty_file: Path) -> None:
    """Where WAL cannot be, SQLite's default would lose the last commit at a power failure."""
    with closing(sqlite3.connect(empty_file)) as connection:
        assert connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    database = Database(read_address(str(empty_file)))
    found = database.write(lambda connection: connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())
    database.close()
    assert found == "truncate"


def test_writers_begin_as_writers(database: Database) -> None:
    """Before one has written anything, another cannot begin to write; reading goes on, of what was committed."""

    def work(connection: sa.Connection) -> int:
        with closing(sqlite3.connect(str(database.address.path), timeout=0, isolation_level=None)) as other:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'x'")
            assert other.execute("SELECT version_num FROM alembic_version").fetchone() != ("x",)
        with database.read() as reader:
            assert reader.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() != "x"
        return 1

    assert database.write(work) == 1


def test_reading_sees_one_moment(empty_ledger: Ledger) -> None:
    """What is committed meanwhile is not seen until the next reading, on both engines."""
    database = empty_ledger.database
    count = sa.text("SELECT count(*) FROM loaded_record")
    with database.read() as connection:
        assert connection.execute(count).scalar_one() == 0
        database.write(
            lambda other: other.execute(sa.text("INSERT INTO loaded_record VALUES ('pack', 'name', 'digest')"))
        )
        assert connection.execute(count).scalar_one() == 0
    with database.read() as connection:
        assert connection.execute(count).scalar_one() == 1


def test_failing_work_leaves_nothing(empty_ledger: Ledger) -> None:
    def work(connection: sa.Connection) -> None:
        connection.execute(sa.text("INSERT INTO loaded_record VALUES ('pack', 'name', 'digest')"))
        msg = "stop"
        raise LookupError(msg)

    with pytest.raises(LookupError, match="stop"):
        empty_ledger.database.write(work)
    with empty_ledger.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM loaded_record")).scalar_one() == 0


def test_reading_never_writes(empty_ledger: Ledger) -> None:
    with empty_ledger.read() as connection:
        connection.execute(sa.text("INSERT INTO loaded_record VALUES ('pack', 'name', 'digest')"))
    with empty_ledger.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM loaded_record")).scalar_one() == 0


def test_new_file_and_its_folder_are_private(tmp_path: Path) -> None:
    path = tmp_path / "made" / "forecasts.db"
    set_up(str(path), analyst="a", packs=(), clock=HeldClock())
    database = Database(read_address(str(path)))
    with database.read() as connection:
        connection.exec_driver_sql("SELECT 1 FROM question").all()
        modes = {found.name: stat.S_IMODE(found.stat().st_mode) for found in path.parent.iterdir()}
    database.close()
    assert modes == dict.fromkeys(("forecasts.db", "forecasts.db-wal", "forecasts.db-shm"), 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("fate", ["deleted", "replaced", "moved"])
def test_file_that_is_gone_is_not_written(database: Database, fate: str) -> None:
    """SQLite itself goes on succeeding into nothing."""
    path = database.address.path
    assert path is not None
    with database.read() as connection:
        connection.exec_driver_sql("SELECT 1 FROM question").all()
    if fate == "deleted":
        path.unlink()
    elif fate == "moved":
        path.rename(path.with_name("elsewhere.db"))
    else:
        copy = path.with_name("copy.db")
        copy.write_bytes(path.read_bytes())
        copy.replace(path)
    ran: list[int] = []
    with pytest.raises(DatabaseUnusableError, match="was moved, replaced or deleted"):
        database.write(lambda _: ran.append(1))
    assert ran == []


@pytest.mark.parametrize("name", ["plain.db", "a b?mode=memory#%41.db"])
def test_a_file_that_is_away_is_not_made_anew_and_read_once_it_is_back(empty_file: Path, name: str) -> None:
    path = empty_file.rename(empty_file.with_name(name))
    database = Database(read_address(str(path)))
    away = path.rename(path.with_name("away.db"))
    with pytest.raises(DatabaseUnusableError, match="There is no database at"), database.read():
        pass
    assert not path.exists()
    away.rename(path)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM question").scalar_one() == 0
    database.close()


def test_a_writer_that_has_waited_long_asks_as_often_as_one_that_just_came(database: Database) -> None:
    """SQLite's own waiting asks ever more rarely, so that among many writers some never had their turn."""
    path = str(database.address.path)
    waited: list[float] = []
    with closing(sqlite3.connect(path, isolation_level=None)) as first, closing(sqlite3.connect(path)) as second:

        def wait(seconds: float) -> None:
            waited.append(seconds)
            if len(waited) == 300:
                first.execute("ROLLBACK")

        first.execute("BEGIN IMMEDIATE")
        begin_as_writer(second, wait)
        assert second.in_transaction
        assert second.execute("PRAGMA busy_timeout").fetchone() == (EXPECTED["busy_timeout"],)
    assert len(waited) == 300
    assert len(set(waited)) == 1
