"""Predictions by the window: however many match, only those that are looked at are read."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasts.db.names import Names
from forecasts.db.prediction_list import SORTS, read_keys, read_rows
from forecasts.db.standing import read_statuses
from forecasts.domain.kinds import QuestionStatus
from forecasts.errors import RuleBrokenError
from forecasts.services.ledger import Ledger

if TYPE_CHECKING:
    from forecasts.domain.views import PredictionQuery, PredictionRow


@dataclass(frozen=True, slots=True, eq=False)
class PredictionWindow:
    """The predictions of one query as they stood when it was asked."""

    ledger: Ledger
    keys: array[int]
    statuses: Mapping[int, QuestionStatus]

    def __len__(self) -> int:
        return len(self.keys)

    def rows(self, first: int, count: int) -> tuple[PredictionRow, ...]:
        """The rows from `first` on, at most `count` of them."""
        keys = self.keys[max(first, 0) : first + count]
        with self.ledger.read() as connection:
            return tuple(read_rows(connection, keys, self.statuses))

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


def open_predictions(ledger: Ledger, query: PredictionQuery) -> PredictionWindow:
    """The predictions that match, in order. RuleBrokenError for a field that cannot be sorted by."""
    if query.sort not in SORTS:
        msg = f"Predictions cannot be sorted by '{query.sort}'."
        raise RuleBrokenError(msg, f"Sort by {', '.join(SORTS)}.")
    with ledger.read() as connection:
        today = ledger.today()
        return PredictionWindow(ledger, read_keys(connection, query, today), read_statuses(connection, today))
