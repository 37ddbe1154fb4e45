"""Claims as scorecards print them: read thousands at a time, without the records that they are part of."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

from forecasts.db.queries.filters import as_date, as_day_or_number
from forecasts.db.reader import SqlReader
from forecasts.domain.dates import Span
from forecasts.domain.formats import void_text
from forecasts.domain.records import Condition, OptionProbability, Quantile

CLAIM_COLUMNS = (
    *("slug", "article_id", "phrase", "claim", "condition_text", "note", "unscorable", "standard_id", "scenario_id"),
)


def read_claims(reader: SqlReader, keys: Sequence[int]) -> list[tuple[Any, ...]]:
    """The `CLAIM_COLUMNS` of the predictions with these keys, in the order of the keys."""
    among, listed = reader.among("id", keys)
    return reader.rows(f"SELECT {', '.join(CLAIM_COLUMNS)} FROM prediction WHERE {among} ORDER BY id", [listed])


def read_words(
    reader: SqlReader, standards: Sequence[int], keys: Sequence[int] | None
) -> Iterator[tuple[int, int, str]]:
    """Key, standard and phrase of the predictions with these keys (None: all) that one of the standards read."""
    conditions = [reader.among("standard_id", standards), *([] if keys is None else [reader.among("id", keys)])]
    among = " AND ".join(condition for condition, _ in conditions)
    return reader.stream(
        f"SELECT id, standard_id, phrase FROM prediction WHERE {among}", [one for _, one in conditions]
    )


def read_restated(reader: SqlReader, keys: Sequence[int]) -> dict[int, str]:
    """The slug of what each of the predictions with these keys restates, by key."""
    among, listed = reader.among("said.id", keys)
    rows = "prediction AS said JOIN prediction AS earlier ON earlier.id = said.restates_id"
    return dict(reader.rows(f"SELECT said.id, earlier.slug FROM {rows} WHERE {among}", [listed]))


def read_probabilities(reader: SqlReader, keys: Sequence[int]) -> dict[int, tuple[OptionProbability, ...]]:
    """The probabilities of options by the key of their prediction."""
    found: dict[int, list[OptionProbability]] = defaultdict(list)
    for key, name, share in _children(reader, "name, probability", "prediction_option", keys):
        found[key].append(OptionProbability(option=name, probability=share))
    return {key: tuple(items) for key, items in found.items()}


def read_quantiles(reader: SqlReader, keys: Sequence[int]) -> dict[int, tuple[Quantile, ...]]:
    """The quantiles by the key of their prediction."""
    found: dict[int, list[Quantile]] = defaultdict(list)
    for key, level, value, is_date in _children(reader, "level, value, is_date", "prediction_quantile", keys):
        found[key].append(Quantile(level=level, value=as_day_or_number(value, is_date=is_date)))
    return {key: tuple(items) for key, items in found.items()}


def read_conditions(reader: SqlReader, keys: Sequence[int]) -> dict[int, tuple[Condition, ...]]:
    """The outcomes of questions on which predictions hang, by the key of their prediction."""
    found: dict[int, list[Condition]] = defaultdict(list)
    slug = "(SELECT slug FROM question WHERE id = question_id)"
    for key, question, outcome in _children(reader, f"{slug}, outcome", "prediction_condition", keys):
        found[key].append(Condition(question=question, outcome=outcome))
    return {key: tuple(items) for key, items in found.items()}


def _children(reader: SqlReader, columns: str, table: str, keys: Sequence[int]) -> list[tuple[Any, ...]]:
    if reader.value(f"SELECT 1 FROM {table} LIMIT 1") is None:
        return []
    among, listed = reader.among("prediction_id", keys)
    query = f"SELECT prediction_id, {columns} FROM {table} WHERE {among} ORDER BY prediction_id, position"
    return reader.rows(query, [listed])


@cache
def stored_days(first: str | date, last: str | date) -> Span:
    return Span(as_date(first), as_date(last))


def read_article_titles(reader: SqlReader) -> Iterator[tuple[int, str, str]]:
    """The key, slug and title of every article."""
    return reader.stream("SELECT id, slug, title FROM article")


def read_question_titles(reader: SqlReader) -> Iterator[tuple[int, str, str, str, str, str | date]]:
    """The key, slug, title and kind of every question, the slug of its scenario, and its deadline as it is stored."""
    return reader.stream(
        "SELECT q.id, q.slug, q.title, q.kind, COALESCE(s.slug, ''), q.resolves_on FROM question q"
        " LEFT JOIN scenario s ON s.id = q.scenario_id"
    )


def read_outcomes(reader: SqlReader) -> dict[int | None, tuple[str | float | date, Span | None]]:
    """What each question came to (`void: …` where it scores nobody) and since when that could be known, by key."""
    rows = reader.stream(
        "SELECT question_id, void, outcome, outcome_number, outcome_on, known_first_on, known_last_on FROM resolution"
        " WHERE superseded_reason = ''"
    )
    return {
        key: (
            void_text(void) if void else number if number is not None else as_date(day) if day is not None else word,
            None if first is None else stored_days(first, last),
        )
        for key, void, word, number, day, first, last in rows
    }


def read_evidenced(reader: SqlReader) -> list[int]:
    """The keys of the resolutions in force that have evidence."""
    found = "SELECT id FROM resolution WHERE superseded_reason = '' AND id IN (SELECT resolution_id FROM evidence)"
    return [key for (key,) in reader.rows(found)]


def read_resolved(reader: SqlReader, questions: Sequence[int]) -> list[int]:
    """The keys of the resolutions in force of these questions."""
    among, listed = reader.among("question_id", questions)
    return [
        key for (key,) in reader.rows(f"SELECT id FROM resolution WHERE superseded_reason = '' AND {among}", [listed])
    ]


def read_source_names(reader: SqlReader, slugs: Sequence[str]) -> dict[str, str]:
    among, listed = reader.among("slug", slugs)
    return dict(reader.rows(f"SELECT slug, name FROM source WHERE {among}", [listed]))


def read_provenance(
    reader: SqlReader, keys: Sequence[int]
) -> tuple[dict[str, list[str]], dict[str, list[str]], frozenset[str]]:
    """By the slugs of these predictions: who spoke, through whom it came, and for which that was worked out."""
    among, listed = reader.among("said.id", keys)
    speakers, via = (
        reader.rows(
            f"SELECT said.slug, source.name FROM prediction_{table} AS item JOIN prediction AS said"
            f" ON said.id = item.prediction_id JOIN source ON source.id = item.source_id WHERE {among}"
            " ORDER BY said.id, item.position",
            [listed],
        )
        for table in ("speaker", "via")
    )
    query = f"SELECT said.slug FROM prediction AS said WHERE said.attribution = 'inferred' AND {among}"
    return _by_slug(speakers), _by_slug(via), frozenset(slug for (slug,) in reader.rows(query, [listed]))


def _by_slug(rows: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for slug, name in rows:
        found[slug].append(name)
    return found


def slugs_by_key(reader: SqlReader, kind: str) -> dict[int | None, str]:
    return dict(reader.rows(f"SELECT id, slug FROM {kind}"))
