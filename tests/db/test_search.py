"""The index of words: it is in step with the predictions whatever is done to them, and search finds by any letters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from forecasts.db.reader import open_reader
from forecasts.db.search import found_in_words
from forecasts.domain.records import Prediction
from forecasts.services.copying import copy_ledger
from forecasts.services.ledger import Ledger, open_ledger
from forecasts.services.read_only import require
from forecasts.text import search_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecasts.services.unit import Unit

SLUG = "anbound-2022-01-14-p1"


def _is_in_step(ledger: Ledger) -> None:
    """FTS5's own check, which compares the index with the predictions; it raises where they differ."""
    if ledger.database.backend == "sqlite":
        statement = "INSERT INTO prediction_words (prediction_words, rank) VALUES ('integrity-check', 1)"
        ledger.database.write(lambda connection: connection.exec_driver_sql(statement))


def _found(ledger: Ledger, words: str) -> set[str]:
    with open_reader(ledger.database.address) as reader:
        keys = found_in_words(reader, search_key(words), 1000)
        assert keys is not None
        among, listed = reader.among("id", keys)
        return {slug for (slug,) in reader.rows(" ".join(["SELECT slug FROM prediction WHERE", among]), [listed])}


def _change(ledger: Ledger, work: Callable[[Unit, Prediction], None]) -> None:
    def in_unit(unit: Unit) -> None:
        record = require(unit.store, Prediction, SLUG)
        assert isinstance(record, Prediction)
        work(unit, record)

    ledger.change("test", in_unit)


def test_index_follows_what_is_added_replaced_and_removed(seeded_ledger: Ledger) -> None:
    new = "Бейбітшілік сақшылары"
    _change(seeded_ledger, lambda unit, record: unit.replace(record, replace(record, claim=new)))
    assert _found(seeded_ledger, "БЕЙБІТ") == {SLUG}
    _change(seeded_ledger, lambda unit, record: unit.add([replace(record, slug="another", claim=f'{new} "%_\\')]))
    assert _found(seeded_ledger, "сақшы") == {SLUG, "another"}
    assert _found(seeded_ledger, '"%_\\') == {"another"}
    _change(seeded_ledger, lambda unit, record: unit.remove(replace(record, slug="another", claim=f'{new} "%_\\')))
    assert _found(seeded_ledger, "сақшы") == {SLUG}
    _is_in_step(seeded_ledger)


def test_index_that_is_out_of_step_is_seen(seeded_ledger: Ledger) -> None:
    """The check of these tests: a row changed behind the program's back."""
    if seeded_ledger.database.backend != "sqlite":
        pytest.skip("the server keeps its index itself")

    def behind(connection: sa.Connection) -> None:
        connection.execute(sa.text("UPDATE prediction SET search_key = 'other' WHERE slug = :slug"), {"slug": SLUG})

    seeded_ledger.database.write(behind)
    with pytest.raises(Exception, match=r"malformed|corrupt|damaged"):
        _is_in_step(seeded_ledger)


def test_copy_is_indexed(seeded_ledger: Ledger, seeded_address: str, new_address: str) -> None:
    copy_ledger(seeded_address, new_address)
    copy = open_ledger(new_address, analyst="a")
    try:
        _is_in_step(copy)
        assert _found(copy, "peacekeepers") == _found(seeded_ledger, "peacekeepers") != set()
    finally:
        copy.close()
