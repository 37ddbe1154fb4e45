"""Dated copies in the terminal UI: made behind the first screen, chosen in the palette, restored when it has closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.services.backup import dated_copies
from forecasts.services.check import check_ledger
from forecasts.tui.flows.restoring import restore_chosen
from tests.filling import resolve_some
from tests.safety.conftest import opened
from tests.tui.bench import press, running, toasts, type_text

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def receipt(path: Path) -> str:
    """What a whole ledger says of itself."""
    with opened(str(path)) as ledger:
        report = check_ledger(ledger)
    assert report.findings == ()
    return report.receipt


async def test_a_copy_is_made_once_the_ui_is_open_and_restored_after_it_has_closed(
    small_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = receipt(small_path)
    async with running(small_path, copies_up_to=200) as (app, pilot):
        (copy,) = dated_copies(str(small_path))
        with opened(str(small_path)) as ledger:
            resolve_some(ledger)
        changed = receipt(small_path)
        assert changed != before
        await press(pilot, "ctrl+p")
        await type_text(pilot, "restore a copy")
        await press(pilot, "enter", "enter")
        chosen = [app.restores]
        await press(pilot, "y")
        assert [*chosen, app.restores] == [None, copy.path], "nothing is restored without a yes"
    assert receipt(small_path) == changed
    assert restore_chosen(str(small_path), copy.path) == 0
    assert receipt(small_path) == before
    assert f"to history entry {copy.entry}." in capsys.readouterr().out


async def test_a_no_leaves_everything(small_path: Path) -> None:
    async with running(small_path, copies_up_to=200) as (app, pilot):
        await press(pilot, "ctrl+p")
        await type_text(pilot, "restore a copy")
        await press(pilot, "enter", "enter", "n")
        assert (app.restores, app.is_running) == (None, True)


async def test_a_copy_that_cannot_be_made_is_told_and_nothing_fails(small_path: Path, isolated: Path) -> None:
    state = isolated / ".local" / "state" / "forecasts"
    state.mkdir(parents=True)
    (state / "copies").write_text("in the way")
    async with running(small_path, copies_up_to=200) as (app, pilot):
        assert any("No dated copy was made" in text for _, text in toasts(app))
        await press(pilot, "ctrl+p")
        await type_text(pilot, "restore a copy")
        await press(pilot, "enter")
        assert "No copies were made" in toasts(app)[-1][1]
