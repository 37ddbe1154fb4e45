"""Taking a change back: the inverse of a history entry, as a new entry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecasts.db.queries.history import newest_undoable, read_entries, read_entry
from forecasts.domain.intents import SET_UP
from forecasts.domain.plain_records import plain_record, read_record
from forecasts.domain.records import KINDS, Record, Resolution, identity
from forecasts.domain.views import HistoryRow, RecordChange, Undone
from forecasts.errors import RuleBrokenError
from forecasts.services.effects import ScoreEffect
from forecasts.services.merge import follow_digest

if TYPE_CHECKING:
    from forecasts.domain.intents import UndoChange
    from forecasts.services.ledger import Ledger, Unit


def find_undoable(ledger: Ledger) -> HistoryRow | None:
    """The entry that an undo would take back, or None."""
    with ledger.reader() as reader:
        number = newest_undoable(reader)
        entry = None if number is None else read_entry(reader, number)
    return entry if entry is not None and entry.is_undoable else None


def undo_change(ledger: Ledger, intent: UndoChange) -> Undone:
    """Take back the newest change that is not taken back yet, or the entry with that number.

    Errors: RuleBrokenError where there is nothing to undo, or a later change depends on it; nothing is changed then.
    """

    def work(unit: Unit) -> Undone:
        entry = _chosen(unit, intent.entry)
        versions = (_record(change.kind, plain) for change in entry.changes for plain in (change.before, change.after))
        scores = ScoreEffect(unit.store, (record for record in versions if record is not None))
        for change in reversed(entry.changes):
            _take_back(unit, entry, change)
        unit.summary = f"Undid: {entry.summary}"
        unit.undoes = entry.entry
        return Undone(undone=entry, entry=0, moves=scores.moves())

    undone, number = ledger.change("undo", work)
    return replace(undone, entry=number or 0)


def _chosen(unit: Unit, number: int | None) -> HistoryRow:
    reader = unit.store.reader
    if number is None:
        number = newest_undoable(reader)
    entry = None if number is None else read_entry(reader, number)
    if entry is None:
        msg = "There is nothing to undo." if number is None else f"The history has no entry {number}."
        raise RuleBrokenError(msg, "`forecasts history` lists what was changed.")
    if entry.undone_by is not None:
        msg = f"Entry {entry.entry} was undone already, by entry {entry.undone_by}."
        raise RuleBrokenError(msg, f"`forecasts undo --entry {entry.undone_by}` does it again.")
    if entry.intent == SET_UP:
        msg = "There is nothing to undo: the newest change is the record that the ledger began with."
        raise RuleBrokenError(msg, "Set up another database to begin without it.")
    return entry


def _take_back(unit: Unit, entry: HistoryRow, change: RecordChange) -> None:
    before, after = _record(change.kind, change.before), _record(change.kind, change.after)
    named = after or before
    if named is None:
        msg = f"entry {entry.entry} has an empty change"
        raise ValueError(msg)
    current = unit.store.find(type(named), *identity(named))
    if (None if current is None else plain_record(current)) != (None if after is None else plain_record(after)):
        _refuse_changed_again(unit, entry, change)
    if before is None and current is not None:
        if isinstance(current, Resolution):
            reason = f"undone (entry {entry.entry})"
            unit.replace(current, replace(current, superseded_reason=reason))
        else:
            _remove(unit, entry, current)
    elif before is not None and current is None:
        unit.add((before,))
    elif before is not None and current is not None:
        unit.replace(current, before)
        if any(each.kind == "source_redirect" for each in entry.changes):
            follow_digest(unit, current, before)


def _remove(unit: Unit, entry: HistoryRow, record: Record) -> None:
    try:
        unit.remove(record)
    except RuleBrokenError as error:
        msg = f"Entry {entry.entry} cannot be undone: {error.message[0].lower()}{error.message[1:]}"
        raise RuleBrokenError(msg, "Undo first what came to refer to it. A resolution stays in the record.") from error


def _record(kind: str, plain: object) -> Record | None:
    if not isinstance(plain, dict):
        return None
    record, problems = read_record(KINDS[kind], plain)
    if record is None:
        msg = f"the history has a {kind} that cannot be read: {problems[0]}"
        raise RuleBrokenError(msg, "`forecasts check` tells whether the history is intact.")
    return record


def _refuse_changed_again(unit: Unit, entry: HistoryRow, change: RecordChange) -> None:
    slug = change.name.split(" / ")[0]
    later = read_entries(unit.store.reader, kind=change.kind, name=slug, limit=1)
    by = f" by entry {later[0].entry} ({later[0].analyst}: {later[0].summary})" if later else ""
    msg = f"Entry {entry.entry} cannot be undone: the {change.kind} {slug} was changed again{by}."
    raise RuleBrokenError(msg, "Undo the later change first.")
