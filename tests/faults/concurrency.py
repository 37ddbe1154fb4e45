"""Many processes, each reading a prediction and writing it back: is every unit that was acknowledged there?

    python -m tests.faults.concurrency [ADDRESS] [--processes 8] [--units 500]

ADDRESS is an empty place: a new SQLite file (the default, in a temporary folder) or an empty PostgreSQL database.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from forecasts.db.queries.home import newest_entry
from forecasts.errors import ForecastsError
from forecasts.services.check import check_ledger
from forecasts.services.ledger import open_ledger
from forecasts.services.setup import set_up
from tests.faults.writing import add_counter, count_once, read_counter, start_writer, tell

_MODULE = "tests.faults.concurrency"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was acknowledged to the processes, what was found afterwards, and what went wrong."""

    acknowledged: int
    counted: int
    entries: int
    errors: int
    findings: tuple[str, ...]
    seconds: float
    longest_wait: float

    @property
    def lost(self) -> int:
        """Acknowledged units that are not there."""
        return max(self.acknowledged - self.counted, self.acknowledged - self.entries, 0)


def run(address: str, processes: int, units: int) -> Outcome:
    """So many processes, each with so many units of work, on one new ledger."""
    set_up(address, analyst="founders")
    ledger = open_ledger(address, analyst="founders")
    try:
        add_counter(ledger)
        with ledger.reader() as reader:
            before, _ = newest_entry(reader)
        begun = time.perf_counter()
        writers = [start_writer(_MODULE, address, str(number), str(units)) for number in range(processes)]
        told = [writer.communicate()[0].decode().splitlines() for writer in writers]
        seconds = time.perf_counter() - begun
        with ledger.reader() as reader:
            entries = newest_entry(reader)[0] - before
        findings = tuple(f"{found.area}: {found.what}" for found in check_ledger(ledger).findings)
        lines = [line.split() for lines in told for line in lines]
        return Outcome(
            acknowledged=sum(line[0] != "error" and line[0] != "longest" for line in lines),
            counted=read_counter(ledger),
            entries=entries,
            errors=sum(line[0] == "error" for line in lines) + sum(writer.returncode != 0 for writer in writers),
            findings=findings,
            seconds=seconds,
            longest_wait=max(float(line[1]) for line in lines if line[0] == "longest"),
        )
    finally:
        ledger.close()


def write(address: str, name: str, units: int) -> None:
    """Be one of the processes."""
    ledger = open_ledger(address, analyst=f"writer {name}")
    longest = 0.0
    for number in range(units):
        begun = time.perf_counter()
        try:
            tell(count_once(ledger, f"{name}-{number}"))
        except ForecastsError as error:
            sys.stdout.write(f"error {error.message}\n")
            sys.stdout.flush()
        longest = max(longest, time.perf_counter() - begun)
    sys.stdout.write(f"longest {longest}\n")
    ledger.close()


def main() -> None:
    """Run by hand: prints the figures, and fails where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", nargs="?", default="")
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--units", type=int, default=500)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="forecasts-concurrency-") as folder:
        found = run(given.address or str(Path(folder) / "ledger.db"), given.processes, given.units)
    print(
        f"{given.processes} processes x {given.units} units: {found.acknowledged} acknowledged,"
        f" {found.counted} counted, {found.entries} in the history, {found.lost} lost, {found.errors} errors,"
        f" {len(found.findings)} findings;"
        f" {found.acknowledged / found.seconds:.0f} units a second, longest wait {found.longest_wait:.2f} s"
    )
    assert (found.lost, found.errors, found.findings) == (0, 0, ())
    assert found.acknowledged == found.counted == found.entries == given.processes * given.units


if __name__ == "__main__":
    if sys.argv[1:2] == ["writer"]:
        write(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main()
