"""The append-only history: one entry for each committed intent, chained by hash; and what packs brought last."""

import hashlib
import io
import json
import marshal
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import IO, Any

import sqlalchemy as sa

from forecasts.db.engine import reader_of
from forecasts.db.queries.home import newest_entry
from forecasts.db.queries.records import batches
from forecasts.db.store import BATCH, insert_rows
from forecasts.db.tables import table
from forecasts.domain.formats import canonical_json, instant_text
from forecasts.domain.views import RecordChange

_ENTRY_TAG = "forecasts.history.v1"
_CHANGE_TAG = "forecasts.change.v1"
IN_MEMORY = 5_000

ChangeRow = tuple[str, str, str | None, str | None]
"""A change as it is stored: the kind, the name, and the record before and after as canonical JSON."""


class Changes:
    """The changes of one entry, in order, as canonical JSON; all but the last few thousand wait on disk."""

    def __init__(self, changes: Iterable[RecordChange] = ()) -> None:
        self.count = 0
        self._digest = hashlib.sha256(f"{_CHANGE_TAG}\n".encode())
        self._file: IO[bytes] | None = None
        self._lengths: list[int] = []
        self._rows: list[ChangeRow] = []
        self.add(list(map(_as_stored, changes)))

    def add(self, rows: Sequence[ChangeRow]) -> None:
        self.count += len(rows)
        self._rows += rows
        self._digest.update(_lines(rows))
        if len(self._rows) >= IN_MEMORY:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - see close
            self._lengths.append(self._file.write(marshal.dumps(self._rows)))
            self._rows = []

    def digest(self) -> str:
        """The same as `changes_digest` of them."""
        return self._digest.hexdigest()

    def names(self) -> tuple[tuple[str, str], ...]:
        """The kind and name of each record that changed, once."""
        return tuple(dict.fromkeys((kind, name) for kind, name, _, _ in self))

    def __iter__(self) -> Iterator[ChangeRow]:
        if self._file is not None:
            self._file.seek(0)
            for length in self._lengths:
                yield from marshal.loads(self._file.read(length))  # noqa: S302 - a file that only this program has
            self._file.seek(0, io.SEEK_END)
        yield from self._rows

    def close(self) -> None:
        """Let go of what waits on disk."""
        if self._file is not None:
            self._file.close()


_quoted = json.encoder.encode_basestring


def _lines(changes: Iterable[ChangeRow]) -> bytes:
    lines = (
        f"[{_quoted(kind)},{_quoted(name)},{before or 'null'},{after or 'null'}]\n"
        for kind, name, before, after in changes
    )
    return "".join(lines).encode()


def _as_stored(change: RecordChange) -> ChangeRow:
    before, after = (None if side is None else canonical_json(side) for side in (change.before, change.after))
    return change.kind, change.name, before, after


def changes_digest(changes: Iterable[ChangeRow]) -> str:
    """SHA-256 over the changes in order, each as one line of canonical JSON, after a tag."""
    digest = hashlib.sha256(f"{_CHANGE_TAG}\n".encode())
    for change in changes:
        digest.update(_lines((change,)))
    return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """What an intent did, to be appended in its own transaction."""

    at: datetime
    analyst: str
    intent: str
    summary: str
    changes: Changes
    reason: str = ""
    undoes: int | None = None


def entry_hash(fields: dict[str, Any]) -> str:
    """SHA-256 over an entry's canonical JSON (everything but the hash itself, and no empty login), after a tag."""
    fields = {name: value for name, value in fields.items() if name != "login" or value}
    return hashlib.sha256(f"{_ENTRY_TAG}\n{canonical_json(fields)}".encode()).hexdigest()


def _login(connection: sa.Connection) -> str:
    """Who this is to the server; empty where a file asks nobody."""
    if connection.dialect.name == "sqlite":
        return ""
    return str(connection.exec_driver_sql("SELECT session_user").scalar_one())


def append(connection: sa.Connection, entry: NewEntry) -> int:
    """Add an entry with its changes at the end of the chain; returns its number."""
    newest, previous = newest_entry(reader_of(connection))
    number = newest + 1
    values = {
        "id": number,
        "at": instant_text(entry.at),
        "analyst": entry.analyst,
        "login": _login(connection),
        "intent": entry.intent,
        "summary": entry.summary,
        "reason": entry.reason,
        "undoes_id": entry.undoes,
        "change_count": entry.changes.count,
        "changes_digest": entry.changes.digest(),
        "previous_hash": previous,
    }
    row = {**values, "at": entry.at, "hash": entry_hash(values)}
    connection.execute(sa.insert(table("history_entry")).values(row))
    rows = ((number, position, *change) for position, change in enumerate(entry.changes, start=1))
    insert_rows(connection, "history_change", ("entry_id", "position", "kind", "name", "before", "after"), rows)
    return number


REMOVED_HERE = "removed here"
"""In place of a digest: a pack brought the record, and somebody removed it here."""

Name = tuple[str, str]
"""A record's kind and name."""


def read_digests(connection: sa.Connection, names: Iterable[Name]) -> dict[Name, str]:
    """The digests of those of the records that a pack brought, by kind and name."""
    row = table("loaded_record").c
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, name in names:
        by_kind[kind].append(name)
    found: dict[Name, str] = {}
    for kind, of_kind in by_kind.items():
        for batch in batches(of_kind):
            query = sa.select(row.name, row.digest).where(row.kind == kind, row.name.in_(batch))
            found.update(((kind, name), digest) for name, digest in connection.execute(query))
    return found


def read_removed(connection: sa.Connection) -> set[Name]:
    """The records that a pack brought and somebody removed here."""
    row = table("loaded_record").c
    query = sa.select(row.kind, row.name).where(row.digest == REMOVED_HERE)
    return {(kind, name) for kind, name in connection.execute(query)}


def write_digests(connection: sa.Connection, digests: Iterable[tuple[Name, str]]) -> None:
    """Remember these digests, in place of earlier ones of the same records."""
    sign = "?" if connection.dialect.name == "sqlite" else "%s"
    statement = (
        f"INSERT INTO loaded_record (kind, name, digest) VALUES ({sign}, {sign}, {sign})"  # noqa: S608 - signs
        " ON CONFLICT (kind, name) DO UPDATE SET digest = excluded.digest"
    )
    rows = ((kind, name, digest) for (kind, name), digest in digests)
    while batch := list(islice(rows, BATCH)):
        connection.exec_driver_sql(statement, batch)


def never_recorded(connection: sa.Connection) -> Sequence[Name]:
    """The kinds and names of which a digest is remembered, and that the history does not know."""
    row, change = table("loaded_record").c, table("history_change").c
    is_known = sa.exists().where(change.kind == row.kind, change.name == row.name)
    query = sa.select(row.kind, row.name).where(~is_known).order_by(row.kind, row.name)
    return [(kind, name) for kind, name in connection.execute(query)]


def read_digest(connection: sa.Connection, kind: str, name: str) -> str:
    """The record's digest as a pack last brought it; empty where none did."""
    row = table("loaded_record").c
    query = sa.select(row.digest).where(row.kind == kind, row.name == name)
    return str(connection.execute(query).scalar() or "")
