"""Columns kept in a file and read again are those that the ledger gives, never older ones."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.ledgers import add_predictions, build
from forecasts.domain.dates import Span
from forecasts.domain.intents import ReopenQuestion, ResolveQuestion
from forecasts.services import column_cache
from forecasts.services.column_cache import cached_columns
from forecasts.services.column_tables import no_predictions
from forecasts.services.columns import LedgerColumns, read_columns
from forecasts.services.ledger import open_ledger
from forecasts.services.resolve import reopen_question, resolve_question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forecasts.db.reader import SqlReader
    from forecasts.services.ledger import Ledger

PREDICTIONS = 400


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("synthetic") / "template.db"
    build(path, PREDICTIONS, 12, 30)
    return path


@pytest.fixture
def place(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(column_cache, "FEWEST", 1)
    path = tmp_path / "ledger.db"
    shutil.copy(template, path)
    return path


@pytest.fixture
def ledger(place: Path) -> Iterator[Ledger]:
    opened = open_ledger(str(place), analyst="tester")
    yield opened
    opened.close()


def _assert_same(one: LedgerColumns, other: LedgerColumns) -> None:
    for table in ("predictions", "questions", "articles", "sources"):
        first, second = getattr(one.columns, table), getattr(other.columns, table)
        for field in fields(first):
            a, b = getattr(first, field.name), getattr(second, field.name)
            assert a.dtype == b.dtype, field.name
            np.testing.assert_array_equal(a, b, err_msg=f"{table}.{field.name}")
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        assert field.name == "columns" or (np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b), field.name


def _fresh(ledger: Ledger) -> LedgerColumns:
    with ledger.snapshot() as moment:
        return read_columns(moment.reader)


def _kept(ledger: Ledger) -> LedgerColumns:
    with ledger.snapshot() as moment:
        return cached_columns(ledger.place, moment.reader)


@pytest.fixture
def whole_readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One element for each time that the whole ledger was read."""
    readings: list[str] = []

    def counted(reader: SqlReader) -> LedgerColumns:
        readings.append("read")
        return read_columns(reader)

    monkeypatch.setattr(column_cache, "read_columns", counted)
    return readings


def test_nothing_is_read_again_where_nothing_changed(ledger: Ledger, place: Path, whole_readings: list[str]) -> None:
    first = _kept(ledger)
    for _ in range(2):
        _assert_same(_kept(ledger), first)
    assert whole_readings == ["read"]
    _assert_same(first, _fresh(ledger))


def test_additions_are_read_and_joined(ledger: Ledger, place: Path, whole_readings: list[str]) -> None:
    _kept(ledger)
    for _ in range(3):
        add_predictions(place, 7)
        _assert_same(_kept(ledger), _fresh(ledger))
    assert whole_readings == ["read"]
    assert _kept(ledger).prediction_keys.size == PREDICTIONS + 21


def test_many_additions_make_the_file_anew(ledger: Ledger, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_cache, "MOST_ADDED", 5)
    _kept(ledger)
    file = place.with_name("ledger.db.columns")
    was = file.stat().st_ino
    add_predictions(place, 5)
    _kept(ledger)
    assert file.stat().st_ino == was
    add_predictions(place, 1)
    _assert_same(_kept(ledger), _fresh(ledger))
    assert file.stat().st_ino != was


def test_additions_that_only_their_slug_puts_in_order(ledger: Ledger, place: Path) -> None:
    _kept(ledger)
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("CREATE TEMP TABLE added AS SELECT * FROM prediction WHERE id = 7")
        for key, slug in ((401, "prediction-0"), (402, "prediction-7a"), (403, "zz")):
            connection.execute("UPDATE added SET id = ?, slug = ?", (key, slug))
            connection.execute("INSERT INTO prediction SELECT * FROM added")
            connection.execute("INSERT INTO prediction_speaker VALUES (?, 1, 3)", (key,))
    found = _kept(ledger)
    rank = found.columns.predictions.slug_rank[[6, 400, 401, 402]].tolist()
    assert rank[1] < rank[0] < rank[2] < rank[3]
    _assert_same(found, _fresh(ledger))


