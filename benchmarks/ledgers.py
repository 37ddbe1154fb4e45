"""Ledgers of any size for measuring: made in the program's own schema, filled by the bare driver."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from forecasts.db.search import REBUILD
from forecasts.domain.fields import record_fields
from forecasts.domain.records import Prediction
from forecasts.services.setup import set_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forecasts.db.engine import Connection

START = date(2015, 1, 1)
PHRASES = ("will", "likely", "unlikely", "almost certainly", "probably", "is set to", "hardly", "no doubt")


def _days(ordinals: np.ndarray) -> list[str]:
    texts = {day: (START + timedelta(days=int(day))).isoformat() for day in np.unique(ordinals)}
    return [texts[day] for day in ordinals]


def build(path: Path, predictions: int, sources: int, questions: int, seed: int = 20220106) -> None:
    """A ledger of resolved binary questions, one speaker a prediction, a tenth of them revisions of an earlier one."""
    set_up(str(path), analyst="benchmark", packs=())
    random = np.random.default_rng(seed)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -1000000")  # in KiB: the indexes are written out of order
        connection.execute("BEGIN")
        indexes = without_indexes(connection)
        _fill(connection, random, predictions, sources, questions)
        for index in indexes:
            connection.execute(index)
        connection.execute(REBUILD)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def without_indexes(connection: sqlite3.Connection) -> list[str]:
    """Drop the indexes that are no constraint; how each is made again."""
    named = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in named:
        connection.execute(f'DROP INDEX "{name}"')
    return [made for _, made in named]


def insert(connection: sqlite3.Connection, table: str, rows: Iterator[tuple[object, ...]], names: str) -> None:
    marks = ", ".join("?" * len(names.split(",")))
    connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def _fill(connection: sqlite3.Connection, random: np.random.Generator, n: int, sources: int, questions: int) -> None:
    insert(
        connection,
        "source",
        ((i, f"source-{i}", f"Source {i}", "person", 0, "[]", "", "", f"source {i}") for i in range(1, sources + 1)),
        "id, slug, name, kind, anonymous, aliases, homepage, note, search_key",
    )
    articles = max(n // 20, 1)
    published = random.integers(0, 3000, articles)
    insert(
        connection,
        "article",
        (
            (i, f"article-{i}", f"Article {i}", "", "stated", day, day, "stated", *[""] * 8, "full", "", f"article {i}")
            for i, day in enumerate(_days(published), start=1)
        ),
        "id, slug, title, original_title, attribution, published_first_on, published_last_on, published_basis,"
        " language, translated_from, republished_from, url, file, sha256, original_sha256, extracted_by, coverage,"
        " note, search_key",
    )
    scenarios = max(questions // 100, 1)
    insert(
        connection,
        "scenario",
        ((i, f"scenario-{i}", f"Scenario {i}", "", f"scenario {i}") for i in range(1, scenarios + 1)),
        "id, slug, title, description, search_key",
    )
    deadline = random.integers(3100, 3600, questions)
    insert(
        connection,
        "question",
        (
            (
                i,
                f"question-{i}",
                1 + i % scenarios,
                f"Will event {i} happen?",
                "binary",
                "Yes if it does.",
                "",
                "",
                day,
                "stated",
                "",
                "",
                f"question {i}",
            )
            for i, day in enumerate(_days(deadline), start=1)
        ),
        "id, slug, scenario_id, title, kind, criteria, fine_print, resolution_source, resolves_on, deadline_basis,"
        " unit, condition_outcome, search_key",
    )
    truth = random.random(questions)
    outcome = random.random(questions) < truth
    insert(
        connection,
        "resolution",
        (
            (i, i, "yes" if yes else "no", "", "high", day, day, "2026-01-01T00:00:00.000000Z", "benchmark", "made", "")
            for i, (yes, day) in enumerate(zip(outcome.tolist(), _days(deadline), strict=True), start=1)
        ),
        "id, question_id, outcome, void, certainty, known_first_on, known_last_on, resolved_at, analyst, note,"
        " superseded_reason",
    )
    _predictions(connection, random, n, sources, questions, articles, truth)


def _predictions(
    connection: sqlite3.Connection,
    random: np.random.Generator,
    n: int,
    sources: int,
    questions: int,
    articles: int,
    truth: np.ndarray,
) -> None:
    question = random.integers(0, questions, n)
    speaker = random.integers(1, sources + 1, n)
    revises = np.flatnonzero(random.random(n) < 0.1)
    revises = revises[revises > 0]
    question[revises], speaker[revises] = question[revises - 1], speaker[revises - 1]
    supersedes: list[int | None] = [None] * n
    for row in revises.tolist():
        supersedes[row] = row  # keys count from 1, so the row before has this key
    probability = np.round(np.clip(truth[question] + random.normal(0, 0.25, n), 0.01, 0.99), 2)
    article = random.integers(1, articles + 1, n)
    columns = zip(
        range(1, n + 1),
        (question + 1).tolist(),
        article.tolist(),
        probability.tolist(),
        np.round(np.maximum(probability - 0.1, 0), 2).tolist(),
        np.round(np.minimum(probability + 0.1, 1), 2).tolist(),
        supersedes,
        strict=True,
    )
    words = {
        name: spec.default for name, spec in record_fields(Prediction).items() if isinstance(spec.default, StrEnum)
    }
    insert(
        connection,
        "prediction",
        (
            (
                key,
                f"prediction-{key}",
                asked,
                where,
                f"Claim {key} about event {asked}.",
                PHRASES[key % len(PHRASES)],
                1 + key % 40,
                p,
                low,
                high,
                0,
                0,
                0,
                "",
                "",
                earlier,
                "benchmark",
                "2026-01-01",
                "",
                "",
                f"claim {key} about event {asked}",
                *words.values(),
            )
            for key, asked, where, p, low, high, earlier in columns
        ),
        "id, slug, question_id, article_id, claim, phrase, paragraph, probability, low, high, probability_derived,"
        " low_derived, high_derived, condition_text, unscorable, supersedes_id, coded_by, coded_on, proposed_by, note,"
        f" search_key, {', '.join(words)}",
    )
    insert(
        connection,
        "prediction_speaker",
        ((key, 1, who) for key, who in zip(range(1, n + 1), speaker.tolist(), strict=True)),
        "prediction_id, position, source_id",
    )


def add_predictions(path: Path, count: int, seed: int = 7) -> None:
    """So many more predictions by sources and on questions that are there, with an entry in the history."""
    from forecasts.db.address import read_address
    from forecasts.db.engine import Database
    from forecasts.db.history import Changes, NewEntry, append
    from forecasts.domain.views import RecordChange

    database = Database(read_address(str(path)))

    def work(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        first = driver.execute("SELECT MAX(id) + 1 FROM prediction").fetchone()[0]
        sizes = [driver.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in ("source", "question")]
        random = np.random.default_rng(seed + first)
        speaker, question = (random.integers(1, size + 1, count).tolist() for size in sizes)
        driver.execute("CREATE TEMP TABLE added AS SELECT * FROM prediction WHERE supersedes_id IS NULL LIMIT 1")
        for at in range(count):
            driver.execute(
                "UPDATE added SET id = ?, slug = ?, question_id = ?",
                (first + at, f"prediction-{first + at}", question[at]),
            )
            driver.execute("INSERT INTO prediction SELECT * FROM added")
            driver.execute("INSERT INTO prediction_speaker VALUES (?, 1, ?)", (first + at, speaker[at]))
        driver.execute("DROP TABLE added")
        changes = tuple(
            RecordChange(kind="prediction", name=f"prediction-{first + at}", before=None, after={"slug": f"{at}"})
            for at in range(count)
        )
        entry = NewEntry(
            at=datetime.now(UTC), analyst="benchmark", intent="record", summary="more", changes=Changes(changes)
        )
        append(connection, entry)

    database.write(work)
    database.close()
