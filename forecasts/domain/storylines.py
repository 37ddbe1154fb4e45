"""The scenarios as a tree: its nodes, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forecasts.domain.kinds import QuestionKind, QuestionStatus
from forecasts.domain.number_line import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioNode:
    """A scenario with what hangs on it; an empty slug holds the questions that have none."""

    slug: str
    title: str
    questions: int
    due: int
    settled: int
    predictions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionNode:
    """A question with the marks of its first claims; `predictions` counts all of them."""

    slug: str
    title: str
    scenario_title: str
    kind: QuestionKind
    status: QuestionStatus
    resolves_on: date
    outcome: str
    predictions: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionNode:
    """A prediction: who said it when, in which words; `number` in short, for what has no place on a line."""

    slug: str
    question: str
    speakers: str
    article: str
    claim: str
    phrase: str
    claim_type: str
    made_on: str
    number: str
    status: QuestionStatus | None
    mark: Mark


Node = ScenarioNode | QuestionNode | PredictionNode
