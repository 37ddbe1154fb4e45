"""What a check tells of predictions that came too late: no fault of the record, unless a day is wrong."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from forecasts.db.engine import reader_of
from forecasts.db.queries.prediction_rows import late_predictions
from forecasts.domain.views import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasts.db.engine import Connection

_TOLD = 100


def late_notes(connection: Connection) -> Iterator[Finding]:
    """One note for each prediction made after its question closed, a hundred of them, and how many more there are."""
    late = late_predictions(reader_of(connection))
    for slug, made_on, question, closed_on in islice(late, _TOLD):
        what = f"prediction {slug} was made on {made_on}, after its question {question} closed on {closed_on}"
        advice = f"It is late and never scored. If the day is wrong: `forecasts edit prediction {slug}`."
        yield Finding(area="rules", what=what, advice=advice)
    more = sum(1 for _ in late)
    if more:
        what = f"and {more:,} more predictions that were made after their question closed"
        yield Finding(area="rules", what=what, advice="They are late and never scored.")
