"""A value that was damaged past the program: it is shown as damaged, and everything else still works."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from forecasts.db.queries.history import DAMAGED
from forecasts.domain.intents import LoadPacks, ReopenQuestion, UndoChange
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import DamagedValueError, ForecastsError
from forecasts.services.card_pages import claimed_document
from forecasts.services.check import check_ledger
from forecasts.services.export import export_bundle, export_scorecards
from forecasts.services.history import list_history, read_history_entry
from forecasts.services.load import load_packs
from forecasts.services.resolve import reopen_question
from forecasts.services.scoreboard import scorecard_document
from forecasts.services.undo import undo_change
from forecasts.services.validation import body_of
from tests.filling import resolve_some
from tests.safety.conftest import opened, tamper

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger


@pytest.mark.parametrize("value", ["[1, 2", "", '{"a": \\ud800}', "[" * 5000])
def test_a_damaged_change_is_shown_as_damaged(some_resolved: str, value: str) -> None:
    statement = f"UPDATE history_change SET after = '{value}' WHERE entry_id = 2 AND position = 1"  # noqa: S608 - ours
    tamper(some_resolved, statement)
    with opened(some_resolved) as ledger:
        entry = read_history_entry(ledger, 2)
        assert entry.changes[0].after == {DAMAGED: value}
        assert len(list_history(ledger)) >= 4
        with pytest.raises(ForecastsError, match="cannot be read"):
            undo_change(ledger, UndoChange(entry=2))
        resolve_some(ledger, 1)
        assert any("entry 2 cannot be read" in found.what for found in check_ledger(ledger).findings)


def history_and_pack(ledger: Ledger) -> None:
    """Read every record and every entry."""
    list_history(ledger)
    with ledger.snapshot() as snapshot:
        body_of(snapshot.records)


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_entry SET at = 'yesterday' WHERE id = 1",
        "UPDATE source SET aliases = '[' WHERE id = 1",
        "UPDATE question SET resolves_on = '2022-13-40' WHERE id = 1",
        "UPDATE source SET kind = 'robot' WHERE id = 1",
        "UPDATE source SET note = CAST(x'ff' AS TEXT) WHERE id = 1",
        "UPDATE history_change SET after = CAST(x'ff' AS TEXT) WHERE entry_id = 1 AND position = 5",
    ],
)
def test_a_damaged_value_is_one_message(seeded_address: str, statement: str) -> None:
    tamper(seeded_address, "PRAGMA ignore_check_constraints = ON", statement)
    with opened(seeded_address) as ledger:
        assert check_ledger(ledger).findings
        with pytest.raises(DamagedValueError, match=r"past the program|cannot be read"):
            history_and_pack(ledger)


_WHICH = """[pack]
format = 1
name = "p"
[[source]]
slug = "ana"
name = "Ana"
kind = "person"
[[article]]
slug = "a"
title = "A"
authors = ["ana"]
published_on = 2025-01-01
[[question]]
slug = "which"
title = "Which?"
kind = "multiple_choice"
options = ["Red", "Blue"]
criteria = "As said."
resolves_on = 2025-02-01
[[question]]
slug = "rain"
title = "Rain?"
criteria = "As said."
resolves_on = 2025-02-01
[[prediction]]
slug = "red"
question = "which"
speakers = ["ana"]
article = "a"
claim = "Red."
probabilities = { Red = 0.7, Blue = 0.3 }
[[prediction]]
slug = "wet"
question = "rain"
speakers = ["ana"]
article = "a"
claim = "Rain."
probability = 0.8
[[prediction]]
slug = "wetter"
question = "rain"
speakers = ["ana"]
article = "a"
claim = "Rain, then."
probability = 0.9
supersedes = "wet"
"""
_HAPPENED = """[[resolution]]
question = "{}"
outcome = "{}"
known_on = 2025-02-01
resolved_at = 2025-02-02T00:00:00Z
analyst = "x"
note = "Seen."
"""


_IN_A_CIRCLE = (
    "UPDATE prediction SET supersedes_id = (SELECT id FROM prediction WHERE slug = 'wetter') WHERE slug = 'wet'"
)
_HANGING_IN_A_CIRCLE = (
    "UPDATE question SET condition_question_id = CASE slug WHEN 'rain' THEN (SELECT id FROM question"
    " WHERE slug = 'which') ELSE (SELECT id FROM question WHERE slug = 'rain') END, condition_outcome = 'yes'"
)


_on_one = partial(pytest.param, marks=pytest.mark.no_engine_decides)


@pytest.mark.parametrize(
    ("statement", "left_open"),
    [
        ("UPDATE question_option SET name = 'Azure' WHERE name = 'Red'", ("which",)),
        _on_one("DELETE FROM question_option WHERE name = 'Blue'", ()),
        _on_one("UPDATE question SET kind = 'numeric' WHERE slug = 'which'", ()),
        _on_one("UPDATE prediction_option SET probability = 0.4 WHERE name = 'Red'", ()),
        (_IN_A_CIRCLE, ()),
        (_HANGING_IN_A_CIRCLE, ()),
    ],
)
def test_what_cannot_be_scored_is_named_and_left_out_of_nothing_but_itself(
    empty_address: str, tmp_path: Path, statement: str, left_open: tuple[str, ...]
) -> None:
    path = tmp_path / "pack.toml"
    path.write_text(_WHICH + _HAPPENED.format("which", "Red") + _HAPPENED.format("rain", "yes"), encoding="utf-8")
    with opened(empty_address) as ledger:
        load_packs(ledger, LoadPacks(paths=(str(path),)))
    tamper(empty_address, statement)
    with opened(empty_address) as ledger:
        document = claimed_document(ledger, ScoreFilters())
        (card,) = document.scorecards
        assert document.not_its_own == left_open
        assert card.predictions == 3
        assert card.scored >= 1
        for form in ("csv", "json", "markdown", "html"):
            export_scorecards(ledger, form=form, output=tmp_path / f"out-{form}", filters=ScoreFilters())
        export_bundle(ledger, tmp_path / "x.zip", ScoreFilters())
        assert check_ledger(ledger).findings
        reopen_question(ledger, ReopenQuestion(question="rain", reason="Too early."))
        undo_change(ledger, UndoChange())
        assert [one.brier for one in scorecard_document(ledger, ScoreFilters()).scorecards] == [card.brier]
