"""Backups of a whole ledger, checked before they are called done, and put back."""

import os
from dataclasses import dataclass
from pathlib import Path

from forecasts.clock import Clock, utc_now
from forecasts.db.address import NEWEST_REVISION, Address, read_address
from forecasts.db.backup import Copied, DatedCopy, copy_database, keep_copy, list_copies, put_in_place
from forecasts.db.reader import inspect_address, require_current, require_ours
from forecasts.errors import DatabaseUnusableError, OutputRefusedError
from forecasts.files import taken
from forecasts.paths import typed_path
from forecasts.services.read_only import Progress, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreReport:
    """A ledger that was put back: where, its newest entry, and whether `setup` must upgrade it.

    `kept` is what was there before, under its new name; None where nothing was there.
    """

    database: str
    entry: int
    hash: str
    revision: str
    is_newest: bool
    kept: Path | None


def back_up(address: str, target: Path, *, progress: Progress = silent) -> Copied:
    """Write a consistent copy of the ledger as one SQLite file, while others may go on writing.

    A ledger on PostgreSQL is copied into a SQLite file, history and chain included.
    Errors: OutputRefusedError where the file is there already or cannot be written; DatabaseUnusableError where there
    is no ledger, or it is damaged. Nothing is left behind then.
    """
    place = read_address(address)
    target = typed_path(target).absolute()
    if os.path.lexists(target):
        raise taken(target)
    require_ledger(place)
    if place.path is None:
        from forecasts.services.copying import copy_ledger

        copied = copy_ledger(address, str(target), progress=progress)
        return Copied(target, NEWEST_REVISION, copied.entry, copied.hash)
    progress("Copying the database", 0, 0)
    return copy_database(place, target)


def restore(address: str, backup: Path, *, clock: Clock = utc_now, progress: Progress = silent) -> RestoreReport:
    """Put a backup in the place of the ledger; what was there stays beside it under a name with the moment.

    The ledger must not be open, in this program or in another.
    Errors: DatabaseUnusableError (DatabaseNewerError) where the backup is missing, foreign, damaged or newer than this
    program, or where the ledger is in use, not ours, or on PostgreSQL; OutputRefusedError where there is no room.
    Nothing is changed then.
    """
    place, source = read_address(address), read_address(str(backup))
    if place.path is None or source.path is None:
        msg = f"{place.shown} is on a PostgreSQL server: a backup cannot be put in its place."
        raise DatabaseUnusableError(msg, "Copy it into an empty database: `forecasts copy FILE postgresql://…`.")
    if not source.path.exists():
        msg = f"There is no backup at {source.shown}."
        raise DatabaseUnusableError(
            msg, "Nothing was changed. `forecasts restore --list` names the copies that there are."
        )
    require_ledger(source)
    progress("Copying the backup", 0, 0)
    kept = place.path.with_name(f"{place.path.name}.replaced-{clock().strftime('%Y%m%dT%H%M%SZ')}.db")
    copied, was_there = put_in_place(source, place, kept)
    return RestoreReport(
        database=place.shown,
        entry=copied.entry,
        hash=copied.hash,
        revision=copied.revision,
        is_newest=copied.revision == NEWEST_REVISION,
        kept=kept if was_there else None,
    )


def keep_dated_copy(address: str, *, up_to: int, clock: Clock = utc_now) -> Path | None:
    """Make today's copy of a SQLite ledger of at most `up_to` megabytes where it is due; None where none is.

    Errors: OutputRefusedError where there is no room, or the folder cannot be written; DatabaseUnusableError.
    """
    try:
        return keep_copy(read_address(address), clock(), up_to=up_to) if up_to else None
    except OSError as error:
        msg = f"No dated copy was made: {error.strerror or error}."
        raise OutputRefusedError(msg, "See to the state folder, or turn the copies off in the settings.") from error


def dated_copies(address: str) -> tuple[DatedCopy, ...]:
    """The copies that the program made of a ledger by itself, the newest first.

    Errors: DatabaseUnusableError for a ledger on a server, of which it makes none.
    """
    place = read_address(address)
    if place.path is None:
        msg = f"{place.shown} is on a PostgreSQL server: no copies are made of it by themselves."
        raise DatabaseUnusableError(msg, "Back the server up, or use `forecasts backup FILE`.")
    return list_copies(place.path)


def require_ledger(source: Address) -> None:
    """Refuse what is no ledger, or newer than this program; an older one is fine."""
    found = inspect_address(source)
    require_ours(source, found)
    if not found.revision:
        require_current(source)
