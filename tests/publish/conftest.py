"""A ledger with the seed and its reference resolutions, on SQLite: what is published is the same on every engine."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from forecasts.services.ledger import Ledger, open_ledger
from forecasts.services.setup import set_up
from tests.conftest import HeldClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def resolved_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("resolved") / "ledger.db"
    set_up(str(path), analyst="founders", with_resolutions=True, clock=HeldClock())
    return path


@pytest.fixture
def resolved(resolved_template: Path, tmp_path: Path, clock: HeldClock) -> Iterator[Ledger]:
    for path in resolved_template.parent.iterdir():
        shutil.copy(path, tmp_path / path.name)
    ledger = open_ledger(str(tmp_path / "ledger.db"), analyst="tester", clock=clock)
    yield ledger
    ledger.close()
