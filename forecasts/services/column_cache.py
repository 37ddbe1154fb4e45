"""Column cache: what scoring reads of a large ledger, kept in a file between runs: inputs, never a score.

The file stands beside the database, or in the user's cache folder where that cannot be written; it may be deleted at
any time, and whatever is wrong with it means that the ledger is read. What it holds is used only where the database
says that it still stands (`forecasts.db.rescoring`): predictions that were added since are read and joined to it,
and so is everything else where that changed; where a prediction that it holds changed, all is read anew. Its checksum
tells damage, not a hand: `compare_cache` reads the ledger beside it.
"""

import contextlib
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from forecasts.db import scoring_rows as rows
from forecasts.db.address import Address
from forecasts.db.reader import SqlReader
from forecasts.db.rescoring import Fingerprint, read_fingerprint
from forecasts.files import put
from forecasts.scoring.columns import (
    VOCABULARIES,
    ArticleColumns,
    Columns,
    PredictionColumns,
    QuestionColumns,
    SourceColumns,
)
from forecasts.services import column_tables as tables
from forecasts.services.column_tables import Positions
from forecasts.services.columns import LedgerColumns, column_reader, read_columns, read_others

File = tuple[int, int]
Cached = tuple[File, Fingerprint, LedgerColumns]


FEWEST: Final = 20_000
"""Smaller ledgers are read faster than a file is looked for."""

MOST_ADDED: Final = 20_000
"""So many predictions more are read each time; from there on the file is made anew."""

_FORMAT: Final = f"forecasts columns 7 {[(name, list(words.__members__)) for name, words in VOCABULARIES.items()]}"
_TABLES: Final = {
    "predictions": PredictionColumns,
    "questions": QuestionColumns,
    "articles": ArticleColumns,
    "sources": SourceColumns,
}
_DAMAGE: Final = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading a damaged or forged file may lead to."""
_KEYS: Final = ("prediction_keys", "source_keys", "article_keys", "question_keys")
_TEXTS: Final = ("sources", "scenarios", "questions", "options", "units", "references")


def cached_columns(place: Address, reader: SqlReader) -> LedgerColumns:
    """The whole ledger as columns, as the reader sees it: of the file what still stands, the rest read."""
    if place.path is None or reader.value("SELECT COUNT(*) FROM prediction") < FEWEST:
        return read_columns(reader)
    cached = _load_cache(place.path)
    found = _brought_up(reader, cached)
    if found is None:
        found = read_columns(reader)
        _store(place.path, reader, found)
    elif cached is not None and _is_far(cached, found):
        _store(place.path, reader, found)
    return found


def compare_cache(place: Address, reader: SqlReader) -> tuple[str, ...]:
    """The columns that would be scored from the file and are not what the ledger says; none where all are."""
    cached = _brought_up(reader, _load_cache(place.path)) if place.path is not None else None
    if cached is None:
        return ()
    read = read_columns(reader)
    unlike = [
        name for (name, one), (_, other) in zip(_arrays(cached), _arrays(read), strict=True) if not _same(one, other)
    ]
    return (*unlike, *(name for name in _TEXTS if repr(getattr(cached, name)) != repr(getattr(read, name))))


def forget_cache(place: Address) -> None:
    for file in cache_places(place.path) if place.path is not None else ():
        with contextlib.suppress(OSError):
            file.unlink()


def _same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether both have the same bytes: numbers that are equal in another type are reckoned with otherwise."""
    return one.dtype == other.dtype and np.array_equal(_as_bytes(one), _as_bytes(other))


