"""A large plain table is written past the object layer: the very rows that the reader of every case would write."""

from __future__ import annotations

import shutil
import sqlite3
import tracemalloc
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.import_csv import make_table
from forecasts.errors import InvalidInputError
from forecasts.interchange.imports import csv_stream
from forecasts.interchange.imports.csv_plain_cells import NotPlainError
from forecasts.services.check import check_ledger
from forecasts.services.import_records import ImportOptions, import_plain_table, import_records
from forecasts.services.ledger import Ledger, open_ledger
from tests.conftest import ANALYST, HeldClock
from tests.imports.documents import SIMPLE

if TYPE_CHECKING:
    from pathlib import Path

PERCENT = ImportOptions(scale="percent")
HEADER = (
    "prediction,source,question,probability,low,high,made_on,phrase,phrase_about,claim,claim_type,fit,basis,coded_by,"
    "coded_on,note,article,article_title,article_date,resolves_on,outcome,known_on,scenario\r\n"
)
RICH = HEADER + (
    "p-1,Ana,q-1,70,60.5,80,2025-01-01/2025-01-05,will,no,Rain.,forecast,exact,stated,me,2025-02-01,Seen.,a-1,Paper,"
    "2025-01-06,2025-06-01,yes,2025-06-01,Weather\r\n"
    "p-2,Қасым,q-1,10,,,2025-01-02,,,,possibility,,,,,,a-1,,,,,,\r\n"
    ',Ana,q-2,100,,,2025-01-02,,,"Quoted ""here"", with a comma.",,,,,,,,,,2025-06-01,,,\r\n'
    ",Ana,q-2,0.5,,,2025-01-03,,,,announcement,,survey,,,,,,,,,,\r\n"
)


@pytest.fixture
def twins(empty_file: Path, clock: HeldClock) -> Any:
    """Two equal empty ledgers."""
    other = empty_file.with_name("other.db")
    shutil.copy(empty_file, other)
    ledgers = [open_ledger(str(path), analyst=ANALYST, clock=clock) for path in (empty_file, other)]
    yield ledgers
    for ledger in ledgers:
        ledger.close()


