"""Setting a ledger up: the schema, and the records it begins with. Safe to repeat; never half done."""

import tomllib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from forecasts.clock import Clock, utc_now
from forecasts.db.address import NEWEST_REVISION, Address, read_address
from forecasts.db.engine import Database, reader_of
from forecasts.db.history import read_digests
from forecasts.db.migrate import make_new, upgrade
from forecasts.db.queries.home import newest_entry
from forecasts.db.reader import DatabaseKind, inspect_address, require_ours
from forecasts.domain.intents import LoadPacks
from forecasts.domain.kinds import SET_UP
from forecasts.domain.views import LoadReport, SetUpReport
from forecasts.paths import seed_folder
from forecasts.services.ledger import Ledger
from forecasts.services.load import load_into, load_packs
from forecasts.services.read_only import Progress, silent


def set_up(
    address: str,
    *,
    analyst: str,
    packs: tuple[Path, ...] | None = None,
    more: tuple[Path, ...] = (),
    standards: bool = False,
    with_resolutions: bool = False,
    clock: Clock = utc_now,
    progress: Progress = silent,
) -> SetUpReport:
    """Create or upgrade the database and load packs (None: the seed; empty: nothing), and `more`.

    Doing it again changes nothing. A record that was begun without the seed does not get it by an upgrade.
    `standards`: the standards of wording come first, which belong to the program and are not the seed's alone.
    A new SQLite file appears complete, packs included, or not at all.
    Errors: DatabaseUnusableError, DatabaseNewerError, InvalidInputError (a pack); nothing was changed then.
    """
    place = read_address(address)
    found = inspect_address(place)
    require_ours(place, found)
    seed = (seed_folder(),) if packs is None else ()

    def load(database: Database) -> LoadReport:
        ledger = Ledger(database, analyst, clock)
        begun = () if seed and _is_ones_own(ledger) else seed
        paths = (*begun, *(packs or ()), *more)
        intent = LoadPacks(paths=tuple(map(str, paths)), with_resolutions=with_resolutions, with_standards=standards)
        report, entry = ledger.change(SET_UP, lambda unit: load_into(unit, intent, progress))
        return replace(report, entry=entry)

    if place.path is not None and found.kind in (DatabaseKind.MISSING, DatabaseKind.EMPTY):
        loads: list[LoadReport] = []
        progress("Making the database", 0, 0)

        def begin(database: Database) -> None:
            loads.append(load(database))

        if make_new(place, begin):
            return _report(place, created=True, before="", backup="", load=loads[0])
        found = inspect_address(place)  # another program was first: go on with its database
    progress("Checking the schema", 0, 0)
    found, backup = upgrade(place)
    with closing(Database(place)) as database:
        loaded = load(database)
    created = found.kind is not DatabaseKind.LEDGER
    return _report(place, created=created, before=found.revision, backup=backup, load=loaded)


def load_references(ledger: Ledger) -> LoadReport | None:
    """Resolve what the seed resolves, but for what was resolved here; None of a record that never had the seed."""
    if _is_ones_own(ledger):
        return None
    return load_packs(ledger, LoadPacks(paths=(str(seed_folder()),), with_resolutions=True))


def _is_ones_own(ledger: Ledger) -> bool:
    """Whether it is a record, and never had the seed."""
    name = tomllib.loads((seed_folder() / "pack.toml").read_text(encoding="utf-8"))["pack"]["name"]
    with ledger.read() as connection:
        return newest_entry(reader_of(connection))[0] > 0 and not read_digests(connection, [("pack", name)])


def is_new(address: str) -> bool:
    """Whether nothing is there yet, so that one may choose with what to begin. DatabaseUnusableError."""
    return inspect_address(read_address(address)).kind in (DatabaseKind.MISSING, DatabaseKind.EMPTY)


def _report(place: Address, *, created: bool, before: str, backup: str, load: LoadReport) -> SetUpReport:
    return SetUpReport(
        database=place.shown,
        created=created,
        revision_before=before,
        revision=NEWEST_REVISION,
        backup=backup,
        loads=(load,),
    )
