"""Scorecards of an archive are those of the same predictions in a database, to the last bit."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.intents import LoadPacks
from forecasts.domain.kinds import Basis, Role, Which, Wording
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import UnknownRecordError
from forecasts.services import archive_gathered
from forecasts.services.archive import export_archive, fitting_buckets, score_archive
from forecasts.services.load import load_packs
from forecasts.services.scoreboard import in_order, scoreboard_object, scorecard_document
from tests.archive.ledgers import board, named_ledger, write
from tests.scoring.ledger import random_ledger
from tests.services.packs import HAND_COMPUTED

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger

DAY = date(1, 1, 20)
NARROWED = (
    ScoreFilters(standard="icd-203"),
    ScoreFilters(standard="kent-1964", by=Role.AUTHOR),
    ScoreFilters(scenario="csto-mission", wording=Wording.WORST),
    ScoreFilters(basis=Basis.ANALYST, since=date(2022, 1, 9), until=date(2022, 1, 31)),
    ScoreFilters(as_of=date(2022, 2, 1)),
)


@pytest.mark.parametrize(("by", "seed"), zip(Role, (1, 2, 3), strict=True))
def test_generated_ledgers_with_everything(
    by: Role, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = random_ledger(seed, predictions=400, questions=25, sources=7)
    said = tuple(replace(one, article=max(one.article, 0)) for one in ledger.predictions)
    data = named_ledger(replace(ledger, predictions=said).columns())
    write(data, tmp_path / "archive", 4)
    for which in Which:
        for wording in Wording:
            # answers in one part, and in several, a part for each first answer of a bucket
            monkeypatch.setattr(archive_gathered, "AT_ONCE", 1 << 12 if wording is Wording.BEST else 1 << 19)
            expected = in_order(board(data, by.value, which.value, wording.value, DAY.toordinal()))
            filters = ScoreFilters(by=by, which=which, wording=wording)
            found = score_archive(tmp_path / "archive", filters, DAY, with_doubt=True).scorecards
            assert [repr(card) for card in found] == [repr(card) for card in expected], (which, wording)


def test_the_seed_and_the_hand_computed_ledger(resolved_ledger: Ledger, tmp_path: Path) -> None:
    load_packs(resolved_ledger, LoadPacks(paths=(str(HAND_COMPUTED),)))
    folder = tmp_path / "archive"
    count, _ = export_archive(resolved_ledger, folder, buckets=8)
    with resolved_ledger.reader() as reader:
        assert count == reader.value("SELECT COUNT(*) FROM prediction")
    views = [ScoreFilters(by=by, which=which) for by in Role for which in Which]
    for filters in (*views, *NARROWED):
        expected = scorecard_document(resolved_ledger, filters)
        found = score_archive(folder, filters, resolved_ledger.today())
        assert json.dumps(scoreboard_object(found)) == json.dumps(scoreboard_object(expected)), filters
    with pytest.raises(UnknownRecordError, match="csto-mission"):
        score_archive(folder, ScoreFilters(scenario="csto-missio"), resolved_ledger.today())


def test_an_empty_ledger(empty_ledger: Ledger, tmp_path: Path) -> None:
    export_archive(empty_ledger, tmp_path / "archive")
    assert score_archive(tmp_path / "archive", ScoreFilters(), empty_ledger.today()).scorecards == ()


def test_buckets_stay_small() -> None:
    assert [fitting_buckets(count) for count in (0, 1_000_000, 1_100_000, 10_000_000)] == [4, 4, 8, 64]
