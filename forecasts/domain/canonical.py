"""The one text of a value, for hashing and comparing: the same bytes on every machine, engine and version."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: Any) -> str:
    """A JSON value with sorted keys, no spaces, floats as their shortest repr, only needed escapes; NaN is refused."""
    return _ENCODER.encode(value)


def instant_text(value: datetime) -> str:
    """An instant as it is stored and hashed: UTC, six digits, Z. ValueError where the zone is not known."""
    if value.tzinfo is None:
        msg = f"an instant needs its zone: {value!r}"
        raise ValueError(msg)
    return value.astimezone(UTC).strftime(INSTANT)
