"""Setting up: whole or not at all, safe to repeat, by six at once, and killed in the middle."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import struct
import termios
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import SECONDS
from tests.cli.places import content, fingerprint

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Program

STAGES = ("Making the database", "Reading", "Comparing records", "Storing records")


def counts(program: Program, database: Path) -> dict[str, int]:
    """How many records there are, told by the program."""
    result = program("status", "--json", "--database", database)
    assert result.returncode == 0, result.stderr
    found: dict[str, int] = json.loads(result.stdout)["counts"]
    return found


def test_without_a_terminal_it_sets_up_and_says_so(program: Program, isolated: Path) -> None:
    first = program()
    assert first.returncode == 0, first.stderr
    assert "Made the database" in first.stdout
    assert "predictions" in first.stdout
    database = isolated / ".local/share/forecasts/forecasts.db"
    assert str(database) in first.stdout
    assert database.stat().st_mode & 0o777 == 0o600
    assert list(program.folder.iterdir()) == []
    assert json.loads(program("status", "--json").stdout)["newest"] is True
    second = program()
    assert second.returncode == 0
    assert "nothing was changed" in second.stdout


def test_set_up_again_changes_nothing(program: Program, tmp_path: Path) -> None:
    database = tmp_path / "place" / "f.db"
    first = program("setup", "--database", database)
    assert first.returncode == 0, first.stderr
    before, files = content(database), fingerprint(database.parent)
    second = program("setup", "--database", database)
    assert (second.returncode, second.stderr) == (0, "")
    assert "nothing was changed" in second.stdout
    assert content(database) == before
    assert fingerprint(database.parent) == files
    assert list(files) == ["f.db"]


def test_reference_resolutions_are_asked_for(program: Program, tmp_path: Path) -> None:
    database = tmp_path / "f.db"
    program("setup", "--database", database)
    assert counts(program, database)["resolutions"] == 0
    asked = program("setup", "--with-resolutions", "--database", database)
    assert "resolutions" in asked.stdout
    assert counts(program, database)["resolutions"] > 0
    again = program("setup", "--with-resolutions", "--database", database)
    assert "nothing was changed" in again.stdout


def test_no_seed_and_packs(program: Program, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "a.toml").write_text(
        '[pack]\nformat = 1\nname = "mine"\n[[source]]\nslug = "one"\nname = "One"\nkind = "person"\n'
    )
    database = tmp_path / "f.db"
    assert program("setup", "--no-seed", "--pack", pack, "--database", database).returncode == 0
    assert counts(program, database) | {"sources": 1} == dict.fromkeys(counts(program, database), 0) | {"sources": 1}
    both = program("setup", "--pack", pack, "--database", tmp_path / "g.db")
    assert both.returncode == 0, both.stderr
    assert counts(program, tmp_path / "g.db")["sources"] > 1
    listed = json.loads(program("list", "sources", "--json", "--database", tmp_path / "g.db").stdout)
    assert "one" in [source["slug"] for source in listed]


def test_a_bad_pack_leaves_no_database(program: Program, tmp_path: Path) -> None:
    pack = tmp_path / "bad.toml"
    pack.write_text('[pack]\nformat = 1\nname = "bad"\n[[source]]\nslug = "One!"\nname = "One"\nkind = "person"\n')
    folder = tmp_path / "place"
    folder.mkdir()
    result = program("setup", "--pack", pack, "--database", folder / "f.db")
    assert (result.returncode, result.stdout) == (1, "")
    assert "One!" in result.stderr
    assert list(folder.iterdir()) == []


def test_six_first_starts_at_once(program: Program, tmp_path: Path) -> None:
    database = tmp_path / "place" / "f.db"
    started = [program.start("--database", database) for _ in range(6)]
    ends = [process.communicate(timeout=SECONDS) for process in started]
    assert [process.returncode for process in started] == [0] * 6, ends
    made = [out for out, _ in ends if b"Made the database" in out]
    assert len(made) == 1, ends
    history = json.loads(program("history", "--json", "--database", database).stdout)
    assert [entry["entry"] for entry in history] == [1]
    assert counts(program, database)["predictions"] > 24
    assert list(fingerprint(database.parent)) == ["f.db"]


@contextmanager
def seen(program: Program, stage: str, *arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """The program on a terminal of 100 columns, from the moment at which its progress line names a stage."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    process = program.start(*arguments, stderr=theirs)
    os.close(theirs)
    try:
        shown = b""
        with suppress(OSError):  # the program ended: what it showed is judged below
            while stage.encode() not in shown:
                shown += os.read(ours, 4096)
        assert stage.encode() in shown, shown
        yield process
    finally:
        process.kill()
        process.communicate(timeout=SECONDS)
        os.close(ours)


@pytest.fixture(autouse=True)
def _with_a_terminal_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.parametrize("stage", STAGES)
def test_killed_in_the_middle_leaves_no_half_made_database(program: Program, tmp_path: Path, stage: str) -> None:
    database = tmp_path / "place" / "f.db"
    with seen(program, stage, "setup", "--database", database) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=SECONDS)
    if process.returncode != 0:
        assert process.returncode == -signal.SIGKILL
    if database.exists():  # the kill came when everything was in place
        assert counts(program, database)["predictions"] > 24
    else:
        status = program("status", "--database", database)
        assert (status.returncode, status.stdout) == (1, "")
        assert "There is no database" in status.stderr
    assert all(name == "f.db" or name.startswith(".f.db.new-") for name in fingerprint(database.parent))
    again = program("setup", "--database", database)
    assert again.returncode == 0, again.stderr
    assert counts(program, database)["predictions"] > 24


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
@pytest.mark.parametrize("stage", STAGES[:3])
def test_interrupted_leaves_nothing(program: Program, tmp_path: Path, stage: str, number: int, status: int) -> None:
    database = tmp_path / "place" / "f.db"
    with seen(program, stage, "setup", "--database", database) as process:
        process.send_signal(number)
        out, _ = process.communicate(timeout=SECONDS)
    if process.returncode == 0:  # the signal came when everything was done
        assert counts(program, database)["predictions"] > 24
    else:
        assert (process.returncode, out) == (status, b"")
        assert list(fingerprint(database.parent)) == []


def test_a_load_killed_in_the_middle_changes_nothing(program: Program, tmp_path: Path, seeded_file: Path) -> None:
    pack = tmp_path / "large.toml"
    sources = (f'[[source]]\nslug = "s-{number}"\nname = "S {number}"\nkind = "person"\n' for number in range(3000))
    pack.write_text('[pack]\nformat = 1\nname = "large"\n' + "".join(sources))
    before = content(seeded_file)
    with seen(program, "Storing records", "import", "pack", pack, "--database", seeded_file) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=SECONDS)
    loaded = counts(program, seeded_file)["sources"]
    if loaded < 3000:
        assert content(seeded_file) == before
    again = program("import", "pack", pack, "--database", seeded_file)
    assert again.returncode == 0, again.stderr
    assert counts(program, seeded_file)["sources"] > 3000


def test_the_progress_line_is_taken_away(program: Program, tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    process = program.start("setup", "--database", tmp_path / "f.db", stderr=theirs)
    os.close(theirs)
    shown = b""
    with suppress(OSError), closing(os.fdopen(ours, "rb", buffering=0)) as terminal:
        while piece := terminal.read(4096):
            shown += piece
    process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert b"%" in shown
    assert shown.endswith(b"\r\x1b[K")


def test_there_is_no_progress_line_without_a_terminal(program: Program, tmp_path: Path) -> None:
    assert program("setup", "--database", tmp_path / "f.db").stderr == ""
