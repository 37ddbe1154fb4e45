"""What works everywhere: theme, palette, export, the analyst's keys, changes by others, and errors."""

from __future__ import annotations

import os
import select
from datetime import date
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from textual.command import Command, CommandList, CommandPalette
from textual.events import Key
from textual.widgets import Input

from forecasts.domain.dates import Span
from forecasts.domain.intents import ResolveQuestion
from forecasts.errors import DatabaseUnusableError, InvalidInputError, Problem
from forecasts.services.ledger import open_ledger
from forecasts.services.resolve import resolve_question
from forecasts.tui.commands import LEADS_TO, Commands
from forecasts.tui.dialogs.base import ConfirmDialog
from forecasts.tui.dialogs.help import HelpDialog, help_of
from forecasts.tui.dialogs.record import RecordDialog
from forecasts.tui.dialogs.resolve import ResolveDialog
from forecasts.tui.dialogs.short_forms import ExportDialog
from forecasts.tui.places import PLACES
from forecasts.tui.screens.question import QuestionScreen
from forecasts.tui.screens.scorecard import ScorecardScreen
from forecasts.tui.startup import areas
from forecasts.tui.widgets.bars import KeyBar
from forecasts.tui.widgets.inputs import Choice
from tests.tui.bench import (
    LARGE,
    SMALL,
    clock,
    make_app,
    press,
    row_of,
    running,
    screen_text,
    settle,
    summary,
    table,
    toasts,
    type_text,
)
from tests.tui.forms import message
from tests.tui.resolving import CSTO

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from forecasts.tui.app import ForecastsApp


def test_the_registry_names_the_places() -> None:
    assert [(place.key, place.title) for place in PLACES] == [
        ("1", "Due"),
        ("2", "Scenarios"),
        ("3", "Articles"),
        ("4", "Predictions"),
        ("5", "Sources"),
        ("6", "History"),
    ]
    for place in PLACES:
        assert place.name == place.load().PLACE


async def test_theme(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "t")
        assert app.theme == "forecasts-light"
        await press(pilot, "е")
        assert app.theme == "forecasts-dark"
        app.theme = "nord"
        await press(pilot, "t")
        assert app.theme == "forecasts-light"
        app.theme = "textual-light"
        await press(pilot, "t")
        assert app.theme == "textual-dark"


async def test_settings_choose_the_theme(ledger_path: Path) -> None:
    async with running(ledger_path, theme="dracula") as (app, _pilot):
        assert app.theme == "dracula"
    async with running(ledger_path, theme="no-such") as (app, _pilot):
        assert app.theme in {"forecasts-dark", "ansi-dark"}
        assert "There is no theme 'no-such'." in toasts(app)[0][1]


async def choose(app: ForecastsApp, pilot: Pilot[int], words: str) -> None:
    await press(pilot, "ctrl+p")
    assert isinstance(app.screen, CommandPalette)
    await type_text(pilot, words)
    await press(pilot, "enter")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("go to pred", "predictions"),
        ("Go to Sources", "sources"),
    ],
)
async def test_palette_goes_to_places(ledger_path: Path, words: str, expected: str) -> None:
    async with running(ledger_path) as (app, pilot):
        await choose(app, pilot, words)
        assert app.current_mode == expected


async def test_palette_does_what_keys_do(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await choose(app, pilot, "resolve")
        assert isinstance(app.screen, ResolveDialog)


async def test_palette_finds_questions_and_sources(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "ctrl+p")
        assert "An action, or words of a record" in screen_text(app)
        await press(pilot, "escape")
        await choose(app, pilot, "ПРЕСС no such")
        await press(pilot, "escape")
        await choose(app, pilot, "be out of kazakhstan by 23")
        assert isinstance(app.screen, QuestionScreen)
        await press(pilot, "escape")
        await choose(app, pilot, "chan kung")
        assert isinstance(app.screen, ScorecardScreen)


@pytest.mark.parametrize("words", ["resolve be out of kazakhstan by 23", "Be out of Kazakhstan by 23 RESOLVE"])
async def test_palette_resolves_the_question_that_is_named(ledger_path: Path, words: str) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "5")
        await choose(app, pilot, words)
        assert isinstance(app.screen, ResolveDialog)
        assert "out of Kazakhstan by 23 January 2022" in screen_text(app)


