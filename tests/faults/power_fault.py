"""A power failure at random moments of a writing program: is what it acknowledged there, whole, and usable at once?

    python -m tests.faults.power_fault [--points 1000] [--units 60] [--seed 1] [--synchronous FULL] [--journal wal]

The program is run under strace. From its system calls the folder is rebuilt as a power failure could have left it:
what fsync covered is kept; of what came later, each 512-byte sector of a write, each truncation, and each creation,
renaming and removal of a name is kept or dropped at random. Then the ledger is opened by the program itself.
`--journal truncate` is the mode of a network disk, and of a backup that is opened where it lies.
With another `--synchronous` than the program's own the replay must find losses, or it proves nothing.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from forecasts.db import reader
from forecasts.errors import ForecastsError
from forecasts.services.ledger import open_ledger
from forecasts.services.setup import set_up
from tests.faults.writing import Acknowledged, add_counter, heard, problems_after, tell, write_on

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODULE = "tests.faults.power_fault"
_SECTOR = 512
_CALLS = (
    "openat,close,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,fsync,fdatasync,"
    "unlink,unlinkat,rename,renameat,renameat2,link,linkat,dup,dup2,dup3,fcntl"
)
_LINE = re.compile(r"^(?:\d+ +)?(?P<call>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+)", re.DOTALL)
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_THOROUGH_EVERY = 20


@dataclass(slots=True)
class Inode:
    """A file's bytes: what is surely on the disk, and what was done since."""

    durable: bytearray = field(default_factory=bytearray)
    later: list[tuple[int, bytes | None]] = field(default_factory=list)  # offset and bytes; None: cut to that length

    def settle(self) -> None:
        """fsync: all of it is on the disk."""
        for offset, data in self.later:
            _apply(self.durable, offset, data)
        self.later.clear()

    def after_failure(self, chance: random.Random) -> bytearray:
        """The bytes that a power failure could have left."""
        found = bytearray(self.durable)
        for offset, data in self.later:
            if data is None:
                if chance.random() < 0.5:
                    _apply(found, offset, None)
                continue
            begin = 0
            while begin < len(data):
                end = min(len(data), begin + _SECTOR - (offset + begin) % _SECTOR)
                if chance.random() < 0.5:
                    _apply(found, offset + begin, data[begin:end])
                begin = end
        return found


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    content.extend(bytes(max(0, offset + len(data) - len(content))))
    content[offset : offset + len(data)] = data


@dataclass(slots=True)
class Disk:
    """A folder as the program sees it, and what of its names is surely on the disk."""

    folder: str
    names: dict[str, Inode] = field(default_factory=dict)
    durable: dict[str, Inode] = field(default_factory=dict)
    later: list[tuple[str, Inode | None]] = field(default_factory=list)  # a name, and what it stands for (None: gone)
    open: dict[int, Inode | str] = field(default_factory=dict)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    is_set_up: bool = False

    def name(self, name: str, inode: Inode | None) -> None:
        """Give a name to a file, or take it away."""
        if inode is None:
            self.names.pop(name, None)
        else:
            self.names[name] = inode
        self.later.append((name, inode))

    def sync(self, handle: int) -> None:
        """fsync of a file or of the folder."""
        what = self.open.get(handle)
        if isinstance(what, Inode):
            what.settle()
        elif what is not None:
            for name, inode in self.later:
                _name(self.durable, name, inode)
            self.later.clear()

    def after_failure(self, chance: random.Random, target: Path) -> None:
        """Write the folder as a power failure could have left it."""
        names = dict(self.durable)
        for name, inode in self.later:
            if chance.random() < 0.5:
                _name(names, name, inode)
        contents = {id(inode): inode.after_failure(chance) for inode in names.values()}
        for name, inode in names.items():
            (target / name).write_bytes(contents[id(inode)])


def _name(names: dict[str, Inode], name: str, inode: Inode | None) -> None:
    if inode is None:
        names.pop(name, None)
    else:
        names[name] = inode


def replay(trace: Path, folder: Path) -> Iterator[Disk]:
    """The disk after each system call that changed it or acknowledged something."""
    disk = Disk(str(folder))
    with trace.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            found = _LINE.match(line)
            if found and int(found["result"]) >= 0 and _happen(disk, found):
                yield disk


def _texts(arguments: str) -> list[bytes]:
    return [bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(arguments)]


def _inside(disk: Disk, path: bytes) -> str | None:
    text = os.fsdecode(path)
    return text.removeprefix(f"{disk.folder}/") if text.startswith(f"{disk.folder}/") else None


def _happen(disk: Disk, found: re.Match[str]) -> bool:
    call, arguments, result = found["call"], found["arguments"], int(found["result"])
    if call == "openat":
        return _opened(disk, arguments, result)
    if call in ("unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat"):
        return _renamed(disk, call, [_inside(disk, text) for text in _texts(arguments)])
    handle = int(re.match(r"\d+", arguments)[0]) if arguments[:1].isdigit() else -1  # type: ignore[index]
    if call == "write" and handle == 1:
        return _acknowledged(disk, _texts(arguments)[0])
    if handle not in disk.open:
        return False
    if call == "close":
        del disk.open[handle]
        return False
    if call in ("fsync", "fdatasync"):
        disk.sync(handle)
        return True
    inode = disk.open[handle]
    if call == "fcntl" and ("F_DUPFD" not in arguments):
        return False
    if call == "pwrite64" and isinstance(inode, Inode):
        data = _texts(arguments)[0]
        assert len(data) == result, "a short write"
        inode.later.append((int(arguments.rsplit(", ", 1)[1]), data))
        return True
    if call == "ftruncate" and isinstance(inode, Inode):
        inode.later.append((int(arguments.rsplit(", ", 1)[1]), None))
        return True
    msg = f"a call that the replay does not know: {call}({arguments[:80]})"
    raise AssertionError(msg)


