"""What packs brought last: a digest for each record, so that a later load leaves alone what was changed here since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from forecasts.db.schema import LoadedRecordRow

if TYPE_CHECKING:
    from collections.abc import Mapping

Name = tuple[str, str]
"""A record's kind and name."""


def read_digests(connection: sa.Connection) -> dict[Name, str]:
    """The digests by kind and name."""
    row = LoadedRecordRow
    query = sa.select(row.kind, row.name, row.digest)
    return {(kind, name): digest for kind, name, digest in connection.execute(query)}


def write_digests(connection: sa.Connection, digests: Mapping[Name, str]) -> None:
    """Remember these digests, in place of earlier ones of the same records."""
    if not digests:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(LoadedRecordRow)
    upsert = statement.on_conflict_do_update(
        index_elements=["kind", "name"], set_={"digest": statement.excluded.digest}
    )
    rows = [{"kind": kind, "name": name, "digest": digest} for (kind, name), digest in digests.items()]
    connection.execute(upsert, rows)
