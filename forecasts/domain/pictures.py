"""What a plot shows, as plain values: nothing here knows how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forecasts.domain.scorecards import ReliabilityDiagram


class PlotKind(StrEnum):
    """Which picture: how forecasts and outcomes agree, the scores side by side, or scores over time."""

    CALIBRATION = "calibration"
    SCORES = "scores"
    TIMELINE = "timeline"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPanel:
    """A source's reliability diagram over `n` scored forecasts of yes or no."""

    name: str
    n: int
    diagram: ReliabilityDiagram


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreBar:
    """A source's Brier score over `n` questions; `low` to `high` by sampling, `best` to `worst` by coding."""

    name: str
    n: int
    brier: float
    low: float | None = None
    high: float | None = None
    best: float | None = None
    worst: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanSoFar:
    """The mean of all scores known by a day, and its 95 % Student t interval, None below five."""

    day: date
    n: int
    mean: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePanel:
    """A source's Brier scores by the day from which each outcome could be known, and their mean so far."""

    name: str
    scores: tuple[tuple[date, float], ...]
    means: tuple[MeanSoFar, ...]


Panel = CalibrationPanel | ScoreBar | TimelinePanel


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture: its panels in order, what they are made of in a line, and the receipt of the record."""

    kind: PlotKind
    panels: tuple[Panel, ...]
    made_of: str
    receipt: str
