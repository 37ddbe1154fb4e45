"""An open ledger, and the one way in which it is written.

A service hands `Ledger.change` a function; it runs in one transaction that starts as a writer, and what it changed
through its `Unit` is appended to the history in the same transaction. What only writing needs is loaded then.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from forecasts.clock import Clock, utc_now
from forecasts.db.address import Address, read_address
from forecasts.db.engine import Connection, Database
from forecasts.db.reader import SqlReader, require_current
from forecasts.domain.differences import field_changes
from forecasts.domain.fields import record_fields
from forecasts.domain.formats import time_text
from forecasts.domain.records import Reading, Record, kind_of
from forecasts.domain.values import value_problem
from forecasts.errors import ConflictError, InvalidInputError, Problem
from forecasts.services.history import history_of
from forecasts.services.read_only import ReadableLedger
from forecasts.text import shorten

if TYPE_CHECKING:
    from forecasts.db.queries.records import Records
    from forecasts.services.unit import Unit


T = TypeVar("T")
R = TypeVar("R", bound=Record)

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Ledger(ReadableLedger):
    """An open ledger and who works on it."""

    database: Database
    analyst: str
    clock: Clock

    def __post_init__(self) -> None:
        wrong = value_problem(record_fields(Reading)["analyst"], self.analyst)
        if wrong is not None:
            msg = "The analyst's name cannot be recorded:"
            raise InvalidInputError(msg, (Problem(field="analyst", found=wrong[0], expected=wrong[1]),))

    @property
    def address(self) -> str:
        return self.database.address.shown

    def today(self) -> date:
        return self.clock().date()

    @property
    def place(self) -> Address:
        return self.database.address

    def reader(self) -> AbstractContextManager[SqlReader]:
        """A reader of the rows of one moment, through a connection that is kept for the next."""
        return self.database.reader()

    def read(self) -> AbstractContextManager[Connection]:
        """A connection for reading one moment of the ledger."""
        return self.database.read()

    def change(self, intent: str, work: Callable[[Unit], T]) -> tuple[T, int | None]:
        """Carry out an intent whole or not at all; returns what `work` does and the history entry (None: no change)."""
        from forecasts.services.unit import open_unit

        def in_transaction(connection: Connection) -> tuple[T, int | None]:
            with open_unit(connection, self.clock()) as unit:
                result = work(unit)
                return result, unit.keep(connection, intent, self.analyst)

        return self.database.write(in_transaction)

    def prepare(self) -> None:
        """Load what only writing needs, so that the first change waits for nothing."""
        from forecasts.services import unit  # noqa: F401

    def rehearse(self, work: Callable[[Unit], T]) -> T:
        """What an intent would do: carried out and rolled back, so that nothing is written."""
        from forecasts.services.unit import open_unit

        rehearsed: list[T] = []

        def in_transaction(connection: Connection) -> None:
            with open_unit(connection, self.clock()) as unit:
                rehearsed.append(work(unit))
                raise _RehearsalOverError

        with contextlib.suppress(_RehearsalOverError):
            self.database.write(in_transaction)
        return rehearsed[-1]

    def close(self) -> None:
        self.database.close()


class _RehearsalOverError(Exception):
    """Ends a rehearsal by rolling its transaction back."""


def open_ledger(address: str, *, analyst: str, clock: Clock = utc_now) -> Ledger:
    """Open an existing ledger with the newest schema. DatabaseUnusableError says what is there instead."""
    place = read_address(address)
    require_current(place)
    return Ledger(Database(place), analyst, clock)


def require_version(store: Records, record: type, slug: str, expected: int | None) -> None:
    """Refuse to act on a record that changed since the analyst was shown it. ConflictError says so."""
    kind, found = kind_of(record), store.version(record, slug)
    if expected is not None and found != expected:
        lines = (
            f"The {kind} {slug} was changed by somebody else since you opened it (version {found}, yours {expected}).",
            *_changed_since(store, kind, slug),
        )
        raise ConflictError("\n".join(lines), "Nothing was written. Look at it again, then repeat your change.")


def refuse_incomplete(message: str, problems: Sequence[Problem]) -> None:
    """Raise InvalidInputError with what is wrong with a record that stands alone, if anything is, each thing once."""
    if problems:
        alone = dict.fromkeys(replace(problem, table="", name="") for problem in problems)
        raise InvalidInputError(message, tuple(alone), "Nothing was changed.")


def require_reason(reason: str, message: str, expected: str) -> None:
    """Refuse a change that must say why and does not. InvalidInputError."""
    if not reason.strip():
        refuse_incomplete(message, (Problem(field="reason", found="nothing", expected=expected),))


def _changed_since(store: Records, kind: str, slug: str) -> Iterator[str]:
    """Who changed a record last, and each of its fields as it was and as it is now."""
    for entry in history_of(store.reader, kind, slug, limit=1):
        yield f"{entry.analyst}, {time_text(entry.at)}: {entry.summary or entry.intent}"
        for change in (one for one in entry.changes if slug in (one.name, one.name.partition(" / ")[0])):
            for one in field_changes(change):
                before, after = (shorten(text or "nothing", _SHOWN) for text in (one.before, one.after))
                yield f"  {one.name}: {before} → {after}"
