"""A table of predictions and outcomes into records: our own export, or anybody's with its columns named.

A table changes only what it has columns for: where the ledger knows a record already, its other fields stay.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from forecasts.domain.agreement import read_outcome
from forecasts.domain.records import (
    Article,
    Prediction,
    Question,
    Record,
    Resolution,
    Scenario,
    Source,
    Standard,
)
from forecasts.domain.references import nearest
from forecasts.domain.values import is_slug, shown
from forecasts.interchange.bodies import NOTHING_KNOWN
from forecasts.interchange.imports.building import Building, log_slug
from forecasts.interchange.imports.csv_cells import CellError, CellReader
from forecasts.interchange.imports.csv_columns import COLUMNS, HEADER, NUMBERS, REQUIRED, Column
from forecasts.interchange.imports.csv_known import KnownRecords
from forecasts.interchange.imports.forecast_logs import percent
from forecasts.interchange.imports.moments import is_span, read_instant
from forecasts.interchange.imports.naming import digest, joined_slug
from forecasts.interchange.imports.tables import Table, open_table
from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasts.interchange.bodies import Known
    from forecasts.interchange.imports.reports import Imported, ImportOptions

NO_NOTE = "As given in the imported table."
_CLASSES: dict[str, type[Record]] = {
    "source": Source,
    "standard": Standard,
    "scenario": Scenario,
    "article": Article,
    "question": Question,
}


def read_csv(file: IO[bytes], name: str, options: ImportOptions, known: Known = NOTHING_KNOWN) -> Imported:
    """The records of a table. InvalidInputError tells everything that is wrong with it, by line and column."""
    building = Building(name, "csv", "a table")
    with open_table(file, name, building.problems, options.delimiter) as table:
        columns = choose_columns(table, options)
        is_ours = tuple(table.header) == HEADER
        reading = _Reading(building, columns, CellReader(options.scale, is_ours=is_ours), KnownRecords(known))
        for line, cells in table.lists():
            building.count("rows")
            reading.take(cells, f"line {line}")
    reading.finish()
    unread = [column for position, column in enumerate(table.header) if position not in columns and column.strip()]
    if unread:
        building.notes[f"Columns not read: {', '.join(safe(column, 40) for column in unread[:20])}."] = None
    return building.finish(known)


def choose_columns(table: Table, options: ImportOptions) -> dict[int, Column]:
    """Which column of ours stands at which place of the header: as mapped, else by name whatever its case.

    InvalidInputError where one is mapped to what is not there, a needed one is missing, or the scale is not stated.
    """
    problems, found = table.problems, dict[int, Column]()
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
    for needed in REQUIRED:
        if needed not in mapped:
            expected = f"a column {needed} ({COLUMNS[needed].says}), or --map {needed}=…"
            problems.add("line 1", needed, "no such column", expected)
    is_ours = tuple(table.header) == HEADER
    if options.scale not in {"share", "percent"} and not is_ours and mapped.intersection(NUMBERS):
        found_columns = ", ".join(name for name in NUMBERS if name in mapped)
        problems.add("line 1", found_columns, "no scale", "--scale share (0 to 1) or --scale percent (0 to 100)")
    problems.refuse(table.name)
    return found


class _Reading:
    """The rows of a table so far: what each says of each record, and the predictions to be made of them."""

    def __init__(
        self, building: Building, columns: Mapping[int, Column], cells: CellReader, known: KnownRecords
    ) -> None:
        self._building = building
        self._columns = columns
        self._cells = cells
        self._known = known
        self._said: dict[tuple[str, str], dict[str, tuple[Any, str]]] = {}
        self._names: dict[str, tuple[str, str]] = {}
        self._predictions: list[tuple[str, dict[str, Any], str]] = []
        self._keys: dict[tuple[Any, ...], tuple[str, dict[str, Any]]] = {}

    def take(self, cells: Sequence[str], where: str) -> None:
        """Take one row."""
        given: dict[str, dict[str, Any]] = {"prediction": {}}
        for place, column in self._columns.items():
            cell = cells[place]
            if not cell.strip():
                continue
            try:
                given.setdefault(column.table, {})[column.field] = self._cells.read(column, cell)
            except CellError as error:
                self._building.problems.add(where, column.name, shown(cell), str(error))
                return
        speakers = self._sources(given, where)
        question = self._question(given, where)
        if given.get("resolution"):
            self._resolution(given["resolution"], question, where)
        if speakers or "slug" in given["prediction"] or given["prediction"].get("attribution") == "ambiguous":
            self._prediction(given, speakers, question, where)
        elif not question:
            self._building.problems.add(where, "source", "nothing", "a source, or a question with its outcome alone")

    def _say(self, kind: str, slug: str, values: Mapping[str, Any], where: str) -> None:
        """What a row says of a record; another row must not say otherwise."""
        said = self._said.setdefault((kind, slug), {})
        said.setdefault("slug", (slug, where))
        for field, value in values.items():
            before = said.setdefault(field, (value, where))
            if before[0] != value:
                expected = f"{shown(before[0])}, as on {before[1]}, or another {kind}"
                self._building.problems.add(f"{where}: {kind} {slug}", field, shown(value), expected)

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
                    self._say("source", slug, {field: value}, where)
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
            self._say("source", slug, {} if is_slug(text) else {"name": text}, where)
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
            self._say("scenario", values["scenario"], {"title": title}, where)
        elif "scenario" in values:
            self._say("scenario", values["scenario"], {}, where)
        self._say("question", slug, values, where)
        return slug

    def _resolution(self, values: Mapping[str, Any], question: str, where: str) -> None:
        if not question:
            self._building.problems.add(where, "question", "nothing", "the question whose outcome this is")
        elif "outcome" in values or "void" in values:
            self._say("resolution", question, values, where)

    def _prediction(self, given: Mapping[str, dict[str, Any]], speakers: list[str], question: str, where: str) -> None:
        values = dict(given["prediction"])
        self._building.count("predictions")
        values |= {"speakers": speakers, "question": question} if speakers else {"question": question}
        article = self._article(given.get("article", {}), speakers, values, where)
        if article is None:
            return
        values["article"] = article
        if "standard" in values and not self._known.find("standard", values["standard"]):
            self._say("standard", values["standard"], {}, where)
            self._building.notes[f"Standard known by its slug only: {safe(values['standard'], 80)}."] = None
        if "slug" not in values:
            key = (tuple(speakers), question, str(values.get("made_on", article)))
            values["slug"] = joined_slug(speakers[0], str(key[2])[-10:], key=digest(*speakers, *key[1:]))
            if key in self._keys:
                self._tell_repeated(key, values, where)
                return
            self._keys[key] = (where, values)
        self._predictions.append((values["slug"], values, where))

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
            if not self._known.find("article", slug):
                values.setdefault("published_on", day)
            self._say("article", slug, {name: value for name, value in values.items() if value}, where)
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
        self._say("article", slug, log, where)
        return slug

    def finish(self) -> None:
        """Make the records of all that was said, each laid over what the ledger has of it."""
        titles: dict[str, str] = {}
        for kind, cls in _CLASSES.items():
            for (table, slug), said in self._said.items():
                if table == kind:
                    record = self._make(kind, cls, slug, said)
                    titles[slug] = getattr(record, "title", "") if kind == "question" else titles.get(slug, "")
        for slug, values, where in self._predictions:
            self._make_prediction(slug, values, where)
        for (table, slug), said in self._said.items():
            if table == "resolution":
                self._make_resolution(slug, {field: value for field, (value, _) in said.items()}, said["slug"][1])

    def _make(self, kind: str, cls: type[Record], slug: str, said: Mapping[str, tuple[Any, str]]) -> Record | None:
        known = self._known.fields(kind, slug)
        given = {field: value for field, (value, _) in said.items()}
        if not known:
            given = {**self._defaults(kind, slug, given), **given}
        return self._building.add(cls, {**known, **given}, said["slug"][1])

    def _defaults(self, kind: str, slug: str, given: Mapping[str, Any]) -> dict[str, Any]:
        if kind == "source":
            return {"name": slug, "kind": "unknown"}
        if kind == "question":
            title = given.get("title", slug)
            return {"title": title, "criteria": given.get("title", title)}
        return {"title": slug, "coverage": "selected"} if kind == "article" else {"title": slug}

    def _make_prediction(self, slug: str, values: dict[str, Any], where: str) -> None:
        known = self._known.fields("prediction", slug)
        if known:
            implied = self._known.implied(slug)
            values = {name: value for name, value in values.items() if implied.get(name, self) != value}
        elif "claim" not in values:
            values["claim"] = self._claim(values)
        self._building.add(Prediction, {**known, **values}, where)

    def _claim(self, values: Mapping[str, Any]) -> str:
        question = self._building.get("question", values["question"])
        title = question.title if isinstance(question, Question) else values["question"]
        share = values.get("probability")
        return f"{percent(share)}: {title}" if isinstance(share, float) else str(title)

    def _make_resolution(self, slug: str, given: dict[str, Any], where: str) -> None:
        question = self._building.get("question", slug)
        if not isinstance(question, Question):
            return
        del given["slug"]
        titles, urls = given.pop("evidence", []), given.pop("evidence_url", [])
        if urls and len(urls) != len(titles):
            found = f"{len(urls)} addresses"
            self._building.problems.add(
                where, "evidence_url", found, f"{len(titles)}, one for each title, perhaps empty"
            )
            return
        evidence = [{"title": title} for title in titles]
        for item, url in zip(evidence, urls, strict=False):
            item["url"] = url
        text = given.get("outcome")
        if text is not None:
            try:
                given["outcome"] = read_outcome(question, text)
            except ValueError as error:
                self._building.problems.add(where, "outcome", shown(text), str(error))
                return
        known = self._known.resolution(slug)
        if not evidence and "note" not in given and not known:
            given["note"] = NO_NOTE
        if "resolved_at" not in given and known:
            given["resolved_at"] = known["resolved_at"]
        if "resolved_at" not in given:
            known_on = given.get("known_on", "")
            day = known_on[-10:] if is_span(known_on) else str(question.resolves_on)
            given["resolved_at"] = f"{day}T00:00:00Z"
        self._building.add(Resolution, self._over_known(slug, given, evidence), where)

    def _over_known(self, question: str, given: dict[str, Any], evidence: list[dict[str, Any]]) -> dict[str, Any]:
        """The resolution as the table says it, laid over the one in force where the table speaks of that one."""
        known = self._known.resolution(question)
        same_moment = read_instant(given["resolved_at"]) == read_instant(known.get("resolved_at", ""))
        if not known or not same_moment:
            return {"question": question, **given, "evidence": evidence}
        there = [(item["title"], item.get("url", "")) for item in known.get("evidence", ())]
        if not evidence or [(item["title"], item.get("url", "")) for item in evidence] == there:
            return {**known, **given}
        return {**known, **given, "evidence": evidence}
