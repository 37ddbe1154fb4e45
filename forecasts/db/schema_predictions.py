"""What was said: predictions with their speakers, numbers and conditions; passages, readings and objections."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forecasts.db.base import (
    STRICT,
    Base,
    at_most,
    dates,
    flags,
    one_of,
    primary_key,
    reference,
    row_version,
    shares,
    some,
    span,
)
from forecasts.domain import limits
from forecasts.domain.kinds import Attribution, Basis, ClaimType, Endorsement, Fidelity, Fit, PassageReason, Side


class PredictionRow(Base):
    """What one speaker said about one question in one article.

    `probability`, `low` and `high` are the numbers in force; a derived one follows from the phrase under its standard
    and is read again when the standard changes. What scoring reads stands first and long text last, because SQLite
    reads a row from its beginning.
    """

    __tablename__ = "prediction"
    id: Mapped[int] = primary_key()
    question_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question.id", ondelete="RESTRICT"), index=True)
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("article.id", ondelete="RESTRICT"))
    probability: Mapped[float | None] = mapped_column(index=True)
    low: Mapped[float | None]
    high: Mapped[float | None]
    paragraph: Mapped[int | None]
    restates_id: Mapped[int | None] = reference("prediction.id")
    supersedes_id: Mapped[int | None] = reference("prediction.id")
    made_first_on: Mapped[date | None]
    made_last_on: Mapped[date | None] = mapped_column(index=True)
    coded_on: Mapped[date | None]
    claim_type: Mapped[str]
    fit: Mapped[str]
    attribution: Mapped[str]
    fidelity: Mapped[str]
    endorsement: Mapped[str]
    basis: Mapped[str]
    phrase_about: Mapped[str]
    unscorable: Mapped[str]
    probability_derived: Mapped[bool]
    low_derived: Mapped[bool]
    high_derived: Mapped[bool]
    standard_id: Mapped[int | None] = reference("standard.id")
    slug: Mapped[str] = mapped_column(unique=True)
    phrase: Mapped[str]
    coded_by: Mapped[str]
    claim: Mapped[str]
    condition_text: Mapped[str]
    note: Mapped[str]
    search_key: Mapped[str]
    version: Mapped[int] = row_version()
    __table_args__ = (
        *some(limits.SLUG, "slug"),
        one_of("attribution", Attribution),
        one_of("fidelity", Fidelity),
        one_of("endorsement", Endorsement),
        one_of("claim_type", ClaimType),
        one_of("phrase_about", Side),
        one_of("fit", Fit),
        one_of("basis", Basis),
        span("made"),
        *dates("made_first_on", "made_last_on", "coded_on"),
        *some(limits.TEXT, "claim"),
        *at_most(limits.PHRASE, "phrase"),
        *at_most(limits.TEXT, "condition_text", "note"),
        *at_most(limits.CODE, "unscorable"),
        *at_most(limits.NAME, "coded_by"),
        *shares("probability", "low", "high"),
        *flags("probability_derived", "low_derived", "high_derived"),
        sa.CheckConstraint(
            "(low IS NULL OR high IS NULL OR low <= high) AND (low IS NULL OR probability IS NULL"
            " OR low <= probability) AND (high IS NULL OR probability IS NULL OR probability <= high)",
            name="range_order",
        ),
        sa.CheckConstraint("paragraph >= 1", name="paragraph_counted"),
        sa.CheckConstraint("question_id IS NOT NULL OR unscorable <> ''", name="question_or_unscorable"),
        sa.CheckConstraint("restates_id <> id AND supersedes_id <> id", name="refers_to_another"),
        sa.Index("ix_prediction_article_id", "article_id", "made_last_on"),
        STRICT,
    )


class PredictionSpeakerRow(Base):
    """Whose forecast it is; several when joint."""

    __tablename__ = "prediction_speaker"
    prediction_id: Mapped[int] = mapped_column(sa.ForeignKey("prediction.id", ondelete="RESTRICT"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("source.id", ondelete="RESTRICT"))
    __table_args__ = (
        sa.UniqueConstraint("prediction_id", "source_id"),
        sa.Index("ix_prediction_speaker_source_id", "source_id", "position", "prediction_id"),
        STRICT,
    )


class PredictionViaRow(Base):
    """A source that the prediction passed through before its article."""

    __tablename__ = "prediction_via"
    prediction_id: Mapped[int] = mapped_column(sa.ForeignKey("prediction.id", ondelete="RESTRICT"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("source.id", ondelete="RESTRICT"), index=True)
    __table_args__ = (sa.UniqueConstraint("prediction_id", "source_id"), STRICT)


class PredictionOptionRow(Base):
    """The probability given to one option; `option` is its position on the question."""

    __tablename__ = "prediction_option"
    prediction_id: Mapped[int] = mapped_column(sa.ForeignKey("prediction.id", ondelete="RESTRICT"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    probability: Mapped[float]
    __table_args__ = (
        sa.UniqueConstraint("prediction_id", "name"),
        *some(limits.NAME, "name"),
        *shares("probability"),
        STRICT,
    )


class PredictionQuantileRow(Base):
    """The value below which the outcome lies with probability `level`; a date as the proleptic ordinal of its day."""

    __tablename__ = "prediction_quantile"
    prediction_id: Mapped[int] = mapped_column(sa.ForeignKey("prediction.id", ondelete="RESTRICT"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[float]
    value: Mapped[float]
    is_date: Mapped[bool]
    __table_args__ = (
        sa.UniqueConstraint("prediction_id", "level"),
        *shares("level"),
        *flags("is_date"),
        STRICT,
    )


class PredictionConditionRow(Base):
    """An outcome of a question on which the claim itself hangs."""

    __tablename__ = "prediction_condition"
    prediction_id: Mapped[int] = mapped_column(sa.ForeignKey("prediction.id", ondelete="RESTRICT"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id", ondelete="RESTRICT"), index=True)
    outcome: Mapped[str]
    __table_args__ = (*some(limits.NAME, "outcome"), STRICT)


class PassageRow(Base):
    """A passage read and judged to be no prediction."""

    __tablename__ = "passage"
    id: Mapped[int] = primary_key()
    article_id: Mapped[int] = reference("article.id")
    paragraph: Mapped[int]
    phrase: Mapped[str]
    reason: Mapped[str]
    note: Mapped[str]
    version: Mapped[int] = row_version()
    __table_args__ = (
        sa.UniqueConstraint("article_id", "paragraph", "phrase"),
        one_of("reason", PassageReason),
        *some(limits.PHRASE, "phrase"),
        *at_most(limits.TEXT, "note"),
        sa.CheckConstraint("paragraph >= 1", name="paragraph_counted"),
        STRICT,
    )


class ReadingRow(Base):
    """Another analyst's reading of the same claim."""

    __tablename__ = "reading"
    id: Mapped[int] = primary_key()
    prediction_id: Mapped[int] = reference("prediction.id")
    analyst: Mapped[str]
    probability: Mapped[float]
    low: Mapped[float | None]
    high: Mapped[float | None]
    blind: Mapped[bool]
    coded_on: Mapped[date | None]
    version: Mapped[int] = row_version()
    __table_args__ = (
        sa.UniqueConstraint("prediction_id", "analyst"),
        *some(limits.NAME, "analyst"),
        *shares("probability", "low", "high"),
        *flags("blind"),
        *dates("coded_on"),
        sa.CheckConstraint(
            "(low IS NULL OR low <= probability) AND (high IS NULL OR probability <= high)", name="range_order"
        ),
        STRICT,
    )


class ObjectionRow(Base):
    """A reply to a coding or a resolution."""

    __tablename__ = "objection"
    id: Mapped[int] = primary_key()
    prediction_id: Mapped[int | None] = reference("prediction.id")
    question_id: Mapped[int | None] = reference("question.id")
    by: Mapped[str]
    made_on: Mapped[date]
    text: Mapped[str]
    answer: Mapped[str]
    version: Mapped[int] = row_version()
    __table_args__ = (
        sa.CheckConstraint("(prediction_id IS NULL) <> (question_id IS NULL)", name="about_one"),
        *some(limits.NAME, "by"),
        *some(limits.TEXT, "text"),
        *at_most(limits.TEXT, "answer"),
        *dates("made_on"),
        STRICT,
    )
