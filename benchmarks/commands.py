"""Times commands that draw nothing against `python -c "import sqlalchemy"`, in turns in one run.

Run: python benchmarks/commands.py [rounds]
Every command is a process of its own on a new ledger with the seed in it. The goals are ratios of the medians: at most
0.7 for what counts or lists, 1.5 for a page; the best times are printed beside them, because a busy machine lengthens
the medians of all.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FLOOR = "import sqlalchemy"
WORK: dict[str, list[str]] = {
    "python -c pass": ["-c", "pass"],
    FLOOR: ["-c", "import sqlalchemy"],
    "status": ["-m", "forecasts", "status"],
    "status --json": ["-m", "forecasts", "status", "--json"],
    "list predictions": ["-m", "forecasts", "list", "predictions"],
    "list predictions --json": ["-m", "forecasts", "list", "predictions", "--json"],
    "--help": ["-m", "forecasts", "--help"],
    "show question": ["-m", "forecasts", "show", "question", "csto-out-by-2022-01-23"],
    "show source": ["-m", "forecasts", "show", "source", "anbound"],
    "scores --json": ["-m", "forecasts", "scores", "--json"],
}
GOALS = {
    **dict.fromkeys(("status", "status --json", "list predictions", "list predictions --json"), 0.7),
    **dict.fromkeys(("show question", "show source"), 1.5),
}


def timed(words: list[str], environment: dict[str, str]) -> float:
    """The seconds that a process takes from its start to its end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main(rounds: int = 15) -> int:
    """Print every time and its ratio to the floor; the exit status says whether the goal is met."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "FORECASTS_DATABASE": str(Path(folder, "f.db"))}
        timed(["-m", "forecasts", "setup"], environment)
        times: dict[str, list[float]] = {name: [] for name in WORK}
        for _ in range(rounds):
            for name, words in WORK.items():
                times[name].append(timed(words, environment))
    floor, best_floor = statistics.median(times[FLOOR]), min(times[FLOOR])
    print(f"{'command':<26}{'median ms':>10}{'ratio':>8}{'goal':>6}{'best ms':>10}{'ratio':>8}")
    missed = []
    for name, found in times.items():
        median, best, goal = statistics.median(found), min(found), GOALS.get(name)
        missed += [name] if goal and median > goal * floor else []
        ratios = f"{median / floor:>8.2f}{goal or '':>6}{best * 1000:>10.0f}{best / best_floor:>8.2f}"
        print(f"{name:<26}{median * 1000:>10.0f}{ratios}")
    print(f"missed: {', '.join(missed)}" if missed else "every goal met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
