"""Setting up: whole or not at all, safe to repeat, by four at once, and killed in the middle."""

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

from tests.cli.conftest import SECONDS, Command
from tests.cli.places import content, fingerprint

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Program

STAGES = ("Making the database", "Reading", "Comparing records", "Storing records")


def counts(database: Path) -> dict[str, int]:
    """How many records there are, told by the program."""
    found: dict[str, int] = json.loads(Command(database).done("status", "--json"))["counts"]
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
    second = program()
    assert second.returncode == 0
    assert "nothing was changed" in second.stdout


def test_set_up_again_changes_nothing(program: Program, tmp_path: Path) -> None:
    database = tmp_path / "place" / "f.db"
    first = program("setup", "--database", database)
    assert (first.returncode, first.stderr) == (0, ""), "no progress line without a terminal"
    before, files = content(database), fingerprint(database.parent)
    second = program("setup", "--database", database)
    assert (second.returncode, second.stderr) == (0, "")
    assert "nothing was changed" in second.stdout
    assert content(database) == before
    assert fingerprint(database.parent) == files
    assert list(files) == ["f.db"]


def test_reference_resolutions_are_asked_for(command: Command) -> None:
    assert counts(command.database)["resolutions"] == 0
    assert "resolutions" in command.done("setup", "--with-resolutions")
    assert counts(command.database)["resolutions"] > 0
    assert "nothing was changed" in command.done("setup", "--with-resolutions")


def test_no_seed_and_packs(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "a.toml").write_text(
        '[pack]\nformat = 1\nname = "mine"\n[[source]]\nslug = "one"\nname = "One"\nkind = "person"\n'
    )
    alone = Command(tmp_path / "f.db")
    alone.done("setup", "--no-seed", "--pack", pack)
    assert {name: count for name, count in counts(alone.database).items() if count} == {"sources": 1}
    both = Command(tmp_path / "g.db")
    both.done("setup", "--pack", pack)
    listed = [source["slug"] for source in json.loads(both.done("list", "sources", "--json"))]
    assert "one" in listed
    assert "chan-kung" in listed


def test_a_bad_pack_leaves_no_database(tmp_path: Path) -> None:
    pack = tmp_path / "bad.toml"
    pack.write_text('[pack]\nformat = 1\nname = "bad"\n[[source]]\nslug = "One!"\nname = "One"\nkind = "person"\n')
    folder = tmp_path / "place"
    folder.mkdir()
    assert "One!" in Command(folder / "f.db").refused("setup", "--pack", pack)
    assert list(folder.iterdir()) == []


def test_four_first_starts_at_once(program: Program, tmp_path: Path) -> None:
    database = tmp_path / "place" / "f.db"
    started = [program.start("--database", database) for _ in range(4)]
    ends = [process.communicate(timeout=SECONDS) for process in started]
    assert [process.returncode for process in started] == [0] * 4, ends
    made = [out for out, _ in ends if b"Made the database" in out]
    assert len(made) == 1, ends
    history = json.loads(Command(database).done("history", "--json"))
    assert [entry["entry"] for entry in history] == [1]
    assert counts(database)["predictions"] > 24
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
        assert counts(database)["predictions"] > 24
    else:
        assert "There is no database" in Command(database).refused("status")
    assert all(name == "f.db" or name.startswith(".f.db.new-") for name in fingerprint(database.parent))
    Command(database).done("setup")
    assert counts(database)["predictions"] > 24


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
@pytest.mark.parametrize("stage", STAGES[:3])
def test_interrupted_leaves_nothing(program: Program, tmp_path: Path, stage: str, number: int, status: int) -> None:
    database = tmp_path / "place" / "f.db"
    with seen(program, stage, "setup", "--database", database) as process:
        process.send_signal(number)
        out, _ = process.communicate(timeout=SECONDS)
    if process.returncode == 0:  # the signal came when everything was done
        assert counts(database)["predictions"] > 24
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
    loaded = counts(seeded_file)["sources"]
    if loaded < 3000:
        assert content(seeded_file) == before
    Command(seeded_file).done("import", "pack", pack)
    assert counts(seeded_file)["sources"] > 3000


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
