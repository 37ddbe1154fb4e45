"""Records read from their tables by the layout that their declarations give, without SQLAlchemy; and lists of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from forecasts.db.layout import Child, Column, Part, layout
from forecasts.db.names import Names
from forecasts.db.queries.values import as_date, as_instant
from forecasts.domain.fields import plain_record
from forecasts.domain.formats import stored_span
from forecasts.domain.local_records import ArticleText
from forecasts.domain.records import KINDS, Phrase, Record, identity, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecasts.db.reader import SqlReader

R = TypeVar("R", bound=Record)

_Cell = Callable[[Any], Any]
_Reader = tuple[int, Sequence[_Cell | None], Callable[..., Any] | None]
"""Of one field: where its cells begin in a row, how each is read, and what value they make."""

_SORTED = (Phrase, ArticleText)
"""Classes without slugs that are read in the order of their identity, which no column has."""


_CELLS: dict[str, _Cell] = {
    "flag": bool,
    "day": as_date,
    "instant": as_instant,
    "list": lambda cell: tuple(json.loads(cell)),
}
"""How the driver's cell is read, by what the column holds; the others are what they hold."""


def select_statement(record: type, where: str = "") -> str:
    """The query that reads a class of records: the key, and the columns of every part in order."""
    found = layout(kind_of(record))
    columns = ", ".join(("id", *(f'"{column.name}"' for column in _columns(found.parts))))
    return f"SELECT {columns} FROM {found.kind}{f' WHERE {where}' if where else ''} ORDER BY {found.order}"


def read_records(
    names: Names, record: type[R], keys: Sequence[int] | None = None, where: str = "", parameters: Sequence[object] = ()
) -> list[tuple[int, R]]:
    """Key and record of every one of a class (or of those with these keys, or that match), in the order of its kind."""
    if keys is not None:
        where, listed = names.reader.among("id", keys)
        parameters = [listed]
    found = layout(kind_of(record))
    rows = names.reader.rows(select_statement(record, where), parameters)
    owners = [row[0] for row in rows] if where else None
    readers = _readers(found.parts, rows, names)
    many = {name: _read_children(child, owners, names) for name, child in found.children.items()}
    made = []
    for row in rows:
        values = {name: _value(reader, row) for name, reader in readers.items()}
        for name, of_owner in many.items():
            values[name] = tuple(of_owner.get(row[0], ()))
        made.append((row[0], record(**values)))
    return sorted(made, key=lambda one: identity(one[1])) if record in _SORTED else made


def _columns(parts: dict[str, Part]) -> Iterable[Column]:
    return (column for part in parts.values() for column in (*part.columns, *part.beside))


def _readers(parts: dict[str, Part], rows: Sequence[Sequence[Any]], names: Names) -> dict[str, _Reader]:
    found: dict[str, _Reader] = {}
    at = 1
    for name, part in parts.items():
        cells: list[_Cell | None] = []
        for place, column in enumerate((*part.columns, *part.beside), start=at):
            if column.refers:
                slugs = names.slugs(column.refers, (row[place] for row in rows))
                cells.append(slugs.__getitem__)
            else:
                cells.append(_CELLS.get(column.holds))
        found[name] = at, cells, part.value
        at += len(cells)
    return found


def _value(reader: _Reader, row: Sequence[Any]) -> Any:
    at, cells, value = reader
    if len(cells) == 1:
        cell = row[at] if cells[0] is None else cells[0](row[at])
        return cell if value is None else value(cell)
    assert value is not None  # noqa: S101 - several cells always make a value
    return value(*(cell if read is None else read(cell) for read, cell in zip(cells, row[at:], strict=False)))


def _read_children(child: Child, owners: Sequence[int] | None, names: Names) -> dict[int, list[Any]]:
    columns = ", ".join((child.owner, *(column.name for column in _columns(child.parts))))
    where, parameters = "", []
    if owners is not None:
        owned, listed = names.reader.among(child.owner, owners)
        where, parameters = f" WHERE {owned}", [listed]
    rows = names.reader.rows(f"SELECT {columns} FROM {child.table}{where} ORDER BY {child.owner}, position", parameters)
    readers = _readers(child.parts, rows, names)
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        values = {name: _value(reader, row) for name, reader in readers.items()}
        found[row[0]].append(values[""] if child.item is None else child.item(**values))
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
            "SELECT p.id, p.probability, p.low, p.high, a.published_first_on, a.published_last_on"
            f" FROM prediction AS p JOIN article AS a ON a.id = p.article_id WHERE {owned}"
        )
        in_force = {key: rest for key, *rest in reader.rows(query, [keys])}
        for key, fields in listed:
            fields["probability"], fields["low"], fields["high"], first, last = in_force[key]
            fields["made_on"] = fields["made_on"] or stored_span(first, last)
    return listed
