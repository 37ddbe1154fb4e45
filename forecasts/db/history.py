"""The append-only history: one entry for each committed intent, chained by hash over the whole ledger."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db.engine import reader_of
from forecasts.db.queries.home import newest_entry
from forecasts.db.tables import table
from forecasts.domain.canonical import canonical_json, instant_text
from forecasts.domain.views import RecordChange

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    connection.execute(sa.insert(table("history_entry")).values({**values, "at": entry.at, "hash": entry_hash(values)}))
    if entry.changes:
        connection.execute(
            sa.insert(table("history_change")),
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
