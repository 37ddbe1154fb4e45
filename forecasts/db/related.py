"""What belongs to a record: the records of other kinds that refer to it."""

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


def _spoken_by(key: int) -> _Clause:
    row = schema.PredictionSpeakerRow
    return _P.id.in_(sa.select(row.prediction_id).where(row.source_id == key))


def _carried_by(key: int) -> _Clause:
    row = schema.ArticleAuthorRow
    return sa.or_(_A.outlet_id == key, _A.id.in_(sa.select(row.article_id).where(row.source_id == key)))


_RELATED: dict[str, dict[str, tuple[str, Callable[[int], _Clause]]]] = {
    "source": {"predictions": ("prediction", _spoken_by), "articles": ("article", _carried_by)},
    "article": {
        "predictions": ("prediction", lambda key: _P.article_id == key),
        "passages": ("passage", lambda key: schema.PassageRow.article_id == key),
    },
    "scenario": {"questions": ("question", lambda key: _Q.scenario_id == key)},
    "question": {
        "predictions": ("prediction", lambda key: _P.question_id == key),
        "resolutions": ("resolution", lambda key: schema.ResolutionRow.question_id == key),
        "criteria_revisions": ("criteria_revision", lambda key: schema.CriteriaRevisionRow.question_id == key),
        "variants": ("question", lambda key: _Q.variant_of_id == key),
        "dependents": ("question", lambda key: _Q.condition_question_id == key),
        "objections": ("objection", lambda key: schema.ObjectionRow.question_id == key),
    },
    "prediction": {
        "readings": ("reading", lambda key: schema.ReadingRow.prediction_id == key),
        "objections": ("objection", lambda key: schema.ObjectionRow.prediction_id == key),
    },
    "standard": {"phrases": ("phrase", lambda key: schema.PhraseRow.standard_id == key)},
}


def related(store: Store, kind: str, slug: str) -> dict[str, list[Record]]:
    """What refers to a record, by what it is to it. KeyError where there is no such record."""
    key = store.names.key(kind, slug)
    return {name: store.matching(other, where(key)) for name, (other, where) in _RELATED[kind].items()}


def resolutions_of(store: Store, question: str) -> list[Record]:
    """A question's resolutions, oldest first."""
    key = store.names.key("question", question)
    return store.matching("resolution", schema.ResolutionRow.question_id == key)
