"""The first look at a ledger: status, due questions and lists. Loads neither SQLAlchemy nor NumPy nor Textual."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from forecasts.db.address import read_address
from forecasts.db.queries import home as queries
from forecasts.db.queries.question_status import read_statuses
from forecasts.db.queries.text_search import has, literal, with_words
from forecasts.db.reader import DatabaseKind, inspect_address, open_reader, require_current, require_ours
from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.overview import DuePage, LedgerStatus, ListFilters, QuestionRow
from forecasts.errors import RuleBrokenError, UnknownRecordError
from forecasts.text import search_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from forecasts.db.reader import SqlReader

SOON = timedelta(days=30)
_NEWEST = 20

KINDS = ("source", "article", "scenario", "question", "prediction", "resolution")


def needs_set_up(address: str) -> bool:
    """Whether `setup` has something to do before the ledger can be used: no database yet, or an older schema."""
    place = read_address(address)
    found = inspect_address(place)
    require_ours(place, found)
    return not found.is_newest


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


def due_page(address: str, *, today: date) -> DuePage:
    """The home screen: what is due (oldest first), due within 30 days, put aside, and newly resolved."""
    place = read_address(address)
    require_current(place)
    with open_reader(place) as reader:
        statuses = read_statuses(reader, today)
        waiting = (QuestionStatus.DUE, QuestionStatus.OPEN)
        rows = queries.read_questions(reader, statuses, [key for key, one in statuses.items() if one in waiting])
        due = [row for row in rows if row.status is QuestionStatus.DUE]
        shown = [row for row in due if row.remind_on is None or row.remind_on <= today]
        soon = [row for row in rows if row.status is QuestionStatus.OPEN and row.resolves_on - today <= SOON]
        return DuePage(
            due=tuple(sorted(shown, key=_deadline)),
            soon=tuple(sorted(soon, key=_deadline)),
            put_aside=len(due) - len(shown),
            resolved=tuple(queries.read_questions(reader, statuses, queries.newest_resolved(reader, _NEWEST))),
            counts=queries.count_records(reader),
        )


def _deadline(row: QuestionRow) -> tuple[date, str, str]:
    return (row.resolves_on, row.scenario, row.slug)


def data_version(address: str) -> int:
    """Changes whenever anybody committed a change to the record: the number of history entries."""
    with open_reader(read_address(address)) as reader:
        return int(reader.value("SELECT COALESCE(MAX(id), 0) FROM history_entry"))


NAMED = {"question": "title", "source": "name", "article": "title", "scenario": "title", "prediction": "claim"}
"""The kinds of record that are found by their words, and the column that names them."""


def list_records(address: str, kind: str, filters: ListFilters, *, today: date) -> list[dict[str, Any]]:
    """Every record of a kind that the filters leave, with the pack's field names, by slug.

    Errors: UnknownRecordError for a scenario or source that is not there; RuleBrokenError for a filter that the kind
    does not know.
    """
    from forecasts.db.queries.records import read_list  # knows the records' fields, which the first screen does without

    place = read_address(address)
    require_current(place)
    with open_reader(place) as reader:
        where, parameters = _where(reader, kind, filters)
        records = read_list(reader, kind, where, parameters)
        statuses = _statuses_of(reader, kind, today, [key for key, _ in records])
        for key, record in records:
            if kind in ("question", "prediction"):
                status = statuses.get(key)
                record["status"] = status.value if status else None
    if filters.status is not None:
        if kind not in ("question", "prediction"):
            msg = f"A {kind} has no status."
            raise RuleBrokenError(msg, "`--status` narrows questions and predictions.")
        records = [(key, record) for key, record in records if _stands_so(record["status"], filters.status)]
    return [record for _, record in records]


def find_named(address: str, kind: str, words: str, *, limit: int) -> list[tuple[str, str]]:
    """Slug and name of at most so many records of a kind that have the words, those that begin with them first.

    `kind` is one of NAMED. No more rows are read than are answered.
    """
    place = read_address(address)
    require_current(place)
    name = NAMED[kind]
    folded = literal(search_key(words))
    found: dict[str, str] = {}
    with open_reader(place) as reader:
        among, listed = _with_words(reader, kind, words)
        for pattern in (f"{folded}%", f"%{folded}%"):
            query = (
                f"SELECT slug, {name} FROM {kind}"  # noqa: S608 - our own names
                f" WHERE {among} AND search_key LIKE ? ESCAPE '\\' ORDER BY slug LIMIT ?"
            )
            found |= dict(reader.rows(query, (*listed, pattern, limit)))
            if len(found) >= limit:
                break
    return list(found.items())[:limit]


def _with_words(reader: SqlReader, kind: str, words: str) -> tuple[str, list[object]]:
    """A condition that leaves few rows to compare with the words, where an index serves; else one that leaves all."""
    keys = with_words(reader, search_key(words), _FEW + 1) if kind == "prediction" else None
    if keys is None or len(keys) > _FEW:
        return "1 = 1", []
    among, listed = reader.among("id", keys)
    return among, [listed]


def merged_into(address: str, slugs: Sequence[str]) -> dict[str, str]:
    """Of these slugs those of merged sources, each with the slug of the source that it became."""
    place = read_address(address)
    require_current(place)
    signs = ", ".join("?" * len(slugs))
    query = (
        "SELECT r.slug, s.slug FROM source_redirect AS r JOIN source AS s ON s.id = r.source_id "  # noqa: S608
        f"WHERE r.slug IN ({signs})"
    )
    with open_reader(place) as reader:
        return dict(reader.rows(query, tuple(slugs)))


def _stands_so(status: str | None, wanted: QuestionStatus) -> bool:
    return status == wanted or (wanted is QuestionStatus.OPEN and status == QuestionStatus.DUE)


def _statuses_of(reader: SqlReader, kind: str, today: date, keys: list[int]) -> dict[int, QuestionStatus]:
    if kind not in ("question", "prediction"):
        return {}
    statuses = read_statuses(reader, today)
    if kind == "question":
        return statuses
    among, listed = reader.among("id", keys)
    query = f"SELECT id, question_id FROM prediction WHERE question_id IS NOT NULL AND {among}"  # noqa: S608 - ours
    owners = reader.rows(query, [listed])
    return {prediction: statuses[question] for prediction, question in owners}


_FEW = 20_000
"""So many predictions are looked up by key; words that more of them have are compared row by row."""

_OF_SCENARIO = {
    "scenario": "slug = ?",
    "question": "scenario_id = (SELECT id FROM scenario WHERE slug = ?)",
    "prediction": (
        "question_id IN (SELECT id FROM question WHERE scenario_id = (SELECT id FROM scenario WHERE slug = ?))"
    ),
    "resolution": (
        "question_id IN (SELECT id FROM question WHERE scenario_id = (SELECT id FROM scenario WHERE slug = ?))"
    ),
}

_OF_QUESTION = {
    "question": "slug = ?",
    "prediction": "question_id = (SELECT id FROM question WHERE slug = ?)",
    "resolution": "question_id = (SELECT id FROM question WHERE slug = ?)",
}

_PREDICTIONS_OF = (
    "SELECT c.prediction_id FROM prediction_speaker AS c JOIN source AS s ON s.id = c.source_id WHERE s.slug = ?"
)
_OF_SOURCE = {
    "source": "slug = ?",
    "article": (
        "id IN (SELECT c.article_id FROM article_author AS c JOIN source AS s ON s.id = c.source_id WHERE s.slug = ?)"
    ),
    "question": f"id IN (SELECT question_id FROM prediction WHERE id IN ({_PREDICTIONS_OF}))",  # noqa: S608
    "prediction": f"id IN ({_PREDICTIONS_OF})",
    "resolution": f"question_id IN (SELECT question_id FROM prediction WHERE id IN ({_PREDICTIONS_OF}))",  # noqa: S608
}


def _where(reader: SqlReader, kind: str, filters: ListFilters) -> tuple[str, list[object]]:
    clauses: list[str] = []
    parameters: list[object] = []
    for name, slug, known in (
        ("scenario", filters.scenario, _OF_SCENARIO),
        ("source", filters.source, _OF_SOURCE),
        ("question", filters.question, _OF_QUESTION),
    ):
        if not slug:
            continue
        if kind not in known:
            msg = f"A {kind} cannot be narrowed to a {name}."
            raise RuleBrokenError(msg, f"`--{name}` narrows {', '.join(f'{one}s' for one in known)}.")
        _require(reader, name, slug)
        clauses.append(known[kind])
        parameters.append(slug)
    if filters.text:
        among, listed = _with_words(reader, kind, filters.text)
        asked = f"question_id IN (SELECT id FROM question WHERE {has(reader)})"  # noqa: S608 - our own names
        clauses += [among, asked if kind == "resolution" else has(reader)]
        parameters += [*listed, search_key(filters.text)]
    return " AND ".join(clauses), parameters


def _require(reader: SqlReader, kind: str, slug: str) -> None:
    known = [found for (found,) in reader.rows(f"SELECT slug FROM {kind}")]  # noqa: S608 - one of our tables
    if slug not in known:
        from forecasts.domain.references import nearest

        raise UnknownRecordError(kind, slug, nearest(slug, known))
