"""The home screen: counts, and questions as rows of a list."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from forecasts.db.queries.filters import CLOSES_ON, IN_FORCE, as_date, as_instant, row_outcome
from forecasts.db.reader import SqlReader
from forecasts.domain.formats import stored_span
from forecasts.domain.kinds import QuestionKind, QuestionStatus
from forecasts.domain.overview import QuestionFacts, QuestionRow, own_status, question_statuses

_COUNTED = {
    "sources": "source",
    "articles": "article",
    "scenarios": "scenario",
    "questions": "question",
    "predictions": "prediction",
    "resolutions": "resolution WHERE superseded_reason = ''",
}


def count_records(reader: SqlReader) -> dict[str, int]:
    """How many records of each kind there are; of resolutions, those in force."""
    return {name: int(reader.value(f"SELECT count(*) FROM {table}")) for name, table in _COUNTED.items()}


def newest_entry(reader: SqlReader) -> tuple[int, str]:
    """The number and hash of the history's newest entry; 0 and an empty string where there is none."""
    found = reader.rows("SELECT id, hash FROM history_entry ORDER BY id DESC LIMIT 1")
    return (int(found[0][0]), str(found[0][1])) if found else (0, "")


def newest_resolved(reader: SqlReader, limit: int) -> list[int]:
    query = "SELECT question_id FROM resolution WHERE superseded_reason = '' ORDER BY resolved_at DESC, id DESC LIMIT ?"
    return [key for (key,) in reader.rows(query, (limit,))]


def read_slugs(reader: SqlReader, kind: str) -> list[str]:
    return [slug for (slug,) in reader.rows(f"SELECT slug FROM {kind}")]


def read_redirects(reader: SqlReader, slugs: Sequence[str]) -> dict[str, str]:
    """Of these slugs those of merged sources, each with the slug of the source that it became."""
    among, listed = reader.among("d.slug", slugs)
    query = f"SELECT d.slug, s.slug FROM source_redirect d JOIN source s ON s.id = d.source_id WHERE {among}"
    return dict(reader.rows(query, [listed]))


def reminders_by_slug(reader: SqlReader) -> dict[str, str]:
    """Until when questions are put aside."""
    query = "SELECT q.slug, m.remind_on FROM reminder m JOIN question q ON q.id = m.question_id"
    return {slug: str(day) for slug, day in reader.rows(query)}


def statuses_by_slug(reader: SqlReader, today: date) -> dict[str, QuestionStatus]:
    statuses = read_statuses(reader, today)
    return {slug: statuses[key] for key, slug in reader.rows("SELECT id, slug FROM question")}


def read_question_rows(
    reader: SqlReader, statuses: Mapping[int, QuestionStatus], keys: Sequence[int]
) -> list[QuestionRow]:
    """The questions with these keys as list rows, in the order of the keys."""
    among, listed = reader.among("q.id", keys)
    query = (
        f"SELECT q.id, q.slug, q.title, COALESCE(s.slug, '') AS scenario, COALESCE(s.title, '') AS scenario_title,"
        f" q.kind, {CLOSES_ON} AS closes_on, q.resolves_on, m.remind_on, q.version,"
        " (SELECT count(*) FROM prediction p WHERE p.question_id = q.id) AS predictions,"
        " r.outcome, r.outcome_number, r.outcome_on, r.void, r.known_first_on, r.known_last_on, r.resolved_at"
        " FROM question q LEFT JOIN scenario s ON s.id = q.scenario_id LEFT JOIN reminder m ON m.question_id = q.id"
        f" LEFT JOIN {IN_FORCE} WHERE {among}"
    )
    rows = {row.id: _question_row(row, statuses[row.id]) for row in reader.named(query, [listed])}
    return [rows[key] for key in keys]


def _question_row(row: Any, status: QuestionStatus) -> QuestionRow:
    return QuestionRow(
        slug=row.slug,
        title=row.title,
        scenario=row.scenario,
        scenario_title=row.scenario_title,
        kind=QuestionKind(row.kind),
        status=status,
        closes_on=as_date(row.closes_on),
        resolves_on=as_date(row.resolves_on),
        remind_on=as_date(row.remind_on),
        predictions=row.predictions,
        outcome=row_outcome(row),
        known_on=stored_span(row.known_first_on, row.known_last_on),
        resolved_at=as_instant(row.resolved_at),
        version=row.version,
    )


def read_statuses(reader: SqlReader, today: date, among: Collection[int] | None = None) -> dict[int, QuestionStatus]:
    """The status on `today` of every question, or of those with these keys and of what they hang on, by key."""
    if among is None:
        return question_statuses(_facts(reader, today, "TRUE"))
    facts: dict[int, QuestionFacts[int]] = {}
    wanted = set(among)
    while wanted:
        where, listed = reader.among("q.id", sorted(wanted))
        facts |= _facts(reader, today, where, [listed])
        wanted = {fact.condition for fact in facts.values() if fact.condition is not None} - facts.keys()
    return question_statuses(facts)


def _facts(
    reader: SqlReader, today: date, where: str, parameters: Sequence[object] = ()
) -> dict[int, QuestionFacts[int]]:
    rows = reader.rows(
        "SELECT q.id, COALESCE(r.void <> '', FALSE), r.id IS NOT NULL, q.resolves_on < ?, r.outcome,"
        f" q.condition_question_id, q.condition_outcome FROM question q LEFT JOIN {IN_FORCE} WHERE {where}",
        [today.isoformat(), *parameters],
    )
    return {
        key: QuestionFacts(
            own_status(is_void=is_void, is_resolved=is_resolved, is_past=is_past), outcome or "", condition, needed
        )
        for key, is_void, is_resolved, is_past, outcome, condition, needed in rows
    }