async def test_palette_edits_the_record_that_is_named(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await choose(app, pilot, "edit chan kung")
        assert isinstance(app.screen, RecordDialog)
        assert app.screen.texts["name"] == "Chan Kung"


async def test_palette_finds_every_action_of_every_page_and_says_where_it_is_done(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        named = {action for actions in areas(app).values() for action in actions if action.named and action.help}
        provider = Commands(app.screen)
        for title in {action.title for action in named} - {"All"}:
            assert title in {hit.text async for hit in provider.search(title)}
        await choose(app, pilot, "two sources that are one")
        assert app.current_mode == "sources"
        assert toasts(app)[-1] == ("Merge", "Two sources that are one: M in Sources.")


async def test_palette_knows_the_place_that_leads_to_each_page(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, _):
        pages = [page for page in areas(app) if page]
    assert {LEADS_TO.get(page, page.lower()) for page in pages} == {place.name for place in PLACES}


async def test_palette_takes_what_was_typed_however_fast_enter_comes(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        for key in ("ctrl+p", *"merge", "enter"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await settle(pilot)
        assert app.current_mode == "sources", screen_text(app)
        assert toasts(app)[-1][0] == "Merge"
        for key in ("ctrl+p", *"no such thing", "enter", "escape", "1"):
            app.post_message(Key("space" if key == " " else key, key if len(key) == 1 else None))
        await settle(pilot)
        assert app.current_mode == "due"  # where nothing is found nothing is done, and keys go on


async def test_palette_loads_the_reference_resolutions_and_undo_takes_them_back(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        for words, added in (("reference resolutions", "Added 53 resolutions"), ("reference res", "there already")):
            await choose(app, pilot, words)
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert added in toasts(app)[-1][1]
        await press(pilot, "u", "enter")
        assert "51 questions due" in screen_text(app)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("export", "Export"),
        ("light dark", "Theme"),
        ("cell, the row", "Copy"),
        ("undo", "Undo"),
        ("blind", "Code blind"),
    ],
)
async def test_palette_has_what_is_said_before_what_is_alike(ledger_path: Path, words: str, first: str) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "ctrl+p")
        await type_text(pilot, words)
        found = app.screen.query_one(CommandList)
        top = found.get_option_at_index(0)
        assert isinstance(top, Command)
        assert top.hit.text == first


async def test_help_is_in_groups(ledger_path: Path) -> None:
    async with running(ledger_path, (100, 100)) as (app, pilot):
        groups = help_of(app.screen).keys
        assert [name for name, rows in groups.items() if rows] == ["Here", "Moving", "Places", "Everywhere"]
        assert "Resolve" in {title for _, title, _ in groups["Here"]}
        assert {title for _, title, _ in groups["Places"]} == {f"Go to {place.title}" for place in PLACES}
        await press(pilot, "question_mark")
        text = screen_text(app)
        assert [text.index(f" {name} ") for name in groups] == sorted(text.index(f" {name} ") for name in groups)


async def test_palette_sets_themes(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await choose(app, pilot, "theme: gruvbox")
        assert app.theme == "gruvbox"


async def test_every_page_exports(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, _):
        without = {
            page for page, actions in areas(app).items() if page and not any(one.action == "export" for one in actions)
        }
        assert without == set()


async def test_exporting_scorecards(ledger_path: Path, tmp_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "5", "ctrl+e")
        dialog = app.screen
        assert isinstance(dialog, ExportDialog)
        dialog.query_one(Choice).choose(3)
        await settle(pilot)
        assert dialog.query_one("#f-path", Input).placeholder == "scorecards.json"
        assert message(dialog, "path").endswith("scorecards.json")
        target = tmp_path / "cards.json"
        dialog.query_one("#f-path", Input).value = str(target)
        await press(pilot, "ctrl+s")
        assert toasts(app)[-1][0] == "Wrote 1 file"
        assert target.read_text(encoding="utf-8").startswith("{")


async def test_a_bundle_that_proves_what_is_shown(ledger_path: Path, tmp_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "5", "ctrl+e")
        dialog = app.screen
        assert isinstance(dialog, ExportDialog)
        dialog.query_one(Choice).choose(4)
        await settle(pilot)
        assert "anybody works the scores out again" in screen_text(app)
        dialog.query_one("#f-path", Input).value = str(tmp_path / "proof.zip")
        await press(pilot, "ctrl+s")
        assert toasts(app)[-1][0] == "Wrote 1 file"
    with ZipFile(tmp_path / "proof.zip") as bundle:
        assert {"recompute.py", "figures.json"} <= set(bundle.namelist())


async def test_what_was_exported_before_is_replaced_only_when_asked(ledger_path: Path, tmp_path: Path) -> None:
    target = tmp_path / "cards.json"
    target.write_text('{"formula_version": "of before"}', encoding="utf-8")
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "5", "ctrl+e")
        app.screen.query_one(Choice).choose(3)
        app.screen.query_one("#f-path", Input).value = str(target)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ConfirmDialog)
        assert "is replaced." in screen_text(app)
        await press(pilot, "n")
        assert isinstance(app.screen, ExportDialog)
        assert app.screen.query_one("#f-path", Input).value == str(target)
        assert "of before" in target.read_text(encoding="utf-8")
        await press(pilot, "ctrl+s", "y")
        assert toasts(app)[-1][0] == "Wrote 1 file"
        assert "of before" not in target.read_text(encoding="utf-8")


async def test_one_scorecard_is_exported_from_its_page(ledger_path: Path, tmp_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "5")
        assert table(app).go_to("chan-kung")
        await press(pilot, "enter", "ctrl+e")
        dialog = app.screen
        assert isinstance(dialog, ExportDialog)
        assert "The scorecards of 1 source" in screen_text(app)
        dialog.query_one("#f-path", Input).value = str(tmp_path / "cards")
        dialog.query_one("#f-path", Input).focus()
        await press(pilot, "enter")
        written = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "cards").rglob("*.html"))
        assert "Chan Kung" in written


