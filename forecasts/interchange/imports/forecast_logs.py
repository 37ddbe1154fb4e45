"""What the logs of forecasting platforms have in common: forecasters who state probabilities, one after another."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from forecasts.domain import limits
from forecasts.domain.records import Prediction, Question, Resolution, Source
from forecasts.interchange.imports.building import Building, digest, joined_slug, log_article


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedForecast:
    """One forecast of one source on one question, as the platform recorded it.

    `key` tells it from every other of the platform; `number` has the fields of a prediction that carry it.
    """

    key: str
    source: Source
    question: Question
    at: datetime
    number: Mapping[str, Any]
    shown: str
    note: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    where: str


def cut(text: str, limit: int = limits.NAME) -> str:
    """The text on one line, at most so long."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def add_source(building: Building, slug: str, name: str, where: str, *, kind: str = "person") -> Source | None:
    """The source of that slug, made where it is missing."""
    found = building.get("source", slug)
    if isinstance(found, Source):
        return found
    return building.add(Source, {"slug": slug, "name": cut(name) or slug, "kind": kind}, where)


def add_forecasts(building: Building, platform: str, forecasts: list[StatedForecast]) -> None:
    """Add the forecasts; each of a source on a question supersedes the one before it.

    The same forecast twice is taken once, with its reason.
    """
    chains: dict[tuple[str, str], list[StatedForecast]] = defaultdict(list)
    seen: set[str] = set()
    for forecast in forecasts:
        if forecast.key in seen:
            building.skips.add("forecast", "the same forecast again", forecast.where)
            continue
        seen.add(forecast.key)
        chains[forecast.source.slug, forecast.question.slug].append(forecast)
    for chain in chains.values():
        chain.sort(key=lambda forecast: forecast.at)
        earlier = ""
        for forecast in chain:
            earlier = _add(building, platform, forecast, earlier)


def _add(building: Building, platform: str, forecast: StatedForecast, earlier: str) -> str:
    day = forecast.at.date()
    key = digest(platform, forecast.key)
    slug = joined_slug(forecast.source.slug, day.isoformat(), key=key)
    article = log_article(building, platform=platform, source=forecast.source, day=day, where=forecast.where)
    values = {
        "slug": slug,
        "question": forecast.question.slug,
        "speakers": [forecast.source.slug],
        "article": article,
        "made_on": day,
        "made_at": forecast.at,
        "claim": f"{forecast.shown}: {forecast.question.title}",
        "fit": "exact",
        "basis": "stated",
        "supersedes": earlier,
        "note": forecast.note,
        **forecast.number,
        **forecast.extra,
    }
    return slug if building.add(Prediction, values, forecast.where) else earlier


def add_resolution(
    building: Building,
    question: Question,
    *,
    at: datetime,
    by: str,
    note: str,
    where: str,
    outcome: Any = None,
    void: str | None = None,
    evidence: list[dict[str, Any]] | None = None,
) -> None:
    """Add what the platform resolved, knowable on the day on which it did; of medium certainty, as nobody here looked.

    A platform cannot have known before the question opened, so that such a day is told as wrong by the usual checks.
    """
    values = {
        "question": question.slug,
        "outcome": outcome,
        "void": void,
        "certainty": "medium",
        "known_on": at.date() if void is None else None,
        "resolved_at": at,
        "analyst": by,
        "note": note,
        "evidence": evidence or [],
    }
    building.add(Resolution, values, where)
