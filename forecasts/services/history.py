"""Reading the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.db.history import read_entries
from forecasts.db.store import Store
from forecasts.services.ledger import require

if TYPE_CHECKING:
    from forecasts.db.engine import Connection
    from forecasts.domain.views import HistoryRow
    from forecasts.services.ledger import Ledger

_BELONGING = {
    "question": ("resolution", "criteria_revision", "reminder"),
    "prediction": ("reading",),
    "article": ("passage",),
    "standard": ("phrase",),
}
"""What is named after a record of a kind and changes with it."""


def list_history(
    ledger: Ledger, *, kind: str = "", slug: str = "", limit: int = 200, before_entry: int | None = None
) -> tuple[HistoryRow, ...]:
    """Entries, newest first; of one record and what belongs to it where `kind` and `slug` name it.

    UnknownRecordError offers the nearest.
    """
    with ledger.read() as connection:
        found = history_of(connection, kind, slug, limit=limit, before_entry=before_entry)
        if not found and slug:
            require(Store(connection), kind, slug)
        return found


def history_of(
    connection: Connection, kind: str, slug: str, *, limit: int = 200, before_entry: int | None = None
) -> tuple[HistoryRow, ...]:
    """The entries that changed a record or what belongs to it, newest first."""
    found = {
        row.entry: row
        for one in (kind, *_BELONGING.get(kind, ()))
        for row in read_entries(connection, kind=one, name=slug, before=before_entry, limit=limit)
    }
    return tuple(found[entry] for entry in sorted(found, reverse=True)[:limit])
