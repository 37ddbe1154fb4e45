"""The records of one transaction: added, replaced and removed by identity, whatever their class; many rows at once."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from itertools import chain, islice
from operator import attrgetter
from typing import Any, Final

import sqlalchemy as sa

from forecasts.db import derived, rescoring, search
from forecasts.db.engine import Connection, reader_of
from forecasts.db.layout import SEARCHED, Child, are_all_equal, columns_of, layout
from forecasts.db.queries.articles import text_hash
from forecasts.db.queries.records import Records, batches, read_records
from forecasts.db.tables import metadata, table
from forecasts.domain import references, wording
from forecasts.domain.records import KINDS, Phrase, Prediction, Record, SourceRedirect, identity, name_of, table_of
from forecasts.errors import RuleBrokenError
from forecasts.text import search_key

_NUMBERS = ("probability", "low", "high")
_NUMBER_COLUMNS = (*_NUMBERS, *(f"{part}_derived" for part in _NUMBERS))


class Store(Records):
    """Every record of the ledger, to be read and written through one connection."""

    def __init__(self, connection: sa.Connection) -> None:
        super().__init__(reader_of(connection))
        self.connection = connection
        self._adds_many = False

    def add(self, records: Iterable[Record]) -> None:
        """Store new records, of whatever kinds, in an order in which they can refer to each other."""
        by_kind: dict[str, list[Record]] = defaultdict(list)
        for record in records:
            by_kind[table_of(record)].append(record)
        for kind in KINDS:
            if by_kind[kind]:
                first = self._insert(kind, by_kind[kind])
                if kind == "prediction" and not self._adds_many:
                    search.add_words(self.connection, first - 1)
        if self._adds_many:
            self.names.clear("prediction")
        self._reread(by_kind["phrase"])

    @contextmanager
    def adding_many(self) -> Iterator[None]:
        """Meanwhile many new predictions are added, in batches; none is looked for by its slug afterwards."""
        self._adds_many = True
        with adding_many(self.connection):
            yield
        self._adds_many = False

    def last_key(self, kind: str) -> int:
        """The key of the newest record of a kind, 0 where there is none."""
        return int(self.reader.value(f"SELECT COALESCE(MAX(id), 0) FROM {kind}"))  # noqa: S608 - a kind's name

    def replace(self, records: Sequence[Record]) -> None:
        """Put records of one class in the place of those with the same identities. KeyError where one is not there."""
        kind, keys = table_of(records[0]), self.known_keys(records)
        columns = table(kind).c
        with self._words_changing(kind, keys):
            self._update(kind, keys, records, fixed=derived.RESOLUTION_FIXED if kind == "resolution" else ())
        for batch in batches(keys):
            counted = sa.update(table(kind)).where(columns.id.in_(batch))
            self.connection.execute(counted.values(version=columns.version + 1))
        if kind != "resolution":  # its evidence never changes
            self._rewrite_children(kind, keys, records)
        self._reread(records)

    def keep_text(self, content: str) -> str:
        """Keep a copy of a text, unless it is there already; returns its SHA-256."""
        copies, digest = table("text_copy"), text_hash(content)
        if self.connection.execute(sa.select(copies.c.sha256).where(copies.c.sha256 == digest)).first() is None:
            self.connection.execute(sa.insert(copies), [{"sha256": digest, "content": content}])
        return digest

    def rewrite(self, kind: str, keys: Sequence[int], records: Sequence[Record]) -> None:
        """Store records of one class anew as they were read, to the letter; nothing counts it."""
        self._update(kind, keys, records)
        self._rewrite_children(kind, keys, records)

    def _update(self, kind: str, keys: Sequence[int], records: Sequence[Record], fixed: Sequence[str] = ()) -> None:
        """Write the main rows anew, but the columns that are fixed: an analyst may not name them."""
        made = {name: cells for name, cells in self.main_columns(kind, records).items() if name not in fixed}
        rows = [dict(zip(("key", *made), row, strict=True)) for row in zip(keys, *made.values(), strict=True)]
        self.connection.execute(sa.update(table(kind)).where(table(kind).c.id == sa.bindparam("key")), rows)

    def _rewrite_children(self, kind: str, keys: Sequence[int], records: Sequence[Record]) -> None:
        self._delete_children(kind, keys)
        self._insert_children(kind, keys, records)

    def remove(self, records: Sequence[Record]) -> None:
        """Take records of one class out. RuleBrokenError where another refers to one; KeyError where one is missing."""
        kind, keys = table_of(records[0]), self.known_keys(records)
        if referred := self.referred(kind, keys):
            name = next(name_of(record) for key, record in zip(keys, records, strict=True) if key in referred)
            msg = f"The {kind} {name} cannot be removed: other records refer to it."
            raise RuleBrokenError(msg, "Remove those first.")
        columns = table(kind).c
        for batch in batches(keys):  # what refers to one another goes together
            self._delete_children(kind, batch)
            for name in (one.name for one in layout(kind).columns if one.refers == kind):
                is_linked = sa.and_(columns.id.in_(batch), columns[name].is_not(None))
                self.connection.execute(sa.update(table(kind)).where(is_linked).values({name: None}))
        for batch in batches(keys):
            with self._words_changing(kind, batch):
                self.connection.execute(sa.delete(table(kind)).where(columns.id.in_(batch)))
        for record in records:
            self.names.forget("source" if isinstance(record, SourceRedirect) else kind, identity(record)[0])
        self._reread(records)

    def referred(self, kind: str, keys: Sequence[int]) -> set[int]:
        """Those of the keys to which a record refers that is none of them."""
        found, among = set[int](), set(keys)
        own = {kind: "id", **{child.table: child.owner for child in layout(kind).children.values()}}
        for column in _references_to(kind):
            owner = own.get(column.table.name)
            if owner == column.name:
                continue
            query = sa.select(column, *((column.table.c[owner],) if owner else ())).distinct()
            for batch in batches(keys):
                rows = self.connection.execute(query.where(column.in_(batch)))
                found.update(to for to, *of in rows if not among.issuperset(of or (0,)))
        return found

    def known_keys(self, records: Sequence[Record]) -> list[int]:
        """The keys of records of one class. KeyError where one is not there."""
        kind = table_of(records[0])
        if layout(kind).order == "slug":
            there = self.keys_of(kind, [identity(record)[0] for record in records])
            return [there[identity(record)[0]] for record in records]
        keys = [self.key(type(record), identity(record)) for record in records]
        if None in keys:
            raise KeyError(kind, identity(records[keys.index(None)]))
        return [key for key in keys if key is not None]

    def touch(self, kind: str, slugs: Iterable[str]) -> None:
        """Count the row versions of these records up, once for each time: something that belongs to them changed."""
        columns, by_times = table(kind).c, defaultdict[int, list[str]](list)
        for slug, times in sorted(Counter(slugs).items()):
            by_times[times].append(slug)
        for times, found in by_times.items():
            for batch in batches(found):
                statement = sa.update(table(kind)).where(columns.slug.in_(batch))
                self.connection.execute(statement.values(version=columns.version + times))

    def main_columns(self, kind: str, records: Sequence[Any]) -> dict[str, Sequence[Any]]:
        """The main rows of one or more records of a kind, by column."""
        found = columns_of(layout(kind).parts, records, self.names)
        if kind in SEARCHED:
            texts = SEARCHED[kind]
            found["search_key"] = [search_key(*texts(record)) for record in records]
        if kind == "prediction" and any(record.standard for record in records):
            phrases = {name: self._phrases(name) for name in {record.standard for record in records} if name}
            numbers = [wording.read_number(record, phrases.get(record.standard, ())) for record in records]
            for part in _NUMBER_COLUMNS:
                found[part] = [getattr(number, part) for number in numbers]
        return found

    def _phrases(self, standard: str) -> list[Phrase]:
        key = self.names.find("standard", standard)
        return [phrase for _, phrase in read_records(self.names, Phrase, where="standard_id = ?", parameters=[key])]

    def _words_changing(self, kind: str, keys: Sequence[int]) -> AbstractContextManager[None]:
        return search.words_changing(self.connection, keys) if kind == "prediction" else nullcontext()

    def _insert(self, kind: str, records: Sequence[Record]) -> int:
        """Store new records of one kind; those that they refer to are there, or among them. Returns the first key."""
        made, columns = layout(kind), table(kind).c
        for other, slugs in references.slugs_referred_to(records).items():
            self.names.fetch(other, slugs)
        # writers are serial, so nobody else takes the next key
        first = self.last_key(kind) + 1
        keys = range(first, first + len(records))
        if made.is_slugged:
            self.names.remember(kind, dict(zip((identity(record)[0] for record in records), keys, strict=True)))
        made_columns = {"id": keys, **self.main_columns(kind, records)}
        linked: dict[str, list[dict[str, Any]]] = {}
        for name in (column.name for column in made.columns if column.refers == kind):
            found = zip(keys, made_columns[name], strict=True)
            linked[name] = [{"key": key, "to": to} for key, to in found if to is not None]
            made_columns[name] = [None] * len(records)
        insert_columns(self.connection, table(kind), made_columns)
        for name, links in linked.items():  # once every row is there
            if links:
                statement = sa.update(table(kind)).where(columns.id == sa.bindparam("key"))
                self.connection.execute(statement.values({name: sa.bindparam("to")}), links)
        self._insert_children(kind, keys, records)
        return first

    def _insert_children(self, kind: str, keys: Sequence[int], records: Sequence[Record]) -> None:
        for child, columns in self.child_columns(kind, keys, records):
            if columns:
                insert_columns(self.connection, table(child.table), columns)

    def child_columns(
        self, kind: str, keys: Sequence[int], records: Sequence[Record]
    ) -> Iterator[tuple[Child, dict[str, Sequence[Any]]]]:
        """What belongs to records in tables of its own: the rows of each table, by column; none where it has none."""
        for field, child in layout(kind).children.items():
            lists = list(map(attrgetter(field), records))
            if not any(lists):
                yield child, {}
                continue
            owners = [key for key, items in zip(keys, lists, strict=True) for _ in items]
            positions = [position for items in lists for position in range(1, len(items) + 1)]
            parts = columns_of(child.parts, list(chain.from_iterable(lists)), self.names)
            yield child, {child.owner: owners, "position": positions, **parts}

    def _delete_children(self, kind: str, keys: Sequence[int]) -> None:
        for child in layout(kind).children.values():
            of_owner = table(child.table)
            for batch in batches(keys):
                self.connection.execute(sa.delete(of_owner).where(of_owner.c[child.owner].in_(batch)))

    def _reread(self, records: Iterable[Record]) -> None:
        """Read the numbers that standards' predictions leave to their phrases again: the phrases have changed."""
        standards = sorted({record.standard for record in records if isinstance(record, Phrase)})
        if not standards:
            return
        columns = table("prediction").c
        is_open = sa.or_(*(columns[part].is_(None) | (columns[f"{part}_derived"] == sa.true()) for part in _NUMBERS))
        for standard in standards:
            phrases = self._phrases(standard)
            where = sa.and_(columns.standard_id == self.names.key("standard", standard), is_open)
            keys = self.connection.execute(sa.select(columns.id).where(where)).scalars().all()
            for key, record in read_records(self.names, Prediction, keys) if keys else ():
                number = wording.read_number(record, phrases)
                values = {part: getattr(number, part) for part in _NUMBER_COLUMNS}
                self.connection.execute(sa.update(table("prediction")).where(columns.id == key).values(values))


