"""From the ledger's rows to the columns that scoring reads, and back from positions to names."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from forecasts.db import scoring_rows as rows
from forecasts.db.reader import SqlReader
from forecasts.db.rescoring import Surroundings, Touched, find_claims, find_surroundings
from forecasts.db.scoring_rows import ColumnReader, among
from forecasts.domain.kinds import DeadlineBasis, QuestionKind
from forecasts.scoring.arrays import distinct_rows
from forecasts.scoring.columns import (
    NONE,
    SCALED_UNIT,
    VOCABULARIES,
    Columns,
    PredictionColumns,
    QuestionState,
    SourceColumns,
)
from forecasts.scoring.readings import take_readings
from forecasts.services import column_tables as tables
from forecasts.services.column_tables import Keys, Positions

DAYS = "days"
"""The unit of a date question."""

_OF_QUESTIONS = {"kind": QuestionKind, "deadline_basis": DeadlineBasis}


_WHOLE_RANGE = "share of the range"


def nan_to_none(value: float) -> float | None:
    return None if value != value else float(value)


def nans_to_none(values: NDArray[np.float64]) -> list[float | None]:
    found: list[float | None] = values.tolist()
    for row in np.flatnonzero(np.isnan(values)).tolist():
        found[row] = None
    return found


class Numbered(NamedTuple):
    """A column as the number of each row's value among these."""

    values: Sequence[Any]
    rows: NDArray[np.int64]

    @classmethod
    def of(cls, column: Sequence[Any], place: NDArray[np.int64]) -> Self:
        """Of what stands at these places of a column."""
        if not column or column.count(column[0]) == len(column):
            return cls(column[:1], np.zeros(place.size, dtype=np.int64))
        number = {value: at for at, value in enumerate(dict.fromkeys(column))}
        return cls(list(number), np.array([number[value] for value in column], dtype=np.int64)[place])


def combined(*columns: NDArray[Any] | Numbered) -> tuple[list[Any], NDArray[np.intp]]:
    """What stands beside each other in columns, each combination once, and the number of that of each row."""
    rows = [column.rows if isinstance(column, Numbered) else column for column in columns]
    first, number = distinct_rows(*(row.view(np.int64) if row.dtype.kind == "f" else row for row in rows))
    cells: list[Iterable[Any]] = [
        map(column.values.__getitem__, column.rows[first].tolist())
        if isinstance(column, Numbered)
        else nans_to_none(column[first])
        for column in columns
    ]
    return list(zip(*cells, strict=True) if len(cells) > 1 else cells[0]), number


@dataclass(frozen=True, slots=True)
class LedgerColumns:
    """The columns of a whole ledger, and what stands at each position: names, and keys of predictions.

    `phrases` has the text of each phrase code; it is empty unless phrases were asked for.
    """

    columns: Columns
    sources: tuple[tuple[str, str, str], ...]  # slug, name, kind
    scenarios: tuple[str, ...]
    questions: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]  # of each question
    units: tuple[str, ...]
    references: tuple[str, ...]
    phrases: tuple[str, ...]
    prediction_keys: NDArray[np.int64]
    source_keys: NDArray[np.int64]
    article_keys: NDArray[np.int64]
    question_keys: NDArray[np.int64]

    def not_its_own(self) -> tuple[str, ...]:
        """The questions that were resolved to what is no outcome of theirs, which leaves them open."""
        table = self.columns.questions
        found = np.flatnonzero((table.state == QuestionState.OPEN) & (table.outcome == NONE))
        return tuple(self.questions[at] for at in found.tolist())

    def unit_name(self, unit: int) -> str:
        """What a unit's code stands for; empty where there is none."""
        return _WHOLE_RANGE if unit == SCALED_UNIT else self.units[unit] if unit >= 0 else ""

    @property
    def keys(self) -> Keys:
        """The positions of every table."""
        return Keys(
            Positions(self.source_keys), Positions(self.article_keys), Positions(self.question_keys), self.options
        )


def column_reader(reader: SqlReader, only: dict[str, str] | None = None) -> ColumnReader:
    """What reads the columns of a ledger; `only` as in ColumnReader."""
    words = {name: list(words) for name, words in (VOCABULARIES | _OF_QUESTIONS).items()}
    return ColumnReader(reader, words, only or {})


def read_columns(reader: SqlReader) -> LedgerColumns:
    return _read_columns(column_reader(reader))


def read_surroundings(reader: SqlReader, touched: Touched) -> LedgerColumns:
    """The part of the ledger that holds every claim of everybody whose score a change can move.

    Buckets, numbers of scored questions and Brier scores of these speakers are in it what they are in the whole, to the
    last bit; nothing else is: their peers' claims elsewhere are not in it.
    """
    return _read_part(reader, find_surroundings(reader, touched))


