"""Rows of many buckets are put into one order without being in memory together."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import numpy as np

from forecasts.services.archive_gathered import Gathered

if TYPE_CHECKING:
    from pathlib import Path

_ROW = np.dtype([("order", "i8"), ("bucket", "i8"), ("more", "V48")])


def test_rows_of_all_buckets_are_never_in_memory_together(tmp_path: Path) -> None:
    buckets, count = 48, 50_000
    rows, gathered = np.zeros(count, dtype=_ROW), Gathered(tmp_path, _ROW)
    for bucket in range(buckets):
        rows["order"], rows["bucket"] = np.arange(count) * buckets + bucket, bucket
        gathered.add(rows)
    tracemalloc.start()
    gathered.arrange()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < buckets * rows.nbytes * 0.6
    read = np.concatenate([part["order"] for part in gathered.parts()])
    assert np.array_equal(read, np.arange(buckets * count))
