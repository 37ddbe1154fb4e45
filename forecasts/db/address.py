"""What a database address means, told without SQLAlchemy: a SQLite file's path, or a PostgreSQL server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from forecasts.errors import DatabaseUnusableError

APPLICATION_ID = 0x46435354
"""Marks a SQLite file as ours ("FCST")."""

NEWEST_REVISION = "0001"
"""The schema revision that this code works with; a test holds it against the migrations."""

_SCHEME = re.compile(r"([a-z][a-z0-9+]*)://")
_PASSWORD = re.compile(r"(://[^:/@?]*):(?P<secret>.*)@")
_PARAMETER = re.compile(r"([?&](?:ssl)?password=)(?P<secret>[^&]*)")


@dataclass(frozen=True, slots=True)
class Address:
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
        return without_password(self.url.replace("+psycopg", "", 1))


def without_password(url: str) -> str:
    """The address with its password, if it has one, struck out."""
    return _PARAMETER.sub(r"\1***", _PASSWORD.sub(r"\1:***@", url))


def without_secrets(text: str, url: str) -> str:
    """What a driver said of the address, with the address's passwords struck out wherever they stand in it."""
    for pattern in (_PASSWORD, _PARAMETER):
        for found in pattern.finditer(url):
            for secret in {found["secret"], unquote(found["secret"])} - {""}:
                text = text.replace(secret, "***")
    return text


def read_address(text: str) -> Address:
    """The address that `text` names. DatabaseUnusableError for a scheme that is not kept, or an in-memory database."""
    scheme = _SCHEME.match(text)
    if scheme is None:
        return _file(text)
    name = scheme.group(1)
    if name == "sqlite":
        return _file(text.removeprefix("sqlite:///"))
    if name in ("postgresql", "postgres", "postgresql+psycopg"):
        return Address("postgresql", None, "postgresql+psycopg://" + text[scheme.end() :])
    msg = f"The database address '{without_password(text)}' has a scheme that is not supported."
    raise DatabaseUnusableError(msg, "Give the path of a SQLite file, or postgresql://server/database.")


def _file(text: str) -> Address:
    if not text or text == ":memory:" or "\0" in text:
        msg = f"'{text}' names no database file."
        raise DatabaseUnusableError(msg, "Give the path of a file: the record must outlive the program.")
    return Address("sqlite", Path(text).expanduser().absolute(), "")
