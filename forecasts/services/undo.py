"""Taking a change back: the inverse of a history entry, as a new entry."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, groupby
from typing import Any

from forecasts.db.queries.history import newest_undoable, read_entries, read_entry
from forecasts.db.queries.records import batches
from forecasts.db.store import Store
from forecasts.domain.dates import LATEST
from forecasts.domain.differences import undone_reason
from forecasts.domain.intents import UndoChange
from forecasts.domain.kinds import IMPORT, LOAD
from forecasts.domain.plain_records import plain_record, read_record
from forecasts.domain.records import (
    IDENTITY,
    KINDS,
    Prediction,
    Question,
    Record,
    Reminder,
    Resolution,
    identity,
    name_of,
    table_of,
)
from forecasts.domain.references import fields_to
from forecasts.domain.views import HistoryRow, RecordChange, Undone
from forecasts.errors import RuleBrokenError
from forecasts.services.effects import ScoreEffect
from forecasts.services.ledger import Ledger
from forecasts.services.merge import follow_digest
from forecasts.services.read_only import Progress, silent
from forecasts.services.unit import Unit

_FEW = 50
_THE_PROGRAMS = frozenset({"standard", "phrase"})
"""The kinds of records that belong to the program, whatever record it began with."""


def find_undoable(ledger: Ledger) -> HistoryRow | None:
    """The newest entry of the ledger's own analyst that can be taken back, or None."""
    with ledger.reader() as reader:
        number = newest_undoable(reader, ledger.analyst)
        entry = None if number is None else read_entry(reader, number)
    return entry if entry is not None and entry.is_undoable and not entry.is_beginning else None


def undo_change(ledger: Ledger, intent: UndoChange, progress: Progress = silent) -> Undone:
    """Take back the newest change that is not taken back yet, or the entry with that number.

    Of what came from elsewhere, a record stays to which something else came to refer, and a question whose outcome came
    with it: what was resolved is superseded and kept. Such questions are put aside.
    Errors: RuleBrokenError where there is nothing to undo, or a later change depends on it; nothing is changed then.
    """

    def work(unit: Unit) -> Undone:
        taking = _TakingBack(unit, _chosen(unit, intent.entry), progress)
        taking.run()
        unit.summary = f"Undid: {taking.entry.summary}"
        unit.undoes = taking.entry.entry
        return Undone(undone=taking.entry, entry=0, moves=taking.scores.moves(), kept=dict(taking.kept))

    undone, number = ledger.change("undo", work)
    return replace(undone, entry=number or 0)


def _chosen(unit: Unit, number: int | None) -> HistoryRow:
    reader = unit.store.reader
    asked = number
    if number is None:
        number = newest_undoable(reader)
    entry = None if number is None else read_entry(reader, number)
    if entry is None:
        msg = "There is nothing to undo." if number is None else f"The history has no entry {number}."
        raise RuleBrokenError(msg, "`forecasts history` lists what was changed.")
    if entry.undone_by is not None:
        msg = f"Entry {entry.entry} was undone already, by entry {entry.undone_by}."
        raise RuleBrokenError(msg, f"`forecasts undo --entry {entry.undone_by}` does it again.")
    if entry.is_beginning and asked is None:
        msg = "There is nothing to undo: the newest change is the record that the ledger began with."
        raise RuleBrokenError(msg, f"`forecasts undo --entry {entry.entry}` takes that record out.")
    return entry


Version = tuple[RecordChange, Record | None]
"""A change, and the record as it was before it."""


