"""Keeping the texts of articles: attached after their hash was checked, detached, never part of a pack."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from forecasts.db.queries.articles import articles_of_text, read_copy
from forecasts.domain import formats, intents, limits, record_rules
from forecasts.domain.article_views import TextAttached, find_words, own_paragraphs, paragraphs
from forecasts.domain.records import Article, ArticleText, Passage, Prediction, Record, name_of
from forecasts.errors import InvalidInputError, Problem, RuleBrokenError
from forecasts.paths import typed_path
from forecasts.services.ledger import Ledger
from forecasts.services.read_only import require
from forecasts.text import safe

if TYPE_CHECKING:
    from forecasts.db.queries.records import Records
    from forecasts.services.unit import Unit


ATTACH = "attach text"
_NOTHING = "Nothing was changed."


def attach_text(ledger: Ledger, intent: intents.AttachText) -> TextAttached:
    """Keep a copy of an article's text, for it and for every article whose record names the same file by its SHA-256.

    An article whose record names no SHA-256 gets this one, and the file's name where it has none.
    Errors: UnknownRecordError; InvalidInputError where the file is no text of at most 2 MB, or another one than the
    record says. Nothing is changed then.
    """
    path = typed_path(intent.path)
    content = read_text_file(path)
    done, entry = ledger.change(ATTACH, lambda unit: attach_in(unit, intent.article, path.name, content))
    return replace(done, entry=entry)


def detach_text(ledger: Ledger, intent: intents.DetachText) -> int | None:
    """Let an article have no text here; returns the history entry. An undo brings the text back.

    Errors: UnknownRecordError; RuleBrokenError where there is none.
    """

    def work(unit: Unit) -> None:
        article = require(unit.store, Article, intent.article)
        attached = unit.store.find(ArticleText, article.slug)
        if attached is None:
            msg = f"The article {article.slug} has no text here."
            raise RuleBrokenError(msg, f"`forecasts attach {article.slug} FILE` attaches it.")
        unit.remove(attached)
        unit.summary = f"Detached the text of {article.title}"
        unit.reason = intent.reason

    _, entry = ledger.change("detach text", work)
    return entry


def read_text_file(path: Path) -> str:
    """The text of a file, to the byte. InvalidInputError where it is no UTF-8 text of at most 2 MB."""
    try:
        with path.open("rb") as file:
            data = file.read(limits.ARTICLE_BYTES + 1)
    except OSError as error:
        _refuse_file(path, error.strerror or "it cannot be read", "a file with the article's text")
    if len(data) > limits.ARTICLE_BYTES:
        _refuse_file(path, f"more than {limits.ARTICLE_BYTES:,} bytes", f"at most {limits.ARTICLE_BYTES:,} bytes")
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"byte {error.start + 1} is not UTF-8"
        _refuse_file(path, found, "text in UTF-8: save it in that encoding")
    if "\0" in content:
        _refuse_file(path, "a file with NUL characters", "text")
    if not paragraphs(content):
        _refuse_file(path, "an empty text", "the article's text")
    return content


def _refuse_file(path: Path, found: str, expected: str) -> NoReturn:
    problem = Problem(field="file", found=found, expected=expected)
    msg = f"{safe(path)} cannot be attached:"
    raise InvalidInputError(msg, (problem,), _NOTHING)


def attach_in(unit: Unit, slug: str, file: str, content: str) -> TextAttached:
    """Attach a text in a transaction that is already begun."""
    article = require(unit.store, Article, slug)
    data = content.encode("utf-8")
    digest = hashlib.sha256(data).hexdigest()
    if article.sha256 and article.sha256 != digest:
        found, expected = digest, f"{article.sha256}, the text that was read"
        problem = Problem(table="article", name=article.slug, field="sha256", found=found, expected=expected)
        msg = "This is not the text that the article's record names:"
        advice = f"Find the copy that was read. If this one is right: `forecasts edit article {article.slug}`."
        raise InvalidInputError(msg, (problem,), f"{_NOTHING} {advice}")
    named = article
    if not article.sha256:
        named = replace(article, sha256=digest, file=article.file or file[: limits.NAME])
        problems = record_rules.record_problems(named)
        if problems:
            msg = "The file cannot be named in the article's record:"
            raise InvalidInputError(msg, problems, _NOTHING)
        unit.replace(article, named)
    slugs = tuple(dict.fromkeys((article.slug, *articles_of_text(unit.store.reader, digest))))
    new = [
        ArticleText(article=slug, sha256=digest, size=len(data)) for slug in slugs if _is_missing(unit, slug, digest)
    ]
    if new:
        unit.store.keep_text(content)
        unit.add(new)
    unit.summary = f"Attached the text of {article.title} {formats.and_more(len(slugs) - 1, 'article')}".rstrip()
    return TextAttached(
        entry=None,
        articles=slugs,
        sha256=digest,
        size=len(data),
        paragraphs=len(paragraphs(content)),
        not_found=tuple(what for slug in slugs for what, _ in misplaced_in(unit.store, _quoting(unit.store, slug))),
    )


def _is_missing(unit: Unit, slug: str, digest: str) -> bool:
    attached = unit.store.find(ArticleText, slug)
    if attached and attached.sha256 != digest:
        unit.remove(attached)
        return True
    return attached is None


def _quoting(records: Records, article: str) -> list[Prediction | Passage]:
    """What was recorded from an article, and may quote it."""
    return [*records.matching(Prediction, article, "article"), *records.matching(Passage, article, "article")]


def misplaced_in(records: Records, entered: Iterable[Record]) -> Iterator[tuple[str, str]]:
    """What of these records quotes words that do not stand where they are said to, in texts that are kept here, each
    with what to do."""
    texts: dict[str, tuple[str, ...]] = {}
    for record in entered:
        if not isinstance(record, Prediction | Passage) or not record.phrase:
            continue
        if record.article not in texts:
            kept = records.find(ArticleText, record.article)
            texts[record.article] = paragraphs((read_copy(records.reader, kept.sha256) or "") if kept else "")
        if texts[record.article]:
            wrong = misplaced(record, require(records, Article, record.article), texts[record.article])
            if wrong:
                yield f"{name_of(record)}: {wrong[0]}", wrong[1]


def misplaced(record: Prediction | Passage, article: Article, texts: Sequence[str]) -> tuple[str, str] | None:
    """What is wrong with where a record's words are said to stand, given the file's paragraphs, and what to do."""
    if not record.phrase:
        return None
    if record.paragraph is None:
        return "names no paragraph", "Say where its phrase stands."
    own = own_paragraphs(len(texts), article.lines)
    if record.paragraph not in own:
        where = f"{own.start} to {own.stop - 1}"
        return f"stands at paragraph {record.paragraph}, outside its article ({where})", "Correct the paragraph."
    if find_words(record.phrase, texts[record.paragraph - 1]) is None:
        what = f"'{record.phrase}' does not stand in paragraph {record.paragraph} of {article.file or 'the text'}"
        return what, "Quote the words as they stand, at the paragraph where they stand."
    return None
