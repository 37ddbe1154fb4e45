"""What columns must hold to be a ledger: shapes, pointers, codes and probabilities, one pass over each array."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from forecasts.scoring.codes import (
    Attribution,
    Basis,
    ClaimType,
    Endorsement,
    Fidelity,
    Fit,
    QuestionKind,
    QuestionState,
)

if TYPE_CHECKING:
    from enum import IntEnum

    from numpy.typing import NDArray

    from forecasts.scoring.columns import ArticleColumns, Columns, PredictionColumns, QuestionColumns, SourceColumns

    Ints: TypeAlias = NDArray[Any]
    Floats: TypeAlias = NDArray[np.float64]
    Table: TypeAlias = PredictionColumns | QuestionColumns | ArticleColumns | SourceColumns

VOCABULARIES = {
    "claim_type": ClaimType,
    "fit": Fit,
    "attribution": Attribution,
    "fidelity": Fidelity,
    "endorsement": Endorsement,
    "basis": Basis,
}


def check(columns: Columns) -> None:
    """Refuses columns that are no ledger with a ValueError that names the column and the place."""
    _check_prediction_columns(columns)
    check_questions(columns.questions)
    _check_table(columns.articles, "articles", {"author": ("author",)})
    _check_pointers("articles.outlet", columns.articles.outlet, len(columns.sources), -1)
    _check_pointers("articles.author", columns.articles.author, len(columns.sources), 0)
    _check_table(columns.sources, "sources", {})


def _check_prediction_columns(columns: Columns) -> None:
    table, n, m = columns.predictions, len(columns.predictions), len(columns.questions)
    many = {
        "speaker": ("speaker",),
        "condition": ("condition_question", "condition_outcome"),
        "option": ("option_probability",),
        "quantile": ("quantile_level", "quantile_value"),
    }
    _check_table(table, "predictions", many)
    _check_pointers("predictions.question", table.question, m, -1)
    _check_pointers("predictions.article", table.article, len(columns.articles), -1)
    _check_pointers("predictions.restates", table.restates, n, -1)
    _check_pointers("predictions.supersedes", table.supersedes, n, -1)
    _check_pointers("predictions.speaker", table.speaker, len(columns.sources), 0)
    _check_pointers("predictions.condition_question", table.condition_question, m, 0)
    for name, vocabulary in VOCABULARIES.items():
        _check_codes(f"predictions.{name}", getattr(table, name), vocabulary)
    for name in ("probability", "low", "high", "option_probability", "quantile_level"):
        _check_probabilities(f"predictions.{name}", getattr(table, name))
    _check_option_rows(columns)


def check_questions(table: QuestionColumns) -> None:
    """Refuses questions that cannot be a ledger's, likewise."""
    many = {
        "condition": ("condition_question", "condition_outcome"),
        "reference": ("reference_day", "reference_probability", "reference_name"),
    }
    _check_table(table, "questions", many)
    _check_pointers("questions.variant_of", table.variant_of, len(table), -1)
    _check_pointers("questions.condition_question", table.condition_question, len(table), 0)
    _check_codes("questions.kind", table.kind, QuestionKind)
    _check_codes("questions.state", table.state, QuestionState)
    _check_probabilities("questions.reference_probability", table.reference_probability)
    _check_outcomes(table)


def _check_outcomes(table: QuestionColumns) -> None:
    """A resolved question has an outcome that is one of its own."""
    resolved = table.state == QuestionState.RESOLVED
    options = resolved & (table.kind <= QuestionKind.ORDERED)
    known = np.where(options, np.isin(table.outcome, np.arange(np.max(table.option_count, initial=0))), True)
    known &= ~options | (table.outcome < table.option_count)
    known &= ~resolved | options | np.isfinite(table.outcome) | table.not_by_deadline
    if not known.all():
        at = int(np.flatnonzero(~known)[0])
        msg = f"questions.outcome[{at}] is {table.outcome[at]}, which is no outcome of that question"
        raise ValueError(msg)


def _check_table(table: Table, name: str, many: dict[str, tuple[str, ...]]) -> None:
    """Every plain column has one element per record, every CSR column as many as its starts say."""
    count = len(table)
    ragged = {value for values in many.values() for value in values} | {f"{group}_start" for group in many}
    for field in fields(table):
        column = getattr(table, field.name)
        if field.name not in ragged and column.shape != (count,):
            msg = f"{name}.{field.name} has shape {column.shape}, expected ({count},)"
            raise ValueError(msg)
    for group, values in many.items():
        start = getattr(table, f"{group}_start")
        if start.shape != (count + 1,) or start[0] != 0 or bool(np.any(start[1:] < start[:-1])):
            msg = f"{name}.{group}_start must have {count + 1} elements, begin with 0 and never fall"
            raise ValueError(msg)
        for value in values:
            column = getattr(table, value)
            if column.shape != (int(start[-1]),):
                msg = f"{name}.{value} has shape {column.shape}, expected ({int(start[-1])},)"
                raise ValueError(msg)


def _check_pointers(name: str, column: Ints, count: int, lowest: int) -> None:
    if column.size and not (int(column.min()) >= lowest and int(column.max()) < count):
        at = int(np.flatnonzero((column < lowest) | (column >= count))[0])
        msg = f"{name}[{at}] is {int(column[at])}, expected {lowest} to {count - 1}"
        raise ValueError(msg)


def _check_codes(name: str, column: Ints, vocabulary: type[IntEnum]) -> None:
    if column.size and not (int(column.min()) >= 0 and int(column.max()) < len(vocabulary)):
        at = int(np.flatnonzero((column < 0) | (column >= len(vocabulary)))[0])
        msg = f"{name}[{at}] is {int(column[at])}, which is no {vocabulary.__name__}"
        raise ValueError(msg)


def _check_probabilities(name: str, column: Floats) -> None:
    """NaN says that there is none; what lies outside 0 to 1 is refused."""
    if bool(np.any((column < 0.0) | (column > 1.0))):
        at = int(np.flatnonzero((column < 0.0) | (column > 1.0))[0])
        msg = f"{name}[{at}] is {column[at]}, expected a probability from 0 to 1"
        raise ValueError(msg)


def _check_option_rows(columns: Columns) -> None:
    """A prediction gives a probability to every option of its question, or to none."""
    table = columns.predictions
    if table.option_probability.size == 0:
        return
    count = np.diff(table.option_start)
    rows = np.flatnonzero((count > 0) & (table.question >= 0))
    wrong = rows[count[rows] != columns.questions.option_count[table.question[rows]]]
    if wrong.size:
        at = int(wrong[0])
        options = int(columns.questions.option_count[table.question[at]])
        msg = f"predictions.option_probability has {count[at]} values for prediction {at}, expected {options}"
        raise ValueError(msg)
