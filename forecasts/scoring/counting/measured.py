"""The scores of the claims on questions for a number or a day that count."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from forecasts.scoring.codes import SCALED_UNIT, QuestionKind
from forecasts.scoring.core import quantiles, ragged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecasts.scoring.columns import Columns
    from forecasts.scoring.counting.classify import Claims

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int32]
    Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Measured:
    """Claims scored by their quantiles: parallel arrays, one row each.

    row             intp     its place among the claims
    source          int32    whose card
    question        int32    the question
    prediction      int32    the prediction
    unit            int32    the code of its unit, -1 for none; SCALED_UNIT where it was divided by the question's range
    crps            float64  in that unit, at least 0, lower is better
    inside          float64  1 where the outcome lies in the widest stated interval, 0 where not, NaN without one
    coverage        float64  the probability that this interval was given
    interval_score  float64  of this interval, in that unit, at least 0, lower is better
    """

    row: Indices
    source: Ints
    question: Ints
    prediction: Ints
    unit: Ints
    crps: Floats
    inside: Floats
    coverage: Floats
    interval_score: Floats

    def __len__(self) -> int:
        return self.row.size

    def where(self, chosen: Bools | Indices) -> Measured:
        """The chosen rows."""
        return Measured(*(getattr(self, field.name)[chosen] for field in fields(self)))


def measure_claims(columns: Columns, claims: Claims, rows: Indices) -> Measured:
    """Scores those of the given claims whose questions ask for a number or a day; their questions must be resolved.

    A date question that did not come true by its deadline is scored with quantiles and outcome clipped there.
    """
    table, questions = columns.predictions, columns.questions
    question = table.question[claims.prediction[rows]]
    kept = questions.kind[question] >= QuestionKind.NUMERIC
    rows, question = rows[kept], question[kept]
    prediction = claims.prediction[rows]
    owner, place = ragged.take_rows(table.quantile_start, prediction)
    start = np.concatenate(([0], np.cumsum(ragged.lengths(table.quantile_start, prediction))))
    value, level, outcome = table.quantile_value[place], table.quantile_level[place], questions.outcome[question]
    censored = questions.not_by_deadline[question]
    horizon = questions.resolves_on[question].astype(np.float64)
    outcome = np.where(censored, horizon, outcome)
    value = np.where(censored[owner], np.minimum(value, horizon[owner]), value)
    spread = (questions.range_high - questions.range_low)[question]
    scaled = spread > 0
    scale = np.where(scaled, spread, 1.0)
    low, high, coverage = quantiles.outer_interval(value, level, start)
    inside = np.where(np.isnan(coverage), np.nan, (low <= outcome) & (outcome <= high))
    with np.errstate(divide="ignore", invalid="ignore"):
        interval_score = quantiles.interval_score(low, high, outcome, coverage) / scale
    return Measured(
        row=rows,
        source=claims.source[rows],
        question=question,
        prediction=prediction,
        unit=np.where(scaled, SCALED_UNIT, questions.unit[question]).astype(np.int32),
        crps=quantiles.crps(value, level, start, outcome) / scale,
        inside=inside,
        coverage=coverage,
        interval_score=interval_score,
    )
