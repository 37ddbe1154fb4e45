"""The articles as a list: keys for all that match, rows with their counts for those that are looked at."""

from __future__ import annotations

from array import array
from collections import defaultdict
from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecasts.db import schema
from forecasts.domain.claims import ArticleRow
from forecasts.domain.formats import stored_span
from forecasts.text import search_key

if TYPE_CHECKING:
    from collections.abc import Sequence

_A, _S = schema.ArticleRow, schema.SourceRow
_AUTHOR, _TEXT = schema.ArticleAuthorRow, schema.ArticleTextRow


def find_articles(connection: sa.Connection, words: str) -> array[int]:
    """The keys of the articles that have the words in their titles, outlets or authors, the newest first."""
    query = sa.select(_A.id).order_by(_A.published_last_on.desc(), _A.slug)
    if words:
        key = search_key(words)
        named = sa.select(_S.id).where(_S.search_key.contains(key, autoescape=True))
        query = query.where(
            sa.or_(
                _A.search_key.contains(key, autoescape=True),
                _A.outlet_id.in_(named),
                _A.id.in_(sa.select(_AUTHOR.article_id).where(_AUTHOR.source_id.in_(named))),
            )
        )
    return array("q", connection.execute(query).scalars())


def read_articles(connection: sa.Connection, keys: Sequence[int]) -> list[ArticleRow]:
    """The articles with these keys, in their order."""

    def count(row: type[schema.PredictionRow | schema.PassageRow]) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count()).where(row.article_id == _A.id).correlate(_A).scalar_subquery()

    has_text = sa.exists().where(_TEXT.article_id == _A.id).correlate(_A)
    query = (
        sa.select(
            *(_A.id, _A.slug, _A.title, _A.published_first_on, _A.published_last_on, _A.coverage),
            *(_S.name.label("outlet"), count(schema.PredictionRow).label("claims")),
            *(count(schema.PassageRow).label("passages"), has_text.label("has_text")),
        )
        .outerjoin(_S, _S.id == _A.outlet_id)
        .where(_A.id.in_(keys))
    )
    authors = _authors(connection, keys)
    rows = {
        row["id"]: ArticleRow(
            slug=row["slug"],
            title=row["title"],
            outlet=row["outlet"] or "",
            authors=", ".join(authors[row["id"]]),
            published_on=stored_span(row["published_first_on"], row["published_last_on"]),
            claims=row["claims"],
            passages=row["passages"],
            has_text=bool(row["has_text"]),
            coverage=row["coverage"],
        )
        for row in connection.execute(query).mappings()
    }
    return [rows[key] for key in keys]


def _authors(connection: sa.Connection, keys: Sequence[int]) -> dict[int, list[str]]:
    query = sa.select(_AUTHOR.article_id, _S.name).join(_S, _S.id == _AUTHOR.source_id)
    found: dict[int, list[str]] = defaultdict(list)
    for key, name in connection.execute(query.where(_AUTHOR.article_id.in_(keys)).order_by(_AUTHOR.position)):
        found[key].append(name)
    return found
