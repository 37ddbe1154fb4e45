"""Commands on the seeded record, as the command line's tests have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import Command

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def command(seeded_file: Path) -> Command:
    return Command(seeded_file)
