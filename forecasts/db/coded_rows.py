"""Rows as arrays: numbers are coded by the database, so that no row becomes an object.

Of SQLite, the driver makes one Python object for each cell, which costs more than all else. So SQLite itself writes the
numbers of many rows into one text, each number as one character (20 bits) or two, and NumPy takes the text apart. While
it does, other threads run: a table is read through as many connections as there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasts.db.reader import SqlReader

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = dict[str, NDArray[Any]]

_BITS: Final = 20
_FIRST: Final = 1 << 16  # from here on every number is a character of its own, and none is a surrogate
_MOST: Final = (1 << _BITS) - 1
_PARTS: Final = 10**6  # a share in whole millionths is exact as their quotient
_NONE, _FINER = _PARTS + 1, _PARTS + 2

_AT_ONCE: Final = 1 << 16
_SPARSE: Final = 64


@dataclass(frozen=True, slots=True)
class Coded:
    """One column of a query: its name, how it is written in SQL, and the kind of number that it is.

    Where rows are packed, f8 are shares from 0 to 1, and others whole numbers of at most `width` times 20 bits, written
    as `packed` where that is not as they are.
    """

    name: str
    sql: str
    kind: str = "i4"
    packed: str = ""
    width: int = 1

    def characters(self) -> str:
        """The number as the arguments of SQLite's char(), which cuts fractions off."""
        if self.kind == "f8":
            is_whole = f"CAST({self.sql} * {_PARTS} + 0.5 AS INTEGER) / {_PARTS}.0 = {self.sql}"
            return (
                f"CASE WHEN {is_whole} THEN {self.sql} * {_PARTS} + {_FIRST}.5"
                f" WHEN {self.sql} IS NULL THEN {_FIRST + _NONE} ELSE {_FIRST + _FINER} END"
            )
        if self.width > 1:
            return f"{_FIRST} + ({self.sql} >> {_BITS}), {_FIRST} + ({self.sql} & {_MOST})"
        return f"{_FIRST} + {self.packed or self.sql}"


def number(column: str) -> Coded:
    """A number, NaN where there is none."""
    return Coded(column, column, "f8")


def truth(name: str, condition: str) -> Coded:
    """1 where the condition holds, else 0."""
    return Coded(name, f"CASE WHEN {condition} THEN 1 ELSE 0 END", "i1")


