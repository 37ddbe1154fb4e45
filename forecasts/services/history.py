"""Reading the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.db.history import read_entries
from forecasts.db.store import Store
from forecasts.services.ledger import require

if TYPE_CHECKING:
    from forecasts.domain.views import HistoryRow
    from forecasts.services.ledger import Ledger


def list_history(
    ledger: Ledger, *, kind: str = "", slug: str = "", limit: int = 200, before_entry: int | None = None
) -> tuple[HistoryRow, ...]:
    """Entries, newest first; of one record where `kind` and `slug` name it. UnknownRecordError offers the nearest."""
    with ledger.read() as connection:
        found = read_entries(connection, kind=kind, name=slug, before=before_entry, limit=limit)
        if not found and slug:
            require(Store(connection), kind, slug)
        return found
