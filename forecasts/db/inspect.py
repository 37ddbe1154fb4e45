"""Looking a database over: storage, references, schema against the code, and the history chain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db.history import changes_digest, entry_hash
from forecasts.db.schema import HistoryChangeRow, HistoryEntryRow, metadata
from forecasts.db.triggers import create_guards, postgresql_guards
from forecasts.domain.canonical import instant_text
from forecasts.domain.views import RecordChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BATCH = 200


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One entry of the history as it was checked; `problem` is empty where it is intact."""

    entry: int
    hash: str
    at: str
    problem: str


def storage_problems(connection: sa.Connection) -> list[str]:
    """What the engine itself finds wrong with its storage. PostgreSQL has no such check from within."""
    if connection.dialect.name != "sqlite":
        return []
    rows = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    return [str(row) for row in rows if row != "ok"]


def reference_problems(connection: sa.Connection) -> list[str]:
    """Rows whose foreign key points nowhere. PostgreSQL holds them itself."""
    if connection.dialect.name != "sqlite":
        return []
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return [f"row {row[1]} of {row[0]} refers to a missing {row[2]}" for row in rows]


def schema_problems(connection: sa.Connection) -> list[str]:
    """Where tables, indexes, constraints or guards differ from what the code works with."""
    if connection.dialect.name == "sqlite":
        found, expected = sqlite_objects(connection), _expected_objects()
        names = sorted(found.keys() | expected.keys())
        return [_difference(name, found, expected) for name in names if found.get(name) != expected.get(name)]
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    context = MigrationContext.configure(connection)
    problems = [str(difference) for difference in compare_metadata(context, metadata)]
    query = sa.text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
    present = set(connection.execute(query).scalars())
    return problems + [
        f"the guard {name} is missing or disabled" for name in postgresql_guards() if name not in present
    ]


def _difference(name: str, found: dict[str, Any], expected: dict[str, Any]) -> str:
    if name not in found:
        return f"{name} is missing"
    return f"{name} is not part of the schema" if name not in expected else f"{name} differs from the schema"


def sqlite_objects(connection: sa.Connection) -> dict[str, tuple[str, ...]]:
    """Every table, index and trigger, each as its definition's parts: white space and order of constraints aside."""
    query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'"
    return {name: _parts(text) for name, text in connection.exec_driver_sql(query)}


def _parts(text: str) -> tuple[str, ...]:
    flat = re.sub(r"\s+", " ", text.replace('"', "")).replace("( ", "(").replace(" )", ")").strip()
    head, _, body = flat.partition("(")
    body = body.rsplit(")", 1)[0] if flat.startswith("CREATE TABLE") else body
    parts = (part.strip().rstrip(",").strip() for part in re.split(r",? (?=CONSTRAINT )", body))
    tail = flat.rsplit(")", 1)[1] if flat.startswith("CREATE TABLE") else ""
    return (head.strip(), tail.strip(), *sorted(parts))


def _expected_objects() -> dict[str, tuple[str, ...]]:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        create_guards(connection)
        return sqlite_objects(connection)


def chain_links(connection: sa.Connection, progress: Callable[[int, int], None]) -> Iterator[ChainLink]:
    """Every entry from the first on, each hashed again from what is stored."""
    total = int(connection.execute(sa.select(sa.func.count()).select_from(HistoryEntryRow)).scalar_one())
    previous_hash, previous_number = "", 0
    for done, row in enumerate(_entries(connection), start=1):
        problem = ""
        fields = {name: value for name, value in row.items() if name != "hash"} | {"at": instant_text(row["at"])}
        if row["id"] != previous_number + 1:
            problem = f"entry {previous_number + 1} is missing"
        elif row["previous_hash"] != previous_hash:
            problem = f"entry {row['id']} does not follow the entry before it"
        elif changes_digest(_changes(connection, row["id"])) != row["changes_digest"]:
            problem = f"the changes of entry {row['id']} are not those that were committed"
        elif entry_hash(fields) != row["hash"]:
            problem = f"entry {row['id']} is not as it was committed"
        progress(done, total)
        previous_hash, previous_number = row["hash"], row["id"]
        yield ChainLink(row["id"], row["hash"], instant_text(row["at"]), problem)


def _entries(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    table, last = HistoryEntryRow.__table__, 0
    while True:
        query = sa.select(*table.columns).where(table.c.id > last).order_by(table.c.id).limit(_BATCH)
        rows = connection.execute(query).mappings().all()
        if not rows:
            return
        for row in rows:
            yield dict(row)
        last = rows[-1]["id"]


def _changes(connection: sa.Connection, entry: int) -> Iterator[RecordChange]:
    change = HistoryChangeRow
    query = sa.select(change.kind, change.name, change.before, change.after)
    query = query.where(change.entry_id == entry).order_by(change.position)
    for kind, name, before, after in connection.execute(query):
        yield RecordChange(kind=kind, name=name, before=before, after=after)


def last_changes(connection: sa.Connection, kind: str) -> dict[str, Any]:
    """What each record of a kind was last said to be, by name; None where it was removed."""
    change = HistoryChangeRow
    query = sa.select(change.name, change.after).where(change.kind == kind)
    return dict(connection.execute(query.order_by(change.entry_id, change.position)).tuples().all())
