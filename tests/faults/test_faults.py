"""The fault programs on a small scale, on both engines; by hand they are run with more of everything."""

from __future__ import annotations

from tests.faults import concurrency, kill_nine


def test_eight_processes_lose_no_update(new_address: str) -> None:
    outcome = concurrency.run(new_address, processes=8, units=50)
    assert (outcome.acknowledged, outcome.counted, outcome.entries) == (400, 400, 400)
    assert (outcome.lost, outcome.errors, outcome.findings) == (0, 0, ())


def test_killed_writers_leave_what_they_acknowledged_and_nothing_half_done(new_address: str) -> None:
    outcome = kill_nine.run(new_address, rounds=3, seed=7)
    assert outcome.kills == 3
    assert outcome.acknowledged >= 3
    assert outcome.problems == ()
