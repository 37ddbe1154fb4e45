"""Scorecards as JSON, the document of `scores --json` with what is behind it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from json.encoder import encode_basestring_ascii
from math import isfinite
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from forecasts.domain.glossary import HINDSIGHT
from forecasts.domain.scorecards import Carried, Scorecard, ScorecardDocument
from forecasts.interchange.claim_lines import ClaimWriter

if TYPE_CHECKING:
    from forecasts.domain.card_pages import Publication


JSON_FILE = "scorecards.json"
_AS_THEY_ARE = frozenset({"int", "float", "str", "bool", "None"})
_BETWEEN_FIELDS: Final = ",\n   "
_encode = json.JSONEncoder(ensure_ascii=True, allow_nan=False).encode
_encode_fields = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(_BETWEEN_FIELDS, ": ")).encode
DOUBTS: Final = ("overconfidence_p", "overconfidence_p_lenient", "overconfidence_p_lenient_by_scenario")
BEHIND = (
    *("reasons", "claims", "read_as", "revisions", "objections", *HINDSIGHT, "proposed", "incoherent", "carried"),
    *DOUBTS,
)
"""What stands on cards, and not in a scoreboard of many thousand sources."""

LEFT_OUT: Final = dict.fromkeys(
    DOUBTS, "Worked out for cards only, as it takes longer than all other figures; `export scorecards` has it."
)


def document_object(document: ScorecardDocument) -> dict[str, Any]:
    """The document as `scores --json` prints it, in JSON's terms: None for what is not there, dates as ISO 8601 text.

    It has neither claims nor receipt, and the filters that are empty are left out; `left_out` says what else, and why.
    """
    head = _head(document)
    for name in ("receipt", *(field.name for field in dataclasses.fields(document.filters))):
        if head[name] is None or name == "receipt":
            del head[name]
    return {
        **head,
        "left_out": LEFT_OUT,
        "scorecards": [_json_object(card, leave_out=BEHIND) for card in document.scorecards],
    }


def _head(document: ScorecardDocument) -> dict[str, Any]:
    more = ("unlisted", "pooled", "read_as")
    return {
        "formula_version": document.formula_version,
        **{name: value or None for name, value in _json_object(document.filters).items()},
        "ranked_by": document.ranked_by,
        **{name: _json_value(getattr(document, name)) for name in more if getattr(document, name)},
        "receipt": document.receipt or None,
    }


def json_texts(publication: Publication) -> dict[str, Iterator[str]]:
    """The one JSON document, ASCII only, a claim a line; ValueError where a figure is not a finite number."""
    return {JSON_FILE: _parts(publication)}


def _parts(publication: Publication) -> Iterator[str]:
    head = (f' "{name}": {_encode(value)},\n' for name, value in _head(publication.document).items())
    yield f'{{\n{"".join(head)} "scorecards": [\n'
    writer = ClaimWriter(_cell, _texts, lambda name: f'"{name}": ', ", ", "},\n", '"')
    for number, (card, *_) in enumerate(publication.pages):
        yield ",\n" if number else ""
        yield f'{_card_head(card)},\n   "claims": [\n'
        yield f"{writer.lines(card.claims, '    {')[:-2]}\n   ]\n  }}"
    yield "\n ]\n}\n"


def _card_head(card: Scorecard) -> str:
    values = _json_object(card, leave_out=("claims",) if card.carried else ("claims", "carried"))
    nested = {name for name, value in values.items() if isinstance(value, (dict, list))}
    lines = _encode_fields(values | dict.fromkeys(nested))[1:-1].split(
        _BETWEEN_FIELDS
    )  # no text has a line end in JSON
    for at, name in enumerate(values):
        if name in nested:
            lines[at] = f'"{name}": {_encode(values[name]) if values[name] else repr(values[name])}'
    return f"  {{\n   {_BETWEEN_FIELDS.join(lines)}"


def _text(value: Any) -> str:
    kind = type(value)
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if kind is int or (kind is float and isfinite(value)):
        return repr(value)
    return "null" if value is None else _encode(value)


_WRITTEN: Final[dict[str, Callable[[Any], Any]]] = {
    "made_on": lambda value: value and str(value),
    "known_on": lambda value: value and str(value),
    "resolves_on": lambda value: value and str(value),
    "probabilities": lambda value: {item.option: item.probability for item in value},
    "quantiles": lambda value: {repr(item.level): _json_value(item.value) for item in value},
    "outcome": lambda value: _json_value(value) if value != "" else None,
    "evidence": lambda value: _json_value(value),
    "condition": lambda value: _json_value(value),
}
"""How the values of fields of a claim are written that JSON has not as they are."""


def _texts(values: Sequence[str]) -> Sequence[str]:
    """Texts without quotation marks around them: as they are where JSON has them so."""
    together = "".join(values)
    if len(encode_basestring_ascii(together)) == len(together) + 2:
        return values
    return [encode_basestring_ascii(value)[1:-1] for value in values]


def _cell(name: str, value: Any) -> str:
    write = _WRITTEN.get(name)
    return _text(value if write is None else write(value))


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
