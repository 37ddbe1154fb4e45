"""Packs and imports that still name a source which was merged into another here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecasts.db.pack_digests import read_digest, write_digests
from forecasts.domain.changing import merged_source, with_reference
from forecasts.domain.local_records import SourceRedirect
from forecasts.domain.records import Record, Source, name_of, table_of
from forecasts.interchange.digest import record_digest
from forecasts.interchange.packs import make_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasts.db.queries.records import Records
    from forecasts.interchange.packs import Body
    from forecasts.services.ledger import Unit


def read_redirects(store: Records) -> dict[str, str]:
    """The slugs of merged sources, and what they lead to."""
    return {record.slug: record.source for record in store.all(SourceRedirect)}


def with_old_names(sources: Mapping[str, Record], redirects: Mapping[str, str]) -> dict[str, Record]:
    """The sources by name, those that were merged under their old names too."""
    return {**sources, **{old: sources[new] for old, new in redirects.items() if new in sources}}


def redirected(body: Body, redirects: Mapping[str, str], sources: Mapping[str, Record]) -> Body:
    """The body as it is after the merges: old names replaced, and the merged sources part of those that they became."""
    if not redirects:
        return body
    given = {source.slug: source for source in body.sources}
    kept: list[Record] = []
    for record in body.records():
        if isinstance(record, Source):
            if record.slug not in redirects:
                kept.append(_merged(record, given, redirects, sources))
            continue
        for old, new in redirects.items():
            record = with_reference(record, "source", old, new)
        kept.append(record)
    return make_body(body.pack, kept, body.files)


def _merged(
    source: Source, given: Mapping[str, Source], redirects: Mapping[str, str], sources: Mapping[str, Record]
) -> Source:
    merged = source
    for old, new in sorted(redirects.items()):
        if new == source.slug and old in given:
            merged = merged_source(merged, given[old])
    member_of = redirects.get(merged.member_of, merged.member_of)
    merged = replace(merged, member_of="" if member_of == merged.slug else member_of)
    there = sources.get(source.slug)
    if source.slug in redirects.values() and isinstance(there, Source):  # it keeps the names that came with a merge
        aliases = dict.fromkeys((*there.aliases, *merged.aliases))
        merged = replace(merged, aliases=tuple(alias for alias in aliases if alias != merged.name))
    return merged


def follow_digest(unit: Unit, before: Record, after: Record) -> None:
    """A record that a merge renamed was not changed here: a pack may still bring it up to date."""
    connection, kind, name = unit.store.connection, table_of(before), name_of(before)
    if read_digest(connection, kind, name) == record_digest(before):
        write_digests(connection, [((kind, name), record_digest(after))])
