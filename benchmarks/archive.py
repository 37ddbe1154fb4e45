"""Times an archive: written, scored in this process and on two workers, beside the same kernel in one go and DuckDB.

Run: python -m benchmarks.archive [predictions] [--generated] [--growth] [--keep FOLDER]
Everything is a whole process from its start to its last output: wall time, and the most memory that it and those it
started had, each alone and all together. The yardsticks read the archive's own files: the kernel of `scores` over all
buckets at once, and DuckDB's GROUP BY with the mean Brier score of each source. What is printed is compared: here, on
workers, all at once and (up to a million predictions) from the database, byte for byte. `--generated` makes the archive
without a database, of questions of every kind; `--growth` begins with a tenth of the predictions. The goals: at most
500 MB in process, and a time that grows by at most a tenth more than the predictions.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil

from benchmarks.scoreboard import prepare_apart
from benchmarks.scoring_columns import synthetic
from forecasts.services.archive import AT_ONCE, Holders, Spread, fitting_buckets, write_others
from forecasts.services.archive_files import bucket_of, written_archive
from forecasts.services.archive_tables import Named
from forecasts.services.column_tables import no_predictions
from forecasts.services.columns import LedgerColumns
from forecasts.services.scoreboard import FORMULA_VERSION

if TYPE_CHECKING:
    from forecasts.scoring import Columns

GOAL_MEMORY, GOAL_GROWTH = 500, 1.1
SOURCES, PER_QUESTION = 20_000, 20
_MOST_COMPARED = 1_000_000

KERNEL = """
import sys
from datetime import date
from pathlib import Path
import numpy as np
import pyarrow as pa
from forecasts.cli.output import print_json
from forecasts.domain.scorecards import ScorecardDocument, ScoreFilters
from forecasts.scoring import scorecards
from forecasts.services.archive_files import TABLES, claims_file, open_archive
from forecasts.services.archive_tables import read_claims, read_others
from forecasts.services.card_figures import beside_of, scorecards_of
from forecasts.services.scoreboard import FORMULA_VERSION, in_order, scoreboard_object, used_filters
archive = open_archive(Path(sys.argv[1]))
data = read_others(*(archive.table(f"{name}.parquet") for name in TABLES[:4]))
parts = [archive.table(claims_file("speaker", bucket)) for bucket in range(archive.manifest.buckets)]
table = pa.concat_tables(part.filter(part.column("is_first_copy")) for part in parts).unify_dictionaries()
del parts
data, _ = read_claims(table, data, "speaker")
del table
filters = used_filters(ScoreFilters(as_of=date(2026, 1, 1)), date(2026, 1, 1))
cards = scorecards(data.columns, as_of=filters.as_of.toordinal())
beside = beside_of(data, cards, np.zeros(0, dtype=np.int64), None)
found = in_order(scorecards_of(data, cards, np.flatnonzero(cards.predictions), beside))
print_json(scoreboard_object(ScorecardDocument(formula_version=FORMULA_VERSION, filters=filters, scorecards=found)))
"""
DUCKDB = """
import sys
import duckdb
rows = duckdb.sql(f'''
  SELECT source, COUNT(*), AVG((probability - outcome) ** 2)
  FROM (SELECT unnest(sources) AS source, question, probability
        FROM read_parquet('{sys.argv[1]}/claims/by-speaker/*.parquet') WHERE is_first_copy)
    JOIN read_parquet('{sys.argv[1]}/resolutions.parquet') USING (question)
  GROUP BY source''').fetchall()
