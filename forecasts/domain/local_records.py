"""The records that are this ledger's own and no part of a pack, as plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from forecasts.domain import limits
from forecasts.domain.fields import Number, RequiredArticle, RequiredQuestion, RequiredSource, Slug, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A due question put aside until a day."""

    question: RequiredQuestion
    remind_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRedirect:
    """The slug of a source that was merged into another."""

    slug: Slug
    source: RequiredSource


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """That an article's text is kept here: the SHA-256 of the file, and its size in bytes."""

    article: RequiredArticle
    sha256: Annotated[str, Text(limits.CODE, required=True)]
    size: Annotated[int, Number(1, limits.ARTICLE_BYTES, whole=True)]
