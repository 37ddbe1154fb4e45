"""What a scoreboard and a scorecard show beside their figures: trends, the diagram, storylines, head to head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forecasts.domain.scorecards import ReliabilityDiagram, Scorecard, ScorecardDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """A scoreboard, and by source its Brier scores in the order in which the outcomes became known."""

    document: ScorecardDocument
    trends: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadToHead:
    """A source against another on the `n` questions on which both are scored.

    `own` and `other` are their mean Brier scores there; `difference` is own less other, so below 0 the source did
    better, `low` and `high` its 95 % Student t interval, None below five questions.
    """

    source: str
    name: str
    n: int
    own: float
    other: float
    difference: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Storylines:
    """The 95 % bootstrap over scenarios of the mean Brier score; None where there are fewer than five of them."""

    count: int = 0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPage:
    """A source's scorecard with every claim, and what can be drawn of it; no card where no claim counts for it."""

    card: Scorecard | None
    diagram: ReliabilityDiagram = field(default_factory=ReliabilityDiagram)
    storylines: Storylines = field(default_factory=Storylines)
    rivals: tuple[HeadToHead, ...] = ()
