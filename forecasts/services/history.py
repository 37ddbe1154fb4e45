"""Reading the history."""

from collections.abc import Sequence
from dataclasses import dataclass

from forecasts.db.queries.history import find_entries, read_entries, read_entry, read_numbered
from forecasts.db.queries.home import newest_entry
from forecasts.db.reader import SqlReader
from forecasts.domain.records import KINDS
from forecasts.domain.views import HistoryRow
from forecasts.errors import RuleBrokenError
from forecasts.services.read_only import ReadableLedger, require

_CHANGES_SHOWN = 3

_BELONGING = {
    "question": ("resolution", "criteria_revision", "reminder"),
    "prediction": ("reading",),
    "article": ("passage", "article_text"),
    "source": ("source_redirect",),
    "standard": ("phrase",),
}
"""What is named after a record of a kind and changes with it."""


def list_history(
    ledger: ReadableLedger, *, kind: str = "", slug: str = "", limit: int = 200, before_entry: int | None = None
) -> tuple[HistoryRow, ...]:
    """Entries, newest first; of one record and what belongs to it where `kind` and `slug` name it.

    UnknownRecordError offers the nearest.
    """
    with ledger.records() as records:
        found = history_of(records.reader, kind, slug, limit=limit, before_entry=before_entry)
        if not found and slug:
            require(records, KINDS[kind], slug)
        return found


def history_of(
    reader: SqlReader, kind: str, slug: str, *, limit: int = 200, before_entry: int | None = None
) -> tuple[HistoryRow, ...]:
    """The entries that changed a record or what belongs to it, newest first."""
    found = {
        row.entry: row
        for one in (kind, *_BELONGING.get(kind, ()))
        for row in read_entries(reader, kind=one, name=slug, before=before_entry, limit=limit)
    }
    return tuple(found[entry] for entry in sorted(found, reverse=True)[:limit])


def last_change(ledger: ReadableLedger, kind: str, slug: str) -> HistoryRow | None:
    """The newest entry that changed a record or what belongs to it."""
    return next(iter(list_history(ledger, kind=kind, slug=slug, limit=1)), None)


@dataclass(frozen=True, slots=True, eq=False)
class HistoryWindow:
    """The history as it stood when it was asked for, newest first: its numbers, and rows as they are looked at."""

    ledger: ReadableLedger
    numbers: Sequence[int]

    def __len__(self) -> int:
        return len(self.numbers)

    def rows(self, first: int, count: int) -> tuple[HistoryRow, ...]:
        """The entries from `first` on, at most `count` of them, each with the first of its changes."""
        numbers = self.numbers[max(first, 0) : first + count]
        with self.ledger.reader() as reader:
            return read_numbered(reader, list(numbers), changes_at_most=_CHANGES_SHOWN)

    def slug_at(self, index: int) -> str:
        return str(self.numbers[index])

    def index_of(self, slug: str) -> int | None:
        """Where an entry stands by its number, or None where it does not match."""
        try:
            return self.numbers.index(int(slug))
        except ValueError:
            return None


def open_history(ledger: ReadableLedger, words: str = "") -> HistoryWindow:
    """The entries that have the words, or all of them, to be read by the window that is shown."""
    with ledger.reader() as reader:
        # entries are numbered without a gap, so that nothing need be read to know them all
        numbers = find_entries(reader, words) if words else range(newest_entry(reader)[0], 0, -1)
        return HistoryWindow(ledger, numbers)


def read_history_entry(ledger: ReadableLedger, number: int) -> HistoryRow:
    """One entry with all its changes. RuleBrokenError where there is none."""
    with ledger.reader() as reader:
        entry = read_entry(reader, number)
    if entry is None:
        msg = f"The history has no entry {number}."
        raise RuleBrokenError(msg, "`forecasts history` lists what was changed.")
    return entry
