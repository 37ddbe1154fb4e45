"""Checking new or changed records beside the ledger's, with the rules of packs, reading only what they refer to."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from forecasts.db.queries.records import Records
from forecasts.domain.record_rules import record_problems
from forecasts.domain.records import KINDS, TABLES, Pack, Record, Source, kind_of, name_of
from forecasts.domain.values import is_mixed, scripts, shown, skeleton
from forecasts.errors import InvalidInputError, Problem
from forecasts.interchange.packs import fitted_to_questions
from forecasts.interchange.record_sets import RecordSet, cross_record_problems, make_record_set

R = TypeVar("R", bound=Record)

_NOTHING = "Nothing was changed."


class LedgerRecords(Mapping[str, R]):
    """The ledger's records of one class by name, each read when it is asked for."""

    def __init__(self, store: Records, record: type[R]) -> None:
        self._store = store
        self._class = record
        self._kind = kind_of(record)
        self._has_slugs = store.names.has(self._kind)
        self.forget()

    def forget(self) -> None:
        self._found: dict[str, R | None] = {}
        self._names: list[str] | None = None

    def fetch(self, slugs: Collection[str], keys: Mapping[str, int] | None = None) -> dict[str, R]:
        """Read those of the slugs that are there together; `keys` are theirs, where they are known."""
        unread = [slug for slug in slugs if slug not in self._found]
        if unread:
            there = self._store.keys_of(self._kind, unread) if keys is None else keys
            self._found.update(dict.fromkeys(unread))
            read = self._store.all(self._class, list(there.values())) if there else []
            self._found.update((name_of(record), record) for record in read)
        return {slug: record for slug in slugs if (record := self._found[slug]) is not None}

    def __getitem__(self, name: str) -> R:
        if name not in self._found:
            self._found[name] = self._store.find(self._class, name) if self._has_slugs else self._named(name)
        found = self._found[name]
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _named(self, name: str) -> R | None:
        self._all()
        return self._found.get(name)

    def _all(self) -> list[str]:
        if self._names is None:
            if self._has_slugs:
                self._names = self._store.names.all_slugs(self._kind)
            else:
                self._found.update({name_of(record): record for record in self._store.all(self._class)})
                self._names = list(self._found)
        return self._names


def checked(store: Records, records: Sequence[Record], *, beside: Sequence[Record] = ()) -> tuple[Record, ...]:
    """The records as they are kept: whole, in agreement with the ledger and with `beside`, which refer to them.

    Errors: InvalidInputError with everything that a pack with these records would be refused for.
    """
    problems = [problem for record in records for problem in record_problems(record)]
    known = {table: LedgerRecords(store, record) for table, record in TABLES.items()}
    if problems:  # what is wrong by itself cannot be held against others
        refuse(records, problems)
    body = fitted_to_questions(make_record_set(Pack(name="record"), (*records, *beside)), known)
    refuse(records, cross_record_problems(body, known, place="the ledger"))
    own = {(type(record), name_of(record)) for record in records}
    return tuple(record for record in body.records() if (type(record), name_of(record)) in own)


def refuse(records: Sequence[Record], problems: Sequence[Problem]) -> None:
    """Raise InvalidInputError with the problems, if there are any; a record that stands alone is not named in each."""
    if not problems:
        return
    named = sorted(set(problems))
    if len(records) == 1:
        alone = name_of(records[0])
        named = [replace(problem, table="", name="") if problem.name == alone else problem for problem in named]
    msg = "That cannot be recorded:"
    raise InvalidInputError(msg, tuple(named), _NOTHING)


UNNAMED = "record"
"""What a ledger that no pack named is called in its export."""


def body_of(store: Records) -> RecordSet:
    """Every record that a pack can say, in the moment that the store sees."""
    packs = store.all(Pack)
    records = [record for table in TABLES if table != "pack" for record in store.all(KINDS[table])]
    return make_record_set(packs[0] if packs else Pack(name=UNNAMED), records)


def look_alikes(store: Records, entered: Iterable[Record]) -> Iterator[str]:
    """What is to be told of sources that were entered and whose names may pass for others: a slip, or a trick."""
    sources = {record.slug: record for record in entered if isinstance(record, Source)}
    for one in sources.values():
        if is_mixed(one.name):
            yield f"{shown(one.name)} mixes Latin and Cyrillic letters in a word."
    alike = {skeleton(one.name): one for one in sources.values()}
    for slug, name in store.reader.stream("SELECT slug, name FROM source ORDER BY slug") if sources else ():
        new = alike.get(skeleton(name))
        if new is not None and new.slug != slug:
            both = (f"{shown(text)} ({', '.join(scripts(text))})" for text in (new.name, name))
            told = f"{shown(name)} is the name of" if new.name == name else f"{' looks like '.join(both)},"
            yield f"{told} the source {slug}. If it is the same: `forecasts merge source {new.slug} {slug}`."
