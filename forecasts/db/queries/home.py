"""What is on the screen first: status, counts, due questions."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from forecasts.domain.formats import stored_outcome, stored_span
from forecasts.domain.kinds import QuestionKind, QuestionStatus
from forecasts.domain.overview import QuestionRow
from forecasts.domain.question_status import QuestionFacts, own_status, question_statuses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forecasts.db.reader import SqlReader

COUNTED = {
    "sources": "source",
    "articles": "article",
    "scenarios": "scenario",
    "questions": "question",
    "predictions": "prediction",
    "resolutions": "resolution",
}


_IN_FORCE = "LEFT JOIN resolution AS r ON r.question_id = q.id AND r.superseded_reason = ''"


def count_records(reader: SqlReader) -> dict[str, int]:
    """How many records of each kind there are; of resolutions, those in force."""
    counts = {name: int(reader.value(f"SELECT count(*) FROM {table}")) for name, table in COUNTED.items()}
    counts["resolutions"] = int(reader.value("SELECT count(*) FROM resolution WHERE superseded_reason = ''"))
    return counts


def newest_entry(reader: SqlReader) -> tuple[int, str]:
    """The number and hash of the history's newest entry; 0 and an empty string where there is none."""
    found = reader.rows("SELECT id, hash FROM history_entry ORDER BY id DESC LIMIT 1")
    return (int(found[0][0]), str(found[0][1])) if found else (0, "")


def as_date(value: Any) -> date | None:
    """A date as the driver gives it: text on SQLite."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def read_statuses(reader: SqlReader, today: date) -> dict[int, QuestionStatus]:
    """Every question's status on `today`, by key."""
    statuses = {
        key: own_status(is_void=bool(void), is_resolved=bool(is_resolved), is_past=bool(is_past))
        for key, void, is_resolved, is_past in reader.rows(
            "SELECT q.id, r.void, COALESCE(r.outcome <> '' OR r.outcome_number IS NOT NULL OR r.outcome_on IS NOT NULL,"
            f" false), q.resolves_on < ? FROM question AS q {_IN_FORCE}",
            [today.isoformat()],
        )
    }
    return statuses | _read_conditional(reader, today)


def _read_conditional(reader: SqlReader, today: date) -> dict[int, QuestionStatus]:
    """Those that hang on others, and the others."""
    facts = {
        key: QuestionFacts(
            resolves_on=as_date(resolves_on) or today,
            outcome=stored_outcome(outcome, number, day),
            is_void=bool(void),
            condition=condition,
            condition_outcome=needed,
        )
        for key, resolves_on, outcome, number, day, void, condition, needed in reader.rows(
            "SELECT q.id, q.resolves_on, r.outcome, r.outcome_number, r.outcome_on, r.void,"
            f" q.condition_question_id, q.condition_outcome FROM question AS q {_IN_FORCE}"
            " WHERE q.condition_question_id IS NOT NULL"
            " OR q.id IN (SELECT condition_question_id FROM question WHERE condition_question_id IS NOT NULL)"
        )
    }
    return question_statuses(facts, today)


def read_questions(reader: SqlReader, statuses: Mapping[int, QuestionStatus], keys: Sequence[int]) -> list[QuestionRow]:
    """The questions with these keys as list rows, in the order of the keys."""
    rows: dict[int, QuestionRow] = {}
    for first in range(0, len(keys), 500):
        batch = keys[first : first + 500]
        marks = ", ".join("?" * len(batch))
        query = (
            "SELECT q.id, q.slug, q.title, COALESCE(s.slug, ''), COALESCE(s.title, ''), q.kind, q.closes_on,"
            " q.resolves_on, m.remind_on, (SELECT count(*) FROM prediction AS p WHERE p.question_id = q.id),"
            " r.outcome, r.outcome_number, r.outcome_on, r.void, r.known_first_on, r.known_last_on, r.resolved_at,"
            " q.version FROM question AS q LEFT JOIN scenario AS s ON s.id = q.scenario_id"
            " LEFT JOIN reminder AS m ON m.question_id = q.id"
            " LEFT JOIN resolution AS r ON r.question_id = q.id AND r.superseded_reason = ''"
            f" WHERE q.id IN ({marks})"
        )
        for row in reader.rows(query, batch):
            rows[row[0]] = _question_row(row, statuses[row[0]])
    return [rows[key] for key in keys]


def _question_row(row: Sequence[Any], status: QuestionStatus) -> QuestionRow:
    resolves_on = as_date(row[7])
    if resolves_on is None:
        msg = "a question without a deadline"
        raise ValueError(msg)
    void = row[13] or ""
    return QuestionRow(
        slug=row[1],
        title=row[2],
        scenario=row[3],
        scenario_title=row[4],
        kind=QuestionKind(row[5]),
        status=status,
        closes_on=as_date(row[6]) or resolves_on,
        resolves_on=resolves_on,
        remind_on=as_date(row[8]),
        predictions=int(row[9]),
        outcome=f"void: {void}" if void else stored_outcome(*row[10:13]),
        known_on=stored_span(as_date(row[14]), as_date(row[15])),
        resolved_at=_instant(row[16]),
        version=int(row[17]),
    )


def _instant(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def keys_with_status(statuses: Mapping[int, QuestionStatus], wanted: Iterable[QuestionStatus]) -> set[int]:
    """The questions that stand so."""
    chosen = set(wanted)
    return {key for key, status in statuses.items() if status in chosen}
