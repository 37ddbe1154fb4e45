"""Writing a ledger as a pack and loading it into an empty one gives the same ledger, and the same bytes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pendulum
import pytest
from hypothesis import HealthCheck, given, settings

from forecasts.domain.intents import LoadPacks
from forecasts.errors import InvalidInputError
from forecasts.interchange.packs import write_pack
from forecasts.paths import seed_folder
from forecasts.services.export import export_pack
from forecasts.services.ledger import open_ledger
from forecasts.services.load import load_packs
from forecasts.services.setup import set_up
from tests.conftest import ANALYST, HeldClock
from tests.interchange.samples import bodies
from tests.services.looking import board, records
from tests.services.packs import contents

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.interchange.record_sets import RecordSet
    from forecasts.services.ledger import Ledger
    from tests.conftest import Templates


def _load(ledger: Ledger, folder: Path) -> None:
    load_packs(ledger, LoadPacks(paths=(str(folder),)))


@pytest.mark.parametrize("what", ["seeded", "resolved"])
def test_seed_comes_back_byte_for_byte(templates: Templates, engine: str, what: str, tmp_path: Path) -> None:
    """Through an empty ledger of the other engine."""
    address = templates.copy(engine, tmp_path, what)
    other = templates.copy({"sqlite": "postgresql", "postgresql": "sqlite"}[engine], tmp_path, "empty")
    one, two = (open_ledger(place, analyst=ANALYST, clock=HeldClock()) for place in (address, other))
    export_pack(one, tmp_path / "first")
    _load(two, tmp_path / "first")
    export_pack(two, tmp_path / "second")
    assert contents(tmp_path / "first") == contents(tmp_path / "second")
    assert records(one) == records(two)
    assert board(one) == board(two)
    for ledger, place in ((one, address), (two, other)):
        ledger.close()
        templates.drop(place)


def test_export_of_the_seed_is_the_seed(seeded_ledger: Ledger, tmp_path: Path) -> None:
    """Loading the export of what the seed made finds nothing to change, and the other way round."""
    export_pack(seeded_ledger, tmp_path / "out")
    for folder in (tmp_path / "out", seed_folder()):
        report = load_packs(seeded_ledger, LoadPacks(paths=(str(folder),), with_resolutions=False))
        assert (report.entry, report.added, report.updated, report.conflicts) == (None, {}, {}, ())


AFTER_ALL = pendulum.datetime(2201, 1, 1)
"""An outcome of a day to come is not taken."""


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(body=bodies())
def test_any_body_comes_back_byte_for_byte(tmp_path_factory: pytest.TempPathFactory, body: RecordSet) -> None:
    folder = tmp_path_factory.mktemp("round")
    write_pack(body, folder / "given")
    address = str(folder / "ledger.db")
    try:
        set_up(address, analyst=ANALYST, packs=(folder / "given",), with_resolutions=True, clock=HeldClock(AFTER_ALL))
    except InvalidInputError as error:
        pytest.fail(str(error))
    ledger = open_ledger(address, analyst=ANALYST)
    export_pack(ledger, folder / "written")
    found = {kind: rows for kind, rows in records(ledger).items() if kind in dict(body.tables())}
    ledger.close()
    assert contents(folder / "written") == contents(folder / "given")
    assert {kind: len(rows) for kind, rows in found.items()} == {name: len(rows) for name, rows in body.tables()}
