"""Records that only together could break a rule, found by queries: nobody needs to hold them all to look.

What is found is held against the rules afterwards, so that a record too many does no harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecasts.db.layout import layout
from forecasts.db.tables import table
from forecasts.domain.records import IDENTITY
from forecasts.domain.references import cycles

if TYPE_CHECKING:
    from collections.abc import Sequence


def keys_in_circles(connection: sa.Connection, kind: str, field: str) -> set[int]:
    """The keys of a kind's records whose chain by a field leads back to them."""
    columns, other = table(kind).c, table(kind).alias()
    column = columns[layout(kind).column(field)]
    is_followed = sa.exists().where(other.c[column.name] == columns.id)
    query = sa.select(columns.id, column).where(column.is_not(None), is_followed)
    following = {int(key): int(target) for key, target in connection.execute(query)}
    return {key for circle in cycles(following, lambda key: following.get(key, 0)) for key in circle}


def keys_of_the_repeated(connection: sa.Connection, kind: str) -> Sequence[int]:
    """The keys of a kind's records that something else of the kind has the name of."""
    found = layout(kind)
    told = [table(kind).c[found.column(field)] for field in IDENTITY.get(found.record, ("slug",))]
    columns = [column for column in told if not column.nullable]  # no two rows are told to be equal in what is missing
    repeated = sa.select(*columns).group_by(*columns).having(sa.func.count() > 1)
    query = sa.select(table(kind).c.id).where(sa.tuple_(*columns).in_(repeated))
    return connection.execute(query).scalars().all()


def keys_in_force_at_once(connection: sa.Connection) -> Sequence[int]:
    """The keys of resolutions in force of questions that have several such."""
    row = table("resolution").c
    in_force = row.superseded_reason == ""
    several = sa.select(row.question_id).where(in_force).group_by(row.question_id).having(sa.func.count() > 1)
    query = sa.select(row.id).where(in_force, row.question_id.in_(several))
    return connection.execute(query).scalars().all()
