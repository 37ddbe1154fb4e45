"""What words turned out to be worth: the range that they allow, moved by how often what was said so came true."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from forecasts.domain.card_claims import CardClaim
from forecasts.domain.kinds import Basis, Bucket, QuestionKind, Side
from forecasts.domain.records import Phrase
from forecasts.scoring.readings import read_as
from forecasts.services.read_as import LEAST_OF_A_SOURCE, read_as_of

WILL = Phrase(standard="house", term="will", low=0.75, high=0.98, point=0.9)
CLAIM = CardClaim(
    bucket=Bucket.SCORED,
    prediction="p1",
    article="a",
    claim="It will rain.",
    phrase="It will rain",
    kind=QuestionKind.BINARY,
    basis=Basis.STANDARD,
    standard="house",
    probability=0.9,
    low=0.75,
    high=0.98,
    outcome="yes",
)


def said(number: int, *, came: bool, **more: object) -> CardClaim:
    return replace(CLAIM, prediction=f"p{number}", outcome="yes" if came else "no", **more)  # type: ignore[arg-type]


@given(st.floats(0.01, 0.9), st.floats(0.02, 0.6))
@settings(max_examples=60, deadline=None)
def test_without_a_claim_it_is_the_range(low: float, width: float) -> None:
    high = min(low + width, 0.99)
    assert read_as(low, high, 0, 0)[1:] == pytest.approx((low, high), abs=1e-6)


def test_what_was_worked_out_is_what_the_design_says() -> None:
    worth, low, high = read_as(0.75, 0.98, 5, 3)
    assert [round(value, 2) for value in (worth, low, high)] == [0.83, 0.68, 0.94]
    assert read_as(0.75, 0.98, 5, 5)[0] > worth > read_as(0.75, 0.98, 5, 0)[0]
    a, b = 15.603391892262062, 1.9216093640261969
    assert (low, high) == pytest.approx([float(beta.ppf(level, a + 3, b + 2)) for level in (0.05, 0.95)], abs=1e-6)


@pytest.mark.parametrize("ends", [(0.0, 0.02), (0.98, 1.0), (0.0, 1.0), (0.001, 0.5)])
def test_every_range_of_words_has_a_worth(ends: tuple[float, float]) -> None:
    worth, low, high = read_as(*ends, 10, 5)
    assert 0 <= low <= worth <= high <= 1


def test_a_term_is_counted_by_what_it_speaks_of_and_each_prediction_once() -> None:
    claims = [said(1, came=True), said(2, came=True), said(3, came=False), said(1, came=True)]
    claims += [said(4, came=False, phrase_about=Side.NO, probability=0.1, low=0.02, high=0.25)]
    claims += [said(5, came=True, basis=Basis.STATED), said(6, came=True, bucket=Bucket.OPEN)]
    (row,) = read_as_of(claims, {"house": [WILL]})
    assert (row.words, row.said, row.low, row.high, row.n, row.came_true) == ("“will”", 0.9, 0.75, 0.98, 4, 3)
    assert (row.worth, row.worth_low, row.worth_high) == read_as(0.75, 0.98, 4, 3)
    assert row.told.startswith("said 90 % (75–98 %), came true 3 of 4, read as 8")


def test_other_words_are_counted_by_the_side_that_they_favour() -> None:
    claims = [said(1, came=True, standard=""), said(2, came=False, standard="", probability=0.1, low=0.02, high=0.25)]
    (row,) = read_as_of(claims, {})
    assert (row.said, row.low, row.high, row.n, row.came_true) == (0.9, 0.75, 0.98, 2, 2)


def test_a_source_has_it_from_five_claims_on() -> None:
    claims = [said(number, came=number > 1) for number in range(1, 6)]
    assert read_as_of(claims[:4], {"house": [WILL]}, LEAST_OF_A_SOURCE) == ()
    assert [row.n for row in read_as_of(claims, {"house": [WILL]}, LEAST_OF_A_SOURCE)] == [5]
