"""A table of predictions and outcomes into records, as a stream: our own export, or anybody's with its columns named.

The file is read twice: once for the records that rows share (sources, articles, questions, outcomes), once for the
predictions, in batches, so that memory does not grow with the rows. A table changes only what it has columns for: where
the ledger knows a record already, its other fields stay.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import pairwise
from typing import IO, Any, Final

from forecasts.domain import formats, kinds, record_rules
from forecasts.domain.fields import maker
from forecasts.domain.records import Prediction, Question
from forecasts.domain.values import is_slug, same_text
from forecasts.interchange.imports import csv_shaping, tables
from forecasts.interchange.imports.building import Building, digest, joined_slug, log_slug
from forecasts.interchange.imports.csv_columns import Carrier, RowReader
from forecasts.interchange.imports.csv_merging import Doubts, KnownRecords, RowMerger, RowSources
from forecasts.interchange.imports.reports import Imported, ImportOptions, Problems
from forecasts.interchange.packs import in_options_order
from forecasts.interchange.record_sets import Known, RecordSet, cross_record_problems
from forecasts.text import safe

BATCH: Final = 500
_AFTER: Final = "after"
"""Among a row's values, the prediction of an earlier row that it revises, where the table leaves that to its order."""
_NUMBERS: Final = frozenset({"probability", "probabilities", "quantiles"})
_WORDS: Final = frozenset({"basis", "phrase", "standard"})


Row = tuple[int, Prediction]
"""A prediction and its line, 0 where it was there before this table and no line has spoken of it."""

Find = Callable[[Sequence[str]], Mapping[str, Row]]
"""Finds the predictions of these slugs that are there."""


