"""What queries have in common: pieces of SQL that say a rule once, and values as both engines give them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from forecasts.domain.formats import stored_outcome
from forecasts.errors import DamagedValueError
from forecasts.text import safe

_SHOWN = 60

IN_FORCE = "resolution r ON r.question_id = q.id AND r.superseded_reason = ''"
"""The one resolution of question `q` that counts."""

MADE_ON = "COALESCE(p.made_last_on, a.published_last_on)"
"""The day that the timeliness of prediction `p` in article `a` goes by."""

CLOSES_ON = "COALESCE(q.closes_on, q.resolves_on)"
"""The last day on which a prediction on question `q` counts."""


def as_date(value: Any) -> Any:
    """A date, or None, as the driver gives it: text on SQLite. DamagedValueError."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise damaged(value, "a date") from error


def as_instant(value: Any) -> Any:
    """An instant in UTC, or None, as the driver gives it: text on SQLite. DamagedValueError."""
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise damaged(value, "an instant") from error
    return None if instant is None else instant.astimezone(UTC)


def read_json(text: str) -> Any:
    """A value of canonical JSON. DamagedValueError where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise damaged(text, "JSON") from error


def damaged(value: object, kind: str) -> DamagedValueError:
    """The error for what stands in the place of a value of some kind."""
    msg = f"The database holds {safe(repr(value)[:_SHOWN])} in the place of {kind}: it was changed past the program."
    return DamagedValueError(msg)


def as_day_or_number(value: float, *, is_date: bool) -> float | date:
    """What is stored as a number for both."""
    return date.fromordinal(int(value)) if is_date else value


def outcome_text(row: Any) -> str:
    """The outcome in a row with the columns of a resolution, or `void` and why; empty where there is none."""
    return f"void: {row.void}" if row.void else stored_outcome(row.outcome, row.outcome_number, row.outcome_on)
