"""What a ledger holds, for tests that compare it before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db.store import Store
from forecasts.db.tables import metadata
from forecasts.domain.records import KINDS, Record
from forecasts.domain.scorecards import ScoreFilters
from forecasts.services.card_pages import claimed_document
from forecasts.services.history import list_history
from forecasts.services.validation import body_of

if TYPE_CHECKING:
    from forecasts.domain.scorecards import ScorecardDocument
    from forecasts.domain.views import HistoryRow
    from forecasts.interchange.record_sets import RecordSet
    from forecasts.services.ledger import Ledger


def every_row(ledger: Ledger) -> dict[str, list[Any]]:
    """Every row of every table."""
    with ledger.read() as connection:
        return {
            name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
            for name, table in metadata().tables.items()
        }


def records(ledger: Ledger) -> dict[str, list[Record]]:
    """Every record of each kind."""
    with ledger.read() as connection:
        store = Store(connection)
        return {kind: store.all(KINDS[kind]) for kind in KINDS}


def read_body(ledger: Ledger) -> RecordSet:
    """Every record that a pack can say."""
    with ledger.records() as store:
        return body_of(store)


def entries(ledger: Ledger) -> tuple[HistoryRow, ...]:
    """The history, newest first."""
    return list_history(ledger)


def board(ledger: Ledger, **filters: Any) -> ScorecardDocument:
    """The scoreboard with every claim behind it."""
    return claimed_document(ledger, ScoreFilters(**filters))
