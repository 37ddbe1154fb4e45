"""A large table is read and written in batches: the very rows that it gives when it is taken at once."""

from __future__ import annotations

import shutil
import sqlite3
import tracemalloc
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.import_csv import make_table
from forecasts.errors import InvalidInputError
from forecasts.services.check import check_ledger
from forecasts.services.import_records import ImportOptions, import_records
from forecasts.services.ledger import Ledger, open_ledger
from tests.conftest import ANALYST, HeldClock
from tests.imports.documents import SIMPLE
from tests.services.looking import read_body

if TYPE_CHECKING:
    from pathlib import Path

PERCENT = ImportOptions(scale="percent", strict=True)
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


def _in_batches(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr("forecasts.interchange.imports.csv_table.BATCH", rows)
    monkeypatch.setattr("forecasts.services.import_records._MANY", rows)


@pytest.mark.parametrize("text", [SIMPLE.splitlines(keepends=True)[0] + SIMPLE.split("\r\n", 1)[1], RICH])
def test_batches_write_the_same_as_all_at_once(
    twins: list[Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8", newline="")
    at_once = import_records(twins[1], "csv", path, PERCENT)
    _in_batches(monkeypatch, 1)
    in_batches = import_records(twins[0], "csv", path, PERCENT)
    assert in_batches.load == at_once.load
    assert in_batches.read == at_once.read
    assert _rows(twins[0]) == _rows(twins[1])
    assert check_ledger(twins[0]).findings == ()
    again = import_records(twins[0], "csv", path, PERCENT)
    assert (again.load.entry, again.load.conflicts) == (None, ())


def test_many_rows_are_written_the_same_whatever_the_batches(
    twins: list[Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.csv"
    make_table(path, 700, 20, 50)
    at_once = import_records(twins[1], "csv", path, PERCENT)
    _in_batches(monkeypatch, 64)
    told: list[tuple[str, int, int]] = []
    rehearsed = import_records(twins[0], "csv", path, PERCENT, dry_run=True)
    assert (rehearsed.load.entry, rehearsed.load.added["prediction"]) == (None, 700)
    in_batches = import_records(twins[0], "csv", path, PERCENT, progress=lambda *step: told.append(step))
    assert ("Storing", 700, 700) in told
    assert in_batches.load == at_once.load
    assert _rows(twins[0]) == _rows(twins[1])
    assert check_ledger(twins[0]).findings == ()


def test_a_second_table_goes_beside_the_first(
    twins: list[Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    make_table(first, 100, 10, 20)
    second.write_text(RICH, encoding="utf-8", newline="")
    for path in (first, second):
        import_records(twins[1], "csv", path, PERCENT)
    _in_batches(monkeypatch, 2)
    for path in (first, second):
        import_records(twins[0], "csv", path, PERCENT)
    assert _rows(twins[0]) == _rows(twins[1])


def test_what_rows_repeat_is_found_across_batches(
    twins: list[Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.csv"
    rows = "".join(f"Ana,Rain?,{share},2025-01-{day:02},2025-02-01\r\n" for share, day in enumerate(range(1, 10)))
    header = "source,question,probability,made_on,resolves_on\r\n"
    path.write_text(header + rows + rows, encoding="utf-8", newline="")
    _in_batches(monkeypatch, 4)
    report = import_records(twins[0], "csv", path, PERCENT)
    assert report.load.added["prediction"] == 9
    assert [(skipped.count, skipped.examples[0]) for skipped in report.skipped] == [(9, "line 11")]
    before = _rows(twins[0])
    path.write_text(header + rows + rows.replace(",3,", ",33,"), encoding="utf-8", newline="")
    with pytest.raises(InvalidInputError, match="line 5 has another") as refused:
        import_records(twins[0], "csv", path, PERCENT)
    assert [problem.name for problem in refused.value.problems] == ["line 14"]
    assert _rows(twins[0]) == before


def test_predictions_may_restate_what_stands_in_a_later_batch(
    twins: list[Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "prediction,source,question,probability,made_on,resolves_on,restates\r\n"
        "one,Ana,Rain?,50,2025-01-02,2025-02-01,three\r\n"
        "two,Ana,Rain?,60,2025-01-03,,\r\n"
        "three,Ana,Rain?,50,2025-01-01,,\r\n",
        encoding="utf-8",
        newline="",
    )
    _in_batches(monkeypatch, 1)
    assert import_records(twins[0], "csv", path, PERCENT).load.added["prediction"] == 3
    restating = {record.slug: record.restates for record in read_body(twins[0]).predictions}
    assert restating == {"one": "three", "two": "", "three": ""}
    path.write_bytes(path.read_bytes().replace(b",three\r", b",four\r").replace(b"one,", b"five,"))
    with pytest.raises(InvalidInputError) as refused:
        import_records(twins[0], "csv", path, PERCENT)
    assert [(problem.name, problem.field) for problem in refused.value.problems] == [("line 2: five", "restates")]


def test_memory_does_not_grow_with_the_rows(
    twins: list[Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _in_batches(monkeypatch, 200)
    monkeypatch.setattr("forecasts.db.store.BATCH", 200)
    monkeypatch.setattr("forecasts.db.history.BATCH", 200)
    monkeypatch.setattr("forecasts.db.history.IN_MEMORY", 200)

    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.csv"
        make_table(path, rows, 40, 10)
        tracemalloc.start()
        import_records(twins[0], "csv", path, PERCENT, dry_run=True)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(2_000)  # what is imported and kept once
    assert peak(18_000) < 1.3 * peak(6_000)


@pytest.mark.parametrize("is_right", [True, False])
def test_the_cache_is_as_large_as_before_afterwards(
    twins: list[Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_right: bool
) -> None:
    path = tmp_path / "table.csv"
    make_table(path, 50, 5, 5)
    if not is_right:
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write("Source 1,question-1,101,2024-01-01,will,Never.,2024-02-01,,\r\n")
    _in_batches(monkeypatch, 10)

    def cache() -> int:
        with twins[0].read() as connection:
            return int(connection.exec_driver_sql("PRAGMA cache_size").scalar_one())

    before = cache()
    with nullcontext() if is_right else pytest.raises(InvalidInputError):
        import_records(twins[0], "csv", path, PERCENT)
    assert cache() == before
