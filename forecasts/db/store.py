"""The records of one transaction: added, replaced and removed by identity, whatever their class."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db.bulk import adding_many, insert_columns
from forecasts.db.engine import reader_of
from forecasts.db.layout import SEARCHED, columns_of, layout
from forecasts.db.names import batches
from forecasts.db.queries.records import Records, read_records
from forecasts.db.search import add_words, words_changing
from forecasts.db.tables import table
from forecasts.domain.local_records import SourceRedirect
from forecasts.domain.records import (
    KINDS,
    Phrase,
    Prediction,
    Record,
    identity,
    name_of,
    table_of,
)
from forecasts.domain.references import slugs_referred_to
from forecasts.domain.wording import NumberRead, read_number
from forecasts.errors import RuleBrokenError
from forecasts.text import search_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


_NUMBERS = ("probability", "low", "high")


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
                    add_words(self.connection, first - 1)
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
        newest = sa.func.coalesce(sa.func.max(table(kind).c.id), 0)
        return int(self.connection.execute(sa.select(newest)).scalar_one())

    def replace(self, record: Record) -> None:
        """Put a record in the place of the one with the same identity. KeyError where there is none."""
        kind, key = table_of(record), self._known_key(record)
        columns = table(kind).c
        with words_changing(self.connection, key) if kind == "prediction" else nullcontext():
            changed = sa.update(table(kind)).where(columns.id == key)
            self.connection.execute(changed.values(**self.row(record), version=columns.version + 1))
        if kind != "resolution":  # its evidence never changes
            self._delete_children(kind, key)
            self._insert_children(kind, ((key, record),))
        self._reread((record,))

    def remove(self, record: Record) -> None:
        """Take a record out. RuleBrokenError where another refers to it; KeyError where there is none."""
        kind, key = table_of(record), self._known_key(record)
        try:
            with words_changing(self.connection, key) if kind == "prediction" else nullcontext():
                self._delete_children(kind, key)
                self.connection.execute(_deletion(kind, "id"), {"key": key})
        except sa.exc.IntegrityError as error:
            msg = f"The {kind} {name_of(record)} cannot be removed: other records refer to it."
            raise RuleBrokenError(msg, "Remove those first.") from error
        self.names.forget("source" if isinstance(record, SourceRedirect) else kind, identity(record)[0])
        self._reread((record,))

    def touch(self, kind: str, slugs: set[str]) -> None:
        """Count the row versions of these records up: something that belongs to them changed."""
        columns = table(kind).c
        for batch in batches(sorted(slugs)):
            statement = sa.update(table(kind)).where(columns.slug.in_(batch))
            self.connection.execute(statement.values(version=columns.version + 1))

    def row(self, record: Record) -> dict[str, Any]:
        return {name: values[0] for name, values in self._columns(table_of(record), (record,)).items()}

    def _columns(self, kind: str, records: Sequence[Any]) -> dict[str, Sequence[Any]]:
        """The main rows of one or more records of a kind, by column."""
        found = columns_of(layout(kind).parts, records, self.names)
        if kind in SEARCHED:
            texts = SEARCHED[kind]
            found["search_key"] = [search_key(*texts(record)) for record in records]
        if kind == "prediction" and any(record.standard for record in records):
            phrases = {name: self._phrases(name) for name in {record.standard for record in records} if name}
            numbers = [read_number(record, phrases.get(record.standard, ())) for record in records]
            for part in (*_NUMBERS, *(f"{part}_derived" for part in _NUMBERS)):
                found[part] = [getattr(number, part) for number in numbers]
        return found

    def _phrases(self, standard: str) -> list[Phrase]:
        key = self.names.find("standard", standard)
        return [phrase for _, phrase in read_records(self.names, Phrase, where="standard_id = ?", parameters=[key])]

    def _known_key(self, record: Record) -> int:
        key = self.key(type(record), identity(record))
        if key is None:
            raise KeyError(table_of(record), identity(record))
        return key

    def _insert(self, kind: str, records: Sequence[Record]) -> int:
        """Store new records of one kind; those that they refer to are there, or among them. Returns the first key."""
        made, columns = layout(kind), table(kind).c
        for other, slugs in slugs_referred_to(records).items():
            self.names.fetch(other, slugs)
        # writers are serial, so nobody else takes the next key
        first = self.last_key(kind) + 1
        keyed = list(enumerate(records, start=first))
        if made.is_slugged:
            for key, record in keyed:
                self.names.remember(kind, identity(record)[0], key)
        made_columns = {"id": [key for key, _ in keyed], **self._columns(kind, records)}
        linked: dict[str, list[dict[str, Any]]] = {}
        for name in (column.name for column in made.columns if column.refers == kind):
            found = zip(made_columns["id"], made_columns[name], strict=True)
            linked[name] = [{"key": key, "to": to} for key, to in found if to is not None]
            made_columns[name] = [None] * len(records)
        insert_columns(self.connection, table(kind), made_columns)
        for name, links in linked.items():  # once every row is there
            if links:
                statement = sa.update(table(kind)).where(columns.id == sa.bindparam("key"))
                self.connection.execute(statement.values({name: sa.bindparam("to")}), links)
        self._insert_children(kind, keyed)
        return first

    def _insert_children(self, kind: str, keyed: Iterable[tuple[int, Record]]) -> None:
        pairs = list(keyed)
        for field, child in layout(kind).children.items():
            owned = [
                (key, position, item)
                for key, record in pairs
                for position, item in enumerate(getattr(record, field), start=1)
            ]
            if owned:
                keys, positions, items = zip(*owned, strict=True)
                cells = columns_of(child.parts, items, self.names)
                insert_columns(self.connection, table(child.table), {child.owner: keys, "position": positions, **cells})

    def _delete_children(self, kind: str, key: int) -> None:
        for child in layout(kind).children.values():
            self.connection.execute(_deletion(child.table, child.owner), {"key": key})

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
                number = _number_columns(read_number(record, phrases))
                self.connection.execute(sa.update(table("prediction")).where(columns.id == key).values(**number))


@cache
def _deletion(name: str, column: str) -> sa.Delete:
    """What deletes the rows of a table whose column has the `key`; made once, as many are deleted one by one."""
    return sa.delete(table(name)).where(table(name).c[column] == sa.bindparam("key"))


def _number_columns(number: NumberRead) -> dict[str, Any]:
    return {part: getattr(number, part) for part in (*_NUMBERS, *(f"{part}_derived" for part in _NUMBERS))}
