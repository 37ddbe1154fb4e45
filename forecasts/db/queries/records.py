"""Records read from their tables by the layout that their declarations give; slugs to keys and back. No SQLAlchemy."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeVar

from forecasts.db.layout import Child, Part, StoredColumn, layout
from forecasts.db.queries.filters import as_date, as_instant, keys_of
from forecasts.db.queries.prediction_rows import read_numbers
from forecasts.db.reader import SqlReader
from forecasts.domain.fields import Reference, maker, record_fields
from forecasts.domain.formats import stored_span
from forecasts.domain.plain_records import plain_record
from forecasts.domain.records import IDENTITY, KINDS, ArticleText, Objection, Phrase, Record, identity, kind_of
from forecasts.domain.references import fields_to, referred_kind
from forecasts.errors import DamagedValueError

R = TypeVar("R", bound=Record)

_Cell = Callable[[Any], Any]
_SORTED = (Phrase, ArticleText)
"""Classes without slugs that are read in the order of their identity, which no column has."""


_CELLS: dict[str, _Cell] = {
    "flag": bool,
    "day": as_date,
    "instant": as_instant,
    "list": lambda cell: tuple(json.loads(cell)),
}
"""How the driver's cell is read, by what the column holds; the others are what they hold."""


class Records:
    """Every record of the ledger, read through one reader."""

    def __init__(self, reader: SqlReader) -> None:
        self.reader = reader
        self.names = Names(reader)

    def find(self, record: type[R], *who: str) -> R | None:
        key = self.key(record, who)
        return None if key is None else self.all(record, (key,))[0]

    def get(self, record: type[R], *who: str) -> R:
        """The record of a class with that identity, which is known to exist. KeyError otherwise."""
        found = self.find(record, *who)
        if found is None:
            raise KeyError(kind_of(record), who)
        return found

    def version(self, record: type, *who: str) -> int | None:
        key = self.key(record, who)
        return None if key is None else self.reader.value(f"SELECT version FROM {kind_of(record)} WHERE id = ?", (key,))

    def all(self, record: type[R], keys: Sequence[int] | None = None) -> list[R]:
        """All records of a class (or those with these keys), in the order of their kind. DamagedValueError."""
        return [found for _, found in self._read(record, keys)]

    def keyed(self, record: type[R], keys: Sequence[int]) -> list[tuple[int, R]]:
        """The records with these keys, each after its key, in the order of the keys. DamagedValueError."""
        return sorted(self._read(record, keys), key=itemgetter(0))

    def matching(self, record: type[R], slug: str, *fields: str) -> list[R]:
        """The records of a class that refer to a slug by one of these fields. KeyError where nothing has that slug."""
        return [found for _, found in self._read(record, None, *self._referring(record, slug, fields))]

    def has_any(self, record: type, slug: str, *fields: str) -> bool:
        """Whether any record of a class refers to a slug by one of these fields. KeyError as `matching`."""
        where, parameters = self._referring(record, slug, fields)
        query = f"SELECT 1 FROM {kind_of(record)} WHERE {where} LIMIT 1"
        return self.reader.value(query, parameters) is not None

    def referring(self, record: type, slug: str) -> list[Record]:
        """Every record that refers to the one of a class with that slug, by kind."""
        found: list[Record] = []
        for other in KINDS.values():
            if fields := fields_to(other, kind_of(record)):
                found += self.matching(other, slug, *fields)
        return found

    def key(self, record: type, who: Sequence[str]) -> int | None:
        """The key of the record of a class with that identity, or None."""
        names = IDENTITY.get(record, ("slug",))
        choices = [(about, *names[2:]) for about in names[:2]] if record is Objection else [names]
        for fields in choices:
            where, parameters = self._identified(record, fields, who)
            key = self.reader.value(f"SELECT id FROM {kind_of(record)} WHERE {where}", parameters)
            if key is not None:
                return int(key)
        return None

    def keys_of(self, kind: str, slugs: Collection[str]) -> dict[str, int]:
        return keys_of(self.reader, kind, slugs)

    def _identified(self, record: type, fields: Sequence[str], who: Sequence[str]) -> tuple[str, list[object]]:
        """Finds the row with these values in their plain form; nothing where one refers to what is not there."""
        specs, found = record_fields(record), layout(kind_of(record))
        parameters: list[object] = []
        for field, text in zip(fields, who, strict=True):
            declared = specs[field].declared
            if isinstance(declared, Reference):
                parameters.append(self.names.find(declared.kind, text))
            else:
                parameters.append(int(text) if specs[field].type is int else text)
        return " AND ".join(f'"{found.column(field)}" = ?' for field in fields), parameters

    def _referring(self, record: type, slug: str, fields: Sequence[str]) -> tuple[str, list[object]]:
        found = layout(kind_of(record))
        clauses, parameters = [], []
        for field in fields:
            parameters.append(self.names.key(referred_kind(record_fields(record)[field]), slug))
            if field in found.parts:
                clauses.append(f'"{found.column(field)}" = ?')
            else:
                child = found.children[field]
                to = next(column for part in child.parts.values() for column in part.columns if column.refers)
                clauses.append(f"id IN (SELECT {child.owner} FROM {child.table} WHERE {to.name} = ?)")
        return f"({' OR '.join(clauses)})", [*parameters]

    def _read(
        self, record: type[R], keys: Sequence[int] | None, where: str = "", parameters: Sequence[object] = ()
    ) -> list[tuple[int, R]]:
        try:
            return read_records(self.names, record, keys, where, parameters)
        except DamagedValueError:
            raise
        except (KeyError, TypeError, ValueError) as error:
            msg = f"The {kind_of(record)} records cannot be read ({type(error).__name__}: {error})."
            raise DamagedValueError(msg, "`forecasts check` tells what was changed past the program.") from error


