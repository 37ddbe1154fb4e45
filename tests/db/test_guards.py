"""The history, resolutions and evidence cannot be rewritten through SQL: by our connections, nor by a stranger's."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sqlalchemy as sa

from forecasts.db.derived import KEPT
from forecasts.db.history import Changes, NewEntry, append
from forecasts.domain.intents import RemindLater, UndoChange
from forecasts.errors import DatabaseUnusableError
from forecasts.services.resolve import remind_later
from forecasts.services.undo import undo_change
from tests.conftest import NOW
from tests.db.catalogues import GUARDED

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecasts.db.engine import Database
    from forecasts.services.ledger import Ledger


ATTACKS = {
    "update": "UPDATE {table} SET {column} = 'forged'",
    "update of keys": "UPDATE {table} SET {key} = {key} + 1000",
    "delete": "DELETE FROM {table}",
    "upsert": "INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT ({keys}) DO UPDATE SET {column} = 'x'",
}
SQLITE_ATTACKS = {
    "update or replace": "UPDATE OR REPLACE {table} SET {column} = 'forged'",
    "replace": "REPLACE INTO {table} SELECT * FROM {table}",
    "insert or replace": "INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
}
POSTGRESQL_ATTACKS = {
    "truncate": "TRUNCATE {table}",
    "truncate cascade": "TRUNCATE {table} CASCADE",
}
KEYS = {
    "history_entry": "id",
    "history_change": "entry_id, position",
    "resolution": "id",
    "evidence": "resolution_id, position",
}
CASES = [
    *((engine, name, attack) for engine in ("sqlite", "postgresql") for name, attack in ATTACKS.items()),
    *(("sqlite", name, attack) for name, attack in SQLITE_ATTACKS.items()),
    *(("postgresql", name, attack) for name, attack in POSTGRESQL_ATTACKS.items()),
]


@pytest.fixture
def resolved(resolved_ledger: Ledger) -> Database:
    """A ledger with resolutions and evidence, and with three entries of which the last takes the second back."""
    with resolved_ledger.read() as connection:
        waits = "SELECT slug FROM question WHERE id NOT IN (SELECT question_id FROM resolution) ORDER BY slug LIMIT 1"
        slug = connection.execute(sa.text(waits)).scalar_one()
    remind_later(resolved_ledger, RemindLater(question=slug, remind_on=NOW.add(days=9).date()))
    undo_change(resolved_ledger, UndoChange())
    return resolved_ledger.database


@pytest.fixture(params=["ours", "a stranger's"])
def run(request: pytest.FixtureRequest, resolved: Database) -> Callable[[str], None]:
    """Runs a statement and commits: through our engine, or through the driver as any other program would."""
    if request.param == "ours":
        return lambda statement: resolved.write(lambda connection: _run(connection, statement))
    return lambda statement: _run_bare(resolved, statement)


def _run(connection: sa.Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)


def _run_bare(database: Database, statement: str) -> None:
    if database.address.path is not None:  # neither foreign keys nor recursive triggers are on
        with closing(sqlite3.connect(database.address.path)) as connection, connection:
            connection.execute(statement)
    else:
        url = database.address.url.replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(url) as server:
            server.execute(statement.encode())


def _contents(database: Database) -> dict[str, list[Any]]:
    with database.read() as connection:
        return {table: _rows(connection, table) for table in KEPT}


def _rows(connection: sa.Connection, table: str) -> list[Any]:
    found = connection.execute(sa.text(f"SELECT * FROM {table}"))  # noqa: S608 - our own names
    return sorted(map(tuple, found), key=repr)


_REFUSED = (DatabaseUnusableError, sqlite3.IntegrityError, psycopg.Error)


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize(("engine", "name", "attack"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES])
def test_rows_are_never_rewritten(
    engine: str, name: str, attack: str, table: str, resolved: Database, run: Callable[[str], None]
) -> None:
    before = _contents(resolved)
    assert len(before[table]) >= 2, (engine, name)
    keys = KEYS[table]
    statement = attack.format(table=table, column=GUARDED[table], keys=keys, key=keys.partition(",")[0])
    with pytest.raises(_REFUSED, match=r"append-only|cannot truncate a table referenced"):
        run(statement)
    assert _contents(resolved) == before


@pytest.mark.parametrize("parent", ["question", "history_entry", "resolution"])
def test_rows_do_not_go_with_their_parents(resolved: Database, parent: str) -> None:
    before = _contents(resolved)
    statements = ["DELETE FROM {0}", *(["TRUNCATE {0} CASCADE"] * (resolved.backend != "sqlite"))]
    for statement in (text.format(parent) for text in statements):
        with pytest.raises(DatabaseUnusableError):
            resolved.write(lambda connection, statement=statement: _run(connection, statement))  # type: ignore[misc]
    assert _contents(resolved) == before


def _copied(table: str, **changed: str) -> str:
    """An INSERT of a copy of a table's newest row, with some columns changed."""
    columns = {
        "history_entry": (
            "id, at, analyst, intent, summary, reason, undoes_id, change_count, changes_digest, previous_hash, hash"
        ),
        "resolution": (
            "id, question_id, outcome, outcome_number, outcome_on, void, certainty, known_first_on, known_last_on,"
            " resolved_at, analyst, note, superseded_reason, version"
        ),
    }[table]
    values = [changed.get(column, column) for column in columns.split(", ")]
    chosen = ", ".join(values)
    return f"INTO {table} ({columns}) SELECT {chosen} FROM {table} ORDER BY id DESC LIMIT 1"  # noqa: S608 - our names


