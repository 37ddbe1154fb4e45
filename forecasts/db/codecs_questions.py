"""Layout of questions, criteria revisions, resolutions and reminders."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db import schema
from forecasts.db.codec import Child, Codec, Values
from forecasts.db.codecs_sources import by_slug
from forecasts.domain.dates import Span
from forecasts.domain.kinds import Certainty, DeadlineBasis, QuestionKind, VoidReason
from forecasts.domain.local_records import Reminder
from forecasts.domain.records import Condition, CriteriaRevision, Evidence, Question, ReferenceForecast, Resolution
from forecasts.text import search_key

if TYPE_CHECKING:
    from forecasts.db.names import Names


def as_number(value: float | date) -> float:
    """A number as it is, a date as the proleptic ordinal of its day."""
    return float(value.toordinal()) if isinstance(value, date) else float(value)


def as_value(number: float, *, is_date: bool) -> float | date:
    """The inverse of `as_number`."""
    return date.fromordinal(int(number)) if is_date else number


def _question_row(record: Question, names: Names) -> Values:
    low, high = (as_number(end) for end in record.range) if record.range else (None, None)
    condition = record.condition
    return {
        "slug": record.slug,
        "scenario_id": names.key_or_none("scenario", record.scenario),
        "title": record.title,
        "kind": record.kind.value,
        "criteria": record.criteria,
        "fine_print": record.fine_print,
        "resolution_source": record.resolution_source,
        "opens_on": record.opens_on,
        "closes_on": record.closes_on,
        "resolves_on": record.resolves_on,
        "deadline_basis": record.deadline_basis.value,
        "written_on": record.written_on,
        "unit": record.unit,
        "range_low": low,
        "range_high": high,
        "condition_question_id": names.key("question", condition.question) if condition else None,
        "condition_outcome": condition.outcome if condition else "",
        "variant_of_id": names.key_or_none("question", record.variant_of),
        "search_key": search_key(record.title, record.slug),
    }


def _question_names(record: Question) -> list[tuple[str, str]]:
    condition = record.condition.question if record.condition else ""
    return [("scenario", record.scenario), ("question", condition), ("question", record.variant_of)]


def _read_questions(rows: Any, children: Any, names: Names) -> list[Question]:
    options, references = children[schema.QuestionOptionRow], children[schema.QuestionReferenceRow]
    names.fetch_slugs("scenario", (row["scenario_id"] for row in rows))
    names.fetch_slugs("question", (row["condition_question_id"] for row in rows))
    names.fetch_slugs("question", (row["variant_of_id"] for row in rows))
    return [_question(row, options.get(row["id"], ()), references.get(row["id"], ()), names) for row in rows]


def _question(row: Any, options: Any, references: Any, names: Names) -> Question:
    kind = QuestionKind(row["kind"])
    ends = () if row["range_low"] is None else (row["range_low"], row["range_high"])
    condition = None
    if row["condition_question_id"] is not None:
        asked = names.slug("question", row["condition_question_id"])
        condition = Condition(question=asked, outcome=row["condition_outcome"])
    return Question(
        slug=row["slug"],
        scenario=names.slug("scenario", row["scenario_id"]),
        title=row["title"],
        kind=kind,
        criteria=row["criteria"],
        fine_print=row["fine_print"],
        resolution_source=row["resolution_source"],
        opens_on=row["opens_on"],
        resolves_on=row["resolves_on"],
        closes_on=row["closes_on"],
        deadline_basis=DeadlineBasis(row["deadline_basis"]),
        written_on=row["written_on"],
        options=tuple(option["name"] for option in options),
        unit=row["unit"],
        range=tuple(as_value(end, is_date=kind is QuestionKind.DATE) for end in ends),
        condition=condition,
        variant_of=names.slug("question", row["variant_of_id"]),
        references=tuple(
            ReferenceForecast(as_of=entry["as_of"], probability=entry["probability"], basis=entry["basis"])
            for entry in references
        ),
    )


QUESTION: Codec[Question] = Codec(
    kind="question",
    table=schema.QuestionRow,
    names=_question_names,
    row=_question_row,
    where=by_slug(schema.QuestionRow.slug),
    read=_read_questions,
    children=(
        Child(
            schema.QuestionOptionRow,
            "question_id",
            lambda record, _names: [{"name": option} for option in record.options],
        ),
        Child(
            schema.QuestionReferenceRow,
            "question_id",
            lambda record, _names: [
                {"as_of": entry.as_of, "probability": entry.probability, "basis": entry.basis}
                for entry in record.references
            ],
        ),
    ),
    late=("condition_question_id", "variant_of_id"),
)


def _revision_row(record: CriteriaRevision, names: Names) -> Values:
    return {
        "question_id": names.key("question", record.question),
        "replaced_on": record.replaced_on,
        "criteria": record.criteria,
        "reason": record.reason,
    }


def _where_revision(identity: tuple[str, ...], names: Names) -> sa.ColumnElement[bool] | None:
    question = names.find("question", identity[0])
    if question is None:
        return None
    row = schema.CriteriaRevisionRow
    return sa.and_(
        row.question_id == question, row.replaced_on == date.fromisoformat(identity[1]), row.criteria == identity[2]
    )


def _read_revisions(rows: Any, _children: Any, names: Names) -> list[CriteriaRevision]:
    names.fetch_slugs("question", (row["question_id"] for row in rows))
    return [
        CriteriaRevision(
            question=names.slug("question", row["question_id"]),
            replaced_on=row["replaced_on"],
            criteria=row["criteria"],
            reason=row["reason"],
        )
        for row in rows
    ]


REVISION: Codec[CriteriaRevision] = Codec(
    kind="criteria_revision",
    table=schema.CriteriaRevisionRow,
    names=lambda record: (("question", record.question),),
    row=_revision_row,
    where=_where_revision,
    read=_read_revisions,
    order=("question_id", "id"),
    slugged=False,
)


def _resolution_row(record: Resolution, names: Names) -> Values:
    outcome = record.outcome
    known = record.known_on
    return {
        "question_id": names.key("question", record.question),
        "outcome": outcome if isinstance(outcome, str) else "",
        "outcome_number": float(outcome) if isinstance(outcome, int | float) else None,
        "outcome_on": outcome if isinstance(outcome, date) else None,
        "void": record.void.value if record.void else "",
        "certainty": record.certainty.value,
        "known_first_on": known.first if known else None,
        "known_last_on": known.last if known else None,
        "resolved_at": record.resolved_at,
        "analyst": record.analyst,
        "note": record.note,
        "superseded_reason": record.superseded_reason,
    }


def _where_resolution(identity: tuple[str, ...], names: Names) -> sa.ColumnElement[bool] | None:
    question = names.find("question", identity[0])
    if question is None:
        return None
    row = schema.ResolutionRow
    return sa.and_(row.question_id == question, row.resolved_at == datetime.fromisoformat(identity[1]))


def _read_resolutions(rows: Any, children: Any, names: Names) -> list[Resolution]:
    evidence = children[schema.EvidenceRow]
    names.fetch_slugs("question", (row["question_id"] for row in rows))
    return [_resolution(row, evidence.get(row["id"], ()), names) for row in rows]


def _resolution(row: Any, evidence: Any, names: Names) -> Resolution:
    outcome: str | float | date = row["outcome"]
    if row["outcome_number"] is not None:
        outcome = row["outcome_number"]
    elif row["outcome_on"] is not None:
        outcome = row["outcome_on"]
    return Resolution(
        question=names.slug("question", row["question_id"]),
        outcome=outcome,
        void=VoidReason(row["void"]) if row["void"] else None,
        certainty=Certainty(row["certainty"]),
        known_on=None if row["known_first_on"] is None else Span(row["known_first_on"], row["known_last_on"]),
        resolved_at=row["resolved_at"],
        analyst=row["analyst"],
        note=row["note"],
        superseded_reason=row["superseded_reason"],
        evidence=tuple(
            Evidence(title=item["title"], url=item["url"], published_on=item["published_on"], note=item["note"])
            for item in evidence
        ),
    )


RESOLUTION: Codec[Resolution] = Codec(
    kind="resolution",
    table=schema.ResolutionRow,
    names=lambda record: (("question", record.question),),
    row=_resolution_row,
    where=_where_resolution,
    read=_read_resolutions,
    children=(
        Child(
            schema.EvidenceRow,
            "resolution_id",
            lambda record, _names: [
                {"title": item.title, "url": item.url, "published_on": item.published_on, "note": item.note}
                for item in record.evidence
            ],
        ),
    ),
    order=("question_id", "resolved_at"),
    slugged=False,
    children_fixed=True,
)


def _where_reminder(identity: tuple[str, ...], names: Names) -> sa.ColumnElement[bool] | None:
    question = names.find("question", identity[0])
    return None if question is None else schema.ReminderRow.question_id == question


def _read_reminders(rows: Any, _children: Any, names: Names) -> list[Reminder]:
    names.fetch_slugs("question", (row["question_id"] for row in rows))
    return [Reminder(question=names.slug("question", row["question_id"]), remind_on=row["remind_on"]) for row in rows]


REMINDER: Codec[Reminder] = Codec(
    kind="reminder",
    table=schema.ReminderRow,
    names=lambda record: (("question", record.question),),
    row=lambda record, names: {
        "question_id": names.key("question", record.question),
        "remind_on": record.remind_on,
    },
    where=_where_reminder,
    read=_read_reminders,
    order=("id",),
    slugged=False,
)
