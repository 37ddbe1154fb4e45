"""Autocomplete: records that match every typed word, the best match first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db import schema
from forecasts.domain.claims import Asked, Pick
from forecasts.domain.kinds import QuestionKind
from forecasts.text import search_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_S, _Q, _P = schema.SourceRow, schema.QuestionRow, schema.PredictionRow
_O = schema.QuestionOptionRow
_SPEAKER = schema.PredictionSpeakerRow


def suggest_sources(connection: sa.Connection, words: str, article: str, limit: int) -> list[Pick]:
    """Sources that have the words, first those that the article is by or quotes."""
    at_hand = (
        sa.select(_SPEAKER.source_id)
        .join(_P, _P.id == _SPEAKER.prediction_id)
        .join(schema.ArticleRow, schema.ArticleRow.id == _P.article_id)
        .where(schema.ArticleRow.slug == article)
        .union(
            sa.select(schema.ArticleAuthorRow.source_id)
            .join(schema.ArticleRow, schema.ArticleRow.id == schema.ArticleAuthorRow.article_id)
            .where(schema.ArticleRow.slug == article)
        )
    )
    query = sa.select(_S.slug, _S.name, _S.kind).where(*_has_words(_S.search_key, words))
    order = _order(_S.id.in_(at_hand), _S.search_key, words)
    return [Pick(slug, name, kind) for slug, name, kind in connection.execute(query.order_by(*order).limit(limit))]


def suggest_questions(connection: sa.Connection, words: str, article: str, limit: int) -> list[Pick]:
    """Questions that have the words, first those that the article speaks of; other readings of one last."""
    at_hand = (
        sa.select(_P.question_id)
        .join(schema.ArticleRow, schema.ArticleRow.id == _P.article_id)
        .where(schema.ArticleRow.slug == article, _P.question_id.is_not(None))
    )
    query = sa.select(_Q.id, _Q.slug, _Q.title, _Q.resolves_on, _Q.kind, _Q.unit).where(
        *_has_words(_Q.search_key, words)
    )
    order = _order(_Q.id.in_(at_hand), _Q.search_key, words, sa.case((_Q.variant_of_id.is_(None), 0), else_=1))
    rows = connection.execute(query.order_by(*order).limit(limit)).all()
    options = _options(connection, [row.id for row in rows])
    return [
        Pick(row.slug, row.title, f"by {row.resolves_on}", Asked(QuestionKind(row.kind), options[row.id], row.unit))
        for row in rows
    ]


def _options(connection: sa.Connection, questions: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """The options of each of the questions, in their order."""
    found: dict[int, tuple[str, ...]] = dict.fromkeys(questions, ())
    query = (
        sa.select(_O.question_id, _O.name).where(_O.question_id.in_(questions)).order_by(_O.question_id, _O.position)
    )
    for question, name in connection.execute(query):
        found[question] += (name,)
    return found


def _has_words(column: Any, words: str) -> Sequence[sa.ColumnElement[bool]]:
    return [column.contains(word, autoescape=True) for word in search_key(words).split()]


def _order(at_hand: sa.ColumnElement[bool], column: Any, words: str, *others: Any) -> tuple[Any, ...]:
    key = search_key(words).strip()
    begins, together = column.startswith(key, autoescape=True), column.contains(key, autoescape=True)
    near = sa.case((begins, 0), (together, 1), else_=2)
    return (sa.case((at_hand, 0), else_=1), near, *others, column)
