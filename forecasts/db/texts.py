"""The analyst's copies of texts, by the SHA-256 of the file that each was read from."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecasts.db.engine import reader_of
from forecasts.db.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasts.db.reader import SqlReader


def keep_text(connection: sa.Connection, content: str) -> str:
    """Keep a text, unless it is there already; returns its SHA-256."""
    copies, digest = table("text_copy"), text_hash(content)
    if connection.execute(sa.select(copies.c.sha256).where(copies.c.sha256 == digest)).first() is None:
        connection.execute(sa.insert(copies), [{"sha256": digest, "content": content}])
    return digest


def read_copy(reader: SqlReader, digest: str) -> str | None:
    """The text with that SHA-256, or None where no copy is kept."""
    found = reader.value("SELECT content FROM text_copy WHERE sha256 = ?", (digest,))
    return None if found is None else str(found)


def articles_of_text(reader: SqlReader, digest: str) -> list[str]:
    """The slugs of the articles whose record names that SHA-256."""
    return [str(slug) for (slug,) in reader.rows("SELECT slug FROM article WHERE sha256 = ? ORDER BY slug", (digest,))]


def text_hash(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def altered_copies(connection: sa.Connection) -> Iterator[str]:
    """The SHA-256 of each copy whose text, or size where an article has it, is not what it was, or that no article
    ever had."""
    copy, attached, change = table("text_copy").c, table("article_text").c, table("history_change").c
    said = connection.execute(sa.select(change.after).where(change.kind == "article_text")).scalars()
    known = {after["sha256"] for after in said if after is not None}
    for digest in connection.execute(sa.select(copy.sha256).order_by(copy.sha256)).scalars().all():
        content = read_copy(reader_of(connection), digest) or ""
        sizes = connection.execute(sa.select(attached.size).where(attached.sha256 == digest)).scalars()
        if (
            digest not in known
            or text_hash(content) != digest
            or any(size != len(content.encode("utf-8")) for size in sizes)
        ):
            yield digest