def test_resolving_and_reopening(ledger: Ledger, place: Path, whole_readings: list[str]) -> None:
    before = _kept(ledger)
    reopen_question(ledger, ReopenQuestion(question="question-3", reason="too early"))
    reopened = _kept(ledger)
    assert reopened.columns.questions.state[2] == 0
    _assert_same(reopened, _fresh(ledger))
    known = Span.of(date.fromordinal(int(before.columns.questions.known_on[2])))
    resolve_question(ledger, ResolveQuestion(question="question-3", outcome="yes", known_on=known, note="it did"))
    _assert_same(_kept(ledger), _fresh(ledger))
    assert whole_readings == ["read"]


EDITS = {
    "a number": "UPDATE prediction SET probability = 0.123 WHERE id = 5",
    "a word": "UPDATE prediction SET claim_type = 'possibility' WHERE id = 5",
    "a question": "UPDATE question SET resolves_on = '2025-01-01' WHERE id = 5",
    "an article's day": "UPDATE article SET published_last_on = '2001-01-01', published_first_on = '2001-01-01'",
    "a source": "UPDATE source SET anonymous = 1 WHERE id = 3",
    "a speaker": "UPDATE prediction_speaker SET source_id = source_id % 12 + 1 WHERE prediction_id = 5",
    "a speaker more": "INSERT INTO prediction_speaker SELECT 5, 2, source_id % 12 + 1 FROM prediction_speaker"
    " WHERE prediction_id = 5",
    "a speaker replaced": "INSERT OR REPLACE INTO prediction_speaker SELECT 5, 1, source_id % 12 + 1"
    " FROM prediction_speaker WHERE prediction_id = 5",
    "a condition": "INSERT INTO prediction_condition VALUES (5, 1, 6, 'yes')",
    "a second reading": "INSERT INTO reading (prediction_id, analyst, probability, blind) VALUES (5, 'b', 0.9, 0)",
    "a removal": "DELETE FROM prediction_speaker WHERE prediction_id = 400",
    "the newest replaced": "INSERT OR REPLACE INTO prediction SELECT * FROM (SELECT {columns} FROM prediction"
    " WHERE id = 400)",
    "one in the place of another": "UPDATE OR REPLACE prediction SET slug = 'prediction-6' WHERE id = 5",
    "a resolution": "UPDATE resolution SET superseded_reason = 'no' WHERE question_id = 5",
}


def _edit(place: Path, statement: str) -> None:
    """What another program does, with references and triggers within triggers as SQLite has them by default."""
    with closing(sqlite3.connect(place)) as connection, connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(prediction)")]
        columns = ", ".join("0.77" if name == "probability" else name for name in names)
        connection.execute(statement.format(columns=columns.replace("low,", "0.1,").replace("high,", "0.9,")))


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_changed_behind_the_programs_back(ledger: Ledger, place: Path, edit: str) -> None:
    before = _kept(ledger)
    _edit(place, edit)
    with pytest.raises(AssertionError):
        _assert_same(before, _fresh(ledger))
    _assert_same(_kept(ledger), _fresh(ledger))
    _assert_same(_kept(ledger), _fresh(ledger))


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_changed_behind_its_back_then_by_the_program(ledger: Ledger, place: Path, edit: str) -> None:
    _kept(ledger)
    _edit(place, edit)
    reopen_question(ledger, ReopenQuestion(question="question-3", reason="too early"))
    _assert_same(_kept(ledger), _fresh(ledger))


def test_a_second_program(ledger: Ledger, place: Path) -> None:
    _kept(ledger)
    command = [sys.executable, "-m", "forecasts", "reopen", "question-4", "--reason", "theirs", "--analyst", "other"]
    subprocess.run([*command, "--database", str(place)], check=True, capture_output=True)
    found = _kept(ledger)
    assert found.columns.questions.state[3] == 0
    _assert_same(found, _fresh(ledger))


