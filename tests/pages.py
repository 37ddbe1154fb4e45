"""The pages of the documentation and their blocks of code, and how those of the shell are run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "seed/README.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
SECONDS = 1_200
_BLOCK = re.compile(
    r"(?:^ *<!-- not run: (?P<why>[^\n]+) -->\n)?^(?P<indent> *)```(?P<language>\S*)\n(?P<text>.*?)^(?P=indent)```$",
    re.M | re.S,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code of a page. `why` says why it cannot be run in a test, in a comment that a reader does not see."""

    language: str
    text: str
    why: str


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, in their order."""
    return [
        Block(found["language"], textwrap.dedent(found["text"]), found["why"] or "")
        for found in _BLOCK.finditer(page.read_text(encoding="utf-8"))
    ]


def run(script: Iterable[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Lines of a shell in a folder that is home as well, up to the first that fails.

    `forecasts` is this checkout's, on the path and, as in a clone, in `.venv/bin`.
    """
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    program = programs / "forecasts"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m forecasts "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    (folder / "seed").symlink_to(ROOT / "seed")
    here = {"HOME": str(folder), "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    return subprocess.run(
        ["bash", "-e"],
        input="\n".join(script),
        cwd=folder,
        env={**here, "FORECASTS_ANALYST": "ann", **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
