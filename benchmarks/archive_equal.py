"""Holds a large archive of every kind of question to its database, byte for byte, here and where a worker is killed.

Run: python -m benchmarks.archive_equal [predictions] [--keep FOLDER]
The ledger has options, quantiles, conditions, ladders, variants, references, joint speakers, revisions, restatements.
For every `--by` and `--which`, `scores --json` is asked of the database, of the archive in one process, and of it on a
`dask scheduler` with two workers on this machine; on the first of these runs a worker is killed with SIGKILL while it
has a bucket, and another takes its place for the next. Then every card with every claim as JSON and CSV, and up to
100,000 predictions as HTML, of database and archive. Everything is the real program. What is not the same ends it with
status 1.
"""

from __future__ import annotations

import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from contextlib import ExitStack
from datetime import UTC, datetime
from hashlib import sha256
from itertools import product
from pathlib import Path

from distributed import Client

from benchmarks.archive import Run, run
from forecasts.domain.kinds import Role, Which

PATIENCE = 120
MOST_PAGES = 100_000
BUILD = "import pathlib, benchmarks.ledgers_of_every_kind as it; it.build_of_every_kind(pathlib.Path({!r}), {}, {}, {})"


class Cluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.address = f"tcp://127.0.0.1:{_free_port()}"
        self._start("scheduler", "--port", self.address.rpartition(":")[2])
        self._workers: list[tuple[str, subprocess.Popen[bytes]]] = []
        for _ in range(2):
            self.add_worker()

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        program = str(Path(sys.executable).with_name("dask"))
        alone = ("--host", "127.0.0.1", "--no-dashboard")
        process = subprocess.Popen([program, *words, *alone], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        return process

    def add_worker(self) -> None:
        port = str(_free_port())
        alone = ("--no-nanny", "--nthreads", "1", "--worker-port", port)
        self._workers.append((f"tcp://127.0.0.1:{port}", self._start("worker", self.address, *alone)))
        with Client(self.address, timeout=PATIENCE) as client:
            client.wait_for_workers(len(self._workers), timeout=PATIENCE)

    def kill_a_worker(self) -> None:
        """Kill one as soon as it has a task."""
        address, process = self._workers.pop()
        with Client(self.address, timeout=PATIENCE) as client:
            end = time.monotonic() + PATIENCE
            while not any(client.processing([address]).values()):
                assert time.monotonic() < end, "no task reached the worker"
        process.send_signal(signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def _say(name: str, found: Run) -> None:
    print(f"| {name} | {found.seconds:.1f} | {found.largest:.0f} | {found.together:.0f} |", flush=True)


def _same(name: str, is_same: bool) -> None:
    if not is_same:
        print(f"{name} is not the same.")
        sys.exit(1)


def compare_boards(path: Path, archive: Path) -> None:
    """The board of every view, of the database and of the archive."""
    with ExitStack() as stack:
        cluster = Cluster(stack)
        for at, (by, which) in enumerate(product(Role, Which)):
            view = f"--by {by} --which {which}"
            scores = ("-m", "forecasts", "scores", "--json", "--as-of", "2026-01-01", *view.split())
            of_archive = (*scores, "--archive", str(archive))
            expected = run(*scores, "--database", str(path))
            _say(f"{view}, database", expected)
            found = run(*of_archive)
            _say(f"{view}, archive", found)
            _same(view, found.printed == expected.printed)
            killer = threading.Thread(target=cluster.kill_a_worker)
            if not at:
                killer.start()
            found = run(*of_archive, "--scheduler", cluster.address)
            _say(f"{view}, two workers{'' if at else ', one killed'}", found)
            _same(f"{view} on workers", found.printed == expected.printed)
            if not at:
                killer.join()
                cluster.add_worker()


def compare_cards(path: Path, archive: Path, folder: Path, forms: tuple[str, ...]) -> None:
    """Every card with every claim."""
    for form in forms:
        digests = []
        for name, words in {"database": ("--database", str(path)), "archive": ("--archive", str(archive))}.items():
            output = folder / f"cards-of-{name}"
            asked = ("--format", form, "--output", str(output), "--as-of", "2026-01-01")
            _say(f"cards as {form}, {name}", run("-m", "forecasts", "export", "scorecards", *asked, *words))
            files = sorted(output.iterdir())
            digests.append([(file.name, sha256(file.read_bytes()).hexdigest()) for file in files])
            shutil.rmtree(output)
        _same(f"{form}", digests[0] == digests[1])


def main() -> int:
    """Print what each took."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("predictions", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="a folder for the ledger and the archive")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder, size = chosen.keep or Path(temporary), chosen.predictions
        folder.mkdir(parents=True, exist_ok=True)
        path, archive = folder / f"every-{size}.db", folder / f"every-{size}.archive"
        print(
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
            f"Python {platform.python_version()}; {size:,} predictions\n\n| program | wall s | MB, largest | MB, all |"
        )
        print("|---|---|---|---|")
        if not path.exists():
            run("-c", BUILD.format(str(path), size, max(size // 100, 10), max(size // 20, 100)))
        _say("export archive", run("-m", "forecasts", "export", "archive", str(archive), "--database", str(path)))
        compare_boards(path, archive)
        compare_cards(path, archive, folder, ("json", "csv", *(("html",) if size <= MOST_PAGES else ())))
        print(f"\nAll is the same; load at the end {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
