"""What a change did, field by field."""

from __future__ import annotations

from typing import Any

import pytest

from forecasts.domain.differences import ChangeKind, FieldChange, change_kind, field_changes
from forecasts.domain.formats import value_text
from forecasts.domain.views import RecordChange


def change(before: dict[str, Any] | None, after: dict[str, Any] | None) -> RecordChange:
    return RecordChange(kind="question", name="rain", before=before, after=after)


def test_only_what_differs_is_told_in_the_records_order() -> None:
    found = field_changes(
        change({"title": "A", "criteria": "B", "unit": ""}, {"title": "A", "criteria": "C", "n": 1.5})
    )
    assert found == (FieldChange("criteria", "B", "C"), FieldChange("n", "", "1.5"))


def test_what_says_nothing_before_and_after_is_no_change() -> None:
    assert field_changes(change({"unit": None, "options": []}, {"unit": ""})) == ()


@pytest.mark.parametrize(
    ("before", "after", "kind", "said"),
    [
        (None, {"title": "A", "unit": ""}, ChangeKind.ADDED, (FieldChange("title", "", "A"),)),
        ({"title": "A"}, None, ChangeKind.REMOVED, (FieldChange("title", "A", ""),)),
        ({"title": "A"}, {"title": "B"}, ChangeKind.CHANGED, (FieldChange("title", "A", "B"),)),
    ],
)
def test_added_changed_and_removed(
    before: dict[str, Any] | None, after: dict[str, Any] | None, kind: ChangeKind, said: tuple[FieldChange, ...]
) -> None:
    assert change_kind(change(before, after)) is kind
    assert field_changes(change(before, after)) == said


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (False, ""),
        (True, "yes"),
        (0, "0"),
        (0.1, "0.1"),
        (["a", "b"], "a, b"),
        ([{"title": "T", "url": ""}, {"title": "U", "url": "x"}], "title T; title U, url x"),
        ({"question": "q", "outcome": "yes"}, "question q, outcome yes"),
    ],
)
def test_values_as_text(value: object, text: str) -> None:
    assert value_text(value) == text
