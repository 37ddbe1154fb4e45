"""Start of `forecasts` to its first paint with rows, against a bare Textual program in the same run.

`python benchmarks/start.py [--rounds 15] [--json]` makes a seeded ledger in a temporary folder, starts both programs in
turn in a pseudo-terminal of 120×40, and prints the medians and their ratio. The goal is a ratio of at most 1.3.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from datetime import UTC, datetime
from pathlib import Path

from forecasts.services.overview import due_page
from forecasts.services.setup import set_up

GOAL = 1.3
_SIZE = struct.pack("HHHH", 40, 120, 0, 0)
_PATIENCE = 60.0
_CHUNK = 65_536
_MARK = "ready-to-work"

BARE = f"""
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("{_MARK}")
Bare().run()
"""
OURS = """
import sys
from forecasts.cli.main import run
sys.exit(run())
"""


def first_paint(program: str, mark: str, database: str) -> tuple[float, float]:
    """Milliseconds from the fork until the mark is written, on the clock and of CPU."""
    command = [sys.executable, "-c", program]
    wanted = mark.encode()
    began = time.perf_counter()
    child, master = pty.fork()
    if child == 0:
        os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"})
        os.environ.update({"FORECASTS_DATABASE": database, "FORECASTS_ANALYST": "benchmark"})
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # modules are compiled once, in the first round
        fcntl.ioctl(0, termios.TIOCSWINSZ, _SIZE)
        os.execv(command[0], command)  # noqa: S606 - the program that is measured
    written = b""
    while wanted not in written:
        ready, _, _ = select.select([master], [], [], _PATIENCE)
        assert ready, f"{mark!r} was never written"
        written += os.read(master, _CHUNK)
    wall = time.perf_counter() - began
    ticks = sum(int(field) for field in Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[11:13])
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(master)
    return wall * 1_000, ticks / os.sysconf("SC_CLK_TCK") * 1_000


def measure(rounds: int) -> dict[str, float]:
    """The medians of both programs, and how many times as long ours takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "forecasts.db")
        set_up(path, analyst="benchmark")
        title = due_page(path, today=datetime.now(UTC).date()).due[0].title[:30]
        programs = {
            "bare": (BARE, _MARK),
            "forecasts": (OURS, title),
        }
        walls: dict[str, list[float]] = {name: [] for name in programs}
        cpus: dict[str, list[float]] = {name: [] for name in programs}
        for turn in range(rounds + 1):
            for name, (program, mark) in programs.items():
                wall, cpu = first_paint(program, mark, path)
                if turn:  # the first round warms the caches
                    walls[name].append(wall)
                    cpus[name].append(cpu)
    found = {f"{name}_ms": statistics.median(times) for name, times in walls.items()}
    found.update({f"{name}_cpu_ms": statistics.median(times) for name, times in cpus.items()})
    found["ratio"] = statistics.median(
        ours / bare for ours, bare in zip(walls["forecasts"], walls["bare"], strict=True)
    )
    return found


def main() -> int:
    """Measure and print; the exit status says whether the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measure(arguments.rounds)
    if arguments.json:
        sys.stdout.write(json.dumps({name: round(value, 3) for name, value in found.items()}) + "\n")
    else:
        sys.stdout.write(
            f"bare Textual program   {found['bare_ms']:7.0f} ms  ({found['bare_cpu_ms']:.0f} ms of CPU)\n"
            f"forecasts, with rows   {found['forecasts_ms']:7.0f} ms  ({found['forecasts_cpu_ms']:.0f} ms of CPU)\n"
            f"ratio                  {found['ratio']:7.2f}     goal: at most {GOAL}\n"
        )
    return 0 if found["ratio"] <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