@cache
def _references_to(kind: str) -> tuple[sa.Column[Any], ...]:
    return tuple(
        column
        for one in metadata().tables.values()
        for column in one.columns
        if any(key.target_fullname == f"{kind}.id" for key in column.foreign_keys)
    )


BATCH: Final = 5_000
_WRITING_KIB: Final = 65_536
_SORTING_KIB: Final = 8_192
_INDEXED: Final = ("prediction", "prediction_speaker", "history_change")
_SUSPENDED: Final = ("guard_history_change_insert", "mark_prediction_insert", "mark_prediction_speaker_insert")
"""Triggers that ask of each row whether it is there already, which the primary keys refuse by themselves."""


def insert_rows(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of values as the driver takes them."""
    sign = "?" if connection.dialect.name == "sqlite" else "%s"
    quote = connection.dialect.identifier_preparer.quote
    names, signs = ", ".join(map(quote, columns)), ", ".join([sign] * len(columns))
    statement = f"INSERT INTO {quote(table)} ({names}) VALUES ({signs})"  # noqa: S608 - names of ours
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        connection.exec_driver_sql(statement, batch)


def insert_columns(connection: Connection, table: sa.Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows of values as records have them, given by column; what all leave out costs nothing."""
    said = {name: values for name, values in columns.items() if values.count(None) < len(values)}
    insert_rows(connection, table.name, list(said), stored_rows(connection, table, said))


def stored_rows(
    connection: Connection, table: sa.Table, columns: Mapping[str, Sequence[Any]]
) -> Iterator[tuple[Any, ...]]:
    """Rows of values as records have them, given by column, as the driver takes them."""
    stored: list[Sequence[Any]] = []
    for name, values in columns.items():
        store = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        if store is not None and are_all_equal(values):
            values = [store(values[0])] * len(values)
        elif store is not None:
            known: dict[int, Any] = {}  # many rows hold the very same value
            values = [known[id(one)] if id(one) in known else known.setdefault(id(one), store(one)) for one in values]
        stored.append(values)
    return zip(*stored, strict=True)


@contextmanager
def adding_many(connection: Connection) -> Iterator[None]:
    """Meanwhile many new predictions are stored: SQLite looks at each of them no more often than it must.

    Indexes that can be made again are made at the end, where the tables were small, and words are indexed then.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    last = connection.exec_driver_sql("SELECT COALESCE(MAX(id), 0) FROM prediction").scalar_one()
    indexes = _drop_indexes(connection) if last <= 2 * BATCH else []
    triggers = derived.sqlite_guards() | rescoring.mark_triggers()
    for name in _SUSPENDED:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    with _cache(connection, _WRITING_KIB):
        yield
    for name in _SUSPENDED:
        connection.exec_driver_sql(triggers[name])
    with _cache(connection, _SORTING_KIB):
        for statement in indexes:
            connection.exec_driver_sql(statement)
        search.add_many_words(connection, last)


@contextmanager
def _cache(connection: Connection, kib: int) -> Iterator[None]:
    """Pages in memory up to so many KiB meanwhile; an index is sorted in as much again, and on disk beyond it."""
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{kib}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {int(before)}")


def _drop_indexes(connection: Connection) -> list[str]:
    """Drop the indexes that can be made again; returns what makes them."""
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN (SELECT value FROM json_each(?)) AND sql NOT LIKE 'CREATE UNIQUE%' ORDER BY name",
        (json.dumps(_INDEXED),),
    ).all()
    for name, _ in found:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    return [statement for _, statement in found]
