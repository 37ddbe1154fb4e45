"""Fields of records: what each may hold, declared once beside its type; used by packs, forms, JSON and columns alike.

A record declares `name: Annotated[str, Text(300, required=True), Help("Name", "As printed.")]`; `record_fields(cls)`
reads the declarations, `entry_fields(cls)` in the order in which a form asks.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Annotated, Any, Literal

from forecasts.domain import limits

if typing.TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Text:
    """Text of at most `limit` characters; `multiline` allows line breaks; `words` limits the number of words."""

    limit: int
    required: bool = False
    multiline: bool = False
    words: int | None = None


@dataclass(frozen=True, slots=True)
class Help:
    """What a field is called in forms, options and templates, and what it is for."""

    label: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SlugText:
    """The record's own name among its kind."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The slug of a record of another kind."""

    kind: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number between `low` and `high`, both included."""

    low: float = -limits.LARGEST_NUMBER
    high: float = limits.LARGEST_NUMBER
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A record inside others that is written as a row: what its parts are called, rows for example, and how packs keep
    several of it: as a list, as a table of pairs, or as one by itself and several under `all`."""

    parts: tuple[str, ...]
    example: tuple[tuple[str, ...], ...]
    kept: Literal["list", "table", "one or all"] = "list"


@dataclass(frozen=True, slots=True)
class Ends:
    """Two values, the ends of a range: 0 .. 100."""

    expected: str


@dataclass(frozen=True, slots=True)
class Address:
    """An http or https address."""

    limit: int = limits.URL


Slug = Annotated[str, SlugText()]
Name = Annotated[str, Text(limits.NAME, required=True)]
Label = Annotated[str, Text(limits.NAME)]
Prose = Annotated[str, Text(limits.TEXT, multiline=True)]
RequiredProse = Annotated[str, Text(limits.TEXT, required=True, multiline=True)]
PhraseText = Annotated[str, Text(limits.PHRASE, words=limits.PHRASE_WORDS)]
RequiredPhrase = Annotated[str, Text(limits.PHRASE, required=True, words=limits.PHRASE_WORDS)]
QuoteText = Annotated[str, Text(limits.QUOTE, words=limits.QUOTE_WORDS)]
Code = Annotated[str, Text(limits.CODE)]
Url = Annotated[str, Address()]
Probability = Annotated[float, Number(0.0, 1.0)]
Paragraph = Annotated[int, Number(1, 1_000_000, whole=True)]

SourceRef = Annotated[str, Reference("source")]
ScenarioRef = Annotated[str, Reference("scenario")]
QuestionRef = Annotated[str, Reference("question")]
PredictionRef = Annotated[str, Reference("prediction")]
StandardRef = Annotated[str, Reference("standard")]
RequiredArticle = Annotated[str, Reference("article", required=True)]
RequiredQuestion = Annotated[str, Reference("question", required=True)]
RequiredPrediction = Annotated[str, Reference("prediction", required=True)]
RequiredSource = Annotated[str, Reference("source", required=True)]
RequiredStandard = Annotated[str, Reference("standard", required=True)]


Declared = Text | SlugText | Reference | Number | Address | Rows | Ends


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field: its name, its Python type without None and Annotated, its declaration, its default, and its
    help, blank where the record is not entered by hand."""

    name: str
    type: Any
    declared: Declared | None
    item: FieldSpec | None  # of each item, where the field is a tuple
    is_optional: bool
    default: Any
    help: Help = Help("")

    @property
    def is_required(self) -> bool:
        return self.default is dataclasses.MISSING


def _unpacked(hint: Any) -> tuple[Any, Any, bool]:
    declared = None
    optional = False
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        members = [member for member in typing.get_args(hint) if member is not type(None)]
        optional = len(members) < len(typing.get_args(hint))
        hint = members[0] if len(members) == 1 else tuple(members)
    if typing.get_origin(hint) is Annotated:
        hint, declared = typing.get_args(hint)[:2]
    return hint, declared, optional


def _spec(name: str, hint: Any, default: Any) -> FieldSpec:
    said = Help("")
    if typing.get_origin(hint) is Annotated and isinstance(hint.__metadata__[-1], Help):
        hint, *declarations, said = typing.get_args(hint)
        for declaration in declarations:
            hint = Annotated[hint, declaration]
    bare, declared, optional = _unpacked(hint)
    item = None
    if typing.get_origin(bare) is tuple:
        item = _spec(name, typing.get_args(bare)[0], dataclasses.MISSING)
        bare = tuple
    return FieldSpec(name, bare, declared, item, optional, default, said)


def record_fields(record: type) -> dict[str, FieldSpec]:
    return _record_fields(record)


@cache
def _record_fields(record: Any) -> dict[str, FieldSpec]:
    try:
        hints = typing.get_type_hints(record, include_extras=True)
    except NameError:  # it names records that its module does without
        hints = typing.get_type_hints(
            record, None, vars(import_module("forecasts.domain.records")), include_extras=True
        )
    if dataclasses.is_dataclass(record):
        defaults = {entry.name: entry.default for entry in dataclasses.fields(record)}
    else:  # a named tuple
        defaults = {name: record._field_defaults.get(name, dataclasses.MISSING) for name in record._fields}
    return {name: _spec(name, hints[name], default) for name, default in defaults.items()}


@cache
def maker(record: Any) -> Callable[..., Any]:
    """What makes frozen records as their class does, four times as fast: it sets each field through `object`.

    They are made in the same slots, not frozen yet, and are of the class from then on.
    """
    declare: Any = dataclasses.field
    fields = [
        (one.name, Any, declare(default=one.default, default_factory=one.default_factory, kw_only=one.kw_only))
        for one in dataclasses.fields(record)
    ]
    thawed: Any = dataclasses.make_dataclass(record.__name__, fields, slots=True, eq=False, repr=False)

    def make(*values: Any, **named: Any) -> Any:
        made = thawed(*values, **named)
        made.__class__ = record
        return made

    return make


def entry_fields(record: type) -> tuple[FieldSpec, ...]:
    """The fields of a record class in the order in which a form asks."""
    first, specs = _ASKED_FIRST.get(record.__name__, "").split(), record_fields(record)
    between = [name for name in specs if name not in first and name not in _ASKED_LAST]
    last = [name for name in _ASKED_LAST if name in specs]
    return tuple(specs[name] for name in (*first, *between, *last))


_ASKED_FIRST = {
    "Question": "title criteria resolves_on kind options scenario",
    "Prediction": "article paragraph phrase speakers claim question claim_type phrase_about probability low high"
    " standard basis endorsement attribution via fidelity made_on made_at fit unscorable scenario",
}
_ASKED_LAST = ("written_on", "note", "slug")
