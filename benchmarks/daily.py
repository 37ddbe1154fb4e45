"""CPU time of a day's work on a large ledger, beyond that of a command that does nothing.

Run: python -m benchmarks.daily [predictions] [rounds]
Every command is a process of its own on one made ledger; a round shows a resolved question, adds a prediction to it,
takes that back, and resolves another question anew. The command that does nothing opens the same ledger for writing and
is refused. The goal is at most 0.5 seconds more for each, by the median.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.ledgers import build

GOAL = 0.5
NOTHING = "nothing"
SOURCES = 1_000
QUESTION_SIZE = 20

CLAIM = "--article article-5 --paragraph 3 --phrase likely --speakers source-5 --claim It.happens --probability 0.7"


def work(turn: int) -> dict[str, list[str]]:
    """The commands of one round."""
    asked, other = f"question-{turn + 5}", f"question-{turn + 1005}"
    resolved = "--outcome no --known-on 2025-01-01 --note benchmark --supersede mistake"
    return {
        NOTHING: ["undo", "--entry", "999999"],
        "show a question": ["show", "question", asked],
        "add a prediction": ["add", "prediction", "--question", asked, "--slug", f"daily-{turn}", *CLAIM.split()],
        "undo it": ["undo"],
        "resolve": ["resolve", other, *resolved.split()],
    }


def cpu_seconds(words: list[str], environment: dict[str, str]) -> float:
    """The processor time of a command."""
    command = [sys.executable, "-m", "forecasts", *words]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        told = process.stderr.read().decode()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode and words != work(0)[NOTHING]:
        sys.exit(f"forecasts {' '.join(words)}: {told}")
    return used.ru_utime + used.ru_stime


def main(predictions: int = 300_000, rounds: int = 5) -> int:
    """Print every time and what it is more than nothing; the exit status says whether the goal is met."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "f.db")
        build(path, predictions, SOURCES, max(predictions // QUESTION_SIZE, 1_100))
        environment = {**os.environ, "FORECASTS_DATABASE": str(path)}
        times: dict[str, list[float]] = {name: [] for name in work(0)}
        for turn in range(rounds):
            for name, words in work(turn).items():
                times[name].append(cpu_seconds(words, environment))
    nothing = statistics.median(times[NOTHING])
    print(f"{predictions:,} predictions{'':<8}{'CPU s':>8}{'more':>8}")
    for name, found in times.items():
        print(f"{name:<27}{statistics.median(found):>8.2f}{statistics.median(found) - nothing:>8.2f}")
    worst = max(statistics.median(found) for found in times.values()) - nothing
    print(f"most: {worst:.2f} s more than nothing (goal: at most {GOAL})")
    return 0 if worst <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
