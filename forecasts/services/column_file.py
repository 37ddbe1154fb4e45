"""Kept columns as bytes: a line of JSON that says what follows, then every array as it is in memory."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasts.db.scoring_marks import Told
from forecasts.scoring.columns import ArticleColumns, Columns, PredictionColumns, QuestionColumns, SourceColumns
from forecasts.services.columns import VOCABULARIES, LedgerColumns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_FORMAT: Final = f"forecasts columns 3 {[(name, list(words.__members__)) for name, words in VOCABULARIES.items()]}"
_TABLES: Final = {
    "predictions": PredictionColumns,
    "questions": QuestionColumns,
    "articles": ArticleColumns,
    "sources": SourceColumns,
}
_KEYS: Final = ("prediction_keys", "source_keys", "article_keys", "question_keys")
_TEXTS: Final = ("sources", "scenarios", "questions", "options", "units", "references")


def _arrays(held: LedgerColumns) -> Iterator[tuple[str, NDArray[Any]]]:
    for table, kind in _TABLES.items():
        for field in fields(kind):
            yield f"{table}.{field.name}", getattr(getattr(held.columns, table), field.name)
    for name in _KEYS:
        yield name, getattr(held, name)


def encode(file: tuple[int, int], told: Told, held: LedgerColumns) -> list[bytes | memoryview]:
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
        "file": file,
        "told": asdict(told),
        "layout": layout,
        "checksum": checksum,
        "texts": {name: getattr(held, name) for name in _TEXTS if name != "options"},
        "options": {str(at): names for at, names in enumerate(held.options) if names},
    }
    line = json.dumps(said).encode()
    return [len(line).to_bytes(8, "little"), line, bytes(-len(line) % 8), *parts]


def decode(data: NDArray[np.uint8]) -> tuple[tuple[int, int], Told, LedgerColumns] | None:
    """What `encode` wrote: None where it is of another version; ValueError, KeyError or TypeError where damaged."""
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
    keys: dict[str, Any] = {name: arrays[name] for name in _KEYS}
    held = LedgerColumns(Columns(**tables), **texts, **keys, options=tuple(options), phrases=())
    device, number = said["file"]
    told = Told(**(said["told"] | {"counts": tuple(said["told"]["counts"])}))
    return (device, number), told, held
