"""What packs brought last: a digest for each record, so that a later load leaves alone what was changed here since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from forecasts.db.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REMOVED_HERE = "removed here"
"""In place of a digest: a pack brought the record, and somebody removed it here."""

Name = tuple[str, str]
"""A record's kind and name."""


def read_digests(connection: sa.Connection) -> dict[Name, str]:
    """The digests by kind and name."""
    row = table("loaded_record").c
    query = sa.select(row.kind, row.name, row.digest)
    return {(kind, name): digest for kind, name, digest in connection.execute(query)}


def write_digests(connection: sa.Connection, digests: Mapping[Name, str]) -> None:
    """Remember these digests, in place of earlier ones of the same records."""
    if not digests:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table("loaded_record"))
    upsert = statement.on_conflict_do_update(
        index_elements=["kind", "name"], set_={"digest": statement.excluded.digest}
    )
    rows = [{"kind": kind, "name": name, "digest": digest} for (kind, name), digest in digests.items()]
    connection.execute(upsert, rows)


def never_recorded(connection: sa.Connection) -> Sequence[Name]:
    """The kinds and names of which a digest is remembered, and that the history does not know."""
    row, change = table("loaded_record").c, table("history_change").c
    is_known = sa.exists().where(change.kind == row.kind, change.name == row.name)
    query = sa.select(row.kind, row.name).where(~is_known).order_by(row.kind, row.name)
    return [(kind, name) for kind, name in connection.execute(query)]


def is_loaded(connection: sa.Connection, kind: str, name: str) -> bool:
    """Whether a pack brought the record."""
    return bool(read_digest(connection, kind, name))


def read_digest(connection: sa.Connection, kind: str, name: str) -> str:
    """The record's digest as a pack last brought it; empty where none did."""
    row = table("loaded_record").c
    query = sa.select(row.digest).where(row.kind == kind, row.name == name)
    return str(connection.execute(query).scalar() or "")
