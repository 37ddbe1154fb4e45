"""Checking that the words of a ledger stand: each file is the one that was read, each phrase where it is said to be."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from forecasts.db import inspect
from forecasts.domain.records import Article, Passage, Prediction, name_of
from forecasts.domain.texts import paragraphs
from forecasts.domain.views import Finding
from forecasts.services.texts import misplaced

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from forecasts.db.engine import Connection
    from forecasts.domain.records import Record
    from forecasts.services.progress import Progress


def text_findings(
    connection: Connection, readable: Collection[str], folder: Path, progress: Progress
) -> Iterator[Finding]:
    """What is wrong with the texts of a folder and with the phrases that are said to stand in them.

    Of records only the articles that have a file there are held, with their paragraphs.
    """
    articles: dict[str, tuple[Article, tuple[str, ...]]] = {}
    done, total = 0, inspect.count_records(connection, ("article",))
    for article in _records(connection, readable, "article"):
        done += 1
        progress("Checking texts", done, total)
        if not isinstance(article, Article) or not article.file:
            continue
        path = folder / article.file
        if not path.is_file():
            yield Finding(
                area="texts", what=f"{article.slug}: {article.file} is not there", advice=f"Put it into {folder}."
            )
            continue
        content = path.read_bytes()
        if article.sha256 and hashlib.sha256(content).hexdigest() != article.sha256:
            what = f"{article.slug}: {article.file} is not the text that was read (its sha256 differs)"
            yield Finding(area="texts", what=what, advice="Find the copy that was read, or read this one anew.")
        articles[article.slug] = article, paragraphs(content.decode("utf-8", errors="replace"))
    for kind in ("prediction", "passage") if articles else ():
        for record in _records(connection, readable, kind):
            if isinstance(record, Prediction | Passage) and record.article in articles:
                wrong = misplaced(record, *articles[record.article])
                if wrong:
                    yield Finding(area="texts", what=f"{name_of(record)}: {wrong[0]}", advice=wrong[1])


def _records(connection: Connection, readable: Collection[str], kind: str) -> Iterator[Record]:
    """The records of a kind; none where they cannot be read."""
    for records in inspect.read_batches(connection, kind) if kind in readable else ():
        yield from records
