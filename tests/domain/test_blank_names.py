"""A name that shows nothing is none, and names that one cannot tell apart are told."""

from __future__ import annotations

import pytest

from forecasts.domain.fields import record_fields
from forecasts.domain.records import Source
from forecasts.domain.values import is_mixed, shown, skeleton, value_problem
from forecasts.domain.views import distinct


@pytest.mark.parametrize(
    "name", ["", " ", "\u00a0\u200b", "\u2800", "\u3164", "\ufeff\u2060", "\U000e0041", "\u00ad \u034f"]
)
def test_a_name_that_shows_nothing_is_refused(name: str) -> None:
    assert value_problem(record_fields(Source)["name"], name) is not None


@pytest.mark.parametrize("name", ["a", "\u200ba", "Қ", "🇰🇿", "-"])
def test_one_that_shows_something_is_taken(name: str) -> None:
    assert value_problem(record_fields(Source)["name"], name) is None


@pytest.mark.parametrize("other", ["A ", " A", "A\u200b", "\uff21", "A\u00a0"])
def test_options_that_one_cannot_tell_apart_are_one(other: str) -> None:
    assert [problem.found for problem in distinct("options", ("A", "B", other))] == [f"{shown(other)} twice"]
    assert list(distinct("options", ("A", "B", "a", "АВ"))) == []


@pytest.mark.parametrize(
    ("name", "is_told"),
    [("Аnna", True), ("Kazakhstan Қор", False), ("Ақорда-Press 2", False), ("иѕмаил", False), ("Сaspian", True)],
)
def test_scripts_mixed_in_a_word_are_told(name: str, is_told: bool) -> None:
    assert is_mixed(name) is is_told


def test_a_skeleton_is_the_same_for_what_looks_the_same() -> None:
    assert skeleton("Осерах") == skeleton("oceрax") == skeleton("OCEPAX")
    assert skeleton("Anna") != skeleton("Anne")
