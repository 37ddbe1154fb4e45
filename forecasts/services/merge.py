"""Making one source of two that are one: every name of the one leads to the other from then on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecasts.domain.changing import merged_source, with_reference
from forecasts.domain.local_records import SourceRedirect
from forecasts.domain.records import Record, Source
from forecasts.domain.views import RecordsChanged
from forecasts.errors import RuleBrokenError
from forecasts.services.effects import ScoreEffect
from forecasts.services.known import checked
from forecasts.services.ledger import Ledger, Unit, require
from forecasts.services.record import require_reason
from forecasts.services.redirects import follow_digest

if TYPE_CHECKING:
    from forecasts.domain.intents import MergeSources

MERGE = "merge sources"
_NOTHING = "Nothing was changed."


def merge_sources(ledger: Ledger, intent: MergeSources) -> RecordsChanged:
    """Make one source of two. What named the one names the other, its names become aliases, and its slug leads there.

    Errors: UnknownRecordError; InvalidInputError without a reason, or where a record would not hold together after it;
    RuleBrokenError for a source and itself, or an anonymous one.
    """
    changed, entry = ledger.change(MERGE, lambda unit: _merge(unit, intent))
    return replace(changed, entry=entry)


def preview_merge(ledger: Ledger, intent: MergeSources) -> RecordsChanged:
    """What `merge_sources` would do, with the same errors; nothing is written."""
    return ledger.rehearse(lambda unit: _merge(unit, intent))


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
    moved = _moved(unit, gone, kept)
    merged = merged_source(kept, gone)
    scores = ScoreEffect(unit.store, (gone, kept, *(record for pair in moved for record in pair)))
    checked(unit.store, [merged, *(after for _, after in moved if not isinstance(after, SourceRedirect))])
    _replace(unit, kept, merged)
    for was, after in moved:
        _replace(unit, was, after)
    unit.remove(gone)
    unit.add((SourceRedirect(slug=gone.slug, source=kept.slug),))
    unit.summary = f"Merged {gone.name} ({gone.slug}) into {kept.name} ({kept.slug})"[:300]
    unit.reason = intent.reason.strip()
    names = unit.changes.names()
    return RecordsChanged(entry=None, summary=unit.summary, names=names, moves=scores.moves())


def _moved(unit: Unit, gone: Source, kept: Source) -> list[tuple[Record, Record]]:
    """Each record that names the source, and what it says afterwards."""
    return [
        (record, with_reference(record, "source", gone.slug, kept.slug))
        for record in unit.store.referring(Source, gone.slug)
        if record != kept
    ]


def _replace(unit: Unit, before: Record, after: Record) -> None:
    if before != after:
        unit.replace(before, after)
        follow_digest(unit, before, after)
