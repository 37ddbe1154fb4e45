"""Where questions stand, for a transaction that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecasts.db import schema
from forecasts.domain.standing import QuestionFacts, standings

if TYPE_CHECKING:
    from datetime import date

    from forecasts.domain.kinds import QuestionStatus


def read_statuses(connection: sa.Connection, today: date) -> dict[int, QuestionStatus]:
    """Every question's status on `today`, by key."""
    question, resolution = schema.QuestionRow, schema.ResolutionRow
    in_force = sa.and_(resolution.question_id == question.id, resolution.superseded_reason == "")
    query = sa.select(
        question.id,
        question.resolves_on,
        resolution.outcome,
        resolution.outcome_number,
        resolution.outcome_on,
        resolution.void,
        question.condition_question_id,
        question.condition_outcome,
    ).outerjoin(resolution, in_force)
    facts = {
        key: QuestionFacts(
            resolves_on=resolves_on,
            outcome=outcome_text(outcome, number, day),
            is_void=bool(void),
            condition=condition,
            condition_outcome=needed,
        )
        for key, resolves_on, outcome, number, day, void, condition, needed in connection.execute(query)
    }
    return standings(facts, today)


def outcome_text(outcome: str | None, number: float | None, day: date | None) -> str:
    """An outcome's columns as one text; empty where there is none."""
    if number is not None:
        return f"{number:g}"
    return day.isoformat() if day is not None else outcome or ""
