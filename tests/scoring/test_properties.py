"""What must hold for every ledger, whatever is in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.domain.kinds import QuestionKind
from forecasts.scoring import Columns, QuestionState, scorecards
from forecasts.scoring.cards.ranking import Peers, answers_of
from forecasts.scoring.counting.view import joint_claims
from tests.scoring.ledger import Asked, Said, ledger_of, random_ledger, resolved

FIGURES = (
    "brier",
    "brier_low",
    "brier_high",
    "brier_scenario_low",
    "brier_scenario_high",
    "brier_best",
    "brier_worst",
    "log_loss",
    "baseline_score",
    "peer_score",
    "gain",
    "skill",
    "accuracy",
    "sharpness",
    "difficulty_adjusted_brier",
    "calibration_brier",
    "miscalibration",
    "discrimination",
    "uncertainty",
    "vagueness",
    "hedging",
    "rank",
)


def figures(columns: Columns, **choices: Any) -> dict[str, Any]:
    cards = scorecards(columns, **choices)
    return {name: getattr(cards, name) for name in (*FIGURES, "buckets")}


def assert_same(one: dict[str, Any], other: dict[str, Any], sources: Any = slice(None)) -> None:
    for name, values in one.items():
        np.testing.assert_allclose(values[sources], other[name][sources], atol=1e-9, err_msg=name)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["speaker", "author", "outlet"]), st.randoms())
def test_the_order_of_predictions_changes_nothing(seed: int, by: str, random: Any) -> None:
    ledger = random_ledger(seed, predictions=50)
    order = list(range(50))
    random.shuffle(order)
    place = {old: new for new, old in enumerate(order)} | {-1: -1}
    moved = tuple(
        replace(said, restates=place[said.restates], supersedes=place[said.supersedes])
        for said in (ledger.predictions[old] for old in order)
    )
    assert_same(figures(ledger.columns(), by=by), figures(replace(ledger, predictions=moved).columns(), by=by))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_a_void_question_changes_no_figure(seed: int) -> None:
    ledger = random_ledger(seed, predictions=50)
    void = Asked(state=QuestionState.VOID)
    claims = tuple(Said(speakers=(source,), question=len(ledger.questions), p=0.9, article=-1) for source in range(5))
    more = replace(ledger, questions=(*ledger.questions, void), predictions=(*ledger.predictions, *claims))
    before, after = figures(ledger.columns()), figures(more.columns())
    assert (after.pop("buckets") - before.pop("buckets")).sum(axis=0).tolist() == [0, 0, 5] + [0] * 8
    assert_same(before, after)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 9))
def test_resolving_and_reopening_leaves_the_figures_of_before(seed: int, at: int) -> None:
    ledger = random_ledger(seed)
    at %= len(ledger.questions)
    before = figures(ledger.columns())
    question = ledger.questions[at]
    changed = replace(question, state=QuestionState.VOID, outcome=None, not_by_deadline=False)
    questions = list(ledger.questions)
    questions[at] = changed
    figures(replace(ledger, questions=tuple(questions)).columns())
    questions[at] = question
    assert_same(before, figures(replace(ledger, questions=tuple(questions)).columns()))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_a_source_that_copies_another_gets_its_score(seed: int) -> None:
    ledger = random_ledger(seed, predictions=50)
    copied = tuple(
        replace(said, speakers=(*said.speakers, 5) if 0 in said.speakers else said.speakers)
        for said in ledger.predictions
    )
    cards = figures(replace(ledger, predictions=copied, anonymous=(False,) * 6).columns())
    for name in (*FIGURES, "buckets"):
        np.testing.assert_allclose(cards[name][0], cards[name][5], atol=1e-9, err_msg=name)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["first", "last"]), st.sampled_from(["best", "point", "worst"]))
def test_peer_scores_of_a_question_that_nobody_answered_jointly_sum_to_zero(
    seed: int, which: str, wording: str
) -> None:
    columns = random_ledger(seed, predictions=80).columns()
    cards = scorecards(columns, which=which, wording=wording)  # type: ignore[arg-type]
    answers, joint = answers_of(cards.scored), joint_claims(columns, "speaker")
    score = Peers(lambda: (answers,), joint, len(columns.sources), len(columns.questions)).scores(answers)
    total = np.bincount(answers.question, np.nan_to_num(score), minlength=len(columns.questions))
    total[joint[:, 0]] = 0.0
    np.testing.assert_allclose(total, 0.0, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.floats(0, 1)), max_size=30))
def test_two_options_are_a_binary_question(rows: list[tuple[int, int, float]]) -> None:
    binary = ledger_of(*rows, questions=tuple(resolved(place % 2) for place in range(5)))
    kinds = (QuestionKind.MULTIPLE_CHOICE, QuestionKind.ORDERED)
    for kind in kinds:
        questions = tuple(resolved(1 - place % 2, kind=kind, options=2) for place in range(5))
        said = tuple(replace(one, p=None, options=(one.p or 0.0, 1 - (one.p or 0.0))) for one in binary.predictions)
        mine = figures(binary.columns())
        theirs = figures(replace(binary, questions=questions, predictions=said).columns())
        for name in ("brier", "log_loss", "baseline_score", "peer_score", "buckets", "difficulty_adjusted_brier"):
            np.testing.assert_allclose(mine[name], theirs[name], atol=1e-9, err_msg=name)
