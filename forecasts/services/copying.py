"""A whole ledger copied from one database into another, and compared before it is called done."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from forecasts.db.address import Address, read_address
from forecasts.db.copying import copy_rows, require_unused, require_whole
from forecasts.db.engine import Connection, Database, reader_of
from forecasts.db.migrate import changing_schema, make_new, migrate
from forecasts.db.queries.home import newest_entry
from forecasts.db.reader import DatabaseInfo, DatabaseKind, inspect_address, require_current, require_ours
from forecasts.errors import DatabaseUnusableError
from forecasts.services.read_only import Progress, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReport:
    """A ledger that was copied and compared: how many rows of each table, and the newest history entry."""

    source: str
    target: str
    rows: Mapping[str, int]
    entry: int
    hash: str


def copy_ledger(source: str, target: str, *, progress: Progress = silent) -> CopyReport:
    """Copy a whole ledger, history and chain included, into an empty database or a new file, in one transaction.

    Every row is read back and compared, and the chain verified, before the copy is kept.
    Errors: DatabaseUnusableError where the source is no whole ledger of the newest schema, or where the target holds
    anything. Nothing is kept then.
    """
    origin, place = read_address(source), read_address(target)
    if origin.path is not None and not origin.path.exists():
        msg = f"There is no database at {origin.shown}."
        raise DatabaseUnusableError(msg, "Nothing was copied. Give the ledger to copy first, then where to.")
    require_current(origin)
    found = inspect_address(place)
    require_ours(place, found)
    with closing(Database(origin)) as database, database.read() as reading:
        require_whole(reading, origin.shown)
        rows = _carry_out(reading, place, found, progress)
        entry, digest = newest_entry(reader_of(reading))
    return CopyReport(source=origin.shown, target=place.shown, rows=rows, entry=entry, hash=digest)


def _carry_out(reading: Connection, place: Address, found: DatabaseInfo, progress: Progress) -> dict[str, int]:
    def copy(target: Connection) -> dict[str, int]:
        require_unused(target, place.shown)
        return copy_rows(reading, target, progress)

    if place.path is None:
        with changing_schema(place) as connection:
            if found.kind is DatabaseKind.EMPTY:
                migrate(connection)
            return copy(connection)
    if found.kind is DatabaseKind.LEDGER:
        require_current(place)
        with closing(Database(place)) as database:
            return database.write(copy)
    made: list[dict[str, int]] = []
    if not make_new(place, lambda database: made.append(database.write(copy))):
        msg = f"{place.shown} was made by another program meanwhile."
        raise DatabaseUnusableError(msg, "Nothing was copied. Give another name.")
    return made[0]
