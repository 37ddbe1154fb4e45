"""Engines that lose nothing: writers begin as writers, every commit is synced, foreign keys hold.

SQLite runs in WAL with full sync (TRUNCATE with full sync where WAL cannot work), because WAL with NORMAL gives
away acknowledged commits at a power failure. On PostgreSQL writers lock one table, so that a unit of work
reads what it writes against on both engines. SQLAlchemy is loaded when its engine is first asked for: who only reads a
file needs none of it.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from forecasts.db.address import Address, companions, network_file_system
from forecasts.db.faults import translate_error, translated_errors
from forecasts.db.reader import (
    BUSY_SECONDS,
    DatabaseInfo,
    DatabaseKind,
    SqlReader,
    connect_postgresql,
    connect_sqlite,
    damage,
    guard_sqlite,
    refuse_planted,
    require_newest,
)
from forecasts.errors import DatabaseUnusableError

if TYPE_CHECKING:
    import sqlalchemy as sa

    Connection = sa.Connection
    """A connection in a transaction: what services hand to the functions of `db`, and know nothing more of."""
else:
    Connection = Any


T = TypeVar("T")

_WRITER_LOCK = 0x46435354
_BE_SAFE = """SELECT set_config('lock_timeout', '60s', true),
 CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', true) END,
 to_regclass('loaded_record') IS NOT NULL"""
_TAKE_TURN = "LOCK TABLE loaded_record IN SHARE ROW EXCLUSIVE MODE"
"""Only whoever may change this table can take that lock: a reader stops nobody."""
_TAKE_FIRST_TURN = f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})"
_PATIENT = f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}"
_ASK_AGAIN_SECONDS = 0.002
_RETRIED = ("40001", "40P01")
_TRIES = 5


def make_engine(address: Address) -> sa.Engine:
    """An engine with the settings of the record. Nothing is opened yet."""
    import sqlalchemy as sa

    if address.path is None:
        return sa.create_engine(
            "postgresql+psycopg://", creator=lambda: connect_postgresql(address), pool_pre_ping=True
        )
    arguments: dict[str, Any] = {"timeout": BUSY_SECONDS}
    if sys.version_info >= (3, 12):
        arguments["autocommit"] = sqlite3.LEGACY_TRANSACTION_CONTROL
    # a file that is away is not made anew, empty, in its place
    url = sa.URL.create("sqlite", database=f"file:{quote(str(address.path))}", query={"mode": "rw", "uri": "true"})
    engine = sa.create_engine(url, connect_args=arguments)
    is_remote = bool(network_file_system(address.path))

    def prepare(connection: sqlite3.Connection, record: sa.pool.ConnectionPoolEntry) -> None:
        if address.path is not None:
            refuse_planted(address.path)  # nothing of the file was opened yet
        connection.isolation_level = None  # transactions are begun below, never by the driver
        connection.execute(_PATIENT)
        mode = guard_sqlite(connection)
        if mode == "wal" and is_remote:  # made on a local disk, then moved
            mode = str(connection.execute("PRAGMA journal_mode = TRUNCATE").fetchone()[0])
        # as long as this connection is open nobody may remove the log
        record.info["log"] = identity(Path(f"{address.path}-wal")) if mode == "wal" else None

    sa.event.listen(engine, "connect", prepare)
    sa.event.listen(engine, "begin", _begin)
    sa.event.listen(engine, "handle_error", _tell_damage)
    return engine


def _tell_damage(context: sa.ExceptionContext) -> None:
    if (found := damage(context.original_exception)) is not None:
        raise found from context.original_exception


def reader_of(connection: sa.Connection, path: Path | None = None) -> SqlReader:
    """A reader through the same connection, in its transaction; `path` is the file, whose settings it can tell then."""
    backend = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    return SqlReader(connection.connection.driver_connection, backend, path)


def _begin(connection: sa.Connection) -> None:
    if not connection.get_execution_options().get("is_writer"):
        connection.exec_driver_sql("BEGIN DEFERRED")
        return
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - the driver of every SQLite engine
    try:
        begin_as_writer(driver)
    except sqlite3.OperationalError as error:
        from sqlalchemy.exc import OperationalError

        raise OperationalError(None, None, error) from error


def begin_as_writer(connection: sqlite3.Connection, wait: Callable[[float], None] = time.sleep) -> None:
    """Begin a transaction that may write as soon as no other program is in one.

    Whoever waits asks evenly: SQLite's own waiting asks the more rarely the longer it waits, so that among many
    writers some never have their turn. sqlite3.OperationalError after `BUSY_SECONDS`.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > deadline:
                    raise
                wait(_ASK_AGAIN_SECONDS)
            else:
                return
    finally:
        connection.execute(_PATIENT)


def be_writer(connection: sa.Connection) -> None:
    """The connection's next transaction begins as a writer, and sees what was committed until it has its turn."""
    connection.execution_options(is_writer=True)
    if connection.dialect.name != "sqlite":
        connection.execution_options(isolation_level="READ COMMITTED")


