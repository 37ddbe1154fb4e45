"""Taking articles in: what a file proposes, and the article with its text that is made of what the analyst accepts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import NoReturn

from forecasts.db.queries.articles import articles_of_text, text_hash
from forecasts.db.queries.records import Records
from forecasts.db.reader import SqlReader
from forecasts.domain import limits
from forecasts.domain.intents import AddRecords
from forecasts.domain.kinds import ArticleAttribution, DateBasis, SourceKind
from forecasts.domain.proposals import Document
from forecasts.domain.records import Article, Record, Source
from forecasts.domain.values import make_slug, same_text
from forecasts.domain.views import RecordsChanged
from forecasts.errors import InvalidInputError, Problem
from forecasts.interchange.documents.child import read_in_child
from forecasts.interchange.documents.limits import UnreadableFileError
from forecasts.paths import needing
from forecasts.services.drafting import finish_record
from forecasts.services.ledger import Ledger
from forecasts.services.record import add_records
from forecasts.text import safe

PROPOSED = ("title", "outlet", "authors", "published_on", "language", "url")
"""The fields of an article that a file may propose, in the order in which they are asked for."""

_NOTHING = "Nothing was changed."
_MARKDOWN = re.compile(r"\s*(?:# \S|---\n)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDraft:
    """An article that may be taken in: its fields as they would be typed, the sources that it names and nobody has yet.

    `conflicts` are the values of each field about which the file disagrees with itself: none of them is taken.
    `known_as` names the article that has this text already.
    """

    document: Document
    texts: Mapping[str, str]
    sources: tuple[Source, ...]
    conflicts: Mapping[str, tuple[str, ...]]
    known_as: str = ""


def read_articles(path: Path) -> tuple[Document, ...]:
    """The articles in a file of any form that is read, by a process of its own with limits of time and memory.

    Errors: InvalidInputError says why it cannot be read; OutputRefusedError what is to be installed for its form.
    """
    try:
        with needing("articles", f"{safe(path.name)} cannot be read without"):
            return read_in_child(path)
    except UnreadableFileError as error:
        _refuse(path, str(error))


def read_pasted(text: str) -> tuple[Document, ...]:
    """The article in a text that stands in no file. Errors as for a file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("pasted.md" if _MARKDOWN.match(text) else "pasted.txt")
        path.write_bytes(text.encode("utf-8", "replace"))
        return read_articles(path)


def _refuse(path: Path, why: str) -> NoReturn:
    problem = Problem(file=safe(path.name), found=safe(why), expected="a page, book, document, text or reference list")
    msg = "This file cannot be taken in:"
    raise InvalidInputError(msg, (problem,), _NOTHING)


def draft_articles(ledger: Ledger, documents: Iterable[tuple[Document, Mapping[str, str]]]) -> list[ArticleDraft]:
    """What becomes of documents: of each the fields that are given with it, then what its file proposes for the others.

    What is given is as it is typed; a blank leaves its field empty. Authors and outlet may be named by their names, and
    are new where nobody has such a name. Of the authors those of the likeliest place are proposed together.
    """
    with ledger.records() as records:
        named = _Named(records)
        return [_draft(records.reader, named, document, given) for document, given in documents]


def _draft(reader: SqlReader, named: "_Named", document: Document, given: Mapping[str, str]) -> ArticleDraft:
    days = document.values("published_on")
    conflicts = {"published_on": days} if len(days) > 1 and "published_on" not in given else {}
    texts = {field: "" if field in conflicts else _proposal(document, field) for field in PROPOSED}
    texts |= {
        "attribution": _by_itself(document, "authors", ArticleAttribution.STATED, ArticleAttribution.INFERRED),
        "published_basis": _by_itself(document, "published_on", DateBasis.STATED, DateBasis.INFERRED),
        "original_sha256": document.original_sha256,
        "extracted_by": f"{document.extractor}, from {document.name}"[: limits.NAME] if document.extractor else "",
        "file": f"{PurePath(document.name).stem or 'article'}.txt"[-limits.NAME :] if document.text else "",
        **given,
    }
    texts["outlet"] = named.slugs(texts["outlet"], SourceKind.OUTLET)
    texts["authors"] = named.slugs(texts["authors"], SourceKind.PERSON)
    named_here = {texts["outlet"], *texts["authors"].split("; ")}
    same = articles_of_text(reader, text_hash(document.text)) if document.text else []
    return ArticleDraft(
        document=document,
        texts={field: text for field, text in texts.items() if text},
        sources=tuple(source for source in named.new if source.slug in named_here),
        conflicts=conflicts,
        known_as=next(iter(same), ""),
    )


def take_articles(ledger: Ledger, drafts: Sequence[ArticleDraft]) -> RecordsChanged:
    """Make articles of drafts, with the sources that are new and the texts that are there, in one entry.

    Errors: InvalidInputError names every field that is missing or wrong; nothing was changed.
    """
    records: dict[tuple[str, str], Record] = {}
    texts: list[tuple[str, str]] = []
    for draft in drafts:
        taken = frozenset(slug for kind, slug in records if kind == "article")
        article = finish_record(ledger, "article", draft.texts, taken)
        if not isinstance(article, Article):
            raise TypeError(article)
        for source in draft.sources:
            records.setdefault(("source", source.slug), source)
        if draft.document.text:
            article = replace(article, sha256=text_hash(draft.document.text))
            texts.append((article.slug, draft.document.text))
        records["article", article.slug] = article
    return add_records(ledger, AddRecords(records=tuple(records.values()), texts=tuple(texts)))


def _by_itself(document: Document, field: str, stated: str, inferred: str) -> str:
    """How a field is known: stated by a text itself, under its title, or inferred."""
    found = next((one.origin for one in document.proposed if one.field == field), "")
    return stated if found == "byline" and document.extractor in ("", "Markdown") else inferred


def _proposal(document: Document, field: str) -> str:
    found = [one for one in document.proposed if one.field == field]
    if not found:
        return ""
    of_first = (one.value for one in found if one.origin == found[0].origin)
    return "; ".join(dict.fromkeys(of_first)) if field == "authors" else found[0].value


class _Named:
    """Sources by what they are called, those that are there and those that become new."""

    def __init__(self, records: Records) -> None:
        self.new: list[Source] = []
        self._names = records.names
        self._slugs = {
            same_text(name): source.slug
            for source in reversed(records.all(Source))
            for name in (*source.aliases, source.name, source.slug)
        }

    def slugs(self, names: str, kind: SourceKind) -> str:
        """The slugs of these sources, with semicolons between, as a form has them."""
        parts = (part.strip() for part in names.split(";"))
        return "; ".join(dict.fromkeys(self._slug(part, kind) for part in parts if part))

    def _slug(self, name: str, kind: SourceKind) -> str:
        slug = self._slugs.get(same_text(name))
        if slug is None:
            taken = {*self._slugs.values(), *(source.slug for source in self.new)}
            slug = make_slug(name, lambda one: one in taken or self._names.find("source", one) is not None)
            self.new.append(Source(slug=slug, name=name[: limits.NAME], kind=kind))
            self._slugs[same_text(name)] = slug
        return slug
