"""Incoherence: numbers that one source gave on one day and that cannot all be right."""

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from forecasts.domain.kinds import Bucket, QuestionKind
from forecasts.scoring.arrays import order_by, run_starts
from forecasts.scoring.checks import SUM_TOLERANCE
from forecasts.scoring.columns import Columns, QuestionColumns
from forecasts.scoring.counting.classify import Claims

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


NO_FORECASTS: Final = tuple(
    bucket.code for bucket in (Bucket.SET_ASIDE, Bucket.UNSCORABLE, Bucket.POSSIBILITIES, Bucket.ANNOUNCEMENTS)
)
LEAST: Final = 1e-9
"""By less than this two numbers do not differ."""


class Contradiction(NamedTuple):
    """Two claims of one source that contradict each other, by their places among the claims.

    On a ladder the question of `first` implies that of `second` and was given more; the options are -1. On one question
    with options the one gives to its option and the other to another more than 1 in sum.
    """

    first: int
    second: int
    first_option: int = -1
    second_option: int = -1


def contradictions(columns: Columns, claims: Claims, sources: Sequence[int]) -> list[Contradiction]:
    """What contradicts itself on the cards of these sources, in the order of their claims.

    Claims of different days are a change of mind, a revision of the same day is one, and claims that hang on different
    conditions speak of different worlds: none of them contradicts the other. Each number is taken as it is scored.
    """
    table, questions = columns.predictions, columns.questions
    rows = np.flatnonzero(np.isin(claims.source, sources) & ~np.isin(claims.bucket, NO_FORECASTS))
    rows = rows[table.question[claims.prediction[rows]] >= 0]
    implied = _implied(questions)
    steps = [*implied, *(place for reached in implied.values() for place in reached)]
    asked = table.question[claims.prediction[rows]]
    on_ladder = np.isin(asked, steps) & ~np.isnan(table.probability[claims.prediction[rows]])
    has_options = np.isin(questions.kind[asked], (QuestionKind.MULTIPLE_CHOICE.code, QuestionKind.ORDERED.code))
    found = [
        Contradiction(one, other)
        for one, other in _of_one_day(columns, claims, rows[on_ladder], by_question=False)
        if _question(columns, claims, other) in implied.get(_question(columns, claims, one), ())
        and table.probability[claims.prediction[one]] > table.probability[claims.prediction[other]] + LEAST
    ]
    for one, other in _of_one_day(columns, claims, rows[has_options], by_question=True):
        if one < other and (options := _above_one(columns, int(claims.prediction[one]), int(claims.prediction[other]))):
            found.append(Contradiction(one, other, *options))
    return sorted(found)


def _question(columns: Columns, claims: Claims, row: int) -> int:
    return int(columns.predictions.question[claims.prediction[row]])


def _implied(questions: QuestionColumns) -> dict[int, set[int]]:
    """All that each question implies, directly or by way of others."""
    start, implied = questions.implied_start, questions.implied
    direct = {one: implied[start[one] : start[one + 1]].tolist() for one in np.flatnonzero(np.diff(start)).tolist()}
    reached: dict[int, set[int]] = {}
    for one, others in direct.items():
        todo, seen = list(others), set[int]()
        while todo:
            other = todo.pop()
            if other not in seen:
                seen.add(other)
                todo += direct.get(other, [])
        reached[one] = seen - {one}
    return reached


def _of_one_day(columns: Columns, claims: Claims, rows: Indices, *, by_question: bool) -> Iterator[tuple[int, int]]:
    """Every pair, both ways round, of claims that a source made on one day (and on one question) in one world."""
    question = columns.predictions.question[claims.prediction[rows]]
    keys = [claims.source[rows], claims.day[rows], *([question] if by_question else [])]
    order = order_by(*keys)
    if not rows.size:
        return
    starts = np.flatnonzero(run_starts(*(key[order] for key in keys)))
    for several in np.split(rows[order], starts[1:]):
        for one, other in permutations(several.tolist(), 2):
            if _world(columns, claims, one) == _world(columns, claims, other):
                yield one, other


def _world(columns: Columns, claims: Claims, row: int) -> frozenset[tuple[int, int]]:
    """The conditions on which a claim hangs: its own and its question's."""
    prediction, found = int(claims.prediction[row]), set[tuple[int, int]]()
    for table, at in ((columns.predictions, prediction), (columns.questions, _question(columns, claims, row))):
        part = slice(table.condition_start[at], table.condition_start[at + 1])
        found.update(zip(table.condition_question[part].tolist(), table.condition_outcome[part].tolist(), strict=True))
    return frozenset(found)


def _above_one(columns: Columns, one: int, other: int) -> tuple[int, int] | None:
    """Two different options of which the first prediction gives to one and the second to the other most, above 1."""
    table = columns.predictions
    if table.supersedes[one] == other or table.supersedes[other] == one:
        return None
    mine, theirs = (table.option_probability[slice(*table.option_start[of : of + 2])] for of in (one, other))
    if mine.size != theirs.size or mine.size == 0:
        return None
    sums = mine[:, None] + theirs[None, :]
    np.fill_diagonal(sums, 0.0)
    first, second = np.unravel_index(int(np.argmax(sums)), sums.shape)
    return (int(first), int(second)) if sums[first, second] > 1.0 + SUM_TOLERANCE else None
