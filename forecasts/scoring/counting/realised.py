"""Whether possibilities came about and announcements were kept: neither is a forecast, so neither has a score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasts.scoring.codes import ClaimType, QuestionKind, QuestionState
from forecasts.scoring.core import ragged
from forecasts.scoring.counting.standing import claim_standing, last_timely_day, question_standing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecasts.scoring.columns import Columns
    from forecasts.scoring.counting.classify import Claims

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int32]


def came_true(columns: Columns, claims: Claims) -> Floats:
    """Whether what each claim spoke of came about: 1, 0, or NaN where it cannot be told.

    It cannot while the question is unresolved, void or untested, where a condition of the claim was not met, for a
    claim that was late, and on questions for a number or a day. Of a binary question the phrase says which outcome it
    spoke of; an announcement with a number speaks of the side that the number is on. With options it is the likeliest
    one, where a single one is.
    """
    result = np.full(len(claims), np.nan)
    rows = np.flatnonzero(_is_told(columns, claims))
    prediction = claims.prediction[rows]
    kind = columns.questions.kind[columns.predictions.question[prediction]]
    binary, options = kind == QuestionKind.BINARY, np.isin(kind, (QuestionKind.MULTIPLE_CHOICE, QuestionKind.ORDERED))
    result[rows[binary]] = _binary_came_true(columns, prediction[binary])
    result[rows[options]] = _option_came_true(columns, prediction[options])
    return result


def _is_told(columns: Columns, claims: Claims) -> Bools:
    question = columns.predictions.question[claims.prediction]
    if len(columns.questions) == 0:
        return np.zeros(len(claims), dtype=np.bool_)
    standing = question_standing(columns.questions)
    own = claim_standing(columns.predictions, columns.questions, standing)[claims.prediction]
    told: Bools = (question >= 0) & (standing[question] == QuestionState.RESOLVED) & (own == QuestionState.RESOLVED)
    told &= claims.day <= last_timely_day(columns.questions)[question]
    return told


def _binary_came_true(columns: Columns, prediction: Ints) -> Floats:
    table = columns.predictions
    probability, yes = table.probability[prediction], ~table.about_no[prediction]
    numbered = (table.claim_type[prediction] == ClaimType.ANNOUNCEMENT) & (np.abs(probability - 0.5) > 0)
    yes = np.where(numbered, probability > 0.5, yes)
    right: Bools = columns.questions.outcome[table.question[prediction]] == yes
    return right.astype(np.float64)


def _option_came_true(columns: Columns, prediction: Ints) -> Floats:
    table = columns.predictions
    owner, place = ragged.take_rows(table.option_start, prediction)
    probability, option = table.option_probability[place], place - table.option_start[prediction][owner]
    highest = np.full(prediction.size, -1.0)
    np.maximum.at(highest, owner, probability)
    top = probability == highest[owner]
    single = np.bincount(owner[top], minlength=prediction.size) == 1
    favourite = np.full(prediction.size, -1)
    favourite[owner[top]] = option[top]
    outcome = columns.questions.outcome[table.question[prediction]]
    return np.where(single, (favourite == outcome).astype(np.float64), np.nan)
