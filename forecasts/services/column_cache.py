"""What scoring reads of a large ledger, kept in a file between runs: inputs, never a score.

The file stands beside the database, or in the user's cache folder where that cannot be written; it may be deleted at
any time, and whatever is wrong with it means that the ledger is read. It is taken only while the database file and its
log are, to the nanosecond and the byte, what they were before it was made, and the history ends where it ended: any
change, by this program or another, means that the ledger is read anew, so that no figure can be stale.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
import zlib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasts.db import scoring_rows as rows
from forecasts.scoring.columns import ArticleColumns, Columns, PredictionColumns, QuestionColumns, SourceColumns
from forecasts.services.columns import VOCABULARIES, LedgerColumns, read_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from forecasts.db.engine import Connection
    from forecasts.services.ledger import Ledger

FEWEST: Final = 20_000
"""Smaller ledgers are read faster than a file is looked for."""

_FORMAT: Final = f"forecasts columns 2 {[(name, list(words.__members__)) for name, words in VOCABULARIES.items()]}"
_SETTLED: Final = 2_000_000_000
"""Nanoseconds after which a file's time of change is sure to differ from that of a later change, on any file system."""

_TABLES: Final = {
    "predictions": PredictionColumns,
    "questions": QuestionColumns,
    "articles": ArticleColumns,
    "sources": SourceColumns,
}
_KEYS: Final = ("prediction_keys", "source_keys", "article_keys", "question_keys")
_TEXTS: Final = ("sources", "scenarios", "questions", "options", "units", "references")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reading of the ledger was made from: the files and the moment before it began, and the history's end."""

    files: tuple[tuple[int, ...], ...]
    taken: int
    entry: int
    hash: str

    def still_holds(self, now: Mark) -> bool:
        """Whether nothing at all was written since, as far as the file system and the history tell."""
        newest = max((time for file in self.files for time in file[3:]), default=self.taken)
        same = (self.files, self.entry, self.hash) == (now.files, now.entry, now.hash)
        return same and newest < self.taken - _SETTLED


class ColumnCache:
    """The kept columns of one ledger. It is made before the transaction begins that it reads in."""

    def __init__(self, ledger: Ledger) -> None:
        self._path = ledger.database.address.path
        self._taken = time.time_ns()
        self._files = _files(self._path) if self._path else ()

    def read(self, connection: Connection) -> LedgerColumns:
        """The whole ledger as columns, in one moment of it."""
        reader = rows.Reader(connection, {})
        if self._path is None or reader.first("COUNT(*)", "prediction")[0] < FEWEST:
            return read_columns(connection)
        mark = Mark(self._files, self._taken, *rows.newest_entry(reader))
        found = self._load()
        if found and found[0].still_holds(mark):
            return found[1]
        held = read_columns(connection)
        self._store(mark, held)
        return held

    def _places(self) -> Iterator[Path]:
        if self._path is None:
            return
        path = self._path.resolve()
        yield path.with_name(f"{path.name}.columns")
        import platformdirs

        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:32]
        yield Path(platformdirs.user_cache_dir("forecasts", appauthor=False)) / f"{name}.columns"

    def _load(self) -> tuple[Mark, LedgerColumns] | None:
        for place in self._places():
            try:
                return _decode(np.memmap(place, dtype=np.uint8, mode="r"))
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return None

    def _store(self, mark: Mark, held: LedgerColumns) -> None:
        parts = _encode(mark, held)
        for place in self._places():
            try:
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with tempfile.NamedTemporaryFile(dir=place.parent, prefix=f".{place.name}.", delete=False) as file:
                    try:
                        file.writelines(parts)
                        file.close()
                        Path(file.name).replace(place)
                    except OSError:
                        Path(file.name).unlink(missing_ok=True)
                        raise
            except OSError:
                continue
            return


def _files(path: Path) -> tuple[tuple[int, ...], ...]:
    """What the file system says of the database file and its log. Opening them would drop SQLite's locks on them."""
    found = []
    for place in (path, path.with_name(f"{path.name}-wal")):
        try:
            told = place.stat()
        except OSError:
            continue
        if told.st_size:
            found.append((told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns))
    return tuple(found)


def _arrays(held: LedgerColumns) -> Iterator[tuple[str, NDArray[Any]]]:
    for table, kind in _TABLES.items():
        for field in fields(kind):
            yield f"{table}.{field.name}", getattr(getattr(held.columns, table), field.name)
    for name in _KEYS:
        yield name, getattr(held, name)


def _encode(mark: Mark, held: LedgerColumns) -> list[bytes | memoryview]:
    """A line that says what follows, then every array; one whose elements are all the same as one element."""
    layout: dict[str, tuple[str, int, int]] = {}
    parts: list[bytes | memoryview] = []
    checksum = 0
    for name, array in _arrays(held):
        constant = array.size > 0 and bool(np.all(array == array[0]))
        kept = np.ascontiguousarray(array[:1] if constant else array)
        layout[name] = (kept.dtype.str, array.size, kept.size)
        data = kept.view(np.uint8).data
        padding = bytes(-kept.nbytes % 8)
        checksum = zlib.crc32(padding, zlib.crc32(data, checksum))
        parts += [data, padding]
    said = {
        "format": _FORMAT,
        "mark": [mark.files, mark.taken, mark.entry, mark.hash],
        "layout": layout,
        "checksum": checksum,
        "texts": {name: getattr(held, name) for name in _TEXTS if name != "options"},
        "options": {str(at): names for at, names in enumerate(held.options) if names},
    }
    line = json.dumps(said).encode()
    return [len(line).to_bytes(8, "little"), line, bytes(-len(line) % 8), *parts]


def _decode(data: NDArray[np.uint8]) -> tuple[Mark, LedgerColumns] | None:
    """The columns in a file's bytes, None where they are of another version; ValueError where they are damaged."""
    size = int.from_bytes(data[:8].tobytes(), "little")
    said = json.loads(data[8 : 8 + size].tobytes())
    start = 8 + size + -size % 8
    if said["format"] != _FORMAT:
        return None
    if zlib.crc32(data[start:].data) != said["checksum"]:
        msg = "the kept columns are damaged"
        raise ValueError(msg)
    arrays = {}
    for name, (kind, count, kept) in said["layout"].items():
        end = start + kept * np.dtype(kind).itemsize
        array = data[start:end].view(kind)
        arrays[name] = np.broadcast_to(array, count) if kept < count else array
        start = end + -end % 8
    tables: dict[str, Any] = {
        table: kind(**{field.name: arrays[f"{table}.{field.name}"] for field in fields(kind)})
        for table, kind in _TABLES.items()
    }
    texts: dict[str, Any] = {name: tuple(said["texts"][name]) for name in _TEXTS if name != "options"}
    texts["sources"] = tuple(tuple(row) for row in texts["sources"])
    options: list[tuple[str, ...]] = [()] * len(texts["questions"])
    for at, names in said["options"].items():
        options[int(at)] = tuple(names)
    files, *rest = said["mark"]
    keys: dict[str, Any] = {name: arrays[name] for name in _KEYS}
    held = LedgerColumns(Columns(**tables), **texts, **keys, options=tuple(options), phrases=())
    return Mark(tuple(tuple(file) for file in files), *rest), held
