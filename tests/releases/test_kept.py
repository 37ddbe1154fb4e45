"""Every released ledger opens, is whole, and has the figures it had; that of the newest revision has every field."""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.db.address import NEWEST_REVISION, read_address
from forecasts.db.reader import open_reader
from forecasts.db.revisions import layout_file, layout_text, read_held
from forecasts.db.store import Store
from forecasts.db.tables import metadata
from forecasts.domain.fields import record_fields
from forecasts.domain.records import KINDS
from forecasts.services.ledger import open_ledger
from forecasts.services.setup import set_up
from tests.conftest import ANALYST, HeldClock
from tests.releases import kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasts.services.ledger import Ledger
    from tests.conftest import Templates

ARCHIVES = sorted(kept.FOLDER.glob("*.zip"))
AGAIN = "; until its release `python -m tests.releases.kept` makes it anew"


@pytest.fixture(params=ARCHIVES, ids=lambda found: found.stem)
def archive(request: pytest.FixtureRequest) -> Path:
    """Each released revision in turn."""
    return Path(request.param)


@pytest.fixture
def ledger(archive: Path, new_address: str, tmp_path: Path) -> Iterator[Ledger]:
    """Its ledger, brought to the newest revision, on each engine."""
    address = new_address
    if read_address(new_address).path is None:
        kept.place_on_server(archive, new_address)
    else:
        address = kept.place_file(archive, tmp_path / "ledger")
    set_up(address, analyst=ANALYST, packs=(), clock=HeldClock())
    opened = open_ledger(address, analyst=ANALYST, clock=HeldClock())
    yield opened
    opened.close()


def test_the_newest_revision_is_kept() -> None:
    assert kept.archive(NEWEST_REVISION) in ARCHIVES, AGAIN


def test_nothing_is_lost_or_changed(archive: Path, ledger: Ledger) -> None:
    assert kept.differences(ledger.place.url or str(ledger.place.path), archive) == []


def test_its_pack_loads_to_the_same_records(archive: Path, empty_address: str, tmp_path: Path) -> None:
    pack = kept.unpack(archive, tmp_path)
    set_up(empty_address, analyst=ANALYST, packs=(pack,), with_resolutions=True, clock=HeldClock())
    again = open_ledger(empty_address, analyst=ANALYST, clock=HeldClock())
    found = kept.read_records(again)
    again.close()
    not_in_packs = {"history", "reminder", "source_redirect", "article_text"}
    expected = {kind: some for kind, some in kept.read_kept(archive, kept.RECORDS).items() if kind not in not_in_packs}
    assert list(kept.lost(expected, found, "pack")) == []


def _gaps(ledger: Ledger) -> Iterator[str]:
    with ledger.read() as connection:
        for kind, record in KINDS.items():
            found: list[Any] = list(Store(connection).all(record))
            for name, spec in record_fields(record).items():
                if name == "format":  # there is one
                    continue
                if spec.default is not dataclasses.MISSING and all(getattr(one, name) == spec.default for one in found):
                    yield f"{kind}.{name} has no value"
                words = spec.type if isinstance(spec.type, type) and issubclass(spec.type, StrEnum) else ()
                yield from (
                    f"{kind}.{name} is never {word}"
                    for word in words
                    if all(getattr(one, name) != word for one in found)
                )
        for table in metadata().tables.values():
            if not connection.execute(table.select().limit(1)).first():
                yield f"{table.name} is empty"


def test_every_table_field_and_word_of_a_vocabulary_is_in_it(templates: Templates, tmp_path: Path) -> None:
    """A new field has its value in `tests/filling.py`, or nothing would show that an upgrade keeps it."""
    address = kept.place_file(kept.archive(), tmp_path / "ledger")
    ledger = open_ledger(address, analyst=ANALYST, clock=HeldClock())
    try:
        assert list(_gaps(ledger)) == [], AGAIN
    finally:
        ledger.close()


def test_a_revision_is_known_by_what_it_holds(empty_address: str) -> None:
    with open_reader(read_address(empty_address)) as reader:
        held, _ = read_held(reader)
    text = layout_text(held, set(metadata().tables))
    assert layout_file(NEWEST_REVISION).read_text(encoding="utf-8") == text, AGAIN
