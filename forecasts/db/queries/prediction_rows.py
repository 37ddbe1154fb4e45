"""Predictions as rows of a list."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from forecasts.db.queries.claims import read_probabilities, read_quantiles
from forecasts.db.queries.filters import CLOSES_ON, IN_FORCE, MADE_ON, as_date, names_of, row_outcome
from forecasts.db.reader import SqlReader
from forecasts.domain.formats import outcome_text, percent, stored_span
from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.marks import PredictionRow, about_where, likeliest
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


def read_numbers(reader: SqlReader, keys: Sequence[int]) -> dict[int, NumberRead]:
    """The number in force of predictions, further readings taken in, by key."""
    among, listed = reader.among("id", keys)
    further = read_further(reader, keys)
    derived = "probability_derived, low_derived, high_derived"
    rows = reader.rows(f"SELECT id, basis, probability, low, high, {derived} FROM prediction WHERE {among}", [listed])
    return {
        key: with_readings(NumberRead(probability, low, high, *map(bool, parts)), basis, further.get(key, ()))
        for key, basis, probability, low, high, *parts in rows
    }


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
    numbers = {
        key: likeliest((one.probability, one.option) for one in shares)
        for key, shares in read_probabilities(reader, list(units)).items()
    }
    for key, points in read_quantiles(reader, list(units)).items():
        values = {one.level: outcome_text(one.value) for one in points}
        numbers[key] = f"{about_where(values)} {units[key]}".rstrip()
    return numbers


def late_predictions(reader: SqlReader) -> Iterator[tuple[str, date, str, date]]:
    """Every prediction made after its question closed, by slug: when it was made, the question, when that closed."""
    query = (
        f"SELECT p.slug, {MADE_ON}, q.slug, {CLOSES_ON} FROM prediction p JOIN question q ON q.id = p.question_id"
        f" JOIN article a ON a.id = p.article_id WHERE {MADE_ON} > {CLOSES_ON} ORDER BY p.slug"
    )
    for slug, made_on, question, closed_on in reader.stream(query):
        yield slug, as_date(made_on), question, as_date(closed_on)
