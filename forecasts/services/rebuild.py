"""Making everything anew that follows from the records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.db.address import read_address
from forecasts.db.migrate import rebuild
from forecasts.db.reader import require_current
from forecasts.domain.records import KINDS
from forecasts.services.column_cache import forget_cache
from forecasts.services.progress import Progress, silent

if TYPE_CHECKING:
    from forecasts.db.address import Address


def rebuild_ledger(address: str, *, progress: Progress = silent) -> tuple[Address, int]:
    """Views, guards, the index of words, kept columns, and every column that follows from others, made anew.

    Returns the place, and how many rows had columns that did not follow. No record and no history entry changes.
    Errors: DatabaseUnusableError where the database is missing, of another schema, or refuses; nothing was changed.
    """
    place = read_address(address)
    require_current(place)
    mended = rebuild(place, KINDS, lambda kind: progress(f"Making columns anew: {kind}", 0, 0))
    forget_cache(place)
    return place, mended
