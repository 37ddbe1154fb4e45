"""Calendars: deadlines and days to look again, as an iCalendar file (RFC 5545)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

from forecasts.domain.overview import QuestionRow
from forecasts.text import safe, safe_block

_PRODUCT: Final = "-//forecasts//deadlines//EN"
HEAD: Final = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{_PRODUCT}\r\n".encode()
"""What such a file begins with."""


def calendar_bytes(rows: Iterable[QuestionRow], now: datetime) -> bytes:
    """A whole day for each deadline, and one for each day until which a question is put aside."""
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", _PRODUCT)
    for row in rows:
        for event in _events(row, now):
            made.add_component(event)
    return bytes(made.to_ical())


def _events(row: QuestionRow, now: datetime) -> Iterator[Event]:
    yield _event(f"due-{row.slug}", row.resolves_on, f"Due: {row.title}", row, now)
    if row.remind_on is not None:
        yield _event(f"again-{row.slug}", row.remind_on, f"Look again: {row.title}", row, now)


def _event(uid: str, day: date, summary: str, row: QuestionRow, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{uid}@forecasts")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", safe(summary))
    scenario = f"{row.scenario_title}\n" if row.scenario_title else ""
    event.add("description", safe_block(f"{scenario}forecasts resolve {row.slug}"))
    event.add("transp", "TRANSPARENT")
    return event
