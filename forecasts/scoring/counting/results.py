"""What became of each prediction, whoever holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecasts.scoring.codes import Bucket
from forecasts.scoring.counting.classify import classify
from forecasts.scoring.counting.measured import measure_claims
from forecasts.scoring.counting.scored import option_favourites, score_claims

if TYPE_CHECKING:
    from forecasts.scoring.columns import Columns


@dataclass(frozen=True, slots=True)
class Results:
    """By prediction (n).

    bucket     int8     codes.Bucket
    favourite  float64  of a scored one, 1 where the outcome that it held likeliest happened, or where the outcome lies
                        in its widest stated interval, else 0; between them where several were likeliest; NaN without
                        an interval, and for all others
    """

    bucket: NDArray[np.int8]
    favourite: NDArray[np.float64]


def prediction_results(columns: Columns) -> Results:
    """The bucket that each prediction is in on its speakers' cards, the first claim of each on a question counting.

    Two speakers of one prediction differ only in whether another claim of theirs counts in its place: it is REPEATS
    where that is so for all of them. What has no speaker is ambiguous, and set aside.
    """
    claims = classify(columns)
    bucket = np.full(len(columns.predictions), Bucket.SET_ASIDE, dtype=np.int8)
    for rows in (claims.bucket == Bucket.REPEATS, claims.bucket != Bucket.REPEATS):
        bucket[claims.prediction[rows]] = claims.bucket[rows]
    favourite = np.full(len(columns.predictions), np.nan)
    counted = np.flatnonzero(claims.bucket == Bucket.SCORED)
    scored, measured = score_claims(columns, claims, counted, "point"), measure_claims(columns, claims, counted)
    favourite[scored.prediction] = option_favourites(columns, scored)[1]
    favourite[measured.prediction] = measured.inside
    return Results(bucket, favourite)
