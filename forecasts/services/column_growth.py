"""Columns that were read before, joined with what the ledger has come to hold since."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.db import scoring_rows as rows
from forecasts.scoring.columns import PredictionColumns
from forecasts.services import column_tables as tables
from forecasts.services.column_tables import Positions
from forecasts.services.columns import read_others, rows_reader

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecasts.db.reader import SqlReader
    from forecasts.services.columns import LedgerColumns


def with_others(readers: tuple[SqlReader, ...], kept: LedgerColumns) -> LedgerColumns | None:
    """The kept predictions with everything else as it is now.

    None where the predictions were read against something that is no longer so: a position that has moved, the date of
    an article, or the options of a question.
    """
    now = read_others(rows_reader(readers))
    for name in ("source_keys", "article_keys", "question_keys"):
        before, after = getattr(kept, name), getattr(now, name)
        if not np.array_equal(after[: before.size], before):
            return None
    for name in ("first_day", "last_day"):
        dated = getattr(kept.columns.articles, name)
        if not np.array_equal(getattr(now.columns.articles, name)[: dated.size], dated):
            return None
    if now.options[: len(kept.options)] != kept.options:
        return None
    columns = replace(now.columns, predictions=kept.columns.predictions)
    return replace(now, columns=columns, prediction_keys=kept.prediction_keys)


def grown(readers: tuple[SqlReader, ...], kept: LedgerColumns) -> LedgerColumns:
    """The columns with the predictions whose keys come after those that are in them. None of them has readings yet."""
    last = int(kept.prediction_keys[-1]) if kept.prediction_keys.size else 0
    reader = rows_reader(readers[:1], {"prediction": f"> {last}"})
    table = rows.read_predictions(reader)
    if table["id"].size == 0:
        return kept
    added = Positions(table["id"])
    everyone = Positions(np.concatenate((kept.prediction_keys, added.keys)))
    articles = kept.columns.articles
    more = tables.prediction_columns(reader, table, kept.keys, articles, added, everyone)
    joined = _joined(kept.columns.predictions, more)
    ranks = tables.slug_ranks(reader, joined, articles, everyone.keys, kept.columns.predictions.slug_rank)
    columns = replace(kept.columns, predictions=replace(joined, slug_rank=ranks))
    return replace(kept, columns=columns, prediction_keys=everyone.keys)


def _joined(first: PredictionColumns, second: PredictionColumns) -> PredictionColumns:
    parts: dict[str, Any] = {}
    for field in fields(PredictionColumns):
        one, other = getattr(first, field.name), getattr(second, field.name)
        if field.name.endswith("_start"):
            other = (other[1:] + one[-1]).astype(one.dtype)
        parts[field.name] = _one_after_other(one, other)
    return PredictionColumns(**parts)


def _one_after_other(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Both in one; where all elements of both are the same, that one element over and over, as it was kept."""
    if one.size and one.strides == (0,) and bool(np.all(other == one[0])):
        return np.broadcast_to(one[:1], one.size + other.size)
    return np.concatenate((one, other))
