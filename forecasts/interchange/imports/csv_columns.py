"""The columns of the table of predictions and outcomes: what `export csv` writes and `import csv` reads.

A row is one prediction with its question and outcome. A row without a source is a question that nobody predicted on,
with its outcome. An empty cell is unknown, and leaves alone what the ledger has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from forecasts.domain.dates import Span
from forecasts.domain.fields import FieldSpec, Reference, SlugText, record_fields
from forecasts.domain.records import TABLES, Condition, OptionProbability, Quantile, ReferenceForecast
from forecasts.domain.references import nearest
from forecasts.domain.values import shown
from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasts.interchange.imports.reports import ImportOptions
    from forecasts.interchange.imports.tables import Table


@dataclass(frozen=True, slots=True)
class CsvColumn:
    """One column: its name, the kind of record and the field that it fills, and how its cells are written."""

    name: str
    table: str
    field: str
    form: str


def _column(name: str, table: str = "prediction", field: str = "", form: str = "") -> CsvColumn:
    field = field or name
    return CsvColumn(name, table, field, form or _form(_specs(table)[field]))


def _specs(table: str) -> Mapping[str, FieldSpec]:
    return record_fields(TABLES[table])


def _form(spec: FieldSpec) -> str:
    if spec.item is not None:
        inner = _FORMS.get(spec.item.type)
        return inner or ("names" if isinstance(spec.item.declared, Reference) else "texts")
    if isinstance(spec.declared, Reference | SlugText):
        return "slug"
    if isinstance(spec.type, type) and issubclass(spec.type, StrEnum):
        return "word"
    return _FORMS.get(spec.type, "text")


_FORMS: Final[Mapping[Any, str]] = {
    Span: "span",
    date: "day",
    float: "share",
    int: "whole",
    Condition: "conditions",
    OptionProbability: "shares",
    Quantile: "quantiles",
    ReferenceForecast: "references",
    (float, date): "range",
}

_LISTED: Final = (
    _column("prediction", field="slug"),
    _column("source", field="speakers"),
    _column("source_name", "source", "name", "texts"),
    _column("source_kind", "source", "kind", "words"),
    _column("source_anonymous", "source", "anonymous", "flags"),
    _column("via"),
    _column("article", "article", "slug"),
    _column("article_title", "article", "title"),
    _column("article_date", "article", "published_on"),
    _column("article_url", "article", "url"),
    _column("article_coverage", "article", "coverage"),
    _column("outlet", "article", form="name"),
    _column("authors", "article"),
    *map(_column, ("made_on", "claim", "claim_type", "phrase", "phrase_about", "paragraph", "attribution", "fidelity")),
    *map(_column, ("endorsement", "fit", "probability", "low", "high", "probabilities", "quantiles", "basis")),
)
_OWN: Final = frozenset(column.field for column in _LISTED if column.table == "prediction") | {"article", "question"}

_ALL: Final = (
    *_LISTED,
    *(_column(name) for name in _specs("prediction") if name not in _OWN),
    _column("question", "question", "slug", "name"),
    _column("question_title", "question", "title"),
    _column("question_kind", "question", "kind"),
    _column("scenario", "question", form="name"),
    *(_column(name, "question") for name in ("criteria", "opens_on", "closes_on", "resolves_on", "written_on")),
    *(_column(name, "question") for name in ("options", "unit", "range")),
    _column("question_condition", "question", "condition"),
    *(_column(name, "question") for name in ("variant_of", "references")),
    _column("outcome", "resolution", form="text"),
    *(_column(name, "resolution") for name in ("void", "known_on", "certainty")),
    _column("resolved_at", "resolution", form="text"),
    _column("resolved_by", "resolution", "analyst"),
    _column("evidence", "resolution", form="texts"),
    _column("evidence_url", "resolution", form="texts"),
    _column("resolution_note", "resolution", "note"),
)
"""The columns in the order in which they are written; a field that a prediction gains has one of its own by itself."""

COLUMNS: Final[Mapping[str, CsvColumn]] = {column.name: column for column in _ALL}
"""Every column by name, in the order in which they are written."""

HEADER: Final = tuple(COLUMNS)
NUMBERS: Final = ("probability", "low", "high", "probabilities")
"""Columns whose scale has to be stated."""

REQUIRED: Final = {"source": "whose forecast it is: slugs, or names", "question": "the event: its slug, or its title"}


def choose_columns(table: Table, options: ImportOptions) -> dict[int, CsvColumn]:
    """Which column of ours stands at which place of the header: as mapped, else by name whatever its case.

    InvalidInputError where one is mapped to what is not there, a needed one is missing, or the scale is not stated.
    """
    problems, found = table.problems, dict[int, CsvColumn]()
    for ours, theirs in options.columns.items():
        if ours not in COLUMNS:
            near = nearest(ours, COLUMNS, 1)
            expected = f"one of our columns; did you mean {near[0]}?" if near else "one of: " + ", ".join(COLUMNS)
            problems.add("--map", safe(ours, 40), "no column of ours", expected)
        elif theirs not in table.header:
            expected = "one of: " + ", ".join(safe(column, 30) for column in table.header[:20])
            problems.add("--map", ours, shown(theirs), expected)
        else:
            found[table.header.index(theirs)] = COLUMNS[ours]
    mapped = {column.name for column in found.values()}
    for place, header in enumerate(table.header):
        plain = header.strip().casefold().replace(" ", "_")
        if place not in found and plain in COLUMNS and plain not in mapped:
            found[place] = COLUMNS[plain]
            mapped.add(plain)
    for needed, says in REQUIRED.items():
        if needed not in mapped:
            expected = f"a column {needed} ({says}), or --map {needed}=…"
            problems.add("line 1", needed, "no such column", expected)
    is_ours = tuple(table.header) == HEADER
    if options.scale not in {"share", "percent"} and not is_ours and mapped.intersection(NUMBERS):
        found_columns = ", ".join(name for name in NUMBERS if name in mapped)
        problems.add("line 1", found_columns, "no scale", "--scale share (0 to 1) or --scale percent (0 to 100)")
    problems.refuse(table.name)
    return found
