"""Records that only together could break a rule, found by queries: nobody needs to hold them all to look.

What is found is held against the rules afterwards, so that a record too many does no harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecasts.db.schema import ResolutionRow
from forecasts.db.store import CODECS
from forecasts.domain.references import cycles

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOLD_APART_BY = {
    "pack": ("name",),
    "phrase": ("standard_id", "term"),
    "criteria_revision": ("question_id", "replaced_on", "criteria"),
    "passage": ("article_id", "paragraph", "phrase"),
    "resolution": ("question_id", "resolved_at"),
    "reading": ("prediction_id", "analyst"),
    "objection": ("by", "made_on", "text"),
}


def keys_in_circles(connection: sa.Connection, kind: str, field: str) -> set[int]:
    """The keys of a kind's records whose chain by a field leads back to them."""
    table = CODECS[kind].columns
    column = table.c[f"{field}_id" if f"{field}_id" in table.c else f"{field}_question_id"]
    other = table.alias()
    is_followed = sa.exists().where(other.c[column.name] == table.c.id)
    query = sa.select(table.c.id, column).where(column.is_not(None), is_followed)
    following = {int(key): int(target) for key, target in connection.execute(query)}
    return {key for circle in cycles(following, lambda key: following.get(key, 0)) for key in circle}


def keys_of_the_repeated(connection: sa.Connection, kind: str) -> Sequence[int]:
    """The keys of a kind's records that something else of the kind has the name of."""
    table = CODECS[kind].columns
    columns = [table.c[name] for name in _TOLD_APART_BY.get(kind, ("slug",))]
    repeated = sa.select(*columns).group_by(*columns).having(sa.func.count() > 1)
    query = sa.select(table.c.id).where(sa.tuple_(*columns).in_(repeated))
    return connection.execute(query).scalars().all()


def keys_in_force_at_once(connection: sa.Connection) -> Sequence[int]:
    """The keys of resolutions in force of questions that have several such."""
    row = ResolutionRow
    in_force = row.superseded_reason == ""
    several = sa.select(row.question_id).where(in_force).group_by(row.question_id).having(sa.func.count() > 1)
    query = sa.select(row.id).where(in_force, row.question_id.in_(several))
    return connection.execute(query).scalars().all()
