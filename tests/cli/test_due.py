"""What waits and what comes, for cron, mail and calendars; and kinds that are named freely."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar

from forecasts.services.overview import due_page
from tests.cli.places import QUESTION

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command

TODAY = datetime.now(UTC).date()


def listed(command: Command, *words: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(command.done(*words, "--json"))
    return found


def test_due_is_the_home_screen(command: Command) -> None:
    page = due_page(str(command.database), today=TODAY)
    slugs = [row.slug for row in (*page.due, *page.soon)]
    assert [row["slug"] for row in listed(command, "due")] == slugs
    assert QUESTION in command.done("due")
    order = [row["slug"] for row in listed(command, "list", "questions", "--status", "due")]
    assert order == [row.slug for row in page.due]


def test_what_is_soon_due_depends_on_the_days(empty_command: Command) -> None:
    day = TODAY + timedelta(days=10)
    empty_command.done("add", "question", "--title", "Q?", "--criteria", "c", "--resolves-on", day, "--slug", "q")
    assert [row["slug"] for row in listed(empty_command, "due", "--days", 10)] == ["q"]
    assert listed(empty_command, "due", "--days", 9) == []
    nothing = empty_command("due", "--days", 9)
    assert (nothing.exit_code, nothing.stdout) == (0, "")


def test_later_puts_a_question_aside_which_lists_and_calendars_know(command: Command, tmp_path: Path) -> None:
    again = TODAY + timedelta(weeks=2)
    assert str(again) in command.done("later", QUESTION, "in 2 weeks")
    assert {row["slug"]: row["remind_on"] for row in listed(command, "list", "questions")}[QUESTION] == str(again)
    assert next(row for row in listed(command, "due") if row["slug"] == QUESTION)["remind_on"] == str(again)
    assert "already" in command.done("later", QUESTION, again)
    assert "a day after today" in command.refused("later", QUESTION, TODAY)
    assert "found 'soon'" in command.refused("later", QUESTION, "soon")
    events = calendar_of(command, tmp_path / "due.ics")
    assert events[f"again-{QUESTION}@forecasts"]["DTSTART"].dt == again
    command.done("undo")
    assert f"again-{QUESTION}@forecasts" not in calendar_of(command, tmp_path / "due.ics")


def test_a_calendar_has_every_deadline_that_waits_and_no_other(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "due.ics"
    questions = {row["slug"]: row for row in listed(command, "list", "questions")}
    events = calendar_of(command, file)
    waiting = {slug for slug, row in questions.items() if row["status"] in {"open", "due"}}
    assert set(events) == {f"due-{slug}@forecasts" for slug in waiting}
    for slug in waiting:
        event = events[f"due-{slug}@forecasts"]
        assert str(event["DTSTART"].dt) == questions[slug]["resolves_on"]
        assert event["SUMMARY"] == f"Due: {questions[slug]['title']}"
    file.write_text("BEGIN:VCALENDAR of somebody else")
    assert "was left alone" in command.refused("export", "calendar", file)


def test_a_title_is_text_in_a_calendar(empty_command: Command, tmp_path: Path) -> None:
    title = r"A;B,C\nEND:VEVENT Қазақстан" + "?" * 90
    empty_command.done(
        "add", "question", "--title", title, "--criteria", "c", "--resolves-on", "2027-01-01", "--slug", "q"
    )
    assert calendar_of(empty_command, tmp_path / "due.ics")["due-q@forecasts"]["SUMMARY"] == f"Due: {title}"


def calendar_of(command: Command, file: Path) -> dict[str, Any]:
    command.done("export", "calendar", file)
    return {str(event["UID"]): event for event in Calendar.from_ical(file.read_bytes()).walk("VEVENT")}


def test_void_is_a_resolution_that_scores_nobody(command: Command) -> None:
    assert "Nothing was changed" in command.done("void", QUESTION, "--note", "Unclear.", "--dry-run")
    assert "void: unclear-facts" in command.done("void", QUESTION, "--note", "Unclear.")
    (stored,) = listed(command, "list", "resolutions")
    assert (stored["question"], stored["void"]) == (QUESTION, "unclear-facts")


@pytest.mark.parametrize(
    "words",
    [("list", "question"), ("list", "questions"), ("show", "questions", QUESTION), ("show", "question", QUESTION)],
)
def test_singular_and_plural_are_understood(words: tuple[str, ...], command: Command) -> None:
    assert QUESTION in command.done(*words)


def test_near_words_are_offered(command: Command) -> None:
    for words, near in (("list qestions", "questions"), ("shwo", "show"), ("add sorces", "source")):
        said = command(*words.split())
        assert said.exit_code == 2
        assert f"Did you mean '{near}'?" in said.stderr
