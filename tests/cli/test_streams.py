"""Streams: readers that leave, full disks, encodings without Cyrillic, no colour, and an impatient analyst."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import COMMAND, SECONDS, Command
from tests.cli.places import QUESTION

if TYPE_CHECKING:
    from tests.cli.conftest import Program

NAMES = """
[pack]
format = 1
name = "names"

[[source]]
slug = "shoigu-again"
name = "Сергей Шойгу — “министр” 王"
kind = "official"
"""


def shell(line: str, database: Path, **env: str) -> subprocess.CompletedProcess[bytes]:
    """A line of shell; `$F` is the program."""
    return subprocess.run(
        ["bash", "-c", line],
        env={**os.environ, "F": " ".join(COMMAND), "FORECASTS_DATABASE": str(database), **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.mark.parametrize("words", ["list predictions --json", "status", "--help"])
def test_a_reader_who_leaves_is_not_told_about_it(seeded_file: Path, words: str) -> None:
    result = shell(f"set -o pipefail; $F {words} | true", seeded_file)
    assert result.stderr == b""


def test_a_reader_who_leaves_early_is_no_error(seeded_file: Path) -> None:
    result = shell("set -o pipefail; $F list predictions --json | head -c 1", seeded_file)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"[", b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("words", ["status", "list predictions --json"])
def test_a_full_disk_is_an_error(seeded_file: Path, words: str) -> None:
    result = shell(f"$F {words} > /dev/full", seeded_file)
    assert result.returncode == 1
    assert b"No space left" in result.stderr
    assert b"Traceback" not in result.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams(seeded_file: Path, closed: str) -> None:
    result = shell(f"$F status {closed}", seeded_file)
    assert result.returncode == 0
    assert result.stderr == b""


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_every_encoding_can_say_it(seeded_file: Path, tmp_path: Path, encoding: str) -> None:
    pack = tmp_path / "names.toml"
    pack.write_text(NAMES, encoding="utf-8")
    Command(seeded_file).done("import", "pack", pack)
    for words in ("list sources", "show source shoigu-again"):
        result = shell(f"$F {words}", seeded_file, PYTHONIOENCODING=encoding)
        assert (result.returncode, b"Traceback" in result.stderr) == (0, False), result.stderr
        text = result.stdout.decode(encoding)
        if words == "list sources":
            assert ("Сергей" in text) == (encoding == "utf-8")
            assert encoding == "utf-8" or "\\u0421" in text


@pytest.mark.parametrize("words", ["status", f"show question {QUESTION}", "nonsense"])
def test_nothing_is_coloured(program: Program, seeded_file: Path, words: str) -> None:
    result = program(*words.split(), env={"FORECASTS_DATABASE": str(seeded_file), "FORCE_COLOR": "1", "TERM": "xterm"})
    assert "\x1b" not in result.stdout + result.stderr


def test_what_is_beside_the_result_goes_to_standard_error(program: Program, seeded_file: Path) -> None:
    result = program("scores", "--database", seeded_file)
    assert "Nothing is scored yet" in result.stderr
    assert "Nothing is scored yet" not in result.stdout
    assert Command(seeded_file)("scores", "--json").stderr == ""


INTERRUPTED = """
import os, signal, sys
import forecasts.services.overview as overview
def interrupted(*_, **__):
    os.kill(os.getpid(), signal.{signal})
    import time
    time.sleep(60)
overview.ledger_status = interrupted
sys.argv = ["forecasts", "status"]
from forecasts.cli.main import run
sys.exit(run())
"""


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_interrupted_while_it_works(name: str, status: int) -> None:
    result = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.replace("{signal}", name)],
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert (result.returncode, result.stdout) == (status, b"")
    assert b"Traceback" not in result.stderr
    assert (b"Interrupted." in result.stderr) == (name == "SIGINT")


def test_a_signal_that_is_ignored_stays_ignored(seeded_file: Path) -> None:
    result = shell("trap '' HUP; $F status", seeded_file)
    assert result.returncode == 0
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_DFL
