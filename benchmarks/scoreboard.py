"""Times the scoreboard of a large ledger against SQLite's GROUP BY, pandas and DuckDB, in turns in one run.

Run: python -m benchmarks.scoreboard [predictions] [rounds] [--growth] [--keep FOLDER]
Everything is a whole process from its start to its last output, measured by what the system says that it used: wall
time, user and system time, and peak memory. The goals are for the wall time, which is what somebody waits; on a busy
machine it says little, and the medians of user and system time, and their ratios, say more. `--growth` adds the table
for ledgers from 10,000 predictions up. pandas and DuckDB (with pyarrow, over Parquet) are skipped where they are not
installed. No process but SQLite's own opens the live file: what the others read is exported first, which is not
counted.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

GOAL, GOAL_AGAIN, GOAL_ADDED, GOAL_MEMORY = 2.0, 0.5, 0.6, 400
ADDED = 1_000

GROUP_BY = """
import sqlite3, sys
connection = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
rows = connection.execute('''
  SELECT s.source_id, CAST(p.probability * 10 AS INTEGER) AS bin, COUNT(*),
    SUM((p.probability - (r.outcome = 'yes')) * (p.probability - (r.outcome = 'yes'))),
    SUM(-LN(MAX(0.001, CASE WHEN r.outcome = 'yes' THEN p.probability ELSE 1 - p.probability END))),
    SUM(r.outcome = 'yes')
  FROM prediction AS p CROSS JOIN prediction_speaker AS s CROSS JOIN resolution AS r
  WHERE s.prediction_id = p.id AND r.question_id = p.question_id AND r.superseded_reason = ''
  GROUP BY s.source_id, bin''').fetchall()
print(len(rows))
"""
PARQUET = """
import sqlite3, sys
import pyarrow as pa
from pyarrow import parquet
rows = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True).execute('''
  SELECT s.source_id, p.question_id, p.probability, r.outcome = 'yes'
  FROM prediction AS p JOIN prediction_speaker AS s ON s.prediction_id = p.id
    JOIN resolution AS r ON r.question_id = p.question_id
  WHERE r.superseded_reason = '' ''').fetchall()
parquet.write_table(pa.table(dict(zip(("source", "question", "probability", "outcome"), zip(*rows)))), sys.argv[2])
"""
PANDAS = """
import sys
import numpy as np, pandas as pd
frame = pd.read_parquet(sys.argv[1])
frame["brier"] = (frame.probability - frame.outcome) ** 2
given = np.where(frame.outcome == 1, frame.probability, 1 - frame.probability)
frame["loss"] = -np.log(np.maximum(given, 0.001))
frame["bin"] = (frame.probability * 10).astype(int)
rows = frame.groupby(["source", "bin"]).agg(
    n=("brier", "size"), brier=("brier", "sum"), loss=("loss", "sum"), happened=("outcome", "sum"))
print(len(rows))
"""
DUCKDB = """
import sys
import duckdb
rows = duckdb.sql(f'''
  SELECT source, CAST(floor(probability * 10) AS INTEGER) AS bin, COUNT(*), SUM((probability - outcome) ** 2),
    SUM(-ln(greatest(0.001, CASE WHEN outcome = 1 THEN probability ELSE 1 - probability END))), SUM(outcome)
  FROM read_parquet('{sys.argv[1]}') GROUP BY source, bin''').fetchall()
