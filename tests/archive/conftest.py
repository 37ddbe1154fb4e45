"""A ledger in a file, to export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Templates


@pytest.fixture
def resolved_file(templates: Templates, tmp_path: Path) -> Path:
    """A SQLite file with the seed and its resolutions."""
    folder = tmp_path / "database"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / templates.copy("sqlite", folder, "resolved").rpartition("/")[2]
