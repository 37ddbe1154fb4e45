"""Databases as they can stand in the way, and what a database holds."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = "csto-out-by-2022-01-23"
"""A due question of the seed with several predictions."""


def content(database: Path) -> str:
    """Everything that a SQLite file says, as SQL."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return "\n".join(connection.iterdump())


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file below a folder with a digest of its bytes; what SQLite keeps beside an open file is left out."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in sorted(folder.rglob("*"))
        if not path.name.endswith(("-wal", "-shm"))
    }


def without_override() -> tuple[str, ...]:
    """What to put before a command so that rights on files hold for it, even for root."""
    if os.geteuid() != 0:
        return ()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root may write everywhere, and there is no setpriv to give that up")
    words = (setpriv, "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-all")
    if subprocess.run([*words, "true"], check=False, capture_output=True).returncode:
        pytest.skip("root may write everywhere here and cannot give that up")
    return words


def make_foreign(path: Path) -> None:
    """A database of another program."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmark (id INTEGER PRIMARY KEY, url TEXT)")
        connection.execute("INSERT INTO bookmark (url) VALUES ('https://example.org')")
        connection.commit()


def make_newer(path: Path) -> None:
    """Turn a ledger into one of a version that does not exist yet."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
