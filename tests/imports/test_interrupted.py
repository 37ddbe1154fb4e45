"""Reading takes as long as the file is large: it tells how far it is, and can be stopped, which leaves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forecasts.domain.intents import LoadPacks
from forecasts.services.check import check_ledger
from forecasts.services.history import list_history
from forecasts.services.import_records import import_records
from forecasts.services.load import load_packs
from tests.imports.reading import PERCENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forecasts.services.ledger import Ledger

ROWS = 12_000


def table(folder: Path) -> Path:
    path = folder / "t.csv"
    rows = (f"S{row},Will {row % 900} happen?,{row % 100},2025-01-01,2025-12-31," for row in range(ROWS))
    path.write_text("\n".join(("source,question,probability,made_on,resolves_on,outcome", *rows)), encoding="utf-8")
    return path


def pack(folder: Path) -> Path:
    path = folder / "p.toml"
    sources = (f'[[source]]\nslug = "s{row}"\nname = "S {row}"\nkind = "person"\n' for row in range(2_000))
    path.write_text('[pack]\nformat = 1\nname = "p"\n' + "".join(sources), encoding="utf-8")
    return path


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("place", [table, pack])
@pytest.mark.parametrize("told", [1, 4, 40])
def test_a_reading_that_is_stopped_leaves_nothing(
    empty_ledger: Ledger, tmp_path: Path, place: Callable[[Path], Path], told: int
) -> None:
    path, steps = place(tmp_path), []

    def stop(what: str, done: int, total: int) -> None:
        steps.append((what, done, total))
        if len(steps) == told:
            raise KeyboardInterrupt

    def read() -> None:
        if place is table:
            import_records(empty_ledger, "csv", path, PERCENT, progress=stop)
        else:
            load_packs(empty_ledger, LoadPacks(paths=(str(path),)), stop)

    with pytest.raises(KeyboardInterrupt):
        read()
    assert len(steps) == told
    assert list_history(empty_ledger) == ()
    assert check_ledger(empty_ledger).findings == ()