_FORGED = {
    "an entry out of order": _copied("history_entry", id="id + 2", previous_hash="hash", hash="'a'"),
    "an entry on another chain": _copied("history_entry", id="id + 1", previous_hash="'b'", hash="'a'", undoes_id="2"),
    "an entry twice": _copied("history_entry", id="id + 1", previous_hash="hash", undoes_id="NULL"),
    "an undo in another's place": _copied("history_entry", id="id + 1", previous_hash="hash", hash="'a'"),
    "a resolution in another's place": _copied("resolution", id="id + 1", resolved_at="'2030-01-01T00:00:00.000000Z'"),
    "a resolution of the same moment": _copied("resolution", id="id + 1", superseded_reason="'x'"),
}


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE"])
@pytest.mark.parametrize("forged", list(_FORGED))
def test_nothing_is_put_in_the_place_of_another(
    engine: str, verb: str, forged: str, resolved: Database, run: Callable[[str], None]
) -> None:
    """REPLACE deletes whatever stands in the way of any unique key, and fires no trigger of a stranger's."""
    before = _contents(resolved)
    if forged.startswith("a resolution in"):
        resolved.write(lambda connection: _run(connection, "UPDATE resolution SET superseded_reason = '' WHERE id > 0"))
        before = _contents(resolved)
    with pytest.raises(_REFUSED, match="append-only"):
        run(f"{verb} {_FORGED[forged]}")
    assert _contents(resolved) == before, engine


@pytest.mark.parametrize("engine", ["postgresql"])
@pytest.mark.parametrize("forged", [name for name in _FORGED if name.startswith("an ")])
def test_history_grows_at_its_end_only(engine: str, forged: str, resolved: Database) -> None:
    before = _contents(resolved)
    with pytest.raises(DatabaseUnusableError, match="append-only"):
        resolved.write(lambda connection: _run(connection, f"INSERT {_FORGED[forged]}"))
    assert _contents(resolved) == before, engine


def test_what_may_change_of_a_resolution_is_whether_it_stands(resolved: Database) -> None:
    resolved.write(lambda connection: _run(connection, "UPDATE resolution SET superseded_reason = 'why', version = 9"))
    with resolved.read() as connection:
        found = connection.execute(sa.text("SELECT DISTINCT superseded_reason, version FROM resolution")).all()
    assert list(map(tuple, found)) == [("why", 9)]


def test_history_is_appended_to_through_the_guards(resolved: Database) -> None:
    entry = NewEntry(at=NOW, analyst="a", intent="i", summary="s", changes=Changes())
    assert resolved.write(lambda connection: [append(connection, entry), append(connection, entry)]) == [4, 5]
