"""Bringing a database to the newest schema: wholly or not at all, with a backup before an upgrade."""

import fcntl
import glob
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from forecasts.db import reader
from forecasts.db.address import APPLICATION_ID, NEWEST_REVISION, Address, companions
from forecasts.db.backup import copy_database, remove_database
from forecasts.db.derived import drop_guards, grant_rights, make_derived
from forecasts.db.engine import Database, OpenFile, be_writer, choose_journal, make_engine, reader_of, refuse_leftovers
from forecasts.db.faults import translate_error, translate_sqlite_error
from forecasts.db.integrity import mend_rows, schema_problems
from forecasts.errors import DatabaseUnusableError, OutputRefusedError
from forecasts.files import beside, make_exclusive, name_anew, sync
from forecasts.paths import migrations_folder

_BACKUPS_KEPT = 3


def upgrade(address: Address) -> tuple[reader.DatabaseInfo, str]:
    """Bring what stands at the address to the newest schema; returns what was found and the backup's path ("": none).

    Under the writers' lock: is it ours and known, is it whole, a checked backup beside it, every revision in one
    transaction, references and schema checked before the commit. A missing or empty SQLite file must be made with
    `make_new` instead, which appears whole.
    Errors: DatabaseUnusableError, DatabaseNewerError; nothing was changed then, and the message names the backup.
    """
    found = reader.inspect_address(address)
    reader.require_ours(address, found)
    if found.is_newest:
        return found, ""
    backup = ""
    try:
        with changing_schema(address) as connection:
            found = reader.inspect_database(reader_of(connection), address)
            reader.require_ours(address, found)
            if found.is_newest:
                return found, ""  # another program was first
            if address.path is not None and found.kind is reader.DatabaseKind.LEDGER and found.revision:
                _require_whole(connection, address)
                backup = _back_up(address, address.path, found)
            migrate(connection)
    except DatabaseUnusableError as error:
        error.advice += f" A backup of the database as it was is {backup}." if backup else ""
        raise
    except Exception as error:
        msg = f"The upgrade of {address.shown} to revision {NEWEST_REVISION} failed: {error}."
        advice = f"Nothing was changed. A backup of the database as it was is {backup}." if backup else ""
        raise DatabaseUnusableError(msg, advice or "Nothing was changed.") from error
    if address.path is not None:
        _settle(address.path)
    return found, backup


def migrate(connection: sa.Connection) -> None:
    """Run every revision that is missing, in the transaction of the connection, and check what came of it."""
    run_revisions(connection, "head")
    problems = schema_problems(connection)
    if problems:
        msg = f"The migration would leave another schema than the program's: {'; '.join(problems[:3])}."
        raise DatabaseUnusableError(msg, "Nothing was changed.")
    if connection.dialect.name != "sqlite":
        grant_rights(connection)


def rebuild(address: Address, kinds: Iterable[str], progress: Callable[[str], None]) -> int:
    """Make everything anew that follows from the records, in one transaction; in how many rows a column did not.

    Errors: DatabaseUnusableError, DatabaseNewerError; nothing was changed then.
    """
    with changing_schema(address) as connection:
        reader.require_newest(address, reader.inspect_database(reader_of(connection), address))
        mended = 0
        drop_guards(connection)  # of a resolution only what it says is kept, not how it is written
        for kind in kinds:
            progress(kind)
            mended += mend_rows(connection, kind)
        make_derived(connection)
        if address.path is None:
            grant_rights(connection)
    return mended


def _require_whole(connection: sa.Connection, address: Address) -> None:
    problems = connection.exec_driver_sql("PRAGMA quick_check(3)").scalars().all()
    if problems != ["ok"]:
        msg = f"The database {address.shown} is damaged: {problems[0]}."
        raise DatabaseUnusableError(msg, "Nothing was changed. Restore a backup.")
    _check_foreign_keys(connection, f"The database {address.shown} has")


def _settle(path: Path) -> None:
    with suppress(sqlite3.OperationalError):  # in use: the mode stays, and is chosen again by the next upgrade
        choose_journal(path)


_ABANDONED_SECONDS = 600
"""No set-up writes nothing for so long; on a shared folder the program may run on another machine."""


