"""Rows of a table of predictions and outcomes, read cell by cell; a cell that was read before is remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from forecasts.domain.form_values import is_prose
from forecasts.domain.kinds import Attribution
from forecasts.domain.values import shown
from forecasts.interchange.imports.moments import read_instant, read_wall_time
from forecasts.interchange.imports.reports import Problems

if TYPE_CHECKING:
    from datetime import datetime

    from forecasts.errors import Problem
    from forecasts.interchange.imports.csv_columns import CsvColumn
    from forecasts.interchange.imports.reports import ImportOptions

_MOST_REMEMBERED: Final = 100_000
_NUMBERS = ("probability", "low", "high", "probabilities", "quantiles")
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
        return any(self._cell(row, name) for name in _NUMBERS)

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
