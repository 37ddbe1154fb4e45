"""Adding, editing, removing, merging and attaching from the command line: by options, and in one's own editor."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from forecasts.cli.commands.adding import ENTERED
from forecasts.domain.fields import entry_fields, record_fields
from forecasts.domain.records import KINDS
from forecasts.paths import state_folder

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command

SCRIPT = """#!{python}
import pathlib, sys
path = pathlib.Path(sys.argv[-1])
text = path.read_text(encoding="utf-8")
{body}
path.write_text(text, encoding="utf-8")
"""


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Makes an editor out of what it does to the text; its path has a blank and signs that a shell would read."""
    import sys

    def make(body: str) -> None:
        folder = tmp_path / "my $(editors); x"
        folder.mkdir(exist_ok=True)
        script = folder / "edit"
        script.write_text(SCRIPT.format(python=sys.executable, body=body), encoding="utf-8")
        script.chmod(0o700)
        monkeypatch.setenv("EDITOR", f"'{script}' --wait")

    return make


def drafts() -> list[Path]:
    """The drafts that are kept."""
    folder = state_folder() / "drafts"
    return sorted(folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("kind", ENTERED)
def test_every_field_of_a_pack_has_its_words_and_its_option(empty_command: Command, kind: str) -> None:
    cls: type = KINDS[kind]
    asked = entry_fields(cls)
    assert sorted(spec.name for spec in asked) == sorted(record_fields(cls))
    assert all(spec.help.label for spec in asked)
    said = empty_command.done("add", kind, "--help")
    for name in record_fields(cls):
        assert f"--{name.replace('_', '-')}" in said


def test_a_whole_record_is_entered_by_options(empty_command: Command, tmp_path: Path) -> None:
    text = tmp_path / "letter.txt"
    text.write_text("It will rain.\n", encoding="utf-8")
    add = empty_command.done
    assert "source seer" in add(
        "add", "source", "--name", "Seer", "--kind", "person", "--aliases", "S.", "--aliases", "A. S."
    )
    add(
        "add",
        "article",
        "--title",
        "Letter",
        "--authors",
        "seer",
        "--published-on",
        "early January 2022",
        "--slug",
        "letter",
        "--file",
        text,
    )
    add("add", "scenario", "--title", "Weather")
    add(
        "add",
        "question",
        "--title",
        "Rain?",
        "--criteria",
        "If it rains.",
        "--resolves-on",
        "end of 2022",
        "--scenario",
        "weather",
    )
    add(
        "add", "prediction", "--article", "letter", "--speakers", "seer", "--question", "rain", "--claim", "Rain.",
        "--phrase", "will rain", "--paragraph", "1", "--probability", "90%",
    )  # fmt: skip
    add("add", "passage", "--article", "letter", "--paragraph", "1", "--phrase", "It", "--reason", "rhetorical")
    shown = add("show", "prediction", "letter-1-seer", "--json")
    assert '"probability": 0.9' in shown
    assert '"coded_by": "tester"' in shown
    assert '"aliases": ["S.", "A. S."]' in add("show", "source", "seer", "--json")
    assert hashlib.sha256(b"It will rain.\n").hexdigest() in add("show", "article", "letter", "--json")
    assert "2022-12-31" in add("show", "question", "rain")
    assert "Found nothing wrong" in empty_command("check").stderr + empty_command("check").stdout


def test_a_name_that_looks_like_another_is_told_when_it_is_entered(empty_command: Command, editor: object) -> None:
    add = ("add", "source", "--kind", "person", "--name")
    assert "looks like" not in empty_command(*add, "Anna Poe").output
    said = " ".join(empty_command(*add, "Anna Poe", "--slug", "again").output.split())
    assert "'Anna Poe' is the name of the source anna-poe. If" in said
    empty_command.done("undo")
    said = " ".join(empty_command(*add, "\u0410nna Poe", "--slug", "other").output.split())
    assert "'\u0410nna Poe' mixes Latin and Cyrillic letters in a word." in said
    assert "'\u0410nna Poe' (Cyrillic, Latin) looks like 'Anna Poe' (Latin), the source anna-poe." in said
    assert "`forecasts merge source other anna-poe`" in said
    editor("text = text.replace('Anna Poe', 'Bo'.replace('o', chr(0x043e)))")  # type: ignore[operator]
    assert "mixes" in empty_command("edit", "source", "anna-poe").output


def test_an_editor_that_takes_the_file_away_is_told_and_what_to_do(command: Command, editor: object) -> None:
    editor("path.unlink(); sys.exit()")  # type: ignore[operator]
    told = command.refused("edit", "source", "chan-kung")
    assert "No such file" in told
    assert "Edit it again" in told


def test_a_question_is_not_followed_by_a_full_stop(command: Command) -> None:
    said = command.done("add", "question", "--title", "Rain?", "--criteria", "Rain.", "--resolves-on", "2030-01-01")
    assert said.splitlines()[0] == "Added the question Rain?"


def test_every_wrong_option_is_named_with_what_was_found_and_expected(command: Command) -> None:
    said = command.refused("add", "question", "--title", "x" * 301, "--resolves-on", "soon", "--kind", "maybe")
    for part in ("--title: found 301 characters", "--resolves-on: found 'soon'", "--kind: found 'maybe'", "--criteria"):
        assert part in said


def test_dates_are_shown_back_as_understood(command: Command) -> None:
    result = command("add", "question", "--title", "Q?", "--criteria", "C.", "--resolves-on", "31 Dec 2031")
    assert "--resolves-on: Wed 31 December 2031" in result.stderr


def test_an_edit_in_the_editor_is_recorded_and_undone(command: Command, editor: object) -> None:
    editor("text = text.replace('name = \"Chan Kung\"', 'name = \"Kung Chan\"')")  # type: ignore[operator]
    assert "Changed the source Kung Chan" in command.done("edit", "source", "chan-kung")
    assert "Kung Chan" in command.done("show", "source", "chan-kung")
    command.done("undo")
    assert "Kung Chan" not in command.done("show", "source", "chan-kung", "--json").partition('"history"')[0]
    assert drafts() == []


def test_an_unchanged_text_changes_nothing(command: Command, editor: object) -> None:
    editor("pass")  # type: ignore[operator]
    for words in (("edit", "question", "csto-out-by-2022-01-23"), ("add", "prediction", "--edit")):
        assert re.search("[Nn]othing was (changed|added|written)", command.done(*words))
    assert drafts() == []


def test_a_new_record_is_filled_in_in_the_editor_and_named_by_itself(command: Command, editor: object) -> None:
    editor("text = text.replace('# description = \"\"', 'description = \"Written.\"')")  # type: ignore[operator]
    assert "scenario a-storyline" in command.done("add", "scenario", "--edit", "--title", "A storyline")
    assert "Written." in command.done("show", "scenario", "a-storyline")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("text += 'outcome = yes'", "outcome"),
        ("text = text.replace('\"Chan Kung\"', '\"\"')", "name"),
        ("text = text.replace('\"chan-kung\"', '\"another\"')", "others refer to it by that name"),
        ("text += '[[source]]\\n'", "one [[source]] table"),
        ("text = ''", "one [[source]] table"),
        ("text = '\\x00\\x1b]52;c;eA==\\x07'", "TOML|found"),
    ],
)
def test_what_was_written_is_never_lost_on_an_error(command: Command, editor: object, body: str, told: str) -> None:
    editor(body)  # type: ignore[operator]
    said = command.refused("edit", "source", "chan-kung")
    assert any(part in said for part in told.split("|"))
    (kept,) = drafts()
    assert f"What you wrote is kept in {kept}" in said.replace("\n", "")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "\x1b" not in said