def _opened(disk: Disk, arguments: str, handle: int) -> bool:
    path = _texts(arguments)[0]
    disk.open.pop(handle, None)
    if os.fsdecode(path) == disk.folder:
        disk.open[handle] = disk.folder
        return False
    name = _inside(disk, path)
    if name is None or name.endswith("-shm"):  # memory shared by the open programs, made anew after a failure
        return False
    is_new = name not in disk.names
    if is_new:
        disk.name(name, Inode())
    disk.open[handle] = disk.names[name]
    return is_new


def _renamed(disk: Disk, call: str, paths: list[str | None]) -> bool:
    if paths[0] is None or paths[0].endswith("-shm"):
        return False
    inode = disk.names.get(paths[0])
    if call.startswith(("rename", "link")):
        assert paths[1] is not None
        disk.name(paths[1], inode)
    if not call.startswith("link"):
        disk.name(paths[0], None)
    return True


def _acknowledged(disk: Disk, text: bytes) -> bool:
    if text == b"set up\n":
        disk.is_set_up = True
    else:
        disk.acknowledged.append(heard(text))
    return True


@dataclass(slots=True)
class Outcome:
    """At how many points the power failed, and how often what was wrong."""

    calls: int = 0
    points: int = 0
    without_database: int = 0
    acknowledged: int = 0
    failed_points: int = 0
    problems: list[str] = field(default_factory=list)


def run(folder: Path, points: int, units: int, seed: int, synchronous: str = "FULL", journal: str = "wal") -> Outcome:
    """Trace a writer, then fail the power at random points of what it did: a fifth of them while it sets up."""
    watched, trace = folder / "watched", folder / "trace"
    watched.mkdir(mode=0o700)
    command = ["strace", "-f", "-xx", "-s", "1000000", "-e", f"trace={_CALLS}", "-e", "signal=none", "-o", str(trace)]
    command += [sys.executable, "-m", _MODULE, "writer", str(watched / "ledger.db"), str(units), synchronous, journal]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    ready = [disk.is_set_up for disk in replay(trace, watched)]
    outcome = Outcome(calls=len(ready))
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    first = ready.index(True)
    chosen = [chance.randrange(first) for _ in range(points // 5)]
    chosen = sorted(chosen + [chance.randrange(first, len(ready)) for _ in range(points - len(chosen))])
    for place, disk in enumerate(replay(trace, watched)):
        while chosen and chosen[0] == place:
            chosen.pop(0)
            _fail(disk, chance, folder / "rebuilt", outcome)
    return outcome


def _fail(disk: Disk, chance: random.Random, rebuilt: Path, outcome: Outcome) -> None:
    shutil.rmtree(rebuilt, ignore_errors=True)
    rebuilt.mkdir(mode=0o700)
    disk.after_failure(chance, rebuilt)
    outcome.points += 1
    outcome.acknowledged = max(outcome.acknowledged, len(disk.acknowledged))
    database = rebuilt / "ledger.db"
    if not database.exists():
        outcome.without_database += 1
        if disk.is_set_up:
            outcome.failed_points += 1
            outcome.problems.append("the database that was set up is gone")
        return
    is_thorough = outcome.points % _THOROUGH_EVERY == 0
    try:
        found = problems_after(str(database), disk.acknowledged, is_thorough=is_thorough)
    except ForecastsError as error:
        found = [error.message]
    outcome.failed_points += bool(found)
    outcome.problems += [f"after {len(disk.acknowledged)} acknowledged: {problem}" for problem in found]


def write(address: str, units: int, synchronous: str, journal: str) -> None:
    """Be the program under strace: set up, say so, then write and say so."""
    reader.GUARDS["synchronous"] = synchronous
    set_up(address, analyst="founders")
    with closing(sqlite3.connect(address, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute(f"PRAGMA journal_mode = {journal}")
    os.write(1, b"set up\n")
    ledger = open_ledger(address, analyst="traced")
    add_counter(ledger)
    for done, acknowledged in enumerate(write_on(ledger, "traced"), start=1):
        tell(acknowledged)
        if done == units:
            break
    ledger.close()


def main() -> None:
    """Run by hand: prints the figures, and fails where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--units", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--synchronous", default="FULL")
    parser.add_argument("--journal", default="wal", choices=("wal", "truncate"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="forecasts-power-") as folder:
        found = run(Path(folder), given.points, given.units, given.seed, given.synchronous, given.journal)
    print(
        f"{found.points} points in {found.calls} calls, {found.acknowledged} acknowledged intents;"
        f" before the first set-up was done: {found.without_database} without a database;"
        f" something was lost or wrong at {found.failed_points}"
    )
    print("\n".join(found.problems[:20]))
    assert not found.problems


if __name__ == "__main__":
    if sys.argv[1:2] == ["writer"]:
        write(sys.argv[2], int(sys.argv[3]), *sys.argv[4:6])
    else:
        main()
