"""The history as a list: which entries there are, and those that are looked at."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecasts.db.history import with_changes
from forecasts.db.schema import HistoryChangeRow, HistoryEntryRow
from forecasts.text import search_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasts.domain.views import HistoryRow

_FETCHED = 10_000


def find_entries(connection: sa.Connection, words: str) -> array[int]:
    """The numbers of the entries that have the words, newest first.

    Compared with case folded are what was done, by whom and why, and which records it touched.
    """
    key = search_key(words)
    entry, change = HistoryEntryRow, HistoryChangeRow
    touched = sa.select(change.entry_id).where(
        sa.or_(
            change.name.contains(words, autoescape=True),
            change.name.contains(key, autoescape=True),
            change.kind.contains(key, autoescape=True),
        )
    )
    named = set(connection.execute(touched.distinct()).scalars())
    said = sa.select(entry.id, entry.summary, entry.analyst, entry.reason).order_by(entry.id.desc())
    rows = connection.execution_options(yield_per=_FETCHED).execute(said)
    return array("q", (number for number, *texts in rows if number in named or key in search_key(*texts)))


def read_numbered(connection: sa.Connection, numbers: Sequence[int], *, changes_at_most: int) -> tuple[HistoryRow, ...]:
    """The entries with these numbers, newest first, each with at most so many of its changes."""
    entry = HistoryEntryRow
    query = sa.select(*entry.__table__.columns).where(entry.id.in_(numbers)).order_by(entry.id.desc())
    return with_changes(connection, connection.execute(query).mappings().all(), changes_at_most)
