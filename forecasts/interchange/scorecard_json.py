"""Scorecards as JSON, the document of `scores --json` with what is behind it; claims a line each, for CSV too."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, partial
from json.encoder import encode_basestring_ascii
from math import isfinite
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from forecasts.domain.card_claims import OF_ITS_OWN, PARTS, CardClaim, CardClaims, ClaimBatch
from forecasts.domain.glossary import HINDSIGHT
from forecasts.domain.scorecards import Carried, Scorecard, ScorecardDocument

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


_MOST_REMEMBERED: Final = 1 << 16


class _Written(dict[Any, str]):
    """What was written of keys; where there would be too many, all of it is forgotten."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        self._write = write
        self._table = np.zeros(0, dtype=object)
        self._is_written = np.zeros(0, dtype=np.bool_)

    def table(self, keys: range, wanted: NDArray[np.intp]) -> NDArray[np.object_]:
        """The same by key, of those that are wanted at least."""
        if self._table.size != len(keys) or np.count_nonzero(self._is_written) > _MOST_REMEMBERED:
            self._table, self._is_written = np.zeros(len(keys), dtype=object), np.zeros(len(keys), dtype=np.bool_)
        new = np.unique(wanted[~self._is_written[wanted]])
        self._table[new] = [self._write(key) for key in new.tolist()]
        self._is_written[new] = True
        return self._table

    def __missing__(self, key: Any) -> str:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        text = self[key] = self._write(key)
        return text


class ClaimWriter:
    """Writes claims, a line each that ends with `after`: `write` writes the value of a field, `write_texts` a column of
    texts, between quotation marks where there are `quotes`; `label` is what stands before each value.
    """

    def __init__(
        self,
        write: Callable[[str, Any], str],
        write_texts: Callable[[Sequence[str]], Iterable[str]],
        label: Callable[[str], str],
        between: str,
        after: str,
        quotes: str = "",
    ) -> None:
        self._write = write
        self._write_texts = write_texts
        self._batch: ClaimBatch | None = None
        self._cells: NDArray[np.object_]
        self._written: list[_Written] = []
        self._forms: list[str] = []
        ended = ""
        for names in PARTS:
            form = ended + between.join(f"{label(name)}%s" for name in names)
            ended = between
            if names[0] in OF_ITS_OWN:  # what stands around a text is written with what is before and after that
                self._forms[-1] += form.removesuffix("%s") + quotes
                form, ended = "", quotes + between
            self._forms.append(form)
        self._forms[-1] += after

    def lines(self, claims: Sequence[CardClaim], before: str) -> str:
        found = CardClaims.of(claims)
        if found.batch is not self._batch:
            self._write_batch(found.batch)
        cells = self._cells[found.start : found.stop]
        cells[:, 0] = before
        return "".join(cells.ravel().tolist())

    def _write_batch(self, batch: ClaimBatch) -> None:
        if self._batch is None or batch.values is not self._batch.values:  # keys of other claims
            parts = zip(PARTS, self._forms, batch.values, strict=True)
            self._written = [_Written(partial(self._part, *part)) for part in parts]
        texts = []
        for names, (keys, numbers), written in zip(PARTS, batch.keys, self._written, strict=True):
            if isinstance(keys, range):
                column = written.table(keys, numbers)
            else:
                cells = self._write_texts(keys) if names[0] in OF_ITS_OWN else map(written.__getitem__, keys)
                column = np.array(list(cells), dtype=object)
            texts.append(column if numbers is None else column[numbers])
        self._batch, self._cells = batch, np.stack((texts[0], *texts), axis=1)

    def _part(self, names: tuple[str, ...], form: str, values: Callable[[Any], tuple[Any, ...]], key: Any) -> str:
        return form % tuple([self._write(name, value) for name, value in zip(names, values(key), strict=True)])
