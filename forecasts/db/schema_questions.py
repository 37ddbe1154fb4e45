"""What is asked and what happened: questions, their options, conditions and references, and resolutions."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forecasts.db.base import (
    STRICT,
    Base,
    at_most,
    dates,
    one_of,
    primary_key,
    reference,
    row_version,
    shares,
    some,
    span,
)
from forecasts.domain import limits
from forecasts.domain.kinds import Certainty, DeadlineBasis, QuestionKind, VoidReason


class QuestionRow(Base):
    """One event with resolution criteria. A date question's range is kept as proleptic ordinals of its days."""

    __tablename__ = "question"
    id: Mapped[int] = primary_key()
    slug: Mapped[str] = mapped_column(unique=True)
    scenario_id: Mapped[int | None] = mapped_column(sa.ForeignKey("scenario.id", ondelete="RESTRICT"), index=True)
    title: Mapped[str]
    kind: Mapped[str]
    criteria: Mapped[str]
    fine_print: Mapped[str]
    resolution_source: Mapped[str]
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]
    resolves_on: Mapped[date] = mapped_column(index=True)
    deadline_basis: Mapped[str]
    written_on: Mapped[date | None]
    unit: Mapped[str]
    range_low: Mapped[float | None]
    range_high: Mapped[float | None]
    condition_question_id: Mapped[int | None] = reference("question.id")
    condition_outcome: Mapped[str]
    variant_of_id: Mapped[int | None] = reference("question.id")
    search_key: Mapped[str]
    version: Mapped[int] = row_version()
    __table_args__ = (
        *some(limits.SLUG, "slug"),
        *some(limits.NAME, "title"),
        *some(limits.TEXT, "criteria"),
        *at_most(limits.TEXT, "fine_print", "resolution_source"),
        *at_most(limits.NAME, "unit", "condition_outcome"),
        one_of("kind", QuestionKind),
        one_of("deadline_basis", DeadlineBasis),
        *dates("opens_on", "closes_on", "resolves_on", "written_on"),
        sa.CheckConstraint("closes_on IS NULL OR closes_on <= resolves_on", name="closes_by_deadline"),
        sa.CheckConstraint(
            "opens_on IS NULL OR opens_on <= COALESCE(closes_on, resolves_on)", name="opens_before_close"
        ),
        sa.CheckConstraint("(range_low IS NULL) = (range_high IS NULL) AND range_low < range_high", name="range_order"),
        sa.CheckConstraint("condition_question_id IS NULL OR condition_outcome <> ''", name="condition_whole"),
        sa.CheckConstraint("condition_question_id <> id AND variant_of_id <> id", name="refers_to_another"),
        STRICT,
    )


class QuestionOptionRow(Base):
    """An option of a multiple-choice or ordered question."""

    __tablename__ = "question_option"
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id", ondelete="RESTRICT"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    __table_args__ = (sa.UniqueConstraint("question_id", "name"), *some(limits.NAME, "name"), STRICT)


class QuestionReferenceRow(Base):
    """A dated base rate or crowd price of YES."""

    __tablename__ = "question_reference"
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id", ondelete="RESTRICT"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[date]
    probability: Mapped[float]
    basis: Mapped[str]
    __table_args__ = (*shares("probability"), *dates("as_of"), *some(limits.TEXT, "basis"), STRICT)


class CriteriaRevisionRow(Base):
    """An earlier wording of a question's criteria; the row stored last was replaced last."""

    __tablename__ = "criteria_revision"
    id: Mapped[int] = primary_key()
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id", ondelete="RESTRICT"), index=True)
    replaced_on: Mapped[date]
    criteria: Mapped[str]
    reason: Mapped[str]
    version: Mapped[int] = row_version()
    __table_args__ = (
        *dates("replaced_on"),
        *some(limits.TEXT, "criteria", "reason"),
        STRICT,
    )


class ReminderRow(Base):
    """A due question put aside until a day; its deadline does not move."""

    __tablename__ = "reminder"
    id: Mapped[int] = primary_key()
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id", ondelete="RESTRICT"), unique=True)
    remind_on: Mapped[date]
    version: Mapped[int] = row_version()
    __table_args__ = (*dates("remind_on"), STRICT)


class ResolutionRow(Base):
    """What happened, or why the question is void. Only `superseded_reason` ever changes; the others are fixed."""

    __tablename__ = "resolution"
    id: Mapped[int] = primary_key()
    question_id: Mapped[int] = reference("question.id")
    outcome: Mapped[str]
    outcome_number: Mapped[float | None]
    outcome_on: Mapped[date | None]
    void: Mapped[str]
    certainty: Mapped[str]
    known_first_on: Mapped[date | None]
    known_last_on: Mapped[date | None]
    resolved_at: Mapped[datetime]
    analyst: Mapped[str]
    note: Mapped[str]
    superseded_reason: Mapped[str]
    version: Mapped[int] = row_version()
    __table_args__ = (
        sa.UniqueConstraint("question_id", "resolved_at"),
        sa.Index(
            "uq_resolution_in_force",
            "question_id",
            unique=True,
            sqlite_where=sa.text("superseded_reason = ''"),
            postgresql_where=sa.text("superseded_reason = ''"),
        ),
        sa.Index("ix_resolution_resolved_at", "resolved_at"),
        one_of("void", VoidReason, optional=True),
        one_of("certainty", Certainty),
        *at_most(limits.NAME, "outcome", "analyst"),
        *at_most(limits.TEXT, "note", "superseded_reason"),
        span("known"),
        *dates("known_first_on", "known_last_on", "outcome_on"),
        sa.CheckConstraint(
            "(CASE WHEN outcome <> '' THEN 1 ELSE 0 END) + (CASE WHEN outcome_number IS NOT NULL THEN 1 ELSE 0 END)"
            " + (CASE WHEN outcome_on IS NOT NULL THEN 1 ELSE 0 END) + (CASE WHEN void <> '' THEN 1 ELSE 0 END) = 1",
            name="outcome_or_void",
        ),
        sa.CheckConstraint("void <> '' OR known_first_on IS NOT NULL", name="outcome_known"),
        STRICT,
    )


class EvidenceRow(Base):
    """Where a resolution's facts can be read."""

    __tablename__ = "evidence"
    resolution_id: Mapped[int] = mapped_column(sa.ForeignKey("resolution.id", ondelete="RESTRICT"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    url: Mapped[str]
    published_on: Mapped[date | None]
    note: Mapped[str]
    __table_args__ = (
        *some(limits.NAME, "title"),
        *at_most(limits.URL, "url"),
        *at_most(limits.TEXT, "note"),
        *dates("published_on"),
        STRICT,
    )
