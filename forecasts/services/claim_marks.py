"""The mark of each claim on some questions: its number in force, and its bucket on the scorecards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.kinds import Bucket
from forecasts.domain.number_line import Mark
from forecasts.scoring import prediction_results
from forecasts.services.columns import nan_to_none, read_claims_on

if TYPE_CHECKING:
    from collections.abc import Collection

    from forecasts.db.reader import SqlReader

_BUCKETS = tuple(Bucket)


def read_marks(reader: SqlReader, questions: Collection[int]) -> dict[int, Mark]:
    """The mark of every prediction on the questions with these keys, by the key of the prediction."""
    ledger = read_claims_on(reader, questions)
    table, found = ledger.columns.predictions, prediction_results(ledger.columns)
    buckets = map(_BUCKETS.__getitem__, found.bucket.tolist())
    columns = (table.probability, table.low, table.high, found.favourite)
    probability, low, high, favourite = ([nan_to_none(value) for value in column.tolist()] for column in columns)
    marks = map(Mark, probability, low, high, buckets, favourite)
    return dict(zip(ledger.prediction_keys.tolist(), marks, strict=True))