@dataclass(frozen=True, slots=True)
class RowsReader:
    """Reads columns of tables as arrays, in the words of one engine, through connections that see one moment.

    `only` narrows a ledger to records of a table by what stands behind their key in SQL (`> 5`, or what `among` gives);
    what is not named there is read whole.
    """

    readers: tuple[SqlReader, ...]
    vocabularies: Mapping[str, Sequence[str]]
    only: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_sqlite(self) -> bool:
        """Whether the engine is SQLite."""
        return self.readers[0].is_sqlite

    def key(self, column: str, table: str, name: str = "") -> Coded:
        """A key of a table, 0 where there is none."""
        (greatest,) = self.first("COALESCE(MAX(id), 0)", table)
        width = 1 if greatest <= _MOST else 2
        return Coded(name or column.removesuffix("_id"), f"COALESCE({column}, 0)", "i8", width=width)

    def day(self, column: str, name: str = "") -> Coded:
        """A date as its proleptic ordinal."""
        if self.is_sqlite:
            day = f"julianday({column}) - 1721424.5"
            packed = f"CASE WHEN {column} IS NULL THEN 0 ELSE {day} END"
            return Coded(name or column, f"COALESCE(CAST({day} AS INTEGER), 0)", packed=packed)
        return Coded(name or column, f"COALESCE({column} - DATE '0001-01-01' + 1, 0)")

    def words(self, *columns: str, name: str = "words") -> Coded:
        """Words of closed vocabularies as one number: `unpacked` gives their places in the vocabularies."""
        weight, parts = 1, []
        for column in columns:
            parts.append(f"{weight} * {self._place(column)}")
            weight *= len(self.vocabularies[column])
        return Coded(name, " + ".join(parts))

    def _place(self, column: str) -> str:
        places = " ".join(f"WHEN '{word}' THEN {place}" for place, word in enumerate(self.vocabularies[column]))
        return f"(CASE {column} {places} END)"

    def unpacked(self, packed: NDArray[Any], columns: Sequence[str]) -> dict[str, NDArray[np.int8]]:
        """The places in their vocabularies of the words that were read as one number."""
        found: dict[str, NDArray[np.int8]] = {}
        for column in columns:
            packed, place = np.divmod(packed, len(self.vocabularies[column]))
            found[column] = place.astype(np.int8)
        return found

    def within(self, table: str, column: str = "id") -> str:
        """The condition on a column that holds keys of this table."""
        return f"{column} {self.only[table]}" if table in self.only else "TRUE"

    def read(self, columns: Sequence[Coded], source: str) -> Rows:
        """The columns of the rows that `source` (all from FROM on) gives."""
        kinds = np.dtype([(column.name, column.kind) for column in columns])
        chosen = ", ".join(column.sql for column in columns)
        found = np.fromiter(self.readers[0].cursor(f"SELECT {chosen} FROM {source}"), dtype=kinds)
        return {column.name: found[column.name] for column in columns}

    def read_by_key(self, columns: Sequence[Coded], table: str, owner: str, name: str = "id") -> Rows:
        """The columns of a large table, and its key `owner` by this name, rising."""
        whole = [Coded(name, owner, "i8"), *columns]
        in_order = f"{table} WHERE {self.within('prediction', owner)} ORDER BY {owner}"
        if self.only:
            return self.read(whole, in_order)
        count, first, last = self.first(f"COUNT(*), MIN({owner}), MAX({owner})", table)
        if not self.is_sqlite or count == 0 or last - first > _SPARSE * count + _AT_ONCE:
            return self.read(whole, in_order)
        within_block = Coded(name, owner, "i8", packed=f"{owner} - ?1")
        result = self._read_packed([within_block, *columns], table, owner, range(first, last + 1, _AT_ONCE))
        if result is None or result[name].size != count or bool(np.any(result[name][1:] < result[name][:-1])):
            return self.read(whole, in_order)  # SQLite promises no order within group_concat()
        for column in columns:
            if column.kind == "f8":
                self._read_finer(column, table, owner, result[column.name])
        return result

    def _read_packed(self, columns: Sequence[Coded], table: str, owner: str, starts: range) -> Rows | None:
        """The columns, their numbers as they were packed, block by block through all connections at once.

        None where a number is larger than its column says.
        """
        packed = ", ".join(column.characters() for column in columns)
        query = f"SELECT group_concat(char({packed}), '') FROM {table} WHERE {owner} BETWEEN ?1 AND ?2"
        blocks: dict[int, list[NDArray[Any]]] = {}
        waiting = iter(starts)

        def read_on(reader: SqlReader) -> None:
            for start in waiting:  # shared: whoever is free takes the next block
                text = reader.value(query, (start, start + _AT_ONCE - 1)) or ""
                blocks[start] = _unpack(text, columns)
                if blocks[start]:
                    blocks[start][0] += start

        others = self.readers[1:]
        if others and len(starts) > 1:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(len(others)) as pool:
                helped = [pool.submit(read_on, reader) for reader in others]
                try:
                    read_on(self.readers[0])
                finally:
                    deque(waiting, maxlen=0)  # whoever is interrupted leaves no more to the others
                for one in helped:
                    one.result()
        else:
            read_on(self.readers[0])
        if not all(blocks.values()):
            return None
        return {column.name: _joined(blocks, at, starts) for at, column in enumerate(columns)}

    def _read_finer(self, column: Coded, table: str, owner: str, values: NDArray[np.float64]) -> None:
        """Numbers from thousandths of a thousandth to what they stand for, finer ones as they are."""
        finer = np.flatnonzero(values == _FINER)
        values[values == _NONE] = np.nan
        values /= _PARTS
        if finer.size:
            is_finer = f"CAST({column.sql} * {_PARTS} + 0.5 AS INTEGER) / {_PARTS}.0 <> {column.sql}"
            found = self.read([column], f"{table} WHERE {is_finer} ORDER BY {owner}")
            values[finer] = found[column.name]

    def texts(self, chosen: str, source: str) -> list[tuple[Any, ...]]:
        """The rows that `source` (all from FROM on) gives as tuples, for the few things that are text."""
        return self.readers[0].rows(f"SELECT {chosen} FROM {source}")

    def first(self, chosen: str, source: str) -> tuple[Any, ...]:
        """The first of these rows, empty where there is none."""
        return next(iter(self.texts(chosen, source)), ())


def _unpack(text: str, columns: Sequence[Coded]) -> list[NDArray[Any]]:
    """Take a text of packed rows apart: one array for each column; none where SQLite had no character for a number."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype="<u4").reshape(-1, sum(column.width for column in columns))
    if codes.size and int(codes.min()) < _FIRST:
        return []
    found: list[NDArray[Any]] = []
    at = 0
    for column in columns:
        value = codes[:, at] - _FIRST
        if column.width > 1:
            value = (value.astype(np.int64) << _BITS) + (codes[:, at + 1] - _FIRST)
        found.append(value.astype(column.kind))
        at += column.width
    return found


def _joined(blocks: Mapping[int, list[NDArray[Any]]], column: int, starts: range) -> NDArray[Any]:
    """One column of all blocks in order; what it was made of is let go."""
    found = np.concatenate([blocks[start][column] for start in starts])
    for start in starts:
        blocks[start][column] = found[:0]
    return found


def among(keys: Collection[int]) -> str:
    """What stands behind a column in SQL that holds one of these keys."""
    return f"IN ({', '.join(str(int(key)) for key in keys) or 'NULL'})"
