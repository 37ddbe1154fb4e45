"""Choices kept in the settings file: what the analyst wrote there stays, and what cannot be kept is told."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from forecasts.errors import InvalidInputError
from forecasts.settings import Settings, load_settings, save_setting

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN = """# mine
analyst = "A. Analyst"  # that is me

theme = 'nord'   # evenings

[keys]
# r is far away
"question.resolve" = "f6"
"""


def test_the_rest_of_the_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(WRITTEN, encoding="utf-8")
    save_setting(file, "theme", "forecasts-light")
    assert file.read_text(encoding="utf-8") == WRITTEN.replace("'nord'", '"forecasts-light"')


def test_a_new_setting_does_not_end_up_among_the_keys(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(WRITTEN.replace("theme = 'nord'   # evenings\n", ""), encoding="utf-8")
    save_setting(file, "blind", value=True)
    found = load_settings(file)
    assert found == Settings(
        analyst="A. Analyst", blind=True, copies_up_to=200, keys={"question.resolve": "f6"}, file=file
    )
    assert "# r is far away" in file.read_text(encoding="utf-8")


def test_file_and_folder_are_made(tmp_path: Path) -> None:
    file = tmp_path / "config" / "forecasts" / "settings.toml"
    assert load_settings(file) == Settings(copies_up_to=200, file=file)
    save_setting(file, "theme", "Қазақ")
    assert load_settings(file).theme == "Қазақ"
    assert [entry.name for entry in file.parent.iterdir()] == ["settings.toml"]


@pytest.mark.skipif(os.name == "nt", reason="rights and links of POSIX")
def test_rights_and_links_stay(tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles.toml"
    kept.write_text(WRITTEN, encoding="utf-8")
    kept.chmod(0o640)
    file = tmp_path / "settings.toml"
    file.symlink_to(kept)
    save_setting(file, "theme", "nord")
    assert file.is_symlink()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    assert load_settings(file).theme == "nord"


@pytest.mark.parametrize("content", [b"theme = nord", b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(content)
    with pytest.raises(InvalidInputError, match=r"settings\.toml cannot be changed"):
        save_setting(file, "theme", "nord")
    assert file.read_bytes() == content
    assert list(tmp_path.glob(".settings*")) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("a file", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="cannot be changed"):
        save_setting(tmp_path / "plain" / "settings.toml", "theme", "nord")


@pytest.mark.parametrize(
    ("content", "field", "expected"),
    [
        ("blind = 1", "blind", "true or false"),
        ("theme = true", "theme", "text"),
        ("keys = 1", "keys", "a table of action = key"),
        ("copies_up_to = -1", "copies_up_to", "megabytes, a whole number of 0 or more"),
        ("copies_up_to = true", "copies_up_to", "megabytes, a whole number of 0 or more"),
        ("colour = 'red'", "colour", "one of database, analyst, theme, standard, blind, copies_up_to, keys"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, content: str, field: str, expected: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInputError) as refused:
        load_settings(file)
    (problem,) = refused.value.problems
    assert (problem.file, problem.field, problem.expected) == ("settings.toml", field, expected)
