"""A snapshot of a database: rows, and records where these are asked for. Loads no SQLAlchemy before."""

from __future__ import annotations

from contextlib import closing, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from forecasts.db.reader import open_reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import exc

    from forecasts.db.address import Address
    from forecasts.db.engine import Connection
    from forecasts.db.reader import SqlReader
    from forecasts.db.store import Store


class Snapshot:
    """What a database held at one moment, for as long as it is looked at."""

    def __init__(self, reader: SqlReader) -> None:
        self.reader = reader

    @cached_property
    def connection(self) -> Connection:
        """The same connection as SQLAlchemy's. Loads it."""
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
def open_snapshot(address: Address) -> Iterator[Snapshot]:
    """One moment of an existing database. Errors: DatabaseUnusableError says why it cannot be read."""
    from forecasts.db.faults import translate_error

    with open_reader(address) as reader, closing(Snapshot(reader)) as snapshot:
        try:
            yield snapshot
        except snapshot.faults as error:
            raise translate_error(error, address) from error
