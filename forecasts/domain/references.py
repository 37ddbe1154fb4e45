"""References of records: names that nothing has, and chains that come back to where they began."""

import dataclasses
from collections import ChainMap, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

from forecasts.domain.fields import FieldSpec, Reference, record_fields
from forecasts.domain.records import Record, name_of, table_of
from forecasts.domain.values import nearest, shown
from forecasts.errors import Problem

N = TypeVar("N", str, int)

_MOST_COMPARED = 100_000
_MOST_OFFERS = 100


@cache
def referring_fields(record: type) -> tuple[tuple[str, str, bool], ...]:
    """Of each field that refers, or holds records that do: its name, the kind ('' for inner records), if it is many."""
    found: list[tuple[str, str, bool]] = []
    for name, spec in record_fields(record).items():
        one = spec.item or spec
        if isinstance(one.declared, Reference):
            found.append((name, one.declared.kind, spec.item is not None))
        elif dataclasses.is_dataclass(one.type) and isinstance(one.type, type) and referring_fields(one.type):
            found.append((name, "", spec.item is not None))
    return tuple(found)


def referred_kind(spec: FieldSpec) -> str:
    """The kind that a field, each of its items, or a record inside it refers to; empty where it refers to none."""
    one = spec.item or spec
    if isinstance(one.declared, Reference):
        return one.declared.kind
    if isinstance(one.type, type) and dataclasses.is_dataclass(one.type):
        return next(filter(None, map(referred_kind, record_fields(one.type).values())), "")
    return ""


def fields_to(record: type, kind: str) -> tuple[str, ...]:
    return tuple(name for name, spec in record_fields(record).items() if referred_kind(spec) == kind)


def references_of(record: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Each reference of a record and of the records inside it: the field, the kind referred to, and the slug."""
    for name, kind, is_many in referring_fields(record.__class__):
        value = getattr(record, name)
        for place, item in enumerate(value if is_many else (value,), start=1):
            field = f"{path}{name}[{place}]" if is_many and len(value) > 1 else f"{path}{name}"
            if item and kind:
                yield field, kind, item
            elif item:
                yield from references_of(item, f"{field}.")


def slugs_referred_to(records: Sequence[Any]) -> dict[str, set[str]]:
    """Everything that records of one class and the records inside them refer to: slugs by kind."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, kind, is_many in referring_fields(records[0].__class__) if records else ():
        values = map(attrgetter(name), records)
        items = chain.from_iterable(values) if is_many else values
        if kind:
            found[kind].update(items)
        else:
            for other, slugs in slugs_referred_to([item for item in items if item]).items():
                found[other] |= slugs
    for slugs in found.values():
        slugs.discard("")
    return found


def reference_problems(
    records: Iterable[Record], names: Mapping[str, Collection[str]], place: str = "this pack or the ledger"
) -> tuple[Problem, ...]:
    """Every reference of records of one class to a name that `names` (by kind) does not have.

    The first hundred offer the nearest names.
    """
    records = list(records)
    if all(_has_all(names.get(kind, ()), slugs) for kind, slugs in slugs_referred_to(records).items()):
        return ()
    problems: list[Problem] = []
    for record in records:
        for field, kind, slug in references_of(record):
            there = names.get(kind, ())
            if slug not in there:
                offers = len(problems) < _MOST_OFFERS and len(there) <= _MOST_COMPARED
                near = nearest(slug, there) if offers else ()
                hint = f"; did you mean {' or '.join(near)}?" if near else ""
                expected = f"the slug of one {kind} of {place}{hint}"
                problem = Problem(field=field, found=shown(slug), expected=expected)
                problems.append(replace(problem, table=table_of(record), name=name_of(record)))
    return tuple(problems)


def _has_all(there: Collection[str], slugs: Iterable[str]) -> bool:
    missing = list(slugs)
    for one in there.maps if isinstance(there, ChainMap) else (there,):
        missing = [slug for slug in missing if slug not in one]
        if not missing:
            break
    return not missing


def cycles(starts: Iterable[N], following: Callable[[N], Iterable[N]]) -> tuple[tuple[N, ...], ...]:
    """The cycles met when going from each start to all that `following` names, each told once."""
    finished: set[N] = set()
    found: list[tuple[N, ...]] = []
    for start in starts:
        path = {} if start in finished else {start: iter(following(start))}
        while path:
            name, after = next(reversed(path.items()))
            other = next(after, None)
            if other is None:
                finished.add(name)
                del path[name]
            elif other in path:
                chain = list(path)
                found.append(tuple(chain[chain.index(other) :]))
            elif other not in finished:
                path[other] = iter(following(other))
    return tuple(found)
