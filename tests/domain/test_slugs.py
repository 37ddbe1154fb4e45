"""Slugs of names in any script: valid, readable, and taken once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.domain import limits
from forecasts.domain.values import make_slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Chan Kung (陈功)", "chan-kung"),
        ("Қасым-Жомарт Тоқаев", "qasym-zhomart-toqaev"),
        ("Щербаков Ёлкин", "shcherbakov-elkin"),
        ("Émile Zola’s “Germinal”", "emile-zolas-germinal"),
        ("陈功", "record"),
    ],
)
def test_names(text: str, slug: str) -> None:
    assert make_slug(text, lambda _slug: False) == slug


@given(st.text(max_size=200), st.integers(0, 30))
def test_always_valid_and_free(text: str, others: int) -> None:
    taken: set[str] = set()
    for _ in range(others + 1):
        slug = make_slug(text, taken.__contains__)
        assert re.fullmatch(limits.SLUG_PATTERN, slug)
        assert len(slug) <= limits.SLUG
        assert slug not in taken
        taken.add(slug)
