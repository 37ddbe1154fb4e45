"""The unit of work in which a ledger is written: one transaction, and what it changed, for the history."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, repeat
from typing import Any

import pendulum

from forecasts import collector
from forecasts.db.engine import Connection
from forecasts.db.history import Changes, NewEntry, append
from forecasts.db.store import Store
from forecasts.domain.plain_records import records_json
from forecasts.domain.records import Record, Resolution, name_of, table_of


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

    def __enter__(self) -> "Unit":
        self._until_stored.callback(self.changes.close)
        return self

    def __exit__(self, *error: Any) -> None:
        self._until_stored.__exit__(*error)

    def add(self, records: Sequence[Record]) -> None:
        self.store.add(records)
        for _, same in groupby(records, type):
            of_class = list(same)
            self._tell(of_class, repeat(None), records_json(of_class))
        self._touch(records)

    def expect_many(self) -> None:
        """Many new predictions are going to be added: from now on they cost no more than their rows."""
        if not self._expects_many:
            self._expects_many = True
            self._until_stored.enter_context(collector.making_many_records())
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

    def keep(self, connection: Connection, intent: str, analyst: str) -> int | None:
        """Append what was changed to the history; returns the entry (None: nothing was changed)."""
        if not self.changes.count:
            return None
        entry = NewEntry(
            at=self.at,
            analyst=analyst,
            intent=intent,
            summary=self.summary,
            reason=self.reason,
            undoes=self.undoes,
            changes=self.changes,
        )
        return append(connection, entry)

    def _tell(self, records: Sequence[Record], before: Iterable[str | None], after: Iterable[str | None]) -> None:
        kind = table_of(records[0])
        self.changes.add([(kind, *rest) for rest in zip(map(name_of, records), before, after, strict=False)])

    def _touch(self, records: Sequence[Record]) -> None:
        # who opened a question before it was resolved or reopened holds an outdated version of it
        self.store.touch("question", (record.question for record in records if isinstance(record, Resolution)))


def open_unit(connection: Connection, at: pendulum.DateTime) -> Unit:
    """A unit of work in the connection's transaction."""
    return Unit(Store(connection), at)
