"""The columns of the table of predictions and outcomes: what `export csv` writes and `import csv` reads.

A row is one prediction with its question and outcome. A row without a source is a question that nobody predicted on,
with its outcome. An empty cell is unknown, and leaves alone what the ledger has.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

from forecasts.domain.fields import FieldSpec, record_fields
from forecasts.domain.form_values import is_prose
from forecasts.domain.kinds import Attribution
from forecasts.domain.plain_records import value_type
from forecasts.domain.question_rules import NUMBER_FIELDS
from forecasts.domain.records import TABLES, Evidence, Prediction, Source
from forecasts.domain.value_types import Instant, ValueType
from forecasts.domain.values import shown
from forecasts.errors import Problem
from forecasts.interchange.imports.reports import ImportOptions, Problems
from forecasts.interchange.imports.tables import UNIX, CellText, read_instant, read_unix, read_wall_time
from forecasts.text import cell_text, inert_cell


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


_MOST_REMEMBERED: Final = 100_000
_SAID = ("source", "question", "made_on", "article", "article_date", "condition", "condition_text", "restates")
_OF_CARRIER = ("source", "via", "standard")


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who said what a row says, and where: slugs of sources, and of the article where it has one."""

    speakers: tuple[str, ...]
    via: tuple[str, ...]
    article: str


class RowReader:
    """Reads the cells of rows by what their columns are about: the prediction, its question, or who said it where.

    Of what one source said on one question and day in a foreign table, the later row revises the earlier.
    """

    def __init__(self, columns: Mapping[int, CsvColumn], options: ImportOptions, *, is_ours: bool) -> None:
        self.columns = columns
        stated = options.scale, options.decimal, options.days
        self._readers = {place: column.reader(*stated, is_ours=is_ours) for place, column in columns.items()}
        self._named = {column.name: place for place, column in columns.items()}
        self.about_places = sorted(p for p, column in columns.items() if column.table in {"question", "resolution"})
        self.carrier_places = sorted(
            p for p, column in columns.items() if column.table in {"source", "article"} or column.name in _OF_CARRIER
        )
        self.about = _getter(self.about_places)
        self._carrier = _getter(self.carrier_places)
        self._parsers = {
            column.name: (column.field, place, *_parser(column, self._readers[place]))
            for place, column in columns.items()
            if column.table == "prediction" and column.name not in {"source", "via"}
        }
        self.fields = list(self._parsers.values())
        self._day = self._parsers.get("made_on")
        self._days: dict[str, str] = {}
        self._is_unix = options.days == UNIX
        self._has_moments = not is_ours and "made_at" not in self._named
        self._of_day: Callable[[list[str]], tuple[str, ...]] | None = None
        if not is_ours and "prediction" in self._named and not {"supersedes", "made_at"} & self._named.keys():
            places = [self._named[name] for name in _SAID if name in self._named]
            self._of_day = _getter(places)

    def said_that_day(self, row: list[str]) -> int:
        """What is equal in rows with names of their own that one source has on one question and day; 0 where none."""
        return 0 if self._of_day is None or not self._cell(row, "prediction") else hash(self._of_day(row)) or 1

    def day(self, row: list[str]) -> str:
        """When the row says that its prediction was made, as the record writes it; as it stands where it is wrong."""
        if self._day is None:
            return ""
        _, place, memory, parse = self._day
        cell = row[place]
        day = self._days.get(cell)
        if day is None:
            day = str(memory.get(cell) or parse(cell, Problems(""), 0) or cell.strip()) if cell else ""
            if len(self._days) < _MOST_REMEMBERED:
                self._days[cell] = day
        return day

    def moment(self, row: list[str]) -> datetime | None:
        """The moment that a foreign table has in place of the day, in UTC where it names no zone."""
        cell = row[self._day[1]] if self._has_moments and self._day else ""
        if self._is_unix:
            return read_unix(cell.strip())
        return (read_instant(cell) or read_wall_time(cell)) if ":" in cell else None

    def carrier(self, row: list[str]) -> tuple[str, ...]:
        """What tells a row's sources and article from those of others: its cells about them, and its year."""
        if self._day is None:
            return self._carrier(row)
        return (*self._carrier(row), self.day(row)[-10:-6])

    def given(
        self, row: list[str], places: Sequence[int], problems: Problems, where: str
    ) -> dict[str, dict[str, Any]] | None:
        """The values of some cells by kind of record and field; None where one is told to be wrong."""
        given: dict[str, dict[str, Any]] = {"prediction": {}}
        before = problems.count
        for place in places:
            column, cell = self.columns[place], row[place]
            if not cell.strip():
                continue
            try:
                given.setdefault(column.table, {})[column.field] = self._readers[place](cell)
            except ValueError as error:
                problems.add(where, column.name, shown(cell), str(error))
        return None if problems.count > before else given

    def is_named(self, row: list[str]) -> bool:
        """Whether a row without a source is a prediction still: it has a name of its own, or nobody's on purpose."""
        return bool(self._cell(row, "prediction")) or self._cell(row, "attribution") == Attribution.AMBIGUOUS

    def is_prediction(self, row: list[str]) -> bool:
        return bool(self._cell(row, "source")) or self.is_named(row)

    def has_number(self, row: list[str]) -> bool:
        """Whether a row has a number that is somebody's forecast."""
        return any(self._cell(row, name) for name in NUMBER_FIELDS)

    def values_of(self, name: str) -> list[Any]:
        """The values of a column of predictions that are remembered."""
        found = self._parsers.get(name)
        return list(found[2].values()) if found else []

    def _cell(self, row: list[str], name: str) -> str:
        place = self._named.get(name)
        return "" if place is None else row[place].strip()


Parse = Callable[[str, Problems, int], Any]


def _parser(column: CsvColumn, read: Callable[[str], Any]) -> tuple[dict[str, Any], Parse]:
    """What the cells of a column have been read as so far, and what reads another one."""
    memory: dict[str, Any] = {}
    most = 0 if is_prose(column.type.spec) else _MOST_REMEMBERED

    def parse(cell: str, problems: Problems, line: int) -> Any:
        """The value of a cell as the field's type has it; None where it is blank, or told to be wrong."""
        if not cell.strip():
            return None
        wrong: list[Problem] = []
        try:
            value = column.type.read(read(cell), column.name, wrong)
        except ValueError as error:
            problems.add(f"line {line}", column.name, shown(cell), str(error))
            return None
        if wrong:
            problems.take(wrong, f"line {line}")
            return None
        if len(memory) < most:
            memory[cell] = value
        return value

    return memory, parse


def _getter(places: list[int]) -> Callable[[list[str]], tuple[str, ...]]:
    if len(places) > 1:
        return itemgetter(*places)
    return (lambda row: (row[places[0]],)) if places else (lambda _row: ())
