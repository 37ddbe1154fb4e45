"""An upgrade to the next release among programs of this one that write, and killed at any statement: old or new?

    python -m tests.faults.upgrading ADDRESS [--rounds 20] [--seed 1]

ADDRESS has a ledger of this revision. What writers acknowledged must be there, and the next release must find the
ledger whole, whether it was upgraded or not.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from forecasts.db.address import NEWEST_REVISION, read_address
from forecasts.db.reader import inspect_address
from forecasts.services.ledger import open_ledger
from tests.faults.writing import Acknowledged, Outcome, add_counter, hear, heard, problems_after, start_writer
from tests.releases.next_release import make_next_release, run_release, start_release

SET_UP = ("-m", "forecasts", "setup", "--no-seed", "--database")
_WRITER = "tests.faults.kill_nine"
_STATEMENTS = 160
_WRITERS = 2


def run(address: str, release: Path, rounds: int, seed: int) -> Outcome:
    """Upgrades that are killed, among writers, and a last one that is not."""
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    ledger = open_ledger(address, analyst="founders")
    add_counter(ledger)
    ledger.close()
    kills = 0
    acknowledged: list[Acknowledged] = []
    problems: list[str] = []
    for number in range(rounds):
        writers = [start_writer(_WRITER, address, f"round{number}by{one}", bufsize=0) for one in range(_WRITERS)]
        for writer in writers:
            acknowledged += hear(writer, 2)
        is_last = number == rounds - 1
        upgrade = start_release(release, *SET_UP, address, fate="" if is_last else str(chance.randrange(_STATEMENTS)))
        _, error = upgrade.communicate(timeout=300)
        kills += upgrade.returncode < 0
        is_new = inspect_address(read_address(address)).revision != NEWEST_REVISION
        for writer in writers:
            if not is_new:
                writer.kill()
            told, _ = writer.communicate(timeout=120)  # one of this release stops by itself where it meets the next
            acknowledged += [heard(line) for line in told.splitlines(keepends=True) if line.endswith(b"\n")]
        if (
            upgrade.returncode > 0 and "locked by another program" not in error
        ):  # told after a long wait, and nothing done
            problems.append(f"round {number}: {error}")
        if is_new:
            checked = run_release(release, "-m", "forecasts", "check", "--database", address)
            problems += [f"round {number}: {checked.stdout}{checked.stderr}"] if checked.returncode else []
            break
        problems += [f"round {number}: {problem}" for problem in problems_after(address, acknowledged)]
    return Outcome(kills, len(acknowledged), (*problems, *_gone(address, release, acknowledged)))


_NEWEST = """
import sys
from forecasts.db.queries.home import newest_entry
from forecasts.services.ledger import open_ledger

with open_ledger(sys.argv[1], analyst="after the fault").reader() as reader:
    print(newest_entry(reader)[0])
"""


def _gone(address: str, release: Path, acknowledged: list[Acknowledged]) -> list[str]:
    done = run_release(release, "-c", _NEWEST, address)
    if done.returncode:
        return [f"the next release cannot open it: {done.stderr}"]
    return [f"entry {one.entry} ({one.token}) is gone" for one in acknowledged if one.entry > int(done.stdout)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(options.address, make_next_release(Path(folder) / "next"), options.rounds, options.seed)
    sys.stdout.write(f"{outcome.kills} kills, {outcome.acknowledged} acknowledged, {len(outcome.problems)} problems\n")
    sys.stdout.writelines(f"{problem}\n" for problem in outcome.problems)
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())
