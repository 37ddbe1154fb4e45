"""Whole copies of a SQLite ledger: taken while others write, put in its place, and made by themselves once a day.

A copy is one file (no WAL beside it), private, synced, and checked before it has its name. Of the dated ones the last 7
days and 4 weeks are kept in the user's state folder, one folder for each ledger; only what was made here is ever
removed.
"""

import glob
import hashlib
import os
import re
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from forecasts.db.address import APPLICATION_ID, Address, companions
from forecasts.db.engine import choose_journal, refuse_leftovers
from forecasts.db.faults import translate_sqlite_error
from forecasts.db.queries.home import newest_entry
from forecasts.db.reader import SqlReader, guard_sqlite, inspect_database, open_sqlite, refuse_planted, require_ours
from forecasts.errors import DatabaseUnusableError, OutputRefusedError
from forecasts.files import beside, make_exclusive, name_anew, sync, taken
from forecasts.paths import state_folder

_MARK = 68  # where a SQLite file keeps its application_id
_HEADER = 100
_WHOLE_ONLY = "A copy can only be made of a whole database: restore an older backup."


@dataclass(frozen=True, slots=True)
class Copied:
    """A checked copy: its file, its revision, and the number and hash of the newest history entry in it."""

    path: Path
    revision: str
    entry: int
    hash: str

    @property
    def size(self) -> int:
        return self.path.stat().st_size


def copy_database(source: Address, target: Path, *, replace: bool = False) -> Copied:
    """Copy a SQLite ledger as it is at one moment; the file appears complete and checked, or not at all.

    Errors: OutputRefusedError where `target` is there already (unless `replace`) or cannot be written;
    DatabaseUnusableError where the source is no ledger, or is damaged.
    """
    if not replace:
        if os.path.lexists(target):
            raise taken(target)
        refuse_leftovers(target)
    with _unfinished(target) as unfinished:
        copied = _filled(source, unfinished)
        _name(unfinished, target, replace=replace)
    return Copied(target, *copied)


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A private file beside the target, gone at the end whatever happens."""
    path = beside(target, "writing")
    try:
        if not target.parent.is_dir():
            msg = f"There is no folder {target.parent}."
            raise OutputRefusedError(msg, "Make it, or give another place.")
        os.close(make_exclusive(path))
        yield path
    except OSError as error:
        msg = f"{target} cannot be written: {error.strerror or error}."
        raise OutputRefusedError(msg, "Give a place where you may write, with room for the copy.") from error
    finally:
        remove_database(path)


def remove_database(file: Path) -> None:
    for part in (file, *companions(file)):
        with suppress(OSError):  # somebody else's beside it stays, and was told
            part.unlink()


def _filled(source: Address, target: Path) -> tuple[str, int, str]:
    """Copy and check; returns revision, newest entry and its hash, which are those of the source."""
    try:
        with closing(open_sqlite(source)) as connection:
            connection.execute("BEGIN")  # from here on one moment, whoever writes
            found = inspect_database(SqlReader(connection, "sqlite"), source)
            require_ours(source, found)
            head = newest_entry(SqlReader(connection, "sqlite"))
            _copy_pages(connection, source, target)
    except sqlite3.Error as error:
        raise translate_sqlite_error(error, source) from error
    if (_checked(target, source)) != (found.revision, *head):
        msg = f"The copy of {source.shown} is not what was copied."
        raise DatabaseUnusableError(msg, "Nothing was kept of it. Try again, on another disk.")
    return (found.revision, *head)


def _copy_pages(connection: sqlite3.Connection, source: Address, target: Path) -> None:
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        try:
            connection.backup(copy, pages=-1)  # in one step: in several, every commit of others begins it anew
            copy.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
                raise
            told = translate_sqlite_error(error, Address("sqlite", target, ""))
            msg = f"{source.shown} was not copied. {told.message}"
            raise OutputRefusedError(msg, told.advice) from error


def _checked(copy: Path, source: Address) -> tuple[str, int, str]:
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        problems = connection.execute("PRAGMA quick_check(3)").fetchall()
        if problems != [("ok",)]:
            msg = f"The database {source.shown} is damaged: {problems[0][0]}."
            raise DatabaseUnusableError(msg, _WHOLE_ONLY)
        reader = SqlReader(connection, "sqlite")
        return (inspect_database(reader, source).revision, *newest_entry(reader))


def _name(unfinished: Path, target: Path, *, replace: bool) -> None:
    sync(unfinished)
    if replace:
        unfinished.replace(target)
    elif not name_anew(unfinished, target):
        raise taken(target)
    sync(target.parent)


def put_in_place(backup: Address, target: Address, kept: Path) -> tuple[Copied, bool]:
    """Put a copy of `backup` in the place of the ledger at `target`, which stays as `kept`; tells whether one was.

    This program must not have the target open. Errors: DatabaseUnusableError where the backup is no ledger, or what
    is at the target is not ours or is in use; OutputRefusedError where there is no room. Nothing was changed then.
    """
    if target.path is None:
        msg = "only a file can be put in the place of a file"
        raise ValueError(msg)
    place = target.path.resolve()
    if backup.path is not None and backup.path.resolve() == place:
        msg = f"{target.shown} cannot be restored from itself."
        raise DatabaseUnusableError(msg, "Nothing was changed. Give the path of a backup.")
    was_there = _require_replaceable(place, target)
    if not was_there:
        refuse_leftovers(place)
    with _unfinished(place) as unfinished:
        copied = _filled(backup, unfinished)
        sync(unfinished)
        if was_there:
            with _sole_user(place, target):
                _keep(place, kept)
                unfinished.replace(place)
        else:
            unfinished.replace(place)
        sync(place.parent)
    with suppress(sqlite3.OperationalError):
        choose_journal(place)
    return Copied(place, *copied), was_there


def _require_replaceable(place: Path, target: Address) -> bool:
    """Whether something of ours is there, damaged or not. DatabaseUnusableError for what is not."""
    if not os.path.lexists(place):
        return False
    header = b""
    if place.is_file():
        with place.open("rb") as file:
            header = file.read(_HEADER)
    is_ours = header[_MARK : _MARK + 4] == APPLICATION_ID.to_bytes(4, "big")
    if (header and not is_ours) or not place.is_file():
        msg = f"{target.shown} is not a database of this program, so it is not replaced."
        raise DatabaseUnusableError(msg, "Nothing was changed. Give another path, or move that away.")
    return bool(header)


@contextmanager
def _sole_user(place: Path, target: Address) -> Iterator[None]:
    """Nobody else has the file open, or begins to write in it; all of it is in the one file, unless it is damaged."""
    refuse_planted(place)
    with closing(sqlite3.connect(place, timeout=2.0, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            guard_sqlite(connection)
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            name = getattr(error, "sqlite_errorname", "")
            if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                msg = f"{target.shown} is open in another program."
                raise DatabaseUnusableError(msg, "Nothing was changed. Close it there, then restore.") from error
            if not name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
                raise translate_sqlite_error(error, target) from error
        yield


def _keep(place: Path, kept: Path) -> None:
    """Give what is at the place a second name; what a damaged one left beside it goes along."""
    for left, beside_kept in zip(companions(place), companions(kept), strict=True):
        if left.exists():
            left.rename(beside_kept)
    if not name_anew(place, kept):
        msg = f"{kept} is there already."
        raise OutputRefusedError(msg, "Nothing was changed. Move it away.")


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
