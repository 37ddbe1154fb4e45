"""The predictions of a query, in order: keys for all of them, rows for those that are looked at."""

from __future__ import annotations

from array import array
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db import schema
from forecasts.db.standing import outcome_text, read_statuses
from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.views import PredictionQuery, PredictionRow
from forecasts.text import search_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

_P, _Q, _A = schema.PredictionRow, schema.QuestionRow, schema.ArticleRow
_R, _S, _SPEAKER = schema.ResolutionRow, schema.SourceRow, schema.PredictionSpeakerRow

_MADE = sa.func.coalesce(_P.made_last_on, _A.published_last_on)
_FIRST_SPEAKER = (
    sa.select(_S.name)
    .join(_SPEAKER, _SPEAKER.source_id == _S.id)
    .where(_SPEAKER.prediction_id == _P.id)
    .order_by(_SPEAKER.position)
    .limit(1)
    .correlate(_P)
    .scalar_subquery()
)

SORTS: dict[str, Any] = {
    "made_on": _MADE,
    "speakers": _FIRST_SPEAKER,
    "claim": _P.search_key,
    "question": _Q.slug,
    "question_title": _Q.search_key,
    "article": _A.slug,
    "claim_type": _P.claim_type,
    "phrase": _P.phrase,
    "probability": _P.probability,
    "slug": _P.slug,
    "scenario": schema.ScenarioRow.slug,
    "outcome": _R.outcome,
}
"""What a list of predictions can be sorted by."""


def read_keys(connection: sa.Connection, query: PredictionQuery, today: date) -> array[int]:
    """The keys of every prediction that matches, in order; those without a value come last."""
    in_force = sa.and_(_R.question_id == _Q.id, _R.superseded_reason == "")
    statement = (
        sa.select(_P.id)
        .join(_A, _A.id == _P.article_id)
        .outerjoin(_Q, _Q.id == _P.question_id)
        .outerjoin(_R, in_force)
        .outerjoin(schema.ScenarioRow, schema.ScenarioRow.id == _Q.scenario_id)
    )
    for clause in _clauses(connection, query, today):
        statement = statement.where(clause)
    column = SORTS[query.sort]
    order = column.desc() if query.descending else column.asc()
    found = connection.execute(statement.order_by(order.nulls_last(), _P.slug)).scalars()
    return array("q", found)


def _clauses(connection: sa.Connection, query: PredictionQuery, today: date) -> list[sa.ColumnElement[bool]]:
    clauses: list[sa.ColumnElement[bool]] = []
    if query.source:
        spoken = sa.select(_SPEAKER.prediction_id).join(_S, _S.id == _SPEAKER.source_id)
        clauses.append(_P.id.in_(spoken.where(_S.slug == query.source)))
    if query.scenario:
        clauses.append(schema.ScenarioRow.slug == query.scenario)
    if query.question:
        clauses.append(_Q.slug == query.question)
    if query.text:
        key = search_key(query.text)
        named = sa.select(_SPEAKER.prediction_id).join(_S, _S.id == _SPEAKER.source_id)
        clauses.append(
            sa.or_(
                _P.search_key.contains(key, autoescape=True),
                _Q.search_key.contains(key, autoescape=True),
                _P.id.in_(named.where(_S.search_key.contains(key, autoescape=True))),
            )
        )
    if query.status is not None:
        statuses = read_statuses(connection, today)
        wanted = {query.status, QuestionStatus.DUE} if query.status is QuestionStatus.OPEN else {query.status}
        clauses.append(_among([key for key, status in statuses.items() if status in wanted], connection))
    return clauses


def _among(keys: Sequence[int], connection: sa.Connection) -> sa.ColumnElement[bool]:
    # one parameter for any number of keys: SQLite and PostgreSQL limit how many a statement may have
    if connection.dialect.name == "sqlite":
        listed = sa.func.json_each(f"[{','.join(map(str, keys))}]").table_valued("value")
        return _P.question_id.in_(sa.select(listed.c.value))
    return _P.question_id == sa.func.any(sa.literal(list(keys), sa.ARRAY(sa.Integer())))


