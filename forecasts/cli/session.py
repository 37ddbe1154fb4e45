"""Session of a command: which ledger it works on and who works, by the options, the environment, the settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import NamedTuple

from forecasts import services
from forecasts.cli.output import note
from forecasts.errors import ForecastsError
from forecasts.settings import Settings, analyst_name, database_address, load_settings


class LedgerPlace(NamedTuple):
    """A ledger's address, who works on it, and the settings."""

    address: str
    analyst: str
    settings: Settings


_GIVEN: ContextVar[tuple[str | None, str | None]] = ContextVar("given", default=(None, None))


def work_on(database: str | None, analyst: str | None) -> None:
    """Which ledger the command's options name, and who works on it; None where they do not say."""
    _GIVEN.set((database, analyst))


def find_place() -> LedgerPlace:
    """The ledger of this command: by its options, the environment, the settings."""
    settings, (database, analyst) = load_settings(), _GIVEN.get()
    return LedgerPlace(database_address(database, settings), analyst_name(analyst, settings), settings)


def keep_copy(place: LedgerPlace) -> None:
    """Make the dated copy that is due. Where that fails it is said, and the command goes on."""
    try:
        services.backup.keep_dated_copy(place.address, up_to=place.settings.copies_up_to)
    except ForecastsError as error:
        note(error)


@contextmanager
def opened(*, writes: bool = False) -> Iterator[services.ledger.Ledger]:
    """An open ledger for one command; before one that writes, today's copy is made. Loads the database layer."""
    place = find_place()
    ledger = services.ledger.open_ledger(place.address, analyst=place.analyst)
    try:
        if writes:
            keep_copy(place)
        yield ledger
    finally:
        ledger.close()


def read_only() -> services.read_only.ReadOnlyLedger:
    """A ledger that a command only looks at. Loads neither records nor the mapping of them."""
    return services.read_only.open_read_only(find_place().address, today)


def lead_on(*slugs: str) -> tuple[str, ...]:
    """The slugs of sources as they are now. Of one that was merged into another, say which it became."""
    if not slugs:
        return ()
    became = services.overview.merged_into(find_place().address, slugs)
    for old, new in became.items():
        note(f"The source {old} was merged into {new}.")
    return tuple(became.get(slug, slug) for slug in slugs)


def today() -> date:
    return datetime.now(UTC).date()
