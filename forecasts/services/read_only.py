"""Reading a ledger: moments of it, read without loading what writing needs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from forecasts.db.address import Address, read_address
from forecasts.db.reader import SqlReader, open_reader, require_current
from forecasts.errors import UnknownRecordError

if TYPE_CHECKING:
    from forecasts.db.queries.records import Records
    from forecasts.domain.records import Record


R = TypeVar("R", bound="Record")

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and how much there is."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


class Snapshot:
    """What a ledger held at one moment, for as long as it is looked at."""

    def __init__(self, reader: SqlReader) -> None:
        self.reader = reader

    @cached_property
    def records(self) -> Records:
        """The records. Loads what knows them."""
        from forecasts.db.queries.records import Records

        return Records(self.reader)


class ReadableLedger(ABC):
    """A ledger that can be looked at. DatabaseUnusableError says why it cannot be read."""

    __slots__ = ()

    @property
    @abstractmethod
    def place(self) -> Address:
        """Where it is."""

    @abstractmethod
    def today(self) -> date:
        """The calendar date in UTC."""

    def reader(self) -> AbstractContextManager[SqlReader]:
        """A reader of the rows of one moment."""
        return open_reader(self.place)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One moment, seen through a connection of its own."""
        with open_reader(self.place) as reader:
            yield Snapshot(reader)

    @contextmanager
    def records(self) -> Iterator[Records]:
        """The records of one moment."""
        with self.reader() as reader:
            yield Snapshot(reader).records


@dataclass(frozen=True, slots=True)
class ReadOnlyLedger(ReadableLedger):
    """An existing ledger with the newest schema; `day` gives the calendar date in UTC."""

    found: Address
    day: Callable[[], date]

    @property
    def place(self) -> Address:
        return self.found

    def today(self) -> date:
        return self.day()


def open_read_only(address: str, day: Callable[[], date]) -> ReadOnlyLedger:
    """An existing ledger with the newest schema, to be looked at. DatabaseUnusableError says what is there instead."""
    place = read_address(address)
    require_current(place)
    return ReadOnlyLedger(place, day)


def require(store: Records, record: type[R], slug: str) -> R:
    """The record of that class and slug. UnknownRecordError offers the nearest."""
    from forecasts.domain.records import kind_of
    from forecasts.domain.values import nearest

    kind = kind_of(record)
    found = store.find(record, current_slug(store, kind, slug))
    if found is None:
        raise UnknownRecordError(
            kind, slug, nearest(slug, store.names.all_slugs(kind) if store.names.has(kind) else ())
        )
    return found


def current_slug(store: Records, kind: str, slug: str) -> str:
    """The slug of what a slug leads to: of a merged source, that of the source that it became."""
    key = store.names.find(kind, slug) if kind == "source" else None
    return slug if key is None else store.names.slug(kind, key)
