"""Layout of records in tables, derived from their declarations: the columns of each field, its value as their cells,
and the cells as its value. What a declaration does not tell is in the tables of exceptions below."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from forecasts.db.queries.filters import as_day_or_number
from forecasts.domain import limits
from forecasts.domain.dates import EARLIEST, LATEST, Span
from forecasts.domain.fields import Address, FieldSpec, Number, Reference, SlugText, Text, record_fields
from forecasts.domain.kinds import QuestionKind
from forecasts.domain.records import KINDS, OptionProbability, Quantile

if TYPE_CHECKING:
    from forecasts.db.queries.records import Names


Cells = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class StoredColumn:
    """A column: what it holds (text, integer, number, flag, day, instant, list), the kind that it refers to, and what
    is checked of it, by the name of the check."""

    name: str
    holds: str
    nullable: bool = False
    refers: str = ""
    checks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A field: its columns, its value as their cells, the cells as its value (None: the cell itself), and the columns
    of other fields that are read beside them."""

    columns: tuple[StoredColumn, ...]
    cells: Callable[[Any, Any], Cells]
    value: Callable[..., Any] | None = None
    beside: tuple[StoredColumn, ...] = ()


@dataclass(frozen=True, slots=True)
class Child:
    """A field of many values: their table, the column of their owner, the parts of each, and its class (None: bare)."""

    table: str
    owner: str
    parts: dict[str, Part]
    item: type | None


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of record: its table has `id`, the columns of its parts, perhaps `search_key`, and `version`."""

    kind: str
    record: type
    parts: dict[str, Part]
    children: dict[str, Child]
    columns: tuple[StoredColumn, ...]
    order: str
    is_slugged: bool

    def column(self, field: str) -> str:
        return self.parts[field].columns[0].name


def as_number(value: float | date) -> float:
    """A number as it is, a date as the proleptic ordinal of its day."""
    return float(value.toordinal()) if isinstance(value, date) else float(value)


def _bare(value: Any, _names: Names) -> Cells:
    return (value,)


def _day_columns(name: str, *, nullable: bool) -> StoredColumn:
    check = f"{name} >= '{EARLIEST}' AND {name} <= '{LATEST}'"
    return StoredColumn(name, "day", nullable, checks=(("range", check),))


def _text_column(name: str, least: int, most: int) -> StoredColumn:
    check = f"length({name}) <= {most}"
    return StoredColumn(
        name, "text", checks=(("length", f"length({name}) >= {least} AND {check}" if least else check),)
    )


def _number_column(name: str, declared: Number | None, *, nullable: bool) -> StoredColumn:
    holds = "integer" if declared is not None and declared.whole else "number"
    if declared is None or declared == Number():
        return StoredColumn(name, holds, nullable)
    within = "share" if (declared.low, declared.high) == (0, 1) else "range"
    check = f"{name} >= {declared.low:g} AND {name} <= {int(declared.high)}"
    return StoredColumn(name, holds, nullable, checks=_CHECKS.get(name, ((within, check),)))


def _part(spec: FieldSpec, name: str, *, inner: bool = False) -> Part:
    """A field of one value; `inner` is one of a record that may be missing as a whole."""
    declared, kind, nullable = spec.declared, spec.type, spec.is_optional
    if isinstance(declared, Reference):
        kind = declared.kind
        column = StoredColumn(f"{name}_id", "integer", inner or not declared.required, refers=kind)
        return Part((column,), lambda value, names: (names.key_or_none(kind, value),))
    if isinstance(declared, SlugText):
        return Part((_text_column(name, 1, limits.SLUG),), _bare)
    if isinstance(declared, Text):
        return Part((_text_column(name, int(declared.required and not inner), declared.limit),), _bare)
    if isinstance(declared, Address):
        return Part((_text_column(name, 0, declared.limit),), _bare)
    if kind in (float, int):
        return Part(
            (_number_column(name, declared if isinstance(declared, Number) else None, nullable=nullable),), _bare
        )
    if kind is bool:
        return Part((StoredColumn(name, "flag"),), _bare)
    if kind is date:
        return Part((_day_columns(name, nullable=nullable),), _bare)
    if kind is datetime:
        return Part((StoredColumn(name, "instant", nullable),), _bare)
    if kind is Span:
        return _span(name.removesuffix("_on"), nullable=nullable)
    if kind is tuple:
        return Part((StoredColumn(name, "list"),), lambda value, _: (list(value),))
    if issubclass(kind, StrEnum):
        # one comparison after another: SQLite fills a table with the literals of an IN anew for every row it checks
        allowed = (*("",) * nullable, *(word.value for word in kind))
        column = StoredColumn(name, "text", checks=(("word", " OR ".join(f"{name} = '{word}'" for word in allowed)),))
        return Part(
            (column,), lambda value, _: (value.value if value else "",), lambda cell: kind(cell) if cell else None
        )
    return _inner(spec, name)


def _span(stem: str, *, nullable: bool) -> Part:
    first, last = (
        _day_columns(f"{stem}_first_on", nullable=nullable),
        _day_columns(f"{stem}_last_on", nullable=nullable),
    )
    return Part(
        (first, last),
        lambda value, _: (value.first, value.last) if value else (None, None),
        lambda first, last: None if first is None else Span(first, last),
    )


def _inner(spec: FieldSpec, name: str) -> Part:
    """A record within the record: nothing of it is there, or all; its first field says which."""
    parts = [_part(one, f"{name}_{field}", inner=True) for field, one in record_fields(spec.type).items()]
    fields = tuple(record_fields(spec.type))
    columns = tuple(column for part in parts for column in part.columns)
    nothing = tuple(None if column.nullable else "" for column in columns)

    def cells(value: Any, names: Names) -> Cells:
        if value is None:
            return nothing
        return tuple(
            cell for field, part in zip(fields, parts, strict=True) for cell in part.cells(getattr(value, field), names)
        )

    def value(*found: Any) -> Any:
        return spec.type(**dict(zip(fields, found, strict=True))) if found[0] else None

    return Part(columns, cells, value)


def _as_given(value: Any, _names: Names) -> Cells:
    return value, False


def _number_in_force(name: str) -> Part:
    """The number in force and whether it follows from the phrase; the record has it only where it does not."""
    number = _number_column(name, Number(0, 1), nullable=True)
    derived = StoredColumn(f"{name}_derived", "flag")
    return Part((number, derived), _as_given, lambda cell, is_derived: None if is_derived else cell)


def _outcome_cells(value: Any, _names: Names) -> Cells:
    is_number = isinstance(value, int | float)
    return (
        value if isinstance(value, str) else "",
        float(value) if is_number else None,
        value if isinstance(value, date) else None,
    )


def _range_value(low: float | None, high: float, kind: str) -> tuple[float | date, ...]:
    is_date = kind == QuestionKind.DATE
    return () if low is None else (as_day_or_number(low, is_date=is_date), as_day_or_number(high, is_date=is_date))


_CHECKS: Final[dict[str, tuple[tuple[str, str], ...]]] = {"paragraph": (("counted", "paragraph >= 1"),), "format": ()}
"""Numbers of which other than their range is checked."""

_PARTS: Final[dict[tuple[str, str], Part]] = {
    ("article", "lines"): Part(
        (StoredColumn("first_line", "integer", nullable=True), StoredColumn("last_line", "integer", nullable=True)),
        lambda value, _: value or (None, None),
        lambda *cells: () if cells[0] is None else cells,
    ),
    ("question", "range"): Part(
        (StoredColumn("range_low", "number", nullable=True), StoredColumn("range_high", "number", nullable=True)),
        lambda value, _: tuple(map(as_number, value)) or (None, None),
        _range_value,
        beside=(StoredColumn("kind", "text"),),
    ),
    **{("prediction", name): _number_in_force(name) for name in ("probability", "low", "high")},
    ("resolution", "outcome"): Part(
        (
            _text_column("outcome", 0, limits.NAME),
            StoredColumn("outcome_number", "number", nullable=True),
            _day_columns("outcome_on", nullable=True),
        ),
        _outcome_cells,
        lambda word, number, day: word if number is None and day is None else day if number is None else number,
    ),
    ("article_text", "sha256"): Part((StoredColumn("sha256", "text"),), _bare),
}
"""Fields that lie otherwise than their declaration alone would have them."""

_ITEM_PARTS: Final[dict[tuple[Any, str], Part]] = {
    (OptionProbability, "option"): Part((_text_column("name", 1, limits.NAME),), _bare),
    (Quantile, "value"): Part(
        (StoredColumn("value", "number"), StoredColumn("is_date", "flag")),
        lambda value, _: (as_number(value), isinstance(value, date)),
        lambda value, is_date: as_day_or_number(value, is_date=is_date),
    ),
}

_CHILDREN: Final = {
    ("article", "authors"): "article_author",
    ("question", "options"): "question_option",
    ("question", "references"): "question_reference",
    ("question", "implies"): "question_implies",
    ("prediction", "speakers"): "prediction_speaker",
    ("prediction", "via"): "prediction_via",
    ("prediction", "probabilities"): "prediction_option",
    ("prediction", "quantiles"): "prediction_quantile",
    ("prediction", "condition"): "prediction_condition",
    ("resolution", "evidence"): "evidence",
}
"""The tables of fields with many values; a list of names that is none of these lies in its column as JSON."""

_FIRST: Final = {
    "question": "slug scenario_id title kind criteria fine_print resolution_source opens_on closes_on",
    "prediction": "question_id article_id probability low high paragraph restates_id supersedes_id made_first_on"
    " made_last_on coded_on claim_type fit attribution fidelity endorsement basis phrase_about unscorable"
    " probability_derived low_derived high_derived standard_id slug phrase coded_by",
}
"""Columns that come first in their table: SQLite reads a row from its beginning, and long text makes the way longer."""

_ORDER: Final = {
    "criteria_revision": "question_id, id",
    "passage": "article_id, paragraph, phrase",
    "resolution": "question_id, resolved_at",
    "reading": "prediction_id, analyst",
}
"""In which order records are read that have no slug; the others as they were stored."""

SEARCHED: Final[dict[str, Callable[[Any], tuple[str, ...]]]] = {
    "source": lambda record: (record.name, *record.aliases, record.slug),
    "article": lambda record: (record.title, record.original_title, record.slug),
    "prediction": lambda record: (record.claim, record.phrase, record.slug),
    "scenario": lambda record: (record.title, record.description, record.slug),
    **dict.fromkeys(("standard", "question"), lambda record: (record.title, record.slug)),
}
"""The texts in which a record is found by words."""


@cache
def layout(kind: str) -> Layout:
    """How a kind of record lies in its tables."""
    record: type = KINDS[kind]
    parts: dict[str, Part] = {}
    children: dict[str, Child] = {}
    for name, spec in record_fields(record).items():
        if table := _CHILDREN.get((kind, name)):
            children[name] = _child(kind, table, spec)
        else:
            parts[name] = _PARTS.get((kind, name)) or _part(spec, name)
    first = _FIRST.get(kind, "").split()
    columns = [column for part in parts.values() for column in part.columns]
    columns.sort(key=lambda column: first.index(column.name) if column.name in first else len(first))
    if kind in SEARCHED:
        columns.append(StoredColumn("search_key", "text"))
    order = _ORDER.get(kind, "slug" if "slug" in parts else "id")
    return Layout(kind, record, parts, children, tuple(columns), order, kind in SEARCHED)


def _child(kind: str, table: str, spec: FieldSpec) -> Child:
    one, owner = spec.item, f"{kind}_id"
    assert one is not None  # noqa: S101 - a field of many values has items
    item: Any = one.type
    if hasattr(item, "__dataclass_fields__"):
        made = {name: _ITEM_PARTS.get((item, name)) or _part(of, name) for name, of in record_fields(item).items()}
        return Child(table, owner, made, item)
    if isinstance(one.declared, Reference):
        to = one.declared.kind
        one = dataclasses.replace(one, declared=Reference(to, required=True))
        return Child(table, owner, {"": _part(one, to if to != kind else "implied")}, None)
    return Child(table, owner, {"": _part(one, "name")}, None)


def are_all_equal(values: Sequence[Any]) -> bool:
    """Whether all values are one, which is quickly seen and true of most columns."""
    return values.count(values[0]) == len(values)


def columns_of(parts: Mapping[str, Part], items: Sequence[Any], names: Names) -> dict[str, Sequence[Any]]:
    """The cells of records, or of what belongs to them, a column at a time, which is the fast way; of one or more."""
    found: dict[str, Sequence[Any]] = {}
    for name, part in parts.items():
        values = list(map(attrgetter(name), items)) if name else items
        if part.cells is _bare:
            found[part.columns[0].name] = values
        elif part.cells is _as_given:
            number, is_derived = part.columns
            found |= {number.name: values, is_derived.name: [False] * len(values)}
        elif are_all_equal(values):
            cells_of_all = part.cells(values[0], names)
            found.update(
                (column.name, [cell] * len(values)) for column, cell in zip(part.columns, cells_of_all, strict=True)
            )
        else:
            known: dict[int, Cells] = {}  # many records hold the very same value
            cells = [known.get(id(value)) or known.setdefault(id(value), part.cells(value, names)) for value in values]
            found.update(zip((column.name for column in part.columns), zip(*cells, strict=True), strict=True))
    return found
