"""Predictions and outcomes as one table, which `import csv` reads back: RFC 4180, one row for each prediction.

Rows are sorted by prediction; then come the questions that nobody predicted on, so that no outcome is lost. A text cell
that a spreadsheet would take for a formula begins with an apostrophe, which the import takes away again.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from forecasts.domain.canonical import instant_text
from forecasts.domain.fields import plain, plain_record
from forecasts.domain.formats import outcome_text
from forecasts.domain.wording import read_number
from forecasts.interchange.imports.cells import FALSE, TRUE, join_list, join_pairs, neutral
from forecasts.interchange.imports.csv_columns import COLUMNS, HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forecasts.domain.records import Article, Condition, Phrase, Prediction, Question, Resolution, Source
    from forecasts.interchange.bodies import Body

TABLE_FILE = "forecasts.csv"
_TEXT_FORMS = frozenset({"text", "texts", "shares", "conditions", "references"})


def table_text(body: Body) -> str:
    """The whole table."""
    buffer = io.StringIO(newline="")
    for line in table_lines(body):
        buffer.write(line)
    return buffer.getvalue()


def table_lines(body: Body) -> Iterator[str]:
    """The rows of the table, header first, each as the text of its line (or lines: texts may hold breaks)."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in _table_rows(body):
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _table_rows(body: Body) -> Iterator[tuple[str, ...]]:
    yield HEADER
    writing = _Writing(body)
    asked: set[str] = set()
    for prediction in sorted(body.predictions, key=lambda record: record.slug):
        asked.add(prediction.question)
        yield _row_cells(writing.prediction(prediction))
    for question in sorted(body.questions, key=lambda record: record.slug):
        if question.slug not in asked:
            yield _row_cells(writing.question(question.slug))


def _row_cells(values: dict[str, str]) -> tuple[str, ...]:
    return tuple(
        neutral(values.get(name, "")) if column.form in _TEXT_FORMS else values.get(name, "")
        for name, column in COLUMNS.items()
    )


class _Writing:
    """What rows say of records that many rows share."""

    def __init__(self, body: Body) -> None:
        self._sources: dict[str, Source] = {record.slug: record for record in body.sources}
        self._articles: dict[str, Article] = {record.slug: record for record in body.articles}
        self._questions: dict[str, Question] = {record.slug: record for record in body.questions}
        self._resolutions: dict[str, Resolution] = {
            record.question: record for record in body.resolutions if not record.superseded_reason
        }
        self._phrases: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in body.phrases:
            self._phrases[phrase.standard].append(phrase)
        self._question_cells: dict[str, dict[str, str]] = {}

    def prediction(self, record: Prediction) -> dict[str, str]:
        """The cells of a prediction with its article, question and outcome."""
        number = read_number(record, self._phrases.get(record.standard, ()))
        speakers = [self._sources[slug] for slug in record.speakers]
        article = self._articles[record.article]
        values = {
            **_plain_cells(record, "prediction"),
            "source": join_list(record.speakers),
            "source_name": join_list(source.name for source in speakers),
            "source_kind": join_list(source.kind.value for source in speakers),
            "source_anonymous": join_list(TRUE if source.anonymous else FALSE for source in speakers),
            "via": join_list(record.via),
            **_plain_cells(article, "article"),
            "authors": join_list(article.authors),
            "made_on": str(record.made_on or article.published_on),
            "probability": _number_cell(number.probability),
            "low": _number_cell(number.low),
            "high": _number_cell(number.high),
            "probabilities": join_pairs((item.option, _number_cell(item.probability)) for item in record.probabilities),
            "quantiles": join_pairs((repr(item.level), outcome_text(item.value)) for item in record.quantiles),
            "condition": _conditions_cell(record.condition),
        }
        return {**values, **self.question(record.question)}

    def question(self, slug: str) -> dict[str, str]:
        """The cells of a question and its outcome; none where there is no question."""
        if slug not in self._questions:
            return {}
        if slug not in self._question_cells:
            record = self._questions[slug]
            self._question_cells[slug] = {
                **_plain_cells(record, "question"),
                "options": join_list(record.options),
                "references": join_list(
                    f"{item.as_of}: {_number_cell(item.probability)}: {item.basis}" for item in record.references
                ),
                "range": join_list(outcome_text(end) for end in record.range),
                "question_condition": _conditions_cell((record.condition,) if record.condition else ()),
                **_outcome_cells(self._resolutions.get(slug)),
            }
        return self._question_cells[slug]


def _plain_cells(record: Any, table: str) -> dict[str, str]:
    """The cells of the fields that are single values; vocabularies are written out, defaults and all."""
    fields = plain_record(record, with_defaults=True)
    return {
        name: _value_cell(fields[column.field])
        for name, column in COLUMNS.items()
        if column.table == table and not isinstance(fields.get(column.field), list | dict | None)
    }


def _outcome_cells(record: Resolution | None) -> dict[str, str]:
    if record is None:
        return {}
    return {
        "outcome": outcome_text(record.outcome),
        "void": record.void.value if record.void else "",
        "known_on": str(record.known_on) if record.known_on else "",
        "certainty": record.certainty.value,
        "resolved_at": instant_text(record.resolved_at),
        "resolved_by": record.analyst,
        "evidence": join_list(item.title for item in record.evidence),
        "evidence_url": join_list(item.url for item in record.evidence) if any(i.url for i in record.evidence) else "",
        "resolution_note": record.note,
    }


def _conditions_cell(conditions: Iterable[Condition]) -> str:
    return join_list(f"{condition.question} = {condition.outcome}" for condition in conditions)


def _number_cell(value: float | None) -> str:
    return "" if value is None else repr(float(value))


def _value_cell(value: Any) -> str:
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return _number_cell(value) if isinstance(value, float) else str(plain(value))
