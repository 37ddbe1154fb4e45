"""Slugs to internal keys and back, fetched in bulk and remembered for one unit of work."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from forecasts.db.layout import layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from forecasts.db.reader import SqlReader

_BATCH = 500


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

    def __init__(self, reader: SqlReader) -> None:
        self.reader = reader
        self._ids: dict[str, dict[str, int]] = defaultdict(dict)
        self._slugs: dict[str, dict[int | None, str]] = defaultdict(lambda: {None: ""})

    def remember(self, kind: str, slug: str, key: int) -> None:
        """A record that was just stored."""
        self._ids[kind][slug] = key
        self._slugs[kind][key] = slug

    def forget(self, kind: str, slug: str) -> None:
        """A record that was just removed."""
        key = self._ids[kind].pop(slug, None)
        self._slugs[kind].pop(key, None)
        self._slugs[kind][None] = ""

    def clear(self, kind: str) -> None:
        self._ids.pop(kind, None)
        self._slugs.pop(kind, None)

    def fetch(self, kind: str, slugs: Iterable[str]) -> None:
        """Look these slugs up together, so that `key` answers from memory."""
        unknown = sorted({slug for slug in slugs if slug and slug not in self._ids[kind]})
        if not unknown:
            return
        found, listed = self.reader.among("slug", unknown)
        for slug, key in self.reader.rows(f"SELECT slug, id FROM {kind} WHERE {found}", [listed]):
            self.remember(kind, slug, key)
        if kind == "source":
            query = f"SELECT slug, source_id FROM source_redirect WHERE {found}"
            self._ids[kind].update(self.reader.rows(query, [listed]))

    def find(self, kind: str, slug: str) -> int | None:
        """The key of a slug, or None."""
        if slug not in self._ids[kind]:
            self.fetch(kind, (slug,))
        return self._ids[kind].get(slug)

    def has(self, kind: str) -> bool:
        return layout(kind).is_slugged

    def all_slugs(self, kind: str) -> list[str]:
        return [slug for (slug,) in self.reader.rows(f"SELECT slug FROM {kind} ORDER BY slug")]

    def key(self, kind: str, slug: str) -> int:
        """The key of a slug that is known to exist. KeyError otherwise."""
        found = self.find(kind, slug)
        if found is None:
            raise KeyError(kind, slug)
        return found

    def key_or_none(self, kind: str, slug: str) -> int | None:
        return self.key(kind, slug) if slug else None

    def slugs(self, kind: str, keys: Iterable[int | None]) -> Mapping[int | None, str]:
        """The slugs of these keys (and of others that were asked for before); an empty one for None."""
        known = self._slugs[kind]
        unknown = sorted({key for key in keys if key is not None and key not in known})
        if unknown:
            found, listed = self.reader.among("id", unknown)
            for slug, key in self.reader.rows(f"SELECT slug, id FROM {kind} WHERE {found}", [listed]):
                self.remember(kind, slug, key)
        return known

    def slug(self, kind: str, key: int | None) -> str:
        """The slug of a key; an empty string for None."""
        return self.slugs(kind, (key,))[key]
