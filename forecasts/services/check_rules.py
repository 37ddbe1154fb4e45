"""The rules between records, held against each batch as it is read: what may break one is kept, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from forecasts.db.inspect import cyclic_keys, duplicate_keys, keys_in_force_twice
from forecasts.db.store import Store
from forecasts.domain.records import KINDS, TABLES, Pack, Record, identity, name_of
from forecasts.domain.references import references_of
from forecasts.domain.views import Finding
from forecasts.interchange.packs import CHAINS, body_problems, broken_alone, make_body

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecasts.db.engine import Connection

_PACK: Final = Pack(name="record")
_KEPT: Final = 2_000
_READ: Final = "question"
"""The kind of which the rules read more than the name."""


class BetweenRecords:
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
        self._known[kind] = self._phrases if kind == "phrase" else _There(self._connection, kind)

    def look(self, records: Sequence[Record]) -> None:
        """Hold a batch of the kind against the rules."""
        if self._kind not in TABLES:
            return
        if self._kind == "phrase":  # they are few, and any of them may be read from
            self._phrases.update((name_of(record), record) for record in records)
        _fetch(self._known, records)
        self._broken[self._kind] += broken_alone(make_body(_PACK, records), self._known)

    def leave_out(self, kind: str) -> None:
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
            known[_READ] = _There(self._connection, _READ, len(suspects))
        _fetch(known, suspects)
        for problem in body_problems(make_body(_PACK, suspects), known):
            yield Finding(area="rules", what=str(problem), advice="Correct the record, with a reason.")

    def _suspects(self, kind: str, broken: Iterable[Record]) -> Iterator[Record]:
        """The records of a kind that break a rule alone, and those that may break one together."""
        keys = set(duplicate_keys(self._connection, kind))
        if kind == "resolution":
            keys.update(keys_in_force_twice(self._connection))
        for table, field in CHAINS:
            if table == kind:
                keys |= cyclic_keys(self._connection, kind, field)
        together = Store(self._connection).all(KINDS[kind], sorted(keys)) if keys else []
        names = set(map(identity, together))
        yield from together
        yield from (record for record in broken if identity(record) not in names)


def _fetch(known: Mapping[str, Mapping[str, Record]], records: Iterable[Record]) -> None:
    """Read what the rules will ask of the records that these refer to, all at once."""
    there = known.get(_READ)
    if isinstance(there, _There):
        there.fetch(slug for record in records for _, kind, slug in references_of(record) if kind == _READ)


class _There(Mapping[str, Record]):
    """A kind that can be read. A record is referred to by its key, so that every name that one refers to is there.

    At most `kept` records stay in memory.
    """

    def __init__(self, connection: Connection, kind: str, kept: int = _KEPT) -> None:
        self._connection = connection
        self._kind = kind
        self._most = kept
        self._kept: dict[str, Record] = {}

    def fetch(self, names: Iterable[str]) -> None:
        """Read these together, so that each is answered from memory."""
        wanted = set(names)
        if len(self._kept) + len(wanted) > self._most:
            self._kept = {}
        store = Store(self._connection)
        missing = wanted.difference(self._kept)
        store.names.fetch(self._kind, missing)
        keys = [store.names.key(self._kind, name) for name in sorted(missing)]
        if keys:
            self._kept.update((name_of(record), record) for record in store.all(KINDS[self._kind], keys))

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> Record:
        if name not in self._kept:
            self.fetch((name,))
        return self._kept[name]

    def __iter__(self) -> Iterator[str]:
        return map(name_of, Store(self._connection).all(KINDS[self._kind]))

    def __len__(self) -> int:
        return len(Store(self._connection).all(KINDS[self._kind]))
