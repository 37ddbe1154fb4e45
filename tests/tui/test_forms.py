"""The forms of records: what is typed, checked, offered and kept, and what every key of them does."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input, OptionList

from forecasts.paths import state_folder
from forecasts.services.ledger import open_ledger
from forecasts.tui.dialogs.base import KindDialog
from forecasts.tui.dialogs.form import FormDialog
from forecasts.tui.dialogs.form_fields import form_fields
from forecasts.tui.dialogs.short_forms import ReasonDialog
from forecasts.tui.flows.recording import KINDS
from forecasts.tui.screens.question import QuestionScreen
from tests.services.looking import entries, records
from tests.tui.bench import LARGE, SMALL, clock, press, row_of, running, screen_text, settle, table, toasts, type_text
from tests.tui.forms import form, form_fields_of, kept, message, put, stored

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot


HOSTILE = ("[/b][@click=app.quit]x[/]", "a\x1b]52;c;UFdORUQ=\x07\x1b[2Jb", "‮مرحبا\u2066x", "x" * 4000, "Қасым 👩‍🔬")


def history(path: Path) -> list[str]:
    """The intents of the ledger, newest first."""
    ledger = open_ledger(str(path), analyst="looker", clock=clock)
    try:
        return [entry.intent for entry in entries(ledger)]
    finally:
        ledger.close()


def spoil() -> None:
    """Make the one draft unreadable."""
    (path,) = (state_folder() / "drafts").iterdir()
    path.write_bytes(b"\xff{" + b"[" * 100_000)


def newest(path: Path) -> Any:
    """The prediction that was entered in the form."""
    ledger = open_ledger(str(path), analyst="looker", clock=clock)
    try:
        found = [record for record in records(ledger)["prediction"] if getattr(record, "coded_by", "") == "A. Analyst"]
    finally:
        ledger.close()
    (made,) = found
    return made


async def open_new(pilot: Pilot[int], kind: str) -> None:
    """Open the form of a kind by N."""
    await press(pilot, "N")
    assert isinstance(pilot.app.screen, KindDialog)
    pilot.app.screen.query_one(OptionList).highlighted = KINDS.index(kind)
    await press(pilot, "enter", *(("ctrl+s",) if kind == "article" else ()))  # which begins with its text


NEW: dict[str, dict[str, str]] = {
    "source": {"name": "A. Seer", "kind": "person", "aliases": "S.; A. S."},
    "article": {"title": "Letter", "published_on": "mid January 2022", "outlet": "seer"},
    "scenario": {"title": "Weather"},
    "question": {"title": "Rain?", "criteria": "If it rains.", "resolves_on": "end of 2022"},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_every_kind_has_its_form_with_every_field(ledger_path: Path, kind: str, size: tuple[int, int]) -> None:
    async with running(ledger_path, size) as (app, pilot):
        await open_new(pilot, kind)
        assert [field.name for field in form_fields_of(app)] == [field.name for field in form_fields(kind)]
        assert f"New {kind}" in screen_text(app)
        await press(pilot, "escape")
        assert not isinstance(app.screen, FormDialog)
        assert kept() == []


async def test_a_source_is_entered_told_and_taken_back(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await open_new(pilot, "source")
        await type_text(pilot, "A. Seer")
        put(app, kind="person")
        await press(pilot, "ctrl+s")
        assert stored(ledger_path, "source", "a-seer").name == "A. Seer"
        (title, text) = toasts(app)[0]
        assert (title, "takes it back" in text) == ("Added the source A. Seer", True)
        await press(pilot, "u", "enter")
        assert history(ledger_path)[0] == "undo"


async def test_the_cursor_goes_to_the_record_that_was_entered(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "3", "down", "down", "n", "ctrl+s")
        put(app, title="A new text", published_on="2026-11-20")
        await press(pilot, "ctrl+s")
        assert row_of(app).title == "A new text"
        assert "No source's score moves" not in toasts(app)[-1][1]
        await press(pilot, "u", "enter")
        assert table(app).cursor_slug


async def test_dates_are_understood_and_shown_back(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_new(pilot, "question")
        put(app, resolves_on="in 6 months")
        await settle(pilot)
        assert message(form(app), "resolves_on") == "Fri 21 May 2027"
        put(app, resolves_on="March 2022")
        await settle(pilot)
        assert "✗ expected a single day" in message(form(app), "resolves_on")


async def test_nothing_is_wrong_before_it_is_touched_and_everything_when_asked(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_new(pilot, "question")
        assert message(form(app), "criteria") == ""
        await press(pilot, "ctrl+s")
        for name in ("title", "criteria", "resolves_on"):
            assert "✗ needed" in message(form(app), name)
        assert "each says what it expects" in screen_text(app)
        assert app.focused is form(app).query_one("#f-title")


async def test_what_the_ledger_refuses_stands_under_its_field(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_new(pilot, "source")
        put(app, name="Chan", kind="person", slug="chan-kung", member_of="anboun")
        await press(pilot, "ctrl+s")
        assert "a slug that no source has" in message(form(app), "slug")
        put(app, slug="chan")
        await press(pilot, "ctrl+s")
        assert "did you mean anbound" in message(form(app), "member_of")
        assert form(app).texts["name"] == "Chan"


async def test_names_are_offered_and_taken(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_new(pilot, "article")
        form(app).form.focus_field("authors")
        await type_text(pilot, "lulk")
        (lulko,) = (text for text in screen_text(app).splitlines() if "▸" in text and "lyuba-lulko" in text)
        assert "Lyuba Lulko" in lulko
        await press(pilot, "enter")
        assert form(app).texts["authors"] == "lyuba-lulko"
        form(app).form.focus_field("authors")
        await type_text(pilot, "; an")
        await press(pilot, "down", "up", "down")
        offered = [line for line in screen_text(app).splitlines() if "▸" in line.partition("│")[2]]
        await press(pilot, "enter")
        assert form(app).texts["authors"].split("; ")[1] in offered[0]


async def test_a_claim_with_a_known_speaker_and_question_takes_few_keys(ledger_path: Path) -> None:
    """From a question's page, as from the reader: the phrase and where it stands are given."""
    from forecasts.tui.flows.recording import record

    async with running(ledger_path, LARGE) as (app, pilot):
        initial = {
            "article": "anbound-2022-01-08", "paragraph": 2, "phrase": "is likely", "claim": "They will leave.",
            "standard": "icd-203", "basis": "standard", "probability": None,
        }  # fmt: skip
        app.run_task(record(app, "prediction", initial), "record")  # type: ignore[arg-type]
        await settle(pilot)
        keys = [*"kung", "enter", *"csto-out", "enter", "ctrl+s"]
        await pilot.press(*keys[:4])
        await settle(pilot)
        await press(pilot, keys[4])
        await pilot.press(*keys[5:13])
        await settle(pilot)
        await press(pilot, *keys[13:])
        made = newest(ledger_path)
        assert (made.speakers, made.question[:8], made.paragraph) == (("chan-kung",), "csto-out", 2)
        assert made.coded_by == "A. Analyst"


