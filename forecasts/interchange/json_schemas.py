"""JSON Schemas of the scorecards that are written and of the proposals that are read, from what declares them."""

import dataclasses
import json
from datetime import date
from enum import StrEnum
from typing import Any

from forecasts.domain import scorecard_columns as columns
from forecasts.domain.card_claims import CardClaim, CrpsFigure, Incoherence, ReadAs
from forecasts.domain.dates import Span
from forecasts.domain.fields import FieldSpec, Number, Text, record_fields
from forecasts.domain.formats import RECEIPT
from forecasts.domain.proposals import Proposal
from forecasts.domain.records import Condition, CriteriaRevision, Evidence, Objection
from forecasts.domain.scorecards import Carried, PooledRow, PooledView, Scorecard, ScorecardFilters
from forecasts.interchange.scorecard_json import BEHIND

_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_SPAN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(/[0-9]{4}-[0-9]{2}-[0-9]{2})?$"
_RECEIPT = f"^{RECEIPT} [0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}} entry [0-9]+ sha256:[0-9a-f]{{64}}$"
_SHARES = frozenset(
    {
        *("probability", "low", "high", "brier", "accuracy", "sharpness", "vagueness", "hedging", "coverage"),
        *("said", "worth", "worth_low", "worth_high"),
    }
)
_ENDS = ("low", "high", "scenario_low", "scenario_high", "best", "worst")
_BRIERS = frozenset({"calibration_brier", *(f"brier_{end}" for end in _ENDS)})
_DOUBTS = frozenset(name for name in columns.CARD if name.startswith("overconfidence"))


def scorecards_schema() -> dict[str, Any]:
    """The schema of the document of scorecards, with or without what is behind the figures."""
    filters = _properties(ScorecardFilters, columns.DOCUMENT)
    for name in ("since", "until", "scenario", "basis", "standard"):
        filters[name] = _or_null(filters[name])
    document = {
        "formula_version": {"type": "string", "minLength": 1},
        **filters,
        "ranked_by": {"const": "brier"},
        "unlisted": {"type": "integer", "minimum": 0},
        "pooled": {"type": "array", "items": {"$ref": "#/$defs/pooled"}},
        "read_as": {"type": "array", "items": {"$ref": "#/$defs/read_as"}},
        "receipt": {"type": ["string", "null"], "pattern": _RECEIPT},
        "left_out": {"type": "object", "additionalProperties": {"type": "string"}},
        "scorecards": {"type": "array", "items": {"$ref": "#/$defs/scorecard"}},
    }
    view = _object_schema(PooledView, {})
    view["properties"]["rows"] = {"type": "array", "items": {"$ref": "#/$defs/pooled_row"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:forecasts:scorecards:1",
        "title": "Accuracy scorecards",
        "description": "What `forecasts scores --json` prints and `forecasts export scorecards --format json` writes.",
        "type": "object",
        "properties": _described(document, columns.DOCUMENT),
        "required": ["formula_version", "by", "which", "wording", "as_of", "ranked_by", "scorecards"],
        "$defs": {
            "scorecard": _card(),
            "claim": _claim_schema(),
            "carried": _object_schema(Carried, {}),
            "pooled": view,
            "pooled_row": _object_schema(PooledRow, {}),
            "evidence": _object_schema(Evidence, {}),
            "condition": _object_schema(Condition, {}),
            "crps": _object_schema(CrpsFigure, columns.CRPS),
            "read_as": _object_schema(ReadAs, columns.READ_AS),
            "revision": _object_schema(CriteriaRevision, {}),
            "objection": _object_schema(Objection, {}),
            "incoherence": _object_schema(Incoherence, {}),
        },
    }


def _card() -> dict[str, Any]:
    properties = _properties(Scorecard, columns.CARD)
    for name, kind in (
        ("crps", "crps"),
        ("claims", "claim"),
        ("read_as", "read_as"),
        ("revisions", "revision"),
        ("objections", "objection"),
        ("incoherent", "incoherence"),
    ):
        properties[name] = {"type": "array", "items": {"$ref": f"#/$defs/{kind}"}, **_description(columns.CARD, name)}
    properties["carried"] = {"$ref": "#/$defs/carried", **_description(columns.CARD, "carried")}
    properties["reasons"] = {
        "type": "object",
        "additionalProperties": {"type": "string"},
        **_description(columns.CARD, "reasons"),
    }
    return {"type": "object", "properties": properties, "required": [name for name in properties if name not in BEHIND]}


def _claim_schema() -> dict[str, Any]:
    claim = _object_schema(CardClaim, columns.CLAIM)
    share = {"type": "number", "minimum": 0, "maximum": 1}
    claim["properties"] |= _described(
        {
            "probabilities": {"type": "object", "additionalProperties": share},
            "quantiles": {"type": "object", "additionalProperties": {"type": ["number", "string"]}},
            "outcome": {"type": ["string", "number", "null"]},
            "evidence": {"type": "array", "items": {"$ref": "#/$defs/evidence"}},
            "condition": {"type": "array", "items": {"$ref": "#/$defs/condition"}},
        },
        columns.CLAIM,
    )
    return claim


def _object_schema(cls: type, words: dict[str, str]) -> dict[str, Any]:
    properties = _properties(cls, words)
    return {"type": "object", "properties": properties, "required": list(properties)}


def _properties(cls: type, words: dict[str, str]) -> dict[str, Any]:
    return _described({name: _value_schema(name, spec) for name, spec in record_fields(cls).items()}, words)


def _described(properties: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    return {name: {**schema, **_description(words, name)} for name, schema in properties.items()}


def _description(words: dict[str, str], name: str) -> dict[str, str]:
    return {"description": words[name]} if name in words else {}


def _value_schema(name: str, spec: FieldSpec) -> dict[str, Any]:
    schema = _single(name, spec)
    return _or_null(schema) if spec.is_optional else schema


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]} if None not in schema["enum"] else schema
    kinds = schema.get("type")
    return schema if isinstance(kinds, list) else {**schema, "type": [kinds, "null"]}


