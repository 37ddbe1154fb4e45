"""The append-only history: one entry for each committed intent, chained by hash over the whole ledger."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db.engine import reader_of
from forecasts.db.names import batches
from forecasts.db.queries.home import newest_entry
from forecasts.db.schema import HistoryChangeRow, HistoryEntryRow
from forecasts.domain.canonical import canonical_json, instant_text
from forecasts.domain.views import HistoryRow, RecordChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ENTRY_TAG = "forecasts.history.v1"
_CHANGE_TAG = "forecasts.change.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """What an intent did, to be appended in its own transaction."""

    at: datetime
    analyst: str
    intent: str
    summary: str
    changes: tuple[RecordChange, ...]
    reason: str = ""
    undoes: int | None = None


def changes_digest(changes: Iterable[RecordChange]) -> str:
    """SHA-256 over the changes in order, each as one line of canonical JSON, after a tag."""
    digest = hashlib.sha256(f"{_CHANGE_TAG}\n".encode())
    for change in changes:
        line = canonical_json([change.kind, change.name, change.before, change.after])
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def entry_hash(fields: dict[str, Any]) -> str:
    """SHA-256 over an entry's canonical JSON (everything but the hash itself), after a tag."""
    return hashlib.sha256(f"{_ENTRY_TAG}\n{canonical_json(fields)}".encode()).hexdigest()


def append(connection: sa.Connection, entry: NewEntry) -> int:
    """Add an entry with its changes at the end of the chain; returns its number."""
    row = HistoryEntryRow
    newest, previous = newest_entry(reader_of(connection))
    number = newest + 1
    values = {
        "id": number,
        "at": instant_text(entry.at),
        "analyst": entry.analyst,
        "intent": entry.intent,
        "summary": entry.summary,
        "reason": entry.reason,
        "undoes_id": entry.undoes,
        "change_count": len(entry.changes),
        "changes_digest": changes_digest(entry.changes),
        "previous_hash": previous,
    }
    connection.execute(sa.insert(row).values({**values, "at": entry.at, "hash": entry_hash(values)}))
    if entry.changes:
        connection.execute(
            sa.insert(HistoryChangeRow),
            [
                {
                    "entry_id": number,
                    "position": position,
                    "kind": change.kind,
                    "name": change.name,
                    "before": change.before,
                    "after": change.after,
                }
                for position, change in enumerate(entry.changes, start=1)
            ],
        )
    return number


def last_entry(connection: sa.Connection) -> int:
    """The number of the newest entry, 0 where there is none: it tells one state of the ledger from another."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(HistoryEntryRow.id), 0))).scalar_one())


def read_entries(
    connection: sa.Connection,
    *,
    kind: str = "",
    name: str = "",
    before: int | None = None,
    limit: int = 200,
    changes_at_most: int = 50,
) -> tuple[HistoryRow, ...]:
    """Entries, newest first, with at most so many of their changes; narrowed to a kind, or to one record of it."""
    entry, change = HistoryEntryRow, HistoryChangeRow
    query = sa.select(entry).order_by(entry.id.desc()).limit(limit)
    if before is not None:
        query = query.where(entry.id < before)
    if kind:
        touched = sa.select(change.entry_id).where(change.kind == kind)
        if name:
            touched = touched.where(sa.or_(change.name == name, change.name.startswith(f"{name} / ", autoescape=True)))
        query = query.where(entry.id.in_(touched))
    rows = connection.execute(query.with_only_columns(*entry.__table__.columns)).mappings().all()
    return with_changes(connection, rows, changes_at_most)


def read_entry(connection: sa.Connection, number: int) -> HistoryRow | None:
    """One entry with all its changes, or None."""
    columns = HistoryEntryRow.__table__.columns
    rows = connection.execute(sa.select(*columns).where(HistoryEntryRow.id == number)).mappings().all()
    found = with_changes(connection, rows, None)
    return found[0] if found else None


def newest_undoable(connection: sa.Connection) -> int | None:
    """The number of the newest entry that does something, or does it again, and is not undone; or None."""
    entry = HistoryEntryRow
    undoes = sa.select(entry.id, entry.undoes_id).where(entry.undoes_id.is_not(None)).order_by(entry.id)
    takes_back: dict[int, bool] = {}  # by undoing entry: undoing what takes something back does it again
    undone: set[int] = set()
    for number, taken in connection.execute(undoes):
        if taken is not None:
            takes_back[number] = not takes_back.get(taken, False)
            undone.add(taken)
    again = [number for number, back in takes_back.items() if not back and number not in undone]
    taken_back = sa.select(entry.undoes_id).where(entry.undoes_id.is_not(None))
    query = sa.select(sa.func.max(entry.id)).where(entry.undoes_id.is_(None), entry.id.not_in(taken_back))
    newest = connection.execute(query).scalar()
    return max((*again, *(() if newest is None else (int(newest),))), default=None)


def with_changes(connection: sa.Connection, rows: Sequence[Any], at_most: int | None) -> tuple[HistoryRow, ...]:
    """Rows of entries as plain ones, each with its changes (at most so many) and with who took it back."""
    numbers = [row["id"] for row in rows]
    changes: dict[int, list[RecordChange]] = {number: [] for number in numbers}
    undone: dict[int, int] = {}
    change, entry = HistoryChangeRow, HistoryEntryRow
    for batch in batches(numbers):
        query = sa.select(change.entry_id, change.kind, change.name, change.before, change.after)
        query = query.where(change.entry_id.in_(batch)).order_by(change.entry_id, change.position)
        if at_most is not None:
            query = query.where(change.position <= at_most)
        for number, kind, name, before, after in connection.execute(query):
            changes[number].append(RecordChange(kind=kind, name=name, before=before, after=after))
        found = connection.execute(sa.select(entry.undoes_id, entry.id).where(entry.undoes_id.in_(batch)))
        undone.update((undoes, number) for undoes, number in found if undoes is not None)
    return tuple(
        HistoryRow(
            entry=row["id"],
            at=row["at"],
            analyst=row["analyst"],
            intent=row["intent"],
            summary=row["summary"],
            reason=row["reason"],
            undoes=row["undoes_id"],
            undone_by=undone.get(row["id"]),
            change_count=row["change_count"],
            changes=tuple(changes[row["id"]]),
            hash=row["hash"],
        )
        for row in rows
    )
