"""The sampling interval: it covers, it never shrinks to nothing, and it is Clopper and Pearson's on right and wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import betainc, betaincinv, comb

from forecasts.scoring import compare, paired_differences, scorecards
from forecasts.scoring.intervals import beta_tail, bounded_interval, group_interval
from tests.scoring.intervals import bounded
from tests.scoring.ledger import Ledger, ledger_of, resolved

SOURCES = {
    "says 60 %": ((0.6,), (0.6,)),
    "says 75 %": ((0.75,), (0.75,)),
    "says 90 %": ((0.9,), (0.9,)),
    "says 95 %": ((0.95,), (0.95,)),
    "says 99 %": ((0.99,), (0.99,)),
    "three words": ((0.1, 0.6, 0.9), (0.1, 0.6, 0.9)),
    "90 % that comes 70": ((0.9,), (0.7,)),
    "95 % that comes 60": ((0.95,), (0.6,)),
    "100 % that comes 90": ((1.0,), (0.9,)),
    "three words too sure": ((0.05, 0.9, 0.99), (0.2, 0.7, 0.8)),
}
"""What each source says, and how often what it says so comes true."""

RECORDS = 3_000


def interval_of(scores: list[float], bounds: tuple[float, float] = (0.0, 1.0)) -> tuple[float, float]:
    _, low, high = group_interval(np.zeros(len(scores), dtype=np.intp), np.array(scores, dtype=float), 1, bounds)
    return float(low[0]), float(high[0])


@pytest.mark.parametrize("n", [1, 3, 5, 10, 20, 50])
@pytest.mark.parametrize("source", SOURCES)
def test_it_holds_the_truth_in_at_least_94_of_100_records(source: str, n: int) -> None:
    said, comes = (np.array(numbers) for numbers in SOURCES[source])
    random = np.random.default_rng(n)
    word = random.integers(0, said.size, (RECORDS, n))
    happened = random.random((RECORDS, n)) < comes[word]
    truth = np.mean(comes * np.square(1 - said) + (1 - comes) * np.square(said))
    score = np.square(said[word] - happened)
    _, low, high = group_interval(np.repeat(np.arange(RECORDS), n), score.ravel(), RECORDS)
    assert np.mean((low <= truth) & (truth <= high)) >= 0.94


@pytest.mark.parametrize("n", [1, 2, 5, 10, 37, 200])
def test_right_and_wrong_alone_give_clopper_and_pearsons(n: int) -> None:
    """Each end is where the tail of the binomial is 2.5 %: summed up here, and solved for."""

    def tail(p: float, counts: range) -> float:
        return math.fsum(float(comb(n, k, exact=True)) * p**k * (1 - p) ** (n - k) for k in counts)

    for wrong in sorted({0, 1, n // 3, n - 1, n}):
        low, high = interval_of([1.0] * wrong + [0.0] * (n - wrong))
        least = brentq(lambda p, k=wrong: tail(p, range(k, n + 1)) - 0.025, 0, 1, xtol=1e-13) if wrong else 0.0
        most = brentq(lambda p, k=wrong: tail(p, range(k + 1)) - 0.025, 0, 1, xtol=1e-13) if wrong < n else 1.0
        assert (low, high) == pytest.approx((least, most), abs=1e-9)


def test_clopper_and_pearsons_printed_ends() -> None:
    """Clopper & Pearson (1934): none of 10 is 0 to .308, 5 of 10 is .187 to .813."""
    assert interval_of([0.0] * 10) == pytest.approx((0.0, 0.3085), abs=5e-5)
    assert interval_of([0.0, 1.0] * 5) == pytest.approx((0.1871, 0.8129), abs=5e-5)


@pytest.mark.parametrize(
    ("scores", "low", "high"),
    [
        ([0.01] * 10, 0.007, 0.315),
        ([0.01], 0.0, 0.975),
        ([0.81, 0.0225, 0.1056, 0.7225, 0.1], 0.08, 0.75),
    ],
)
def test_known_ends(scores: list[float], low: float, high: float) -> None:
    assert interval_of(scores) == pytest.approx((low, high), abs=5e-3 if len(scores) == 5 else 5e-4)


score = st.sampled_from([0.0, 1.0, 0.01, 0.81, 0.25, 1e-12, 1 - 1e-12, 5e-324]) | st.floats(0, 1)


@settings(max_examples=300, deadline=None)
@given(st.lists(score, min_size=1, max_size=60), st.randoms())
def test_no_interval_is_wider_than_the_bounds_or_shrinks_to_nothing(scores: list[float], random: object) -> None:
    low, high = interval_of(scores)
    mean = math.fsum(scores) / len(scores)
    assert 0 <= low <= mean + 1e-12
    assert mean - 1e-12 <= high <= 1
    assert high - low > 1 / (10 * (len(scores) + 1))
    shuffled = list(scores)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert interval_of(shuffled) == pytest.approx((low, high), abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=40))
def test_differences_lie_between_minus_one_and_one(differences: list[float]) -> None:
    low, high = interval_of(differences, (-1.0, 1.0))
    mean = math.fsum(differences) / len(differences)
    assert -1 <= low <= mean + 1e-12
    assert mean - 1e-12 <= high <= 1
    assert (low, high) == pytest.approx(bounded(differences, -1.0, 1.0), abs=1e-7)


def test_the_arrays_give_what_the_definition_gives_group_by_group() -> None:
    random = np.random.default_rng(3)
    group = random.integers(0, 40, 500)
    value = np.round(random.random(500), 2)
    mean, low, high = group_interval(group, value, 42)
    for place in range(40):
        scores = value[group == place].tolist()
        assert (low[place], high[place]) == pytest.approx(bounded(scores), abs=1e-9)
        assert mean[place] == pytest.approx(math.fsum(scores) / len(scores))
    assert np.isnan([mean[40:], low[40:], high[40:]]).all()


exponent = st.just(0.0) | st.floats(0, 1) | st.floats(0, 11)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(exponent, exponent), min_size=1, max_size=20))
def test_the_tail_of_the_beta_distribution_is_scipys(exponents: list[tuple[float, float]]) -> None:
    a, b = (10.0 ** np.array(side) for side in zip(*exponents, strict=True))
    found, expected = beta_tail(a, b), betaincinv(a, b, 0.025)
    assert betainc(a, b, found) == pytest.approx(0.025, abs=2e-6)
    is_right = np.abs(betainc(a, b, expected) - 0.025) < 2e-6  # of 1e3 and 1e9 SciPy 1.17 gives twice what it should
    assert found[is_right] == pytest.approx(expected[is_right], abs=1e-10)


@settings(max_examples=100, deadline=None)
@given(st.floats(11, 15), st.floats(11, 15))
def test_of_huge_parameters_it_is_the_normal_distributions_with_its_skew(one: float, other: float) -> None:
    """Cornish & Fisher (1938): SciPy 1.17 itself is off by 4e-10 there."""
    a, b = 10.0**one, 10.0**other
    total, below = a + b, -1.959963984540054
    skew = 2 * (b - a) * math.sqrt(total + 1) / ((total + 2) * math.sqrt(a * b))
    deviation = math.sqrt(a / total * b / total / (total + 1))
    expected = a / total + deviation * (below + skew * (below**2 - 1) / 6)
    assert beta_tail(np.array([a]), np.array([b]))[0] == pytest.approx(expected, abs=1e-13)


def test_nothing_has_no_interval() -> None:
    empty = np.zeros(0)
    assert [ends.size for ends in bounded_interval(empty, empty, empty, empty, empty)] == [0, 0]


def always_right(*, scenario: int | None = None) -> Ledger:
    """Two sources on ten questions that all came true: one said 100 %, the other 98 %."""
    asked = tuple(resolved(1, scenario=place % 3 if scenario is None else scenario) for place in range(10))
    rows = [(source, place, p) for source, p in enumerate((1.0, 0.98)) for place in range(10)]
    return ledger_of(*rows, questions=asked, anonymous=(False, False))


def test_two_sources_that_were_always_right_may_change_places() -> None:
    cards = scorecards(always_right().columns())
    assert cards.brier.tolist() == pytest.approx([0.0, 0.0004])
    assert cards.rank.tolist() == [1, 2]
    assert cards.rank_low.tolist() == [1, 1]
    assert cards.rank_high.tolist() == [2, 2]
    assert cards.brier_high.tolist() == pytest.approx([0.3085, 0.3087], abs=1e-3)
    assert (cards.brier_low <= cards.brier).all()


def test_the_difference_of_two_that_were_always_right_is_not_certain() -> None:
    columns = always_right().columns()
    cards = scorecards(columns)
    found = compare(columns, cards, 0, 1)
    assert found.difference == pytest.approx(-0.0004)
    assert found.low < -0.25
    assert found.high > 0.25
    rival = paired_differences(columns, cards, 0)
    assert (rival.low[0], rival.high[0]) == pytest.approx((found.low, found.high))


def test_over_scenarios_each_counts_once() -> None:
    asked = tuple(resolved(1, scenario=place) for place in (0, 0, 0, 0, 1, -1, -1))
    given_numbers = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
    cards = scorecards(ledger_of(*[(0, q, p) for q, p in enumerate(given_numbers)], questions=asked).columns())
    means = [(0.01 + 0.04 + 0.09 + 0.16) / 4, 0.25, 0.36, 0.49]
    assert (cards.brier_scenario_low[0], cards.brier_scenario_high[0]) == pytest.approx(bounded(means), abs=1e-9)


def test_one_scenario_has_no_interval_over_scenarios() -> None:
    cards = scorecards(always_right(scenario=0).columns())
    assert np.isnan(cards.brier_scenario_low).all()
    assert cards.reason("brier_scenario_high").tolist() == [2, 2]
    assert (cards.brier_high > cards.brier_low).all()
