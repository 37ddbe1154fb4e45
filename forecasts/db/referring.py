"""Every record that refers to another one, whatever the field that does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecasts.db import schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecasts.db.store import Store
    from forecasts.domain.records import Record

_Clause = sa.ColumnElement[bool]

_P, _Q, _A = schema.PredictionRow, schema.QuestionRow, schema.ArticleRow


def _speaking(key: int) -> _Clause:
    speaker, via = schema.PredictionSpeakerRow, schema.PredictionViaRow
    return sa.or_(
        _P.id.in_(sa.select(speaker.prediction_id).where(speaker.source_id == key)),
        _P.id.in_(sa.select(via.prediction_id).where(via.source_id == key)),
    )


def _carrying(key: int) -> _Clause:
    row = schema.ArticleAuthorRow
    return sa.or_(_A.outlet_id == key, _A.id.in_(sa.select(row.article_id).where(row.source_id == key)))


def _about(key: int) -> _Clause:
    row = schema.PredictionConditionRow
    return sa.or_(_P.question_id == key, _P.id.in_(sa.select(row.prediction_id).where(row.question_id == key)))


_REFERRING: dict[str, tuple[tuple[str, Callable[[int], _Clause]], ...]] = {
    "source": (
        ("source", lambda key: schema.SourceRow.member_of_id == key),
        ("source_redirect", lambda key: schema.SourceRedirectRow.source_id == key),
        ("article", _carrying),
        ("prediction", _speaking),
    ),
    "article": (
        ("prediction", lambda key: _P.article_id == key),
        ("passage", lambda key: schema.PassageRow.article_id == key),
        ("article_text", lambda key: schema.ArticleTextRow.article_id == key),
    ),
    "scenario": (("question", lambda key: _Q.scenario_id == key),),
    "question": (
        ("question", lambda key: sa.or_(_Q.variant_of_id == key, _Q.condition_question_id == key)),
        ("prediction", _about),
        ("resolution", lambda key: schema.ResolutionRow.question_id == key),
        ("criteria_revision", lambda key: schema.CriteriaRevisionRow.question_id == key),
        ("objection", lambda key: schema.ObjectionRow.question_id == key),
        ("reminder", lambda key: schema.ReminderRow.question_id == key),
    ),
    "prediction": (
        ("prediction", lambda key: sa.or_(_P.restates_id == key, _P.supersedes_id == key)),
        ("reading", lambda key: schema.ReadingRow.prediction_id == key),
        ("objection", lambda key: schema.ObjectionRow.prediction_id == key),
    ),
    "standard": (
        ("phrase", lambda key: schema.PhraseRow.standard_id == key),
        ("prediction", lambda key: _P.standard_id == key),
    ),
}


def referring(store: Store, kind: str, slug: str) -> list[Record]:
    """The records that refer to one, by kind. KeyError where there is no such record."""
    if kind not in _REFERRING:
        return []
    key = store.names.key(kind, slug)
    return [record for other, where in _REFERRING[kind] for record in store.matching(other, where(key))]


def has_predictions(store: Store, question: str) -> bool:
    """Whether anything was predicted on a question."""
    key = store.names.key("question", question)
    return store.connection.execute(sa.select(_P.id).where(_P.question_id == key).limit(1)).first() is not None
