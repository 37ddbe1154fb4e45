"""Every form against the corpus of hostile texts, in every field: told what is expected, or kept without control."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.domain.fields import record_fields
from forecasts.domain.form_values import parse_form
from forecasts.domain.records import KINDS
from forecasts.services.record import ADDED, read_draft
from tests.hostile import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = date(2026, 11, 21)
GOOD: dict[str, dict[str, str]] = {
    "source": {"name": "Ann", "kind": "person", "slug": "ann"},
    "article": {"slug": "a", "title": "T", "published_on": "2022-01-10"},
    "scenario": {"slug": "s", "title": "T"},
    "question": {"slug": "q", "title": "T", "kind": "binary", "criteria": "C", "resolves_on": "2022-02-01"},
    "prediction": {"slug": "p", "question": "q", "speakers": "ann", "article": "a", "claim": "C", "probability": "0.5"},
    "passage": {"article": "a", "paragraph": "1", "phrase": "may", "reason": "past-event"},
}


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts_of(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)


@pytest.mark.parametrize("kind", ADDED)
def test_every_field_of_every_form_takes_text_or_says_what_it_expects(kind: str) -> None:
    cls: type = KINDS[kind]
    taken = refused = 0
    for field in record_fields(cls):
        for text in TEXTS.values():
            typed = parse_form(cls, {**GOOD[kind], field: text}, TODAY)
            record, problems = read_draft(kind, typed.values)
            if record is None or problems or typed.wrong:
                refused += 1
                assert all(typed.wrong.values())
                assert all(problem.expected for problem in problems)
                continue
            taken += 1
            for said in texts_of(asdict(record)):
                said.encode("utf-8")
                assert not {sign for sign in said if unicodedata.category(sign) == "Cc"} - {"\n", "\t"}
    assert taken > len(record_fields(cls)), "words are words"
    assert refused > len(record_fields(cls))
