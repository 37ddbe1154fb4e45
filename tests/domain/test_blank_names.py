"""A name that shows nothing is none, whichever characters it is made of."""

from __future__ import annotations

import pytest

from forecasts.domain.fields import record_fields
from forecasts.domain.records import Source
from forecasts.domain.values import value_problem


@pytest.mark.parametrize(
    "name", ["", " ", "\u00a0\u200b", "\u2800", "\u3164", "\ufeff\u2060", "\U000e0041", "\u00ad \u034f"]
)
def test_a_name_that_shows_nothing_is_refused(name: str) -> None:
    assert value_problem(record_fields(Source)["name"], name) is not None


@pytest.mark.parametrize("name", ["a", "\u200ba", "Қ", "🇰🇿", "-"])
def test_one_that_shows_something_is_taken(name: str) -> None:
    assert value_problem(record_fields(Source)["name"], name) is None
