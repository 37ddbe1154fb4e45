"""Bodies of records into packs: the same bytes for the same records, split into files that a reviewer can hold."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecasts.domain.formats import canonical_json
from forecasts.domain.plain_records import record_values
from forecasts.domain.records import table_of
from forecasts.domain.values import tidy
from forecasts.errors import OutputRefusedError
from forecasts.files import replace_files
from forecasts.interchange.record_sets import make_record_set
from forecasts.interchange.toml_files import read_toml, single_table_lines, table_lines
from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forecasts.domain.records import Record
    from forecasts.interchange.record_sets import RecordSet


PACK_FILE = "pack.toml"
_FILES: dict[str, tuple[str, ...]] = {
    "standards.toml": ("standard", "phrase"),
    "sources.toml": ("source",),
    "scenarios.toml": ("scenario",),
    "articles.toml": ("article",),
    "questions.toml": ("question", "criteria_revision"),
    "predictions.toml": ("prediction",),
    "passages.toml": ("passage",),
    "resolutions.toml": ("resolution",),
    "readings.toml": ("reading",),
    "objections.toml": ("objection",),
}
_PARENTS = {"phrase": "standard", "criteria_revision": "question"}
_INNER_TABLES = frozenset({"evidence"})


def pack_texts(body: RecordSet) -> dict[str, str]:
    """The text of each file of the pack, by file name; a file without records is left out."""
    ordered = make_record_set(body.pack, body.records())
    texts = {PACK_FILE: _joined([single_table_lines("pack", {"format": body.pack.format, **record_values(body.pack)})])}
    for name, tables in _FILES.items():
        blocks = [table_lines(table_of(one), record_values(one), _INNER_TABLES) for one in _grouped(ordered, tables)]
        if blocks:
            texts[name] = _joined(blocks)
    return texts


def write_pack(body: RecordSet, folder: Path | str) -> tuple[Path, ...]:
    """Write the pack into a folder that is new, empty, or holds a pack already, and say which files were written.

    OutputRefusedError, with nothing changed, where the folder holds anything else that would be read as part of it.
    """
    folder = Path(folder)
    texts = pack_texts(body)
    _refuse_foreign(folder, body.pack.name)
    return replace_files(folder, texts, obsolete=[name for name in (PACK_FILE, *_FILES) if name not in texts])


def _joined(blocks: Iterable[Iterable[str]]) -> str:
    return "\n".join("\n".join(block) + "\n" for block in blocks)


def _grouped(body: RecordSet, tables: tuple[str, ...]) -> Iterator[Record]:
    """The records of the tables, each parent followed by its own; then those whose parent is not in this pack."""
    first, *others = tables
    belonging: dict[str, list[Any]] = defaultdict(list)
    for table in others:
        for record in body.table(table):
            belonging[getattr(record, _PARENTS[table])].append(record)
    for parent in body.table(first):
        yield parent
        yield from belonging.pop(getattr(parent, "slug", ""), ())
    for parentless in belonging.values():
        yield from parentless


def _refuse_foreign(folder: Path, name: str) -> None:
    try:
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return
        if not folder.is_dir():
            msg = f"{safe(folder)} is a file: a pack is written into a folder."
            raise OutputRefusedError(msg, "Name a new folder.")
        found = read_toml(folder / PACK_FILE, PACK_FILE).tables.get("pack")
        if found is None:
            msg = f"{safe(folder)} holds other things and no pack."
            raise OutputRefusedError(msg, "Name a new or an empty folder, or one that holds a pack.")
        if not isinstance(found, dict) or found.get("name") != name:
            msg = f"{safe(folder)} holds another pack than {name}."
            raise OutputRefusedError(msg, "Nothing was replaced. Name a new folder.")
        foreign = sorted(
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*.toml")
            if path.relative_to(folder).as_posix() not in (PACK_FILE, *_FILES)
        )
    except OSError as error:
        msg = f"{safe(folder)} cannot be read: {error.strerror}."
        raise OutputRefusedError(msg, "Name a folder that you may write into.") from error
    if foreign:
        msg = f"{safe(folder)} holds {safe(foreign[0])}, which is not written by an export but would be read with it."
        raise OutputRefusedError(msg, "Name a new folder, or move that file away.")


TAG = "forecasts-record"
VERSION = 1
_WHOLE_SECOND = re.compile(r'(?<!\\)("made_at":"[^".]*)\.0{6}Z')
"""An instant as it is kept; a digest leaves out what says nothing."""


def canonical_bytes(record: Record) -> bytes:
    """The record as UTF-8 JSON: tag, version, table, then its fields in the pack's form, sorted, defaults left out.

    Text is NFC with line feeds; numbers that may be fractions are always written as such, dates as ISO 8601.
    """
    return canonical_json([TAG, VERSION, table_of(record), _json(record_values(record))]).encode("utf-8")


def record_digest(record: Record) -> str:
    return hashlib.sha256(canonical_bytes(record)).hexdigest()


def prediction_digest(text: str) -> str:
    """The digest of a prediction as it is kept, of its canonical JSON."""
    text = _WHOLE_SECOND.sub(r"\1Z", text) if ".000000Z" in text else text
    return hashlib.sha256(f'["{TAG}",{VERSION},"prediction",{text}]'.encode()).hexdigest()


def _json(value: Any) -> Any:
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, dict):
        return {tidy(key): _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
