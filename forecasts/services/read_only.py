"""A read-only ledger: snapshots of it, read without loading what records and writing need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from forecasts.db.address import Address, read_address
from forecasts.db.reader import require_current
from forecasts.db.snapshot import Snapshot, open_snapshot

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


class ReadableLedger(Protocol):
    """What scorecards need of a ledger: an open one has it too."""

    @property
    def place(self) -> Address:
        """Where it is."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """One moment of it, seen by at most so many connections."""

    def today(self) -> date:
        """The calendar date in UTC."""


@dataclass(frozen=True, slots=True)
class ReadOnlyLedger:
    """An existing ledger with the newest schema; `day` gives the calendar date in UTC."""

    place: Address
    day: Callable[[], date]

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """One moment of it, seen by at most so many connections. DatabaseUnusableError says why it cannot be read."""
        return open_snapshot(self.place)

    def today(self) -> date:
        """The calendar date in UTC."""
        return self.day()


def open_read_only(address: str, day: Callable[[], date]) -> ReadOnlyLedger:
    """An existing ledger with the newest schema, to be looked at. DatabaseUnusableError says what is there instead."""
    place = read_address(address)
    require_current(place)
    return ReadOnlyLedger(place, day)
