"""Ledgers of every kind of question, of any size, for measuring and for holding one way to another."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.ledgers import PHRASES, insert, without_indexes
from benchmarks.scoring_columns import synthetic
from forecasts.db.search import REBUILD
from forecasts.db.tables import holds, metadata
from forecasts.domain.kinds import NOT_BY_DEADLINE, Basis, DeadlineBasis, QuestionKind
from forecasts.scoring.columns import NO_DAY, VOCABULARIES, QuestionState
from forecasts.services.setup import set_up

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from forecasts.scoring.columns import ArticleColumns, Columns, QuestionColumns

    Values = NDArray[Any]


def build_of_every_kind(path: Path, predictions: int, sources: int, questions: int) -> None:
    """A ledger of every kind of question, with options, quantiles, conditions, ladders, variants, references, joint
    speakers, revisions, restatements, and claims too vague to score."""
    columns = synthetic(predictions, sources, questions)
    set_up(str(path), analyst="benchmark", packs=())
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -1000000")  # in KiB: the indexes are written out of order
        connection.execute("BEGIN")
        indexes = without_indexes(connection)
        _fill_questions(connection, columns.questions, np.random.default_rng(1))
        _fill_articles(connection, columns.articles, columns.sources.anonymous)
        _fill_predictions(connection, columns, np.random.default_rng(2))
        for index in indexes:
            connection.execute(index)
        connection.execute(REBUILD)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _rows_of(connection: sqlite3.Connection, name: str, count: int, /, **given: Any) -> None:
    """Insert so many rows: each column a value for all or one for each, what is not given empty."""
    table = metadata().tables[name]
    empty = {"text": "", "flag": 0, "list": "[]", "integer": 1}
    columns = []
    for column in table.columns:
        value = given.pop(column.name, None if column.nullable else empty.get(holds(column)))
        if isinstance(value, np.ndarray):
            value = value.tolist()
        columns.append(value if isinstance(value, list) else repeat(value, count))
    assert not given, given
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    insert(connection, name, zip(*columns, strict=False), names)


def _numbered(what: str, count: int) -> list[str]:
    return [f"{what}-{number}" for number in range(1, count + 1)]


def _but(values: Values, missing: Values) -> Values:
    """The values, None where they are missing."""
    found: Values = values.astype(object)
    found[missing] = None
    return found


def _iso(ordinals: Values) -> Values:
    days = (ordinals.astype(np.int64) - date(1970, 1, 1).toordinal()).astype("datetime64[D]").astype(str).astype(object)
    return _but(days, ordinals == NO_DAY)


def _keys(positions: Values) -> Values:
    return _but(positions + 1, positions < 0)


def _or_none(values: Values) -> Values:
    return _but(values, np.isnan(values))


def _words(codes: Values, words: Iterable[str]) -> Values:
    found: Values = np.array([str(word) for word in words], dtype=object)[codes]
    return found


def _owned(start: Values) -> tuple[Values, Values]:
    """The key of the owner of each value, and its place there."""
    count = np.diff(start)
    owner = np.repeat(np.arange(count.size), count)
    return owner + 1, np.arange(owner.size) - start[:-1][owner] + 1


def _fill_questions(connection: sqlite3.Connection, table: QuestionColumns, random: np.random.Generator) -> None:
    scenarios, count = _numbered("scenario", 500), len(table)
    numbers = np.arange(1, count + 1)
    _rows_of(connection, "scenario", 500, id=np.arange(1, 501), slug=scenarios, title=scenarios)
    needs = np.full(count, -1)
    needs[np.flatnonzero(np.diff(table.condition_start))] = table.condition_question
    titles = [f"What comes of event {number}?" for number in numbers.tolist()]
    has_options = (table.option_count > 0) & (table.kind != QuestionKind.BINARY.code)
    outcomes = np.where(has_options, "option 2", "yes")
    _rows_of(
        connection,
        "question",
        count,
        id=numbers,
        slug=_numbered("question", count),
        scenario_id=_keys(table.scenario),
        title=titles,
        kind=_words(table.kind, QuestionKind),
        criteria=titles,
        opens_on=_iso(table.opens_on),
        closes_on=_iso(table.closes_on),
        resolves_on=_iso(table.resolves_on),
        deadline_basis=_words(table.deadline_basis, DeadlineBasis),
        written_on=_iso(table.written_on),
        unit=np.where(table.kind == QuestionKind.NUMERIC.code, "people", ""),
        condition_question_id=_keys(needs),
        condition_outcome=np.where(needs < 0, "", outcomes[needs]),
        variant_of_id=_keys(table.variant_of),
    )
    asked = np.repeat(numbers[has_options], 4)
    places = np.tile(np.arange(1, 5), asked.size // 4)
    names = [f"option {place}" for place in places.tolist()]
    _rows_of(connection, "question_option", asked.size, question_id=asked, position=places, name=names)
    owner, place = _owned(table.reference_start)
    _rows_of(
        connection,
        "question_reference",
        owner.size,
        question_id=owner,
        position=place,
        as_of=_iso(table.reference_day),
        probability=table.reference_probability,
        basis="base rate",
    )
    binary = np.flatnonzero(table.kind == QuestionKind.BINARY.code)
    at = np.flatnonzero(random.random(binary.size - 1) < 0.05)
    _rows_of(
        connection, "question_implies", at.size, question_id=binary[at] + 1, position=1, implied_id=binary[at + 1] + 1
    )
    told = np.flatnonzero(table.state != QuestionState.OPEN)
    is_void, value = table.state[told] == QuestionState.VOID, np.nan_to_num(table.outcome[told])
    binary_outcome = _words((value == 1).astype(int), ("no", "yes"))
    word = np.where(has_options[told], _words(value.astype(int) % 4, names[:4]), binary_outcome)
    is_number, is_day = (table.kind[told] == kind.code for kind in (QuestionKind.NUMERIC, QuestionKind.DATE))
    is_late = is_day & ~is_void & (random.random(told.size) < 0.3)
    known = _iso(table.known_on[told])
    _rows_of(
        connection,
        "resolution",
        told.size,
        id=np.arange(1, told.size + 1),
        question_id=told + 1,
        outcome=np.where(is_late, NOT_BY_DEADLINE, np.where(is_void | is_number | is_day, "", word)),
        outcome_number=_but(value, ~is_number | is_void),
        outcome_on=_but(known, ~is_day | is_void | is_late),
        void=np.where(is_void, "unclear-facts", ""),
        certainty="high",
        known_first_on=known,
        known_last_on=known,
        resolved_at="2026-01-01T00:00:00.000000Z",
        analyst="benchmark",
    )


def _fill_articles(connection: sqlite3.Connection, table: ArticleColumns, anonymous: Values) -> None:
    count, names = len(anonymous), _numbered("source", len(anonymous))
    _rows_of(
        connection,
        "source",
        count,
        id=np.arange(1, count + 1),
        slug=names,
        name=names,
        kind="person",
        anonymous=anonymous.astype(int),
        search_key=names,
    )
    count = len(table)
    names = _numbered("article", count)
    _rows_of(
        connection,
        "article",
        count,
        id=np.arange(1, count + 1),
        slug=names,
        title=names,
        outlet_id=_keys(table.outlet),
        attribution="stated",
        published_first_on=_iso(table.first_day),
        published_last_on=_iso(table.last_day),
        published_basis="stated",
        coverage=np.where(table.full_coverage, "full", "selected"),
        search_key=names,
    )
    owner, place = _owned(table.author_start)
    _rows_of(connection, "article_author", owner.size, article_id=owner, position=place, source_id=_keys(table.author))


def _fill_predictions(connection: sqlite3.Connection, columns: Columns, random: np.random.Generator) -> None:
    table, count = columns.predictions, len(columns.predictions)
    number = np.arange(1, count + 1)
    names = _numbered("prediction", count)
    restates = np.where(random.random(count) < 0.01, number // 2, 0)
    is_phrased = table.basis != Basis.STATED.code
    _rows_of(
        connection,
        "prediction",
        count,
        id=number,
        slug=names,
        question_id=_keys(table.question),
        article_id=table.article + 1,
        **{name: _or_none(getattr(table, name)) for name in ("probability", "low", "high")},
        paragraph=table.paragraph,
        restates_id=_keys(restates - 1),
        supersedes_id=_keys(table.supersedes),
        made_first_on=_iso(table.made_first),
        made_last_on=_iso(table.made_last),
        coded_on=_iso(table.coded_on),
        **{name: _words(getattr(table, name), words) for name, words in VOCABULARIES.items()},
        phrase_about=np.where(table.about_no, "no", "yes"),
        unscorable=np.where(table.unscorable | (table.question < 0), "no-event", ""),
        phrase=np.where(is_phrased, _words(number % len(PHRASES), PHRASES), ""),
        coded_by="benchmark",
        claim=[f"Claim {key} about event {asked}." for key, asked in zip(number, table.question.tolist(), strict=True)],
        proposed_by=np.where(random.random(count) < 0.1, "program", ""),
        search_key=names,
    )
    joint = np.flatnonzero(random.random(count) < 0.1)
    more = (table.speaker[joint] + 1 + random.integers(0, len(columns.sources) - 1, joint.size)) % len(columns.sources)
    _rows_of(connection, "prediction_speaker", count, prediction_id=number, position=1, source_id=table.speaker + 1)
    _rows_of(connection, "prediction_speaker", joint.size, prediction_id=joint + 1, position=2, source_id=more + 1)
    owner, place = _owned(table.option_start)
    options = _words(place - 1, [f"option {place}" for place in range(1, 5)])
    of_options = {"prediction_id": owner, "position": place, "name": options, "probability": table.option_probability}
    _rows_of(connection, "prediction_option", owner.size, **of_options)
    owner, place = _owned(table.quantile_start)
    is_date = columns.questions.kind[table.question[owner - 1]] == QuestionKind.DATE.code
    _rows_of(
        connection,
        "prediction_quantile",
        owner.size,
        prediction_id=owner,
        position=place,
        level=table.quantile_level,
        value=np.where(is_date, np.round(table.quantile_value), table.quantile_value),
        is_date=is_date.astype(int),
    )
    hangs = np.flatnonzero(random.random(count) < 0.02)
    binary = np.flatnonzero(columns.questions.kind == QuestionKind.BINARY.code)
    on = random.choice(binary, hangs.size) + 1
    outcome = _words(random.integers(0, 2, hangs.size), ("no", "yes"))
    of_condition = {"prediction_id": hangs + 1, "position": 1, "question_id": on, "outcome": outcome}
    _rows_of(connection, "prediction_condition", hangs.size, **of_condition)
