"""Addresses of databases, told without SQLAlchemy: a SQLite file's path and what it lies on, or a server."""

import os
import re
from pathlib import Path
from typing import NamedTuple

from forecasts.errors import DatabaseUnusableError
from forecasts.paths import typed_path
from forecasts.text import KEYWORDS, strike_out

APPLICATION_ID = 0x46435354
"""Marks a SQLite file as ours ("FCST")."""

NEWEST_REVISION = "0001"
"""The schema revision that this code works with; a test holds it against the migrations."""

_SCHEME = re.compile(r"([a-z][a-z0-9+]*)://", re.IGNORECASE)
_NEARLY = re.compile(r"(postgres|postgresql)(\+\w+)?:|[^/\\]+:[^/\\]*@", re.IGNORECASE)
"""What is meant for a server and would be taken for the name of a file."""


class Address(NamedTuple):
    """Where a ledger is: `path` for a SQLite file, else `url` of a PostgreSQL database; `name` is shown for a path."""

    backend: str
    path: Path | None
    url: str
    name: str = ""

    @property
    def shown(self) -> str:
        """The address as it may be shown: without a password."""
        if self.path:
            return self.name or str(self.path)
        return strike_out(self.url.replace("+psycopg", "", 1))


def read_address(text: str) -> Address:
    """The address that `text` names. DatabaseUnusableError for a scheme that is not kept, or an in-memory database."""
    scheme = _SCHEME.match(text)
    if scheme is None:
        if KEYWORDS.match(text) or _NEARLY.match(text):
            raise _not_supported(text)
        return _file(text)
    name = scheme.group(1).lower()
    if name == "sqlite":
        return _file(text[len("sqlite://") :].removeprefix("/"))
    if name in ("postgresql", "postgres", "postgresql+psycopg"):
        return Address("postgresql", None, "postgresql+psycopg://" + text[scheme.end() :])
    raise _not_supported(text)


def _not_supported(text: str) -> DatabaseUnusableError:
    msg = f"The database address '{strike_out(text)}' is of a form that is not supported."
    return DatabaseUnusableError(msg, "Give the path of a SQLite file, or postgresql://server/database.")


def _file(text: str) -> Address:
    if not text or text == ":memory:" or "\0" in text:
        msg = f"'{text}' names no database file."
        raise DatabaseUnusableError(msg, "Give the path of a file: the record must outlive the program.")
    return Address("sqlite", typed_path(text).absolute(), "")


def companions(path: Path) -> tuple[Path, Path, Path]:
    """What SQLite keeps beside a file: its log, the memory that programs share, and its journal."""
    return Path(f"{path}-wal"), Path(f"{path}-shm"), Path(f"{path}-journal")


_MOUNTS = Path("/proc/self/mountinfo")

_NETWORK = {
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "gfs2",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "orangefs",
    "prl_fs",
    "pvfs2",
    "smb3",
    "smbfs",
    "vboxsf",
    "vmhgfs",
}
_NETWORK_FUSE = tuple(
    f"fuse.{name}"
    for name in ["ceph", "curlftp", "davfs", "gluster", "gvfs", "mfs", "rclone", "s3", "smb", "ssh", "vmhgfs"]
)
_ESCAPED = r"\\([0-7]{3})"


def network_file_system(path: Path, mounts: Path = _MOUNTS) -> str:
    """The type of the network file system on which the path is; empty on a local one, or where nothing tells."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    place = os.path.realpath(path)
    best, kind = -1, ""
    for line in lines:
        mounted, _, described = line.partition(" - ")
        fields = mounted.split(" ")
        if len(fields) < 5 or not described:
            continue
        point = re.sub(_ESCAPED, lambda found: chr(int(found[1], 8)), fields[4])
        inside = point == "/" or place == point or place.startswith(f"{point}/")
        if inside and len(point) >= best:  # of two mounts on one point the later one hides the earlier
            best, kind = len(point), described.split(" ", 1)[0]
    return kind if kind in _NETWORK or kind.startswith(_NETWORK_FUSE) else ""
