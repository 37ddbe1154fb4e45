"""Times `export scorecards` of every source, in each form, against the scoreboard of the same ledger.

Run: python -m benchmarks.scorecard_export [predictions] [form …] [--keep FOLDER]
The ledger has a hundredth as many sources and a twentieth as many questions; the forms are json, csv, html and
markdown where none is named. Everything is a whole process. The goals for JSON and CSV are a ratio of at most 3.0 of
user and system time to the scoreboard with nothing kept, and at most 400 MB; HTML may take 100 MB more than one card.
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

GOAL, GOAL_MEMORY, GOAL_MORE_THAN_ONE = 3.0, 400, 100
FORMS = ("json", "csv", "html", "markdown")
BOARD, AGAIN, ONE_CARD = "scores --json, nothing kept", "scores --json, asked again", "html, one card"


def measure(path: Path, forms: list[str]) -> dict[str, Measured]:
    """The scoreboard with nothing kept and again, and each export once, columns kept by then in place for all."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(path.parent / "cache")}
    board = ["-m", "forecasts", "scores", "--json", "--database", str(path)]
    path.with_name(f"{path.name}.columns").unlink(missing_ok=True)
    found = {BOARD: Measured(), AGAIN: Measured()}
    for name in found:
        found[name].run(board, environment)
    for form in [*forms, *([ONE_CARD] if "html" in forms else [])]:
        folder = path.parent / form
        words = ["-m", "forecasts", "export", "scorecards", "--format", form.split(",")[0], "--output", str(folder)]
        words += ["--source", "source-1"] if form == ONE_CARD else []
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
    met = all(
        found[form].used[0] <= GOAL * floor and found[form].memory <= GOAL_MEMORY
        for form in ("json", "csv")
        if form in found
    )
    if ONE_CARD in found:
        met &= found["html"].memory <= found[ONE_CARD].memory + GOAL_MORE_THAN_ONE
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
