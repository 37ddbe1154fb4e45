"""What words turned out to be worth: the range that they allow, moved by how often what was said so came true."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from forecasts.domain.intents import LoadPacks
from forecasts.domain.scorecards import ScoreFilters
from forecasts.scoring.readings import read_as
from forecasts.services.card_pages import claimed_document
from forecasts.services.load import load_packs
from forecasts.services.read_as import LEAST_OF_A_SOURCE
from tests.services.packs import HEAD, PEOPLE, PREDICTION, QUESTION, RESOLUTION, pack

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.domain.scorecards import ScorecardDocument
    from forecasts.services.ledger import Ledger

pytestmark = pytest.mark.no_engine_decides

HOUSE = """
[[standard]]
slug = "house"
title = "House words"

[[phrase]]
standard = "house"
term = "will"
low = 0.75
high = 0.98
point = 0.9
"""


def said(number: int, *, came: bool, speakers: str = '"seer"', resolved: bool = True, **more: object) -> str:
    """A prediction in these words on a question of its own, which came out so."""
    fields = {"phrase": "It will rain", "standard": "house", "basis": "standard", **more}
    written = "".join(f"{name} = {json.dumps(value)}\n" for name, value in fields.items() if value is not None)
    prediction = PREDICTION.replace('"p1"', f'"p{number}"').replace('"out"', f'"q{number}"').replace('"seer"', speakers)
    prediction = prediction.replace('phrase = "will be out"\nprobability = 0.9\n', "")
    resolution = RESOLUTION.replace('"out"', f'"q{number}"').replace('"yes"', '"yes"' if came else '"no"')
    question = QUESTION.replace('"out"', f'"q{number}"')
    return "".join((question, prediction, written, resolution if resolved else ""))


def worth_in(ledger: Ledger, folder: Path, *claims: str) -> ScorecardDocument:
    load_packs(ledger, LoadPacks(paths=(pack(folder, HEAD, PEOPLE, HOUSE, *claims),)))
    return claimed_document(ledger, ScoreFilters())


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


def test_a_term_is_counted_by_what_it_speaks_of_and_each_prediction_once(empty_ledger: Ledger, tmp_path: Path) -> None:
    claims = [said(1, came=True, speakers='"seer", "paper"'), said(2, came=True), said(3, came=False)]
    claims += [said(4, came=False, phrase_about="no")]
    claims += [said(5, came=True, basis="stated", probability=0.9), said(6, came=True, resolved=False)]
    (row,) = worth_in(empty_ledger, tmp_path, *claims).read_as
    assert (row.words, row.said, row.low, row.high, row.n, row.came_true) == ("“will”", 0.9, 0.75, 0.98, 4, 3)
    assert (row.worth, row.worth_low, row.worth_high) == read_as(0.75, 0.98, 4, 3)
    assert row.told.startswith("said 90 % (75–98 %), came true 3 of 4, read as 8")


def test_other_words_are_counted_by_the_side_that_they_favour(empty_ledger: Ledger, tmp_path: Path) -> None:
    read: dict[str, Any] = {"standard": None, "basis": "analyst"}
    claims = [said(1, came=True, probability=0.9, low=0.75, high=0.98, **read)]
    claims += [said(2, came=False, probability=0.1, low=0.02, high=0.25, **read)]
    (row,) = worth_in(empty_ledger, tmp_path, *claims).read_as
    assert (row.words, row.said, row.low, row.high) == ("read by an analyst", 0.9, 0.75, 0.98)
    assert (row.n, row.came_true) == (2, 2)


@pytest.mark.parametrize("count", [LEAST_OF_A_SOURCE - 1, LEAST_OF_A_SOURCE])
def test_a_source_has_it_from_five_claims_on(empty_ledger: Ledger, tmp_path: Path, count: int) -> None:
    claims = [said(number, came=number > 1) for number in range(count)]
    document = worth_in(empty_ledger, tmp_path, *claims)
    assert [row.n for row in document.read_as] == [count]
    (card,) = document.scorecards
    assert [row.n for row in card.read_as] == ([count] if count >= LEAST_OF_A_SOURCE else [])
