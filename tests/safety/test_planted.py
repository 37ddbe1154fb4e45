"""Names beside a ledger that somebody else took, in a folder where everybody may write: nothing goes through them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from forecasts.errors import DatabaseUnusableError
from forecasts.services.backup import back_up
from forecasts.services.check import check_ledger
from forecasts.services.overview import due_page
from forecasts.services.setup import set_up
from tests.conftest import NOW
from tests.filling import resolve_some
from tests.safety.conftest import digests, opened

_SOMEBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file of somebody else's")


def plant(path: Path, owner: int = _SOMEBODY) -> Path:
    """An empty file of somebody else's, which everybody may read and write."""
    path.touch()
    path.chmod(0o666)
    os.chown(path, owner, owner)
    return path


@needs_root
@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_a_new_ledger_is_not_made_beside_somebody_s_file(tmp_path: Path, suffix: str) -> None:
    tmp_path.chmod(0o1777)
    planted = plant(tmp_path / f"l.db{suffix}")
    with pytest.raises(DatabaseUnusableError, match="somebody else"):
        set_up(str(tmp_path / "l.db"), analyst="a")
    assert planted.stat().st_size == 0
    assert [path.name for path in tmp_path.glob("l.db*")] == [planted.name]


@needs_root
@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_a_ledger_is_neither_read_nor_written_through_somebody_s_file(seeded_file: Path, suffix: str) -> None:
    seeded_file.parent.chmod(0o1777)
    planted = plant(Path(f"{seeded_file}{suffix}"))
    before = digests(seeded_file.parent)
    with pytest.raises(DatabaseUnusableError, match="somebody else"):
        due_page(str(seeded_file), today=NOW.date())
    with pytest.raises(DatabaseUnusableError, match="somebody else"), opened(str(seeded_file)) as ledger:
        resolve_some(ledger)
    with pytest.raises(DatabaseUnusableError, match="somebody else"):
        back_up(str(seeded_file), seeded_file.parent / "b.db")
    assert digests(seeded_file.parent) == before
    planted.unlink()
    with opened(str(seeded_file)) as ledger:
        assert check_ledger(ledger).findings == ()


@needs_root
def test_one_of_the_ledger_s_owner_is_its_own(seeded_file: Path) -> None:
    seeded_file.parent.chmod(0o1777)
    os.chown(seeded_file, _SOMEBODY, _SOMEBODY)
    plant(Path(f"{seeded_file}-wal"))
    with opened(str(seeded_file)) as ledger:
        assert check_ledger(ledger).findings == ()


def test_a_link_beside_a_ledger_is_not_followed(seeded_file: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    Path(f"{seeded_file}-wal").symlink_to(mine)
    with pytest.raises(DatabaseUnusableError, match="somebody else"):
        due_page(str(seeded_file), today=NOW.date())
    assert mine.read_text() == "mine"
