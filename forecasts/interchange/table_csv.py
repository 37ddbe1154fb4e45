"""Predictions and outcomes as one table, which `import csv` reads back: RFC 4180, one row for each prediction.

Rows are sorted by prediction; then come the questions that nobody predicted on, so that no outcome is lost. A text cell
that a spreadsheet would take for a formula begins with an apostrophe, which the import takes away again.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import repeat
from typing import Any

from forecasts.domain.records import Article, Prediction, Question, Resolution, Source
from forecasts.domain.wording import by_standard, read_number
from forecasts.interchange.imports.csv_columns import COLUMNS, HEADER
from forecasts.interchange.record_sets import RecordSet


def table_text(body: RecordSet) -> str:
    buffer = io.StringIO(newline="")
    for line in table_lines(body):
        buffer.write(line)
    return buffer.getvalue()


def table_lines(body: RecordSet) -> Iterator[str]:
    """The rows of the table, header first, each as the text of its line (or lines: texts may hold breaks)."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in _table_rows(body):
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _table_rows(body: RecordSet) -> Iterator[tuple[str, ...]]:
    yield HEADER
    writing = _Writing(body)
    asked: set[str] = set()
    for prediction in sorted(body.predictions, key=lambda record: record.slug):
        asked.add(prediction.question)
        yield tuple(map(writing.prediction(prediction).get, HEADER, repeat("")))
    for question in sorted(body.questions, key=lambda record: record.slug):
        if question.slug not in asked:
            yield tuple(map(writing.question(question.slug).get, HEADER, repeat("")))


class _Writing:
    """What rows say of records that many rows share."""

    def __init__(self, body: RecordSet) -> None:
        self._sources: dict[str, Source] = {record.slug: record for record in body.sources}
        self._articles: dict[str, Article] = {record.slug: record for record in body.articles}
        self._questions: dict[str, Question] = {record.slug: record for record in body.questions}
        self._resolutions: dict[str, Resolution] = {
            record.question: record for record in body.resolutions if not record.superseded_reason
        }
        self._phrases = by_standard(body.phrases)
        self._question_cells: dict[str, dict[str, str]] = {}

    def prediction(self, record: Prediction) -> dict[str, str]:
        """The cells of a prediction with its article, question and outcome."""
        number = read_number(record, self._phrases.get(record.standard, ()))
        speakers = [self._sources[slug] for slug in record.speakers]
        article = self._articles[record.article]
        in_force = replace(
            record,
            made_on=record.made_on or article.published_on,
            probability=number.probability,
            low=number.low,
            high=number.high,
        )
        return {
            **_cells("prediction", lambda field: getattr(in_force, field)),
            **_cells("source", lambda field: [getattr(source, field) for source in speakers]),
            **_cells("article", lambda field: getattr(article, field)),
            **({"scenario": record.scenario} if record.scenario else self.question(record.question)),
        }

    def question(self, slug: str) -> dict[str, str]:
        """The cells of a question and its outcome; none where there is no question."""
        if slug not in self._questions:
            return {}
        if slug not in self._question_cells:
            record, resolution = self._questions[slug], self._resolutions.get(slug)
            self._question_cells[slug] = _cells("question", lambda field: getattr(record, field))
            if resolution is not None:
                self._question_cells[slug] |= _cells("resolution", partial(_resolution_value, resolution))
        return self._question_cells[slug]


def _cells(table: str, value_of: Callable[[str], Any]) -> dict[str, str]:
    return {name: column.cell(value_of(column.field)) for name, column in COLUMNS.items() if column.table == table}


def _resolution_value(record: Resolution, field: str) -> Any:
    if field == "evidence":
        return [item.title for item in record.evidence]
    if field == "evidence_url":
        urls = [item.url for item in record.evidence]
        return urls if any(urls) else None
    return getattr(record, field)