def _single(name: str, spec: FieldSpec) -> dict[str, Any]:
    kind = spec.type
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"enum": [member.value for member in kind]}
    if kind is bool:
        return {"type": "boolean"}
    if kind is int:
        return {"type": "integer", "minimum": 0}
    if kind is float:
        return {"type": "number", **({"minimum": 0, "maximum": 1} if name in _SHARES | _BRIERS | _DOUBTS else {})}
    if kind is date:
        return {"type": "string", "pattern": _DAY}
    if kind is Span:
        return {"type": "string", "pattern": _SPAN}
    return {"type": "string"}


def proposals_schema() -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:forecasts:proposals:1",
        "title": "Proposal",
        "description": "One line of the JSON lines that `forecasts propose` reads.",
        **_read_object(Proposal),
    }


def _read_object(cls: type) -> dict[str, Any]:
    """The schema of a record that is read: what has a default need not be there, and nothing else may be."""
    specs = record_fields(cls)
    return {
        "type": "object",
        "properties": {
            name: {**_read_value(spec), **({"description": spec.help.text} if spec.help.text else {})}
            for name, spec in specs.items()
        },
        "required": [name for name, spec in specs.items() if spec.is_required],
        "additionalProperties": False,
    }


def _read_value(spec: FieldSpec) -> dict[str, Any]:
    if spec.item is not None:
        return {"type": "array", "items": _read_value(spec.item)}
    if isinstance(spec.type, type) and dataclasses.is_dataclass(spec.type):
        return _read_object(spec.type)
    schema = _single(spec.name, spec)
    match spec.declared:
        case Number(low=low, high=high):
            schema |= {"minimum": low, "maximum": high}
        case Text(limit=limit, required=required):
            schema |= {"maxLength": limit, **({"minLength": 1} if required else {})}
    return _or_null(schema) if spec.is_optional else schema


SCHEMAS = ("scorecards", "proposals")
"""Of which documents there is a JSON Schema."""


def schema_text(name: str) -> str:
    """The text of a schema. KeyError for a name that is none of `SCHEMAS`."""
    made = {"scorecards": scorecards_schema, "proposals": proposals_schema}[name]
    return json.dumps(made(), indent=2, ensure_ascii=False) + "\n"
