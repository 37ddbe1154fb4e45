"""The sources that the rows of a table name: by slug or by name, one where the names show no difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecasts.domain.values import is_slug, same_text, shown
from forecasts.interchange.imports.building import own_slug_of_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasts.interchange.imports.building import Building
    from forecasts.interchange.imports.csv_merging import KnownRecords, RowMerger


class RowSources:
    """The sources of one table, each under the name by which it was called first."""

    def __init__(self, building: Building, known: KnownRecords, merger: RowMerger) -> None:
        self._building = building
        self._problems = building.problems
        self._known = known
        self._merger = merger
        self._names: dict[str, str] = {}

    def of_row(self, given: Mapping[str, dict[str, Any]], where: str) -> list[str]:
        """The slugs of the sources that a row names, what it says of each taken too."""
        slugs = [self.take(text, where) for text in given["prediction"].get("speakers", [])]
        for field, values in given.get("source", {}).items():
            if len(values) != len(slugs):
                found, expected = f"{len(values)} items", f"{len(slugs)}, one for each source"
                self._problems.add(where, f"source_{field}", found, expected)
                continue
            for slug, value in zip(slugs, values, strict=True):
                if field == "name" and not self._known.goes_by(slug, value):
                    self._tell_other_name(slug, value, where)
                elif field != "name" or not self._known.find("source", slug):
                    self._merger.merge("source", slug, {field: value}, where)
        if "via" in given["prediction"]:
            given["prediction"]["via"] = [self.take(text, where) for text in given["prediction"]["via"]]
        return slugs

    def take(self, text: str, where: str) -> str:
        """The slug of the source that a row calls so, taken as one of the table's where the ledger has none."""
        slug = self._known.source(text)
        if not is_slug(slug):
            self._problems.add(where, "source", shown(text), "a slug, or a name")
            return slug
        if not self._is_of(slug, text):  # another name has it
            slug = own_slug_of_name(text)
        name = self._names.setdefault(slug, text)
        known = self._known.find("source", slug)
        if same_text(name) == same_text(text):
            self._building.tell_as_one("source", name, text)
            if known and text != slug and same_text(known.name) == same_text(text):
                self._building.tell_as_one("source", known.name, text)
        if not known:
            self._merger.merge("source", slug, {} if is_slug(text) else {"name": text if name == slug else name}, where)
        return slug

    def _is_of(self, slug: str, text: str) -> bool:
        """Whether a slug leads to what a row calls a source, in the table and in the ledger."""
        name = self._names.get(slug, text)
        is_same = same_text(name) == same_text(text) or slug in {name, text}
        return is_same and (slug == text or self._known.goes_by(slug, text))

    def _tell_other_name(self, slug: str, name: str, where: str) -> None:
        found = self._known.find("source", slug)
        expected = f"{shown(found.name)}, the name of {slug} in the ledger, or another slug"
        self._problems.add(where, "source_name", shown(name), expected)
