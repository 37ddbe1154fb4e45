"""Layout of packs, sources, articles, scenarios, standards and phrases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db import schema
from forecasts.db.codec import Child, Codec, Values
from forecasts.domain.dates import Span
from forecasts.domain.kinds import ArticleAttribution, Coverage, DateBasis, SourceKind
from forecasts.domain.local_records import ArticleText, SourceRedirect
from forecasts.domain.records import Article, Pack, Phrase, Scenario, Source, Standard
from forecasts.text import search_key

if TYPE_CHECKING:
    from forecasts.db.names import Names


def by_slug(column: Any) -> Any:
    """The row whose slug is the identity."""
    return lambda identity, _names: column == identity[0]


def _pack_row(record: Pack, _names: Names) -> Values:
    return {
        "format": record.format,
        "name": record.name,
        "title": record.title,
        "description": record.description,
        "selection": record.selection,
    }


PACK: Codec[Pack] = Codec(
    kind="pack",
    table=schema.PackRow,
    names=lambda _record: (),
    row=_pack_row,
    where=by_slug(schema.PackRow.name),
    read=lambda rows, _children, _names: [
        Pack(**{name: row[name] for name in ("format", "name", "title", "description", "selection")}) for row in rows
    ],
    order=("id",),
    slugged=False,
)


def _source_row(record: Source, names: Names) -> Values:
    return {
        "slug": record.slug,
        "name": record.name,
        "kind": record.kind.value,
        "anonymous": record.anonymous,
        "member_of_id": names.key_or_none("source", record.member_of),
        "aliases": list(record.aliases),
        "homepage": record.homepage,
        "note": record.note,
        "search_key": search_key(record.name, *record.aliases, record.slug),
    }


def _read_sources(rows: Any, _children: Any, names: Names) -> list[Source]:
    names.fetch_slugs("source", (row["member_of_id"] for row in rows))
    return [
        Source(
            slug=row["slug"],
            name=row["name"],
            kind=SourceKind(row["kind"]),
            anonymous=row["anonymous"],
            member_of=names.slug("source", row["member_of_id"]),
            aliases=tuple(row["aliases"]),
            homepage=row["homepage"],
            note=row["note"],
        )
        for row in rows
    ]


SOURCE: Codec[Source] = Codec(
    kind="source",
    table=schema.SourceRow,
    names=lambda record: (("source", record.member_of),),
    row=_source_row,
    where=by_slug(schema.SourceRow.slug),
    read=_read_sources,
    late=("member_of_id",),
)


def _article_row(record: Article, names: Names) -> Values:
    first, last = record.lines or (None, None)
    return {
        "slug": record.slug,
        "title": record.title,
        "original_title": record.original_title,
        "outlet_id": names.key_or_none("source", record.outlet),
        "attribution": record.attribution.value,
        "published_first_on": record.published_on.first,
        "published_last_on": record.published_on.last,
        "published_basis": record.published_basis.value,
        "language": record.language,
        "translated_from": record.translated_from,
        "republished_from": record.republished_from,
        "url": record.url,
        "file": record.file,
        "sha256": record.sha256,
        "first_line": first,
        "last_line": last,
        "coverage": record.coverage.value,
        "note": record.note,
        "search_key": search_key(record.title, record.original_title, record.slug),
    }


def _article_names(record: Article) -> list[tuple[str, str]]:
    return [("source", record.outlet), *(("source", author) for author in record.authors)]


def _read_articles(rows: Any, children: Any, names: Names) -> list[Article]:
    authors = children[schema.ArticleAuthorRow]
    names.fetch_slugs("source", (row["outlet_id"] for row in rows))
    names.fetch_slugs("source", (author["source_id"] for of_one in authors.values() for author in of_one))
    return [
        Article(
            slug=row["slug"],
            title=row["title"],
            original_title=row["original_title"],
            outlet=names.slug("source", row["outlet_id"]),
            authors=tuple(names.slug("source", author["source_id"]) for author in authors.get(row["id"], ())),
            attribution=ArticleAttribution(row["attribution"]),
            published_on=Span(row["published_first_on"], row["published_last_on"]),
            published_basis=DateBasis(row["published_basis"]),
            language=row["language"],
            translated_from=row["translated_from"],
            republished_from=row["republished_from"],
            url=row["url"],
            file=row["file"],
            sha256=row["sha256"],
            lines=() if row["first_line"] is None else (row["first_line"], row["last_line"]),
            coverage=Coverage(row["coverage"]),
            note=row["note"],
        )
        for row in rows
    ]


ARTICLE: Codec[Article] = Codec(
    kind="article",
    table=schema.ArticleRow,
    names=_article_names,
    row=_article_row,
    where=by_slug(schema.ArticleRow.slug),
    read=_read_articles,
    children=(
        Child(
            schema.ArticleAuthorRow,
            "article_id",
            lambda record, names: [{"source_id": names.key("source", author)} for author in record.authors],
        ),
    ),
)

SCENARIO: Codec[Scenario] = Codec(
    kind="scenario",
    table=schema.ScenarioRow,
    names=lambda _record: (),
    row=lambda record, _names: {
        "slug": record.slug,
        "title": record.title,
        "description": record.description,
        "search_key": search_key(record.title, record.slug),
    },
    where=by_slug(schema.ScenarioRow.slug),
    read=lambda rows, _children, _names: [
        Scenario(slug=row["slug"], title=row["title"], description=row["description"]) for row in rows
    ],
)

STANDARD: Codec[Standard] = Codec(
    kind="standard",
    table=schema.StandardRow,
    names=lambda _record: (),
    row=lambda record, _names: {
        "slug": record.slug,
        "title": record.title,
        "year": record.year,
        "citation": record.citation,
        "search_key": search_key(record.title, record.slug),
    },
    where=by_slug(schema.StandardRow.slug),
    read=lambda rows, _children, _names: [
        Standard(slug=row["slug"], title=row["title"], year=row["year"], citation=row["citation"]) for row in rows
    ],
)


def _phrase_row(record: Phrase, names: Names) -> Values:
    return {
        "standard_id": names.key("standard", record.standard),
        "term": record.term,
        "aliases": list(record.aliases),
        "low": record.low,
        "high": record.high,
        "low_open": record.low_open,
        "high_open": record.high_open,
        "point": record.point,
    }


def _where_phrase(identity: tuple[str, ...], names: Names) -> sa.ColumnElement[bool] | None:
    standard = names.find("standard", identity[0])
    if standard is None:
        return None
    return sa.and_(schema.PhraseRow.standard_id == standard, schema.PhraseRow.term == identity[1])


def _read_phrases(rows: Any, _children: Any, names: Names) -> list[Phrase]:
    names.fetch_slugs("standard", (row["standard_id"] for row in rows))
    phrases = [
        Phrase(
            standard=names.slug("standard", row["standard_id"]),
            term=row["term"],
            aliases=tuple(row["aliases"]),
            low=row["low"],
            high=row["high"],
            low_open=row["low_open"],
            high_open=row["high_open"],
            point=row["point"],
        )
        for row in rows
    ]
    return sorted(phrases, key=lambda phrase: (phrase.standard, phrase.term))


PHRASE: Codec[Phrase] = Codec(
    kind="phrase",
    table=schema.PhraseRow,
    names=lambda record: (("standard", record.standard),),
    row=_phrase_row,
    where=_where_phrase,
    read=_read_phrases,
    order=("id",),
    slugged=False,
)


def _read_redirects(rows: Any, _children: Any, names: Names) -> list[SourceRedirect]:
    names.fetch_slugs("source", (row["source_id"] for row in rows))
    return [SourceRedirect(slug=row["slug"], source=names.slug("source", row["source_id"])) for row in rows]


REDIRECT: Codec[SourceRedirect] = Codec(
    kind="source_redirect",
    table=schema.SourceRedirectRow,
    names=lambda record: (("source", record.source),),
    row=lambda record, names: {"slug": record.slug, "source_id": names.key("source", record.source)},
    where=by_slug(schema.SourceRedirectRow.slug),
    read=_read_redirects,
    slugged=False,
)


def _where_text(identity: tuple[str, ...], names: Names) -> sa.ColumnElement[bool] | None:
    article = names.find("article", identity[0])
    return None if article is None else schema.ArticleTextRow.article_id == article


def _read_texts(rows: Any, _children: Any, names: Names) -> list[ArticleText]:
    names.fetch_slugs("article", (row["article_id"] for row in rows))
    texts = [
        ArticleText(article=names.slug("article", row["article_id"]), sha256=row["sha256"], size=row["size"])
        for row in rows
    ]
    return sorted(texts, key=lambda text: text.article)


ARTICLE_TEXT: Codec[ArticleText] = Codec(
    kind="article_text",
    table=schema.ArticleTextRow,
    names=lambda record: (("article", record.article),),
    row=lambda record, names: {
        "article_id": names.key("article", record.article),
        "sha256": record.sha256,
        "size": record.size,
    },
    where=_where_text,
    read=_read_texts,
    order=("id",),
    slugged=False,
)
