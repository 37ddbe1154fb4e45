"""The script of the bundle against the program, on records of every kind that can be made up."""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecasts.domain.intents import LoadPacks
from forecasts.domain.kinds import Role, Which, Wording
from forecasts.domain.scorecards import ScoreFilters
from forecasts.interchange import recompute
from forecasts.interchange.packs import write_pack
from forecasts.services.export import export_bundle
from forecasts.services.ledger import open_ledger
from forecasts.services.load import load_packs
from tests.conftest import ANALYST, HeldClock
from tests.interchange.samples import bodies

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.interchange.record_sets import RecordSet

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
FILTERS = st.builds(
    ScoreFilters,
    by=st.sampled_from(Role),
    which=st.sampled_from(Which),
    wording=st.sampled_from(Wording),
    basis=st.sampled_from(["", "", "standard", "analyst"]),
)


@pytest.fixture(scope="module")
def empty_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from forecasts.services.setup import set_up

    path = tmp_path_factory.mktemp("recount") / "empty.db"
    set_up(str(path), analyst=ANALYST, packs=(), clock=HeldClock())
    return path


@given(body=bodies(), filters=FILTERS)
@settings(max_examples=40, deadline=None, suppress_health_check=_SLOW)
def test_any_record_is_counted_alike(
    body: RecordSet, filters: ScoreFilters, empty_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("case")
    shutil.copy(empty_template, folder / "ledger.db")
    write_pack(body, folder / "pack")
    ledger = open_ledger(str(folder / "ledger.db"), analyst=ANALYST, clock=HeldClock())
    try:
        load_packs(ledger, LoadPacks(paths=(str(folder / "pack"),)))
        export_bundle(ledger, folder / "bundle.zip", filters)
    finally:
        ledger.close()
    with zipfile.ZipFile(folder / "bundle.zip") as archive:
        archive.extractall(folder / "bundle")
    _, found = recompute.differences(folder / "bundle")
    assert found == []
