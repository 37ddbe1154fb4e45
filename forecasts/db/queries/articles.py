"""The articles as a list: keys for all that match, rows with their counts for those that are looked at.

Beside it the kept copies of their texts, by the SHA-256 of the file that each was read from, and autocomplete while one
is read: records that match every typed word, the best match first.
"""

import hashlib
from array import array
from collections.abc import Sequence

from forecasts.db.queries.filters import names_of
from forecasts.db.reader import SqlReader
from forecasts.db.search import has, has_all, position
from forecasts.domain.article_views import AnswerFormat, ArticleRow, Suggestion
from forecasts.domain.formats import stored_span
from forecasts.domain.kinds import QuestionKind
from forecasts.text import search_terms


def find_articles(reader: SqlReader, words: str) -> "array[int]":
    """The keys of the articles that have every word in title, outlet or authors, the newest first."""
    terms = search_terms(words)
    named = f"(SELECT id FROM source WHERE {has(reader)})"
    said = (
        f" AND ({has(reader, 'a.')} OR a.outlet_id IN {named}"
        f" OR a.id IN (SELECT article_id FROM article_author WHERE source_id IN {named}))"
    )
    query = f"SELECT a.id FROM article a WHERE TRUE{said * len(terms)} ORDER BY a.published_last_on DESC, a.slug"
    return array("q", (key for (key,) in reader.rows(query, [term for term in terms for _ in range(3)])))


def read_article_rows(reader: SqlReader, keys: Sequence[int]) -> list[ArticleRow]:
    """The articles with these keys, in their order."""
    among, listed = reader.among("a.id", keys)
    query = (
        "SELECT a.id, a.slug, a.title, a.published_first_on, a.published_last_on, a.coverage, s.name AS outlet,"
        " (SELECT count(*) FROM prediction p WHERE p.article_id = a.id) AS claims,"
        " (SELECT count(*) FROM passage p WHERE p.article_id = a.id) AS passages,"
        " EXISTS (SELECT 1 FROM article_text t WHERE t.article_id = a.id) AS has_text"
        f" FROM article a LEFT JOIN source s ON s.id = a.outlet_id WHERE {among}"
    )
    authors = names_of(reader, "article_author", "article_id", keys)
    rows = {
        row.id: ArticleRow(
            slug=row.slug,
            title=row.title,
            outlet=row.outlet or "",
            authors=", ".join(authors[row.id]),
            published_on=stored_span(row.published_first_on, row.published_last_on),
            claims=row.claims,
            passages=row.passages,
            has_text=bool(row.has_text),
            coverage=row.coverage,
        )
        for row in reader.named(query, [listed])
    }
    return [rows[key] for key in keys]


def read_copy(reader: SqlReader, digest: str) -> str | None:
    """The text with that SHA-256, or None where no copy is kept."""
    found = reader.value("SELECT content FROM text_copy WHERE sha256 = ?", (digest,))
    return None if found is None else str(found)


def articles_of_text(reader: SqlReader, digest: str) -> list[str]:
    """The slugs of the articles whose record names that SHA-256."""
    return [str(slug) for (slug,) in reader.rows("SELECT slug FROM article WHERE sha256 = ? ORDER BY slug", (digest,))]


def text_hash(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


_OF_ARTICLE = "(SELECT id FROM article WHERE slug = ?)"


def suggest_sources(reader: SqlReader, words: str, article: str, limit: int) -> list[Suggestion]:
    """Sources that have the words, first those that the article is by or quotes."""
    at_hand = (
        "id IN (SELECT k.source_id FROM prediction_speaker k JOIN prediction p ON p.id = k.prediction_id"
        f" WHERE p.article_id = {_OF_ARTICLE} UNION"
        f" SELECT source_id FROM article_author WHERE article_id = {_OF_ARTICLE})"
    )
    rest, parameters = _matching(reader, words, at_hand, (article, article))
    found = reader.rows(f"SELECT slug, name, kind FROM source {rest} LIMIT ?", [*parameters, limit])
    return [Suggestion(slug, name, kind) for slug, name, kind in found]


def suggest_questions(reader: SqlReader, words: str, article: str, limit: int) -> list[Suggestion]:
    """Questions that have the words, first those that the article speaks of; other readings of one last.

    Without words those of the article alone: among all the others one looks by words.
    """
    at_hand = f"id IN (SELECT question_id FROM prediction WHERE article_id = {_OF_ARTICLE})"
    is_variant = "CASE WHEN variant_of_id IS NULL THEN 0 ELSE 1 END"
    rest, parameters = _matching(reader, words, at_hand, (article,), is_variant)
    if not words.strip():
        rest, parameters = f"WHERE {at_hand} {rest.removeprefix('WHERE TRUE')}", [article, *parameters]
    query = f"SELECT id, slug, title, resolves_on, kind, unit FROM question {rest} LIMIT ?"
    rows = reader.named(query, [*parameters, limit])
    options = _options(reader, [row.id for row in rows])
    return [
        Suggestion(
            row.slug,
            row.title,
            f"by {row.resolves_on}",
            AnswerFormat(QuestionKind(row.kind), options[row.id], row.unit, f"{row.resolves_on}"),
        )
        for row in rows
    ]


def _options(reader: SqlReader, questions: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = dict.fromkeys(questions, ())
    among, listed = reader.among("question_id", questions)
    query = f"SELECT question_id, name FROM question_option WHERE {among} ORDER BY question_id, position"
    for question, name in reader.rows(query, [listed]):
        found[question] += (name,)
    return found


def _matching(
    reader: SqlReader, words: str, at_hand: str, parameters: Sequence[str], *others: str
) -> tuple[str, list[object]]:
    """All that stands behind a query's table, with its parameters: what has every word, what is at hand first."""
    each = search_terms(words)
    together = position(reader)
    near = f"CASE {together} WHEN 0 THEN 2 WHEN 1 THEN 0 ELSE 1 END"
    order = ", ".join((f"CASE WHEN {at_hand} THEN 0 ELSE 1 END", near, *others, "search_key"))
    return f"WHERE {has_all(reader, each)} ORDER BY {order}", [*each, *parameters, " ".join(each)]
