"""No command on a file opens a connection, or runs another program, whatever stands in what it reads."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

WATCHED = """
import sys

def tell(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.system", "os.exec",
                 "os.posix_spawn", "os.fork", "pty.spawn", "urllib.Request"):
        print("did", event, arguments, file=sys.stderr, flush=True)

sys.addaudithook(tell)
from forecasts.cli.main import run
sys.exit(run())
"""
TABLE = """source,question,probability,made_on,resolves_on,url
=cmd|' /C calc'!A0,Will `touch x` $(touch y) happen?,40,2025-01-01,2025-12-31,http://127.0.0.1:9/x
"""


def run(file: Path, *arguments: str) -> str:
    """Run a command on a ledger; what it said on standard error."""
    words = [sys.executable, "-c", WATCHED, *arguments, "--database", str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "csv", "{folder}/t.csv", "--scale", "percent"),
        ("check",),
        ("scores",),
        ("backup", "{folder}/b.db"),
        ("export", "pack", "{folder}/pack"),
        ("export", "bundle", "{folder}/bundle.zip"),
        ("history",),
    ],
)
def test_no_connection_and_no_other_program(seeded_file: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    said = run(seeded_file, *(word.format(folder=tmp_path) for word in arguments))
    assert "did " not in said
    assert not (tmp_path / "x").exists()


def test_the_watch_sees_a_connection(tmp_path: Path) -> None:
    program = WATCHED.partition("from forecasts")[0] + "import socket\nsocket.socket().connect_ex(('127.0.0.1', 9))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "did socket.connect" in done.stderr
