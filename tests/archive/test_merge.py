"""Archives put together are the archive of a ledger to which the second record was added."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.intents import LoadPacks
from forecasts.domain.kinds import Role
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import InvalidInputError, OutputRefusedError
from forecasts.services.archive import export_archive, merge_archives, score_archive
from forecasts.services.ledger import open_ledger
from forecasts.services.load import load_packs
from forecasts.services.scoreboard import scoreboard_object, scorecard_document
from tests.conftest import ANALYST
from tests.services.packs import HAND_COMPUTED

if TYPE_CHECKING:
    from pathlib import Path


def _exported(file: Path, folder: Path, *packs: Path, buckets: int = 4) -> Path:
    ledger = open_ledger(str(file), analyst=ANALYST)
    if packs:
        load_packs(ledger, LoadPacks(paths=tuple(map(str, packs))))
    export_archive(ledger, folder, buckets=buckets)
    ledger.close()
    return folder


def test_two_records(resolved_file: Path, empty_file: Path, tmp_path: Path) -> None:
    both = tmp_path / "both.db"
    shutil.copy(resolved_file, both)
    first = _exported(resolved_file, tmp_path / "first")
    second = _exported(empty_file, tmp_path / "second", HAND_COMPUTED)
    ledger = open_ledger(str(both), analyst=ANALYST)
    load_packs(ledger, LoadPacks(paths=(str(HAND_COMPUTED),)))
    count, buckets = merge_archives(tmp_path / "merged", (first, second))
    with ledger.reader() as reader:
        assert (count, buckets) == (reader.value("SELECT COUNT(*) FROM prediction"), 4)
    for by in Role:
        expected = scorecard_document(ledger, ScoreFilters(by=by))
        found = score_archive(tmp_path / "merged", ScoreFilters(by=by), ledger.today())
        assert json.dumps(scoreboard_object(found)) == json.dumps(scoreboard_object(expected)), by
    ledger.close()


def test_what_clashes_is_told_and_nothing_written(resolved_file: Path, tmp_path: Path) -> None:
    first = _exported(resolved_file, tmp_path / "first")
    with pytest.raises(InvalidInputError, match=r"Predictions of .*again clash.*anbound"):
        merge_archives(tmp_path / "merged", (first, shutil.copytree(first, tmp_path / "again")))
    more = _exported(resolved_file, tmp_path / "eight", buckets=8)
    with pytest.raises(InvalidInputError, match="eight has 8 buckets"):
        merge_archives(tmp_path / "merged", (first, more))
    assert not (tmp_path / "merged").exists()


def test_an_archive_is_never_merged_over(resolved_file: Path, empty_file: Path, tmp_path: Path) -> None:
    first = _exported(resolved_file, tmp_path / "first")
    second = _exported(empty_file, tmp_path / "second", HAND_COMPUTED)
    before = (first / "archive.json").read_bytes()
    with pytest.raises(OutputRefusedError, match="first is there already"):
        merge_archives(first, (second,))
    assert (first / "archive.json").read_bytes() == before


@pytest.mark.parametrize("table", ["source", "question"])
def test_a_record_that_is_not_the_same_in_both_clashes(empty_file: Path, tmp_path: Path, table: str) -> None:
    other, pack = tmp_path / "other.db", tmp_path / "pack.toml"
    shutil.copy(empty_file, other)
    text = HAND_COMPUTED.read_text(encoding="utf-8")
    changed = {
        "source": ('name = "Ann"', 'name = "Anne"'),
        "question": ("resolves_on = ", "written_on = 2022-01-01\nresolves_on = "),
    }
    before = text.partition("[[prediction]]")[0]
    assert changed[table][0] in before
    pack.write_text(before.replace(*changed[table]), encoding="utf-8")
    first = _exported(empty_file, tmp_path / "first", HAND_COMPUTED)
    second = _exported(other, tmp_path / "second", pack)
    with pytest.raises(InvalidInputError, match=f"{table.capitalize()}s of .*second clash"):
        merge_archives(tmp_path / "merged", (first, second))
    assert not (tmp_path / "merged").exists()