@pytest.mark.skipif(os.name == "nt", reason="a named pipe tells when it is done")
@pytest.mark.parametrize("then", ["open", "leave"])
async def test_pages_are_opened_in_the_browser_where_there_is_one(
    then: str, ledger_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = tmp_path / "done"
    os.mkfifo(done)
    browser = tmp_path / "xdg-open"
    browser.write_text(f"#!/bin/sh\necho \"$1\" > '{done}'\n", encoding="utf-8")
    browser.chmod(0o700)
    for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    reader = os.open(done, os.O_RDONLY | os.O_NONBLOCK)
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "5", "ctrl+e")
        dialog = app.screen
        assert isinstance(dialog, ExportDialog)
        dialog.form.put(path=str(tmp_path / "cards"), then=then)
        await press(pilot, "ctrl+s")
        assert toasts(app)[-1][0].startswith("Wrote ")
    ready = select.select([reader], [], [], 20 if then == "open" else 0)[0]
    said = os.read(reader, 4096).decode().strip() if ready else ""
    os.close(reader)
    assert said == ((tmp_path / "cards" / "index.html").as_uri() if then == "open" else "")


async def test_an_export_that_is_refused_comes_back_as_it_was(ledger_path: Path, tmp_path: Path) -> None:
    blocker = tmp_path / "blocker"
    blocker.write_text("in the way", encoding="utf-8")
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "4", "ctrl+e")
        dialog = app.screen
        assert isinstance(dialog, ExportDialog)
        dialog.query_one("#f-path", Input).value = str(blocker / "pack")
        await press(pilot, "ctrl+s")
        again = app.screen
        assert isinstance(again, ExportDialog)
        assert again.query_one("#f-path", Input).value == str(blocker / "pack")
        await press(pilot, "escape", "1", "ctrl+e")
        assert isinstance(app.screen, ExportDialog)
        app.screen.query_one("#f-path", Input).value = str(tmp_path / "pack")
        await press(pilot, "ctrl+s")
        assert (tmp_path / "pack" / "pack.toml").exists()


async def test_the_analysts_own_keys(ledger_path: Path) -> None:
    async with running(ledger_path, keys={"question.resolve": "f6", "app.theme": "y"}) as (app, pilot):
        await press(pilot, "r")
        assert not isinstance(app.screen, ResolveDialog)
        assert "f6 Resolve" in str(app.screen.query_one(KeyBar).render())
        await press(pilot, "н")
        assert app.theme == "forecasts-light"
        await press(pilot, "f6")
        assert isinstance(app.screen, ResolveDialog)


async def test_clashes_are_told(ledger_path: Path) -> None:
    async with running(ledger_path, keys={"question.resolve": "v", "question.solve": "w"}) as (app, _pilot):
        ((title, text),) = toasts(app)
        assert title == "Settings: keys"
        assert "no action is called 'question.solve'" in text
        assert "'v' is the key of both question.resolve and question.void in Due" in text


