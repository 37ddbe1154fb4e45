"""Cards of an archive are, to the last byte, those of the same record in a database."""

from __future__ import annotations

import re
import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.ledgers_of_every_kind import build_of_every_kind
from forecasts.domain.intents import LoadPacks
from forecasts.domain.kinds import Basis, Role, Which, Wording
from forecasts.domain.scorecards import ScoreFilters
from forecasts.services.archive import export_archive, merge_archives
from forecasts.services.export import export_archived, export_scorecards
from forecasts.services.ledger import open_ledger
from forecasts.services.load import load_packs
from tests.conftest import ANALYST
from tests.services.packs import HAND_COMPUTED

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger

DAY = date(2026, 1, 1)
FILTERS = (
    *(ScoreFilters(by=by, as_of=DAY) for by in Role),
    ScoreFilters(which=Which.LAST, wording=Wording.WORST, as_of=date(2022, 2, 1)),
    ScoreFilters(standard="icd-203", as_of=DAY),
    ScoreFilters(by=Role.AUTHOR, basis=Basis.ANALYST, since=date(2022, 1, 9), until=date(2022, 1, 31), as_of=DAY),
)
FORMS = ("csv", "html", "json", "markdown")


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def assert_same(ledger: Ledger, archive: Path, scratch: Path, filters: ScoreFilters, form: str) -> None:
    common: dict[str, Any] = {"form": form, "filters": filters}
    export_scorecards(ledger, output=scratch / "database", **common)
    export_archived(archive, output=scratch / "archive", today=ledger.today(), **common)
    expected, found = files_of(scratch / "database"), files_of(scratch / "archive")
    assert found.keys() == expected.keys()
    for name, content in expected.items():
        assert found[name] == content, name
    shutil.rmtree(scratch)


@pytest.mark.parametrize(("engine", "form"), [*(("sqlite", form) for form in FORMS), ("postgresql", "json")])
def test_the_seed_and_the_hand_computed_ledger(resolved_ledger: Ledger, tmp_path: Path, form: str) -> None:
    load_packs(resolved_ledger, LoadPacks(paths=(str(HAND_COMPUTED),)))
    export_archive(resolved_ledger, tmp_path / "archive", buckets=4)
    for filters in FILTERS:
        assert_same(resolved_ledger, tmp_path / "archive", tmp_path / "scratch", filters, form)


def test_merged_archives(resolved_file: Path, empty_file: Path, tmp_path: Path) -> None:
    both = shutil.copy(resolved_file, tmp_path / "both.db")
    for file, folder, packs in (
        (resolved_file, "first", ()),
        (empty_file, "second", (HAND_COMPUTED,)),
        (both, "", (HAND_COMPUTED,)),
    ):
        ledger = open_ledger(str(file), analyst=ANALYST)
        if packs:
            load_packs(ledger, LoadPacks(paths=tuple(map(str, packs))))
        if folder:
            export_archive(ledger, tmp_path / folder, buckets=4)
            ledger.close()
    merge_archives(tmp_path / "merged", (tmp_path / "first", tmp_path / "second"))
    for form in ("json", "markdown"):
        common: dict[str, Any] = {"form": form, "filters": FILTERS[1]}
        export_scorecards(ledger, output=tmp_path / "of-database", **common)
        export_archived(tmp_path / "merged", output=tmp_path / "archive", today=ledger.today(), **common)
    expected, found = (files_of(tmp_path / name) for name in ("of-database", "archive"))
    assert found.keys() == expected.keys()
    # each ledger has its own receipt, and a ledger that had a pack before does not say whose another pack's sources are
    told = re.compile(rb"forecasts-receipt v1 [^\"`]*|3 sources are of the record hand-computed\.\n\n")
    for name, content in expected.items():
        assert told.sub(b"", found[name]) == told.sub(b"", content), name
    ledger.close()


def test_a_generated_ledger_of_every_kind(tmp_path: Path) -> None:
    build_of_every_kind(tmp_path / "ledger.db", 1500, 12, 100)
    ledger = open_ledger(str(tmp_path / "ledger.db"), analyst=ANALYST)
    export_archive(ledger, tmp_path / "archive", buckets=4)
    for by in Role:
        for which in Which:
            filters = ScoreFilters(by=by, which=which, as_of=DAY)
            assert_same(ledger, tmp_path / "archive", tmp_path / "scratch", filters, "json")
    for form in FORMS:
        assert_same(ledger, tmp_path / "archive", tmp_path / "scratch", FILTERS[3], form)
    ledger.close()
