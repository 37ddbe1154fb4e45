"""Faults of drivers: what an error means, told once: what happened, to which database, what to do."""

from __future__ import annotations

import glob
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from forecasts.db.address import Address
from forecasts.errors import DatabaseUnusableError
from forecasts.text import strike_out_of

if TYPE_CHECKING:
    from sqlalchemy import exc


_NOTHING = "Nothing was changed."
_SHARED_BYTES = 32_768
_LOST = ("08", "57P01", "57P02")
_SERVER_SAYS = {
    "42501": (
        "You may not do that in the database {place}: {said}.",
        "Ask its owner for the role that may; docs/postgresql.md names the roles.",
    ),
    "28": ("The server of {place} does not let you in: {said}.", "Check the user, and the password in .pgpass."),
    "3D000": ("The server has no such database: {place}.", "Ask its owner to make it: `createdb`."),
    "55P03": ("Another program is writing in {place} and does not finish.", "Try again when it is done."),
    "25006": ("The database {place} is read-only: {said}.", "Give the address of the server that takes writes."),
    "53100": ("The disk of the server of {place} is full.", "Make room there and try again."),
    "53": ("The server of {place} has no room for more work: {said}.", "Try again later."),
    "57P03": ("The server of {place} is not ready: {said}.", "Try again in a moment."),
}


def no_database(address: Address) -> DatabaseUnusableError:
    return DatabaseUnusableError(f"There is no database at {address.shown}.", "`forecasts setup` makes one.")


def translate_sqlite_error(error: sqlite3.Error, address: Address) -> DatabaseUnusableError:
    place = address.shown
    name = getattr(error, "sqlite_errorname", "") or ""
    read_only = (
        f"The database {place} or its folder is read-only.",
        f"{_NOTHING} Allow writing, or copy it to where you may write, with its -wal or -journal if it has one.",
    )
    known = {
        "SQLITE_NOTADB": (f"{place} is not a database of this program.", f"{_NOTHING} Give another path."),
        "SQLITE_CORRUPT": (f"The database {place} is damaged: {error}.", f"{_NOTHING} {_newest_backup(address)}"),
        "SQLITE_CANTOPEN": read_only
        if _is_in_read_only_folder(address)
        else (
            f"The database {place} cannot be opened.",
            "Check that it is a file, that its folder exists and that you may write there.",
        ),
        "SQLITE_BUSY": (
            f"The database {place} is locked by another program.",
            f"{_NOTHING} Try again when it is done.",
        ),
        "SQLITE_READONLY_ROLLBACK": (
            f"A program was stopped while it wrote in {place}; what it had begun must first be taken back.",
            f"{_NOTHING} Run any command where it may write there, or copy it to such a place with {place}-journal.",
        ),
        "SQLITE_READONLY": read_only,
        "SQLITE_FULL": (f"The disk is full: {place} ({_free(address)} left).", f"{_NOTHING} Make room and try again."),
        "SQLITE_IOERR": (
            f"The database {place} cannot be read or written: {error} ({_free(address)} left on its disk).",
            f"{_NOTHING} Check the disk and the size limit.",
        ),
    }
    if name.startswith("SQLITE_CANTOPEN") and address.path is not None and not address.path.exists():
        return no_database(address)
    if name.startswith("SQLITE_IOERR") and _is_disk_full(address):
        name = "SQLITE_FULL"
    for start, (message, advice) in known.items():
        if name.startswith(start):
            return DatabaseUnusableError(message, advice)
    return DatabaseUnusableError(f"The database {place} refused: {error}.", _NOTHING)


def translate_error(error: exc.DBAPIError, address: Address) -> DatabaseUnusableError:
    """The named error for what a driver said through SQLAlchemy."""
    if isinstance(error.orig, sqlite3.Error):
        return translate_sqlite_error(error.orig, address)
    return translate_postgresql_error(error.orig, address, was_lost=error.connection_invalidated)


@contextmanager
def translated_errors(address: Address) -> Iterator[None]:
    """What the driver itself raises meanwhile, as its named error."""
    try:
        yield
    except sqlite3.Error as error:
        raise translate_sqlite_error(error, address) from error
    except Exception as error:
        if address.path is None:
            import psycopg

            if isinstance(error, psycopg.Error):
                raise translate_postgresql_error(error, address) from error
        raise


def translate_postgresql_error(
    error: BaseException | None, address: Address, *, was_lost: bool = False
) -> DatabaseUnusableError:
    """The named error for what a PostgreSQL server or its driver said; the first line of it, without a password."""
    place = address.shown
    state = getattr(error, "sqlstate", None) or ""
    said = strike_out_of((str(error).strip().splitlines() or [""])[0], address.url).rstrip(".")
    if was_lost or state.startswith(_LOST):
        return DatabaseUnusableError(
            f"The connection to the database {place} was lost: {said}.",
            "What was not confirmed may still have been written: `forecasts history` tells. Then try again.",
        )
    for start, (message, advice) in _SERVER_SAYS.items():
        if state.startswith(start):
            return DatabaseUnusableError(message.format(place=place, said=said), f"{_NOTHING} {advice}")
    return DatabaseUnusableError(
        f"The database {place} {'refused' if state else 'cannot be reached'}: {said}.",
        f"{_NOTHING} Check the address, the server and your rights on it.",
    )


_LISTED = "Restore a backup: `forecasts restore --list` names the copies that were made by themselves."


def _newest_backup(address: Address) -> str:
    if address.path is None:
        return "Restore a backup."
    beside = address.path.parent.glob(f"{glob.escape(address.path.name)}.*.db")
    found = max(beside, key=lambda file: file.stat().st_mtime, default=None)
    return f"Restore a backup; the newest one beside it is {found}." if found else _LISTED


def _is_in_read_only_folder(address: Address) -> bool:
    """Whether a file is there that could be read, if only SQLite could write its log beside it."""
    path = address.path
    return path is not None and os.access(path, os.R_OK) and not os.access(path.parent, os.W_OK)


def _is_disk_full(address: Address) -> bool:
    """Whether not even the memory that programs share has room beside the file; SQLite calls that a disk error."""
    try:
        return address.path is not None and shutil.disk_usage(address.path.parent).free < _SHARED_BYTES
    except OSError:
        return False


def _free(address: Address) -> str:
    if address.path is None:
        return "unknown space"
    try:
        return f"{shutil.disk_usage(address.path.parent).free:,} bytes"
    except OSError:
        return "unknown space"
