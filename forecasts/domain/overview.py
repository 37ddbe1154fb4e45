"""What the first screen, `status` and `list` show. The program starts with these: importing them imports no records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from forecasts.domain.kinds import QuestionKind, QuestionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerStatus:
    """Which database this is, whether its schema is the newest, how much is in it and how many questions are due."""

    database: str
    backend: str
    revision: str
    newest: bool
    due: int
    counts: Mapping[str, int]
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilters:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePage:
    """The home screen: questions past their deadline (oldest first), due within 30 days, and newly resolved."""

    due: tuple[QuestionRow, ...]
    soon: tuple[QuestionRow, ...]
    put_aside: int
    resolved: tuple[QuestionRow, ...]
    counts: Mapping[str, int]
