"""The records of one transaction: found, read, added, replaced and removed by identity, whatever their kind."""

from __future__ import annotations

from collections import defaultdict
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db import codec as layout
from forecasts.db.codecs_predictions import OBJECTION, PASSAGE, PREDICTION, READING, reread_phrases
from forecasts.db.codecs_questions import QUESTION, REMINDER, RESOLUTION, REVISION
from forecasts.db.codecs_sources import ARTICLE, ARTICLE_TEXT, PACK, PHRASE, REDIRECT, SCENARIO, SOURCE, STANDARD
from forecasts.db.names import Names, batches
from forecasts.db.search import add_words, words_changing
from forecasts.domain.local_records import SourceRedirect
from forecasts.domain.records import KINDS, Phrase, Record, identity, name_of, table_of
from forecasts.errors import RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecasts.db.codec import Codec

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


class Store:
    """Every record of the ledger, through one connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.names = Names(connection)

    def find(self, kind: str, who: tuple[str, ...]) -> Record | None:
        """The record with that identity, or None."""
        key = layout.find_key(CODECS[kind], who, self.names)
        if key is None:
            return None
        found: list[Record] = layout.read(CODECS[kind], self.names, (key,))
        return found[0]

    def version(self, kind: str, who: tuple[str, ...]) -> int | None:
        """The row version of the record with that identity, or None."""
        codec = CODECS[kind]
        where = codec.where(who, self.names)
        if where is None:
            return None
        found = self.connection.execute(sa.select(codec.columns.c.version).where(where)).scalar()
        return None if found is None else int(found)

    def read(self, kind: str, keys: Sequence[int] | None = None) -> list[Record]:
        """All records of a kind (or those with these keys), in the kind's order."""
        records: list[Record] = layout.read(CODECS[kind], self.names, keys)
        return records

    def matching(self, kind: str, where: sa.ColumnElement[bool]) -> list[Record]:
        """The records of a kind whose main row matches."""
        table = CODECS[kind].columns
        keys = self.connection.execute(sa.select(table.c.id).where(where)).scalars().all()
        return self.read(kind, keys) if keys else []

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