def read_rows(
    connection: sa.Connection, keys: Sequence[int], statuses: Mapping[int, QuestionStatus]
) -> list[PredictionRow]:
    """The predictions with these keys as list rows, in the order of the keys."""
    in_force = sa.and_(_R.question_id == _Q.id, _R.superseded_reason == "")
    statement = (
        sa.select(
            _P.id,
            _P.slug,
            _P.question_id,
            _P.claim,
            _P.claim_type,
            _P.phrase,
            _P.probability,
            _P.low,
            _P.high,
            _P.unscorable,
            _A.slug.label("article"),
            sa.func.coalesce(_P.made_first_on, _A.published_first_on).label("made_first_on"),
            _MADE.label("made_last_on"),
            _Q.slug.label("question"),
            _Q.title.label("question_title"),
            _Q.kind,
            schema.ScenarioRow.slug.label("scenario"),
            _R.outcome,
            _R.outcome_number,
            _R.outcome_on,
            _R.void,
        )
        .join(_A, _A.id == _P.article_id)
        .outerjoin(_Q, _Q.id == _P.question_id)
        .outerjoin(_R, in_force)
        .outerjoin(schema.ScenarioRow, schema.ScenarioRow.id == _Q.scenario_id)
        .where(_P.id.in_(keys))
    )
    speakers = _speakers(connection, keys)
    numbers = _other_numbers(connection, keys)
    rows = {
        row["id"]: _row(row, speakers[row["id"]], numbers.get(row["id"], ""), statuses)
        for row in connection.execute(statement).mappings()
    }
    return [rows[key] for key in keys]


def _row(row: Any, speakers: list[str], number: str, statuses: Mapping[int, QuestionStatus]) -> PredictionRow:
    first, last = row["made_first_on"], row["made_last_on"]
    void = row["void"] or ""
    outcome = f"void: {void}" if void else outcome_text(row["outcome"], row["outcome_number"], row["outcome_on"])
    return PredictionRow(
        slug=row["slug"],
        speakers=", ".join(speakers),
        article=row["article"],
        question=row["question"] or "",
        question_title=row["question_title"] or "",
        scenario=row["scenario"] or "",
        claim=row["claim"],
        claim_type=row["claim_type"],
        phrase=row["phrase"],
        made_on=f"{first}" if first == last else f"{first}/{last}",
        probability=row["probability"],
        low=row["low"],
        high=row["high"],
        number=number if row["probability"] is None else f"{row['probability']:.0%}",
        status=statuses.get(row["question_id"]) if row["question_id"] is not None else None,
        outcome=outcome,
        unscorable=row["unscorable"],
    )


def _speakers(connection: sa.Connection, keys: Sequence[int]) -> dict[int, list[str]]:
    query = sa.select(_SPEAKER.prediction_id, _S.name).join(_S, _S.id == _SPEAKER.source_id)
    query = query.where(_SPEAKER.prediction_id.in_(keys)).order_by(_SPEAKER.prediction_id, _SPEAKER.position)
    found: dict[int, list[str]] = defaultdict(list)
    for key, name in connection.execute(query):
        found[key].append(name)
    return found


def _other_numbers(connection: sa.Connection, keys: Sequence[int]) -> dict[int, str]:
    """The likeliest option, or the middle quantile, of predictions that have such."""
    option, quantile = schema.PredictionOptionRow, schema.PredictionQuantileRow
    best: dict[int, tuple[float, str]] = {}
    for key, name, probability in connection.execute(
        sa.select(option.prediction_id, option.name, option.probability).where(option.prediction_id.in_(keys))
    ):
        best[key] = max(best.get(key, (-1.0, "")), (probability, name))
    numbers = {key: f"{probability:.0%} {name}" for key, (probability, name) in best.items()}
    middle: dict[int, tuple[float, str]] = {}
    for key, level, value, is_date in connection.execute(
        sa.select(quantile.prediction_id, quantile.level, quantile.value, quantile.is_date).where(
            quantile.prediction_id.in_(keys)
        )
    ):
        from forecasts.db.codecs_questions import as_value

        shown = str(as_value(value, is_date=is_date)) if is_date else f"{value:g}"
        middle[key] = min(middle.get(key, (2.0, "")), (abs(level - 0.5), shown))
    return numbers | {key: f"≈ {shown}" for key, (_, shown) in middle.items()}
