"""Who and where: sources, articles, scenarios, and the standards that give words their numbers."""

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
from forecasts.db.types import JsonText
from forecasts.domain import limits
from forecasts.domain.kinds import ArticleAttribution, Coverage, DateBasis, SourceKind


class PackRow(Base):
    """What the ledger's body of records says of itself; one row."""

    __tablename__ = "pack"
    id: Mapped[int] = primary_key()
    format: Mapped[int]
    name: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    description: Mapped[str]
    selection: Mapped[str]
    version: Mapped[int] = row_version()
    __table_args__ = (
        sa.CheckConstraint("id = 1", name="single"),
        *some(limits.SLUG, "name"),
        *at_most(limits.NAME, "title"),
        *at_most(limits.TEXT, "description", "selection"),
        STRICT,
    )


class SourceRow(Base):
    """Whoever makes or carries predictions."""

    __tablename__ = "source"
    id: Mapped[int] = primary_key()
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    anonymous: Mapped[bool]
    member_of_id: Mapped[int | None] = reference("source.id")
    aliases: Mapped[list[str]] = mapped_column(JsonText())
    homepage: Mapped[str]
    note: Mapped[str]
    search_key: Mapped[str]
    version: Mapped[int] = row_version()
    __table_args__ = (
        *some(limits.SLUG, "slug"),
        *some(limits.NAME, "name"),
        one_of("kind", SourceKind),
        *flags("anonymous"),
        *at_most(limits.URL, "homepage"),
        *at_most(limits.TEXT, "note"),
        sa.CheckConstraint("member_of_id <> id", name="member_of_another"),
        STRICT,
    )


class SourceRedirectRow(Base):
    """The slug of a source that was merged into another."""

    __tablename__ = "source_redirect"
    id: Mapped[int] = primary_key()
    slug: Mapped[str] = mapped_column(unique=True)
    source_id: Mapped[int] = reference("source.id")
    version: Mapped[int] = row_version()
    __table_args__ = (*some(limits.SLUG, "slug"), STRICT)


class ArticleRow(Base):
    """A document in which predictions are made or carried."""

    __tablename__ = "article"
    id: Mapped[int] = primary_key()
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    original_title: Mapped[str]
    outlet_id: Mapped[int | None] = reference("source.id")
    attribution: Mapped[str]
    published_first_on: Mapped[date]
    published_last_on: Mapped[date]
    published_basis: Mapped[str]
    language: Mapped[str]
    translated_from: Mapped[str]
    republished_from: Mapped[str]
    url: Mapped[str]
    file: Mapped[str]
    sha256: Mapped[str]
    first_line: Mapped[int | None]
    last_line: Mapped[int | None]
    coverage: Mapped[str]
    note: Mapped[str]
    search_key: Mapped[str]
    version: Mapped[int] = row_version()
    __table_args__ = (
        *some(limits.SLUG, "slug"),
        *some(limits.NAME, "title"),
        *at_most(limits.NAME, "original_title", "republished_from", "file"),
        one_of("attribution", ArticleAttribution),
        one_of("published_basis", DateBasis),
        one_of("coverage", Coverage),
        span("published"),
        *dates("published_first_on", "published_last_on"),
        *at_most(limits.URL, "url"),
        *at_most(limits.CODE, "language", "translated_from", "sha256"),
        *at_most(limits.TEXT, "note"),
        sa.CheckConstraint(
            "(first_line IS NULL) = (last_line IS NULL) AND first_line >= 1 AND first_line <= last_line", name="lines"
        ),
        STRICT,
    )


class ArticleAuthorRow(Base):
    """An author of an article, in the order in which they are named."""

    __tablename__ = "article_author"
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("article.id", ondelete="RESTRICT"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("source.id", ondelete="RESTRICT"), index=True)
    __table_args__ = (sa.UniqueConstraint("article_id", "source_id"), STRICT)


class TextCopyRow(Base):
    """A text as it was attached, by its hash: articles that share a file share the copy."""

    __tablename__ = "text_copy"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]
    __table_args__ = (*some(limits.CODE, "sha256"), *some(limits.ARTICLE_BYTES, "content"), STRICT)


class ArticleTextRow(Base):
    """Which copy is an article's text."""

    __tablename__ = "article_text"
    id: Mapped[int] = primary_key()
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("article.id", ondelete="RESTRICT"), unique=True)
    sha256: Mapped[str] = mapped_column(sa.ForeignKey("text_copy.sha256", ondelete="RESTRICT"), index=True)
    size: Mapped[int]
    version: Mapped[int] = row_version()
    __table_args__ = (
        sa.CheckConstraint(f"size >= 1 AND size <= {limits.ARTICLE_BYTES}", name="size_range"),
        STRICT,
    )


class ScenarioRow(Base):
    """A storyline that several questions test."""

    __tablename__ = "scenario"
    id: Mapped[int] = primary_key()
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    description: Mapped[str]
    search_key: Mapped[str]
    version: Mapped[int] = row_version()
    __table_args__ = (
        *some(limits.SLUG, "slug"),
        *some(limits.NAME, "title"),
        *at_most(limits.TEXT, "description"),
        STRICT,
    )


class StandardRow(Base):
    """A published scale that gives words of likelihood their numbers."""

    __tablename__ = "standard"
    id: Mapped[int] = primary_key()
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    year: Mapped[int | None]
    citation: Mapped[str]
    search_key: Mapped[str]
    version: Mapped[int] = row_version()
    __table_args__ = (
        *some(limits.SLUG, "slug"),
        *some(limits.NAME, "title"),
        *at_most(limits.TEXT, "citation"),
        sa.CheckConstraint("year >= 1800 AND year <= 2200", name="year_range"),
        STRICT,
    )


class PhraseRow(Base):
    """One row of a standard."""

    __tablename__ = "phrase"
    id: Mapped[int] = primary_key()
    standard_id: Mapped[int] = reference("standard.id")
    term: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(JsonText())
    low: Mapped[float]
    high: Mapped[float]
    low_open: Mapped[bool]
    high_open: Mapped[bool]
    point: Mapped[float | None]
    version: Mapped[int] = row_version()
    __table_args__ = (
        sa.UniqueConstraint("standard_id", "term"),
        *some(limits.PHRASE, "term"),
        *shares("low", "high", "point"),
        *flags("low_open", "high_open"),
        sa.CheckConstraint("low <= high AND (point IS NULL OR (point >= low AND point <= high))", name="range_order"),
        STRICT,
    )
