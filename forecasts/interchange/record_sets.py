"""Record sets: what a pack holds, in the order in which it can be stored, each record in its fixed place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from forecasts.domain.records import (
    TABLES,
    Article,
    CriteriaRevision,
    Objection,
    Pack,
    Passage,
    Phrase,
    Prediction,
    Question,
    Reading,
    Record,
    Resolution,
    Scenario,
    Source,
    Standard,
    identity,
    table_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Known = Mapping[str, Mapping[str, Record]]
"""Records that are already in the ledger: by table, then by name (`forecasts.domain.records.name_of`)."""

NO_RECORDS: Known = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSet:
    """A pack and its records, each table in its fixed order; made by `make_record_set`.

    `files` says where each record came from, by table and identity, for messages only.
    """

    pack: Pack
    standards: tuple[Standard, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    sources: tuple[Source, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    articles: tuple[Article, ...] = ()
    questions: tuple[Question, ...] = ()
    criteria_revisions: tuple[CriteriaRevision, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    passages: tuple[Passage, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    readings: tuple[Reading, ...] = ()
    objections: tuple[Objection, ...] = ()
    files: Mapping[tuple[str, tuple[str, ...]], str] = field(default_factory=dict, compare=False, repr=False)

    def table(self, name: str) -> tuple[Record, ...]:
        """The records of one table of the pack, in their fixed order."""
        records: tuple[Record, ...] = (self.pack,) if name == "pack" else getattr(self, f"{name}s")
        return records

    def tables(self) -> Iterator[tuple[str, tuple[Record, ...]]]:
        """Each table with its records, in an order in which they can be stored; the pack itself first."""
        return ((name, self.table(name)) for name in TABLES)

    def records(self) -> Iterator[Record]:
        """Every record but the pack itself, in the order of `tables`."""
        return chain.from_iterable(self.table(name) for name in TABLES if name != "pack")

    def file_of(self, record: Record) -> str:
        """The file that the record was read from; empty where it came from no file."""
        return self.files.get((table_of(record), identity(record)), "")


def make_record_set(
    pack: Pack, records: Iterable[Record], files: Mapping[tuple[str, tuple[str, ...]], str] | None = None
) -> RecordSet:
    """The set of these records in any order; what a pack has no table for is left out.

    Criteria revisions of one day keep their order, the newest last.
    """
    tables: dict[str, list[Any]] = {name: [] for name in TABLES if name != "pack"}
    for record in records:
        if (table := table_of(record)) in tables:
            tables[table].append(record)
    for name, rows in tables.items():
        rows.sort(key=_ORDERS.get(name, identity))
    return RecordSet(pack=pack, files=files or {}, **{f"{name}s": tuple(rows) for name, rows in tables.items()})


_ORDERS: dict[str, Callable[[Any], Any]] = {
    "phrase": lambda phrase: (phrase.standard, phrase.low, phrase.high, phrase.term),
    "criteria_revision": lambda revision: (revision.question, revision.replaced_on),
    "passage": lambda passage: (passage.article, passage.paragraph, passage.phrase),
    "resolution": lambda resolution: (resolution.question, resolution.resolved_at),
}