async def test_what_somebody_else_did_appears(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        app.look_for_changes()
        await settle(pilot)
        before = summary(app)
        ledger = open_ledger(str(ledger_path), analyst="Somebody Else", clock=clock)
        resolve_question(
            ledger, ResolveQuestion(question=CSTO, outcome="yes", known_on=Span.of(date(2022, 1, 19)), note="Seen.")
        )
        ledger.close()
        app.look_for_changes()
        await settle(pilot)
        assert summary(app) != before
        assert table(app).go_to(CSTO)
        assert row_of(app).outcome == "yes"


async def test_a_place_that_is_not_shown_catches_up(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "5", "1")
        app.look_for_changes()
        await settle(pilot)
        ledger = open_ledger(str(ledger_path), analyst="Somebody Else", clock=clock)
        resolve_question(
            ledger, ResolveQuestion(question=CSTO, outcome="yes", known_on=Span.of(date(2022, 1, 19)), note="Seen.")
        )
        ledger.close()
        app.look_for_changes()
        await settle(pilot)
        await press(pilot, "5")
        assert table(app).go_to("chan-kung")
        assert row_of(app).scored == 1


async def test_a_vanished_database_is_said_once(ledger_path: Path) -> None:
    gone = ledger_path.with_suffix(".gone")
    async with running(ledger_path) as (app, pilot):
        os.replace(ledger_path, gone)  # noqa: PTH105 - pathlib's is refused in a coroutine
        for _ in range(3):
            app.look_for_changes()
            await settle(pilot)
        assert len(toasts(app)) == 1
        assert "There is no database at" in toasts(app)[0][1]
        os.replace(gone, ledger_path)  # noqa: PTH105 - likewise


async def test_a_ledger_that_was_away_at_first_is_worked_on_once_it_is_back(ledger_path: Path) -> None:
    gone = ledger_path.with_suffix(".gone")
    app = make_app(ledger_path)
    os.replace(ledger_path, gone)  # noqa: PTH105 - likewise
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "4")
        app.look_for_changes()
        await settle(pilot)
        assert all("There is no database at" in text for _, text in toasts(app))
        assert table(app).row_count == 0
        os.replace(gone, ledger_path)  # noqa: PTH105 - likewise
        app.look_for_changes()
        await settle(pilot)
        assert toasts(app) == [("", "The database can be read again.")]
        assert table(app).row_count > 0
        await press(pilot, "6")
        assert summary(app) == "1 entry, newest first"
    app.close_ledger()


async def test_a_page_that_could_not_be_read_is_read_when_one_comes_back_to_it(ledger_path: Path) -> None:
    gone = ledger_path.with_suffix(".gone")
    async with running(ledger_path) as (app, pilot):
        os.replace(ledger_path, gone)  # noqa: PTH105 - likewise
        await press(pilot, "6")
        assert table(app).row_count == 0
        os.replace(gone, ledger_path)  # noqa: PTH105 - likewise
        await press(pilot, "1", "6")
        assert summary(app) == "1 entry, newest first"


async def test_every_error_of_a_flow_is_said(ledger_path: Path) -> None:
    async def fails(error: Exception) -> None:
        raise error

    async with running(ledger_path) as (app, pilot):
        app.run_task(fails(DatabaseUnusableError("The disk is full.", "Make room.")))
        await settle(pilot)
        assert toasts(app)[-1] == ("Not done", "The disk is full.\nMake room.")
        app.run_task(fails(InvalidInputError("Three are wrong:", (Problem(field="[/b]\x1b[2J", expected="text"),))))
        await settle(pilot)
        assert toasts(app)[-1][0] == "Not accepted"
        assert "\x1b" not in toasts(app)[-1][1]
        app.run_task(fails(ValueError("[/oops]")))
        await settle(pilot)
        assert toasts(app)[-1][0] == "Unexpected"
        assert "ValueError: [/oops]" in toasts(app)[-1][1]
        assert app.is_running


async def test_the_same_flow_runs_once(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await pilot.press("r", "r", "r")
        await settle(pilot)
        assert [isinstance(screen, ResolveDialog) for screen in app.screen_stack].count(True) == 1


async def test_undo_where_there_is_nothing_to_undo(empty_path: Path) -> None:
    async with running(empty_path) as (app, pilot):
        await press(pilot, "u")
        assert "no change of yours to take back" in toasts(app)[-1][1]


async def test_the_key_bar_clicks_and_never_clips(ledger_path: Path) -> None:
    for width in (40, 60, 80, 100, 120):
        async with running(ledger_path, (width, 24)) as (app, pilot):
            bar = app.screen.query_one(KeyBar)
            assert bar.render().cell_length <= width
            assert "? Help" in str(bar.render())
            first, _last, key = next(span for span in bar._spans if span[2].title == "Help")
            assert key.key
            await pilot.click(KeyBar, offset=(first, 0))
            await settle(pilot)
            assert isinstance(app.screen, HelpDialog)


async def test_ctrl_q_leaves_from_a_dialog(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "r", "ctrl+q")
        assert app.return_code == 0


async def test_a_dialog_takes_down_what_was_told_and_leaves_errors(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        app.show_failure(DatabaseUnusableError("The disk is full."))
        await settle(pilot)
        app.notify("Recorded")
        await settle(pilot)
        assert [text for _, text in toasts(app)] == ["The disk is full.", "Recorded"]
        await press(pilot, "r")
        assert [text for _, text in toasts(app)] == ["The disk is full."]


@pytest.mark.parametrize("keys", [("slash",), ("1", "s"), ("5", "f"), ("5", "ctrl+e"), ("4", "R"), ("3", "a")])
async def test_control_characters_that_are_typed_are_drawn_as_signs(ledger_path: Path, keys: tuple[str, ...]) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, *keys)
        for box in app.screen.query(Input):
            box.value = "a\x1bb"
        await settle(pilot)
        assert "a␛b" in screen_text(app)
        assert "\x1b" not in screen_text(app)
