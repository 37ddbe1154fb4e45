"""The status of questions, for a transaction that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecasts.db import schema
from forecasts.domain.formats import stored_outcome
from forecasts.domain.question_status import QuestionFacts, question_statuses

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from forecasts.domain.kinds import QuestionStatus


def read_statuses(
    connection: sa.Connection, today: date, among: Collection[int] | None = None
) -> dict[int, QuestionStatus]:
    """The status on `today` of every question, or of those with these keys and of what they hang on, by key."""
    if among is None:
        return question_statuses(_facts(connection, None), today)
    facts: dict[int, QuestionFacts[int]] = {}
    wanted = set(among)
    while wanted:
        facts |= _facts(connection, wanted)
        wanted = {fact.condition for fact in facts.values() if fact.condition is not None} - facts.keys()
    return question_statuses(facts, today)


def _facts(connection: sa.Connection, among: Collection[int] | None) -> dict[int, QuestionFacts[int]]:
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
    if among is not None:
        query = query.where(question.id.in_(among))
    return {
        key: QuestionFacts(
            resolves_on=resolves_on,
            outcome=stored_outcome(outcome, number, day),
            is_void=bool(void),
            condition=condition,
            condition_outcome=needed,
        )
        for key, resolves_on, outcome, number, day, void, condition, needed in connection.execute(query)
    }
