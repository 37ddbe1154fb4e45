"""The benefit of the doubt: the exact tail, over every outcome there could be, and the kindest reading of the words."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.scoring import scorecards
from forecasts.scoring.cards.benefit_of_doubt import MOST_EXACT, benefit_of_doubt, kindest_chances, overconfidence
from tests.scoring.ledger import Ledger, Said, resolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

THOUSANDTHS = st.integers(0, 1000).map(lambda value: value / 1000)


@st.composite
def records(draw: st.DrawFn, most: int) -> list[tuple[float, float, float, float]]:
    """Claims with a number, the ends of its range, and what happened."""
    ends = st.tuples(THOUSANDTHS, THOUSANDTHS, THOUSANDTHS).map(sorted)
    rows = draw(st.lists(st.tuples(ends, st.sampled_from((0.0, 1.0))), min_size=1, max_size=most))
    return [(p, low, high, x) for (low, p, high), x in rows]


def by_all_outcomes(p: Iterable[float], chance: Iterable[float], x: Iterable[float]) -> float:
    """The definition: of every outcome that there could be, those that are at least as bad, by their probability."""

    said, chances = list(p), list(chance)

    def score(outcome: Iterable[float]) -> float:
        return math.fsum((a - o) ** 2 for a, o in zip(said, outcome, strict=True))

    came = score(x)
    return math.fsum(
        math.prod(q if o else 1 - q for q, o in zip(chances, outcome, strict=True))
        for outcome in itertools.product((0, 1), repeat=len(said))
        if score(outcome) >= came - 1e-12
    )


def leniently(rows: Sequence[tuple[float, float, float, float]]) -> float:
    p, low, high, x = np.array(rows).T
    return overconfidence(p, kindest_chances(p, low, high), x)


@given(records(9))
@settings(max_examples=150, deadline=None)
def test_it_is_the_sum_over_all_outcomes(rows: list[tuple[float, float, float, float]]) -> None:
    p, low, high, x = np.array(rows).T
    for chance in (p, low, high, kindest_chances(p, low, high)):
        assert overconfidence(p, chance, x) == pytest.approx(by_all_outcomes(p, chance, x), abs=1e-12)


@pytest.mark.parametrize("words", [(0.9,), (0.1, 0.9), (0.05, 0.275, 0.5, 0.875)])
def test_it_is_so_at_twelve_claims_with_ties(words: tuple[float, ...]) -> None:
    p = np.resize(words, 12)
    for happened in (0, 4, 9, 12):
        x = np.array([1.0] * happened + [0.0] * (12 - happened))
        assert overconfidence(p, p, x) == pytest.approx(by_all_outcomes(p, p, x), abs=1e-12)


@given(records(12), st.data())
@settings(max_examples=200, deadline=None)
def test_wider_words_never_count_against_a_source(
    rows: list[tuple[float, float, float, float]], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    p, low, high, x = rows[place]
    wider = (p, data.draw(st.floats(0, low)), data.draw(st.floats(high, 1)), x)
    assert leniently([*rows[:place], wider, *rows[place + 1 :]]) >= leniently(rows) - 1e-12


@given(records(7), st.data())
@settings(max_examples=100, deadline=None)
def test_no_reading_within_the_words_is_kinder(
    rows: list[tuple[float, float, float, float]], data: st.DataObject
) -> None:
    p, low, high, x = np.array(rows).T
    chance = low + np.array([data.draw(st.floats(0, 1)) for _ in rows]) * (high - low)
    assert overconfidence(p, chance, x) <= leniently(rows) + 1e-12


def test_the_checks_that_were_worked_out_by_hand() -> None:
    one = [(0.9, 0.75, 0.98, 0.0)]
    assert overconfidence(np.array([0.9]), np.array([0.9]), np.zeros(1)) == pytest.approx(0.1)
    assert leniently(one) == pytest.approx(0.25)
    twenty = [(0.9, 0.75, 0.98, float(place < 13)) for place in range(20)]
    tail = [math.fsum(math.comb(20, k) * q ** (20 - k) * (1 - q) ** k for k in range(7, 21)) for q in (0.9, 0.75)]
    p, _, _, x = np.array(twenty).T
    assert [overconfidence(p, p, x), leniently(twenty)] == pytest.approx(tail, rel=1e-12)
    assert [round(1 / value, 1) for value in tail] == [419.1, 4.7]


@pytest.mark.parametrize("words", [(0.9,), (0.1, 0.7, 0.95), tuple((np.arange(1, 100) / 100).tolist())])
@pytest.mark.parametrize("shift", [0.0, 0.03])
def test_of_many_claims_it_is_the_exact_tail_to_two_in_a_thousand(words: tuple[float, ...], shift: float) -> None:
    random = np.random.default_rng(7)
    p = random.choice(words, MOST_EXACT + 1)
    x = (random.random(p.size) < np.abs(p - shift)).astype(np.float64)
    sums: dict[int, float] = {0: 1.0}
    for given_to_yes in p.tolist():
        step = round(100 - 200 * given_to_yes)
        grown: dict[int, float] = defaultdict(float)
        for reached, share in sums.items():
            grown[reached] += share * (1 - given_to_yes)
            grown[reached + step] += share * given_to_yes
        sums = grown
    came = round(float(np.sum((100 - 200 * p) * x)))
    exact = math.fsum(share for reached, share in sums.items() if reached >= came)
    assert overconfidence(p, p, x) == pytest.approx(exact, abs=0.002)


def test_a_million_claims_and_none() -> None:
    p, x = np.full(1_000_000, 0.9), np.ones(1_000_000)
    x[:100_000] = 0.0
    assert overconfidence(p, p, x) == pytest.approx(0.5, abs=0.01)
    assert math.isnan(overconfidence(np.zeros(0), np.zeros(0), np.zeros(0)))
    certain = np.ones(MOST_EXACT + 1)
    assert overconfidence(certain, certain, certain) == 1.0
    assert overconfidence(certain, certain, np.append(certain[1:], 0.0)) == 0.0


def doubt_of(ledger: Ledger, wording: Any = "point") -> tuple[float, ...]:
    columns = ledger.columns()
    cards = scorecards(columns, wording=wording)
    (found,) = benefit_of_doubt(columns, cards.scored, "speaker", [0])
    return found


def test_of_a_scenario_the_first_claim_counts_and_the_wording_plays_no_part() -> None:
    questions = tuple(resolved(0.0, scenario=scenario) for scenario in (0, 0, 1, -1))
    said = tuple(
        Said(question=place, day=day, p=p, low=low, high=0.98)
        for place, day, p, low in ((0, 9, 0.8, 0.7), (1, 5, 0.9, 0.75), (2, 5, 0.9, 0.85), (3, 7, 0.7, 0.6))
    )
    ledger = Ledger(questions=questions, predictions=said)
    coded, lenient, alone = doubt_of(ledger)
    assert coded == pytest.approx(0.2 * 0.1 * 0.1 * 0.3)
    assert lenient == pytest.approx(0.3 * 0.25 * 0.15 * 0.4)
    assert alone == pytest.approx(0.25 * 0.15 * 0.4)
    assert doubt_of(ledger, "worst") == doubt_of(ledger, "best") == (coded, lenient, alone)
