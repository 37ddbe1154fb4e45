"""Times `export scorecards` of every source, in each form, against the scoreboard of the same ledger.

Run: python -m benchmarks.scorecard_export [predictions] [form …] [--keep FOLDER]
The ledger has a hundredth as many sources and a twentieth as many questions; the forms are json, csv, html and
markdown where none is named. Everything is a whole process; the goal is a ratio of at most 2.0 of user and system time.
"""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import sys
import tempfile
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.scoreboard import Measured, prepare_apart

GOAL = 2.0
FORMS = ("json", "csv", "html", "markdown")
BOARD = "scores --json"


def measure(path: Path, forms: list[str]) -> dict[str, Measured]:
    """The scoreboard and each export once, columns kept by an earlier run in place for all."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(path.parent / "cache")}
    board = ["-m", "forecasts", "scores", "--json", "--database", str(path)]
    Measured().run(board, environment)
    found = {BOARD: Measured()}
    found[BOARD].run(board, environment)
    for form in forms:
        folder = path.parent / form
        words = ["-m", "forecasts", "export", "scorecards", "--format", form, "--output", str(folder)]
        found[form] = Measured()
        found[form].run([*words, "--database", str(path)], environment)
        shutil.rmtree(folder)
    return found


def main() -> int:
    """Print the table; the exit status says whether the goal is met by every form."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("predictions", nargs="?", type=int, default=1_000_000)
    parser.add_argument("forms", nargs="*", default=list(FORMS))
    parser.add_argument("--keep", type=Path, help="a folder for the ledger, used again where it is there")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        path, size = folder / f"{chosen.predictions}.db", chosen.predictions
        if not path.exists():
            prepare_apart("build", path, size, max(size // 100, 1), max(size // 20, 1))
        print(
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
            f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; {size:,} predictions\n"
        )
        found = measure(path, chosen.forms)
    floor = found[BOARD].used[0]
    print("| form | wall s | user + system s | ratio (user + system) | memory MB |\n|---|---|---|---|---|")
    for name, one in found.items():
        print(f"| {name} | {one.wall[0]:.1f} | {one.used[0]:.1f} | {one.used[0] / floor:.2f} | {one.memory:.0f} |")
    return 0 if all(one.used[0] <= GOAL * floor for one in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
