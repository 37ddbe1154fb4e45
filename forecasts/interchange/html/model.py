"""What the pages are made of: the scorecards, and what stands behind their claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forecasts.domain.records import Article, Pack, Question, Resolution
from forecasts.domain.scorecards import ReliabilityPoint, ScorecardDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Everything that the pages print. Questions, resolutions in force and articles are by slug."""

    document: ScorecardDocument
    pack: Pack
    questions: Mapping[str, Question] = field(default_factory=dict)
    resolutions: Mapping[str, Resolution] = field(default_factory=dict)
    articles: Mapping[str, Article] = field(default_factory=dict)
    source_names: Mapping[str, str] = field(default_factory=dict)
    curves: Mapping[str, tuple[ReliabilityPoint, ...]] = field(default_factory=dict)
