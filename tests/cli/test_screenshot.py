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


def test_no_such_place(program: Program, seeded_file: Path, tmp_path: Path) -> None:
    told = program("--database", seeded_file, "--screenshot", "nowhere", tmp_path / "a.svg")
    assert told.returncode == 1
    assert "due" in told.stderr
    assert "Traceback" not in told.stderr
