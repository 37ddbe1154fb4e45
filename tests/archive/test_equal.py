"""Scorecards of an archive are those of the same predictions in a database, to the last bit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.kinds import Role, Which, Wording
from forecasts.domain.scorecards import ScoreFilters
from forecasts.services import archive_scores
from forecasts.services.archive_scores import archive_scorecards
from forecasts.services.scoreboard import in_order
from tests.archive.ledgers import board, named_ledger, write
from tests.scoring.ledger import random_ledger

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(1, 1, 20)


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
            monkeypatch.setattr(archive_scores, "AT_ONCE", 1 << 12 if seed % 2 else 1 << 19)
            expected = in_order(board(data, by.value, which.value, wording.value, DAY.toordinal()))
            filters = ScoreFilters(by=by, which=which, wording=wording)
            found = archive_scorecards(tmp_path / "archive", filters, DAY).scorecards
            assert [repr(card) for card in found] == [repr(card) for card in expected], (which, wording)