print(len(rows))
"""


@dataclass(slots=True)
class Measured:
    """What runs of one program took: seconds of wall, of user and system time, and peak memory in MB."""

    wall: list[float] = field(default_factory=list)
    used: list[float] = field(default_factory=list)
    memory: float = 0.0

    def run(self, words: list[str], environment: dict[str, str]) -> None:
        """Run it once more."""
        start = time.perf_counter()
        process = subprocess.Popen([sys.executable, *words], env=environment, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, words
        self.wall.append(time.perf_counter() - start)
        self.used.append(usage.ru_utime + usage.ru_stime)
        self.memory = max(self.memory, usage.ru_maxrss / 1024)


def measure(folder: Path, predictions: int, rounds: int, *, with_parquet: bool = True) -> dict[str, Measured]:
    """Every program on a ledger of that size, in turns; those that read Parquet only where asked for."""
    path = folder / f"{predictions}.db"
    if not path.exists():
        prepare_apart("build", path, predictions, max(predictions // 100, 1), max(predictions // 20, 1))
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    board = ["-m", "forecasts", "scores", "--by", "speaker", "--json", "--database", str(path)]
    yardsticks = {"SQLite GROUP BY": ["-c", GROUP_BY, str(path)]}
    if with_parquet and importlib.util.find_spec("pyarrow"):
        table = path.with_suffix(".parquet")
        subprocess.run([sys.executable, "-c", PARQUET, str(path), str(table)], check=True)
        yardsticks |= {
            f"{name} over Parquet": ["-c", program, str(table)]
            for name, program in (("pandas", PANDAS), ("duckdb", DUCKDB))
            if importlib.util.find_spec(name)
        }
    names = ("scores, nothing kept", "scores, asked again", f"scores, {ADDED} added", *yardsticks)
    found = {name: Measured() for name in names}
    for _ in range(rounds):
        for name, words in yardsticks.items():
            found[name].run(words, environment)
        path.with_name(f"{path.name}.columns").unlink(missing_ok=True)
        for name in names[:2]:
            found[name].run(board, environment)
        prepare_apart("add_predictions", path, ADDED)
        found[names[2]].run(board, environment)
    return found


def prepare_apart(function: str, path: Path, *sizes: int) -> None:
    """Prepare a ledger in a process of its own: what a process ever used is told of its children too."""
    words = ", ".join(map(str, sizes))
    program = f"import pathlib, benchmarks.ledgers as it; it.{function}(pathlib.Path({str(path)!r}), {words})"
    subprocess.run([sys.executable, "-c", program], check=True)


def table(found: dict[str, Measured]) -> list[str]:
    """The figures as a table in Markdown."""
    floor = found["SQLite GROUP BY"]
    lines = ["| program | wall s | user + system s | ratio (wall) | ratio (user + system) | memory MB |"]
    lines.append("|---|---|---|---|---|---|")
    for name, one in found.items():
        wall, used = statistics.median(one.wall), statistics.median(one.used)
        ratios = wall / statistics.median(floor.wall), used / statistics.median(floor.used)
        lines.append(f"| {name} | {wall:.2f} | {used:.2f} | {ratios[0]:.2f} | {ratios[1]:.2f} | {one.memory:.0f} |")
    return lines


def growth(folder: Path, largest: int, rounds: int) -> list[str]:
    """How time and memory grow from 10,000 predictions to `largest`, by tens."""
    lines = ["| predictions | nothing kept, s | per million | asked again, s | GROUP BY, s | memory MB |"]
    lines.append("|---|---|---|---|---|---|")
    size = 10_000
    while size <= largest:
        found = measure(folder, size, rounds, with_parquet=False)
        first, again, floor = (
            statistics.median(found[name].used)
            for name in ("scores, nothing kept", "scores, asked again", "SQLite GROUP BY")
        )
        memory = found["scores, nothing kept"].memory
        lines.append(
            f"| {size:,} | {first:.2f} | {first / size * 1e6:.2f} | {again:.2f} | {floor:.2f} | {memory:.0f} |"
        )
        size *= 10
    return lines


def main() -> int:
    """Print the tables; the exit status says whether the goals are met."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("predictions", nargs="?", type=int, default=1_000_000)
    parser.add_argument("rounds", nargs="?", type=int, default=3)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--keep", type=Path, help="a folder for the ledgers, used again where they are there")
    chosen = parser.parse_args()
    for name in ("pandas", "duckdb", "pyarrow"):
        if importlib.util.find_spec(name) is None:
            print(f"{name} is not installed: what needs it is skipped")
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print(
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
            f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; "
            f"{chosen.predictions:,} predictions, median of {chosen.rounds}\n"
        )
        found = measure(folder, chosen.predictions, chosen.rounds)
        print("\n".join(table(found)))
        if chosen.growth:
            print("\n" + "\n".join(growth(folder, chosen.predictions, 1)))
        print(f"\nload at the end {os.getloadavg()[0]:.1f}")
    floor = statistics.median(found["SQLite GROUP BY"].wall)
    first, again, added = (statistics.median(one.wall) / floor for one in list(found.values())[:3])
    memory = max(one.memory for one in list(found.values())[:3])
    met = first <= GOAL and again <= GOAL_AGAIN and added <= GOAL_ADDED and memory <= GOAL_MEMORY
    ratios = {"first": round(first, 2), "again": round(again, 2), "added": round(added, 2), "memory": round(memory)}
    print(
        f"{json.dumps(ratios)}: goals {GOAL}, {GOAL_AGAIN}, {GOAL_ADDED}, {GOAL_MEMORY}: {'met' if met else 'missed'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
