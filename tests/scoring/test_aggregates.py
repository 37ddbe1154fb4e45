"""Calibration, difficulty, and the intervals: against definitions written out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.scoring import (
    anytime_difference,
    brier_score,
    corp_decomposition,
    difficulty_adjusted,
    reliability_curve,
)
from forecasts.scoring.anytime import best_rho, boundary, log_mixture
from forecasts.scoring.calibration import corp_by_group
from forecasts.scoring.cards.ranking import ranks

if TYPE_CHECKING:
    from random import Random

rows = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 8), st.floats(0, 1)), min_size=1, max_size=60)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1)), min_size=1, max_size=50), st.randoms())
def test_the_parts_add_up_to_the_score_in_any_order(rows: list[tuple[float, int]], random: Random) -> None:
    p, o = zip(*rows, strict=True)
    parts = corp_decomposition(p, o)
    assert parts.score == pytest.approx(brier_score(p, o).mean(), abs=1e-12)
    total = parts.miscalibration - parts.discrimination + parts.uncertainty
    assert total == pytest.approx(parts.score, abs=1e-12)
    assert parts.miscalibration >= -1e-12
    assert -1e-12 <= parts.discrimination <= parts.uncertainty + 1e-12
    random.shuffle(rows)
    shuffled = corp_decomposition(*zip(*rows, strict=True))
    assert shuffled == pytest.approx(parts, abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([0, 0.2, 0.5, 0.9, 1]), st.integers(0, 1)), max_size=60))
def test_one_call_for_all_sources_is_a_call_for_each(rows: list[tuple[int, float, int]]) -> None:
    group, p, o = (np.array([row[i] for row in rows], dtype=kind) for i, kind in ((0, int), (1, float), (2, float)))
    together = corp_by_group(group, p, o, 6)
    for source in range(6):
        mine = group == source
        alone = corp_decomposition(p[mine], o[mine])
        names = ("score", "miscalibration", "discrimination", "uncertainty")
        found = [float(getattr(together, name)[source]) for name in names]
        np.testing.assert_allclose(found, list(alone), atol=1e-12)


def test_histogram_bins_are_closed_on_the_right_and_the_first_holds_zero() -> None:
    curve = reliability_curve([0.0, 0.1, 0.1000001, 0.3, 0.6, 0.7, 1.0], [0] * 7, draws=2)
    assert curve.bin_count.tolist() == [2, 1, 1, 0, 0, 1, 1, 0, 0, 1]


def test_the_band_is_seeded_ordered_and_holds_calibrated_forecasts() -> None:
    random = np.random.default_rng(5)
    p = random.integers(1, 10, 2_000) / 10
    o = (random.random(2_000) < p).astype(int)
    curve = reliability_curve(p, o, seed=3)
    again = reliability_curve(p[::-1], o[::-1], seed=3)
    assert np.array_equal(curve.low, again.low)
    assert np.array_equal(curve.high, again.high)
    assert bool(np.all(curve.low <= curve.high))
    assert np.mean((curve.low <= curve.recalibrated) & (curve.recalibrated <= curve.high)) > 0.7
    off = reliability_curve(p / 2, o, seed=3)
    assert bool(np.all(off.recalibrated[3:] > off.high[3:]))


@settings(max_examples=150, deadline=None)
@given(rows)
def test_difficulty_is_the_least_squares_fit_with_a_dummy_for_each(rows: list[tuple[int, int, float]]) -> None:
    source, question, score = (np.array(column) for column in zip(*rows, strict=True))
    result = difficulty_adjusted(score, source, question)
    design = np.zeros((len(rows), 7 + 9))
    design[np.arange(len(rows)), source] = 1
    design[np.arange(len(rows)), 7 + question] = 1
    effect = np.linalg.lstsq(design, score, rcond=None)[0][7:]
    for mine in np.unique(source):
        inside = component(rows, int(mine))
        asked = np.unique(question[np.isin(source, inside)])
        assert result.component_sources[mine] == len(inside)
        if len(inside) == 1:
            assert math.isnan(result.adjusted[mine])
            continue
        at = source == mine
        expected = np.mean(score[at] - effect[question[at]]) + effect[asked].mean()
        assert result.adjusted[mine] == pytest.approx(expected, abs=1e-9)


def component(rows: list[tuple[int, int, float]], source: int) -> list[int]:
    """The sources that shared questions connect to this one."""
    found, before = {source}, set[int]()
    while found != before:
        before = set(found)
        asked = {question for one, question, _ in rows if one in found}
        found |= {one for one, question, _ in rows if question in asked}
    return sorted(found)


def test_components_are_numbered_by_size_and_a_source_alone_has_no_figure() -> None:
    result = difficulty_adjusted([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [5, 1, 2, 3, 4, 1], [0, 1, 1, 2, 2, 2])
    assert result.component.tolist() == [0, 1, 1, 1, 1, 2]
    assert result.component_sources.tolist() == [0, 4, 4, 4, 4, 1]
    assert np.isnan(result.adjusted).tolist() == [True, False, False, False, False, True]


def test_a_long_chain_of_sources_is_still_one_component_solved_exactly() -> None:
    links = 400
    source = np.repeat(np.arange(links), 2)
    question = np.column_stack((np.arange(links), np.arange(links) + 1)).ravel()
    skill, hardness = np.random.default_rng(0).random((2, links + 1))
    result = difficulty_adjusted(skill[source] + hardness[question], source, question)
    assert set(result.component.tolist()) == {1}
    np.testing.assert_allclose(result.adjusted, skill[:links] + hardness.mean(), atol=1e-9)


@pytest.mark.parametrize(("total", "variance"), [(0.0, 0.0), (3.0, 1.0), (-2.5, 4.0), (12.0, 30.0), (-9.0, 2.0)])
def test_the_mixture_is_the_integral_that_defines_it(total: float, variance: float) -> None:
    """Howard, Ramdas, McAuliffe & Sekhon 2021, proposition 9: a gamma density, truncated, over the exponent."""
    from scipy.integrate import quad

    rho, scale = 1.3, 2.0

    def weight(x: float) -> float:
        """The density, up to a constant: (1 - c x)^(rho / c^2 - 1) exp(rho x / c)."""
        return float((1 - scale * x) ** (rho / scale**2 - 1) * math.exp(-rho * (1 - scale * x) / scale**2))

    def integrand(x: float) -> float:
        psi = (-math.log1p(-scale * x) - scale * x) / scale**2
        return weight(x) * math.exp(x * total - psi * variance)

    top, whole = (quad(f, 0, 1 / scale, epsabs=1e-13, limit=500)[0] for f in (integrand, weight))
    found = log_mixture(np.array([total]), np.array([variance]), rho, scale)[0]
    assert found == pytest.approx(math.log(top / whole), abs=1e-6)


def test_the_boundary_is_where_the_mixture_reaches_its_level() -> None:
    variance = np.array([0.0, 0.5, 3.0, 40.0])
    rho = best_rho(10.0, 0.025)
    edge = boundary(variance, 0.025, rho, 2.0)
    np.testing.assert_allclose(log_mixture(edge, variance, rho, 2.0), math.log(40), atol=1e-9)


def test_mixture_and_boundary_of_the_reference_implementation() -> None:
    """Howard et al., confseq, test of uniform_boundaries: v_opt 100, alpha 0.05, scale 2, values from their R code."""
    rho = best_rho(100.0, 0.05)
    assert log_mixture(np.array([10.0]), np.array([100.0]), rho, 2.0)[0] == pytest.approx(-0.2490165, abs=1e-5)
    assert boundary(np.array([100.0]), 0.05, rho, 2.0)[0] == pytest.approx(33.02017, abs=1e-5)


def test_outcomes_of_one_day_are_one_step_in_any_order() -> None:
    first, second, day = [0.1, 0.5, 0.3, 0.9], [0.2, 0.1, 0.3, 0.4], [7, 3, 7, 5]
    result = anytime_difference(first, second, day)
    assert result.day.tolist() == [3, 5, 7]
    assert result.n.tolist() == [1, 1, 2]
    assert result.mean == pytest.approx([0.4, 0.45, (0.4 + 0.5 - 0.05) / 3])
    order = [2, 0, 3, 1]
    again = anytime_difference(*([column[place] for place in order] for column in (first, second, day)))
    assert again.low == pytest.approx(result.low)


def test_equal_sources_are_seldom_told_apart_however_often_one_looks() -> None:
    random = np.random.default_rng(11)
    outside = wrong = 0
    for _ in range(200):
        truth = random.random(120)
        outcome = random.random(120) < truth
        one, other = (np.clip(truth + 0.2 * random.standard_normal(120), 0, 1) for _ in range(2))
        result = anytime_difference(brier_score(one, outcome), brier_score(other, outcome), np.arange(120))
        outside += bool(np.any((result.low > 0) | (result.high < 0)))
        wrong += bool(np.any(result.evidence_first >= 20))
    assert outside <= 10
    assert wrong <= 10


def test_ranks_and_what_they_could_as_well_be() -> None:
    brier = np.array([0.1, 0.3, 0.3, 0.6, 0.2])
    low, high = brier - 0.12, brier + 0.12
    ranked = np.array([True, True, True, True, False])
    rank, lowest, highest = ranks(brier, low, high, ranked)
    assert rank.tolist() == [1, 2, 2, 4, 0]
    assert lowest.tolist() == [1, 1, 1, 4, 0]
    assert highest.tolist() == [3, 3, 3, 4, 0]
