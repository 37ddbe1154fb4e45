"""Every current record of a ledger as one body, as packs, tables and bundles are made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.records import KINDS, TABLES, Pack
from forecasts.interchange.packs import Body, make_body

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecasts.db.queries.records import Records
    from forecasts.services.ledger import Ledger

UNNAMED = "record"
"""What a ledger that no pack named is called in its export."""


def body_of(store: Records, tables: Iterable[str] = TABLES) -> Body:
    """Every record that a pack can say (or those of some tables), in the moment that the store sees."""
    packs = store.all(Pack)
    records = [record for table in tables if table != "pack" for record in store.all(KINDS[table])]
    return make_body(packs[0] if packs else Pack(name=UNNAMED), records)


def read_body(ledger: Ledger) -> Body:
    """The same of the ledger as it stands."""
    with ledger.records() as store:
        return body_of(store)
