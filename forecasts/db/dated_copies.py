"""Dated copies of a SQLite ledger, made by themselves: at most one a day, the last 7 days and 4 weeks kept.

They stand in the user's state folder, one folder for each ledger. Only what was made here is ever removed.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
import shutil
import sqlite3
import stat
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from forecasts.db.address import Address
from forecasts.db.backup import copy_database
from forecasts.db.queries.home import newest_entry
from forecasts.db.reader import SqlReader, open_sqlite
from forecasts.errors import OutputRefusedError
from forecasts.paths import state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAYS, _WEEKS = 7, 4
_DAY = timedelta(days=1)
_ROOM = 3
"""A copy is made where there is room for so many: it is not to fill the disk that others write to."""
_MEGABYTE = 1_000_000
_FORM = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"(\d{8}T\d{6}Z)\.db", re.ASCII)
_UNFINISHED = re.compile(r"\.\d{8}T\d{6}Z\.db\.writing-[0-9a-f]{24}(-wal|-shm|-journal)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedCopy:
    """A copy that the program made: when, why, its size, and the newest history entry in it (None: it is damaged)."""

    path: Path
    at: datetime
    made: Literal["daily", "upgrade"]
    size: int
    entry: int | None


def copies_folder(ledger: Path) -> Path:
    """Where the dated copies of the ledger at a path are."""
    place = ledger.resolve()
    mark = hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
    return state_folder() / "copies" / f"{place.name[:40]}-{mark}"


def keep_copy(address: Address, now: datetime, *, up_to: int) -> Path | None:
    """Make today's copy where it is due, and remove what is older than is kept; None where none is due.

    None is due of a ledger on a server, of one of more than `up_to` megabytes, or that is as the newest copy has it.
    Errors: OutputRefusedError, DatabaseUnusableError, OSError; nothing is left behind then.
    """
    if address.path is None or not address.path.is_file():
        return None
    folder = copies_folder(address.path)
    made = _dated(folder)
    if any(timedelta(0) <= now - at < _DAY for at in made):
        return None
    size = sum(file.stat().st_size for file in (address.path, Path(f"{address.path}-wal")) if file.exists())
    if size > up_to * _MEGABYTE or (made and _entry(made[max(made)]) == _entry(address.path) is not None):
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < _ROOM * size:
        msg = f"There is no room for a dated copy in {folder}."
        raise OutputRefusedError(msg, "Make room, or turn the copies off: `copies_up_to = 0` in the settings.")
    target = folder / f"{now.strftime(_FORM)}.db"
    copy_database(address, target)
    _prune(folder, target, now)
    return target


def list_copies(ledger: Path) -> tuple[DatedCopy, ...]:
    """The dated copies of a ledger and the backups of its upgrades, the newest first."""
    daily = ((at, "daily", path) for at, path in _dated(copies_folder(ledger)).items())
    found = sorted((*daily, *_of_upgrades(ledger)), reverse=True)
    return tuple(
        DatedCopy(
            path=path,
            at=at,
            made="daily" if made == "daily" else "upgrade",
            size=path.stat().st_size,
            entry=(_entry(path) or (None,))[0],
        )
        for at, made, path in found
    )


def _of_upgrades(ledger: Path) -> Iterator[tuple[datetime, str, Path]]:
    for path in ledger.parent.glob(f"{glob.escape(ledger.name)}.before-*-from-*.db"):
        found = path.lstat()
        if stat.S_ISREG(found.st_mode):
            yield datetime.fromtimestamp(int(found.st_mtime), UTC), "upgrade", path


def _dated(folder: Path) -> dict[datetime, Path]:
    found: dict[datetime, Path] = {}
    for path in folder.iterdir() if folder.is_dir() else ():
        named = _NAME.fullmatch(path.name)
        if named and stat.S_ISREG(path.lstat().st_mode):
            try:
                found[datetime.strptime(named[1], _FORM).replace(tzinfo=UTC)] = path
            except ValueError:  # digits that are no day: not ours
                continue
    return found


def _entry(path: Path) -> tuple[int, str] | None:
    """The newest history entry in a file and its hash; None where the file cannot be read."""
    try:
        with closing(open_sqlite(Address("sqlite", path, ""))) as connection:
            return newest_entry(SqlReader(connection, "sqlite"))
    except sqlite3.Error:
        return None


def _prune(folder: Path, newest: Path, now: datetime) -> None:
    days: dict[object, Path] = {}
    weeks: dict[object, Path] = {}
    dated = _dated(folder)
    for at in sorted(dated, reverse=True):
        days.setdefault(at.date(), dated[at])
        weeks.setdefault(at.isocalendar()[:2], dated[at])
    kept = {newest, *list(days.values())[:_DAYS], *list(weeks.values())[:_WEEKS]}
    for path in {*dated.values()} - kept:
        path.unlink(missing_ok=True)
    for path in folder.iterdir():
        if _UNFINISHED.fullmatch(path.name) and now.timestamp() - path.lstat().st_mtime > _DAY.total_seconds():
            path.unlink(missing_ok=True)  # left by a program that was killed