class _TakingBack:
    """An entry being taken back: its changes from the last to the first, those of one kind that do alike together."""

    def __init__(self, unit: Unit, entry: HistoryRow, progress: Progress) -> None:
        self.entry = entry
        self.kept: Counter[str] = Counter()
        self._unit = unit
        self._progress = progress
        self._has_merged = any(change.kind == "source_redirect" for change in entry.changes)
        self._reopened: set[str] = set()  # the questions whose resolutions are superseded
        self._reminders = {reminder.question for reminder in unit.store.all(Reminder)}
        self._is_from_elsewhere = entry.is_beginning or entry.intent == LOAD or entry.intent.startswith(f"{IMPORT} ")
        progress(f"Reading entry {entry.entry}", 0, 0)
        kept = _THE_PROGRAMS if entry.is_beginning else frozenset()
        changes = (change for change in reversed(entry.changes) if change.kind not in kept)
        self._versions = [(change, _record(change.kind, change.before)) for change in changes]
        self._current = _current_records(unit.store, entry)
        before = (record for _, record in self._versions if record is not None)
        self.scores = ScoreEffect(unit.store, chain(before, self._current.values()))

    def run(self) -> None:
        done = 0
        for _, run in groupby(self._versions, lambda one: (one[0].kind, one[0].before is None, one[0].after is None)):
            versions = list(run)
            self._take_back(versions)
            done += len(versions)
            self._progress("Taking back", done, len(self._versions))

    def _take_back(self, versions: Sequence[Version]) -> None:
        change, record = versions[0]
        if change.after is None:
            for one, _ in versions:
                self._require_unchanged(one)
            self._add([before for _, before in versions if before is not None])
        elif record is None:
            self._take_out([current for one, _ in versions if (current := self._require_unchanged(one)) is not None])
        else:
            self._put_back(versions)

    def _put_back(self, versions: Sequence[Version]) -> None:
        pairs: list[tuple[Record, Record]] = []
        for change, before in versions:
            current = self._require_unchanged(change)
            if current is not None and before is not None:
                self._current[change.kind, change.name] = before
                pairs.append((current, before))
        is_each_once = len({change.name for change, _ in versions}) == len(versions)
        for batch in (pairs,) if is_each_once else ([pair] for pair in pairs):
            self._unit.replace_all(batch)
        if self._has_merged:
            for current, before in pairs:
                follow_digest(self._unit, current, before)

    def _require_unchanged(self, change: RecordChange) -> Record | None:
        """The record as the change left it, which it still has to be; None where it is taken out already."""
        current = self._current.get((change.kind, change.name))
        if (None if current is None else plain_record(current)) == change.after:
            return current
        if isinstance(current, Resolution) and current.superseded_reason and change.before is None:
            left = plain_record(replace(current, superseded_reason=""))
            if self._is_from_elsewhere and left == change.after:
                return None
        slug = change.name.split(" / ")[0]
        later = read_entries(self._unit.store.reader, kind=change.kind, name=slug, limit=1)
        by = f" by entry {later[0].entry} ({later[0].analyst}: {later[0].summary})" if later else ""
        msg = f"Entry {self.entry.entry} cannot be undone: the {change.kind} {slug} was changed again{by}."
        raise RuleBrokenError(msg, "Undo the later change first.")

    def _add(self, records: list[Record]) -> None:
        alone, linked = _by_links(records)
        for batch in (*batches(alone), linked):
            self._unit.add(batch)
            self._current.update(((table_of(record), name_of(record)), record) for record in batch)

    def _take_out(self, records: list[Record]) -> None:
        if not records:
            return
        if isinstance(records[0], Resolution):
            self._supersede([one for one in records if isinstance(one, Resolution)])
            return
        gone = self._without_kept(records) if self._is_from_elsewhere else records
        alone, linked = _by_links(gone)
        for batch in (linked, *batches(alone)):
            self._remove(batch)

    def _supersede(self, resolutions: list[Resolution]) -> None:
        reason = undone_reason(self.entry.entry)
        self._unit.replace_all([(one, replace(one, superseded_reason=reason)) for one in resolutions])
        self._reopened.update(one.question for one in resolutions)

    def _without_kept(self, records: list[Record]) -> list[Record]:
        """Those of the records to which nothing refers that stays; the questions among the others are put aside."""
        kind, store, kept = table_of(records[0]), self._unit.store, list[Record]()
        gone = list(records)
        while gone and (referred := store.referred(kind, keys := store.known_keys(gone))):
            kept += [record for key, record in zip(keys, gone, strict=True) if key in referred]
            gone = [record for key, record in zip(keys, gone, strict=True) if key not in referred]
        self.kept[kind] += len(kept)
        self._unit.add([aside for record in kept if (aside := self._put_aside(record))])
        return gone

    def _put_aside(self, record: Record) -> Reminder | None:
        """A question that stays only because it was resolved once is nobody's to resolve again."""
        if not isinstance(record, Question) or record.slug not in self._reopened:
            return None
        if record.slug in self._reminders or self._unit.store.has_any(Prediction, record.slug, "question"):
            return None
        return Reminder(question=record.slug, remind_on=LATEST)

    def _remove(self, records: Sequence[Record]) -> None:
        if not records:
            return
        try:
            self._unit.remove(*records)
        except RuleBrokenError as error:
            msg = f"Entry {self.entry.entry} cannot be undone: {error.message[0].lower()}{error.message[1:]}"
            raise RuleBrokenError(msg, "Undo first what came to refer to it.") from error
        for record in records:
            del self._current[table_of(record), name_of(record)]


def _by_links(records: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """Records of one class that refer to none of their kind, and those that do, which are added last and go first."""
    if not records:
        return [], []
    fields = fields_to(type(records[0]), table_of(records[0]))
    found: tuple[list[Record], list[Record]] = ([], [])
    for record in records:
        found[any(getattr(record, name) for name in fields)].append(record)
    return found


def _current_records(store: Store, entry: HistoryRow) -> dict[tuple[str, str], Record]:
    """The records of an entry as they are now, by kind and name."""
    by_kind: defaultdict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for change in entry.changes:
        by_kind[change.kind][change.name] = change.after or change.before or {}
    found: dict[tuple[str, str], Record] = {}
    for kind, named in by_kind.items():
        for record in _there(store, kind, named):
            found[kind, name_of(record)] = record
    return found


def _there(store: Store, kind: str, named: Mapping[str, Mapping[str, Any]]) -> Iterator[Record]:
    made = KINDS[kind]
    if made not in IDENTITY:
        for names in batches(named):
            yield from store.all(made, list(store.keys_of(kind, names).values()))
    elif len(named) > _FEW:
        yield from (record for record in store.all(made) if name_of(record) in named)
    else:
        records = (_record(kind, plain) for plain in named.values())
        there = (store.find(made, *identity(record)) for record in records if record is not None)
        yield from (record for record in there if record is not None)


def _record(kind: str, plain: object) -> Record | None:
    if not isinstance(plain, dict):
        return None
    record, problems = read_record(KINDS[kind], plain)
    if record is None:
        msg = f"the history has a {kind} that cannot be read: {problems[0]}"
        raise RuleBrokenError(msg, "`forecasts check` tells whether the history is intact.")
    return record
