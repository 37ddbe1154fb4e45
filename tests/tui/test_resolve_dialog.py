"""Resolving: the form checks itself, says what it will do, and comes back as it was typed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input, TextArea

from forecasts.domain.dates import Span
from forecasts.domain.glossary import terms
from forecasts.domain.intents import ReopenQuestion, ResolveQuestion
from forecasts.domain.kinds import QuestionStatus, VoidReason
from forecasts.domain.records import Evidence
from forecasts.paths import state_folder
from forecasts.services.ledger import open_ledger
from forecasts.services.resolve import reopen_question, resolve_question
from forecasts.tui.dialogs.conflict import ConflictDialog
from forecasts.tui.dialogs.field_list import Field
from forecasts.tui.dialogs.resolve import ResolveDialog
from forecasts.tui.dialogs.short_forms import ReasonDialog
from forecasts.tui.widgets.bars import KeyBar
from forecasts.tui.widgets.inputs import Choice
from tests.tui.bench import ANALYST, LARGE, clock, press, running, screen_text, settle, table, toasts, type_text
from tests.tui.resolving import CSTO, fill, messages_of, open_dialog, page_of

if TYPE_CHECKING:
    from pathlib import Path


async def test_it_shows_the_question_and_every_prediction(ledger_path: Path) -> None:
    page = page_of(ledger_path)
    async with running(ledger_path, (120, 60)) as (app, pilot):
        await open_dialog(app, pilot)
        text = screen_text(app)
        assert page.question.title in text
        assert "Fine print:" in text
        for said in page.predictions:
            assert said.speaker_names[0] in text
        assert app.focused is not None
        assert app.focused.id == "f-outcome"


async def test_a_wrong_field_says_so_under_itself_as_it_is_typed(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        assert messages_of(dialog).strip() == ""
        await press(pilot, "right", "tab")
        await type_text(pilot, "2022-13-01")
        assert "✗" in messages_of(dialog)
        dialog.query_one("#f-known_on", Input).value = "2022-01-19/2022-01-20"
        await settle(pilot)
        assert "Wed 19 January 2022 to Thu 20 January 2022" in messages_of(dialog)
        dialog.query_one("#f-known_on", Input).value = "2022"
        await settle(pilot)
        assert "but 365 days: what was predicted from 2022-01-01 on is not scored" in messages_of(dialog)
        boxes = list(dialog.query_one("#field-Evidence-1").query(Input))
        boxes[2].value = "ftp://example.org"
        await settle(pilot)
        assert "✗ title: what the evidence is called" in messages_of(dialog)
        boxes[0].value = "A title"
        await settle(pilot)
        assert "✗ address: expected an http or https address" in messages_of(dialog)
        assert "url" not in messages_of(dialog)
        boxes[2].value = "https://example.org"
        boxes[1].value = "19 January"
        await settle(pilot)
        assert "✗ its date: expected the year too, such as" in messages_of(dialog)
        boxes[1].value = "19 January 2022"
        await settle(pilot)
        assert "its date: Wed 19 January 2022" in messages_of(dialog)


async def test_nothing_is_previewed_while_something_is_wrong(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        await press(pilot, "ctrl+s")
        text = messages_of(dialog)
        assert "choose what happened" in text
        assert "the day from which the outcome could be known" in text
        assert "without evidence, a note has to say why there is none" in text
        assert "Some fields are not right yet" in screen_text(app)


async def test_the_whole_way_and_back_by_undo(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        fill(dialog)
        words = {"archived_url": "https://web.archive.org/a", "quote": "the last units", "note": "read twice"}
        dialog.form.put(**{f"evidence.0.{part}": text for part, text in words.items()})
        await press(pilot, "ctrl+s")
        text = screen_text(app)
        assert "What this will do" in text
        assert "Chan Kung" in text
        assert "open → scored" in text
        assert page_of(ledger_path).status is QuestionStatus.DUE
        await press(pilot, "enter")
        resolved = page_of(ledger_path)
        assert resolved.status is QuestionStatus.RESOLVED
        resolution = resolved.resolutions[-1]
        assert resolution.outcome == "yes"
        assert resolution.known_on == Span.of(date(2022, 1, 19))
        assert resolution.evidence == (
            Evidence(
                title="CSTO: the last units left",
                url="https://example.org/a",
                published_on=date(2022, 1, 19),
                **words,
            ),
        )
        ((title, message),) = toasts(app)
        assert title == "Resolved: yes"
        assert "Brier 0." in message
        assert "u takes it back" in message
        assert table(app).cursor_slug != CSTO
        assert table(app).go_to(CSTO)  # among the newly resolved
        await press(pilot, "u")
        assert "Take back this change?" in screen_text(app)
        assert CSTO in screen_text(app) or "peacekeepers" in screen_text(app)
        await press(pilot, "y")
        assert page_of(ledger_path).status is QuestionStatus.DUE
        assert toasts(app)[-1][0] == "Undone"


async def test_undo_can_be_declined(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        fill(dialog)
        await press(pilot, "ctrl+s", "enter", "u", "n")
        assert page_of(ledger_path).status is QuestionStatus.RESOLVED


async def test_back_from_the_preview_to_the_form(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        fill(dialog)
        await press(pilot, "ctrl+s", "escape")
        assert app.screen is dialog
        assert dialog.query_one("#f-known_on", Input).value == "2022-01-19"
        assert page_of(ledger_path).status is QuestionStatus.DUE


async def test_whoever_leaves_finds_what_was_typed_again(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        fill(dialog, note="Half a note")
        typed = dialog.texts
        await settle(pilot)
        await press(pilot, "escape", "escape")
        assert app.screen is not dialog
        assert toasts(app)[-1] == ("Resolve", "What you typed is kept; the dialog brings it back.")
        for key in ("r", "v"):
            again = await open_dialog(app, pilot, key)
            assert again.texts == typed
            assert "What you typed before is back. ctrl+r starts over." in screen_text(app)
            assert "✗" not in messages_of(again)
            await press(pilot, "escape")


async def test_whoever_starts_over_lets_go_of_what_was_typed(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        fill(await open_dialog(app, pilot), note="Half a note")
        await settle(pilot)
        await press(pilot, "ctrl+r")
        dialog = app.screen
        assert isinstance(dialog, ResolveDialog)
        assert not any(text for name, text in dialog.texts.items() if name != "certainty")
        assert "What you typed" not in screen_text(app)
        await press(pilot, "escape")
        assert toasts(app) == []
        again = (await open_dialog(app, pilot)).texts
        assert not any(text for name, text in again.items() if name != "certainty")


async def test_a_dialog_in_which_nothing_was_typed_keeps_nothing(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        for key in ("r", "v"):
            await open_dialog(app, pilot, key)
            await press(pilot, "escape")
            assert toasts(app) == []
    assert not list((state_folder() / "drafts").glob("*"))


@pytest.mark.parametrize(
    ("filled", "first", "said"),
    [
        ({"known": "soon"}, "f-known_on", "✗ expected a date, such as"),
        ({"evidence": ("", "https://example.org", "")}, "title", "✗ title: what the evidence is called"),
        ({"evidence": ("A title", "example", "")}, "address: https://…", "✗ address: expected an http or https"),
        ({"evidence": ("A title", "", "May 1")}, "its date", "✗ its date: expected the year too"),
        ({"evidence": ("", "", "")}, "f-note", "✗ without evidence, a note has to say why there is none"),
    ],
)
async def test_the_cursor_goes_to_the_first_wrong_field_and_what_it_expects_is_in_view(
    filled: dict[str, Any], first: str, said: str, ledger_path: Path
) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        fill(dialog, **filled)
        dialog.query_one("#f-certainty").focus()
        await press(pilot, "ctrl+s")
        focused = app.focused
        assert focused is not None
        assert first in {focused.id, getattr(focused, "placeholder", "")}
        assert said in screen_text(app)


@pytest.mark.parametrize(
    ("slug", "label", "typed", "hint", "wrong"),
    [
        ("growth-2022", "What number", "3.2", "in %", "a lot"),
        ("budget-day", "Which day", "1 Dec 2023", "Fri 1 December 2023", "early 2023"),
    ],
)
async def test_the_value_of_an_outcome_is_called_by_what_it_is(
    slug: str, label: str, typed: str, hint: str, wrong: str, small_path: Path
) -> None:
    async with running(small_path, LARGE) as (app, pilot):
        dialog = await open_dialog(app, pilot, slug=slug)
        assert app.focused is dialog.query_one("#f-value", Input)
        await type_text(pilot, wrong)
        fill(dialog, verdict=0, known="2024-01-01")
        await settle(pilot)
        assert dialog.texts["value"] == wrong
        assert label in screen_text(app)
        assert "Which " not in screen_text(app).replace("Which day", "")
        assert "✗ expected" in messages_of(dialog)
        dialog.query_one("#f-value", Input).value = typed
        await settle(pilot)
        assert hint in messages_of(dialog)
        assert "✗" not in messages_of(dialog)
        await press(pilot, "ctrl+s")
        assert "What this will do" in screen_text(app)
        assert "Is that day meant?" not in screen_text(app)


async def test_a_day_before_the_year_that_is_asked_about_is_doubted(small_path: Path) -> None:
    async with running(small_path, LARGE) as (app, pilot):
        dialog = await open_dialog(app, pilot, slug="growth-2022")
        dialog.query_one("#f-value", Input).value = "3.2"
        fill(dialog, verdict=0, known="2021-12-30")
        await settle(pilot)
        odd = "2022, which the question asks about, begins on 2022-01-01"
        assert f"Thu 30 December 2021, but {odd}" in messages_of(dialog)
        await press(pilot, "ctrl+s")
        assert "Is that day meant?" in screen_text(app)


async def test_in_little_room_what_the_fields_leave_goes_to_the_criteria(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        last = max(row.region.bottom for row in dialog.query(Field) if row.display)
        keys, aside = dialog.query_one(KeyBar).region, dialog.query_one("#form-aside").region
        assert last == keys.y
        assert aside.bottom == min(row.region.y for row in dialog.query(Field) if row.display)
        assert aside.height >= 10


async def test_more_evidence(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        fill(dialog)
        await press(pilot, "ctrl+n")
        await type_text(pilot, "A second source")
        await press(pilot, "ctrl+s", "enter")
        assert [item.title for item in page_of(ledger_path).resolutions[-1].evidence] == [
            "CSTO: the last units left",
            "A second source",
        ]


async def test_a_note_instead_of_evidence(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        fill(dialog, evidence=("", "", ""), note="Everybody saw it.")
        await press(pilot, "ctrl+s", "enter")
        assert page_of(ledger_path).resolutions[-1].note == "Everybody saw it."


async def test_void(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot, key="v")
        assert dialog.query_one("#f-outcome", Choice).chosen == 2
        dialog.query_one("#f-note", TextArea).text = "Nobody counted the units that left."
        await press(pilot, "ctrl+s")
        assert "Outcome: void: the facts are unclear" in screen_text(app)
        await press(pilot, "enter")
        resolution = page_of(ledger_path).resolutions[-1]
        assert resolution.void is VoidReason.UNCLEAR_FACTS
        assert page_of(ledger_path).status is QuestionStatus.VOID


async def test_a_conflict_shows_both_versions_and_nothing_typed_is_lost(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        fill(dialog)
        await press(pilot, "ctrl+s")
        ledger = open_ledger(str(ledger_path), analyst="Somebody Else", clock=clock)
        resolve_question(
            ledger,
            ResolveQuestion(question=CSTO, outcome="no", known_on=Span.of(date(2022, 1, 24)), note="It was not so."),
        )
        ledger.close()
        await press(pilot, "enter")
        assert isinstance(app.screen, ConflictDialog)
        shown = screen_text(app)
        assert "Somebody Else, 2026-11-21 12:00 UTC" in shown
        assert "It was not so." in shown
        assert "2022-01-19" in shown
        assert "2022-01-24" in shown
        await press(pilot, "t")
        theirs = app.screen
        assert isinstance(theirs, ResolveDialog)
        assert (theirs.texts["outcome"], theirs.texts["known_on"], theirs.texts["note"]) == (
            "no",
            "2022-01-24",
            "It was not so.",
        )
        await press(pilot, "escape")
        assert isinstance(app.screen, ConflictDialog)
        await press(pilot, "m")
        again = app.screen
        assert isinstance(again, ResolveDialog)
        assert again is not dialog
        assert again.texts["known_on"] == "2022-01-19"
        assert "What you typed stands on the newest version" in screen_text(app)
        assert "say why the resolution in force is replaced" in messages_of(again)
        again.query_one("#f-supersede_reason", Input).value = "The other report was wrong."
        await press(pilot, "ctrl+s", "enter")
        page = page_of(ledger_path)
        assert [bool(resolution.superseded_reason) for resolution in page.resolutions] == [True, False]


async def test_a_conflict_before_the_preview_shows_both_versions_too(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        fill(await open_dialog(app, pilot))
        ledger = open_ledger(str(ledger_path), analyst="Somebody Else", clock=clock)
        resolve_question(
            ledger, ResolveQuestion(question=CSTO, outcome="no", known_on=Span.of(date(2022, 1, 24)), note="Not so.")
        )
        ledger.close()
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ConflictDialog)
        assert "Somebody Else, 2026-11-21 12:00 UTC" in screen_text(app)
        await press(pilot, "t", "escape")
        assert isinstance(app.screen, ConflictDialog)
        await press(pilot, "m")
        again = app.screen
        assert isinstance(again, ResolveDialog)
        assert again.texts["known_on"] == "2022-01-19"
        again.query_one("#f-supersede_reason", Input).value = "The other report was wrong."
        await press(pilot, "ctrl+s", "enter")
        page = page_of(ledger_path)
        assert [bool(resolution.superseded_reason) for resolution in page.resolutions] == [True, False]


async def test_one_who_leaves_a_conflict_finds_what_was_typed_again(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        fill(dialog)
        await press(pilot, "ctrl+s")
        ledger = open_ledger(str(ledger_path), analyst="Somebody Else", clock=clock)
        resolve_question(
            ledger, ResolveQuestion(question=CSTO, outcome="no", known_on=Span.of(date(2022, 1, 24)), note="Not so.")
        )
        ledger.close()
        await press(pilot, "enter")
        assert isinstance(app.screen, ConflictDialog)
        await press(pilot, "escape")
        assert "What you typed is kept" in toasts(app)[-1][1]
        dialog = await open_dialog(app, pilot)
        assert (dialog.texts["outcome"], dialog.texts["known_on"]) == ("yes", "2022-01-19")


async def test_reopen_needs_a_reason(ledger_path: Path) -> None:
    ledger = open_ledger(str(ledger_path), analyst=ANALYST, clock=clock)
    resolve_question(
        ledger, ResolveQuestion(question=CSTO, outcome="yes", known_on=Span.of(date(2022, 1, 19)), note="Seen.")
    )
    ledger.close()
    async with running(ledger_path) as (app, pilot):
        assert table(app).go_to(CSTO)
        await press(pilot, "o")
        assert isinstance(app.screen, ReasonDialog)
        await press(pilot, "enter")
        assert "a reason is needed" in screen_text(app)
        await type_text(pilot, "Too early")
        await press(pilot, "enter")
        page = page_of(ledger_path)
        assert page.status is QuestionStatus.DUE
        assert page.resolutions[-1].superseded_reason == "Too early"
        assert toasts(app)[-1][0] == "Reopened"


async def test_reopening_what_somebody_reopened_keeps_the_reason(ledger_path: Path) -> None:
    ledger = open_ledger(str(ledger_path), analyst=ANALYST, clock=clock)
    resolve_question(
        ledger, ResolveQuestion(question=CSTO, outcome="yes", known_on=Span.of(date(2022, 1, 19)), note="Seen.")
    )
    async with running(ledger_path) as (app, pilot):
        assert table(app).go_to(CSTO)
        await press(pilot, "o")
        await type_text(pilot, "Mine")
        reopen_question(ledger, ReopenQuestion(question=CSTO, reason="Theirs"))
        ledger.close()
        await press(pilot, "enter")
        assert isinstance(app.screen, ReasonDialog)
        assert app.screen.query_one("#f-reason", Input).value == "Mine"


async def test_why_a_resolution_is_taken_back_survives_a_killed_program_until_it_is_recorded(ledger_path: Path) -> None:
    resolution = ResolveQuestion(question=CSTO, outcome="yes", known_on=Span.of(date(2022, 1, 19)), note="Seen.")
    ledger = open_ledger(str(ledger_path), analyst=ANALYST, clock=clock)
    resolve_question(ledger, resolution)
    ledger.close()
    async with running(ledger_path) as (app, pilot):
        assert table(app).go_to(CSTO)
        await press(pilot, "o")
        await type_text(pilot, "A long reason")
        await press(pilot, "escape")
        assert toasts(app)[-1] == ("Reopen", "What you typed is kept; the dialog brings it back.")
    async with running(ledger_path) as (app, pilot):
        assert table(app).go_to(CSTO)
        await press(pilot, "o")
        assert app.screen.query_one("#f-reason", Input).value == "A long reason"
        await press(pilot, "enter")
        assert page_of(ledger_path).resolutions[-1].superseded_reason == "A long reason"
    assert list((state_folder() / "drafts").iterdir()) == []


async def test_what_is_typed_survives_a_killed_program_until_it_is_recorded(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        fill(dialog, note="Seen.", verdict=1)
        await settle(pilot)
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        assert (dialog.texts["outcome"], dialog.texts["note"], dialog.texts["known_on"]) == (
            "no",
            "Seen.",
            "2022-01-19",
        )
        assert dialog.texts["evidence.0.url"] == "https://example.org/a"
        assert "What you typed before is back" in screen_text(app)
        fill(dialog)
        await press(pilot, "ctrl+s", "enter")
        await press(pilot, "u", "enter")
        dialog = await open_dialog(app, pilot)
        assert dialog.texts["outcome"] == ""


async def test_days_are_read_as_people_write_them(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        dialog.query_one("#f-known_on", Input).value = "19 to 20 January 2022"
        await settle(pilot)
        assert "✗ expected a date, such as" in messages_of(dialog)
        dialog.query_one("#f-known_on", Input).value = "19 Jan 2022 to 20 Jan 2022"
        await settle(pilot)
        assert "Wed 19 January 2022 to Thu 20 January 2022" in messages_of(dialog)


async def test_an_address_that_is_typed_into_the_title_gets_its_field_and_may_go_back(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        dialog.form.focus_field("evidence.0.title")
        typed = "TASS: the last plane https://web.archive.org/web/2022/x https://tass.com/1"
        await type_text(pilot, typed)
        assert dialog.texts["evidence.0.url"] == ""
        await press(pilot, "tab")
        names = ("title", "url", "archived_url")
        assert [dialog.texts[f"evidence.0.{name}"] for name in names] == [
            "TASS: the last plane",
            "https://tass.com/1",
            "https://web.archive.org/web/2022/x",
        ]
        assert "address: out of the title; ctrl+z puts it back" in messages_of(dialog)
        await press(pilot, "ctrl+z")
        assert [dialog.texts[f"evidence.0.{name}"] for name in names] == [typed, "", ""]
        assert "out of the title" not in messages_of(dialog)
        await press(pilot, "shift+tab", "tab", "ctrl+s")
        assert [dialog.texts[f"evidence.0.{name}"] for name in names] == [typed, "", ""]


async def test_an_address_in_the_title_that_one_is_in_is_parted_before_its_effect_is_shown(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        dialog = await open_dialog(app, pilot)
        fill(dialog, evidence=("", "", ""))
        dialog.form.focus_field("evidence.0.title")
        await type_text(pilot, "TASS https://tass.com/1")
        await press(pilot, "ctrl+s", "enter")
    (resolution,) = page_of(ledger_path).resolutions
    ((title, url),) = [(item.title, item.url) for item in resolution.evidence]
    assert (title, url) == ("TASS", "https://tass.com/1")


async def test_its_help_says_what_a_choice_means_once(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "r", "f1")
        reason = terms(VoidReason)[0]
        assert f"void: {reason.meaning} ({reason.example.partition(',')[0]}" in screen_text(app)