async def test_a_new_speaker_and_question_are_entered_in_place_and_undone_together(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_new(pilot, "prediction")
        put(app, article="anbound-2022-01-08", claim="Rain.", probability="80%")
        form(app).form.focus_field("speakers")
        await type_text(pilot, "New One")
        await press(pilot, "ctrl+n")
        assert form(app).texts["name"] == "New One"
        put(app, kind="person")
        await press(pilot, "ctrl+s")
        assert form(app).texts["speakers"] == "new-one"
        form(app).form.focus_field("question")
        await type_text(pilot, "Rain?")
        await press(pilot, "ctrl+n")
        put(app, criteria="If it rains.", resolves_on="end of 2022")
        await press(pilot, "ctrl+s")
        await press(pilot, "ctrl+s")
        assert newest(ledger_path).question == "rain"
        assert stored(ledger_path, "source", "new-one").name == "New One"
        assert history(ledger_path)[0] == "add records"
        await press(pilot, "u", "enter")
        assert history(ledger_path)[0] == "undo"
        ledger = open_ledger(str(ledger_path), analyst="looker", clock=clock)
        assert "new-one" not in {record.slug for record in records(ledger)["source"]}  # type: ignore[union-attr]
        ledger.close()


async def test_who_is_not_on_record_is_told_so_and_what_publishes_is_an_outlet(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "3", "n", "ctrl+s")
        form(app).form.focus_field("outlet")
        await type_text(pilot, "The Velm Courier")
        assert "no source is called so: choose one offered, or ctrl+n makes it" in screen_text(app)
        await press(pilot, "ctrl+n")
        assert (form(app).texts["name"], form(app).texts["kind"]) == ("The Velm Courier", "outlet")


async def test_space_behind_an_arrow_keeps_what_the_arrow_chose(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_new(pilot, "source")
        form(app).form.focus_field("kind")
        await press(pilot, "right", "right", "space")
        assert form(app).texts["kind"] == "outlet"
        await press(pilot, "space")
        assert form(app).texts["kind"] == "organisation"


async def test_a_long_text_is_shown_from_its_beginning_but_where_one_types(ledger_path: Path) -> None:
    name = "The Very Long Name of a Source " * 6
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_new(pilot, "source")
        form(app).form.focus_field("name")
        await type_text(pilot, f"{name}End")
        await press(pilot, "tab")
        assert "▏The Very Long Name" in screen_text(app)
        assert "Source End" not in screen_text(app)
        await press(pilot, "shift+tab")
        assert "Name of a Source End" in screen_text(app)


async def test_the_phrase_is_read_by_the_standard_as_one_types(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_new(pilot, "prediction")
        put(app, phrase="very likely", standard="icd-203")
        await settle(pilot)
        assert message(form(app), "standard") == "“very likely” is 87.5 % (80–95 %) of yes"
        put(app, phrase_about="no")
        await settle(pilot)
        assert message(form(app), "standard") == "“very likely” is 12.5 % (5–20 %) of yes"


async def test_leaving_by_accident_keeps_what_was_typed(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_new(pilot, "scenario")
        await type_text(pilot, "Weather")
        await press(pilot, "escape")
        assert "What you typed is kept" in toasts(app)[0][1]
        await open_new(pilot, "scenario")
        assert form(app).texts["title"] == "Weather"
        assert "What you typed before is back" in screen_text(app)
        await press(pilot, "tab", "ctrl+r")
        assert form(app).texts["title"] == ""
        assert kept() == []
        await type_text(pilot, "Other")
        await press(pilot, "ctrl+s")
        assert stored(ledger_path, "scenario", "other").title == "Other"
        assert kept() == []


async def test_a_killed_program_leaves_the_draft(ledger_path: Path) -> None:
    """Every keystroke is on disk before the next one: there is nothing left to save when a signal comes."""
    async with running(ledger_path) as (_, pilot):
        await open_new(pilot, "source")
        await type_text(pilot, "Seer")
        assert [draft["name"] for draft in kept()] == ["Seer"]
        paths = list((state_folder() / "drafts").iterdir())
        assert [path.stat().st_mode & 0o777 for path in paths] == [0o600]
    async with running(ledger_path) as (app, pilot):
        await open_new(pilot, "source")
        assert form(app).texts["name"] == "Seer"


async def test_another_database_has_its_own_drafts(ledger_path: Path, small_path: Path, tmp_path: Path) -> None:
    other = tmp_path / "another.db"
    shutil.copy(small_path, other)
    async with running(other) as (_, pilot):
        await open_new(pilot, "source")
        await type_text(pilot, "Seer")
    async with running(ledger_path) as (app, pilot):
        await open_new(pilot, "source")
        assert form(app).texts["name"] == ""


async def test_a_draft_that_cannot_be_read_is_no_draft(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await open_new(pilot, "source")
        await type_text(pilot, "Seer")
        await press(pilot, "escape")
        spoil()
        await open_new(pilot, "source")
        assert form(app).texts["name"] == ""


@pytest.mark.parametrize("kind", KINDS)
async def test_hostile_text_in_every_field_is_shown_refused_or_kept_as_text(ledger_path: Path, kind: str) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_new(pilot, kind)
        for text in HOSTILE:
            put(app, **{field.name: text for field in form_fields_of(app) if not field.choices})
            await press(pilot, "ctrl+s")
            assert isinstance(app.screen, FormDialog)
            assert form(app).texts[form_fields(kind)[0].name].strip()[:3] == text.strip()[:3]
            assert not {"\x1b", "\x07", "\u202e", "\u2066"} & set(screen_text(app))


async def test_edit_a_source_from_the_scoreboard(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "5")
        table(app).go_to("chan-kung")
        await press(pilot, "E")
        assert form(app).texts["name"] == "Chan Kung"
        put(app, name="Kung Chan")
        await press(pilot, "ctrl+s")
        assert stored(ledger_path, "source", "chan-kung").name == "Kung Chan"


async def test_merge_from_the_scoreboard(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "5")
        table(app).go_to("chan-kung")
        await press(pilot, "M")
        await type_text(pilot, "lulk")
        await press(pilot, "enter")
        await type_text(pilot, "One person")
        await press(pilot, "ctrl+s")
        assert history(ledger_path)[0] == "merge sources"
        assert stored(ledger_path, "source", "chan-kung").slug == "lyuba-lulko"


async def test_remove_is_refused_with_what_refers_and_the_reason_stays(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "5")
        table(app).go_to("chan-kung")
        await press(pilot, "D")
        await type_text(pilot, "Twice")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReasonDialog)
        assert "records refer to it" in screen_text(app)
        await press(pilot, "escape")
        assert history(ledger_path)[0] != "remove record"
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "5")
        table(app).go_to("chan-kung")
        await press(pilot, "D")
        assert app.screen.query_one("#f-reason", Input).value == "Twice"
        app.screen.query_one("#f-reason", Input).value = ""
        await settle(pilot)
    assert kept() == []


async def test_criteria_are_clarified_on_the_questions_page(ledger_path: Path) -> None:
    slug = "csto-out-by-2022-01-23"
    async with running(ledger_path, LARGE) as (app, pilot):
        await app.push_screen(QuestionScreen(slug))
        await settle(pilot)
        await press(pilot, "E")
        put(app, criteria="Yes if every contingent has left.")
        await press(pilot, "ctrl+s")
        assert "why the criteria were clarified" in message(form(app), "reason")
        put(app, reason="Which troops.", resolves_on="2023-01-23")
        await press(pilot, "ctrl+s")
        assert "as it is" in message(form(app), "resolves_on")
        put(app, resolves_on="2022-01-23")
        await press(pilot, "ctrl+s")
        assert stored(ledger_path, "question", slug).criteria == "Yes if every contingent has left."
        assert isinstance(app.screen, QuestionScreen)
        assert "Criteria were clarified" in screen_text(app) or history(ledger_path)[0] == "edit record"


async def test_new_on_a_question_is_a_prediction_on_it(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await app.push_screen(QuestionScreen("csto-out-by-2022-01-23"))
        await settle(pilot)
        await press(pilot, "n")
        assert form(app).texts["question"] == "csto-out-by-2022-01-23"


async def test_the_kinds_stand_off_their_frame_and_examples_of_dates_are_whole(small_path: Path) -> None:
    async with running(small_path) as (app, pilot):
        await press(pilot, "N")
        assert "│ source  " in screen_text(app)
        await press(pilot, "down", "enter", "ctrl+s")
        assert "2025-12-31, March 2022, 2022-01-06..2022-01-10 " in screen_text(app)
        await press(pilot, "escape", "N", *("down",) * 3, "enter")
        assert "2025-12-31, 31 Dec 2025, in 6 months, end of 2025 " in screen_text(app)


async def test_a_passage_is_entered_with_its_reason(small_path: Path) -> None:
    async with running(small_path) as (app, pilot):
        await open_new(pilot, "passage")
        await type_text(pilot, "observer-2022-01-08")
        await press(pilot, "enter")
        await type_text(pilot, "3")
        await press(pilot, "tab")
        await type_text(pilot, "may reach 3")
        await press(pilot, "tab", "right", "right", "ctrl+s")
        assert not isinstance(app.screen, FormDialog), screen_text(app)
        assert toasts(app)[-1][0].startswith("Added the passage “may reach 3")
        await press(pilot, "u", "enter")
        assert toasts(app)[-1][0] == "Undone"