class CsvTable:
    """A table being imported: `shared` first, then `predictions`."""

    def __init__(self, file: IO[bytes], name: str, options: ImportOptions, known: Known, find: Find) -> None:
        self._file = file
        self._name = name
        self._options = options
        self._building = Building(name, "csv", "a table", options)
        self._problems = self._building.problems
        self._ledger = known
        self._known = KnownRecords(known)
        self._find = find
        self._merger = RowMerger(self._building, self._known, options)
        self._sources = RowSources(self._building, self._known, self._merger)
        self._titles: dict[str, str] = {}
        self._questions: dict[tuple[str, ...], str] = {}
        self._scenarios: dict[tuple[str, ...], str] = {}
        self._carriers: dict[tuple[str, ...], Carrier] = {}
        self._repeated_days: frozenset[int] = frozenset()
        self._latest: dict[int, str] = {}
        self._doubts = Doubts(())
        self._left_out: set[str] = set()

    def shared(self) -> Imported:
        """The records that rows share. InvalidInputError tells everything that is wrong, in predictions too."""
        rows = predictions = 0
        days = array("q")
        with self._open(self._problems) as table:
            shape = csv_shaping.TableShape(table, self._options)
            reader = RowReader(shape.columns, self._options, is_ours=shape.is_ours)
            for line, row in shape.rows(table.lists()):
                rows += 1
                if day := reader.said_that_day(row):
                    days.append(day)
                predictions += self._take(reader, row, line)
        self._repeated_days = frozenset(one for one, other in pairwise(sorted(days)) if one == other)
        is_set = self._options.constants.get("basis") == kinds.Basis.STATED.value
        self._merger.finish(are_stated=is_set or _WORDS.isdisjoint(field for field, *_ in reader.fields))
        self._building.read = {"rows": rows} | ({"predictions": predictions} if predictions else {})
        if shape.unread:
            self._problems.hint = f"Columns not read: {', '.join(shape.unread[:20])}."
            self._building.notes[self._problems.hint] = None
        body = self._building.body(self._ledger)
        self._doubts = Doubts(body.resolutions)
        named = set(self._questions.values()) - {""}
        self._left_out = {
            one for one in named if not (self._building.has("question", one) or self._known.find("question", one))
        }
        if self._problems.count and self._building.is_strict:
            for _ in self.predictions(self._ledger):
                pass
        return self._building.imported(body)

    def predictions(self, known: Known) -> Iterator[list[Row]]:
        """The predictions in batches, checked beside what is `known` by then, the records that rows share included.

        What is wrong is left out and told; where the table is to be refused for it, nothing more is given, and
        InvalidInputError tells everything at the end.
        """
        batch: list[tuple[int, bool, dict[str, Any]]] = []
        last: list[Row] = []
        self._latest.clear()
        with self._open(Problems(self._name)) as table:
            shape = csv_shaping.TableShape(table, self._options)
            reader = RowReader(shape.columns, self._options, is_ours=shape.is_ours)
            for line, row in shape.rows(table.lists()):
                found = self._prediction(reader, row, line)
                if found is not None:
                    batch.append(found)
                if len(batch) >= BATCH:
                    yield from self._checked(self._made(batch), known, last)
                    batch = []
        yield from self._checked(self._made(batch), known, last)
        yield from self._checked(last, known, None)
        self._building.notes |= dict.fromkeys(self._doubts.told(self._options, reader.values_of("probability")))
        self._building.refuse()

    def _open(self, problems: Problems) -> AbstractContextManager[tables.Table]:
        self._file.seek(0)
        return tables.open_table(self._file, self._name, problems, self._options)

    # what rows share

    def _take(self, reader: RowReader, row: list[str], line: int) -> bool:
        """Take what a row says of the records that it shares with others; returns whether it is a prediction."""
        about, key = reader.about(row), reader.carrier(row)
        question, found = self._questions.get(about), self._carriers.get(key)
        if question is not None and found is not None and found.speakers:
            return True  # as most rows: nothing that was not taken before
        before, where = self._problems.count, f"line {line}"
        if question is None:
            given = reader.given(row, reader.about_places, self._problems, where)
            question, scenario = self._question(given, where)
            if self._problems.count == before:
                self._questions[about], self._scenarios[about] = question, scenario
        if found is not None and (found.speakers or reader.is_named(row)):
            return True
        given = reader.given(row, reader.carrier_places, self._problems, where)
        if given is None:
            return True
        speakers = self._sources.of_row(given, where)
        if not all(speakers):
            return True
        if not speakers and not reader.is_named(row):
            if reader.has_number(row):
                self._problems.add(where, "source", "nothing", "whose forecast this row's number is")
            elif not question and self._problems.count == before:
                self._problems.add(where, "source", "nothing", "a source, or a question with its outcome alone")
            return False
        slug = given["prediction"].get("standard", "")
        if slug and not self._known.find("standard", slug):
            self._merger.merge("standard", slug, {}, where)
            self._building.notes[f"Standard known by its slug only: {safe(slug, 80)}."] = None
        article = self._article(given.get("article", {}), speakers, reader.day(row), where)
        if self._problems.count == before and article is not None:
            via = tuple(given["prediction"].get("via", ()))
            self._carriers[key] = Carrier(tuple(speakers), via, article)
        return True

    def _question(self, given: Mapping[str, dict[str, Any]] | None, where: str) -> tuple[str, str]:
        """The question of a row, its outcome taken too, or the scenario of a claim on none; else empty strings."""
        if given is None:
            return "", ""
        values, outcome = dict(given.get("question", {})), given.get("resolution", {})
        if "scenario" in values:
            values["scenario"] = self._scenario(values["scenario"], where)
        text = values.pop("slug", "")
        if not text:
            scenario = values.pop("scenario", "")
            if values:
                self._problems.add(where, "question", "nothing", "the question that the other columns are of")
            if outcome:
                self._problems.add(where, "question", "nothing", "the question whose outcome this is")
            return "", scenario
        slug = self._known.question(text)
        if not is_slug(text):
            known = self._known.find("question", slug)
            title = known.title if known else self._titles.setdefault(slug, text)
            if same_text(title) == same_text(text):
                self._building.tell_as_one("question", title, text)
            if not known:
                values.setdefault("title", title)
        self._merger.merge("question", slug, values, where)
        if "outcome" in outcome or "void" in outcome:
            self._merger.merge("resolution", slug, outcome, where)
        return slug, ""

    def _scenario(self, text: str, where: str) -> str:
        slug = text if is_slug(text) else joined_slug(text, key=digest(text, length=8))
        self._merger.merge("scenario", slug, {} if slug == text else {"title": text}, where)
        return slug

    def _article(self, values: dict[str, Any], speakers: list[str], day: str, where: str) -> str | None:
        """The article of a row, by default a log of its source of one year; None where its day is needed and wrong."""
        if "outlet" in values:
            values["outlet"] = self._sources.take(values["outlet"], where)
        if "authors" in values:
            values["authors"] = [self._sources.take(text, where) for text in values["authors"]]
        slug = str(values.pop("slug", ""))
        day = day or values.get("published_on", "")
        if slug:
            if day:
                self._merger.set_default_date(slug, day)
            self._merger.merge("article", slug, {name: value for name, value in values.items() if value}, where)
            return slug
        if not speakers or not day:
            self._problems.add(where, "made_on", "nothing", "a day")
            return None
        if not tables.is_span(day):
            return None  # what is wrong with it is told of the prediction
        year = day[-10:-6]
        slug = log_slug(speakers[0], int(year))
        log = {
            "title": f"Predictions of {speakers[0]}, {year}",
            "authors": speakers[:1],
            "published_on": f"{year}-01-01/{year}-12-31",
            "published_basis": "inferred",
            "coverage": "selected",
        }
        self._merger.merge("article", slug, log, where)
        return slug

    # predictions

    def _prediction(self, reader: RowReader, row: list[str], line: int) -> tuple[int, bool, dict[str, Any]] | None:
        """A row's line, whether it names its prediction, and its values; None where it has none, or is wrong."""
        carrier = self._carriers.get(reader.carrier(row))
        if (carrier is None or not carrier.speakers) and not reader.is_prediction(row):
            return None
        before = self._problems.count
        values: dict[str, Any] = {}
        for field, place, memory, parse in reader.fields:
            cell = row[place]
            if cell:
                value = memory.get(cell)
                if value is None:
                    value = parse(cell, self._problems, line)
                    if value is None:
                        continue
                values[field] = value
        question = self._questions.get(reader.about(row))
        if self._problems.count > before or carrier is None or question is None:
            return None
        if question in self._left_out:
            self._building.skips.add("prediction", "its question is left out", f"line {line}")
            return None
        values["question"], values["article"] = question, carrier.article
        if not question and (scenario := self._scenarios[reader.about(row)]):
            values["scenario"] = scenario
        if carrier.speakers:
            values["speakers"] = carrier.speakers
        if carrier.via:
            values["via"] = carrier.via
        if "made_on" in values and (at := reader.moment(row)):
            values["made_at"] = at
        if "slug" in values:
            said = reader.said_that_day(row)
            if said in self._repeated_days:
                values[_AFTER] = self._latest.get(said, "")
                self._latest[said] = values["slug"]
            return line, True, values
        day, who = reader.day(row) or carrier.article, carrier.speakers or (carrier.article,)
        moment = (formats.instant_text(values["made_at"]),) if "made_at" in values else ()
        values["slug"] = joined_slug(who[0], day[-10:], key=digest(*who, question, day, *moment))
        return line, False, values

    def _made(self, batch: Sequence[tuple[int, bool, dict[str, Any]]]) -> Iterator[Row]:
        earlier = dict(self._find([values["slug"] for _, _, values in batch]))
        for line, is_named, values in batch:
            slug = values["slug"]
            before, after = earlier.get(slug), values.pop(_AFTER, "")
            if before is None and after:  # of one day the later row revises the earlier
                values["supersedes"] = after
            question: Question | None = self._building.get("question", values["question"])
            record = (
                self._over(before[1], values, question) if before and not before[0] else self._new(values, question)
            )
            if before and before[0]:
                self._repeated(before, record, line, is_named=is_named)
            elif problems := record_rules.rule_problems(record):
                self._problems.take(problems, f"line {line}")
            else:
                earlier[slug] = row = line, record
                self._doubts.look(record, question)
                yield row

    def _new(self, values: dict[str, Any], question: Question | None) -> Prediction:
        if question and question.options and "probabilities" in values:
            values["probabilities"] = in_options_order(values["probabilities"], question.options)
        if "claim" not in values:
            title = question.title if question else values["question"]
            values["claim"] = _claim_of(values.get("probability"), title)
        values.setdefault("speakers", ())
        if not _NUMBERS.isdisjoint(values) and _WORDS.isdisjoint(values):
            values["basis"] = kinds.Basis.STATED  # nobody read it from words
        made: Prediction = maker(Prediction)(**values)
        return made

    def _over(self, known: Prediction, values: dict[str, Any], question: Question | None) -> Prediction:
        """The prediction of the ledger with what the table says that it does not imply itself."""
        implied = self._known.implied(known)
        title = question.title if question else ""
        if "claim" not in values and known.claim == _claim_of(known.probability, title):
            values["claim"] = _claim_of(values.get("probability", known.probability), title)
        if values["question"]:
            values["scenario"] = ""
        return replace(known, **{name: value for name, value in values.items() if implied.get(name, self) != value})

    def _repeated(self, before: Row, record: Prediction, line: int, *, is_named: bool) -> None:
        first, earlier = before
        if earlier == record:
            self._building.skips.add("row", "the same prediction again", f"line {line}")
        elif is_named:
            self._building.tell_difference(earlier, record, f"line {first}", f"line {line}")
        else:
            expected = (
                f"one prediction a day of a source on a question (line {first} has another), or a column prediction"
            )
            self._problems.add(f"line {line}", "prediction", "nothing", expected)

    def _checked(
        self, rows: Sequence[Row] | Iterator[Row], known: Known, last: list[Row] | None
    ) -> Iterator[list[Row]]:
        """The rows if they agree with what is known; those that refer to other predictions are kept for the last."""
        kept = list(rows)
        if last is not None:
            referring = [row for row in kept if row[1].restates or row[1].supersedes]
            if referring:
                last += referring
                kept = [row for row in kept if not (row[1].restates or row[1].supersedes)]
        while kept and not (self._building.is_strict and self._problems.count):
            body = RecordSet(pack=self._building.pack, predictions=tuple(record for _, record in kept))
            problems = cross_record_problems(body, known)
            if not problems:
                yield kept
                return
            lines = {record.slug: line for line, record in kept}
            for problem in problems:
                self._problems.take([problem], f"line {lines[problem.name]}")
            wrong = {problem.name for problem in problems}
            kept = [row for row in kept if row[1].slug not in wrong]


def _claim_of(share: float | None, title: str) -> str:
    """The claim of a prediction of which the table has none."""
    return title if share is None else f"{formats.percent(share)}: {title}"
