"""What follows from the records: changed past the program it is found, and `rebuild` makes it anew."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from forecasts.db.address import read_address
from forecasts.db.derived import make_derived
from forecasts.db.engine import Database
from forecasts.domain.scorecards import ScoreFilters
from forecasts.services import column_cache
from forecasts.services.check import check_ledger, rebuild_ledger
from forecasts.services.column_cache import decode, encode
from forecasts.services.scoreboard import open_board
from tests.safety.conftest import opened, tamper

if TYPE_CHECKING:
    from pathlib import Path


def findings(address: str) -> list[tuple[str, str]]:
    """What a check finds."""
    with opened(address) as ledger:
        return [(found.area, found.what) for found in check_ledger(ledger).findings]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM prediction_words", "the index of words"),
        ("UPDATE prediction_words_data SET block = zeroblob(length(block)) WHERE id > 10", "the index of words"),
        ("DELETE FROM prediction_words_docsize WHERE id = 3", "the index of words"),
        ("INSERT INTO prediction_words_config VALUES ('rank', 'bm25(9)')", "the index of words"),
        ("DELETE FROM scoring_mark WHERE part = 'others'", "the marks"),
        ("UPDATE scoring_mark SET mark = x'00'", "the marks"),
        ("INSERT INTO scoring_mark VALUES ('more', randomblob(16))", "the marks"),
        ("UPDATE question SET search_key = 'x' WHERE id = 1", "columns that do not follow"),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"])
def test_what_does_not_follow_from_the_records_is_found_and_made_anew(
    seeded_address: str, statement: str, found: str
) -> None:
    tamper(seeded_address, statement)
    told = findings(seeded_address)
    assert [what for _, what in told if found in what], told
    rebuild_ledger(seeded_address)
    assert findings(seeded_address) == []


def test_a_guard_that_is_gone_and_a_column_that_does_not_follow_are_made_anew(seeded_address: str) -> None:
    on = " ON history_entry" if seeded_address.startswith("postgresql") else ""
    tamper(seeded_address, "UPDATE source SET search_key = 'x'")
    with opened(seeded_address) as ledger:
        ledger.database.write(lambda c: c.exec_driver_sql(f"DROP TRIGGER guard_history_entry_update{on}"))
    assert {area for area, _ in findings(seeded_address)} == {"schema", "content"}
    assert rebuild_ledger(seeded_address)[1] > 10
    assert findings(seeded_address) == []


def kept_beside(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the columns that are kept beside a ledger."""
    monkeypatch.setattr(column_cache, "FEWEST", 0)
    with opened(str(path)) as ledger, open_board(ledger, ScoreFilters()):
        pass
    assert findings(str(path)) == []
    return path.with_name(f"{path.name}.columns")


@pytest.mark.parametrize(("column", "kind"), [("probability", "f8"), ("question", "i2")])
def test_forged_columns_beside_a_ledger_are_found(
    seeded_file: Path, monkeypatch: pytest.MonkeyPatch, column: str, kind: str
) -> None:
    kept = kept_beside(seeded_file, monkeypatch)
    found = decode(np.frombuffer(kept.read_bytes(), dtype=np.uint8))
    assert found is not None
    file, told, held = found
    predictions = held.columns.predictions
    forged = getattr(predictions, column).astype(kind)
    if kind == "f8":
        forged[0] = 0.03
    held = replace(held, columns=replace(held.columns, predictions=replace(predictions, **{column: forged})))
    kept.write_bytes(b"".join(bytes(part) for part in encode(file, told, held)))
    assert [area for area, _ in findings(str(seeded_file))] == ["derived"]
    rebuild_ledger(str(seeded_file))
    assert not kept.exists()
    assert findings(str(seeded_file)) == []


@pytest.mark.parametrize(
    "forged", [{"options": {"999999": ["x"]}}, {"layout": []}, {"fingerprint": {"last": 10**30}}, {"file": 3}]
)
def test_a_broken_file_of_columns_is_no_file(
    seeded_file: Path, monkeypatch: pytest.MonkeyPatch, forged: dict[str, Any]
) -> None:
    kept = kept_beside(seeded_file, monkeypatch)
    stored = kept.read_bytes()
    size = int.from_bytes(stored[:8], "little")
    said = json.loads(stored[8 : 8 + size])
    if "fingerprint" in forged:
        forged = {"fingerprint": said["fingerprint"] | forged["fingerprint"]}
    line = json.dumps(said | forged).encode()
    rest = stored[8 + size + -size % 8 :]
    kept.write_bytes(len(line).to_bytes(8, "little") + line + bytes(-len(line) % 8) + rest)
    with opened(str(seeded_file)) as ledger, open_board(ledger, ScoreFilters()):
        pass
    assert findings(str(seeded_file)) == []


def test_making_it_anew_changes_nothing_where_nothing_is_wrong(seeded_address: str) -> None:
    database = Database(read_address(seeded_address))
    database.write(make_derived)
    database.close()
    assert rebuild_ledger(seeded_address)[1] == 0
    assert findings(seeded_address) == []
