"""Predictions as rows of a list, and as claims on scorecards: those that are looked at, thousands at a time."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from forecasts.db.queries.filters import CLOSES_ON, IN_FORCE, MADE_ON, as_date, as_day_or_number, names_of, row_outcome
from forecasts.db.reader import SqlReader
from forecasts.domain.dates import Span
from forecasts.domain.formats import number_text, percent, stored_span, void_text
from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.marks import about_where, likeliest
from forecasts.domain.records import Condition, OptionProbability, Quantile
from forecasts.domain.views import PredictionRow
from forecasts.domain.wording import FurtherReading, NumberRead, with_readings

_ROWS = (
    "SELECT p.id, p.slug, p.question_id, p.claim, p.claim_type, p.phrase, p.probability, p.low, p.high, p.basis,"
    " p.unscorable,"
    f" a.slug AS article, COALESCE(p.made_first_on, a.published_first_on) AS made_first, {MADE_ON} AS made_last,"
    " COALESCE(q.slug, '') AS question, COALESCE(q.title, '') AS question_title, COALESCE(q.unit, '') AS unit,"
    " COALESCE(s.slug, '') AS scenario, r.outcome, r.outcome_number, r.outcome_on, r.void"
    " FROM prediction p JOIN article a ON a.id = p.article_id LEFT JOIN question q ON q.id = p.question_id"
    f" LEFT JOIN {IN_FORCE} LEFT JOIN scenario s ON s.id = COALESCE(p.scenario_id, q.scenario_id)"
)


def questions_of(reader: SqlReader, keys: Sequence[int]) -> set[int]:
    among, listed = reader.among("id", keys)
    query = f"SELECT DISTINCT question_id FROM prediction WHERE question_id IS NOT NULL AND {among}"
    return {key for (key,) in reader.rows(query, [listed])}


def read_prediction_rows(
    reader: SqlReader, keys: Sequence[int], statuses: Mapping[int, QuestionStatus]
) -> list[PredictionRow]:
    """The predictions with these keys as list rows, in the order of the keys."""
    among, listed = reader.among("p.id", keys)
    found = reader.named(f"{_ROWS} WHERE {among}", [listed])
    speakers = read_speakers(reader, keys)
    numbers = _other_numbers(reader, {row.id: row.unit for row in found if row.probability is None})
    further = read_further(reader, keys)
    rows = {
        row.id: _row(row, speakers[row.id], numbers.get(row.id, ""), further.get(row.id, ()), statuses) for row in found
    }
    return [rows[key] for key in keys]


def read_further(reader: SqlReader, keys: Sequence[int]) -> dict[int, list[FurtherReading]]:
    """What further analysts read from predictions, by the key of those that any did."""
    found: dict[int, list[FurtherReading]] = defaultdict(list)
    if keys and reader.value("SELECT 1 FROM reading LIMIT 1") is not None:
        among, listed = reader.among("prediction_id", keys)
        query = f"SELECT prediction_id, probability, low, high FROM reading WHERE {among} ORDER BY analyst"
        for key, *number in reader.rows(query, [listed]):
            found[key].append(tuple(number))
    return dict(found)


def _row(
    row: Any, speakers: list[str], other: str, further: Sequence[FurtherReading], statuses: Mapping[int, QuestionStatus]
) -> PredictionRow:
    number = with_readings(NumberRead(row.probability, row.low, row.high), row.basis, further)
    return PredictionRow(
        slug=row.slug,
        speakers=", ".join(speakers),
        article=row.article,
        question=row.question,
        question_title=row.question_title,
        scenario=row.scenario,
        claim=row.claim,
        claim_type=row.claim_type,
        phrase=row.phrase,
        made_on=stored_span(row.made_first, row.made_last),
        probability=number.probability,
        low=number.low,
        high=number.high,
        number=other if number.probability is None else percent(number.probability),
        status=statuses.get(row.question_id),
        outcome=row_outcome(row),
        unscorable=row.unscorable,
    )


def read_speakers(reader: SqlReader, keys: Collection[int]) -> dict[int, list[str]]:
    """The names of the speakers of predictions, in order, by key."""
    return names_of(reader, "prediction_speaker", "prediction_id", keys)


def _other_numbers(reader: SqlReader, units: Mapping[int, str]) -> dict[int, str]:
    """The likeliest option, or the quantiles in short, of predictions that have such, by key; from their units."""
    if not units:
        return {}
    among, listed = reader.among("prediction_id", list(units))
    shares: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for key, name, probability in reader.rows(
        f"SELECT prediction_id, name, probability FROM prediction_option WHERE {among}", [listed]
    ):
        shares[key].append((probability, name))
    points: dict[int, dict[float, str]] = defaultdict(dict)
    for key, level, value, is_date in reader.rows(
        f"SELECT prediction_id, level, value, is_date FROM prediction_quantile WHERE {among}"
        " ORDER BY prediction_id, level",
        [listed],
    ):
        points[key][level] = str(as_day_or_number(value, is_date=True)) if is_date else number_text(value)
    numbers = {key: likeliest(of_options) for key, of_options in shares.items()}
    return numbers | {key: f"{about_where(values)} {units[key]}".rstrip() for key, values in points.items()}


def late_predictions(reader: SqlReader) -> Iterator[tuple[str, date, str, date]]:
    """Every prediction made after its question closed, by slug: when it was made, the question, when that closed."""
    query = (
        f"SELECT p.slug, {MADE_ON}, q.slug, {CLOSES_ON} FROM prediction p JOIN question q ON q.id = p.question_id"
        f" JOIN article a ON a.id = p.article_id WHERE {MADE_ON} > {CLOSES_ON} ORDER BY p.slug"
    )
    for slug, made_on, question, closed_on in reader.stream(query):
        yield slug, as_date(made_on), question, as_date(closed_on)


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


def read_question_titles(reader: SqlReader) -> Iterator[tuple[int, str, str, str, str]]:
    """The key, slug, title and kind of every question, and the slug of its scenario."""
    return reader.stream(
        "SELECT q.id, q.slug, q.title, q.kind, COALESCE(s.slug, '') FROM question q"
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


def slugs_by_key(reader: SqlReader, kind: str) -> dict[int | None, str]:
    return dict(reader.rows(f"SELECT id, slug FROM {kind}"))
