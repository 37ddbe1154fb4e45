"""What was written down only after the outcome could be known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.scoring.codes import NO_DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecasts.scoring.columns import Columns
    from forecasts.scoring.counting.measured import Measured
    from forecasts.scoring.counting.scored import Scored

    Ints = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Hindsight:
    """By source, of its scored questions.

    scored       how many are scored, by Brier or by CRPS
    questions    of these, questions written on the day the outcome became knowable, or later
    predictions  of these, predictions coded on that day or later
    """

    scored: Ints
    questions: Ints
    predictions: Ints


def hindsight(columns: Columns, scored: Scored, measured: Measured, sources: int) -> Hindsight:
    """The counts of every source."""
    written, known = columns.questions.written_on, columns.questions.known_on
    late_question = (written != NO_DAY) & (written >= known)
    total, questions, predictions = (np.zeros(sources, dtype=np.int64) for _ in range(3))
    for rows in (scored, measured):
        coded = columns.predictions.coded_on[rows.prediction]
        late = (coded != NO_DAY) & (coded >= known[rows.question])
        total += np.bincount(rows.source, minlength=sources)
        questions += np.bincount(rows.source[late_question[rows.question]], minlength=sources)
        predictions += np.bincount(rows.source[late], minlength=sources)
    return Hindsight(total, questions, predictions)
