"""Checking the records of a ledger a batch at a time: their columns, their history, and the rules between them.

Nothing is kept of a record that nothing is wrong with, but the name of one that has no slug.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from forecasts.db import inspect
from forecasts.db.engine import Connection
from forecasts.db.history import REMOVED_HERE, read_digests
from forecasts.db.inspect import cyclic_keys, duplicate_keys, keys_in_force_twice
from forecasts.db.integrity import Counters, HistoryTexts, Stored, count_changes, read_history_texts, read_stored
from forecasts.db.layout import layout
from forecasts.db.queries.filters import read_json
from forecasts.db.queries.records import Records, batches
from forecasts.db.store import Store
from forecasts.domain.formats import and_more, canonical_json
from forecasts.domain.plain_records import plain_record, read_record
from forecasts.domain.record_rules import rule_problems
from forecasts.domain.records import KINDS, TABLES, Pack, Record, identity, name_of
from forecasts.domain.references import references_of
from forecasts.domain.views import Finding
from forecasts.errors import DamagedValueError
from forecasts.interchange.packs import prediction_digest, record_digest
from forecasts.interchange.record_sets import CHAINS, cross_record_problems, make_record_set, violating_records
from forecasts.services.read_only import Progress
from forecasts.services.validation import LedgerRecords

PAST_THE_PROGRAM: Final = "It was changed past the program: compare with a backup."
REBUILD: Final = "`forecasts rebuild` makes everything anew that follows from the records."
TOLD: Final = 100


@dataclass(frozen=True, slots=True)
class RecordFindings:
    """What is wrong with the records, in the order in which it is told, and which kinds could be read."""

    findings: tuple[Finding, ...]
    broken_rules: tuple[Finding, ...]
    readable: frozenset[str]


class _UnreadableError(Exception):
    """The records of a kind cannot be read."""


@dataclass(slots=True)
class _Told:
    """The first findings of a sort, and how many more there are: a million of them tell no more than a hundred."""

    area: str = "content"
    advice: str = PAST_THE_PROGRAM
    found: list[Finding] = field(default_factory=list)
    more: int = 0

    def add(self, what: str) -> None:
        if len(self.found) < TOLD:
            self.found.append(Finding(area=self.area, what=what, advice=self.advice))
        else:
            self.more += 1

    def all(self, what: str) -> Iterator[Finding]:
        yield from self.found
        if self.more:
            yield Finding(area=self.area, what=f"{and_more(self.more)} {what}", advice=self.advice)


def look_at_records(connection: Connection, progress: Progress) -> RecordFindings:
    """Everything that is wrong with the records of a ledger."""
    columns: list[Finding] = []
    content: list[Finding] = []
    alone: list[Finding] = []
    between = CrossRecordRules(connection)
    done, total = 0, inspect.count_of(connection, KINDS)
    for kind in KINDS:
        compared = _Compared(connection, kind)
        broken = _Told("rules", "Correct the record, with a reason.")
        between.begin(kind)
        try:
            for batch in _read_batches(connection, kind):
                records = [stored.record for stored in batch]
                compared.look(batch)
                between.look(records)
                for problem in chain.from_iterable(map(_broken_rules, records)):
                    broken.add(str(problem))
                done += len(records)
                progress("Comparing records with the history", done, total)
        except _UnreadableError as error:
            between.skip_kind(kind)
            columns += [*compared.derived.found, Finding(area="content", what=str(error), advice=PAST_THE_PROGRAM)]
        else:
            columns += compared.derived.all(f"{kind} records of which that is so")
            content += compared.findings()
            alone += broken.all(f"{kind} records that break a rule by themselves")
    progress("Checking the rules", 0, 0)
    return RecordFindings((*columns, *content), (*alone, *between.findings()), frozenset(between.readable))


def _broken_rules(record: Record) -> Iterator[object]:
    """What a record breaks by itself; of one that is none, that it is none."""
    try:
        yield from rule_problems(record)
    except (AttributeError, TypeError, ValueError) as error:
        yield f"{name_of(record)} holds what no record can hold: {error}"


def _read_batches(connection: Connection, kind: str) -> Iterator[list[Stored]]:
    """The batches of a kind. _UnreadableError says what cannot be read."""
    found = read_stored(connection, kind)
    while True:
        try:
            batch = next(found, None)
        except DamagedValueError as error:
            msg = error.message[0].lower() + error.message[1:].rstrip(".")
            raise _UnreadableError(msg) from error
        except (KeyError, TypeError, ValueError) as error:
            msg = f"the {kind} records cannot be read ({type(error).__name__}: {error})"
            raise _UnreadableError(msg) from error
        if batch is None:
            return
        yield batch


class _Compared:
    """Whether each record of a kind is what the history last said it was, and whether one that it has is gone."""

    def __init__(self, connection: Connection, kind: str) -> None:
        self._connection = connection
        self._kind = kind
        self._unlike = _Told()
        self._names: set[str] | None = None if layout(kind).is_slugged else set()
        self._unreadable: Finding | None = None
        self._counters = Counters(connection, kind)
        self._most = count_changes(connection, kind)
        self._added = (0, 0)
        self.derived = _Told(advice=REBUILD)

    def look(self, records: Sequence[Stored]) -> None:
        if self._names is not None:
            self._names.update(name_of(stored.record) for stored in records)
        for stored in records:
            if not stored.is_exact:
                self.derived.add(
                    f"{self._kind} {name_of(stored.record)} has columns that do not follow from the record"
                )
        if self._unreadable:
            return
        try:
            for batch in batches(records):
                names = [name_of(stored.record) for stored in batch]
                said = read_history_texts(self._connection, self._kind, names)
                digests = read_digests(self._connection, ((self._kind, name) for name in names))
                for stored, name in zip(batch, names, strict=True):
                    self._look_at(stored, name, said.get(name), digests.get((self._kind, name)))
        except ValueError as error:
            self._unreadable = self._cannot_be_read(error)

    def _look_at(self, stored: Stored, name: str, said: HistoryTexts | None, digest: str | None) -> None:
        if said is None or said.last is None or not _is_said(stored.record, said.last):
            self._unlike.add(f"{self._kind} {name} is not as the history has it")
            return
        if said.added < self._added or stored.key > self._most:
            self._unlike.add(f"{self._kind} {name} has another key than it was given")
        self._added = max(said.added, self._added)
        counted = self._counters.version(name, said)
        if counted != stored.version:
            what = f"the counter of the {self._kind} {name} says {stored.version}, the history {counted}"
            self.derived.add(what)
        if digest is not None and not _was_brought(digest, self._kind, said, stored.record):
            self._unlike.add(f"what a pack brought last is noted of the {self._kind} {name}, which never was so")

    def findings(self) -> Iterator[Finding]:
        if self._unreadable:
            yield from (*self._unlike.found, self._unreadable)
            return
        yield from self._unlike.all(f"{self._kind} records of which that is so")
        gone = _Told()
        try:
            for name in self._gone():
                gone.add(f"{self._kind} {name} is in the history but gone")
        except ValueError as error:
            yield from (*gone.found, self._cannot_be_read(error))
        else:
            yield from gone.all(f"{self._kind} records that are gone")

    def _gone(self) -> Iterator[str]:
        for names in batches(self._missing()):
            said = read_history_texts(self._connection, self._kind, names)
            yield from (name for name, found in said.items() if found.last is not None)

    def _missing(self) -> Iterator[str]:
        """The names in the history that no record has."""
        for names in batches(inspect.names_in_history(self._connection, self._kind)):
            there = self._names
            if there is None:
                there = inspect.names_there(self._connection, self._kind, names)
            yield from (name for name in names if name not in there)

    def _cannot_be_read(self, error: ValueError) -> Finding:
        what = f"what the history says of {self._kind} records cannot be read: {error}"
        return Finding(area="history", what=what, advice=PAST_THE_PROGRAM)


def _is_said(record: Record, text: str) -> bool:
    plain = plain_record(record)
    try:
        return text == canonical_json(plain) or bool(read_json(text) == plain)
    except DamagedValueError:
        raise
    except ValueError:  # an infinite number, which no text says
        return False


def _was_brought(digest: str, kind: str, said: HistoryTexts, record: Record) -> bool:
    """Whether a digest of what a pack brought last is that of something that the record was."""
    if digest == REMOVED_HERE:
        return None in said.texts
    if kind == "prediction":
        return any(digest == prediction_digest(text) for text in said.texts if text is not None)
    return digest == record_digest(record) or any(
        digest == record_digest(found)
        for text in said.texts
        if text is not None and (found := read_record(KINDS[kind], read_json(text))[0]) is not None
    )


_PACK: Final = Pack(name="record")
_KEPT: Final = 2_000
_READ: Final = "question"
"""The kind of which the rules read more than the name."""


class CrossRecordRules:
    """What breaks a rule between the records of a ledger, kind by kind, in the order of `KINDS`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, Mapping[str, Record]] = {}
        self._broken: dict[str, list[Record]] = {}
        self._phrases: dict[str, Record] = {}
        self._kind = ""
        self.readable: set[str] = set()

    def begin(self, kind: str) -> None:
        """The records of a kind come next; those that they refer to came before, or are among them."""
        self._kind = kind
        self.readable.add(kind)
        if kind not in TABLES:
            return
        self._broken[kind] = []
        self._known[kind] = self._phrases if kind == "phrase" else _Referred(self._connection, kind, _KEPT)

    def look(self, records: Sequence[Record]) -> None:
        """Hold a batch of the kind against the rules."""
        if self._kind not in TABLES:
            return
        if self._kind == "phrase":  # they are few, and any of them may be read from
            self._phrases.update((name_of(record), record) for record in records)
        _fetch(self._known, records)
        self._broken[self._kind] += violating_records(make_record_set(_PACK, records), self._known)

    def skip_kind(self, kind: str) -> None:
        """The records of a kind cannot be read: whatever refers to them refers to nothing."""
        self.readable.discard(kind)
        self._known.pop(kind, None)
        self._broken.pop(kind, None)

    def findings(self) -> Iterator[Finding]:
        """What is wrong, in the order in which a body of all records would tell it."""
        suspects = [record for kind, broken in self._broken.items() for record in self._suspects(kind, broken)]
        if not suspects:
            return
        known = dict(self._known)
        if _READ in known:
            known[_READ] = _Referred(self._connection, _READ, len(suspects))
        _fetch(known, suspects)
        for problem in cross_record_problems(make_record_set(_PACK, suspects), known):
            yield Finding(area="rules", what=str(problem), advice="Correct the record, with a reason.")

    def _suspects(self, kind: str, broken: Iterable[Record]) -> Iterator[Record]:
        """The records of a kind that break a rule alone, and those that may break one together."""
        keys = set(duplicate_keys(self._connection, kind))
        if kind == "resolution":
            keys.update(keys_in_force_twice(self._connection))
        for table, name in CHAINS:
            if table == kind:
                keys |= cyclic_keys(self._connection, kind, name)
        together = Store(self._connection).all(KINDS[kind], sorted(keys)) if keys else []
        names = set(map(identity, together))
        yield from together
        yield from (record for record in broken if identity(record) not in names)


def _fetch(known: Mapping[str, Mapping[str, Record]], records: Iterable[Record]) -> None:
    """Read what the rules will ask of the records that these refer to, all at once."""
    there = known.get(_READ)
    if isinstance(there, _Referred):
        there.fetch({slug for record in records for _, kind, slug in references_of(record) if kind == _READ})


class _Referred(LedgerRecords[Record]):
    """A kind that can be read. A record is referred to by its key, so that every name that one refers to is there.

    About `most` records stay in memory.
    """

    def __init__(self, connection: Connection, kind: str, most: int) -> None:
        super().__init__(Store(connection), KINDS[kind])
        self._most = most

    def fetch(self, slugs: Collection[str], keys: Mapping[str, int] | None = None) -> dict[str, Record]:
        if len(self._found) + len(slugs) > self._most:
            self.forget()
            self._store = Records(self._store.reader)  # which remembers names too
        return super().fetch(slugs, keys)

    def __contains__(self, name: object) -> bool:
        return True
