"""The terminal UI at a million predictions against a thousand, in a pseudo-terminal, as a user's terminal drives it.

`python benchmarks/terminal.py [--predictions 1000000] [--keys 100] [--json]` makes both ledgers in a temporary folder
and measures in one run: start to first paint (see start.py), a key to the repaint of the table of predictions, the
memory of the program, and the CPU until a filter or another order is first answered. Goals: start at most 1.3 times a
bare Textual program, key to repaint at most 1.3 times, first answers in at most 150 ms where an index can serve.
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
from pathlib import Path
from typing import Any

from benchmarks import start
from benchmarks.ledgers import build
from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.marks import PredictionQuery
from forecasts.services.ledger import Ledger, open_ledger
from forecasts.services.predictions import open_predictions

SMALL = 1_000
KEY_GOAL = 1.3
FIRST_GOAL_MS = 150.0
_SIZE = struct.pack("HHHH", 40, 120, 0, 0)
_PATIENCE = 120.0
_QUIET = 0.05
_AT_FIRST = 512
INDEXED = {
    "by day": PredictionQuery(),
    "by day, newest first": PredictionQuery(descending=True),
    "by who": PredictionQuery(sort="speakers"),
    "by probability": PredictionQuery(sort="probability"),
    "by question": PredictionQuery(sort="question_title"),
    "words that many have": PredictionQuery(text="claim"),
    "words that few have": PredictionQuery(text="12345"),
    "words that none has": PredictionQuery(text="peacekeepers"),
    "one source": PredictionQuery(source="source-7"),
    "one scenario": PredictionQuery(scenario="scenario-3"),
}
SCANNED = {
    "by claim": PredictionQuery(sort="claim"),
    "two letters that none has": PredictionQuery(text="zz"),
    "resolved": PredictionQuery(status=QuestionStatus.RESOLVED),
}


class Terminal:
    """The program in a pseudo-terminal of 120×40."""

    def __init__(self, path: Path) -> None:
        command = [sys.executable, "-c", start.OURS]
        self.child, self.master = pty.fork()
        if self.child == 0:
            os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"})
            os.environ.update({"FORECASTS_DATABASE": str(path), "FORECASTS_ANALYST": "benchmark"})
            fcntl.ioctl(0, termios.TIOCSWINSZ, _SIZE)
            os.execv(command[0], command)  # noqa: S606 - the program that is measured

    def wait_for(self, mark: str) -> None:
        """Read until the program has written it."""
        written, wanted = b"", mark.encode()
        while wanted not in written:
            ready, _, _ = select.select([self.master], [], [], _PATIENCE)
            assert ready, f"{mark!r} was never written"
            written += os.read(self.master, 65_536)
        self.drain()

    def drain(self) -> None:
        """Read until nothing comes."""
        while select.select([self.master], [], [], _QUIET)[0]:
            os.read(self.master, 65_536)

    def press(self, key: str) -> float:
        """Milliseconds from a key until the first byte of the repaint."""
        began = time.perf_counter()
        os.write(self.master, key.encode())
        assert select.select([self.master], [], [], _PATIENCE)[0], f"nothing was painted after {key!r}"
        took = time.perf_counter() - began
        self.drain()
        return took * 1_000

    def memory(self) -> float:
        """Resident memory in MB."""
        status = Path(f"/proc/{self.child}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1_000

    def cpu(self) -> float:
        """Milliseconds of CPU that the program has taken, in all its threads."""
        threads = Path(f"/proc/{self.child}/task").iterdir()
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e6

    def close(self) -> None:
        """End the program."""
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        os.close(self.master)


def drive(path: Path, predictions: int, keys: int) -> dict[str, float]:
    """The median milliseconds of a key in the table of predictions, its CPU, and the memory then."""
    terminal = Terminal(path)
    try:
        terminal.wait_for("questions due")
        os.write(terminal.master, b"4")
        terminal.wait_for(f"{predictions:,} predictions")
        terminal.drain()
        before = terminal.cpu()
        times = [terminal.press("j") for _ in range(keys)]
        cpu = (terminal.cpu() - before) / keys
        return {"key_ms": statistics.median(times), "key_cpu_ms": cpu, "memory_mb": terminal.memory()}
    finally:
        terminal.close()


def first_answer(ledger: Ledger, query: PredictionQuery) -> float:
    """Milliseconds of CPU until the first rows of a query can be shown, the median of three."""
    times = []
    for _ in range(3):
        began = time.process_time()
        open_predictions(ledger, query, _AT_FIRST).rows(0, 64)
        times.append(time.process_time() - began)
    return statistics.median(times) * 1_000


def measure(predictions: int, keys: int, rounds: int) -> dict[str, Any]:
    """Every figure."""
    found: dict[str, Any] = {"start": start.measure(rounds), "predictions": predictions}
    with tempfile.TemporaryDirectory() as folder:
        paths = {SMALL: Path(folder) / "small.db", predictions: Path(folder) / "large.db"}
        for number, path in paths.items():
            build(path, number, max(number // 100, 10), max(number // 20, 50))
            found |= {f"{name}_{number}": value for name, value in drive(path, number, keys).items()}
        found["key_ratio"] = found[f"key_ms_{predictions}"] / found[f"key_ms_{SMALL}"]
        ledger = open_ledger(str(paths[predictions]), analyst="benchmark")
        try:
            first_answer(ledger, PredictionQuery())  # the first call of all also imports
            found["first_ms"] = {name: first_answer(ledger, query) for name, query in (INDEXED | SCANNED).items()}
        finally:
            ledger.close()
    return found


def main() -> int:
    """Measure and print; the exit status says whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--predictions", type=int, default=1_000_000)
    parser.add_argument("--keys", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measure(arguments.predictions, arguments.keys, arguments.rounds)
    if arguments.json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        _print(found)
    answers_in_time = all(found["first_ms"][name] <= FIRST_GOAL_MS for name in INDEXED)
    met = found["start"]["ratio"] <= start.GOAL and found["key_ratio"] <= KEY_GOAL and answers_in_time
    return 0 if met else 1


def _print(found: dict[str, Any]) -> None:
    large = found["predictions"]
    lines = [
        f"start to first paint, against bare Textual    {found['start']['ratio']:8.2f}     goal: at most {start.GOAL}",
        f"key to repaint at {SMALL:,}                     {found[f'key_ms_{SMALL}']:8.1f} ms",
        f"key to repaint at {large:,}                 {found[f'key_ms_{large}']:8.1f} ms",
        f"CPU of a key at {SMALL:,}                       {found[f'key_cpu_ms_{SMALL}']:8.1f} ms",
        f"CPU of a key at {large:,}                   {found[f'key_cpu_ms_{large}']:8.1f} ms",
        f"ratio                                         {found['key_ratio']:8.2f}     goal: at most {KEY_GOAL}",
        f"memory at {SMALL:,}                             {found[f'memory_mb_{SMALL}']:8.0f} MB",
        f"memory at {large:,}                         {found[f'memory_mb_{large}']:8.0f} MB",
        f"first answered, in CPU, at {large:,}:",
    ]
    for name, milliseconds in found["first_ms"].items():
        goal = f"goal: at most {FIRST_GOAL_MS:.0f}" if name in INDEXED else "no index serves"
        lines.append(f"  {name:<43} {milliseconds:8.0f} ms  {goal}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
