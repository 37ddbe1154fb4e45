"""What is wrong with a large table is told as of a small one, changes nothing, and takes no memory for its rows."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from benchmarks.import_csv import make_table
from forecasts.errors import InvalidInputError
from forecasts.interchange.bodies import NOTHING_KNOWN
from forecasts.interchange.imports.csv_check import refuse_wrong_rows
from forecasts.interchange.imports.csv_predictions import read_csv
from forecasts.services.import_records import ImportOptions, import_records
from forecasts.services.ledger import Ledger, open_ledger
from tests.cli.places import content
from tests.conftest import ANALYST, HeldClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PERCENT = ImportOptions(scale="percent")
TAIL = "claim,2025-01-01,yes,2025-01-01"
WRONG = [
    f"Source 0,question-0,130,2020-01-01,will,{TAIL}",
    f"Source 0,question-0,seventy,2020-01-01,will,{TAIL}",
    f"Source 0,question-0,70,2020-02-31,will,{TAIL}",
    f"Source 0,question-0,70,,will,{TAIL}",
    f",question-0,70,2020-01-01,will,{TAIL}",
    f"Source 0,question-0,70,2020-01-01,{'very ' * 13}likely,{TAIL}",
    "Source 1,question-0,70,2020-01-01,will,claim,2025-01-01,maybe,2025-01-01",
    "Source 0,question-0,70,2020-01-01",
    f'Source 0,question-0,70,2020-01-01,"will,{TAIL}',
]


@pytest.fixture
def ledger(empty_file: Path, clock: HeldClock) -> Iterator[Ledger]:
    found = open_ledger(str(empty_file), analyst=ANALYST, clock=clock)
    yield found
    found.close()


def _table(path: Path, rows: int, *more: str) -> Path:
    make_table(path, rows, 20, 10)
    with path.open("a", encoding="utf-8", newline="") as file:
        file.writelines(f"{line}\r\n" for line in more)
    return path


def _told(path: Path, *, streamed: bool) -> tuple[object, ...]:
    if streamed:
        with pytest.raises(InvalidInputError) as refused:
            refuse_wrong_rows(path, PERCENT, NOTHING_KNOWN, has_predictions=False)
        return refused.value.problems
    with path.open("rb") as file, pytest.raises(InvalidInputError) as refused:
        read_csv(file, path.name, PERCENT)
    return refused.value.problems


@pytest.mark.parametrize("line", WRONG)
def test_it_is_told_as_the_reader_of_every_case_tells_it(tmp_path: Path, line: str) -> None:
    path = _table(tmp_path / "table.csv", 40, line)
    told = _told(path, streamed=True)
    assert told == _told(path, streamed=False)
    assert told


def test_all_of_it_is_told_at_once(tmp_path: Path) -> None:
    path = _table(tmp_path / "table.csv", 40, *WRONG)
    told = _told(path, streamed=True)
    assert set(told) == set(_told(path, streamed=False))
    assert len(told) >= len(WRONG)


def test_a_right_table_passes(tmp_path: Path) -> None:
    refuse_wrong_rows(_table(tmp_path / "t.csv", 40), PERCENT, NOTHING_KNOWN, has_predictions=False)


def test_an_error_on_the_last_line_changes_nothing(ledger: Ledger, empty_file: Path, tmp_path: Path) -> None:
    path = _table(tmp_path / "table.csv", 12_000, WRONG[0])
    before = content(empty_file)
    with pytest.raises(InvalidInputError, match="line 12002") as refused:
        import_records(ledger, "csv", path, PERCENT)
    assert len(refused.value.problems) == 1
    assert content(empty_file) == before


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        path = _table(tmp_path / f"{rows}.csv", rows, WRONG[0])
        tracemalloc.start()
        _told(path, streamed=True)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(500)  # what is imported and kept once
    assert peak(24_000) < 1.3 * peak(8_000)
