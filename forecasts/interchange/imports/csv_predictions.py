"""A table of predictions and outcomes into records: our own export, or anybody's with its columns named.

A table changes only what it has columns for: where the ledger knows a record already, its other fields stay.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from forecasts.domain.values import is_slug, shown
from forecasts.interchange.bodies import NOTHING_KNOWN
from forecasts.interchange.imports.building import Building, log_slug
from forecasts.interchange.imports.csv_cells import CellError, CellReader
from forecasts.interchange.imports.csv_columns import HEADER, Column
from forecasts.interchange.imports.csv_header import choose_columns
from forecasts.interchange.imports.csv_known import KnownRecords
from forecasts.interchange.imports.csv_said import Said
from forecasts.interchange.imports.moments import is_span
from forecasts.interchange.imports.naming import digest, joined_slug
from forecasts.interchange.imports.tables import open_table
from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasts.interchange.bodies import Known
    from forecasts.interchange.imports.reports import Imported, ImportOptions


_NUMBERS = ("probability", "low", "high", "probabilities", "quantiles")


def read_csv(file: IO[bytes], name: str, options: ImportOptions, known: Known = NOTHING_KNOWN) -> Imported:
    """The records of a table. InvalidInputError tells everything that is wrong with it, by line and column."""
    building = Building(name, "csv", "a table")
    with open_table(file, name, building.problems, options.delimiter) as table:
        columns = choose_columns(table, options)
        is_ours = tuple(table.header) == HEADER
        reading = Reading(building, columns, CellReader(options.scale, is_ours=is_ours), KnownRecords(known))
        for line, cells in table.lists():
            building.count("rows")
            reading.take(cells, f"line {line}")
    reading.finish()
    unread = [column for position, column in enumerate(table.header) if position not in columns and column.strip()]
    if unread:
        building.notes[f"Columns not read: {', '.join(safe(column, 40) for column in unread[:20])}."] = None
    return building.finish(known)


class Reading:
    """The rows of a table so far: what each says of each record, and the predictions to be made of them.

    One that does not remember cannot tell when a prediction stands there twice, and does not grow with the rows.
    """

    def __init__(
        self,
        building: Building,
        columns: Mapping[int, Column],
        cells: CellReader,
        known: KnownRecords,
        *,
        said: Said | None = None,
        remembers: bool = True,
    ) -> None:
        self._building = building
        self._columns = columns
        self._cells = cells
        self._known = known
        self._said = said or Said(building, known)
        self._remembers = remembers
        self._names: dict[str, tuple[str, str]] = {}
        self._keys: dict[tuple[Any, ...], tuple[str, dict[str, Any]]] = {}

    def take(self, cells: Sequence[str], where: str) -> None:
        """Take one row."""
        given = self._given(cells, where)
        if given is None:
            return
        speakers = self._sources(given, where)
        question = self._about(given, where)
        if speakers or "slug" in given["prediction"] or given["prediction"].get("attribution") == "ambiguous":
            self._prediction(given, speakers, question, where)
        elif any(field in given["prediction"] for field in _NUMBERS):
            self._building.problems.add(where, "source", "nothing", "whose forecast this row's number is")
        elif not question:
            self._building.problems.add(where, "source", "nothing", "a source, or a question with its outcome alone")

    def take_about(self, cells: Sequence[str], where: str) -> tuple[list[str], str, str | None]:
        """Take what a row is about, and no prediction: its sources, its question, and its article where it has one."""
        given = self._given(cells, where) or {"prediction": {}}
        speakers = self._sources(given, where)
        question = self._about(given, where)
        article = self._article(given.get("article", {}), speakers, given["prediction"], where) if speakers else None
        return speakers, question, article

    def _given(self, cells: Sequence[str], where: str) -> dict[str, dict[str, Any]] | None:
        """The values of a row by kind of record and field; None where a cell is told to be wrong."""
        given: dict[str, dict[str, Any]] = {"prediction": {}}
        for place, column in self._columns.items():
            cell = cells[place]
            if not cell.strip():
                continue
            try:
                given.setdefault(column.table, {})[column.field] = self._cells.read(column, cell)
            except CellError as error:
                self._building.problems.add(where, column.name, shown(cell), str(error))
                return None
        return given

    def _about(self, given: Mapping[str, dict[str, Any]], where: str) -> str:
        """The question of a row, its outcome taken too."""
        question = self._question(given, where)
        if given.get("resolution"):
            self._resolution(given["resolution"], question, where)
        return question

    def _sources(self, given: Mapping[str, dict[str, Any]], where: str) -> list[str]:
        texts = given["prediction"].pop("speakers", [])
        slugs = [self._source(text, where) for text in texts]
        details = given.get("source", {})
        for field, values in details.items():
            if len(values) != len(slugs):
                found, expected = f"{len(values)} items", f"{len(slugs)}, one for each source"
                self._building.problems.add(where, f"source_{field}", found, expected)
                continue
            for slug, value in zip(slugs, values, strict=True):
                if field == "name" and not self._known.goes_by(slug, value):
                    self._tell_other_name(slug, value, where)
                elif field != "name" or not self._known.find("source", slug):
                    self._said.say("source", slug, {field: value}, where)
        if "via" in given["prediction"]:
            given["prediction"]["via"] = [self._source(text, where) for text in given["prediction"]["via"]]
        return slugs

    def _source(self, text: str, where: str) -> str:
        slug = self._known.source(text)
        if not is_slug(slug):
            self._building.problems.add(where, "source", shown(text), "a slug, or a name")
            return slug
        name, place = self._names.setdefault(slug, (text, where))
        if name.casefold() != text.casefold() and slug not in {name, text}:
            expected = f"a slug in its place: {shown(name)} on {place} would have the same, {slug}"
            self._building.problems.add(where, "source", shown(text), expected)
            return slug
        if not self._known.goes_by(slug, text):
            self._tell_other_name(slug, text, where)
        if not self._known.find("source", slug):
            self._said.say("source", slug, {} if is_slug(text) else {"name": text}, where)
        return slug

    def _tell_other_name(self, slug: str, name: str, where: str) -> None:
        found = self._known.find("source", slug)
        expected = f"{shown(found.name)}, the name of {slug} in the ledger, or another slug"
        self._building.problems.add(where, "source_name", shown(name), expected)

    def _question(self, given: Mapping[str, dict[str, Any]], where: str) -> str:
        values = dict(given.get("question", {}))
        text = values.pop("slug", "")
        if not text:
            if values:
                self._building.problems.add(where, "question", "nothing", "the question that the other columns are of")
            return ""
        slug = self._known.question(text)
        if not is_slug(text) and not self._known.find("question", slug):
            values.setdefault("title", text)
        if "scenario" in values and not is_slug(values["scenario"]):
            title = values["scenario"]
            values["scenario"] = joined_slug(title, key=digest(title, length=8))
            self._said.say("scenario", values["scenario"], {"title": title}, where)
        elif "scenario" in values:
            self._said.say("scenario", values["scenario"], {}, where)
        self._said.say("question", slug, values, where)
        return slug

    def _resolution(self, values: Mapping[str, Any], question: str, where: str) -> None:
        if not question:
            self._building.problems.add(where, "question", "nothing", "the question whose outcome this is")
        elif "outcome" in values or "void" in values:
            self._said.say("resolution", question, values, where)

    def _prediction(self, given: Mapping[str, dict[str, Any]], speakers: list[str], question: str, where: str) -> None:
        values = dict(given["prediction"])
        self._building.count("predictions")
        values |= {"speakers": speakers, "question": question} if speakers else {"question": question}
        article = self._article(given.get("article", {}), speakers, values, where)
        if article is None:
            return
        values["article"] = article
        if "standard" in values and not self._known.find("standard", values["standard"]):
            self._said.say("standard", values["standard"], {}, where)
            self._building.notes[f"Standard known by its slug only: {safe(values['standard'], 80)}."] = None
        if "slug" not in values:
            key = (tuple(speakers), question, str(values.get("made_on", article)))
            values["slug"] = joined_slug(speakers[0], str(key[2])[-10:], key=digest(*speakers, *key[1:]))
            if key in self._keys:
                self._tell_repeated(key, values, where)
                return
            if self._remembers:
                self._keys[key] = (where, values)
        self._said.predict(values["slug"], values, where)

    def _tell_repeated(self, key: tuple[Any, ...], values: Mapping[str, Any], where: str) -> None:
        place, before = self._keys[key]
        if before == values:
            self._building.skips.add("row", "the same prediction again", where)
            return
        expected = f"one prediction a day of a source on a question ({place} has another), or a column prediction"
        self._building.problems.add(where, "prediction", "nothing", expected)

    def _article(
        self, values: Mapping[str, Any], speakers: list[str], prediction: Mapping[str, Any], where: str
    ) -> str | None:
        values = dict(values)
        if "outlet" in values:
            values["outlet"] = self._source(values["outlet"], where)
        if "authors" in values:
            values["authors"] = [self._source(text, where) for text in values["authors"]]
        slug = values.pop("slug", "")
        day = prediction.get("made_on") or values.get("published_on", "")
        if slug:
            if day:
                self._said.say_day(slug, day)
            self._said.say("article", slug, {name: value for name, value in values.items() if value}, where)
            return str(slug)
        if not speakers or not is_span(day):
            found, expected = (shown(day), "a day YYYY-MM-DD, or a span first/last") if day else ("nothing", "a day")
            self._building.problems.add(where, "made_on", found, expected)
            return None
        slug = log_slug(speakers[0], int(day[-10:-6]))
        year = day[-10:-6]
        log = {
            "title": f"Predictions of {speakers[0]}, {year}",
            "authors": speakers[:1],
            "published_on": f"{year}-01-01/{year}-12-31",
            "published_basis": "inferred",
            "coverage": "selected",
        }
        self._said.say("article", slug, log, where)
        return slug

    def finish(self) -> None:
        """Make the records of all that was said."""
        self._said.finish()
