"""A snapshot of a database: rows, and records where these are asked for. Loads no SQLAlchemy before."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from forecasts.db.reader import SqlReader, open_reader, open_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import exc

    from forecasts.db.address import Address
    from forecasts.db.engine import Connection
    from forecasts.db.store import Store

_TRIES = 3


class Snapshot:
    """What a database held at one moment, for as long as it is looked at.

    `readers` are one or more connections that all see it, each for one thread at a time. The records are read through
    the first.
    """

    def __init__(self, readers: tuple[SqlReader, ...]) -> None:
        self.readers = readers

    @property
    def reader(self) -> SqlReader:
        """The first connection."""
        return self.readers[0]

    @cached_property
    def connection(self) -> Connection:
        """The first connection as SQLAlchemy's. Loads it."""
        from forecasts.db.engine import wrapped

        return wrapped(self.reader)

    @cached_property
    def store(self) -> Store:
        """The records."""
        from forecasts.db.store import Store

        return Store(self.connection)

    def close(self) -> None:
        """Let go of what the records were read through."""
        if "connection" in self.__dict__:
            self.connection.close()

    @property
    def faults(self) -> tuple[type[exc.DBAPIError], ...]:
        """What reading the records raises where the driver fails."""
        if "connection" not in self.__dict__:
            return ()
        from sqlalchemy.exc import DBAPIError

        return (DBAPIError,)


@contextmanager
def open_snapshot(address: Address, readers: int = 1) -> Iterator[Snapshot]:
    """One moment of an existing database, seen by at most so many connections at once.

    Errors: DatabaseUnusableError says why it cannot be read.
    """
    from forecasts.db.faults import translate_error

    with open_reader(address) as reader, ExitStack() as stack:
        others = _beside(address, reader, readers - 1, stack) if reader.is_sqlite and readers > 1 else ()
        snapshot = Snapshot((reader, *others))
        stack.callback(snapshot.close)
        try:
            yield snapshot
        except snapshot.faults as error:
            raise translate_error(error, address) from error


def _beside(address: Address, reader: SqlReader, count: int, stack: ExitStack) -> tuple[SqlReader, ...]:
    """More readers that see what the first sees; none where somebody writes so often that they could not be had.

    `data_version` tells a connection whether anybody has committed since it last asked. Where each of the others is
    told the same before the first one's moment and within its own, nothing was committed between.
    """
    drivers = [stack.enter_context(closing(open_sqlite(address))) for _ in range(count)]
    for _ in range(_TRIES):
        before = [_data_version(driver) for driver in (SqlReader(driver, "sqlite") for driver in drivers)]
        reader.cursor("ROLLBACK")
        reader.cursor("BEGIN")
        reader.rows("SELECT 1 FROM sqlite_master LIMIT 1")  # the moment begins with the first reading
        for driver in drivers:
            driver.execute("BEGIN")
        others = tuple(SqlReader(driver, "sqlite") for driver in drivers)
        if [_data_version(other) for other in others] == before:
            return others
        for driver in drivers:
            driver.execute("ROLLBACK")
    return ()


def _data_version(reader: SqlReader) -> int:
    return int(reader.value("PRAGMA data_version"))
