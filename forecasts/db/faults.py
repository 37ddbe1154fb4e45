"""What a driver's error means, told once: what happened, to which database, what to do."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

from forecasts.errors import DatabaseUnusableError

if TYPE_CHECKING:
    from sqlalchemy import exc

    from forecasts.db.address import Address

_NOTHING = "Nothing was changed."


def told_sqlite(error: sqlite3.Error, address: Address) -> DatabaseUnusableError:
    """The named error for what SQLite said."""
    place = address.shown
    name = getattr(error, "sqlite_errorname", "") or ""
    known = {
        "SQLITE_NOTADB": (f"{place} is not a database of this program.", f"{_NOTHING} Give another path."),
        "SQLITE_CORRUPT": (f"The database {place} is damaged: {error}.", f"{_NOTHING} Restore a backup."),
        "SQLITE_CANTOPEN": (
            f"The database {place} cannot be opened.",
            "Check that it is a file, that its folder exists and that you may write there.",
        ),
        "SQLITE_BUSY": (
            f"The database {place} is locked by another program.",
            f"{_NOTHING} Try again when it is done.",
        ),
        "SQLITE_READONLY": (
            f"The database {place} or its folder is read-only.",
            f"{_NOTHING} Allow writing, or copy it to where you may write.",
        ),
        "SQLITE_FULL": (
            f"The disk is full: {place} ({_free(address)} left).",
            f"{_NOTHING} Make room and try again.",
        ),
        "SQLITE_IOERR": (
            f"The database {place} cannot be read or written: {error} ({_free(address)} left on its disk).",
            f"{_NOTHING} Check the disk and the size limit.",
        ),
    }
    for start, (message, advice) in known.items():
        if name.startswith(start):
            return DatabaseUnusableError(message, advice)
    return DatabaseUnusableError(f"The database {place} refused: {error}.", _NOTHING)


def told(error: exc.DBAPIError, address: Address) -> DatabaseUnusableError:
    """The named error for what a driver said through SQLAlchemy."""
    if isinstance(error.orig, sqlite3.Error):
        return told_sqlite(error.orig, address)
    return DatabaseUnusableError(
        f"The database {address.shown} refused: {str(error.orig).strip()}.",
        f"{_NOTHING} Check the address, the server and your rights on it.",
    )


def _free(address: Address) -> str:
    if address.path is None:
        return "unknown space"
    try:
        return f"{shutil.disk_usage(address.path.parent).free:,} bytes"
    except OSError:
        return "unknown space"
