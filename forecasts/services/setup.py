"""Setting a ledger up: the schema, and the records it begins with. Safe to repeat; never half done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecasts.clock import utc_now
from forecasts.db.address import NEWEST_REVISION, Address, read_address
from forecasts.db.engine import Database
from forecasts.db.migrate import make_new, upgrade
from forecasts.db.reader import DatabaseKind, inspect_address, require_ours
from forecasts.domain.intents import SET_UP, LoadPacks
from forecasts.domain.views import LoadReport, SetUpReport
from forecasts.paths import seed_folder
from forecasts.services.ledger import Ledger, Progress, silent
from forecasts.services.load import load_into

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.clock import Clock
    from forecasts.services.ledger import Unit


def set_up(
    address: str,
    *,
    analyst: str,
    packs: tuple[Path, ...] | None = None,
    with_resolutions: bool = False,
    clock: Clock = utc_now,
    progress: Progress = silent,
) -> SetUpReport:
    """Create or upgrade the database and load packs (None: the seed; empty: nothing). Doing it again changes nothing.

    A new SQLite file appears complete, packs included, or not at all.
    Errors: DatabaseUnusableError, DatabaseNewerError, InvalidInputError (a pack); nothing was changed then.
    """
    place = read_address(address)
    found = inspect_address(place)
    require_ours(place, found)
    intent = LoadPacks(
        paths=tuple(str(path) for path in ((seed_folder(),) if packs is None else packs)),
        with_resolutions=with_resolutions,
    )
    if place.path is not None and found.kind in (DatabaseKind.MISSING, DatabaseKind.EMPTY):
        loads: list[LoadReport] = []
        progress("Making the database", 0, 0)
        if make_new(place, lambda database: loads.append(_load(Ledger(database, analyst, clock), intent, progress))):
            return _report(place, created=True, before="", backup="", load=loads[0])
        found = inspect_address(place)  # another program was first: go on with its database
    progress("Checking the schema", 0, 0)
    found, backup = upgrade(place)
    database = Database(place)
    try:
        load = _load(Ledger(database, analyst, clock), intent, progress)
    finally:
        database.close()
    created = found.kind is not DatabaseKind.LEDGER
    return _report(place, created=created, before=found.revision, backup=backup, load=load)


def _load(ledger: Ledger, intent: LoadPacks, progress: Progress) -> LoadReport:
    def work(unit: Unit) -> LoadReport:
        return load_into(unit, intent, progress)

    report, entry = ledger.change(SET_UP, work)
    return replace(report, entry=entry)


def _report(place: Address, *, created: bool, before: str, backup: str, load: LoadReport) -> SetUpReport:
    return SetUpReport(
        database=place.shown,
        created=created,
        revision_before=before,
        revision=NEWEST_REVISION,
        backup=backup,
        loads=(load,),
    )
