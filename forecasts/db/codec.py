"""How one kind of record is laid out in its tables: a main row, and child rows that belong to it alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from forecasts.db.base import Base
from forecasts.db.names import Names, batches

R = TypeVar("R")

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Child(Generic[R]):
    """A child table: the column of its owner, and a record's rows without owner and position."""

    table: type[Base]
    owner: str
    rows: Callable[[R, Names], Iterable[Values]]


@dataclass(frozen=True, slots=True)
class Codec(Generic[R]):
    """One kind of record.

    names           the slugs that a record refers to, with their kinds
    row             the main row, without key and version
    where           finds the row of an identity
    read            makes records of main rows and their children's rows
    late            columns that refer to the same table, filled once every row of a load is there
    children_fixed  child rows are never rewritten
    """

    kind: str
    table: type[Base]
    names: Callable[[R], Iterable[tuple[str, str]]]
    row: Callable[[R, Names], Values]
    where: Callable[[tuple[str, ...], Names], sa.ColumnElement[bool] | None]
    read: Callable[[Sequence[Any], Mapping[type[Base], Mapping[int, list[Any]]], Names], list[R]]
    children: tuple[Child[R], ...] = ()
    late: tuple[str, ...] = ()
    order: tuple[str, ...] = ("slug",)
    slugged: bool = True
    children_fixed: bool = False

    @property
    def columns(self) -> sa.Table:
        """The main table."""
        return _table(self.table)


def _table(mapped: type[Base]) -> sa.Table:
    table = mapped.__table__
    assert isinstance(table, sa.Table)  # noqa: S101 - a mapped class of ours has no other selectable
    return table


def last_key(connection: sa.Connection, table: sa.Table) -> int:
    """The key of the newest row, 0 where there is none; writers are serial, so nobody else takes the next."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))).scalar_one())


def insert(codec: Codec[R], records: Sequence[R], names: Names) -> None:
    """Store new records of one kind; those that they refer to are there, or among them."""
    if not records:
        return
    connection = names.connection
    _fetch_names(codec, records, names)
    first = last_key(connection, codec.columns) + 1
    keys = range(first, first + len(records))
    if codec.slugged:
        for key, record in zip(keys, records, strict=True):
            names.remember(codec.kind, record.slug, key)  # type: ignore[attr-defined]
    rows = [{"id": key, **codec.row(record, names)} for key, record in zip(keys, records, strict=True)]
    late = [{f"to_{name}": row[name] for name in codec.late} | {"key": row["id"]} for row in rows]
    for row in rows:
        row.update(dict.fromkeys(codec.late))
    connection.execute(sa.insert(codec.columns), rows)
    for name in codec.late:
        referring = [
            {"key": entry["key"], "to": entry[f"to_{name}"]} for entry in late if entry[f"to_{name}"] is not None
        ]
        if referring:
            statement = sa.update(codec.columns).where(codec.columns.c.id == sa.bindparam("key"))
            connection.execute(statement.values({name: sa.bindparam("to")}), referring)
    _insert_children(codec, zip(keys, records, strict=True), names)


def _fetch_names(codec: Codec[R], records: Sequence[R], names: Names) -> None:
    wanted: dict[str, set[str]] = defaultdict(set)
    for record in records:
        for kind, slug in codec.names(record):
            wanted[kind].add(slug)
    for kind, slugs in wanted.items():
        names.fetch(kind, slugs)


def _insert_children(codec: Codec[R], keyed: Iterable[tuple[int, R]], names: Names) -> None:
    pairs = list(keyed)
    for child in codec.children:
        rows = [
            {child.owner: key, "position": position, **row}
            for key, record in pairs
            for position, row in enumerate(child.rows(record, names), start=1)
        ]
        if rows:
            names.connection.execute(sa.insert(_table(child.table)), rows)


def find_key(codec: Codec[R], identity: tuple[str, ...], names: Names) -> int | None:
    """The key of the record with that identity, or None."""
    where = codec.where(identity, names)
    if where is None:
        return None
    found = names.connection.execute(sa.select(codec.columns.c.id).where(where)).scalar()
    return None if found is None else int(found)


def replace(codec: Codec[R], key: int, record: R, names: Names) -> None:
    """Put a record in the place of the one with that key; the row version counts up."""
    _fetch_names(codec, (record,), names)
    table = codec.columns
    statement = sa.update(table).where(table.c.id == key)
    names.connection.execute(statement.values(**codec.row(record, names), version=table.c.version + 1))
    if not codec.children_fixed:
        _delete_children(codec, key, names)
        _insert_children(codec, ((key, record),), names)


def delete(codec: Codec[R], key: int, names: Names) -> None:
    """Remove a record and what belongs to it alone; the database refuses where another refers to it."""
    _delete_children(codec, key, names)
    names.connection.execute(sa.delete(codec.columns).where(codec.columns.c.id == key))


def _delete_children(codec: Codec[R], key: int, names: Names) -> None:
    for child in codec.children:
        table = _table(child.table)
        names.connection.execute(sa.delete(table).where(table.c[child.owner] == key))


def read(codec: Codec[R], names: Names, keys: Sequence[int] | None = None) -> list[R]:
    """The records with these keys (None: all of the kind), in the kind's order."""
    table = codec.columns
    query = sa.select(table).order_by(*(table.c[name] for name in codec.order))
    if keys is None:
        rows = names.connection.execute(query).mappings().all()
    else:
        rows = [
            row
            for batch in batches(keys)
            for row in names.connection.execute(query.where(table.c.id.in_(batch))).mappings()
        ]
    children = {child.table: _read_children(child, names, None if keys is None else keys) for child in codec.children}
    return codec.read(rows, children, names)


def _read_children(child: Child[R], names: Names, keys: Sequence[int] | None) -> dict[int, list[Any]]:
    table = _table(child.table)
    query = sa.select(table).order_by(table.c[child.owner], table.c.position)
    found: dict[int, list[Any]] = defaultdict(list)
    queries = [query] if keys is None else [query.where(table.c[child.owner].in_(batch)) for batch in batches(keys)]
    for statement in queries:
        for row in names.connection.execute(statement).mappings():
            found[row[child.owner]].append(row)
    return found
