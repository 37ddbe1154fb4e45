"""Scores that others have published, or that can be worked out on paper."""

from __future__ import annotations

import math

import pytest

from forecasts.scoring import (
    baseline_score,
    brier_score,
    corp_decomposition,
    interval_score,
    log_loss,
    multicategory_brier_score,
    ordered_brier_score,
    peer_score,
    quantile_crps,
)


@pytest.mark.parametrize(
    ("truth", "score"), [(0, 0.48667), (1, 0.22), (2, 0.08667), (3, 0.15333)], ids=lambda value: str(value)
)
def test_ordered_options_are_half_of_good_judgments_rule(truth: int, score: float) -> None:
    """Good Judgment Open FAQ, ordered bins: twice these, as it scores both sides of each cut."""
    assert ordered_brier_score([[0.1, 0.2, 0.3, 0.4]], [truth])[0] == pytest.approx(score, abs=5e-6)


@pytest.mark.parametrize(("given", "score"), [(0.8, 67.8), (0.4, -32.2), (0.5, 0.0), (0.999, 99.9), (0.001, -896.6)])
def test_baseline_scores_of_metaculus(given: float, score: float) -> None:
    """Metaculus, Scores FAQ: a binary baseline score is 100 (log2 p + 1), +99.9 at best and -897 at worst."""
    assert baseline_score([given])[0] == pytest.approx(score, abs=0.051)
    assert baseline_score([1 - given], [0])[0] == pytest.approx(score, abs=0.051)


def test_baseline_of_eight_options_is_zero_at_an_eighth_and_a_hundred_at_certainty() -> None:
    """Metaculus, Scores FAQ: 100 (ln p - ln 1/N) / ln N over N options."""
    assert baseline_score([1 / 8], options=8)[0] == pytest.approx(0.0, abs=1e-12)
    assert baseline_score([1.0], options=8)[0] == pytest.approx(100 * (1 + math.log(0.999) / math.log(8)))


def test_peer_scores_of_metaculus() -> None:
    """Metaculus, Scores FAQ: 100 times the mean of ln p - ln p_other over the others."""
    assert peer_score([0.9, 0.6, 0.3]) == pytest.approx([75.2, 14.4, -89.6], abs=0.051)


def test_binary_brier_is_half_of_what_good_judgment_prints() -> None:
    """Good Judgment Open FAQ: 70 % on what happened scores (1 - 0.7)^2 + (0 - 0.3)^2 = 0.18, from 0 to 2."""
    assert brier_score([0.7], [1])[0] == pytest.approx(0.18 / 2)
    assert multicategory_brier_score([[0.7, 0.3]], [0])[0] == pytest.approx(0.18 / 2)


def test_certainty_scores_nothing_or_everything() -> None:
    assert brier_score([0, 1, 0, 1], [0, 1, 1, 0]).tolist() == [0, 0, 1, 1]
    assert multicategory_brier_score([[1, 0, 0], [1, 0, 0]], [0, 2]).tolist() == [0, 1]
    assert ordered_brier_score([[1, 0, 0], [1, 0, 0], [1, 0, 0]], [0, 1, 2]).tolist() == [0, 0.5, 1]


def test_log_loss_is_clipped() -> None:
    assert log_loss([0.0, 1.0], [1, 1]) == pytest.approx([-math.log(0.001), -math.log(0.999)])
    assert log_loss([math.exp(-1)])[0] == pytest.approx(1.0)


def test_the_median_alone_is_scored_by_its_distance() -> None:
    assert quantile_crps([[7.0], [12.0]], [0.5], [10.0, 10.0]).tolist() == [3.0, 2.0]


def test_quantiles_worked_out_by_hand() -> None:
    """Levels .1 .25 .6: gaps .15 and .35, so weights .15, .25, .35 over .75; pinball .1*7, .25*5, .4*2."""
    expected = 2 * (0.15 * 0.7 + 0.25 * 1.25 + 0.35 * 0.4 * 2) / 0.75
    assert quantile_crps([[3.0, 5.0, 12.0]], [0.1, 0.25, 0.6], [10.0])[0] == pytest.approx(expected)


def test_interval_score_worked_out_by_hand() -> None:
    """Gneiting & Raftery 2007, equation 43, at 90 %: width 10, and 20 for each unit outside."""
    assert interval_score([0, 0, 0], [10, 10, 10], [5, 12, -1], 0.9) == pytest.approx([10, 50, 30])


def test_corp_of_forecasts_that_tell_nothing_apart() -> None:
    """Ten forecasts of 0.7 of which five come true: miscalibration (0.7 - 0.5)^2, no discrimination."""
    parts = corp_decomposition([0.7] * 10, [0, 1] * 5)
    assert parts == pytest.approx((0.29, 0.04, 0.0, 0.25))


def test_corp_of_perfect_forecasts() -> None:
    assert corp_decomposition([0, 1, 1, 0], [0, 1, 1, 0]) == pytest.approx((0.0, 0.0, 0.25, 0.25))
