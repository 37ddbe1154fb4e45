"""Small runs of the programs in tests/faults, so that they stay right; their figures come from long runs by hand."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.faults import concurrency, power_fault
from tests.faults.power_fault import Disk, Inode

if TYPE_CHECKING:
    from pathlib import Path

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def test_processes_that_write_at_once_lose_nothing(new_address: str) -> None:
    outcome = concurrency.run(new_address, processes=2, units=20)
    assert (outcome.acknowledged, outcome.counted, outcome.entries) == (40, 40, 40)
    assert (outcome.lost, outcome.errors, outcome.findings) == (0, 0, ())


@needs_strace
@pytest.mark.parametrize("journal", ["wal", "truncate"])
def test_power_failures_lose_nothing_that_was_acknowledged(tmp_path: Path, journal: str) -> None:
    outcome = power_fault.run(tmp_path, points=20, units=6, seed=5, journal=journal)
    assert outcome.problems == []
    assert outcome.points == 20
    assert outcome.acknowledged >= 5


@needs_strace
def test_the_replay_finds_what_a_weaker_setting_loses(tmp_path: Path) -> None:
    outcome = power_fault.run(tmp_path, points=10, units=6, seed=5, synchronous="NORMAL")
    assert outcome.failed_points > 2
    assert any("is gone" in problem for problem in outcome.problems)


def test_what_was_synced_is_kept_and_the_rest_by_sectors() -> None:
    inode = Inode()
    inode.later.append((0, b"a" * 1024))
    inode.settle()
    inode.later.append((256, b"b" * 1024))
    inode.later.append((700, None))
    chance = random.Random(1)  # noqa: S311 - moments, not secrets
    found = {bytes(inode.after_failure(chance)) for _ in range(200)}
    assert len(found) > 8
    assert all(content[:256] == b"a" * 256 for content in found)
    assert {content[256:512] for content in found} == {b"a" * 256, b"b" * 256}
    assert {len(content) for content in found} == {700, 1024, 1280}


def test_a_name_that_was_not_synced_can_be_gone(tmp_path: Path) -> None:
    disk = Disk("/folder")
    disk.open[3] = disk.folder
    disk.name("kept", Inode())
    disk.sync(3)
    disk.name("new", Inode())
    seen = set()
    for number in range(40):
        target = tmp_path / str(number)
        target.mkdir()
        disk.after_failure(random.Random(number), target)  # noqa: S311 - moments, not secrets
        seen.add(tuple(sorted(path.name for path in target.iterdir())))
    assert seen == {("kept",), ("kept", "new")}