def make_new(address: Address, fill: Callable[[Database], None]) -> bool:
    """Make a SQLite ledger that appears whole or not at all; `fill` loads its first records.

    It is made under another name in the same folder and then put in place. False: another program was first, and its
    ledger stands.
    """
    path = address.path
    if path is None:
        msg = "only a file can be made beside its place"
        raise ValueError(msg)
    unfinished = beside(path, f"new-{os.getpid()}")
    new = Address("sqlite", unfinished, "", name=address.shown)
    for left in path.parent.glob(f".{glob.escape(path.name[:80])}.new-*"):
        if _is_abandoned(left):
            remove_database(left)
    try:  # from before the file is there: an interrupt may come at any moment
        _make_empty(unfinished, address)
        with changing_schema(new) as connection:
            migrate(connection)
        _settle(unfinished)
        with closing(Database(new)) as database:
            fill(database)
        return _put_in_place(unfinished, path, address)
    finally:
        remove_database(unfinished)


def _is_abandoned(unfinished: Path) -> bool:
    """Whether the program that was making this database was killed."""
    number = unfinished.name.rpartition(".new-")[2].partition("-")[0]
    if not number.isdecimal():
        return False
    try:
        if time.time() - unfinished.stat().st_mtime < _ABANDONED_SECONDS:
            return False
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _make_empty(file: Path, address: Address) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(make_exclusive(file))
    except OSError as error:
        msg = f"No database can be made at {address.shown}: {error.strerror}."
        raise DatabaseUnusableError(msg, "Check that its folder exists and that you may write there.") from error


def _put_in_place(unfinished: Path, path: Path, address: Address) -> bool:
    if companions(unfinished)[0].exists():
        try:
            with closing(sqlite3.connect(unfinished)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise translate_sqlite_error(error, address) from error
        msg = f"The new database was not written into its file whole ({unfinished})."
        raise DatabaseUnusableError(msg, "Nothing was changed. Try again.")
    sync(unfinished)
    with _alone_in(path.parent):
        if not path.exists() or path.stat().st_size == 0:
            refuse_leftovers(path)
            path.unlink(missing_ok=True)
        if not name_anew(unfinished, path):
            return False
        sync(path.parent)
    return True


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """No other first start puts its database into the folder meanwhile (where the file system can lock folders)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _back_up(address: Address, path: Path, found: reader.DatabaseInfo) -> str:
    target = path.with_name(f"{path.name}.before-{NEWEST_REVISION}-from-{found.revision}.db")
    try:
        copy_database(address, target, replace=True)
    except OutputRefusedError as error:
        msg = f"{error.message} Without a backup {address.shown} is not upgraded."
        raise DatabaseUnusableError(msg, f"Nothing was changed. {error.advice}") from error
    older = sorted(path.parent.glob(f"{glob.escape(path.name)}.before-*.db"), key=lambda file: file.stat().st_mtime)
    for file in older[:-_BACKUPS_KEPT]:
        file.unlink()
    return str(target)


@contextmanager
def changing_schema(address: Address) -> Iterator[sa.Connection]:
    """One transaction in which tables may be rebuilt, as the only writer; references are checked before its commit.

    Errors: DatabaseUnusableError where the database refuses, or its schema is of no revision that is known.
    """
    from alembic.util import CommandError

    engine, file = make_engine(address), OpenFile(address)
    try:
        with engine.connect() as connection:
            if address.path is not None:
                # a rebuilt parent would lose its children, and inside a transaction the pragma is ignored
                sqlite = connection.connection.driver_connection
                assert isinstance(sqlite, sqlite3.Connection)  # noqa: S101 - the driver of every SQLite engine
                sqlite.execute("PRAGMA foreign_keys = OFF")
            be_writer(connection)
            with file.writing(connection):
                yield connection
                if address.path is not None:
                    _check_foreign_keys(connection, "The migration would leave")
                    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    except sa.exc.DBAPIError as error:
        raise translate_error(error, address) from error
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


def _check_foreign_keys(connection: sa.Connection, what: str) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        table, row, parent, _ = broken[0]
        msg = f"{what} {len(broken)} references without their record (first: row {row} of {table} to {parent})."
        raise DatabaseUnusableError(msg, "Nothing was changed.")
