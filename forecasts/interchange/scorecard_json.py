"""Scorecards as JSON: the document of `scores --json`, with what is behind the figures added to each scorecard."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from forecasts.domain.fields import plain
from forecasts.domain.scorecards import Carried

if TYPE_CHECKING:
    from forecasts.domain.scorecards import CardClaim, Scorecard, ScorecardDocument

JSON_FILE = "scorecards.json"
_AS_THEY_ARE = frozenset({"int", "float", "str", "bool", "None"})
_BEHIND = ("reasons", "claims", "revisions", "objections", "hindsight_questions", "hindsight_predictions", "carried")


def document_object(document: ScorecardDocument, *, with_claims: bool = True) -> dict[str, Any]:
    """The document in JSON's terms: None for what is not there, numbers as numbers, dates as ISO 8601 text.

    Without claims it has exactly what `scores --json` prints: no receipt, and the filters that are empty left out.
    """
    more = {name: _value(getattr(document, name)) for name in ("unlisted", "pooled") if getattr(document, name)}
    if with_claims:
        more["receipt"] = document.receipt or None
    filters = {name: value or None for name, value in _object(document.filters).items()}
    if not with_claims:
        filters = {name: value for name, value in filters.items() if value is not None}
    return {
        "formula_version": document.formula_version,
        **filters,
        "ranked_by": document.ranked_by,
        **more,
        "scorecards": [_scorecard(card, with_claims=with_claims) for card in document.scorecards],
    }


def json_texts(document: ScorecardDocument) -> dict[str, str]:
    """The one JSON document, ASCII only; ValueError where a figure is not a finite number."""
    text = json.dumps(document_object(document), ensure_ascii=True, allow_nan=False, indent=1)
    return {JSON_FILE: text + "\n"}


def _scorecard(card: Scorecard, *, with_claims: bool) -> dict[str, Any]:
    if not with_claims:
        return _object(card, leave_out=_BEHIND)
    values = _object(card, leave_out=() if card.carried else ("carried",))
    return {**values, "claims": [_claim(claim) for claim in card.claims]}


def _claim(claim: CardClaim) -> dict[str, Any]:
    return {
        **_object(claim),
        "outcome": plain(claim.outcome) if claim.outcome != "" else None,
        "probabilities": {item.option: item.probability for item in claim.probabilities},
        "quantiles": {repr(item.level): plain(item.value) for item in claim.quantiles},
    }


def _object(record: object, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    kind: Any = type(record)
    names, values, others = _fields(kind, leave_out)
    found = dict(zip(names, values(record), strict=True))
    for name in others:
        found[name] = _value(found[name])
    return found


@cache
def _fields(
    kind: Any, leave_out: tuple[str, ...]
) -> tuple[tuple[str, ...], attrgetter[tuple[Any, ...]], tuple[str, ...]]:
    """The names of a record's fields (there are always several), what takes their values out of one, and which of them
    are not declared as what JSON has too.
    """
    kept = [field for field in dataclasses.fields(kind) if field.name not in leave_out]
    names = tuple(field.name for field in kept)
    others = tuple(field.name for field in kept if not _AS_THEY_ARE.issuperset(str(field.type).split(" | ")))
    return names, attrgetter(*names), others


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _value(item) for name, item in sorted(value.items())}
    if isinstance(value, tuple):
        return [_object(item) for item in value]
    if isinstance(value, Carried):
        return _object(value)
    return plain(value)
