"""The columns of the table of predictions and outcomes: what `export csv` writes and `import csv` reads.

A row is one prediction with its question and outcome. A row without a source is a question that nobody predicted on,
with its outcome. An empty cell is unknown, and leaves alone what the ledger has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from forecasts.domain.fields import FieldSpec, record_fields
from forecasts.domain.form_values import is_prose
from forecasts.domain.plain_records import value_type
from forecasts.domain.records import TABLES, Evidence, Prediction, Source
from forecasts.domain.value_types import Instant, ValueType
from forecasts.interchange.imports.cells import CellText, cell_text, inert_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class CsvColumn:
    """One column: its name, the kind of record and the field that it fills, and the type of its values."""

    name: str
    table: str
    field: str
    type: ValueType

    def reader(self, scale: str, decimal: str = ".", days: str = "", *, is_ours: bool) -> Callable[[str], Any]:
        """What reads a cell that is not empty, in packs' terms. Its ValueError says what the cell should hold.

        Text is exact in our own tables, without the white space around it in others; an apostrophe that keeps a
        spreadsheet from taking a cell for a formula is part of no text.
        """
        dialect = CellText(scale if self.name in NUMBERS else "share", decimal, days, is_exact=is_ours)
        parse, is_free = self.type.parse, self.type.is_free
        is_line, is_instant = not is_ours and not is_prose(self.type.spec), isinstance(self.type, Instant)

        def read(cell: str) -> Any:
            text = cell_text(cell) if is_free else cell
            if is_line and "\n" in text:
                text = " ".join(text.split())
            if is_instant and not is_ours and _WITHOUT_ZONE.fullmatch(text.strip()):
                text = f"{text.strip()}Z"
            return parse(text, dialect)

        return read

    def cell(self, value: Any) -> str:
        """A value as a cell that no spreadsheet takes for a formula."""
        if value is None:
            return ""
        text = self.type.show(value, _EXACT)
        return inert_cell(text) if self.type.is_free else text


_WITHOUT_ZONE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?", re.ASCII)
_EXACT: Final = CellText(is_exact=True)


def _column(name: str, table: str = "prediction", field: str = "") -> CsvColumn:
    return CsvColumn(name, table, field or name, value_type(record_fields(TABLES[table])[field or name]))


def _several(name: str, table: str, field: str, spec: FieldSpec) -> CsvColumn:
    """A column with a value for each of several records."""
    return CsvColumn(name, table, field, value_type(FieldSpec(name, tuple, None, spec, is_optional=False, default=())))


_SOURCE: Final = record_fields(Source)
_EVIDENCE: Final = record_fields(Evidence)
_LISTED: Final = (
    _column("prediction", field="slug"),
    _column("source", field="speakers"),
    _several("source_name", "source", "name", _SOURCE["name"]),
    _several("source_kind", "source", "kind", _SOURCE["kind"]),
    _several("source_anonymous", "source", "anonymous", _SOURCE["anonymous"]),
    _column("via"),
    _column("article", "article", "slug"),
    _column("article_title", "article", "title"),
    _column("article_date", "article", "published_on"),
    _column("article_url", "article", "url"),
    _column("article_coverage", "article", "coverage"),
    _column("outlet", "article"),
    _column("authors", "article"),
    *map(_column, ("made_on", "claim", "claim_type", "phrase", "phrase_about", "paragraph", "attribution", "fidelity")),
    *map(_column, ("endorsement", "fit", "probability", "low", "high", "probabilities", "quantiles", "basis")),
)
_OWN: Final = frozenset(column.field for column in _LISTED if column.table == "prediction") | {
    *("article", "question", "scenario")  # columns of the article's and the question's
}

_ALL: Final = (
    *_LISTED,
    *(_column(name) for name in record_fields(Prediction) if name not in _OWN),
    _column("question", "question", "slug"),
    _column("question_title", "question", "title"),
    _column("question_kind", "question", "kind"),
    _column("scenario", "question"),
    *(_column(name, "question") for name in ("criteria", "opens_on", "closes_on", "resolves_on", "written_on")),
    *(_column(name, "question") for name in ("options", "unit", "range")),
    _column("question_condition", "question", "condition"),
    *(_column(name, "question") for name in ("variant_of", "implies", "references")),
    _column("outcome", "resolution"),
    *(_column(name, "resolution") for name in ("void", "known_on", "certainty")),
    _column("resolved_at", "resolution"),
    _column("resolved_by", "resolution", "analyst"),
    _several("evidence", "resolution", "evidence", _EVIDENCE["title"]),
    _several("evidence_url", "resolution", "evidence_url", _EVIDENCE["url"]),
    _column("resolution_note", "resolution", "note"),
)
"""The columns in the order in which they are written; a field that a prediction gains has one of its own by itself."""

COLUMNS: Final[Mapping[str, CsvColumn]] = {column.name: column for column in _ALL}
"""Every column by name, in the order in which they are written."""

HEADER: Final = tuple(COLUMNS)
NUMBERS: Final = ("probability", "low", "high", "probabilities")
"""Columns whose scale has to be stated."""