print(len(rows))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run took: seconds, and MB of the largest process and of all together; and what it printed."""

    seconds: float
    largest: float
    together: float
    printed: bytes


def run(*words: str) -> Run:
    """Run a program of this Python once."""
    start, most = time.perf_counter(), [0.0, 0.0]
    with subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE) as process:
        is_over = threading.Event()
        watch = threading.Thread(target=_watch, args=(psutil.Process(process.pid), most, is_over))
        watch.start()
        printed, _ = process.communicate()
        is_over.set()
        watch.join()
    assert process.returncode == 0, words
    return Run(time.perf_counter() - start, most[0], most[1], printed)


def _watch(process: psutil.Process, most: list[float], is_over: threading.Event) -> None:
    while not is_over.wait(0.05):
        sizes = []
        try:
            for one in (process, *process.children(recursive=True)):
                sizes.append(one.memory_info().rss / 2**20)
        except psutil.Error:
            continue
        most[:] = max(most[0], *sizes), max(most[1], sum(sizes))


def generate(folder: Path, predictions: int, sources: int, questions: int) -> None:
    """An archive of questions of every kind, written a part after another as the export does."""
    data = _named(synthetic(1, sources, questions))
    table, nobody = no_predictions(), np.zeros(0, dtype=np.int64)
    buckets, starts = fitting_buckets(predictions), range(0, predictions, AT_ONCE)
    bucket = np.array([bucket_of(slug, buckets) for slug, _, _ in data.sources])
    with written_archive(folder, buckets) as writer:
        write_others(writer, data, bucket, ())
        for seed, start in enumerate(starts):
            part = synthetic(min(AT_ONCE, predictions - start), sources, questions, seed)
            said = replace(part.predictions, supersedes=np.full(len(part.predictions), -1, dtype=np.int32))
            held = Holders(table.speaker_start, table.speaker, table.article)
            count = len(said)
            number = np.arange(start + 1, start + count + 1)
            names = [f"prediction-{key}" for key in number.tolist()]
            texts = [f"article-{seed}-{at}" for at in said.article.tolist()], [""] * count, [False] * count
            spread = Spread(writer, bucket, part.articles, nobody, nobody, held)
            spread.add(said, Named(number, nobody, np.where(said.restates >= 0, number, 0), names, *texts))
        writer.finish(FORMULA_VERSION, (), predictions)


def _named(columns: Columns) -> LedgerColumns:
    asked, nobody = columns.questions, np.zeros(0, dtype=np.int64)
    options = zip(asked.kind.tolist(), asked.option_count.tolist(), strict=True)
    return LedgerColumns(
        columns,
        sources=tuple((f"source-{at}", f"Source {at}", "person") for at in range(len(columns.sources))),
        scenarios=tuple(f"scenario-{at}" for at in range(500)),
        questions=tuple(f"question-{at}" for at in range(len(asked))),
        options=tuple(tuple(f"option {at}" for at in range(count)) if kind else () for kind, count in options),
        units=tuple("0123456789"),
        references=("base rate",),
        phrases=(),
        prediction_keys=nobody,
        source_keys=nobody,
        article_keys=nobody,
        question_keys=nobody,
    )


def measure(folder: Path, predictions: int, *, is_generated: bool) -> dict[str, Run]:
    """Every program on a ledger of that size."""
    path, archive = folder / f"{predictions}.db", folder / f"{predictions}.archive"
    sizes = predictions, min(SOURCES, predictions // 50), predictions // PER_QUESTION
    if not is_generated and not path.exists():
        prepare_apart("build", path, *sizes)
    export = ("-m", "forecasts", "export", "archive", str(archive), "--database", str(path))
    generated = f"import pathlib, benchmarks.archive as it; it.generate(pathlib.Path({str(archive)!r}), *{sizes})"
    scores = ("-m", "forecasts", "scores", "--json", "--as-of", "2026-01-01")
    found = {
        **({"writing, generated": run("-c", generated)} if is_generated else {"export archive": run(*export)}),
        "scores, in process": run(*scores, "--archive", str(archive)),
        "scores, two workers": run(*scores, "--archive", str(archive), "--workers", "2"),
        "the kernel over all at once": run("-c", KERNEL, str(archive)),
        "DuckDB GROUP BY": run("-c", DUCKDB, str(archive)),
    }
    expected = found["scores, in process"].printed
    assert found["scores, two workers"].printed == expected
    assert found["the kernel over all at once"].printed == expected
    if not is_generated and predictions <= _MOST_COMPARED:
        assert run(*scores, "--database", str(path)).printed == expected
    return found


def main() -> int:
    """Print the tables; the exit status says whether the goals are met."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("predictions", nargs="?", type=int, default=10_000_000)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--generated", action="store_true")
    parser.add_argument("--keep", type=Path, help="a folder for ledgers and archives; ledgers are used again")
    chosen = parser.parse_args()
    is_met = True
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print(
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
            f"Python {platform.python_version()}\n"
        )
        per_million: dict[str, list[float]] = {}
        for size in (chosen.predictions // 10, chosen.predictions) if chosen.growth else (chosen.predictions,):
            print(f"{size:,} predictions\n\n| program | wall s | s per million | MB, largest | MB, all |")
            print("|---|---|---|---|---|")
            for name, one in measure(folder, size, is_generated=chosen.generated).items():
                per_million.setdefault(name, []).append(one.seconds / size * 1e6)
                rate = per_million[name][-1]
                print(
                    f"| {name} | {one.seconds:.1f} | {rate:.2f} | {one.largest:.0f} | {one.together:.0f} |", flush=True
                )
                is_met &= name != "scores, in process" or one.largest <= GOAL_MEMORY
            print(f"\nload at the end {os.getloadavg()[0]:.1f}\n")
        growth = per_million["scores, in process"]
        is_met &= growth[-1] <= GOAL_GROWTH * growth[0]
    print(f"goals {GOAL_MEMORY} MB in process, growth {GOAL_GROWTH}: {'met' if is_met else 'missed'}")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
