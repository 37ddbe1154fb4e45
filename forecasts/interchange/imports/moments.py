"""Days and instants as other platforms write them. Each reader gives None for what is none."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from forecasts.domain.dates import EARLIEST, LATEST, read_span

_ZONED = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ Tt]([0-9]{2}:[0-9]{2})(:[0-9]{2}(\.[0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})",
    re.ASCII,
)
_WALL = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ Tt]([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2}))?)?", re.ASCII
)
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ Tt].{0,40})?", re.ASCII)
_LEAST_MILLISECONDS = 100_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

WALL = "a time YYYY-MM-DD HH:MM:SS"
INSTANT = "an instant with its offset, 2025-03-01 09:00:00+00:00"
MILLISECONDS = "whole milliseconds since 1970"


LIMITS = f"a day from {EARLIEST} to {LATEST}"


def expected_of(value: object, form: str) -> str:
    """What is expected in the place of a value that is no time of this form, or is one beyond what the record keeps."""
    read = read_milliseconds if form == MILLISECONDS else read_wall_time if form == WALL else read_instant
    return form if read(value, is_any=True) is None else LIMITS  # type: ignore[arg-type]


def _kept(moment: datetime, *, is_any: bool) -> datetime | None:
    return moment if is_any or EARLIEST <= moment.date() <= LATEST else None


def read_instant(text: str, *, is_any: bool = False) -> datetime | None:
    """An ISO 8601 instant that says its offset, as UTC."""
    match = _ZONED.fullmatch(text.strip())
    if not match:
        return None
    day, clock, seconds, _, zone = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{seconds or ':00'}{zone.upper().replace('Z', '+00:00')}")
        return _kept(moment.astimezone(UTC), is_any=is_any)
    except (ValueError, OverflowError):
        return None


def read_wall_time(text: str, *, is_any: bool = False) -> datetime | None:
    """A time without zone, its parts perhaps not padded (`2025-03-01 09:05:3`), taken as UTC."""
    match = _WALL.fullmatch(text.strip())
    if not match:
        return None
    try:
        moment = datetime(*(int(part or 0) for part in match.groups()), tzinfo=UTC)  # type: ignore[misc,arg-type]
        return _kept(moment, is_any=is_any)
    except ValueError:
        return None


def read_milliseconds(value: object, *, is_any: bool = False) -> datetime | None:
    """Milliseconds since 1970; what could as well be seconds is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        return None
    if abs(value) < _LEAST_MILLISECONDS:
        return None
    try:
        return _kept(_EPOCH + timedelta(milliseconds=int(value)), is_any=is_any)
    except OverflowError:
        return None


def read_day(text: str) -> date | None:
    """The day of an ISO 8601 date, or of an instant as written."""
    match = _DAY.fullmatch(text.strip())
    try:
        day = date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
    return day if day and EARLIEST <= day <= LATEST else None


def is_span(text: str) -> bool:
    """Whether the text is a day or a span of days as the record writes them."""
    try:
        read_span(text)
    except ValueError:
        return False
    return True
