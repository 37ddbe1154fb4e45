"""The history by the window: in order, whole, and narrowed by words on both engines alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.dates import Span
from forecasts.domain.intents import RemindLater, ResolveQuestion, UndoChange
from forecasts.errors import RuleBrokenError
from forecasts.services.history import open_history, read_history_entry
from forecasts.services.resolve import remind_later, resolve_question
from forecasts.services.undo import find_undoable, undo_change

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger

SLUG = "csto-out-by-2022-01-23"
OTHER = "kz-new-president-by-2022-12-31"


@pytest.fixture
def changed(seeded_ledger: Ledger) -> Ledger:
    """The seed, a resolution (2), a reminder (3), and the resolution taken back (4)."""
    known = Span.of(date(2022, 1, 19))
    resolve_question(seeded_ledger, ResolveQuestion(question=SLUG, outcome="yes", known_on=known, note="Seen."))
    remind_later(seeded_ledger, RemindLater(question=OTHER, remind_on=date(2027, 1, 1)))
    undo_change(seeded_ledger, UndoChange(entry=2))
    return seeded_ledger


def test_newest_first_and_whole(changed: Ledger) -> None:
    window = open_history(changed)
    assert [window.slug_at(index) for index in range(len(window))] == ["4", "3", "2", "1"]
    rows = window.rows(0, 10)
    assert [row.entry for row in rows] == [4, 3, 2, 1]
    assert (rows[0].undoes, rows[2].undone_by) == (2, 4)
    assert [row.entry for row in window.rows(2, 1)] == [2]
    assert rows[-1].change_count > len(rows[-1].changes) == 3
    assert [window.index_of(slug) for slug in ("4", "1", "5", "x")] == [0, 3, None, None]


def test_what_can_be_taken_back(changed: Ledger) -> None:
    rows = open_history(changed).rows(0, 10)
    assert [row.is_undoable for row in rows] == [True, True, False, True]
    found = find_undoable(changed)
    assert found is not None
    assert found.entry == 3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("PEACEKEEPERS", [4, 2]),
        ("undid", [4]),
        ("peacekeepers undid", [4]),
        ("reminder", [3]),
        ("no such word", []),
        ("100%_", []),
    ],
)
def test_words_fold_case_and_are_no_pattern(changed: Ledger, words: str, expected: list[int]) -> None:
    window = open_history(changed, words)
    assert [row.entry for row in window.rows(0, 10)] == expected
    assert len(window) == len(expected)


def test_words_in_any_script(seeded_ledger: Ledger) -> None:
    ledger = replace(seeded_ledger, analyst="Әсел Қасымова")
    known = Span.of(date(2022, 1, 19))
    resolve_question(ledger, ResolveQuestion(question=SLUG, outcome="yes", known_on=known, note="Seen."))
    assert [row.entry for row in open_history(ledger, "қасым").rows(0, 10)] == [2]


def test_an_entry_whole(changed: Ledger) -> None:
    row = read_history_entry(changed, 1)
    assert row.change_count == len(row.changes)
    with pytest.raises(RuleBrokenError, match="no entry 9"):
        read_history_entry(changed, 9)
