"""Scorecards as JSON: the document of `scores --json`, with what is behind the figures added to each scorecard."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from forecasts.domain.card_claims import CardClaim
from forecasts.domain.glossary import HINDSIGHT
from forecasts.domain.scorecards import Carried

if TYPE_CHECKING:
    from forecasts.domain.dates import Span
    from forecasts.domain.scorecards import Scorecard, ScorecardDocument

JSON_FILE = "scorecards.json"
_AS_THEY_ARE = frozenset({"int", "float", "str", "bool", "None"})
_encode = json.JSONEncoder(ensure_ascii=True, allow_nan=False).encode
_CLAIM_FIELDS = tuple(field.name for field in dataclasses.fields(CardClaim))
_claim_values = attrgetter(*_CLAIM_FIELDS)
BEHIND = (
    *("reasons", "claims", "read_as", "revisions", "objections", *HINDSIGHT, "proposed", "incoherent", "carried"),
    *("overconfidence_p", "overconfidence_p_lenient", "overconfidence_p_lenient_by_scenario"),
)
"""What stands on cards, and not in a scoreboard of many thousand sources."""


def document_object(document: ScorecardDocument, *, with_claims: bool = True) -> dict[str, Any]:
    """The document in JSON's terms: None for what is not there, numbers as numbers, dates as ISO 8601 text.

    Without claims it has exactly what `scores --json` prints: no receipt, and the filters that are empty left out.
    """
    more = {
        name: _json_value(getattr(document, name))
        for name in ("unlisted", "pooled", "read_as")
        if getattr(document, name)
    }
    if with_claims:
        more["receipt"] = document.receipt or None
    filters = {name: value or None for name, value in _json_object(document.filters).items()}
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
    """The one JSON document, ASCII only, a claim a line; ValueError where a figure is not a finite number."""
    head = document_object(replace(document, scorecards=()))
    parts = [f' "{name}": {_encode(value)},\n' for name, value in head.items() if name != "scorecards"]
    cards = ",\n".join(map(_card_text, document.scorecards))
    return {JSON_FILE: f'{{\n{"".join(parts)} "scorecards": [\n{cards}\n ]\n}}\n'}


def _card_text(card: Scorecard) -> str:
    values = _scorecard(replace(card, claims=()), with_claims=True)
    fields = ",\n".join(f'   "{name}": {_encode(value)}' for name, value in values.items() if name != "claims")
    claims = ",\n".join(f"    {_encode(_claim_object(claim))}" for claim in card.claims)
    return f'  {{\n{fields},\n   "claims": [\n{claims}\n   ]\n  }}'


def _scorecard(card: Scorecard, *, with_claims: bool) -> dict[str, Any]:
    if not with_claims:
        return _json_object(card, leave_out=BEHIND)
    values = _json_object(card, leave_out=() if card.carried else ("carried",))
    return {**values, "claims": [_claim_object(claim) for claim in card.claims]}


def _claim_object(claim: CardClaim) -> dict[str, Any]:
    values = dict(zip(_CLAIM_FIELDS, _claim_values(claim), strict=True))
    return {
        **values,  # words of a vocabulary are texts already
        "made_on": _span_text(claim.made_on),
        "probabilities": {item.option: item.probability for item in claim.probabilities},
        "quantiles": {repr(item.level): _json_value(item.value) for item in claim.quantiles},
        "outcome": _json_value(claim.outcome) if claim.outcome != "" else None,
        "known_on": _span_text(claim.known_on),
        "evidence": _json_value(claim.evidence),
        "condition": _json_value(claim.condition),
    }


@lru_cache(maxsize=4096)
def _span_text(span: Span | None) -> str | None:
    return None if span is None else str(span)


def _json_object(record: object, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    kind: Any = type(record)
    names, values, others = _fields(kind, leave_out)
    found = dict(zip(names, values(record), strict=True))
    for name in others:
        found[name] = _json_value(found[name])
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


def _json_value(value: Any) -> Any:
    if value is None or isinstance(value, (str, float, int)):
        return value
    if isinstance(value, tuple):
        return [_json_object(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): _json_value(item) for name, item in sorted(value.items())}
    if isinstance(value, Carried):
        return _json_object(value)
    return value.isoformat() if type(value) is date else _plain(value)


def _plain(value: Any) -> Any:
    from forecasts.domain.plain_records import plain  # knows the records, which figures alone do without

    return plain(value)
