"""A value that was damaged past the program: it is shown as damaged, and everything else still works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forecasts.db.queries.history import DAMAGED
from forecasts.domain.intents import UndoChange
from forecasts.errors import DamagedValueError, ForecastsError
from forecasts.services.check import check_ledger
from forecasts.services.history import list_history, read_history_entry
from forecasts.services.undo import undo_change
from forecasts.services.validation import body_of
from tests.safety.conftest import opened, resolve_some, resolved, tamper

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger


@pytest.mark.parametrize("value", ["[1, 2", "", '{"a": \\ud800}', "[" * 5000])
def test_a_damaged_change_is_shown_as_damaged(seeded_address: str, value: str) -> None:
    statement = f"UPDATE history_change SET after = '{value}' WHERE entry_id = 2 AND position = 1"  # noqa: S608 - ours
    tamper(resolved(seeded_address), statement)
    with opened(seeded_address) as ledger:
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
    ],
)
def test_a_damaged_value_is_one_message(seeded_address: str, statement: str) -> None:
    tamper(seeded_address, "PRAGMA ignore_check_constraints = ON", statement)
    with opened(seeded_address) as ledger:
        assert check_ledger(ledger).findings
        with pytest.raises(DamagedValueError, match=r"past the program|cannot be read"):
            history_and_pack(ledger)
