"""Predictions that were made when their question was closed: kept, never scored, and told to whoever checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecasts.db.schema import ArticleRow, PredictionRow, QuestionRow

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Late:
    """A prediction, the last day on which it can have been made, and when its question closed to predictions."""

    slug: str
    made_on: date
    question: str
    closed_on: date


def late_predictions(connection: sa.Connection) -> Iterator[Late]:
    """Every prediction made after its question closed, by slug; one without a day of its own has its article's."""
    made = sa.func.coalesce(
        PredictionRow.made_last_on, ArticleRow.published_last_on, type_=ArticleRow.published_last_on.type
    )
    closed = sa.func.coalesce(QuestionRow.closes_on, QuestionRow.resolves_on, type_=QuestionRow.resolves_on.type)
    query = (
        sa.select(PredictionRow.slug, made, QuestionRow.slug, closed)
        .join(QuestionRow, PredictionRow.question_id == QuestionRow.id)
        .join(ArticleRow, PredictionRow.article_id == ArticleRow.id)
        .where(made > closed)
        .order_by(PredictionRow.slug)
    )
    for slug, made_on, question, closed_on in connection.execute(query):
        yield Late(slug, made_on, question, closed_on)
