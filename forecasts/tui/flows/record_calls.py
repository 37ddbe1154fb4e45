"""The service calls behind the forms of records. Each runs in a thread; the services are imported there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasts.domain.intents import AddRecords, EditRecord, MergeSources, RemoveRecord
    from forecasts.domain.records import Phrase, Record
    from forecasts.domain.views import HistoryRow, RecordsChanged
    from forecasts.services.ledger import Ledger


def typed_initial(kind: str, values: Mapping[str, Any]) -> dict[str, str]:
    """What a form begins with, as it would be typed; brings what the form needs into memory."""
    import forecasts.services.drafting  # noqa: F401 - loaded here, in a thread
    from forecasts.domain.fields import record_fields
    from forecasts.domain.records import KINDS
    from forecasts.domain.typed import typed_text

    cls: type = KINDS[kind]
    specs = record_fields(cls)
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return {name: value if isinstance(value, str) else typed_text(specs[name], value) for name, value in given.items()}


def typed_record(record: Record) -> dict[str, str]:
    """A record as it would be typed."""
    import forecasts.services.drafting  # noqa: F401 - loaded here, in a thread
    from forecasts.domain.typed import typed_texts

    return typed_texts(record)


def read_phrases(ledger: Ledger) -> dict[str, list[Phrase]]:
    """The phrases of each standard."""
    from forecasts.services import drafting

    return drafting.read_phrases(ledger)


def find_record(ledger: Ledger, *, kind: str, slug: str) -> tuple[Record, int]:
    """A record and its row version."""
    from forecasts.services import record

    return record.find_record(ledger, kind, slug)


def last_change(ledger: Ledger, *, kind: str, slug: str) -> HistoryRow | None:
    """The newest entry that changed a record or what belongs to it."""
    from forecasts.services import history

    return next(iter(history.list_history(ledger, kind=kind, slug=slug, limit=1)), None)


def finish_record(ledger: Ledger, *, kind: str, texts: Mapping[str, str], taken: frozenset[str]) -> Record:
    """The record that was typed, named by itself where it has no slug."""
    from forecasts.services import drafting

    return drafting.finish_record(ledger, kind, texts, taken)


def name_of_record(record: Record) -> str:
    """Its slug."""
    from forecasts.domain.records import name_of

    return name_of(record)


def title_of_record(record: Record) -> str:
    """What a message calls it."""
    from forecasts.services.record import title_of

    return title_of(record)


def preview_add(ledger: Ledger, *, intent: AddRecords) -> RecordsChanged:
    """What adding records would do; nothing is written."""
    from forecasts.services import record

    return record.preview_add(ledger, intent)


def add_records(ledger: Ledger, *, intent: AddRecords) -> RecordsChanged:
    """Add records."""
    from forecasts.services import record

    return record.add_records(ledger, intent)


def edit_record(ledger: Ledger, *, intent: EditRecord) -> RecordsChanged:
    """Change a record."""
    from forecasts.services import record

    return record.edit_record(ledger, intent)


def remove_record(ledger: Ledger, *, intent: RemoveRecord) -> RecordsChanged:
    """Take a record out."""
    from forecasts.services import record

    return record.remove_record(ledger, intent)


def merge_sources(ledger: Ledger, *, intent: MergeSources) -> RecordsChanged:
    """Make one source of two."""
    from forecasts.services import merge

    return merge.merge_sources(ledger, intent)


def find_names(address: str, kind: str, word: str, count: int) -> Sequence[tuple[str, str]]:
    """Slug and name of what has the word in its name, alias or slug."""
    from forecasts.services import overview

    return overview.find_named(address, kind, word, limit=count) if kind in overview.NAMED else ()
