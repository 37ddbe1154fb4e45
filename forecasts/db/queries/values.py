"""What queries have in common: pieces of SQL that say a rule once, and values as both engines give them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from forecasts.domain.formats import stored_outcome

IN_FORCE = "resolution r ON r.question_id = q.id AND r.superseded_reason = ''"
"""The one resolution of question `q` that counts."""

MADE_ON = "COALESCE(p.made_last_on, a.published_last_on)"
"""The day that the timeliness of prediction `p` in article `a` goes by."""

CLOSES_ON = "COALESCE(q.closes_on, q.resolves_on)"
"""The last day on which a prediction on question `q` counts."""


def as_date(value: Any) -> Any:
    """A date, or None, as the driver gives it: text on SQLite."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def as_instant(value: Any) -> Any:
    """An instant in UTC, or None, as the driver gives it: text on SQLite."""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return None if instant is None else instant.astimezone(UTC)


def as_day_or_number(value: float, *, is_date: bool) -> float | date:
    """What is stored as a number for both."""
    return date.fromordinal(int(value)) if is_date else value


def outcome_text(row: Any) -> str:
    """The outcome in a row with the columns of a resolution, or `void` and why; empty where there is none."""
    return f"void: {row.void}" if row.void else stored_outcome(row.outcome, row.outcome_number, row.outcome_on)
