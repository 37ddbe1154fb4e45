"""`forecasts --screenshot`: a picture of a place, without a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Program


def test_a_picture(program: Program, seeded_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "sources.svg"
    told = program("--database", seeded_file, "--screenshot", "sources", file)
    assert (told.returncode, told.stdout) == (0, f"{file}\n")
    drawn = file.read_text(encoding="utf-8")
    assert "Chan" in drawn
    assert not re.search(r"url\((?!#)|https?://(?!www\.w3\.org|www\.textualize\.io)", drawn)  # but for names of XML


def test_keys_that_are_of_no_action_are_told(program: Program, seeded_file: Path, tmp_path: Path) -> None:
    settings, file = tmp_path / "forecasts" / "settings.toml", tmp_path / "due.svg"
    settings.parent.mkdir()
    settings.write_text('[keys]\n"question.solve" = "f6"\n')
    words = ("--database", seeded_file, "--screenshot", "due", file)
    told = program(*words, env={"XDG_CONFIG_HOME": str(tmp_path)})
    assert told.returncode == 1
    assert "no action is called 'question.solve'; ids are as question.resolve" in told.stderr
    assert not file.exists()


def test_no_such_place(program: Program, seeded_file: Path, tmp_path: Path) -> None:
    told = program("--database", seeded_file, "--screenshot", "nowhere", tmp_path / "a.svg")
    assert told.returncode == 1
    assert "due" in told.stderr
    assert "Traceback" not in told.stderr
