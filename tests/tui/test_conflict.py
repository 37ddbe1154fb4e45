"""Two people change one record: both versions are shown, what was typed stays, and nothing is replaced unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.errors import UnknownRecordError
from forecasts.tui.dialogs.conflict import ConflictDialog, differences, on_top
from forecasts.tui.dialogs.form import FormDialog
from tests.tui.bench import LARGE, SMALL, press, running, screen_text, settle, table, toasts, type_text
from tests.tui.forms import WHO, change, form, kept, put, stored

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from forecasts.tui.app import ForecastsApp


async def open_edit(app: ForecastsApp, pilot: Pilot[int]) -> None:
    """The form of the source."""
    await press(pilot, "5")
    table(app).go_to(WHO)
    await press(pilot, "E")


async def collide(app: ForecastsApp, pilot: Pilot[int], path: Path) -> None:
    """The dialog, after both changed the note, they the homepage and I the aliases."""
    await open_edit(app, pilot)
    change(path, note="Theirs.", homepage="https://example.org/theirs")
    put(app, note="Mine.", aliases="K.")
    await press(pilot, "ctrl+s")
    assert isinstance(app.screen, ConflictDialog)


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_both_versions_are_shown_with_who_and_when(ledger_path: Path, size: tuple[int, int]) -> None:
    async with running(ledger_path, size) as (app, pilot):
        await collide(app, pilot, ledger_path)
        shown = screen_text(app)
        assert "B. Other, 2026-11-21 12:00 UTC" in shown
        (line,) = [line for line in shown.splitlines() if "Mine." in line]
        assert line.index("Mine.") < line.index("Theirs.")
        for words in ("Note  you both changed it", "they changed it", "you changed it", "the same in both"):
            assert words in shown
        await press(pilot, "?")
        assert isinstance(app.screen, ConflictDialog)


async def test_mine_goes_on_top_and_what_i_left_alone_is_theirs(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await collide(app, pilot, ledger_path)
        await press(pilot, "m")
        texts = form(app).texts
        assert (texts["note"], texts["aliases"], texts["homepage"]) == ("Mine.", "K.", "https://example.org/theirs")
        assert "What you typed stands on the newest version" in screen_text(app)
        await press(pilot, "ctrl+s")
        found = stored(ledger_path, "source", WHO)
        assert (found.note, found.aliases, found.homepage) == ("Mine.", ("K.",), "https://example.org/theirs")
        assert kept() == []


async def test_theirs_is_looked_at_and_left_for_mine(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await collide(app, pilot, ledger_path)
        await press(pilot, "t")
        assert form(app).texts["note"] == "Theirs."
        assert "This is theirs" in screen_text(app)
        put(app, note="Theirs, and more.")
        await settle(pilot)
        await press(pilot, "escape")
        assert isinstance(app.screen, ConflictDialog)
        await press(pilot, "t")
        assert form(app).texts["note"] == "Theirs, and more."
        await press(pilot, "escape", "m")
        assert form(app).texts["note"] == "Mine."
        await press(pilot, "ctrl+s")
        assert stored(ledger_path, "source", WHO).note == "Mine."
        assert kept() == []


async def test_theirs_can_be_what_is_recorded(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await collide(app, pilot, ledger_path)
        await press(pilot, "t")
        put(app, note="Agreed.")
        await press(pilot, "ctrl+s")
        found = stored(ledger_path, "source", WHO)
        assert (found.note, found.homepage) == ("Agreed.", "https://example.org/theirs")
        assert kept() == []


async def test_leaving_keeps_mine_and_the_next_form_shows_both_again(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await collide(app, pilot, ledger_path)
        await press(pilot, "escape")
        assert "What you typed is kept" in toasts(app)[-1][1]
        assert stored(ledger_path, "source", WHO).note == "Theirs."
        await press(pilot, "E")
        assert isinstance(app.screen, ConflictDialog)
        assert "Mine." in screen_text(app)
        await press(pilot, "m")
        assert form(app).texts["note"] == "Mine."


async def test_a_draft_of_an_older_version_replaces_nothing_unseen(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_edit(app, pilot)
        put(app, aliases="K.")
        await settle(pilot)
    change(ledger_path, note="Theirs.")
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_edit(app, pilot)
        assert isinstance(app.screen, ConflictDialog)
        await press(pilot, "m", "ctrl+s")
        found = stored(ledger_path, "source", WHO)
        assert (found.note, found.aliases) == ("Theirs.", ("K.",))


async def test_changed_twice_while_it_is_edited(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await collide(app, pilot, ledger_path)
        await press(pilot, "m")
        change(ledger_path, note="Theirs again.")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ConflictDialog)
        assert "Theirs again." in screen_text(app)
        await press(pilot, "m", "ctrl+s")
        assert stored(ledger_path, "source", WHO).note == "Mine."
        assert not isinstance(app.screen, FormDialog)


async def test_what_is_entered_on_the_way_is_recorded_with_the_edit_and_never_without_it(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_edit(app, pilot)
        form(app).form.focus_field("member_of")
        await type_text(pilot, "New Paper")
        await press(pilot, "ctrl+n")
        put(app, kind="outlet")
        await press(pilot, "ctrl+s")
        change(ledger_path, note="Theirs.")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ConflictDialog)
        with pytest.raises(UnknownRecordError):
            stored(ledger_path, "source", "new-paper")
        await press(pilot, "m", "ctrl+s")
        assert stored(ledger_path, "source", WHO).member_of == "new-paper"
        await press(pilot, "u", "enter")
        with pytest.raises(UnknownRecordError):
            stored(ledger_path, "source", "new-paper")
        assert stored(ledger_path, "source", WHO).note == "Theirs."


async def test_what_they_wrote_is_text(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_edit(app, pilot)
        change(ledger_path, note="[/b][@click=app.quit]x[/]")
        put(app, note="[red]mine[/red]")
        await press(pilot, "ctrl+s")
        assert "[/b][@click=app.quit]x[/]" in screen_text(app)
        assert "[red]mine[/red]" in screen_text(app)


TEXTS = st.fixed_dictionaries({name: st.sampled_from(["", "a", "b"]) for name in "xyz"})


@given(TEXTS, TEXTS, TEXTS)
def test_on_top_keeps_what_i_changed_and_takes_the_rest(
    begun: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> None:
    merged = on_top(begun, mine, theirs)
    for name in begun:
        assert merged[name] == (mine[name] if mine[name] != begun[name] else theirs[name])
    told = {
        one.label: (one.by_me, one.by_them) for one in differences(zip("xyz", "xyz", strict=True), begun, mine, theirs)
    }
    assert told == {
        name: (mine[name] != begun[name], theirs[name] != begun[name]) for name in "xyz" if mine[name] != theirs[name]
    }
    assert all(any(who) for who in told.values())
