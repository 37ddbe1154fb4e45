"""Results of claims: whether they came true, and the bucket of each prediction whoever holds it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasts.domain.kinds import Bucket, ClaimType, QuestionKind
from forecasts.scoring import arrays
from forecasts.scoring.columns import Columns, QuestionState
from forecasts.scoring.counting.classify import Claims, classify
from forecasts.scoring.counting.question_states import claim_states, last_timely_day, question_states
from forecasts.scoring.counting.scored import measure_claims, option_favourites, score_claims

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


def came_true(columns: Columns, claims: Claims) -> Floats:
    """Whether what each claim spoke of came true: 1, 0, or NaN where it cannot be told.

    It cannot while the question is unresolved, void or untested, where a condition of the claim was not met, for a
    claim that was late, and on questions for a number or a day. Of a binary question the phrase says which outcome it
    spoke of; an announcement with a number speaks of the side that the number is on. With options it is the likeliest
    one, where a single one is.
    """
    result = np.full(len(claims), np.nan)
    rows = np.flatnonzero(_is_told(columns, claims))
    prediction = claims.prediction[rows]
    kind = columns.questions.kind[columns.predictions.question[prediction]]
    binary, options = (
        kind == QuestionKind.BINARY.code,
        np.isin(kind, (QuestionKind.MULTIPLE_CHOICE.code, QuestionKind.ORDERED.code)),
    )
    result[rows[binary]] = _binary_came_true(columns, prediction[binary])
    result[rows[options]] = _option_came_true(columns, prediction[options])
    return result


def _is_told(columns: Columns, claims: Claims) -> Bools:
    question = columns.predictions.question[claims.prediction]
    if len(columns.questions) == 0:
        return np.zeros(len(claims), dtype=np.bool_)
    states = question_states(columns.questions)
    own = claim_states(columns.predictions, columns.questions, states)[claims.prediction]
    told: Bools = (question >= 0) & (states[question] == QuestionState.RESOLVED) & (own == QuestionState.RESOLVED)
    told &= claims.day <= last_timely_day(columns.questions)[question]
    return told


def _binary_came_true(columns: Columns, prediction: Ints) -> Floats:
    table = columns.predictions
    probability, yes = table.probability[prediction], ~table.about_no[prediction]
    numbered = (table.claim_type[prediction] == ClaimType.ANNOUNCEMENT.code) & (np.abs(probability - 0.5) > 0)
    yes = np.where(numbered, probability > 0.5, yes)
    right: Bools = columns.questions.outcome[table.question[prediction]] == yes
    return right.astype(np.float64)


def _option_came_true(columns: Columns, prediction: Ints) -> Floats:
    table = columns.predictions
    owner, place = arrays.take_rows(table.option_start, prediction)
    probability, option = table.option_probability[place], place - table.option_start[prediction][owner]
    highest = np.full(prediction.size, -1.0)
    np.maximum.at(highest, owner, probability)
    top = probability == highest[owner]
    single = np.bincount(owner[top], minlength=prediction.size) == 1
    favourite = np.full(prediction.size, -1)
    favourite[owner[top]] = option[top]
    outcome = columns.questions.outcome[table.question[prediction]]
    return np.where(single, (favourite == outcome).astype(np.float64), np.nan)


@dataclass(frozen=True, slots=True)
class Results:
    """By prediction (n).

    bucket     int8     kinds.Bucket
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
    bucket = np.full(len(columns.predictions), Bucket.SET_ASIDE.code, dtype=np.int8)
    for rows in (claims.bucket == Bucket.REPEATS.code, claims.bucket != Bucket.REPEATS.code):
        bucket[claims.prediction[rows]] = claims.bucket[rows]
    favourite = np.full(len(columns.predictions), np.nan)
    counted = np.flatnonzero(claims.bucket == Bucket.SCORED.code)
    scored, measured = score_claims(columns, claims, counted, "point"), measure_claims(columns, claims, counted)
    favourite[scored.prediction] = option_favourites(columns, scored)[1]
    favourite[measured.prediction] = measured.inside
    return Results(bucket, favourite)