def _as_bytes(array: NDArray[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(array).view(np.uint8)


def cache_places(path: Path) -> Iterator[Path]:
    """Where the file of a ledger's columns may stand."""
    path = path.resolve()
    yield path.with_name(f"{path.name}.columns")
    import platformdirs

    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:32]
    yield Path(platformdirs.user_cache_dir("forecasts", appauthor=False)) / f"{name}.columns"


def _load_cache(path: Path) -> Cached | None:
    """What is cached of the ledger that stands there now: a restored backup is another file."""
    for place in cache_places(path):
        try:
            cached = decode(np.memmap(place, dtype=np.uint8, mode="r").view(np.ndarray))
        except (OSError, *_DAMAGE):
            continue
        return cached if cached is not None and cached[0] == _file(path) else None
    return None


def _store(path: Path, reader: SqlReader, data: LedgerColumns) -> None:
    fingerprint = read_fingerprint(reader)
    if fingerprint is None:
        return
    parts = encode(_file(path), fingerprint, data)
    for place in cache_places(path):
        try:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            put(place, parts, 0o600)
        except OSError:
            continue
        return


def _file(path: Path) -> File:
    found = path.stat()
    return found.st_dev, found.st_ino


def _brought_up(reader: SqlReader, cached: Cached | None) -> LedgerColumns | None:
    """What is cached with what came since; None where something of it no longer stands, or does not fit together."""
    if cached is None:
        return None
    _, then, data = cached
    try:
        now = read_fingerprint(reader, entry=then.entry, last=then.last)
        if now is None or replace(now, others=then.others) != then:
            return None
        if now.others == then.others:
            return _with_added(reader, data)
        again = _with_others(reader, data)
        return None if again is None else _with_added(reader, again)
    except _DAMAGE:
        return None


def _is_far(cached: Cached, found: LedgerColumns) -> bool:
    """Whether so much came since that the file is better made anew."""
    added = len(found.columns.predictions) - len(cached[2].columns.predictions)
    return added > MOST_ADDED or found.columns.questions is not cached[2].columns.questions


def _with_others(reader: SqlReader, kept: LedgerColumns) -> LedgerColumns | None:
    """The kept predictions with everything else as it is now.

    None where the predictions were read against something that is no longer so: a position that has moved, the date of
    an article, the options of a question, or what it implies.
    """
    now = read_others(column_reader(reader))
    for name in ("source_keys", "article_keys", "question_keys"):
        before, after = getattr(kept, name), getattr(now, name)
        if not np.array_equal(after[: before.size], before):
            return None
    for name in ("first_day", "last_day"):
        dated = getattr(kept.columns.articles, name)
        if not np.array_equal(getattr(now.columns.articles, name)[: dated.size], dated):
            return None
    if now.options[: len(kept.options)] != kept.options:
        return None
    before, after = kept.columns.questions, now.columns.questions
    ladders = after.implied_start[: before.implied_start.size], before.implied_start
    if not (np.array_equal(before.implied, after.implied) and np.array_equal(*ladders)):
        return None  # of predictions on ladders it is kept in which sentence they stand
    columns = replace(now.columns, predictions=kept.columns.predictions)
    return replace(now, columns=columns, prediction_keys=kept.prediction_keys)


def _with_added(reader: SqlReader, kept: LedgerColumns) -> LedgerColumns:
    """The columns with the predictions whose keys come after those that are in them. None of them has readings yet."""
    last = int(kept.prediction_keys[-1]) if kept.prediction_keys.size else 0
    narrowed = column_reader(reader, {"prediction": f"> {last}"})
    table = rows.read_predictions(narrowed, tuple(VOCABULARIES))
    if table["id"].size == 0:
        return kept
    added = Positions(table["id"])
    everyone = Positions(np.concatenate((kept.prediction_keys, added.keys)))
    articles = kept.columns.articles
    more = tables.prediction_columns(narrowed, table, kept.keys, articles, added, everyone)
    joined = _joined_predictions(kept.columns.predictions, more)
    in_order, ranked = partial(rows.read_in_order, narrowed), kept.columns.predictions.slug_rank
    ranks = tables.ranked_by_slug(in_order, joined, kept.columns.questions, articles, everyone.keys, ranked)
    columns = replace(kept.columns, predictions=replace(joined, slug_rank=ranks))
    return replace(kept, columns=columns, prediction_keys=everyone.keys)


def _joined_predictions(first: PredictionColumns, second: PredictionColumns) -> PredictionColumns:
    parts: dict[str, Any] = {}
    for field in fields(PredictionColumns):
        one, other = getattr(first, field.name), getattr(second, field.name)
        if field.name.endswith("_start"):
            other = (other[1:] + one[-1]).astype(one.dtype)
        parts[field.name] = _one_after_other(one, other)
    return PredictionColumns(**parts)


def _one_after_other(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Both in one; where all elements of both are the same, that one element over and over, as it was kept."""
    if one.size and one.strides == (0,) and bool(np.all(other == one[0])):
        return np.broadcast_to(one[:1], one.size + other.size)
    return np.concatenate((one, other))


def _arrays(data: LedgerColumns) -> Iterator[tuple[str, NDArray[Any]]]:
    for table, kind in _TABLES.items():
        for field in fields(kind):
            yield f"{table}.{field.name}", getattr(getattr(data.columns, table), field.name)
    for name in _KEYS:
        yield name, getattr(data, name)


def encode(file: File, fingerprint: Fingerprint, data: LedgerColumns) -> list[bytes | memoryview]:
    """A line that says what follows, then every array; one whose elements are all the same as one element."""
    layout: dict[str, tuple[str, int, int]] = {}
    parts: list[bytes | memoryview] = []
    checksum = 0
    for name, array in _arrays(data):
        constant = array.size > 0 and bool(np.all(array == array[0]))
        kept = np.ascontiguousarray(array[:1] if constant else array)
        layout[name] = (kept.dtype.str, array.size, kept.size)
        content = kept.view(np.uint8).data
        padding = bytes(-kept.nbytes % 8)
        checksum = zlib.crc32(padding, zlib.crc32(content, checksum))
        parts += [content, padding]
    said = {
        "format": _FORMAT,
        "file": file,
        "fingerprint": asdict(fingerprint),
        "layout": layout,
        "checksum": checksum,
        "texts": {name: getattr(data, name) for name in _TEXTS if name != "options"},
        "options": {str(at): names for at, names in enumerate(data.options) if names},
    }
    line = json.dumps(said).encode()
    return [len(line).to_bytes(8, "little"), line, bytes(-len(line) % 8), *parts]


def decode(stored: NDArray[np.uint8]) -> Cached | None:
    """What `encode` wrote: None where it is of another version; ValueError, KeyError or TypeError where damaged."""
    size = int.from_bytes(stored[:8].tobytes(), "little")
    said = json.loads(stored[8 : 8 + size].tobytes())
    start = 8 + size + -size % 8
    if said["format"] != _FORMAT:
        return None
    if zlib.crc32(stored[start:].data) != said["checksum"]:
        msg = "the cached columns are damaged"
        raise ValueError(msg)
    arrays = {}
    for name, (kind, count, kept) in said["layout"].items():
        end = start + kept * np.dtype(kind).itemsize
        array = stored[start:end].view(kind)
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
    data = LedgerColumns(Columns(**tables), **texts, **keys, options=tuple(options), phrases=())
    device, number = said["file"]
    fingerprint = Fingerprint(**(said["fingerprint"] | {"counts": tuple(said["fingerprint"]["counts"])}))
    return (device, number), fingerprint, data
