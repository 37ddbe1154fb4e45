"""The first look at a ledger: status, due questions and lists. Loads neither SQLAlchemy nor NumPy nor Textual."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from forecasts.db.address import read_address
from forecasts.db.queries import filters as narrowing
from forecasts.db.queries import home as queries
from forecasts.db.queries.filters import NARROWED, narrowed, words_condition
from forecasts.db.queries.home import read_statuses
from forecasts.db.reader import (
    DatabaseKind,
    SqlReader,
    inspect_address,
    open_inspected,
    open_reader,
    require_current,
    require_ours,
)
from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.overview import WAITING, DuePage, LedgerStatus, ListFilters, QuestionRow, statuses_meant
from forecasts.errors import RuleBrokenError, UnknownRecordError
from forecasts.files import refuse_other, write_output

SOON = timedelta(days=30)
_NEWEST = 20

KINDS = ("source", "article", "scenario", "question", "prediction", "resolution")


def first_page(address: str, *, today: date) -> DuePage | None:
    """The home screen; None where `setup` has something to do first: there is no database yet, or an older schema."""
    place = read_address(address)
    with open_inspected(place) as (found, reader):
        require_ours(place, found)
        return _due_page(reader, today, SOON) if reader and found.is_newest else None


def ledger_status(address: str, *, today: date) -> LedgerStatus:
    """Database, backend, schema revision, counts per kind, and how many questions are due.

    An older schema is told, not refused. Errors: DatabaseUnusableError where there is no ledger; DatabaseNewerError.
    """
    place = read_address(address)
    found = inspect_address(place)
    require_ours(place, found)
    if found.kind is not DatabaseKind.LEDGER:
        require_current(place)
    with open_reader(place) as reader:
        counts = queries.count_records(reader)
        due = sum(status is QuestionStatus.DUE for status in read_statuses(reader, today).values())
        settings = reader.settings()
    return LedgerStatus(
        database=place.shown,
        backend=place.backend,
        revision=found.revision,
        newest=found.is_newest,
        due=due,
        counts=counts,
        settings=settings,
    )


def due_page(address: str, *, today: date, soon: timedelta = SOON) -> DuePage:
    """The home screen: what is due (oldest first), due within 30 days or as `soon` says, put aside, newly resolved."""
    place = read_address(address)
    require_current(place)
    with open_reader(place) as reader:
        return _due_page(reader, today, soon)


def _due_page(reader: SqlReader, today: date, soon: timedelta) -> DuePage:
    statuses = read_statuses(reader, today)
    rows = queries.read_question_rows(reader, statuses, [key for key, one in statuses.items() if one in WAITING])
    rows.sort(key=home_order)
    aside = [row for row in rows if row.remind_on is not None and row.remind_on > today]
    shown = [row for row in rows if row.remind_on is None or row.remind_on <= today]
    return DuePage(
        due=tuple(row for row in shown if row.status is QuestionStatus.DUE),
        soon=tuple(row for row in shown if row.status is QuestionStatus.OPEN and row.resolves_on - today <= soon),
        put_aside=tuple(sorted(aside, key=lambda row: row.remind_on or today)),
        resolved=tuple(queries.read_question_rows(reader, statuses, queries.newest_resolved(reader, _NEWEST))),
        counts=queries.count_records(reader),
    )


def home_order(row: QuestionRow) -> tuple[date, str, str]:
    """What questions are sorted by on the home screen."""
    return (row.resolves_on, row.scenario, row.slug)


def export_calendar(address: str, file: Path, *, now: datetime) -> Path:
    """Write the deadlines of all questions that wait, and the days until which some are put aside, as an iCalendar.

    Errors: OutputRefusedError for a file that is none of ours or cannot be written.
    """
    from forecasts.interchange.calendars import HEAD, calendar_bytes

    page = due_page(address, today=now.date(), soon=timedelta.max)
    waiting = {row.slug: row for row in (*page.due, *page.soon, *page.put_aside)}
    refuse_other(file, HEAD, "such a calendar")
    return write_output(file, calendar_bytes(sorted(waiting.values(), key=home_order), now))


def data_version(address: str) -> int:
    """Changes whenever anybody committed a change to the record: the number of history entries."""
    with open_reader(read_address(address)) as reader:
        return queries.newest_entry(reader)[0]


NAMED = {"question": "title", "source": "name", "article": "title", "scenario": "title", "prediction": "claim"}
"""The kinds of record that are found by their words, and the column that names them."""


def list_records(address: str, kind: str, filters: ListFilters, *, today: date) -> list[dict[str, Any]]:
    """Every record of a kind that the filters leave, with the pack's field names, by slug; questions as at home.

    Errors: UnknownRecordError for a scenario or source that is not there; RuleBrokenError for a filter that the kind
    does not know.
    """
    from forecasts.db.queries.records import read_list  # knows the records' fields, which the first screen does without

    place = read_address(address)
    require_current(place)
    with open_reader(place) as reader:
        where, parameters = _where(reader, kind, filters)
        records = read_list(reader, kind, where, parameters)
        found = [record for _, record in records]
        if kind in ("question", "prediction"):
            of_slug = queries.statuses_by_slug(reader, today)
            for record in found:
                status = of_slug.get(record["slug" if kind == "question" else "question"])
                record["status"] = status.value if status else None
        if kind == "question":
            again = queries.reminders_by_slug(reader)
            for record in found:
                record["remind_on"] = again.get(record["slug"])
            found.sort(key=lambda record: (record["resolves_on"], record.get("scenario") or "", record["slug"]))
    if filters.status is not None:
        if kind not in ("question", "prediction"):
            msg = f"A {kind} has no status."
            raise RuleBrokenError(msg, "`--status` narrows questions and predictions.")
        found = [record for record in found if record["status"] in statuses_meant(filters.status)]
    return found


def find_named(address: str, kind: str, words: str, *, limit: int) -> list[tuple[str, str]]:
    """Slug and name of at most so many records of a kind that have the words, those that begin with them first.

    `kind` is one of NAMED.
    """
    place = read_address(address)
    require_current(place)
    with open_reader(place) as reader:
        return narrowing.find_named(reader, kind, NAMED[kind], words, limit)


def merged_into(address: str, slugs: Sequence[str]) -> dict[str, str]:
    """Of these slugs those of merged sources, each with the slug of the source that it became."""
    place = read_address(address)
    require_current(place)
    with open_reader(place) as reader:
        return queries.read_redirects(reader, slugs)


def _where(reader: SqlReader, kind: str, filters: ListFilters) -> tuple[str, list[object]]:
    clauses: list[str] = []
    parameters: list[object] = []
    for name, conditions in NARROWED.items():
        slug = getattr(filters, name)
        if not slug:
            continue
        if kind not in conditions:
            msg = f"A {kind} cannot be narrowed to a {name}."
            raise RuleBrokenError(msg, f"`--{name}` narrows {', '.join(f'{one}s' for one in conditions)}.")
        known = queries.read_slugs(reader, name)
        if slug not in known:
            from forecasts.domain.values import nearest

            raise UnknownRecordError(name, slug, nearest(slug, known))
        clause, given = narrowed(name, kind, slug)
        clauses.append(clause)
        parameters += given
    if filters.text:
        clause, given = words_condition(reader, kind, filters.text)
        clauses.append(clause)
        parameters += given
    return " AND ".join(clauses), parameters