def read_claims_on(reader: SqlReader, questions: Collection[int], predictions: Collection[int] = ()) -> LedgerColumns:
    """The part of the ledger that decides in which bucket each claim on the questions with these keys is, and each of
    these predictions on no question."""
    return _read_part(reader, find_claims(reader, questions, predictions))


def _read_part(reader: SqlReader, part: Surroundings) -> LedgerColumns:
    keys = {"prediction": part.predictions, "question": part.questions, "article": part.articles}
    return _read_columns(column_reader(reader, {table: among(found) for table, found in keys.items()}))


def _read_columns(reader: ColumnReader) -> LedgerColumns:
    data = read_others(reader)
    predictions, keys = _predictions(reader, data)
    return replace(data, columns=replace(data.columns, predictions=predictions), prediction_keys=keys)


def read_others(reader: ColumnReader) -> LedgerColumns:
    """Everything but the predictions."""
    sources = reader.texts("id, slug, name, kind, anonymous", "source ORDER BY id")
    scenarios = reader.texts("id, slug", "scenario ORDER BY id")
    articles, questions = rows.read_articles(reader), rows.read_questions(reader)
    asked, of_asked = reader.within("question"), reader.within("question", "question_id")
    named = reader.texts("slug, unit, condition_outcome", f"question WHERE {asked} ORDER BY id")
    keys = Keys(
        Positions(np.array([row[0] for row in sources], dtype=np.int64)),
        Positions(articles["id"]),
        Positions(questions["id"]),
        tables.options_of(reader, questions["id"]),
    )
    scenario = Positions(np.array([row[0] for row in scenarios], dtype=np.int64)).of(questions["scenario"])
    is_date = (questions["kind"] == QuestionKind.DATE.code).tolist()
    units = [DAYS if days else row[1] for days, row in zip(is_date, named, strict=True)]
    unit, unit_names = tables.distinct(units)
    reference, reference_names = tables.distinct(
        row[0] for row in reader.texts("basis", f"question_reference WHERE {of_asked} ORDER BY question_id, position")
    )
    return LedgerColumns(
        Columns(
            tables.no_predictions(),
            tables.question_columns(reader, questions, [row[2] for row in named], keys, (scenario, unit, reference)),
            tables.article_columns(reader, articles, keys),
            SourceColumns(anonymous=np.array([bool(row[4]) for row in sources], dtype=np.bool_)),
        ),
        sources=tuple((slug, name, kind) for _, slug, name, kind, _ in sources),
        scenarios=tuple(slug for _, slug in scenarios),
        questions=tuple(row[0] for row in named),
        options=keys.options,
        units=unit_names,
        references=reference_names,
        phrases=(),
        prediction_keys=np.zeros(0, dtype=np.int64),
        source_keys=keys.sources.keys,
        article_keys=keys.articles.keys,
        question_keys=keys.questions.keys,
    )


def _predictions(reader: ColumnReader, data: LedgerColumns) -> tuple[PredictionColumns, NDArray[np.int64]]:
    table = rows.read_predictions(reader, tuple(VOCABULARIES))
    predictions = Positions(table["id"])
    articles, no_ranks = data.columns.articles, np.zeros(0, dtype=np.int32)
    columns = tables.prediction_columns(reader, table, data.keys, articles, predictions, predictions)
    ranks = tables.ranked_by_slug(
        partial(rows.read_in_order, reader), columns, data.columns.questions, articles, predictions.keys, no_ranks
    )
    columns = replace(columns, slug_rank=ranks)
    read = rows.read_readings(reader)
    numbers = (tables.own(read[name]) for name in ("probability", "low", "high"))
    return take_readings(columns, predictions.of(read["owner"]), *numbers), predictions.keys


def with_phrases(reader: SqlReader, data: LedgerColumns) -> LedgerColumns:
    """The same with the phrase of each prediction as a code, and the texts of the codes."""
    pairs = reader.rows("SELECT id, phrase FROM prediction WHERE phrase <> '' ORDER BY id")
    found, texts = tables.distinct(phrase for _, phrase in pairs)
    phrase = np.full(data.prediction_keys.size, NONE, dtype=np.int32)
    phrase[np.searchsorted(data.prediction_keys, np.array([key for key, _ in pairs], dtype=np.int64))] = found
    columns = replace(data.columns, predictions=replace(data.columns.predictions, phrase=phrase))
    return replace(data, columns=columns, phrases=texts)
