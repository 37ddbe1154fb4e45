"""The records of one transaction: found, read, added, replaced and removed by identity, whatever their kind."""

from __future__ import annotations

from collections import defaultdict
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from forecasts.db import codec as layout
from forecasts.db import schema
from forecasts.db.codecs_predictions import OBJECTION, PASSAGE, PREDICTION, READING, reread_phrases
from forecasts.db.codecs_questions import QUESTION, REMINDER, RESOLUTION, REVISION
from forecasts.db.codecs_sources import ARTICLE, ARTICLE_TEXT, PACK, PHRASE, REDIRECT, SCENARIO, SOURCE, STANDARD
from forecasts.db.names import Names, batches
from forecasts.db.search import add_words, words_changing
from forecasts.domain.fields import record_fields
from forecasts.domain.local_records import SourceRedirect
from forecasts.domain.records import KINDS, Phrase, Record, identity, kind_of, name_of, table_of
from forecasts.domain.references import fields_to, referred_kind
from forecasts.errors import RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecasts.db.codec import Codec

R = TypeVar("R", bound=Record)

CODECS: dict[str, Codec[Any]] = {
    codec.kind: codec
    for codec in (
        PACK,
        STANDARD,
        PHRASE,
        SOURCE,
        SCENARIO,
        ARTICLE,
        QUESTION,
        REVISION,
        PREDICTION,
        PASSAGE,
        RESOLUTION,
        READING,
        OBJECTION,
        REMINDER,
        REDIRECT,
        ARTICLE_TEXT,
    )
}

_CHILDREN = {
    "authors": "article_author",
    "speakers": "prediction_speaker",
    "via": "prediction_via",
    "condition": "prediction_condition",
}


class Store:
    """Every record of the ledger, through one connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.names = Names(connection)

    def find(self, record: type[R], *who: str) -> R | None:
        """The record of a class with that identity, or None."""
        key = layout.find_key(CODECS[kind_of(record)], who, self.names)
        return None if key is None else self.all(record, (key,))[0]

    def get(self, record: type[R], *who: str) -> R:
        """The record of a class with that identity, which is known to exist. KeyError otherwise."""
        found = self.find(record, *who)
        if found is None:
            raise KeyError(kind_of(record), who)
        return found

    def version(self, record: type, *who: str) -> int | None:
        """The row version of the record with that identity, or None."""
        codec = CODECS[kind_of(record)]
        where = codec.where(who, self.names)
        if where is None:
            return None
        found = self.connection.execute(sa.select(codec.columns.c.version).where(where)).scalar()
        return None if found is None else int(found)

    def all(self, record: type[R], keys: Sequence[int] | None = None) -> list[R]:
        """All records of a class (or those with these keys), in the order of their kind."""
        records: list[R] = layout.read(CODECS[kind_of(record)], self.names, keys)
        return records

    def matching(self, record: type[R], slug: str, *fields: str) -> list[R]:
        """The records of a class that refer to a slug by one of these fields. KeyError where nothing has that slug."""
        query = self._referring(record, slug, fields)
        keys = self.connection.execute(query).scalars().all()
        return self.all(record, keys) if keys else []

    def has_any(self, record: type, slug: str, *fields: str) -> bool:
        """Whether any record of a class refers to a slug by one of these fields. KeyError as `matching`."""
        return self.connection.execute(self._referring(record, slug, fields).limit(1)).first() is not None

    def referring(self, record: type, slug: str) -> list[Record]:
        """Every record that refers to the one of a class with that slug, by kind."""
        found: list[Record] = []
        for other in KINDS.values():
            if fields := fields_to(other, kind_of(record)):
                found += self.matching(other, slug, *fields)
        return found

    def _referring(self, record: type, slug: str, fields: Sequence[str]) -> sa.Select[Any]:
        codec = CODECS[kind_of(record)]
        columns = codec.columns.c
        conditions: list[sa.ColumnElement[bool]] = []
        for field in fields:
            spec = record_fields(record)[field]
            key = self.names.key(referred_kind(spec), slug)
            if spec.item is None:
                column = columns[f"{field}_id" if f"{field}_id" in columns else f"{field}_question_id"]
                conditions.append(column == key)
            else:
                row = schema.metadata.tables[_CHILDREN[field]].c
                owned = row.source_id == key if "source_id" in row else row.question_id == key
                conditions.append(columns.id.in_(sa.select(row[f"{codec.kind}_id"]).where(owned)))
        return sa.select(columns.id).where(sa.or_(*conditions))

    def add(self, records: Iterable[Record]) -> None:
        """Store new records, of whatever kinds, in an order in which they can refer to each other."""
        by_kind: dict[str, list[Record]] = defaultdict(list)
        for record in records:
            by_kind[table_of(record)].append(record)
        for kind in KINDS:
            layout.insert(CODECS[kind], by_kind[kind], self.names)
            if kind == "prediction" and by_kind[kind]:
                add_words(self.connection, layout.last_key(self.connection, PREDICTION.columns) - len(by_kind[kind]))
        self._reread(by_kind["phrase"])

    def replace(self, record: Record) -> None:
        """Put a record in the place of the one with the same identity. KeyError where there is none."""
        kind = table_of(record)
        key = layout.find_key(CODECS[kind], identity(record), self.names)
        if key is None:
            raise KeyError(kind, identity(record))
        with words_changing(self.connection, key) if kind == "prediction" else nullcontext():
            layout.replace(CODECS[kind], key, record, self.names)
        self._reread((record,))

    def remove(self, record: Record) -> None:
        """Take a record out. RuleBrokenError where another refers to it; KeyError where there is none."""
        kind = table_of(record)
        key = layout.find_key(CODECS[kind], identity(record), self.names)
        if key is None:
            raise KeyError(kind, identity(record))
        try:
            with words_changing(self.connection, key) if kind == "prediction" else nullcontext():
                layout.delete(CODECS[kind], key, self.names)
        except sa.exc.IntegrityError as error:
            msg = f"The {kind} {name_of(record)} cannot be removed: other records refer to it."
            raise RuleBrokenError(msg, "Remove those first.") from error
        self.names.forget("source" if isinstance(record, SourceRedirect) else kind, identity(record)[0])
        self._reread((record,))

    def touch(self, kind: str, slugs: set[str]) -> None:
        """Count the row versions of these records up: something that belongs to them changed."""
        table = CODECS[kind].columns
        for batch in batches(sorted(slugs)):
            statement = sa.update(table).where(table.c.slug.in_(batch))
            self.connection.execute(statement.values(version=table.c.version + 1))

    def _reread(self, records: Iterable[Record]) -> None:
        standards = {record.standard for record in records if isinstance(record, Phrase)}
        if standards:
            reread_phrases(self.names, standards)
