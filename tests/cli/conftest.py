"""The program as its users meet it: as a process of its own, and quickly inside this one."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from forecasts.cli.program import app

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typer.testing import Result

COMMAND = (sys.executable, "-m", "forecasts")
SECONDS = 120


@dataclass(frozen=True)
class Program:
    """Runs the program as a process in an empty folder."""

    folder: Path

    def __call__(
        self, *arguments: object, env: Mapping[str, str] | None = None, text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run it without a terminal, with a text on its standard input, to its end."""
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            cwd=self.folder,
            env={**os.environ, **(env or {})},
            input=text,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )

    def start(self, *arguments: object, **streams: int) -> subprocess.Popen[bytes]:
        """Start it, to be met while it runs."""
        settings = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            [*COMMAND, *map(str, arguments)], cwd=self.folder, **settings
        )


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program as a process, in an empty folder."""
    folder = tmp_path / "empty folder"
    folder.mkdir()
    return Program(folder)


@dataclass(frozen=True)
class Command:
    """Runs commands inside this process, on one database."""

    database: Path

    def __call__(self, *arguments: object) -> Result:
        """Run one; foreseeable errors are exit statuses, others are raised."""
        words = ["--database", str(self.database), "--analyst", "tester", *map(str, arguments)]
        return CliRunner().invoke(app, words, catch_exceptions=False, prog_name="forecasts")

    def done(self, *arguments: object) -> str:
        """Run one that must succeed; its standard output."""
        result = self(*arguments)
        assert result.exit_code == 0, result.output
        return str(result.stdout)

    def refused(self, *arguments: object) -> str:
        """Run one that must be refused, with nothing on standard output; its standard error."""
        result = self(*arguments)
        assert (result.exit_code, result.stdout) == (1, ""), result.output
        return str(result.stderr)


@pytest.fixture
def command(seeded_file: Path) -> Command:
    """Commands on the seeded record, with nothing resolved."""
    return Command(seeded_file)


@pytest.fixture
def empty_command(empty_file: Path) -> Command:
    """Commands on a ledger without records."""
    return Command(empty_file)