def select_statement(record: type, where: str = "") -> str:
    """The query that reads a class of records: the key, and the columns of every part in order."""
    found = layout(kind_of(record))
    columns = ", ".join(("id", *(f'"{column.name}"' for column in _part_columns(found.parts))))
    return f"SELECT {columns} FROM {found.kind}{f' WHERE {where}' if where else ''} ORDER BY {found.order}"


def read_records(
    names: "Names",
    record: type[R],
    keys: Sequence[int] | None = None,
    where: str = "",
    parameters: Sequence[object] = (),
) -> list[tuple[int, R]]:
    """Key and record of every one of a class (or of those with these keys, or that match), in the order of its kind."""
    if keys is not None:
        where, listed = names.reader.among("id", keys)
        parameters = [listed]
    found = layout(kind_of(record))
    rows = names.reader.rows(select_statement(record, where), parameters)
    owners = [row[0] for row in rows] if where else None
    values = _values(found.parts, rows, names)
    for name, child in found.children.items():
        of_owner = _read_children(child, owners, names)
        values[name] = [tuple(of_owner.get(row[0], ())) for row in rows]
    made = [(row[0], one) for row, one in zip(rows, _made(record, values), strict=True)]
    return sorted(made, key=lambda one: identity(one[1])) if record in _SORTED else made


def _part_columns(parts: dict[str, Part]) -> Iterable[StoredColumn]:
    return (column for part in parts.values() for column in (*part.columns, *part.beside))


def _values(parts: dict[str, Part], rows: Sequence[Sequence[Any]], names: "Names") -> dict[str, list[Any]]:
    """The values of every field in all rows, whose first cell is a key: a field at a time, which is the fast way."""
    found: dict[str, list[Any]] = {}
    at = 1
    for name, part in parts.items():
        columns: list[list[Any]] = []
        for column in (*part.columns, *part.beside):
            cells = [row[at] for row in rows]
            at += 1
            read = names.slugs(column.refers, cells).__getitem__ if column.refers else _CELLS.get(column.holds)
            columns.append(cells if read is None else list(map(read, cells)))
        found[name] = columns[0] if part.value is None else list(map(part.value, *columns))
    return found


def _made(made: Any, values: dict[str, list[Any]]) -> Iterator[Any]:
    fields, make = tuple(values), maker(made)
    return (make(**dict(zip(fields, of_one, strict=True))) for of_one in zip(*values.values(), strict=True))


def _read_children(child: Child, owners: Sequence[int] | None, names: "Names") -> dict[int, list[Any]]:
    columns = ", ".join((child.owner, *(column.name for column in _part_columns(child.parts))))
    where, parameters = "", []
    if owners is not None:
        owned, listed = names.reader.among(child.owner, owners)
        where, parameters = f" WHERE {owned}", [listed]
    rows = names.reader.rows(f"SELECT {columns} FROM {child.table}{where} ORDER BY {child.owner}, position", parameters)
    values = _values(child.parts, rows, names)
    items = values[""] if child.item is None else _made(child.item, values)
    found: dict[int, list[Any]] = defaultdict(list)
    for row, item in zip(rows, items, strict=True):
        found[row[0]].append(item)
    return found


