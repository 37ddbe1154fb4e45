"""Rows against what they must be: to the letter what would be stored, and as often changed as the history says."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db.bulk import stored_rows
from forecasts.db.derived import pages
from forecasts.db.queries.records import batches
from forecasts.db.store import Store
from forecasts.db.tables import AS_STORED, table
from forecasts.domain.formats import instant_text
from forecasts.domain.records import KINDS, Record, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


@dataclass(slots=True)
class Said:
    """What the history says of a record: each text that it was, None where it was removed; where it was added last,
    and how often it was replaced since."""

    texts: list[str | None] = field(default_factory=list)
    added: tuple[int, int] = (0, 0)
    replaced: int = 0

    @property
    def last(self) -> str | None:
        return self.texts[-1]


def read_said(connection: sa.Connection, kind: str, names: Iterable[str]) -> dict[str, Said]:
    """What the history says of each of these records of a kind that it knows, by name."""
    change = table("history_change").c
    after = sa.type_coerce(change.after, AS_STORED)
    query = sa.select(change.name, change.entry_id, change.position, change.before.is_(None), after)
    query = query.where(change.kind == kind).order_by(change.entry_id, change.position)
    found: dict[str, Said] = defaultdict(Said)
    for batch in batches(names):
        for name, entry, position, is_new, text in connection.execute(query.where(change.name.in_(batch))):
            said = found[name]
            said.texts.append(text)
            said.added, said.replaced = ((entry, position), 0) if is_new else (said.added, said.replaced + 1)
    return found


def count_changes(connection: sa.Connection, kind: str) -> int:
    """How often records of a kind were changed: no key of theirs was ever greater."""
    change = table("history_change").c
    return int(connection.execute(sa.select(sa.func.count()).where(change.kind == kind)).scalar_one())


class Counters:
    """The counters of changes that records of a kind must have."""

    def __init__(self, connection: sa.Connection, kind: str) -> None:
        self._touched = Counter[str]()
        if kind == "question":  # a resolution counts for its question too
            change = table("history_change").c
            names = connection.execute(sa.select(change.name).where(change.kind == "resolution")).scalars()
            self._touched.update(name.partition(" / ")[0] for name in names)

    def version(self, name: str, said: Said | None) -> int | None:
        """What the counter of a record must be; None where the history does not know it."""
        return None if said is None else 1 + said.replaced + self._touched[name]


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it is stored: its key, the counter of its changes, and whether every cell of it, and of what belongs
    to it, is to the letter what the program would store."""

    key: int
    version: int
    record: Record
    is_exact: bool


def read_stored(connection: sa.Connection, kind: str) -> Iterator[list[Stored]]:
    """The records of a kind by their keys, a batch at a time."""
    rows = table(kind).c
    for keys in pages(connection, table(kind)):
        store = Store(connection)  # of one batch, so that what is remembered does not grow
        versions = connection.execute(sa.select(rows.id, rows.version).where(rows.id.in_(keys)))
        version = dict(versions.all())
        keyed = store.keyed(KINDS[kind], keys)
        unlike = unlike_keys(store, kind, keyed)
        yield [Stored(key, version[key], record, key not in unlike) for key, record in keyed]


def unlike_keys(store: Store, kind: str, keyed: Sequence[tuple[int, Record]]) -> set[int]:
    """The keys of those records of which a cell, or a row of what belongs to them, is not to the letter what the
    program would store: a number that does not follow from a phrase, a date that is written otherwise, a gap in an
    order."""
    keys, records = [key for key, _ in keyed], [record for _, record in keyed]
    unlike = _unlike_rows(store, kind, "id", keys, {"id": keys, **store.main_columns(kind, records)})
    for child, columns in store.child_columns(kind, keys, records):
        if columns:
            unlike |= _unlike_rows(store, child.table, child.owner, keys, columns)
    return unlike


def _unlike_rows(
    store: Store, name: str, owner: str, owners: Sequence[int], columns: Mapping[str, Sequence[Any]]
) -> set[int]:
    among, listed = store.reader.among(owner, owners)
    names = '", "'.join(columns)
    query = f'SELECT "{names}" FROM {name} WHERE {among}'  # noqa: S608 - names of ours
    expected = stored_rows(store.connection, table(name), columns)
    there = {repr(list(map(_plain_cell, row))): row[0] for row in store.reader.rows(query, [listed])}
    meant = {
        repr([cell + 0.0 if type(cell) is float else cell for cell in map(_plain_cell, row)]): row[0]
        for row in expected
    }
    return {(there | meant)[row] for row in there.keys() ^ meant.keys()}


def _plain_cell(cell: Any) -> Any:
    return instant_text(cell) if isinstance(cell, datetime) else cell


def mend_rows(connection: sa.Connection, kind: str) -> int:
    """Store the records of a kind anew whose rows are not to the letter what they say, or whose counters are not what
    the history says; returns how many were not."""
    mended, counters, rows = 0, Counters(connection, kind), table(kind).c
    for batch in read_stored(connection, kind):
        inexact = [one for one in batch if not one.is_exact]
        if inexact:
            Store(connection).rewrite(kind, [one.key for one in inexact], [one.record for one in inexact])
        said = read_said(connection, kind, (name_of(one.record) for one in batch))
        counted = [(one, counters.version(name_of(one.record), said.get(name_of(one.record)))) for one in batch]
        miscounted = [(one, version) for one, version in counted if version not in (None, one.version)]
        for one, version in miscounted:
            connection.execute(sa.update(table(kind)).where(rows.id == one.key).values(version=version))
        mended += len({one.key for one in inexact} | {one.key for one, _ in miscounted})
    return mended
