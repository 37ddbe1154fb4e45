"""Slugs to internal keys and back, fetched in bulk and remembered for one unit of work."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_BATCH = 500

_SLUGGED: dict[str, Any] = {
    "source": schema.SourceRow,
    "article": schema.ArticleRow,
    "scenario": schema.ScenarioRow,
    "question": schema.QuestionRow,
    "prediction": schema.PredictionRow,
    "standard": schema.StandardRow,
}


def batches(items: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """The items in runs that fit into one statement's parameters."""
    run: list[Any] = []
    for item in items:
        run.append(item)
        if len(run) == _BATCH:
            yield run
            run = []
    if run:
        yield run


class Names:
    """The slugs and keys of one connection. A merged source's slug leads to the source that it became."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self._ids: dict[str, dict[str, int]] = defaultdict(dict)
        self._slugs: dict[str, dict[int, str]] = defaultdict(dict)

    def remember(self, kind: str, slug: str, key: int) -> None:
        """A record that was just stored."""
        self._ids[kind][slug] = key
        self._slugs[kind][key] = slug

    def forget(self, kind: str, slug: str) -> None:
        """A record that was just removed."""
        key = self._ids[kind].pop(slug, None)
        if key is not None:
            self._slugs[kind].pop(key, None)

    def fetch(self, kind: str, slugs: Iterable[str]) -> None:
        """Look these slugs up together, so that `key` answers from memory."""
        table = _SLUGGED[kind]
        unknown = sorted({slug for slug in slugs if slug and slug not in self._ids[kind]})
        for batch in batches(unknown):
            for slug, key in self.connection.execute(sa.select(table.slug, table.id).where(table.slug.in_(batch))):
                self.remember(kind, slug, key)
            if kind == "source":
                redirect = schema.SourceRedirectRow
                found = self.connection.execute(
                    sa.select(redirect.slug, redirect.source_id).where(redirect.slug.in_(batch))
                )
                self._ids[kind].update((slug, key) for slug, key in found)

    def find(self, kind: str, slug: str) -> int | None:
        """The key of a slug, or None."""
        if slug not in self._ids[kind]:
            self.fetch(kind, (slug,))
        return self._ids[kind].get(slug)

    def slugs(self, kind: str) -> list[str]:
        """Every slug of a kind, in order."""
        table = _SLUGGED[kind]
        return list(self.connection.execute(sa.select(table.slug).order_by(table.slug)).scalars())

    def has(self, kind: str) -> bool:
        """Whether records of a kind have slugs."""
        return kind in _SLUGGED

    def key(self, kind: str, slug: str) -> int:
        """The key of a slug that is known to exist. KeyError otherwise."""
        found = self.find(kind, slug)
        if found is None:
            raise KeyError(kind, slug)
        return found

    def key_or_none(self, kind: str, slug: str) -> int | None:
        """The key of a slug, None where there is no slug."""
        return self.key(kind, slug) if slug else None

    def fetch_slugs(self, kind: str, keys: Iterable[int | None]) -> None:
        """Look these keys up together, so that `slug` answers from memory."""
        table = _SLUGGED[kind]
        unknown = sorted({key for key in keys if key is not None and key not in self._slugs[kind]})
        for batch in batches(unknown):
            for slug, key in self.connection.execute(sa.select(table.slug, table.id).where(table.id.in_(batch))):
                self._slugs[kind][key] = slug
                self._ids[kind][slug] = key

    def slug(self, kind: str, key: int | None) -> str:
        """The slug of a key; an empty string for None."""
        if key is None:
            return ""
        if key not in self._slugs[kind]:
            self.fetch_slugs(kind, (key,))
        return self._slugs[kind][key]
