"""States of questions once conditions are followed, and the last day on which a claim on them is not late."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasts.scoring.columns import NO_DAY, NONE, PredictionColumns, QuestionColumns, QuestionState

Codes = NDArray[np.int8]


def question_states(questions: QuestionColumns) -> Codes:
    """The state of each question, its chain of conditions followed: a QuestionState code, shape (m,).

    A question written off as void is VOID whatever its conditions. Otherwise it is UNTESTED while a condition resolved
    to another outcome, is void, or is itself untested; else OPEN while a condition is open; else as written. Nothing is
    stored, so a condition that is reopened brings back what hung on it.
    Raises ValueError where conditions form a cycle.
    """
    states = questions.state.copy()
    owner, named = _owners(questions.condition_start), questions.condition_question
    settled = np.bincount(owner, minlength=len(questions)) == 0
    while not settled.all():
        ready = ~settled & (np.bincount(owner, ~settled[named], minlength=len(questions)) == 0)
        if not ready.any():
            msg = f"the conditions of question {int(np.flatnonzero(~settled)[0])} form a cycle"
            raise ValueError(msg)
        met = _condition_state(questions, states, named, questions.condition_outcome)
        states[ready] = _apply(questions.state, owner, met)[ready]
        settled |= ready
    return states


def claim_states(predictions: PredictionColumns, questions: QuestionColumns, states: Codes) -> Codes:
    """What each claim's own conditions make of it: RESOLVED where all are met (or there are none), OPEN or UNTESTED."""
    met = np.full(len(predictions), QuestionState.RESOLVED, dtype=np.int8)
    owner = _owners(predictions.condition_start)
    if owner.size == 0:
        return met
    named = _condition_state(questions, states, predictions.condition_question, predictions.condition_outcome)
    return _apply(met, owner, named)


def last_timely_day(questions: QuestionColumns) -> NDArray[np.int32]:
    """The last day on which a claim on each question counts: its close, or the day before its outcome was knowable."""
    known = np.where(questions.state == QuestionState.RESOLVED, questions.known_on, NO_DAY)
    return np.minimum(questions.closes_on, np.where(known == NO_DAY, NO_DAY, known - 1)).astype(np.int32)


def ladders(questions: QuestionColumns) -> NDArray[np.int32]:
    """The ladder of each question: the lowest position among all that imply one another with it, -1 for none."""
    ladder = np.full(len(questions), NONE, dtype=np.int32)
    if questions.implied.size == 0:
        return ladder
    owner, implied = _owners(questions.implied_start), questions.implied
    ladder[owner], ladder[implied] = owner, implied
    while True:
        lowest = np.minimum(ladder[owner], ladder[implied])
        if np.array_equal(lowest, ladder[owner]) and np.array_equal(lowest, ladder[implied]):
            return ladder
        np.minimum.at(ladder, owner, lowest)
        np.minimum.at(ladder, implied, lowest)


def _owners(start: NDArray[Any]) -> NDArray[np.intp]:
    return np.repeat(np.arange(start.size - 1), np.diff(start))


def _condition_state(
    questions: QuestionColumns, states: Codes, question: NDArray[np.int32], needed: NDArray[np.int32]
) -> Codes:
    """RESOLVED where a condition is met, OPEN while it is undecided, UNTESTED where it cannot be met any more."""
    state = states[question]
    resolved = state == QuestionState.RESOLVED
    failed = (state >= QuestionState.VOID) | (resolved & (questions.outcome[question] != needed))
    return np.where(
        failed, QuestionState.UNTESTED, np.where(resolved, QuestionState.RESOLVED, QuestionState.OPEN)
    ).astype(np.int8)


def _apply(state: Codes, owner: NDArray[np.intp], condition: Codes) -> Codes:
    """The states with their conditions laid over them: void stays, then untested, then open."""
    result = state.copy()
    result[owner[(condition == QuestionState.OPEN) & (state[owner] != QuestionState.VOID)]] = QuestionState.OPEN
    result[owner[(condition == QuestionState.UNTESTED) & (state[owner] != QuestionState.VOID)]] = QuestionState.UNTESTED
    return result
