"""A large, plain table of predictions read twice: once for what its rows are about, once row by row.

Plain is a table of new predictions on yes-or-no questions, one source each, that carry a number and texts. It is read
here at the pace of the disk, in memory that does not grow with the rows. Whatever is not plain, or wrong, raises
`NotPlainError`, and the table is read by `csv_predictions`, which knows every case and tells every error by its line:
both make the same records of the same plain table.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from forecasts.domain.kinds import QuestionKind
from forecasts.interchange.imports.building import Building
from forecasts.interchange.imports.csv_cells import CellReader
from forecasts.interchange.imports.csv_columns import HEADER
from forecasts.interchange.imports.csv_header import choose_columns
from forecasts.interchange.imports.csv_known import KnownRecords
from forecasts.interchange.imports.csv_plain_cells import DEFAULTS, FIELDS, NotPlainError, PlainCells
from forecasts.interchange.imports.csv_predictions import Reading
from forecasts.interchange.imports.files import open_file
from forecasts.interchange.imports.naming import digest
from forecasts.interchange.imports.problems import Problems
from forecasts.interchange.imports.tables import open_table
from forecasts.text import safe, search_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import IO

    from forecasts.interchange.bodies import Known
    from forecasts.interchange.imports.csv_columns import Column
    from forecasts.interchange.imports.reports import Imported, ImportOptions
    from forecasts.interchange.imports.tables import Table

_ENOUGH: Final = 10_000
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False).encode


Keys = Mapping[str, Mapping[str, int]]
"""Internal keys by kind and slug."""


class PlainTable:
    """A table whose rows are plain as far as has been read."""

    def __init__(self, path: Path, options: ImportOptions, known: Known) -> None:
        self._path = path
        self._options = options
        self._known = KnownRecords(known)
        self._building = Building(safe(path.name), "csv", "a table")
        self._about: dict[tuple[str, ...], str] = {}
        self._sources: dict[str, str] = {}
        self._articles: dict[tuple[str, ...], str] = {}
        self._titles: dict[str, str] = {}
        self._rows = 0

    def survey(self) -> Imported:
        """The records that the rows are about: sources, articles, questions and outcomes, and no predictions."""
        with open_file(self._path) as file, self._open(file) as table:
            columns = choose_columns(table, self._options)
            cells = CellReader(self._options.scale, is_ours=tuple(table.header) == HEADER)
            reading = Reading(self._building, columns, cells, self._known)
            split = _Split(columns)
            for line, row in table.lists():
                self._rows += 1
                about, article = split.about(row), split.article(row)
                if about not in self._about:
                    self._take_question(reading, about, split.only(row, split.about_places), line)
                if article not in self._articles:
                    self._take_article(reading, article, split.only(row, split.article_places), line)
            if table.problems.count:
                raise NotPlainError
        reading.finish()
        questions = [self._building.get("question", slug) for slug in set(self._about.values())]
        if any(question is None or question.kind is not QuestionKind.BINARY for question in questions):
            raise NotPlainError
        self._titles = {question.slug: question.title for question in questions}
        self._building.read = {"rows": self._rows, "predictions": self._rows}
        return self._building.finish(self._known.records)

    def _take_question(self, reading: Reading, key: tuple[str, ...], cells: list[str], line: int) -> None:
        _, slug, _ = reading.take_about(cells, f"line {line}")
        if not slug:
            raise NotPlainError
        self._about[key] = slug

    def _take_article(self, reading: Reading, key: tuple[str, ...], cells: list[str], line: int) -> None:
        speakers, _, article = reading.take_about(cells, f"line {line}")
        if len(speakers) != 1 or article is None:
            raise NotPlainError
        self._sources[key[0]] = speakers[0]
        self._articles[key] = article

    def predictions(self, keys: Keys) -> Iterator[tuple[tuple[Any, ...], int, str, str]]:
        """Every prediction as its columns, its source's key, its slug, and its JSON; `keys` are by kind and slug."""
        with open_file(self._path) as file, self._open(file) as table:
            columns = choose_columns(table, self._options)
            split = _Split(columns)
            read = PlainCells(self._options.scale, is_ours=tuple(table.header) == HEADER)
            fields = split.readers(read)
            for _, row in table.lists():
                if any(row[place].strip() for place in split.others):
                    raise NotPlainError
                article = split.article(row)
                slug, source = self._about[split.about(row)], self._sources[article[0]]
                days = read.span(row[split.made_on])
                plain: dict[str, Any] = {"made_on": days[2], "question": slug, "article": self._articles[article]}
                for name, place, reader in fields:
                    if row[place]:
                        plain[name] = reader(row[place])
                yield self._finished(plain, source, days, keys, read)
            if table.problems.count:
                raise NotPlainError

    def _open(self, file: IO[bytes]) -> AbstractContextManager[Table]:
        name = safe(self._path.name)
        return open_table(file, name, Problems(name), self._options.delimiter)

    def _finished(
        self, plain: dict[str, Any], source: str, days: tuple[str, str, str], keys: Keys, read: PlainCells
    ) -> tuple[tuple[Any, ...], int, str, str]:
        share = plain.get("probability")
        if share is None or not plain.get("low", 0.0) <= share <= plain.get("high", 1.0):
            raise NotPlainError
        question = plain["question"]
        claim = plain.setdefault("claim", "")
        if not claim:
            claim = plain["claim"] = f"{read.percent(share)}: {self._titles[question]}"
        slug = plain.get("slug") or f"{read.readable(source)}-{days[1]}-{digest(source, question, days[2])}"
        plain["slug"] = slug
        phrase = plain.get("phrase", "")
        columns = (
            slug,
            keys["question"][question],
            keys["article"][plain["article"]],
            days[0],
            days[1],
            claim,
            plain.get("claim_type", "forecast"),
            phrase,
            plain.get("phrase_about", "yes"),
            None,
            plain.get("fit", "operationalised"),
            share,
            plain.get("low"),
            plain.get("high"),
            plain.get("basis", "analyst"),
            "",
            plain.get("coded_by", ""),
            plain.get("coded_on"),
            plain.get("note", ""),
            search_key(claim, phrase, slug),
        )
        return columns, keys["source"][source], slug, _json(plain, source)


