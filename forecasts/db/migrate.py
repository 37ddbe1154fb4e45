"""Bringing a database to the newest schema: wholly or not at all, with a backup before an upgrade."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecasts.db.address import APPLICATION_ID, NEWEST_REVISION, Address
from forecasts.db.bare import Found, State, find, open_sqlite, require_ours
from forecasts.db.engine import Database, choose_journal, make_engine, make_file, take_turn
from forecasts.db.faults import told, told_sqlite
from forecasts.errors import DatabaseUnusableError
from forecasts.paths import migrations_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BACKUPS_KEPT = 3


def upgrade(address: Address) -> tuple[Found, str]:
    """Bring what stands at the address to the newest schema; returns what was found and the backup's path ("": none).

    A missing or empty SQLite file must be made with `make_new` instead, which appears whole.
    Errors: DatabaseUnusableError, DatabaseNewerError; nothing was changed then, and the message names the backup.
    """
    found = find(address)
    require_ours(address, found)
    if found.is_newest:
        return found, ""
    backup = _back_up(address, found) if address.path is not None and found.state is State.OURS else ""
    try:
        _migrate(address)
    except DatabaseUnusableError as error:
        if backup:
            error.advice += f" A backup of the database as it was is {backup}."
        raise
    return found, backup


def make_new(address: Address, fill: Callable[[Database], None]) -> bool:
    """Make a SQLite ledger that appears whole or not at all; `fill` loads its first records.

    It is made under another name in the same folder and then put in place. False: another program was first, and its
    ledger stands.
    """
    path = address.path
    if path is None:
        msg = "only a file can be made beside its place"
        raise ValueError(msg)
    unfinished = path.with_name(f".{path.name}.new-{os.getpid()}")
    new = Address("sqlite", unfinished, "", name=address.shown)
    try:
        make_file(unfinished)
    except OSError as error:
        msg = f"No database can be made at {address.shown}: {error.strerror}."
        raise DatabaseUnusableError(msg, "Check that its folder exists and that you may write there.") from error
    try:
        _migrate(new)
        database = Database(new)
        try:
            fill(database)
        finally:
            database.close()
        return _put_in_place(unfinished, path)
    finally:
        for leftover in (
            unfinished,
            Path(f"{unfinished}-wal"),
            Path(f"{unfinished}-shm"),
            Path(f"{unfinished}-journal"),
        ):
            leftover.unlink(missing_ok=True)


def _put_in_place(unfinished: Path, path: Path) -> bool:
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    if path.exists() and path.stat().st_size == 0:
        path.unlink()
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return False
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


def _back_up(address: Address, found: Found) -> str:
    path = address.path
    if path is None:
        return ""
    target = path.with_name(f"{path.name}.before-{NEWEST_REVISION}-from-{found.revision}.db")
    unfinished = target.with_name(f".{target.name}.new-{os.getpid()}")
    try:
        make_file(unfinished)
        with closing(open_sqlite(address)) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy, pages=-1)
            if copy.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                msg = f"The backup {target} did not pass its check."
                raise DatabaseUnusableError(msg, "Nothing was changed.")
        unfinished.replace(target)
    except sqlite3.Error as error:
        raise told_sqlite(error, address) from error
    finally:
        unfinished.unlink(missing_ok=True)
    older = sorted(path.parent.glob(f"{path.name}.before-*.db"), key=lambda file: file.stat().st_mtime)
    for file in older[:-_BACKUPS_KEPT]:
        file.unlink()
    return str(target)


def _migrate(address: Address) -> None:
    with changing_schema(address) as connection:
        run_revisions(connection, "head")
    if address.path is not None:
        with (
            closing(sqlite3.connect(address.path, isolation_level=None)) as plain,
            suppress(sqlite3.OperationalError),
        ):
            choose_journal(plain)


@contextmanager
def changing_schema(address: Address) -> Iterator[sa.Connection]:
    """One transaction in which tables may be rebuilt, as the only writer; references are checked before its commit.

    Errors: DatabaseUnusableError where the database refuses, or its schema is of no revision that is known.
    """
    from alembic.util import CommandError

    engine = make_engine(address)
    try:
        with engine.connect() as connection:
            if address.path is not None:
                # a rebuilt parent would lose its children, and inside a transaction the pragma is ignored
                sqlite = connection.connection.driver_connection
                assert isinstance(sqlite, sqlite3.Connection)  # noqa: S101 - the driver of every SQLite engine
                sqlite.execute("PRAGMA foreign_keys = OFF")
            connection.execution_options(is_writer=True)
            with connection.begin():
                take_turn(connection)
                yield connection
                if address.path is not None:
                    _check_foreign_keys(connection)
                    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    except sa.exc.DBAPIError as error:
        raise told(error, address) from error
    except CommandError as error:
        msg = f"The schema of {address.shown} cannot be brought to revision {NEWEST_REVISION}: {error}."
        raise DatabaseUnusableError(msg, "Nothing was changed.") from error
    finally:
        engine.dispose()


def run_revisions(connection: sa.Connection, target: str) -> None:
    """Alembic's revisions up to (or, with `-1` or `base`, down to) `target`, in the transaction of the connection."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    (command.downgrade if target in ("base", "-1") else command.upgrade)(config, target)


def _check_foreign_keys(connection: sa.Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        msg = f"The migration would leave {len(broken)} references without their record (first: {tuple(broken[0])})."
        raise DatabaseUnusableError(msg, "Nothing was changed.")
