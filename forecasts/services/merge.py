"""Making one source of two that are one, and what the slug of the one that went leads to."""

from collections.abc import Mapping
from dataclasses import replace

from forecasts.db.history import read_digest, write_digests
from forecasts.db.queries.records import Records
from forecasts.domain.differences import merged_source, with_source
from forecasts.domain.intents import MergeSources
from forecasts.domain.records import Record, Source, SourceRedirect, name_of, table_of
from forecasts.domain.views import RecordsChanged
from forecasts.errors import RuleBrokenError
from forecasts.interchange.packs import record_digest
from forecasts.interchange.record_sets import RecordSet, make_record_set
from forecasts.services.effects import ScoreEffect
from forecasts.services.ledger import Ledger, require_reason
from forecasts.services.read_only import require
from forecasts.services.record import MOST_SUMMARY
from forecasts.services.unit import Unit
from forecasts.services.validation import checked
from forecasts.text import shorten

MERGE = "merge sources"
_NOTHING = "Nothing was changed."


def merge_sources(ledger: Ledger, intent: MergeSources) -> RecordsChanged:
    """Make one source of two. What named the one names the other, its names become aliases, and its slug leads there.

    Errors: UnknownRecordError; InvalidInputError without a reason, or where a record would not hold together after it;
    RuleBrokenError for a source and itself, or an anonymous one.
    """
    changed, entry = ledger.change(MERGE, lambda unit: _merge(unit, intent))
    return replace(changed, entry=entry)


def _merge(unit: Unit, intent: MergeSources) -> RecordsChanged:
    gone, kept = require(unit.store, Source, intent.gone), require(unit.store, Source, intent.kept)
    if gone.slug == kept.slug:
        msg = f"{intent.gone} and {intent.kept} are the same source already ({kept.slug})."
        raise RuleBrokenError(msg, _NOTHING)
    for source in (gone, kept):
        if source.anonymous:
            msg = f"{source.slug} is anonymous: who speaks in one article need not be who speaks in another."
            raise RuleBrokenError(msg, f"{_NOTHING} Edit the source if it is known who that is.")
    require_reason(
        intent.reason, f"{gone.slug} cannot be merged without a reason:", "how it is known that they are one"
    )
    moved = [
        (record, with_source(record, gone.slug, kept.slug))
        for record in unit.store.referring(Source, gone.slug)
        if record != kept
    ]
    merged = merged_source(kept, gone)
    scores = ScoreEffect(unit.store, (gone, kept, *(record for pair in moved for record in pair)))
    checked(unit.store, [merged, *(after for _, after in moved if not isinstance(after, SourceRedirect))])
    _replace(unit, kept, merged)
    for was, after in moved:
        _replace(unit, was, after)
    unit.remove(gone)
    unit.add((SourceRedirect(slug=gone.slug, source=kept.slug),))
    unit.summary = shorten(f"Merged {gone.name} ({gone.slug}) into {kept.name} ({kept.slug})", MOST_SUMMARY)
    unit.reason = intent.reason.strip()
    names = unit.changes.names()
    return RecordsChanged(entry=None, summary=unit.summary, names=names, moves=scores.moves())


def _replace(unit: Unit, before: Record, after: Record) -> None:
    if before != after:
        unit.replace(before, after)
        follow_digest(unit, before, after)


def read_redirects(store: Records) -> dict[str, str]:
    """The slugs of merged sources, and what they lead to."""
    return {record.slug: record.source for record in store.all(SourceRedirect)}


def with_old_names(sources: Mapping[str, Record], redirects: Mapping[str, str]) -> dict[str, Record]:
    """The sources by name, those that were merged under their old names too."""
    return {**sources, **{old: sources[new] for old, new in redirects.items() if new in sources}}


def redirected(body: RecordSet, redirects: Mapping[str, str], sources: Mapping[str, Record]) -> RecordSet:
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
            record = with_source(record, old, new)
        kept.append(record)
    return make_record_set(body.pack, kept, body.files)


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
