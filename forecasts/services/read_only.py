"""A read-only ledger: snapshots of it, read without loading what records and writing need."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from forecasts.db.address import Address, read_address
from forecasts.db.reader import open_reader, require_current

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from forecasts.db.queries.records import Records
    from forecasts.db.reader import SqlReader


class Snapshot:
    """What a ledger held at one moment, for as long as it is looked at."""

    def __init__(self, reader: SqlReader) -> None:
        self.reader = reader

    @cached_property
    def records(self) -> Records:
        """The records. Loads what knows them."""
        from forecasts.db.queries.records import Records

        return Records(self.reader)


@contextmanager
def open_snapshot(address: Address) -> Iterator[Snapshot]:
    """One moment of an existing ledger. DatabaseUnusableError says why it cannot be read."""
    with open_reader(address) as reader:
        yield Snapshot(reader)


class ReadableLedger(Protocol):
    """What scorecards need of a ledger: an open one has it too."""

    @property
    def place(self) -> Address:
        """Where it is."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """One moment of it."""

    def today(self) -> date:
        """The calendar date in UTC."""


@dataclass(frozen=True, slots=True)
class ReadOnlyLedger:
    """An existing ledger with the newest schema; `day` gives the calendar date in UTC."""

    place: Address
    day: Callable[[], date]

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """One moment of it. DatabaseUnusableError says why it cannot be read."""
        return open_snapshot(self.place)

    def today(self) -> date:
        return self.day()


def open_read_only(address: str, day: Callable[[], date]) -> ReadOnlyLedger:
    """An existing ledger with the newest schema, to be looked at. DatabaseUnusableError says what is there instead."""
    place = read_address(address)
    require_current(place)
    return ReadOnlyLedger(place, day)
