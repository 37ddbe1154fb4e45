"""What the first screen, `status` and `list` show. The program starts with these: importing them imports no records."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, NamedTuple, TypeVar

from forecasts.domain.kinds import QuestionKind, QuestionStatus


class LedgerStatus(NamedTuple):
    """Which database this is, whether its schema is the newest, how much is in it and how many questions are due."""

    database: str
    backend: str
    revision: str
    newest: bool
    due: int
    counts: Mapping[str, int]
    settings: Mapping[str, str]


class ListFilters(NamedTuple):
    """What a list is narrowed to; empty means everything. `text` is found anywhere in a record's words, by fold."""

    scenario: str = ""
    source: str = ""
    question: str = ""
    status: QuestionStatus | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """A question in a list. `outcome` is empty while it is open, and the void reason when it is void."""

    slug: str
    title: str
    scenario: str
    scenario_title: str
    kind: QuestionKind
    status: QuestionStatus
    closes_on: date
    resolves_on: date
    remind_on: date | None
    predictions: int
    outcome: str
    known_on: str
    resolved_at: datetime | None
    version: int


class DuePage(NamedTuple):
    """The home screen: questions past their deadline (oldest first), soon due, put aside, newly resolved."""

    due: tuple[QuestionRow, ...]
    soon: tuple[QuestionRow, ...]
    put_aside: tuple[QuestionRow, ...]
    resolved: tuple[QuestionRow, ...]
    counts: Mapping[str, int]


K = TypeVar("K", bound=Hashable)


class QuestionFacts(NamedTuple, Generic[K]):
    """What decides the status of a question: its own, and what it depends on. `outcome` is its own as text."""

    own: QuestionStatus
    outcome: str = ""
    condition: K | None = None
    condition_outcome: str = ""


def own_status(*, is_void: bool, is_resolved: bool, is_past: bool) -> QuestionStatus:
    """The status of a question whatever it depends on."""
    if is_void:
        return QuestionStatus.VOID
    if is_resolved:
        return QuestionStatus.RESOLVED
    return QuestionStatus.DUE if is_past else QuestionStatus.OPEN


WAITING = frozenset({QuestionStatus.DUE, QuestionStatus.OPEN})
"""The statuses of questions that wait to be resolved."""


def statuses_meant(wanted: QuestionStatus) -> frozenset[QuestionStatus]:
    """The statuses of the questions that a list narrowed to one of them holds: what is due is open too."""
    return frozenset({wanted, QuestionStatus.DUE} if wanted is QuestionStatus.OPEN else {wanted})


def question_statuses(facts: Mapping[K, QuestionFacts[K]]) -> dict[K, QuestionStatus]:
    """The status of every question.

    One that was voided is void. Else it is untested while its condition resolved otherwise, is void or is itself
    untested, and open while its condition is open, whatever outcome was written about it. Conditions never form a
    cycle.
    """
    known = {key: fact.own for key, fact in facts.items() if fact.condition is None}
    for key in facts:
        chain: list[K] = []
        step: K | None = key
        while step is not None and step not in known and step in facts:
            chain.append(step)
            step = facts[step].condition
        for member in reversed(chain):
            known[member] = _conditional_status(facts[member], facts, known)
    return known


def _conditional_status(
    question: QuestionFacts[K], facts: Mapping[K, QuestionFacts[K]], known: Mapping[K, QuestionStatus]
) -> QuestionStatus:
    if question.condition is None or question.own is QuestionStatus.VOID:
        return question.own
    condition, status = facts.get(question.condition), known.get(question.condition)
    if condition is None or status in (None, QuestionStatus.OPEN, QuestionStatus.DUE):
        return QuestionStatus.OPEN
    is_met = status is QuestionStatus.RESOLVED and condition.outcome == question.condition_outcome
    return question.own if is_met else QuestionStatus.UNTESTED
