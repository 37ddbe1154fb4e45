"""Times `import csv` of a large table against a bare `sqlite3` `executemany` of the very rows that it wrote.

Run: python benchmarks/import_csv.py [rows] [sources] [questions]
The defaults are 1,000,000 rows by 1,000 sources on 10,000 questions. The bare run writes every row of every table that
the import wrote, history included, into the same schema by prepared tuples, with indexes and search made after and no
foreign keys; reading them is not timed. The import runs in a process of its own, whose memory is measured, on the table
and on a tenth of it.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from forecasts.db.rescoring import MARKS
from forecasts.db.search import REBUILD, WORDS
from forecasts.services.setup import set_up

BATCH = 50_000
START = date(2019, 1, 1)
IMPORT = """
import resource, sys, time
from pathlib import Path
from forecasts.services.import_records import ImportOptions, import_records
from forecasts.services.ledger import open_ledger
ledger = open_ledger(sys.argv[1], analyst="benchmark")
start, busy = time.perf_counter(), time.process_time()
report = import_records(ledger, "csv", Path(sys.argv[2]), ImportOptions(scale="percent"))
seconds, busy = time.perf_counter() - start, time.process_time() - busy
assert report.load.added["prediction"] == int(sys.argv[3]), report.load
print(seconds, busy, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def make_table(path: Path, rows: int, sources: int, questions: int) -> None:
    """A table as an analyst keeps one: who, what, when, how sure, in which words, and what came of it."""
    numbers = random.Random(20220106)  # noqa: S311 - a table that is always the same
    words = ("will", "is likely to", "may well", "is set to", "will hardly", "cannot")
    outcomes = {at: numbers.choice(("yes", "no")) for at in range(questions)}
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("source,question,probability,made_on,phrase,claim,resolves_on,outcome,known_on\r\n")
        for row in range(rows):
            source, asked = row % sources, row // sources * 7 % questions
            made = START + timedelta(days=(row // sources * 13 + source) % 1400)
            deadline = START + timedelta(days=1500 + asked % 300)
            share, phrase = numbers.randrange(1001) / 10, numbers.choice(words)
            file.write(
                f"Source {source},question-{asked},{share},{made},{phrase},"
                f"Source {source} says that event {asked} {phrase} come about by its day.,{deadline},"
                f"{outcomes[asked]},{deadline}\r\n"
            )


def run_import(database: Path, table: Path, rows: int) -> tuple[float, float, float]:
    """Seconds, seconds of computing, and peak memory in MB of an import in a process of its own."""
    set_up(str(database), analyst="benchmark", packs=())
    command = [sys.executable, "-c", IMPORT, str(database), str(table), str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, busy, memory = (float(number) for number in done.stdout.split())
    return seconds, busy, memory


class Stopwatch:
    """Adds up the time of what is done inside it, by the clock and by the processor."""

    def __init__(self) -> None:
        self.seconds = self.busy = 0.0

    def __enter__(self) -> None:
        self._start = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._start[0]
        self.busy += time.process_time() - self._start[1]


def run_bare(made: Path, target: Path) -> tuple[Stopwatch, int]:
    """What writing the same rows by the bare driver took, and how many there are in all tables."""
    set_up(str(target), analyst="benchmark", packs=())
    watch, written = Stopwatch(), 0
    with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(target, isolation_level=None)) as bare:
        bare.execute("PRAGMA cache_size = -131072")
        names = [name for (name,) in source.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        indexes = bare.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        triggers = bare.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for kind, found in (("INDEX", indexes), ("TRIGGER", triggers)):
            for name, *_ in found:
                bare.execute(f'DROP {kind} "{name}"')
        bare.execute("BEGIN")
        for name in names:
            if name in {"alembic_version", MARKS} or name.startswith(("sqlite_", WORDS)):
                continue
            cursor = source.execute(f'SELECT * FROM "{name}" ORDER BY rowid')
            statement = f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(cursor.description))})'
            while rows := cursor.fetchmany(BATCH):
                with watch:
                    bare.executemany(statement, rows)
                written += len(rows)
        with watch:
            for _, statement in indexes:
                bare.execute(statement)
            bare.execute(REBUILD)
            bare.execute("COMMIT")
    return watch, written


def main() -> None:
    """Run both, and print what they took."""
    rows, sources, questions = (
        int(sys.argv[place]) if len(sys.argv) > place else size
        for place, size in ((1, 1_000_000), (2, 1_000), (3, 10_000))
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table, tenth = folder / "table.csv", folder / "tenth.csv"
        make_table(table, rows, sources, questions)
        make_table(tenth, rows // 10, sources, questions)
        _, _, small = run_import(folder / "tenth.db", tenth, rows // 10)
        seconds, busy, memory = run_import(folder / "import.db", table, rows)
        bare, written = run_bare(folder / "import.db", folder / "bare.db")
        size = table.stat().st_size / 1e6
        print(f"import csv: {rows:,} rows, {size:.0f} MB: {seconds:.1f} s, {busy:.1f} s of computing, {memory:.0f} MB")
        print(f"  of a tenth of the rows: {small:.0f} MB")
        print(f"bare executemany: {written:,} rows: {bare.seconds:.1f} s, {bare.busy:.1f} s of computing")
        print(f"ratio: {seconds / bare.seconds:.2f}, of computing {busy / bare.busy:.2f} (goal: at most 2.0)")


if __name__ == "__main__":
    main()
