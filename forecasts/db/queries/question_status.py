"""The status of questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.db.queries.values import IN_FORCE
from forecasts.domain.question_status import QuestionFacts, own_status, question_statuses

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from forecasts.db.reader import SqlReader
    from forecasts.domain.kinds import QuestionStatus


def read_statuses(reader: SqlReader, today: date, among: Collection[int] | None = None) -> dict[int, QuestionStatus]:
    """The status on `today` of every question, or of those with these keys and of what they hang on, by key."""
    if among is None:
        return question_statuses(_facts(reader, today, "TRUE"))
    facts: dict[int, QuestionFacts[int]] = {}
    wanted = set(among)
    while wanted:
        where, listed = reader.among("q.id", sorted(wanted))
        facts |= _facts(reader, today, where, [listed])
        wanted = {fact.condition for fact in facts.values() if fact.condition is not None} - facts.keys()
    return question_statuses(facts)


def _facts(
    reader: SqlReader, today: date, where: str, parameters: Sequence[object] = ()
) -> dict[int, QuestionFacts[int]]:
    rows = reader.rows(
        "SELECT q.id, COALESCE(r.void <> '', FALSE), r.id IS NOT NULL, q.resolves_on < ?, r.outcome,"
        f" q.condition_question_id, q.condition_outcome FROM question q LEFT JOIN {IN_FORCE} WHERE {where}",
        [today.isoformat(), *parameters],
    )
    return {
        key: QuestionFacts(
            own_status(is_void=is_void, is_resolved=is_resolved, is_past=is_past), outcome or "", condition, needed
        )
        for key, is_void, is_resolved, is_past, outcome, condition, needed in rows
    }