def _rows(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    """What is in every table, internal keys replaced by names and places in the history left out."""
    queries = {
        "prediction": "SELECT p.*, q.slug, a.slug, s.slug FROM prediction p JOIN question q ON q.id = question_id"
        " JOIN article a ON a.id = article_id JOIN prediction_speaker ON prediction_id = p.id"
        " JOIN source s ON s.id = source_id ORDER BY p.slug",
        "history_change": 'SELECT kind, name, "before", "after" FROM history_change ORDER BY kind, name',
        "loaded_record": "SELECT kind, name, digest FROM loaded_record ORDER BY kind, name",
        "history_entry": "SELECT id, at, analyst, intent, summary, reason, change_count FROM history_entry",
        "schema": "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name",
    }
    with closing(sqlite3.connect(ledger.address)) as connection:
        connection.row_factory = sqlite3.Row
        found = {name: [dict(row) for row in connection.execute(query)] for name, query in queries.items()}
    for row in found["prediction"]:
        for key in ("id", "question_id", "article_id"):
            row.pop(key)
    return {name: [tuple(row.items()) for row in rows] for name, rows in found.items()}


@pytest.mark.parametrize("text", [SIMPLE.splitlines(keepends=True)[0] + SIMPLE.split("\r\n", 1)[1], RICH])
def test_both_ways_write_the_same(twins: list[Ledger], tmp_path: Path, text: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8", newline="")
    plain = import_plain_table(twins[0], path, PERCENT)
    general = import_records(twins[1], "csv", path, PERCENT)
    assert plain.load == general.load
    assert plain.read == general.read
    assert _rows(twins[0]) == _rows(twins[1])
    assert check_ledger(twins[0]).findings == ()
    again = import_records(twins[0], "csv", path, PERCENT)
    assert (again.load.entry, again.load.conflicts) == (None, ())


def test_many_rows_are_written_the_same_whatever_the_batches(
    twins: list[Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.csv"
    make_table(path, 700, 20, 50)
    monkeypatch.setattr("forecasts.db.bulk.BATCH", 64)
    told: list[tuple[str, int, int]] = []
    rehearsed = import_plain_table(twins[0], path, PERCENT, dry_run=True)
    assert (rehearsed.load.entry, rehearsed.load.added["prediction"]) == (None, 700)
    plain = import_plain_table(twins[0], path, PERCENT, progress=lambda *step: told.append(step))
    assert ("Storing", 700, 700) in told
    assert plain.load == import_records(twins[1], "csv", path, PERCENT).load
    assert _rows(twins[0]) == _rows(twins[1])
    assert check_ledger(twins[0]).findings == ()


def test_a_second_table_goes_beside_the_first(twins: list[Ledger], tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    make_table(first, 100, 10, 20)
    second.write_text(RICH, encoding="utf-8", newline="")
    for path in (first, second):
        import_plain_table(twins[0], path, PERCENT)
        import_records(twins[1], "csv", path, PERCENT)
    assert _rows(twins[0]) == _rows(twins[1])


@pytest.mark.parametrize(
    "rows",
    [
        "Ana,Rain?,700,2025-01-01,2025-02-01,\r\n",
        "Ana,Rain?,50,2025-01-41,2025-02-01,\r\n",
        "Ana; Bo,Rain?,50,2025-01-01,2025-02-01,\r\n",
        "Ana,Rain?,,2025-01-01,2025-02-01,\r\n",
        "Ana,Rain?,50,2025-01-01,2025-02-01,Ж\r\n",
        "Ana,Rain?,50,2025-01-01,2025-02-01,a\x00b\r\n",
        ",Rain?,50,2025-01-01,2025-02-01,\r\n",
        "Ana,Rain?,50,2025-01-01,2025-02-01,\r\n" * 2,
        "Ana,Rain?,50,2025-01-01,2025-02-01\r\n",
        'Ana,Rain?,50,2025-01-01,2025-02-01,"open\r\n',
    ],
)
def test_what_is_not_plain_or_wrong_changes_nothing_and_goes_the_other_way(
    twins: list[Ledger], tmp_path: Path, rows: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("source,question,probability,made_on,resolves_on,claim\r\n" + rows, encoding="utf-8", newline="")
    before = _rows(twins[0])
    with pytest.raises(NotPlainError):
        import_plain_table(twins[0], path, PERCENT)
    assert _rows(twins[0]) == before


def test_a_large_table_with_an_error_on_its_last_line_tells_the_line(
    twins: list[Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.csv"
    make_table(path, 200, 10, 20)
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write("Source 1,question-1,101,2024-01-01,will,Never.,2024-02-01,,\r\n")
    monkeypatch.setattr("forecasts.services.import_records.is_worth_it", lambda _path: True)
    before = _rows(twins[0])
    with pytest.raises(InvalidInputError) as caught:
        import_records(twins[0], "csv", path, PERCENT)
    assert [problem.name for problem in caught.value.problems] == ["line 202"]
    assert _rows(twins[0]) == before


def test_small_tables_are_not_worth_it(tmp_path: Path) -> None:
    small = tmp_path / "small.csv"
    small.write_text(SIMPLE, encoding="utf-8")
    assert not csv_stream.is_worth_it(small)


def test_memory_does_not_grow_with_the_rows(
    twins: list[Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forecasts.db.bulk.BATCH", 200)

    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.csv"
        make_table(path, rows, 40, 10)
        tracemalloc.start()
        import_plain_table(twins[0], path, PERCENT, dry_run=True)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(2_000)  # what is imported and kept once
    assert peak(18_000) < 1.3 * peak(6_000)


@pytest.mark.parametrize("is_right", [True, False])
def test_the_cache_is_as_large_as_before_afterwards(twins: list[Ledger], tmp_path: Path, is_right: bool) -> None:
    path = tmp_path / "table.csv"
    make_table(path, 50, 5, 5)
    if not is_right:
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write("Source 1,question-1,101,2024-01-01,will,Never.,2024-02-01,,\r\n")

    def cache() -> int:
        with twins[0].read() as connection:
            return int(connection.exec_driver_sql("PRAGMA cache_size").scalar_one())

    before = cache()
    with nullcontext() if is_right else pytest.raises(NotPlainError):
        import_plain_table(twins[0], path, PERCENT)
    assert cache() == before