def test_a_kept_draft_is_taken_up(command: Command, tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text('[[scenario]]\ntitle = "Kept"\n', encoding="utf-8")
    assert "scenario kept" in command.done("add", "scenario", "--draft", draft)


def test_an_editor_that_fails_or_is_not_there_loses_nothing(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, told in (("false", "ended with status 1"), ("/no/such/editor", "cannot be started")):
        monkeypatch.setenv("EDITOR", name)
        assert told in command.refused("add", "scenario", "--edit", "--title", "A storyline")
    assert len(drafts()) == 2
    assert all("A storyline" in path.read_text(encoding="utf-8") for path in drafts())


def test_where_nobody_can_write_no_editor_is_opened(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(variable, raising=False)
    assert "Nobody is there to write" in command.refused("add", "scenario", "--edit", "--title", "A storyline")


def test_clarifying_needs_a_reason(command: Command, editor: object) -> None:
    editor("text = text.replace('criteria = ', 'criteria = \"Clearer.\" # ', 1)")  # type: ignore[operator]
    slug = "csto-out-by-2022-01-23"
    assert "a change of its criteria is a clarification" in command.refused("edit", "question", slug)
    assert "Clarified" in command.done("edit", "question", slug, "--reason", "Which troops.")


def test_remove_and_merge_say_why_or_are_refused(command: Command) -> None:
    assert "records refer to it: article anbound-2022-01-08" in command.refused(
        "remove", "source", "chan-kung", "--reason", "x"
    )
    assert "Merged Chan Kung" in command.done("merge", "source", "chan-kung", "lyuba-lulko", "--reason", "One person.")
    assert "source lyuba-lulko" in command.done("show", "source", "chan-kung")
    command.done("add", "scenario", "--title", "Mistake")
    assert "Removed the scenario Mistake" in command.done("remove", "scenario", "mistake", "--reason", "A mistake.")
    assert "There is no scenario" in command.refused("show", "scenario", "mistake")


def test_attach_and_detach(command: Command, tmp_path: Path) -> None:
    text = tmp_path / "other.txt"
    text.write_text("Another text.\n", encoding="utf-8")
    assert "not the text that the article's record names" in command.refused("attach", "anbound-2022-01-08", text)
    command.done("add", "article", "--title", "Letter", "--published-on", "2022", "--slug", "letter")
    assert "14 bytes in 1 paragraph" in command.done("attach", "letter", text)
    assert "attached already" in command.done("attach", "letter", text)
    assert "is detached" in command.done("detach", "letter")


def test_the_old_slug_of_a_merged_source_leads_on(command: Command, tmp_path: Path) -> None:
    command.done("merge", "source", "chan-kung", "lyuba-lulko", "--reason", "One person.")
    told = "The source chan-kung was merged into lyuba-lulko.\n"
    commands: tuple[tuple[object, ...], ...] = (
        ("list", "predictions", "--source", "{}"),
        ("list", "sources", "--source", "{}"),
        ("compare", "{}", "paul-goble"),
        ("compare", "paul-goble", "{}", "--json"),
        ("show", "source", "{}"),
        ("export", "scorecards", "--format", "json", "--output", tmp_path / "card.json", "--source", "{}"),
    )
    for words in commands:
        by_new, by_old = (command(*(str(word).format(slug) for word in words)) for slug in ("lyuba-lulko", "chan-kung"))
        assert (by_new.exit_code, by_new.stderr.count("merged")) == (0, 0), words
        assert (by_old.exit_code, by_old.stdout) == (0, by_new.stdout), words
        assert by_old.stderr == told + by_new.stderr, words
    assert "cannot be compared with itself" in command.refused("compare", "chan-kung", "lyuba-lulko")
