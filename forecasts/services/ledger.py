"""An open ledger, and the one way in which it is written.

A service hands `Ledger.change` a function; it runs in one transaction that starts as a writer, and what it changed
through its `Unit` is appended to the history in the same transaction. Only here is the program wired together.
"""

from __future__ import annotations

import contextlib
import gc
from dataclasses import dataclass, field
from itertools import groupby, repeat
from typing import TYPE_CHECKING, Any, TypeVar

import pendulum

from forecasts.clock import Clock, utc_now
from forecasts.db.address import read_address
from forecasts.db.engine import Database
from forecasts.db.history import Changes, NewEntry, append
from forecasts.db.queries.history import read_entries
from forecasts.db.reader import require_current
from forecasts.db.store import Store
from forecasts.domain.fields import record_fields
from forecasts.domain.formats import time_text
from forecasts.domain.plain_records import records_json
from forecasts.domain.records import Reading, Record, Resolution, kind_of, name_of, table_of
from forecasts.domain.values import value_problem
from forecasts.errors import ConflictError, InvalidInputError, Problem
from forecasts.services.read_only import ReadableLedger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from forecasts.db.address import Address
    from forecasts.db.engine import Connection
    from forecasts.db.queries.records import Records
    from forecasts.db.reader import SqlReader


T = TypeVar("T")
R = TypeVar("R", bound=Record)

_SHOWN = 200
_YOUNG_OBJECTS = 20_000


@dataclass(slots=True)
class Unit:
    """One unit of work: the records as they stand in its transaction, and what it has changed so far."""

    store: Store
    at: pendulum.DateTime
    changes: Changes = field(default_factory=Changes)
    summary: str = ""
    reason: str = ""
    undoes: int | None = None
    _expects_many: bool = False
    _until_stored: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def __enter__(self) -> Unit:
        self._until_stored.callback(self.changes.close)
        return self

    def __exit__(self, *error: Any) -> None:
        self._until_stored.__exit__(*error)

    def add(self, records: Sequence[Record]) -> None:
        """Store new records."""
        self.store.add(records)
        for _, same in groupby(records, type):
            of_class = list(same)
            self._tell(of_class, repeat(None), records_json(of_class))
        self._touch(records)

    def expect_many(self) -> None:
        """Many new predictions are going to be added: from now on they cost no more than their rows."""
        if not self._expects_many:
            self._expects_many = True
            # records hold no circles: these are looked for less often, which costs as much for every object
            self._until_stored.callback(gc.set_threshold, *gc.get_threshold())
            gc.set_threshold(_YOUNG_OBJECTS)
            self._until_stored.enter_context(self.store.adding_many())

    def replace(self, before: Record, after: Record) -> None:
        """Put a record in the place of another with the same identity."""
        self.replace_all(((before, after),))

    def replace_all(self, pairs: Sequence[tuple[Record, Record]]) -> None:
        """Put records of one class in the place of others with the same identities."""
        self.store.replace([after for _, after in pairs])
        befores, afters = zip(*pairs, strict=True)
        self._tell(afters, records_json(befores), records_json(afters))
        self._touch([after for _, after in pairs])

    def remove(self, *records: Record) -> None:
        """Take records of one class out; the history keeps them."""
        self.store.remove(records)
        self._tell(records, records_json(records), repeat(None))

    def _tell(self, records: Sequence[Record], before: Iterable[str | None], after: Iterable[str | None]) -> None:
        kind = table_of(records[0])
        self.changes.add([(kind, *rest) for rest in zip(map(name_of, records), before, after, strict=False)])

    def _touch(self, records: Sequence[Record]) -> None:
        # who opened a question before it was resolved or reopened holds an outdated version of it
        self.store.touch("question", (record.question for record in records if isinstance(record, Resolution)))


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

        def in_transaction(connection: Connection) -> tuple[T, int | None]:
            with Unit(Store(connection), self.clock()) as unit:
                result = work(unit)
                if not unit.changes.count:
                    return result, None
                entry = NewEntry(
                    at=unit.at,
                    analyst=self.analyst,
                    intent=intent,
                    summary=unit.summary,
                    reason=unit.reason,
                    undoes=unit.undoes,
                    changes=unit.changes,
                )
                return result, append(connection, entry)

        return self.database.write(in_transaction)

    def rehearse(self, work: Callable[[Unit], T]) -> T:
        """What an intent would do: carried out and rolled back, so that nothing is written."""
        rehearsed: list[T] = []

        def in_transaction(connection: Connection) -> None:
            with Unit(Store(connection), self.clock()) as unit:
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


def _changed_since(store: Records, kind: str, slug: str) -> Iterator[str]:
    """Who changed a record last, and each of its fields as it was and as it is now."""
    kinds = (kind, "resolution") if kind == "question" else (kind,)
    latest = [entry for one in kinds for entry in read_entries(store.reader, kind=one, name=slug, limit=1)]
    if not latest:
        return
    entry = max(latest, key=lambda entry: entry.entry)
    yield f"{entry.analyst}, {time_text(entry.at)}: {entry.summary or entry.intent}"
    for change in entry.changes:
        if change.kind in kinds and (change.name == slug or change.name.startswith(f"{slug} / ")):
            before, after = change.before or {}, change.after or {}
            for name in sorted(before.keys() | after.keys()):
                if before.get(name) != after.get(name):
                    yield f"  {name}: {_shortened(before.get(name))} → {_shortened(after.get(name))}"


def _shortened(value: object) -> str:
    text = "nothing" if value in (None, "") else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
