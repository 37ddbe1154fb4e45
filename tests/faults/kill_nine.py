"""A writing process killed with SIGKILL at random moments: is what it acknowledged there, whole, and usable at once?

python -m tests.faults.kill_nine [ADDRESS] [--rounds 50] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import select
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from forecasts.services.ledger import open_ledger
from forecasts.services.setup import set_up
from tests.faults.writing import Outcome, add_counter, heard, problems_after, start_writer, write_and_tell

if TYPE_CHECKING:
    from tests.faults.writing import Acknowledged

_MODULE = "tests.faults.kill_nine"
_MOST_HEARD = 30
_LONGEST_WAIT = 0.03


def run(address: str, rounds: int, seed: int) -> Outcome:
    """Kill a writer so many times on one ledger, and look at it after each."""
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    set_up(address, analyst="founders")
    ledger = open_ledger(address, analyst="founders")
    add_counter(ledger)
    ledger.close()
    acknowledged: list[Acknowledged] = []
    problems: list[str] = []
    for number in range(rounds):
        acknowledged += _killed(address, f"round{number}", chance)
        problems += [f"round {number}: {problem}" for problem in problems_after(address, acknowledged)]
        again = set_up(address, analyst="founders", packs=())
        if again.created or again.backup:
            problems.append(f"round {number}: the next start had to do something")
    return Outcome(rounds, len(acknowledged), tuple(problems))


def _killed(address: str, name: str, chance: random.Random) -> list[Acknowledged]:
    """Start a writer, let it acknowledge a few intents, kill it a moment later; returns what it acknowledged."""
    writer = start_writer(_MODULE, address, name, bufsize=0)
    assert writer.stdout is not None
    told = b""
    enough = chance.randint(1, _MOST_HEARD)
    while told.count(b"\n") < enough:
        piece = writer.stdout.read(4096)
        assert piece, "the writer stopped by itself"
        told += piece
    if select.select([writer.stdout], [], [], chance.uniform(0, _LONGEST_WAIT))[0] and chance.random() < 0.5:
        told += writer.stdout.read(4096)
    writer.kill()
    told += writer.stdout.read()
    writer.stdout.close()
    writer.wait()
    return [heard(line) for line in told.splitlines()]


def main() -> None:
    """Run by hand: prints the figures, and fails where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", nargs="?", default="")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="forecasts-kill-") as folder:
        found = run(given.address or str(Path(folder) / "ledger.db"), given.rounds, given.seed)
    print(f"{found.kills} kills, {found.acknowledged} acknowledged intents, {len(found.problems)} problems")
    print("\n".join(found.problems))
    assert not found.problems


if __name__ == "__main__":
    if sys.argv[1:2] == ["writer"]:
        write_and_tell(sys.argv[2], sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 1_000_000)
    else:
        main()
