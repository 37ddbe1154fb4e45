"""The status of questions on a day. Void by condition is derived, never written: reopening the condition undoes it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from forecasts.domain.kinds import QuestionStatus

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class QuestionFacts(Generic[K]):
    """What decides where a question stands. `outcome` is empty while it is open and where it is void."""

    resolves_on: date
    outcome: str = ""
    is_void: bool = False
    condition: K | None = None
    condition_outcome: str = ""


def question_statuses(facts: Mapping[K, QuestionFacts[K]], today: date) -> dict[K, QuestionStatus]:
    """Every question's status on `today`.

    One that was voided is void. Else it is untested while its condition resolved otherwise, is void or is itself
    untested, and open while its condition is open, whatever outcome was written about it. Conditions never form a
    cycle.
    """
    known: dict[K, QuestionStatus] = {}
    for key in facts:
        chain: list[K] = []
        step: K | None = key
        while step is not None and step not in known and step in facts:
            chain.append(step)
            step = facts[step].condition
        for member in reversed(chain):
            known[member] = _standing(facts[member], facts, known, today)
    return known


def condition_status(
    outcome_needed: str, question: QuestionFacts[K] | None, status: QuestionStatus | None
) -> QuestionStatus:
    """What a condition does to whatever hangs on it: RESOLVED when met, UNTESTED when it failed, else OPEN."""
    if question is None or status in (None, QuestionStatus.OPEN, QuestionStatus.DUE):
        return QuestionStatus.OPEN
    is_met = status is QuestionStatus.RESOLVED and question.outcome == outcome_needed
    return QuestionStatus.RESOLVED if is_met else QuestionStatus.UNTESTED


def _standing(
    question: QuestionFacts[K], facts: Mapping[K, QuestionFacts[K]], known: Mapping[K, QuestionStatus], today: date
) -> QuestionStatus:
    if question.condition is not None and not question.is_void:
        asked = facts.get(question.condition)
        condition = condition_status(question.condition_outcome, asked, known.get(question.condition))
        if condition is QuestionStatus.UNTESTED:
            return condition
        if condition is QuestionStatus.OPEN:
            return QuestionStatus.OPEN
    return own_status(
        is_void=question.is_void, is_resolved=bool(question.outcome), is_past=question.resolves_on < today
    )


def own_status(*, is_void: bool, is_resolved: bool, is_past: bool) -> QuestionStatus:
    """Where a question stands that hangs on no other, by itself."""
    if is_void:
        return QuestionStatus.VOID
    if is_resolved:
        return QuestionStatus.RESOLVED
    return QuestionStatus.DUE if is_past else QuestionStatus.OPEN
