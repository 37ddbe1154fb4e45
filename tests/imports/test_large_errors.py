"""What is wrong with a large table is told as of a small one, changes nothing, and takes no memory for its rows."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from benchmarks.import_csv import make_table
from forecasts.errors import InvalidInputError
from forecasts.services.import_records import ImportOptions, import_records
from forecasts.services.ledger import Ledger, open_ledger
from tests.cli.places import content
from tests.conftest import ANALYST, HeldClock
from tests.imports.reading import read_csv

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forecasts.errors import Problem

PERCENT = ImportOptions(scale="percent", strict=True)
TAIL = "claim,,,"
WRONG = [
    f"Source 0,question-0,130,2020-01-01,will,{TAIL}",
    f"Source 0,question-0,seventy,2020-01-01,will,{TAIL}",
    f"Source 0,question-0,70,2020-02-31,will,{TAIL}",
    f"Source 0,question-0,70,,will,{TAIL}",
    f",question-0,70,2020-01-01,will,{TAIL}",
    f"Source 0,question-0,70,2020-01-01,{'very ' * 13}likely,{TAIL}",
    "Source 1,question-new,70,2020-01-01,will,claim,2025-01-01,maybe,2025-01-01",
    "Source 0,question-0,70,2020-01-01",
    f'Source 0,question-0,70,2020-01-01,"will,{TAIL}',
]
FIELDS = ["probability", "probability", "made_on", "made_on", "source", "phrase", "outcome", "", ""]


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


@pytest.mark.parametrize(("line", "field"), list(zip(WRONG, FIELDS, strict=True)))
def test_each_is_told_with_its_line(tmp_path: Path, line: str, field: str) -> None:
    found = _told(_table(tmp_path / "table.csv", 40, line))
    assert [(problem.name.partition(":")[0], problem.field) for problem in found] == [("line 42", field)]


def test_all_of_it_is_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    found = _told(_table(tmp_path / "table.csv", 40, *WRONG))
    lines = [int(problem.name.partition(":")[0].removeprefix("line ")) for problem in found]
    assert lines == sorted(lines)
    assert set(lines) == set(range(42, 42 + len(WRONG)))


def _told(path: Path) -> tuple[Problem, ...]:
    with path.open("rb") as file, pytest.raises(InvalidInputError) as refused:
        read_csv(file, path.name, PERCENT, {})
    return refused.value.problems


def test_an_error_on_the_last_line_changes_nothing(ledger: Ledger, empty_file: Path, tmp_path: Path) -> None:
    path = _table(tmp_path / "table.csv", 12_000, WRONG[0])
    before = content(empty_file)
    with pytest.raises(InvalidInputError, match="line 12002") as refused:
        import_records(ledger, "csv", path, PERCENT)
    assert len(refused.value.problems) == 1
    assert content(empty_file) == before


def test_memory_does_not_grow_with_the_rows(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for batch in ("interchange.imports.csv_table.BATCH", "services.import_records._MANY", "db.store.BATCH"):
        monkeypatch.setattr(f"forecasts.{batch}", 100)
    monkeypatch.setattr("forecasts.db.history.IN_MEMORY", 100)

    def peak(rows: int) -> int:
        path = _table(tmp_path / f"{rows}.csv", rows, WRONG[0])
        tracemalloc.start()
        with pytest.raises(InvalidInputError):
            import_records(ledger, "csv", path, PERCENT)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1_000)  # what is imported and kept once
    assert peak(9_000) < 1.3 * peak(3_000)
