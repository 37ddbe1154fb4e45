"""Scoring again only what a question's change can have moved gives what scoring everybody gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.scoring import QuestionState, rescore, scorecards
from tests.scoring.ledger import NEVER, random_ledger


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 2**32),
    st.integers(0, 9),
    st.sampled_from(["speaker", "author", "outlet"]),
    st.sampled_from(["first", "last"]),
    st.sampled_from(["best", "point", "worst"]),
    st.none() | st.integers(1, 20),
)
def test_a_change_of_one_question_rescored(
    seed: int, at: int, by: Any, which: Any, wording: Any, since: int | None
) -> None:
    ledger = random_ledger(seed, predictions=60)
    at %= len(ledger.questions)
    before, after = (
        ledger.questions[at],
        replace(ledger.questions[at], state=QuestionState.OPEN, outcome=None, not_by_deadline=False, known=NEVER),
    )
    choice = {"by": by, "which": which, "wording": wording, "since": since}
    for now, then in ((before, after), (after, before)):
        old, new = (_columns(ledger, at, question) for question in (now, then))
        cards, expected = scorecards(old, **choice), scorecards(new, **choice)
        found = rescore(new, cards, at)
        others = np.setdiff1d(np.arange(len(ledger.anonymous)), found.source)
        for name in ("brier_n", "brier", "peer_n", "peer_score"):
            values = getattr(expected, name)
            np.testing.assert_allclose(getattr(found, name), values[found.source], atol=1e-9, err_msg=name)
            np.testing.assert_allclose(getattr(cards, name)[others], values[others], atol=1e-9, err_msg=name)


def _columns(ledger: Any, at: int, question: Any) -> Any:
    questions = list(ledger.questions)
    questions[at] = question
    return replace(ledger, questions=tuple(questions)).columns()


def test_nothing_moves_where_nobody_spoke() -> None:
    ledger = replace(random_ledger(3), predictions=())
    columns = ledger.columns()
    assert rescore(columns, scorecards(columns), 0).source.size == 0
    with pytest.raises(IndexError):
        rescore(columns, scorecards(columns), 99)
