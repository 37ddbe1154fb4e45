"""Digests of what packs brought last, so that a later load leaves alone what was changed here since."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecasts.db import bulk
from forecasts.db.queries.records import batches
from forecasts.db.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

REMOVED_HERE = "removed here"
"""In place of a digest: a pack brought the record, and somebody removed it here."""

Name = tuple[str, str]
"""A record's kind and name."""


def read_digests(connection: sa.Connection, names: Iterable[Name]) -> dict[Name, str]:
    """The digests of those of the records that a pack brought, by kind and name."""
    row = table("loaded_record").c
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, name in names:
        by_kind[kind].append(name)
    found: dict[Name, str] = {}
    for kind, of_kind in by_kind.items():
        for batch in batches(of_kind):
            query = sa.select(row.name, row.digest).where(row.kind == kind, row.name.in_(batch))
            found.update(((kind, name), digest) for name, digest in connection.execute(query))
    return found


def read_removed(connection: sa.Connection) -> set[Name]:
    """The records that a pack brought and somebody removed here."""
    row = table("loaded_record").c
    query = sa.select(row.kind, row.name).where(row.digest == REMOVED_HERE)
    return {(kind, name) for kind, name in connection.execute(query)}


def write_digests(connection: sa.Connection, digests: Iterable[tuple[Name, str]]) -> None:
    """Remember these digests, in place of earlier ones of the same records."""
    sign = "?" if connection.dialect.name == "sqlite" else "%s"
    statement = (
        f"INSERT INTO loaded_record (kind, name, digest) VALUES ({sign}, {sign}, {sign})"  # noqa: S608 - signs
        " ON CONFLICT (kind, name) DO UPDATE SET digest = excluded.digest"
    )
    rows = ((kind, name, digest) for (kind, name), digest in digests)
    while batch := list(islice(rows, bulk.BATCH)):
        connection.exec_driver_sql(statement, batch)


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
