"""Predictions as rows of a list: those that are looked at."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db import schema
from forecasts.domain.formats import number_text, percent, stored_outcome
from forecasts.domain.views import PredictionRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasts.domain.kinds import QuestionStatus

_P, _Q, _A = schema.PredictionRow, schema.QuestionRow, schema.ArticleRow
_R, _S, _SPEAKER = schema.ResolutionRow, schema.SourceRow, schema.PredictionSpeakerRow

_MEDIAN = 0.5
_MADE = sa.func.coalesce(_P.made_last_on, _A.published_last_on)


def questions_of(connection: sa.Connection, keys: Sequence[int]) -> set[int]:
    """The questions that predictions are on."""
    query = sa.select(_P.question_id).where(_P.id.in_(keys), _P.question_id.is_not(None))
    return {key for key in connection.execute(query).scalars() if key is not None}


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
            _Q.unit,
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
    found = connection.execute(statement).mappings().all()
    numbers = _other_numbers(connection, {row["id"]: row["unit"] or "" for row in found if row["probability"] is None})
    rows = {row["id"]: _row(row, speakers[row["id"]], numbers.get(row["id"], ""), statuses) for row in found}
    return [rows[key] for key in keys]


def _row(row: Any, speakers: list[str], number: str, statuses: Mapping[int, QuestionStatus]) -> PredictionRow:
    first, last = row["made_first_on"], row["made_last_on"]
    void = row["void"] or ""
    outcome = f"void: {void}" if void else stored_outcome(row["outcome"], row["outcome_number"], row["outcome_on"])
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
        number=number if row["probability"] is None else percent(row["probability"]),
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


def _other_numbers(connection: sa.Connection, units: Mapping[int, str]) -> dict[int, str]:
    """The likeliest option, or the quantiles in short, of predictions that have such, by key; from their units."""
    option, quantile = schema.PredictionOptionRow, schema.PredictionQuantileRow
    if not units:
        return {}
    from forecasts.db.codecs_questions import as_value

    best: dict[int, tuple[float, str]] = {}
    for key, name, probability in connection.execute(
        sa.select(option.prediction_id, option.name, option.probability).where(option.prediction_id.in_(units))
    ):
        best[key] = max(best.get(key, (-1.0, "")), (probability, name))
    points: dict[int, dict[float, str]] = defaultdict(dict)
    for key, level, value, is_date in connection.execute(
        sa.select(quantile.prediction_id, quantile.level, quantile.value, quantile.is_date)
        .where(quantile.prediction_id.in_(units))
        .order_by(quantile.prediction_id, quantile.level)
    ):
        points[key][level] = str(as_value(value, is_date=True)) if is_date else number_text(value)
    numbers = {key: f"{percent(probability)} {name}" for key, (probability, name) in best.items()}
    return numbers | {key: _in_short(values, units[key]) for key, values in points.items()}


def _in_short(values: Mapping[float, str], unit: str) -> str:
    """About the median, or where none was given from the least to the greatest value, with the unit."""
    told = list(values.values())
    shown = f"≈ {values[_MEDIAN]}" if _MEDIAN in values else "–".join(dict.fromkeys((told[0], told[-1])))
    return f"{shown} {unit}".rstrip()