def test_a_restored_backup(place: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    shutil.copy(place, backup)
    ledger = open_ledger(str(place), analyst="tester")
    reopen_question(ledger, ReopenQuestion(question="question-3", reason="too early"))
    assert _kept(ledger).columns.questions.state[2] == 0
    ledger.close()
    os.replace(backup, place)  # noqa: PTH105 - what restore does
    ledger = open_ledger(str(place), analyst="tester")
    assert _kept(ledger).columns.questions.state[2] == 1
    reopen_question(ledger, ReopenQuestion(question="question-5", reason="another history of the same length"))
    found = _kept(ledger)
    assert found.columns.questions.state[[2, 4]].tolist() == [1, 0]
    _assert_same(found, _fresh(ledger))
    ledger.close()


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "not ours"])
def test_a_damaged_file_is_not_used(ledger: Ledger, place: Path, damage: str) -> None:
    expected = _kept(ledger)
    file = place.with_name("ledger.db.columns")
    data = bytearray(file.read_bytes())
    if damage == "flipped":
        data[-100] ^= 1
    found: dict[str, bytes] = {"cut": bytes(data[:-64]), "flipped": bytes(data), "emptied": b"", "not ours": b"x" * 500}
    file.write_bytes(found[damage])
    _assert_same(_kept(ledger), expected)


def test_where_the_folder_cannot_be_written(ledger: Ledger, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [place.parent / "missing" / "file" / "x", place.parent / "user-cache" / "x"]
    (place.parent / "missing").write_text("a file in the way")
    monkeypatch.setattr(column_cache, "cache_places", lambda _: iter(places))
    first = _kept(ledger)
    assert places[1].stat().st_mode & 0o777 == 0o600
    _assert_same(_kept(ledger), first)


def test_a_small_ledger_keeps_no_file(ledger: Ledger, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_cache, "FEWEST", PREDICTIONS + 1)
    _kept(ledger)
    assert not place.with_name("ledger.db.columns").exists()


def test_numbers_are_read_as_they_are(ledger: Ledger, place: Path) -> None:
    numbers = (0.1 + 0.2, 1e-300, 1.0, 0.0, 2 / 3, 0.123456)
    with closing(sqlite3.connect(place)) as connection, connection:
        for row in enumerate(numbers, start=1):
            connection.execute("UPDATE prediction SET probability = ?2, low = NULL, high = NULL WHERE id = ?1", row)
    _edit(place, "UPDATE prediction SET paragraph = 3000000 WHERE id = 5")
    found = _fresh(ledger).columns.predictions
    assert found.probability[: len(numbers)].tolist() == list(numbers)
    assert np.isnan(found.low[: len(numbers)]).all()
    assert found.paragraph[4] == 3_000_000


def test_keys_of_any_size(ledger: Ledger, place: Path) -> None:
    largest = 2**63 - 1
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("CREATE TEMP TABLE added AS SELECT * FROM prediction WHERE id = 7")
        connection.execute("UPDATE added SET id = ?, slug = 'last', supersedes_id = NULL", (largest,))
        connection.execute("INSERT INTO prediction SELECT * FROM added")
        connection.execute("INSERT INTO prediction_speaker VALUES (?, 1, 3)", (largest,))
    found = _fresh(ledger)
    assert found.prediction_keys[-1] == largest
    assert found.columns.predictions.speaker[-1] == 2


def test_columns_of_no_prediction_hold_what_those_of_any_hold(ledger: Ledger) -> None:
    some, none = _fresh(ledger).columns.predictions, no_predictions()
    for field in fields(some):
        assert getattr(none, field.name).dtype == getattr(some, field.name).dtype, field.name


def test_slugs_order_what_nothing_else_does(ledger: Ledger, place: Path) -> None:
    _edit(place, "UPDATE article SET published_first_on = '2020-01-01', published_last_on = '2020-01-01'")
    _edit(place, "UPDATE prediction SET paragraph = 1, question_id = 1 + id % 3")
    held = _fresh(ledger)
    rank, question = held.columns.predictions.slug_rank, held.columns.predictions.question
    assert sorted(rank.tolist()) == list(range(PREDICTIONS))
    for asked in range(3):
        keys = held.prediction_keys[question == asked]
        by_rank = keys[np.argsort(rank[question == asked])].tolist()
        assert by_rank == sorted(by_rank, key=lambda key: f"prediction-{key}")
