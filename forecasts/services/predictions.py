"""Predictions, and any list, by the window: however many match, only those that are looked at are read."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from forecasts.db.queries.home import read_statuses
from forecasts.db.queries.prediction_rows import questions_of, read_prediction_rows
from forecasts.db.queries.predictions import SORTS, read_keys
from forecasts.db.reader import SqlReader, open_reader
from forecasts.domain.views import PredictionRow
from forecasts.errors import RuleBrokenError
from forecasts.services.read_only import ReadableLedger
from forecasts.services.storylines import read_marks

if TYPE_CHECKING:
    from forecasts.domain.views import PredictionQuery

R = TypeVar("R")


@dataclass(frozen=True, slots=True, eq=False)
class RecordWindow(Generic[R]):
    """The records that match, as they stood when they were asked for; `is_whole` is False where more may follow."""

    ledger: ReadableLedger
    kind: Literal["prediction", "article"]
    keys: array[int]
    read: Callable[[SqlReader, Sequence[int]], list[R]]
    is_whole: bool = True

    def __len__(self) -> int:
        return len(self.keys)

    def rows(self, first: int, count: int) -> tuple[R, ...]:
        with self.ledger.reader() as reader:
            return tuple(self.read(reader, self.keys[max(first, 0) : first + count]))

    def slug_at(self, index: int) -> str:
        with self.ledger.reader() as reader:
            return str(reader.value(f"SELECT slug FROM {self.kind} WHERE id = ?", (self.keys[index],)))  # noqa: S608

    def index_of(self, slug: str) -> int | None:
        """Where a record stands, or None where it does not match."""
        with self.ledger.reader() as reader:
            key = reader.value(f"SELECT id FROM {self.kind} WHERE slug = ?", (slug,))  # noqa: S608
        try:
            return None if key is None else self.keys.index(key)
        except ValueError:
            return None


PredictionWindow = RecordWindow[PredictionRow]


def open_predictions(ledger: ReadableLedger, query: PredictionQuery, most: int | None = None) -> PredictionWindow:
    """The predictions that match, in order: all of them, or the first `most`, which are there at once.

    RuleBrokenError for a field that cannot be sorted by.
    """
    if query.sort not in SORTS:
        msg = f"Predictions cannot be sorted by '{query.sort}'."
        raise RuleBrokenError(msg, f"Sort by {', '.join(sorted(SORTS))}.")

    def read(reader: SqlReader, keys: Sequence[int]) -> list[PredictionRow]:
        questions = questions_of(reader, keys)
        rows = read_prediction_rows(reader, keys, read_statuses(reader, ledger.today(), questions))
        marks = read_marks(reader, questions, keys)
        return [replace(row, mark=marks[key]) for key, row in zip(keys, rows, strict=True)]

    with open_reader(ledger.place) as reader:
        keys = read_keys(reader, query, ledger.today(), most)
    return RecordWindow(ledger, "prediction", keys, read, most is None or len(keys) < most)
