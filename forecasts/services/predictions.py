"""Predictions by the window: however many match, only those that are looked at are read."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasts.db.names import Names
from forecasts.db.queries.prediction_rows import questions_of, read_rows
from forecasts.db.queries.predictions import SORTS, read_keys
from forecasts.db.queries.question_status import read_statuses
from forecasts.db.reader import open_reader
from forecasts.errors import RuleBrokenError
from forecasts.services.ledger import Ledger

if TYPE_CHECKING:
    from forecasts.domain.views import PredictionQuery, PredictionRow


@dataclass(frozen=True, slots=True, eq=False)
class PredictionWindow:
    """The predictions of one query as they stood when it was asked; `is_whole` is False where more may follow."""

    ledger: Ledger
    keys: array[int]
    is_whole: bool

    def __len__(self) -> int:
        return len(self.keys)

    def rows(self, first: int, count: int) -> tuple[PredictionRow, ...]:
        """The rows from `first` on, at most `count` of them."""
        keys = self.keys[max(first, 0) : first + count]
        with self.ledger.read() as connection:
            statuses = read_statuses(connection, self.ledger.today(), questions_of(connection, keys))
            return tuple(read_rows(connection, keys, statuses))

    def slug_at(self, index: int) -> str:
        """The slug of the row at an index."""
        with self.ledger.read() as connection:
            return Names(connection).slug("prediction", self.keys[index])

    def index_of(self, slug: str) -> int | None:
        """Where a prediction stands, or None where it does not match."""
        with self.ledger.read() as connection:
            key = Names(connection).find("prediction", slug)
        try:
            return None if key is None else self.keys.index(key)
        except ValueError:
            return None


def open_predictions(ledger: Ledger, query: PredictionQuery, most: int | None = None) -> PredictionWindow:
    """The predictions that match, in order: all of them, or the first `most`, which are there at once.

    RuleBrokenError for a field that cannot be sorted by.
    """
    if query.sort not in SORTS:
        msg = f"Predictions cannot be sorted by '{query.sort}'."
        raise RuleBrokenError(msg, f"Sort by {', '.join(sorted(SORTS))}.")
    with open_reader(ledger.database.address) as reader:
        keys = read_keys(reader, query, ledger.today(), most)
    return PredictionWindow(ledger, keys, most is None or len(keys) < most)
