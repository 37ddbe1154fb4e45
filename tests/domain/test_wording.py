"""Words of likelihood: which term of a standard stands in a phrase, and the number in force that follows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.domain.kinds import Side
from forecasts.domain.records import Phrase, Prediction
from forecasts.domain.wording import (
    NumberRead,
    PhraseReading,
    find_reading,
    phrase_reading,
    read_number,
    reading_of,
    turned,
    words_of,
)

SCALE = (
    Phrase(standard="x", term="almost no chance", aliases=("remote",), low=0.01, high=0.05),
    Phrase(standard="x", term="very unlikely", aliases=("highly improbable",), low=0.05, high=0.2),
    Phrase(standard="x", term="unlikely", aliases=("improbable",), low=0.2, high=0.45),
    Phrase(standard="x", term="roughly even chance", aliases=("fifty-fifty", "50-50"), low=0.45, high=0.55, point=0.5),
    Phrase(standard="x", term="likely", aliases=("probable",), low=0.55, high=0.8, low_open=True),
    Phrase(standard="x", term="almost certain", aliases=("nearly certain", "can't fail"), low=0.95, high=0.99),
)


def term_in(text: str) -> str | None:
    reading = find_reading(text, SCALE)
    return reading.term if reading else None


def prediction(**changes: object) -> Prediction:
    values: dict[str, object] = {"phrase": "it is likely", "standard": "x", **changes}
    return Prediction(slug="p", question="q", speakers=("s",), article="a", claim="c", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("likely", "likely"),
        ("it is LIKELY that", "likely"),
        ("unlikely", "unlikely"),
        ("very unlikely", "very unlikely"),
        ("Very   \n unlikely", "very unlikely"),
        ("very-unlikely", "very unlikely"),
        ("very\u2011unlikely", "very unlikely"),
        ("likelihood", None),
        ("likely-looking", "likely"),
        ("improbable", "unlikely"),
        ("highly improbable", "very unlikely"),
        ("fifty fifty", "roughly even chance"),
        ("50\u201350", "roughly even chance"),
        ("150-50", None),
        ("can’t fail", "almost certain"),
        ("cant fail", None),
        ("(probable)", "likely"),
        ("“probable”", "likely"),
        ("will", None),
        ("", None),
        ("not likely", None),
        ("isn't likely", None),
        ("isn’t at all likely", None),
        ("hardly probable", None),
        ("less likely", None),
        ("more likely than not", None),
        ("as likely as not", None),
        ("not unlikely", None),
        ("unlikely, even remote", "unlikely"),
        ("likely not", "likely"),
        ("not today but likely", None),  # a denial reaches three words far
        ("not likely at first, later likely", "likely"),
    ],
)
def test_longest_term_on_word_boundaries(text: str, term: str | None) -> None:
    assert term_in(text) == term


def test_longer_terms_win_over_earlier_ones() -> None:
    assert term_in("likely, no, very unlikely") == "likely"
    assert term_in("likely and then very unlikely") == "very unlikely"


def test_order_of_the_phrases_makes_no_difference() -> None:
    text = "likely or unlikely"
    assert find_reading(text, SCALE) == find_reading(text, SCALE[::-1])


def test_reading_has_the_midpoint_where_the_standard_gives_no_point() -> None:
    assert reading_of(SCALE[2]) == PhraseReading("unlikely", 0.325, 0.2, 0.45)
    assert reading_of(SCALE[3]).point == 0.5
    assert reading_of(SCALE[4]) == PhraseReading("likely", 0.675, 0.55, 0.8, low_open=True)


def test_turned_swaps_bounds_and_openness() -> None:
    assert turned(reading_of(SCALE[4])) == PhraseReading("likely", 0.325, 0.2, 0.45, high_open=True)


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3).map(sorted))
def test_turning_twice_changes_nothing(numbers: list[int]) -> None:
    low, point, high = (number / 10**6 for number in numbers)
    reading = PhraseReading("t", point, low, high, True, False)
    assert turned(turned(reading)) == reading
    assert turned(reading).low <= turned(reading).point <= turned(reading).high


def test_everything_follows_from_the_phrase() -> None:
    assert read_number(prediction(), SCALE) == NumberRead(0.675, 0.55, 0.8, True, True, True)
    about_no = prediction(phrase_about=Side.NO)
    assert read_number(about_no, SCALE) == NumberRead(0.325, 0.2, 0.45, True, True, True)


def test_given_parts_stay() -> None:
    read = read_number(prediction(probability=0.6, low=0.58), SCALE)
    assert read == NumberRead(0.6, 0.58, 0.8, high_derived=True)
    assert read.is_derived
    whole = read_number(prediction(probability=0.6, low=0.5, high=0.7), SCALE)
    assert whole == NumberRead(0.6, 0.5, 0.7)
    assert not whole.is_derived


def test_range_is_widened_to_hold_a_given_number() -> None:
    assert read_number(prediction(probability=0.9), SCALE) == NumberRead(0.9, 0.55, 0.9, False, True, True)
    assert read_number(prediction(probability=0.1), SCALE) == NumberRead(0.1, 0.1, 0.8, False, True, True)


def test_number_is_drawn_into_a_given_range() -> None:
    assert read_number(prediction(low=0.7), SCALE) == NumberRead(0.7, 0.7, 0.8, True, False, True)
    assert read_number(prediction(high=0.6), SCALE) == NumberRead(0.6, 0.55, 0.6, True, True, False)
    assert read_number(prediction(low=0.85, high=0.9), SCALE) == NumberRead(0.85, 0.85, 0.9, True, False, False)
    assert read_number(prediction(low=0.85), SCALE) == NumberRead(0.85, 0.85, 0.85, True, False, True)


def test_nothing_follows_without_a_standard_or_a_listed_phrase() -> None:
    assert read_number(prediction(standard=""), SCALE) == NumberRead(None, None, None)
    assert read_number(prediction(standard="", probability=0.4), SCALE) == NumberRead(0.4, None, None)
    assert read_number(prediction(phrase="surely"), SCALE) == NumberRead(None, None, None)
    assert read_number(prediction(phrase="surely", low=0.9), SCALE) == NumberRead(None, 0.9, None)
    assert read_number(prediction(), ()) == NumberRead(None, None, None)


def test_another_standard_reads_the_words_anew() -> None:
    stated = prediction(probability=0.9, low=0.8, high=0.95, standard="")
    assert phrase_reading(stated, SCALE) == reading_of(SCALE[4])
    assert phrase_reading(prediction(phrase="surely"), SCALE) is None
    assert phrase_reading(prediction(phrase=""), SCALE) is None


def test_words_are_folded() -> None:
    assert words_of("  Almost\tCERTAIN—can’t  ") == ("almost", "certain", "can't")
    assert words_of("Бәлкім,  ЫҚТИМАЛ") == ("бәлкім", "ықтимал")


@given(st.text(max_size=40))
def test_any_text_is_read_without_error(text: str) -> None:
    reading = find_reading(text, SCALE)
    assert reading is None or reading.term in {phrase.term for phrase in SCALE}