def take_turn(connection: sa.Connection) -> None:
    """Wait until no other writer is in a transaction. A SQLite transaction that begins as a writer has its turn.

    On a server the wait is bounded, and the commit waits for the disk even where the server's default is not to.
    """
    if connection.dialect.name != "sqlite":
        is_made = connection.exec_driver_sql(_BE_SAFE).one()[2]
        connection.exec_driver_sql(_TAKE_TURN if is_made else _TAKE_FIRST_TURN)


def identity(path: Path) -> tuple[int, int] | None:
    """Which file has this name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


def refuse_leftovers(path: Path) -> None:
    """Refuse a name beside which a log or journal of a lost database stands: SQLite would mix it into a new one.

    DatabaseUnusableError, since it may hold what was written last.
    """
    refuse_planted(path)
    log, _, journal = companions(path)
    for left in (log, journal):
        if identity(left) is not None and left.stat().st_size:
            msg = f"{left} was left by a database that is gone from {path}, and may hold what was written last."
            raise DatabaseUnusableError(msg, "Nothing was changed. Put that database back, or move the file away.")


class OpenFile:
    """A SQLite file that is still the one at its path: writes to one that is not go on succeeding into nothing."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._file = self._at_the_path()

    def _at_the_path(self) -> tuple[int, int] | None:
        return identity(self._address.path) if self._address.path else None

    def require(self, connection: sa.Connection, what: str = "Nothing was written.") -> None:
        """DatabaseUnusableError where the file, or the log beside it, was moved, replaced or deleted."""
        if self._file is None:
            return
        log = connection.info["log"]
        is_log_there = log is None or identity(Path(f"{self._address.path}-wal")) == log
        if self._at_the_path() != self._file or not is_log_there:
            log_name = "" if is_log_there else ", or the -wal beside it,"
            msg = f"The database file {self._address.shown}{log_name} was moved, replaced or deleted while it was open."
            advice = "Close the program and put the file back where it was, or restore a backup; then do it again."
            raise DatabaseUnusableError(msg, f"{what} {advice}")

    @contextmanager
    def writing(self, connection: sa.Connection) -> Iterator[None]:
        """A transaction whose commit is told as done only where the file stands there before and after it."""
        with connection.begin():
            take_turn(connection)  # whoever replaces or upgrades the file takes it too
            self.require(connection)
            yield
            self.require(connection)
        self.require(connection, "What was just written may be lost.")


def choose_journal(path: Path) -> str:
    """Put a SQLite file into WAL, or TRUNCATE where WAL cannot work; returns what it really is.

    Where another program has the file open it stays as it is; sqlite3.OperationalError says so.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        mode = ""
        for wanted in ("truncate",) if network_file_system(path) else ("wal", "truncate"):
            mode = str(connection.execute(f"PRAGMA journal_mode = {wanted}").fetchone()[0])
            if mode == wanted:
                break
        return mode


class Database:
    """An open database: reads see one moment, a write is one transaction that starts as a writer."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._file = OpenFile(address)
        self._idle: list[sqlite3.Connection] = []

    @cached_property
    def engine(self) -> sa.Engine:
        return make_engine(self.address)

    @property
    def backend(self) -> str:
        return self.address.backend

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()
        if "engine" in vars(self):
            self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection for reading; whatever it would have written is rolled back."""
        from sqlalchemy import exc

        with translated_errors(self.address):
            try:
                with self.engine.connect() as connection:
                    if self.backend == "postgresql":
                        connection.execution_options(isolation_level="REPEATABLE READ")
                    with connection.begin() as transaction:
                        yield connection
                        transaction.rollback()
            except exc.DBAPIError as error:
                raise translate_error(error, self.address) from error

    @contextmanager
    def reader(self) -> Iterator[SqlReader]:
        """A reader of one moment, through a connection that is kept for the next."""
        if self.address.path is None:
            with self.read() as connection:
                yield reader_of(connection)
            return
        with translated_errors(self.address):
            idle = self._idle.pop() if self._idle else connect_sqlite(self.address, "rw")
            try:
                idle.execute("BEGIN")
                yield SqlReader(idle, "sqlite")
                idle.rollback()
            except BaseException:
                idle.close()
                raise
            self._idle.append(idle)

    def write(self, work: Callable[[sa.Connection], T]) -> T:
        """Carry out `work` whole or not at all. It may be run again after a serialization failure.

        Errors: DatabaseUnusableError where the database refuses (full, locked, read-only, gone), DatabaseNewerError
        where another program has upgraded it meanwhile; what `work` raises.
        """
        from sqlalchemy import exc

        for attempt in range(1, _TRIES + 1):
            try:
                with translated_errors(self.address), self.engine.connect() as connection:
                    be_writer(connection)
                    with self._file.writing(connection):
                        revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
                        require_newest(self.address, DatabaseInfo(DatabaseKind.LEDGER, str(revision or "")))
                        return work(connection)
            except exc.DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) in _RETRIED and attempt < _TRIES:
                    continue
                raise translate_error(error, self.address) from error
        msg = "unreachable: the last try returns or raises"
        raise AssertionError(msg)
