"""A read-only connection to a database by its driver alone, and what stands at an address. Loads no SQLAlchemy."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import stat
from collections import namedtuple
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from enum import StrEnum
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from forecasts.db.address import APPLICATION_ID, NEWEST_REVISION, Address, companions, network_file_system
from forecasts.db.revisions import unlike
from forecasts.errors import DamagedValueError, DatabaseNewerError, DatabaseUnusableError
from forecasts.files import sync

if TYPE_CHECKING:
    import psycopg


BUSY_SECONDS = 20.0
_CONNECT_SECONDS = 10
_REVISION = re.compile(r"\d{4}")
_WORDS = {"synchronous": ("off", "normal", "full", "extra")}

GUARDS = {"foreign_keys": "ON", "recursive_triggers": "ON", "trusted_schema": "OFF", "synchronous": "FULL"}
"""What every connection to a SQLite file is set to, before anything else is done with it."""

POSTGRESQL_SETTINGS = (
    "server_version",
    "fsync",
    "full_page_writes",
    "synchronous_commit",
    "default_transaction_isolation",
    "data_checksums",
)
"""What a PostgreSQL server says of how it keeps what it is given."""


_AS_IT_IS = "SET datestyle = ISO; SET extra_float_digits = 1; SET transform_null_equals = off"
"""Whatever is set for a database or a role: numbers and dates come as they are stored."""

_FETCHED = 5_000


class DatabaseKind(StrEnum):
    """What stands at an address."""

    MISSING = "missing"
    EMPTY = "empty"
    LEDGER = "ledger"
    FOREIGN = "foreign"


class DatabaseInfo(NamedTuple):
    """What stands at an address, the schema revision where it is ours, and where it holds something else than that."""

    kind: DatabaseKind
    revision: str = ""
    unlike: tuple[str, ...] = ()

    @property
    def is_newest(self) -> bool:
        """Whether this code can work with it as it is."""
        return self.kind is DatabaseKind.LEDGER and self.revision == NEWEST_REVISION


class SqlReader:
    """A read-only connection by the driver alone; `?` stands for a parameter on both engines."""

    def __init__(self, connection: Any, backend: str, path: Path | None = None) -> None:
        self._connection = connection
        self._backend = backend
        self._path = path
        self._streams = count()

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with damage_told():
            return list(self.cursor(query, parameters).fetchall())

    def stream(self, query: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query as they come: whoever stops early has not made the database read on."""
        if self._backend == "sqlite":
            with damage_told():
                yield from self.cursor(query, parameters)
            return
        with self._connection.cursor(name=f"stream_{next(self._streams)}") as cursor:
            cursor.itersize = _FETCHED
            cursor.execute(_for_postgresql(query), tuple(parameters))
            yield from cursor

    def named(self, query: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Every row of a query as a tuple with the names of its columns."""
        cursor = self.cursor(query, parameters)
        with damage_told():
            return list(map(_row_type(tuple(column[0] for column in cursor.description))._make, cursor.fetchall()))

    def value(self, query: str, parameters: Sequence[object] = ()) -> Any:
        found = self.rows(query, parameters)
        return found[0][0] if found else None

    def among(self, column: str, keys: Collection[int | str]) -> tuple[str, object]:
        """A condition that the column is one of any number of keys or slugs, and its one parameter."""
        if self._backend == "postgresql":
            return f"{column} = ANY(?)", list(keys)
        return f"{column} IN (SELECT value FROM json_each(?))", json.dumps(list(keys))  # noqa: S608 - a column's name

    @property
    def is_sqlite(self) -> bool:
        return self._backend == "sqlite"

    def cursor(self, query: str, parameters: Sequence[object] = ()) -> Any:
        """The driver's own cursor over the rows of a query."""
        if self._backend == "postgresql":
            query = _for_postgresql(query)
        return self._connection.execute(query, tuple(parameters))

    def settings(self) -> dict[str, str]:
        """How the database guards what it is given, read back from it."""
        if self._backend == "postgresql":
            return {name: str(self.value(f"SHOW {name}")) for name in POSTGRESQL_SETTINGS}
        found = {"sqlite_version": sqlite3.sqlite_version}
        for name in ("journal_mode", *GUARDS):
            value = self.value(f"PRAGMA {name}")
            words = _WORDS.get(name, ("off", "on"))
            found[name] = words[value] if isinstance(value, int) else str(value)
        return found if self._path is None else found | _place_of(self._path)


@contextmanager
def damage_told() -> Iterator[None]:
    """DamagedValueError where bytes that are no text stand in the place of one meanwhile."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if (found := damage(error)) is None:
            raise
        raise found from error


def damage(error: BaseException | None) -> DamagedValueError | None:
    """What the driver says of bytes that are no text; None where it says something else."""
    if not isinstance(error, sqlite3.OperationalError) or not str(error).startswith("Could not decode"):
        return None
    column = str(error).partition("column '")[2].partition("'")[0]
    msg = f"The database holds bytes that are no text in the place of {column}: it was changed past the program."
    return DamagedValueError(msg, "`forecasts check` tells where.")


@cache
def _row_type(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)


def _for_postgresql(query: str) -> str:
    return query.replace("%", "%%").replace("?", "%s")


def _place_of(path: Path) -> dict[str, str]:
    kind = network_file_system(path)
    modes = {"file_mode": path, "folder_mode": path.parent}
    return {
        **{name: f"{stat.S_IMODE(place.stat().st_mode):04o}" for name, place in modes.items()},
        "file_system": f"network ({kind})" if kind else "local",
    }


@contextmanager
def open_reader(address: Address) -> Iterator[SqlReader]:
    """A reader on an existing database, seeing one moment. DatabaseUnusableError says why there is none."""
    from forecasts.db.faults import no_database, translated_errors

    if address.path is not None and not address.path.exists():
        raise no_database(address)
    with translated_errors(address):
        if address.path is None:
            with _postgresql(address) as connection:
                yield SqlReader(connection, "postgresql")
            return
        with closing(open_sqlite(address)) as connection:
            connection.execute("BEGIN")
            yield SqlReader(connection, "sqlite", address.path)


def open_sqlite(address: Address) -> sqlite3.Connection:
    """A read-only connection to a SQLite file, for one thread at a time.

    A program that was stopped while it wrote can leave a rollback journal, which only whoever may write takes back.
    """
    try:
        return connect_sqlite(address, "ro")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_READONLY_ROLLBACK":
            raise
    with closing(connect_sqlite(address, "rw")):  # to read is enough
        sync(address.path.parent)  # type: ignore[union-attr]  # a file's: else the journal's name could come back
    return connect_sqlite(address, "ro")


def refuse_planted(path: Path) -> None:
    """Refuse names beside a SQLite file that somebody else took, through which the record would go to him.

    SQLite follows and fills whatever stands at these names. In a folder in which everybody may write, only files of
    its owner, of oneself and of root are its own; elsewhere only who may use the ledger can put them there.
    """
    place = Path(os.path.realpath(path))
    try:
        is_anybodys = place.parent.stat().st_mode & stat.S_IWOTH
        trusted = {0, os.geteuid(), *((place.stat().st_uid,) if place.exists() else ())}
    except OSError:
        return
    for beside in companions(place):
        try:
            found = beside.lstat()
        except OSError:
            continue
        if not stat.S_ISREG(found.st_mode) or (is_anybodys and found.st_uid not in trusted):
            msg = f"{beside} is no file of this ledger: somebody else put it there."
            raise DatabaseUnusableError(msg, "Nothing was changed. Keep the ledger in a folder of your own.")


def connect_sqlite(address: Address, mode: str) -> sqlite3.Connection:
    if address.path is not None:
        refuse_planted(address.path)
    connection = sqlite3.connect(
        f"file:{quote(str(address.path))}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        guard_sqlite(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def guard_sqlite(connection: sqlite3.Connection) -> str:
    """Set a connection to what the record needs; returns the journal mode.

    A rollback journal is truncated, not deleted: with FULL, a power failure can bring a deleted journal back, and with
    it take back the newest commit.
    """
    for name, value in GUARDS.items():
        connection.execute(f"PRAGMA {name} = {value}")
    mode = str(connection.execute("PRAGMA journal_mode").fetchone()[0])
    if mode == "delete":
        mode = str(connection.execute("PRAGMA journal_mode = TRUNCATE").fetchone()[0])
    return mode


@contextmanager
def _postgresql(address: Address) -> Iterator[Any]:
    import psycopg

    with connect_postgresql(address) as connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield connection
        connection.rollback()


def connect_postgresql(address: Address) -> psycopg.Connection[Any]:
    """A connection to a server, as libpq reads the address: services, several hosts and `.pgpass` included."""
    import psycopg

    patience: dict[str, Any] = {} if "connect_timeout" in address.url else {"connect_timeout": _CONNECT_SECONDS}
    url = address.url.replace("postgresql+psycopg", "postgresql", 1)
    connection = psycopg.connect(
        url, fallback_application_name="forecasts", client_encoding="utf8", autocommit=True, **patience
    )
    connection.execute(_AS_IT_IS)
    connection.autocommit = False
    return connection


@contextmanager
def open_inspected(address: Address) -> Iterator[tuple[DatabaseInfo, SqlReader | None]]:
    """What stands at the address, with a reader on it where anything does. Nothing is created or changed."""
    if address.path is not None:
        if address.path.is_dir():
            msg = f"{address.shown} is a folder, not a database file."
            raise DatabaseUnusableError(msg, "Give the path of a file.")
        if not address.path.exists():
            yield DatabaseInfo(DatabaseKind.MISSING), None
            return
        if not address.path.is_file():
            msg = f"{address.shown} is a device or a pipe, not a database file."
            raise DatabaseUnusableError(msg, "Give the path of a file.")
        if address.path.stat().st_size == 0:
            yield DatabaseInfo(DatabaseKind.EMPTY), None
            return
    with open_reader(address) as reader:
        yield inspect_database(reader, address), reader


def inspect_address(address: Address) -> DatabaseInfo:
    with open_inspected(address) as (found, _):
        return found


def inspect_database(reader: SqlReader, address: Address) -> DatabaseInfo:
    """What stands at the address, as an open connection sees it."""
    if address.path is None:
        is_there = reader.value(
            "SELECT to_regclass('history_entry') IS NOT NULL AND to_regclass('question') IS NOT NULL"
        )
        if not is_there:
            tables = reader.value(
                "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'alembic_version'"
            )
            return DatabaseInfo(DatabaseKind.FOREIGN if tables else DatabaseKind.EMPTY)
    else:
        if reader.value("PRAGMA application_id") != APPLICATION_ID:
            tables = reader.value("SELECT count(*) FROM sqlite_master")
            return DatabaseInfo(DatabaseKind.FOREIGN if tables else DatabaseKind.EMPTY)
        if reader.value("SELECT type FROM sqlite_master WHERE name = 'alembic_version'") == "view":
            return DatabaseInfo(DatabaseKind.FOREIGN)  # it could be endless
    revision = str(reader.value("SELECT version_num FROM alembic_version") or "")
    return DatabaseInfo(DatabaseKind.LEDGER, revision, unlike(reader, revision))


def require_ours(address: Address, found: DatabaseInfo) -> None:
    """Refuse what is not ours or was made by a newer version; a missing or empty place is fine."""
    if found.kind is DatabaseKind.FOREIGN:
        msg = f"{address.shown} is a database of another program."
        raise DatabaseUnusableError(msg, "Nothing was changed. Give another path.")
    is_known = not found.revision or (_REVISION.fullmatch(found.revision) and found.revision <= NEWEST_REVISION)
    if found.kind is DatabaseKind.LEDGER and not is_known:
        msg = f"{address.shown} was made by a newer version: revision {found.revision}, here {NEWEST_REVISION}."
        raise DatabaseNewerError(msg, "Nothing was changed. Upgrade the program.")
    if found.unlike:
        msg = (
            f"{address.shown} does not hold what revision {found.revision} is, as {'; '.join(found.unlike[:3])}: it was"
            " made by a version before 1.0, or changed past the program. `forecasts check` lists all of it."
        )
        raise DatabaseUnusableError(msg, _MOVE_OVER)


_MOVE_OVER = (
    "Nothing was changed. `forecasts restore --list` names the copies that can be put back. Else write its records with"
    " the version that made it, `forecasts export pack FOLDER`, and begin another ledger with them here,"
    " `forecasts setup --no-seed --with-resolutions --pack FOLDER`. The history, reminders, names of merged sources and"
    " texts of articles do not come along: keep this one for them."
)


def require_current(address: Address) -> None:
    """Refuse whatever cannot be worked with as it is; says how to get there."""
    found = inspect_address(address)
    if found.kind in (DatabaseKind.MISSING, DatabaseKind.EMPTY):
        msg = f"There is no database at {address.shown} yet."
        raise DatabaseUnusableError(msg, "`forecasts setup` makes one, with the seed record in it.")
    require_newest(address, found)


def require_newest(address: Address, found: DatabaseInfo) -> None:
    """Refuse a database that this code does not know as it is: another program's, a newer one, an older one."""
    require_ours(address, found)
    if not found.is_newest:
        msg = (
            f"The database {address.shown} has schema revision {found.revision}; this version needs {NEWEST_REVISION}."
        )
        raise DatabaseUnusableError(msg, "`forecasts setup` upgrades it, with a backup beside it.")
