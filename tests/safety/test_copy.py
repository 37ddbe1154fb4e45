"""A whole ledger between SQLite and PostgreSQL, both ways: every row of every table, and the chain byte for byte."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from forecasts.db.copying import tables_as_text
from forecasts.db.rescoring import MARKS
from forecasts.db.search import SHADOWS
from forecasts.db.tables import metadata
from forecasts.errors import DatabaseUnusableError, ForecastsError
from forecasts.services.check import check_ledger
from forecasts.services.copying import copy_ledger
from forecasts.services.overview import ledger_status
from forecasts.services.setup import set_up
from tests.filling import resolve_some
from tests.safety.conftest import digests, opened, tamper

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Templates

TODAY = date(2026, 11, 21)


def rows(address: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table as plain values; JSON as the very text that is stored."""
    with opened(address) as ledger, ledger.read() as connection:
        names = set(sa.inspect(connection).get_table_names()) - {"alembic_version", MARKS, *SHADOWS}
        assert names == set(metadata().tables)
        return {
            table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for table in tables_as_text()
        }


@pytest.fixture
def other(engine: str, templates: Templates, tmp_path: Path) -> Any:
    """An address of the other engine at which nothing is."""
    address = templates.place("postgresql" if engine == "sqlite" else "sqlite", tmp_path)
    yield address
    templates.drop(address)


def test_a_copy_and_the_copy_of_the_copy_are_the_ledger(
    filled_address: str, other: str, engine: str, templates: Templates, tmp_path: Path
) -> None:
    with opened(filled_address) as ledger:
        expected = check_ledger(ledger)
    before = rows(filled_address)
    assert {name for name, found in before.items() if not found} == set(), "rows in every table"
    told: list[tuple[str, int, int]] = []
    report = copy_ledger(filled_address, other, progress=lambda *step: told.append(step))
    assert report.rows == {name: len(found) for name, found in before.items()}
    assert {what for what, _, _ in told} == {"Copying the ledger", "Comparing every row", "Verifying the history"}
    verified = [step for step in told if step[0] == "Verifying the history"]
    assert verified[-1][1] == verified[-1][2] == report.entry
    assert rows(other) == before
    back = templates.place(engine, tmp_path)
    copy_ledger(other, back)
    assert rows(back) == before
    for address in (other, back):
        with opened(address) as ledger:
            found = check_ledger(ledger)
            assert (found.findings, found.receipt) == ((), expected.receipt)
            resolve_some(ledger, 1)
            assert check_ledger(ledger).findings == ()
    templates.drop(back)


def test_status_of_a_copy_is_the_status_of_the_ledger(seeded_address: str, other: str) -> None:
    copy_ledger(seeded_address, other)
    one, two = (ledger_status(address, today=TODAY) for address in (seeded_address, other))
    assert (one.counts, one.due, one.revision) == (two.counts, two.due, two.revision)
    assert json.dumps(dict(one.counts)) == json.dumps(dict(two.counts))


def test_an_empty_ledger_that_was_set_up_takes_a_copy(seeded_address: str, other: str) -> None:
    set_up(other, analyst="a", packs=())
    copy_ledger(seeded_address, other)
    assert rows(other) == rows(seeded_address)


def test_a_ledger_with_anything_in_it_takes_no_copy(seeded_address: str, other: str) -> None:
    set_up(other, analyst="a")
    before = rows(other)
    with pytest.raises(DatabaseUnusableError, match="holds a record already"):
        copy_ledger(seeded_address, other)
    assert rows(other) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_entry SET summary = 'forged' WHERE id = 2",
        "UPDATE history_change SET after = replace(after, 'seen', 'unseen') WHERE entry_id = 3",
    ],
)
def test_a_history_that_is_not_intact_is_not_copied(seeded_address: str, other: str, statement: str) -> None:
    with opened(seeded_address) as ledger:
        resolve_some(ledger)
    tamper(seeded_address, statement)
    with pytest.raises(DatabaseUnusableError, match="not intact"):
        copy_ledger(seeded_address, other)
    with pytest.raises(ForecastsError, match="There is no database"):
        ledger_status(other, today=TODAY)


def test_a_copy_that_fails_half_way_leaves_nothing(seeded_address: str, other: str, tmp_path: Path) -> None:
    def interrupt(what: str, done: int, total: int) -> None:
        if what == "Comparing every row" and done > total // 2:
            raise KeyboardInterrupt

    before = digests(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        copy_ledger(seeded_address, other, progress=interrupt)
    if not other.startswith("postgresql"):
        assert set(digests(tmp_path)) == set(before)
    with pytest.raises(ForecastsError, match="There is no database"):
        ledger_status(other, today=TODAY)
    copy_ledger(seeded_address, other)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_ledger_with_tables_of_its_own_is_not_copied_in_part(seeded_address: str, other: str) -> None:
    with closing(sqlite3.connect(seeded_address)) as connection:
        connection.execute("CREATE TABLE mine (id INTEGER)")
    with pytest.raises(DatabaseUnusableError, match="mine is not part of the schema"):
        copy_ledger(seeded_address, other)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_copy_from_nowhere_says_so(other: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusableError, match="There is no database"):
        copy_ledger(str(tmp_path / "none.db"), other)
