"""The digest of a record: SHA-256 of the bytes that say it, the same on every machine and in every version."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from forecasts.domain.canonical import canonical_json
from forecasts.domain.plain_records import record_values
from forecasts.domain.records import table_of
from forecasts.domain.values import tidy

if TYPE_CHECKING:
    from forecasts.domain.records import Record


TAG = "forecasts-record"
VERSION = 1


def canonical_bytes(record: Record) -> bytes:
    """The record as UTF-8 JSON: tag, version, table, then its fields in the pack's form, sorted, defaults left out.

    Text is NFC with line feeds; numbers that may be fractions are always written as such, dates as ISO 8601.
    """
    return canonical_json([TAG, VERSION, table_of(record), _json(record_values(record))]).encode("utf-8")


def record_digest(record: Record) -> str:
    return hashlib.sha256(canonical_bytes(record)).hexdigest()


def prediction_digest(text: str) -> str:
    """The digest of a prediction as it is kept, of its canonical JSON."""
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
