"""The scenarios as a tree: the keys below a node, and the rows of the nodes that are looked at."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from forecasts.db.queries.filters import MADE_ON, keys_of
from forecasts.db.queries.home import read_question_rows
from forecasts.db.queries.prediction_rows import questions_of, read_prediction_rows
from forecasts.db.reader import SqlReader
from forecasts.db.search import has, has_all
from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.marks import Mark, PredictionNode, PredictionRow, QuestionNode, ScenarioNode
from forecasts.domain.overview import QuestionRow
from forecasts.text import search_terms

_MARKS_AT_MOST = 100


def read_scenario_nodes(reader: SqlReader, statuses: Mapping[int, QuestionStatus]) -> list[ScenarioNode]:
    """Every scenario by title, with its counts; last, without a slug, the questions that have none."""
    predictions: Counter[int | None] = Counter(
        dict(
            reader.rows(
                "SELECT q.scenario_id, count(*) FROM question q JOIN prediction p ON p.question_id = q.id"
                " GROUP BY q.scenario_id"
            )
        )
    )
    of_none = "SELECT scenario_id, count(*) FROM prediction WHERE scenario_id IS NOT NULL GROUP BY scenario_id"
    predictions.update(dict(reader.rows(of_none)))
    counts: dict[int | None, Counter[QuestionStatus]] = defaultdict(Counter)
    for key, scenario in reader.rows("SELECT id, scenario_id FROM question"):
        counts[scenario][statuses[key]] += 1
    found: list[tuple[int | None, str, str, str]] = []
    found += reader.rows("SELECT id, slug, title, description FROM scenario ORDER BY search_key, slug")
    if counts[None]:
        found.append((None, "", "", ""))
    return [
        ScenarioNode(
            slug=slug,
            title=title,
            description=description,
            questions=counts[key].total(),
            due=counts[key][QuestionStatus.DUE],
            settled=counts[key][QuestionStatus.RESOLVED] + counts[key][QuestionStatus.VOID],
            predictions=predictions[key],
        )
        for key, slug, title, description in found
    ]


def find_questions(reader: SqlReader, scenario: str, words: str = "") -> list[str]:
    """The slugs of a scenario's questions (an empty slug: of those that have none), by deadline.

    Narrowed to those that have every word, themselves or in the scenario.
    """
    where, parameters = _in_scenario(reader, "s.slug = ?" if scenario else "q.scenario_id IS NULL", "q.", words)
    query = (
        "SELECT q.slug FROM question q LEFT JOIN scenario s ON s.id = q.scenario_id"
        f" WHERE {where} ORDER BY q.resolves_on, q.slug"
    )
    return [slug for (slug,) in reader.rows(query, [*([scenario] if scenario else []), *parameters])]


def find_vague(reader: SqlReader, scenario: str, words: str = "") -> list[str]:
    """The slugs of a scenario's predictions on no question, the earliest first, narrowed as its questions are."""
    where, parameters = _in_scenario(reader, "s.slug = ?", "p.", words)
    query = (
        "SELECT p.slug FROM scenario s JOIN prediction p ON p.scenario_id = s.id JOIN article a ON a.id = p.article_id"
        f" WHERE {where} ORDER BY {MADE_ON}, p.slug"
    )
    return [slug for (slug,) in reader.rows(query, [scenario, *parameters])]


def _in_scenario(reader: SqlReader, where: str, row: str, words: str) -> tuple[str, list[str]]:
    """The condition on rows that every word is in them or in their scenario, with the parameters for the words."""
    terms = search_terms(words)
    said = f" AND ({has(reader, row)} OR {has(reader, 's.')})"
    return where + said * len(terms), [term for term in terms for _ in range(2)]


def find_scenarios(reader: SqlReader, words: str) -> set[str]:
    """The slugs of the scenarios that have every word themselves."""
    terms = search_terms(words)
    return {slug for (slug,) in reader.rows(f"SELECT slug FROM scenario WHERE {has_all(reader, terms)}", terms)}


def find_predictions(reader: SqlReader, question: str) -> list[str]:
    """The slugs of the predictions on a question, the earliest first."""
    query = (
        "SELECT p.slug FROM prediction p JOIN article a ON a.id = p.article_id JOIN question q ON q.id = p.question_id"
        f" WHERE q.slug = ? ORDER BY {MADE_ON}, p.slug"
    )
    return [slug for (slug,) in reader.rows(query, [question])]


def find_shown(reader: SqlReader, questions: Sequence[str], predictions: Sequence[str]) -> tuple[set[int], set[int]]:
    """The keys of the questions with these slugs and of those that the predictions with these slugs are on; and the
    keys of these predictions."""
    said = list(keys_of(reader, "prediction", predictions).values())
    return {*keys_of(reader, "question", questions).values(), *questions_of(reader, said)}, set(said)


def read_question_nodes(
    reader: SqlReader, slugs: Sequence[str], statuses: Mapping[int, QuestionStatus], marks: Mapping[int, Mark]
) -> dict[str, QuestionNode]:
    """The questions with these slugs, each with the marks of its first claims; `marks` are by prediction."""
    keys = list(keys_of(reader, "question", slugs).values())
    said = _claims_on(reader, keys)
    return {
        row.slug: QuestionNode(**_values(row), marks=tuple(marks[claim] for claim in said[key][:_MARKS_AT_MOST]))
        for key, row in zip(keys, read_question_rows(reader, statuses, keys), strict=True)
    }


def _claims_on(reader: SqlReader, questions: Sequence[int]) -> dict[int, list[int]]:
    """The keys of the predictions on each question, the earliest first."""
    among, listed = reader.among("p.question_id", questions)
    query = (
        "SELECT p.question_id, p.id FROM prediction p JOIN article a ON a.id = p.article_id"
        f" WHERE {among} ORDER BY {MADE_ON}, p.slug"
    )
    found: dict[int, list[int]] = defaultdict(list)
    for question, key in reader.rows(query, [listed]):
        found[question].append(key)
    return found


def read_prediction_nodes(
    reader: SqlReader, slugs: Sequence[str], statuses: Mapping[int, QuestionStatus], marks: Mapping[int, Mark]
) -> dict[str, PredictionNode]:
    """The predictions with these slugs; `marks` are by prediction."""
    keys = list(keys_of(reader, "prediction", slugs).values())
    return {
        row.slug: PredictionNode(**{**_values(row), "mark": marks[key]})
        for key, row in zip(keys, read_prediction_rows(reader, keys, statuses), strict=True)
    }


def _values(row: PredictionRow | QuestionRow) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}