def _json(plain: dict[str, Any], source: str) -> str:
    """The record's canonical JSON: keys sorted, no spaces, what says no more than the default left out."""
    parts = []
    for name in sorted(plain):
        value = plain[name]
        if value != DEFAULTS.get(name):
            parts.append(f'"{name}":{_ENCODE(value) if isinstance(value, str) else repr(value)}')
    parts.append(f'"speakers":["{source}"]')  # after slug, the last of the others
    return "{" + ",".join(parts) + "}"


class _Split:
    """The places of the columns by what they are about."""

    def __init__(self, columns: Mapping[int, Column]) -> None:
        self._columns = columns
        self._named = {column.name: place for place, column in columns.items()}
        self._source = self._named["source"]
        self.made_on = self._named.get("made_on", -1)
        if self.made_on < 0:
            raise NotPlainError
        kinds = {"question", "resolution"}
        self.about_places = sorted(place for place, column in columns.items() if column.table in kinds)
        details = sorted(place for place, column in columns.items() if column.table in {"article", "source"})
        self.article_places = [self._source, self.made_on, *details]
        self._about = _getter(self.about_places)
        self._details = _getter(details)
        plain = {"source", "made_on", *FIELDS}
        self.others = sorted(
            place for place, column in columns.items() if column.table == "prediction" and column.name not in plain
        )

    def about(self, row: list[str]) -> tuple[str, ...]:
        """What tells a row's question and outcome from those of others."""
        return self._about(row)

    def article(self, row: list[str]) -> tuple[str, ...]:
        """What tells a row's source and article, its source first."""
        return (row[self._source], row[self.made_on].strip()[-10:-6], *self._details(row))

    def only(self, row: list[str], places: list[int]) -> list[str]:
        """The row with these cells alone."""
        return [cell if place in places else "" for place, cell in enumerate(row)]

    def readers(self, read: PlainCells) -> list[tuple[str, int, Callable[[str], Any]]]:
        """For each plain column that is there: its field, its place and what reads its cells."""
        return [
            (field, self._named[name], reader(read)) for name, (field, reader) in FIELDS.items() if name in self._named
        ]


def _getter(places: list[int]) -> Callable[[list[str]], tuple[str, ...]]:
    if len(places) > 1:
        return itemgetter(*places)
    return (lambda row: (row[places[0]],)) if places else (lambda _row: ())


def is_worth_it(path: Path) -> bool:
    """Whether a table is so large that reading it twice pays."""
    return path.stat().st_size > _ENOUGH * 50
