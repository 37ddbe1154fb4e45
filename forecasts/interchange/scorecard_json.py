"""Scorecards as JSON: the document of `scores --json`, with what is behind the figures added to each scorecard."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from forecasts.domain.fields import plain

if TYPE_CHECKING:
    from forecasts.domain.scorecards import CardClaim, Scorecard, ScorecardDocument

JSON_FILE = "scorecards.json"
_BEHIND = ("reasons", "claims", "revisions", "objections", "hindsight_questions", "hindsight_predictions")


def document_object(document: ScorecardDocument, *, with_claims: bool = True) -> dict[str, Any]:
    """The document in JSON's terms: None for what is not there, numbers as numbers, dates as ISO 8601 text.

    Without claims it has exactly what `scores --json` prints, and the filters that are empty left out.
    """
    filters = {name: value or None for name, value in _object(document.filters).items()}
    if not with_claims:
        filters = {name: value for name, value in filters.items() if value is not None}
    return {
        "formula_version": document.formula_version,
        **filters,
        "ranked_by": document.ranked_by,
        "scorecards": [_scorecard(card, with_claims=with_claims) for card in document.scorecards],
    }


def json_texts(document: ScorecardDocument) -> dict[str, str]:
    """The one JSON document, ASCII only; ValueError where a figure is not a finite number."""
    text = json.dumps(document_object(document), ensure_ascii=True, allow_nan=False, indent=1)
    return {JSON_FILE: text + "\n"}


def _scorecard(card: Scorecard, *, with_claims: bool) -> dict[str, Any]:
    values = _object(card)
    if not with_claims:
        return {name: value for name, value in values.items() if name not in _BEHIND}
    return {**values, "claims": [_claim(claim) for claim in card.claims]}


def _claim(claim: CardClaim) -> dict[str, Any]:
    return {
        **_object(claim),
        "outcome": plain(claim.outcome) if claim.outcome != "" else None,
        "probabilities": {item.option: item.probability for item in claim.probabilities},
        "quantiles": {repr(item.level): plain(item.value) for item in claim.quantiles},
    }


def _object(record: Any) -> dict[str, Any]:
    values = ((field.name, getattr(record, field.name)) for field in dataclasses.fields(record))
    return {name: _value(value) for name, value in values}


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _value(item) for name, item in sorted(value.items())}
    if isinstance(value, tuple):
        return [_object(item) for item in value]
    return plain(value)