def read_list(
    reader: SqlReader, kind: str, where: str, parameters: Sequence[object]
) -> list[tuple[int, dict[str, Any]]]:
    """Key and fields, with the pack's names, of every record of a kind that matches.

    Three fields say more than the record does: `closes_on` and `made_on` are filled in where the record leaves them to
    the deadline and to the article, and a prediction's number is the one in force.
    """
    found = read_records(Names(reader), KINDS[kind], where=where, parameters=parameters)
    listed = [(key, plain_record(record, with_defaults=True)) for key, record in found]
    if kind == "question":
        for _, fields in listed:
            fields["closes_on"] = fields["closes_on"] or fields["resolves_on"]
    if kind == "prediction":
        owned, keys = reader.among("p.id", [key for key, _ in listed])
        query = (
            "SELECT p.id, a.published_first_on, a.published_last_on"
            f" FROM prediction AS p JOIN article AS a ON a.id = p.article_id WHERE {owned}"
        )
        published = {key: days for key, *days in reader.rows(query, [keys])}
        numbers = read_numbers(reader, list(published))
        for key, fields in listed:
            number = numbers[key]
            fields["probability"], fields["low"], fields["high"] = number.probability, number.low, number.high
            fields["made_on"] = fields["made_on"] or stored_span(*published[key])
    return listed


_BATCH = 500


def batches(items: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """The items in runs that fit into one statement's parameters."""
    run: list[Any] = []
    for item in items:
        run.append(item)
        if len(run) == _BATCH:
            yield run
            run = []
    if run:
        yield run


class Names:
    """The slugs and keys of one connection. A merged source's slug leads to the source that it became."""

    def __init__(self, reader: SqlReader) -> None:
        self.reader = reader
        self._ids: dict[str, dict[str, int]] = defaultdict(dict)
        self._slugs: dict[str, dict[int | None, str]] = defaultdict(lambda: {None: ""})

    def remember(self, kind: str, keys: Mapping[str, int]) -> None:
        """Records that were just stored: their keys by slug."""
        self._ids[kind].update(keys)
        self._slugs[kind].update(zip(keys.values(), keys, strict=True))

    def forget(self, kind: str, slug: str) -> None:
        """A record that was just removed."""
        key = self._ids[kind].pop(slug, None)
        self._slugs[kind].pop(key, None)
        self._slugs[kind][None] = ""

    def clear(self, kind: str) -> None:
        self._ids.pop(kind, None)
        self._slugs.pop(kind, None)

    def fetch(self, kind: str, slugs: Iterable[str]) -> None:
        """Look these slugs up together, so that `key` answers from memory."""
        unknown = sorted({slug for slug in slugs if slug and slug not in self._ids[kind]})
        if not unknown:
            return
        self.remember(kind, keys_of(self.reader, kind, unknown))
        if kind == "source":
            found, listed = self.reader.among("slug", unknown)
            query = f"SELECT slug, source_id FROM source_redirect WHERE {found}"
            self._ids[kind].update(self.reader.rows(query, [listed]))

    def find(self, kind: str, slug: str) -> int | None:
        if slug not in self._ids[kind]:
            self.fetch(kind, (slug,))
        return self._ids[kind].get(slug)

    def has(self, kind: str) -> bool:
        return layout(kind).is_slugged

    def all_slugs(self, kind: str) -> list[str]:
        return [slug for (slug,) in self.reader.rows(f"SELECT slug FROM {kind} ORDER BY slug")]

    def key(self, kind: str, slug: str) -> int:
        """The key of a slug that is known to exist. KeyError otherwise."""
        found = self.find(kind, slug)
        if found is None:
            raise KeyError(kind, slug)
        return found

    def key_or_none(self, kind: str, slug: str) -> int | None:
        return self.key(kind, slug) if slug else None

    def slugs(self, kind: str, keys: Iterable[int | None]) -> Mapping[int | None, str]:
        """The slugs of these keys (and of others that were asked for before); an empty one for None."""
        known = self._slugs[kind]
        unknown = sorted({key for key in keys if key is not None and key not in known})
        if unknown:
            found, listed = self.reader.among("id", unknown)
            self.remember(kind, dict(self.reader.rows(f"SELECT slug, id FROM {kind} WHERE {found}", [listed])))
        return known

    def slug(self, kind: str, key: int | None) -> str:
        """The slug of a key; an empty string for None."""
        return self.slugs(kind, (key,))[key]
