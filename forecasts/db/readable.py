"""Views with plain names for whoever reads the database with other tools: Datasette, DuckDB, a SQL prompt.

Only what writes them to Parquet files and Arrow tables reads them here. Every view and column is described here, and
the descriptions go wherever a tool can show them. They are dropped before every migration and made anew after it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from forecasts.db.queries.filters import CLOSES_ON, IN_FORCE, MADE_ON
from forecasts.db.reader import SqlReader
from forecasts.db.tables import holds, table


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableView:
    """A view: what it holds, its columns (each an expression and what it says), and the tables that it is made of."""

    says: str
    columns: Mapping[str, tuple[str, str]]
    tables: str


_SPEAKERS = (
    "{{joined s.name FROM prediction_speaker k JOIN source s ON s.id = k.source_id WHERE k.prediction_id = p.id}}"
)
_AUTHORS = "{{joined s.name FROM article_author k JOIN source s ON s.id = k.source_id WHERE k.article_id = a.id}}"
_IMPLIED = "{{joined s.slug FROM question_implies k JOIN question s ON s.id = k.implied_id WHERE k.question_id = q.id}}"
_HAPPENED = (
    "CASE WHEN q.kind = 'binary' AND r.outcome = 'yes' THEN 1 WHEN q.kind = 'binary' AND r.outcome = 'no' THEN 0 END"
)
_CONDITIONS_MET = (
    "CASE WHEN EXISTS (WITH RECURSIVE hung(question_id, outcome) AS ("
    "SELECT q.condition_question_id, q.condition_outcome WHERE q.condition_question_id IS NOT NULL"
    " UNION SELECT k.question_id, k.outcome FROM prediction_condition k WHERE k.prediction_id = p.id"
    " UNION SELECT n.condition_question_id, n.condition_outcome FROM hung h JOIN question n ON n.id = h.question_id"
    " WHERE n.condition_question_id IS NOT NULL)"
    " SELECT 1 FROM hung h WHERE NOT EXISTS (SELECT 1 FROM resolution x"
    " WHERE x.superseded_reason = '' AND x.question_id = h.question_id AND x.outcome = h.outcome)) THEN 0 ELSE 1 END"
)
_IN_TIME = (
    f"CASE WHEN r.known_first_on IS NULL THEN NULL WHEN {MADE_ON} < r.known_first_on"
    f" AND {MADE_ON} <= {CLOSES_ON} THEN 1 ELSE 0 END"
)
_SQUARED_ERROR = f"(p.probability - ({_HAPPENED})) * (p.probability - ({_HAPPENED}))"
_POINT = "COALESCE(h.point, (h.low + h.high) / 2)"
_HOLDS = {
    **dict.fromkeys((MADE_ON, CLOSES_ON), "day"),
    **dict.fromkeys((_HAPPENED, _CONDITIONS_MET, _IN_TIME), "integer"),
    **dict.fromkeys((_SQUARED_ERROR, _POINT), "number"),
}
"""What expressions hold that are no text and no column of a table."""

VIEWS: Mapping[str, ReadableView] = {
    "sources": ReadableView(
        says="Whoever makes or carries predictions.",
        tables="source s LEFT JOIN source m ON m.id = s.member_of_id",
        columns={
            "source": ("s.slug", "The source's slug: its name in every other view."),
            "name": ("s.name", "Its name, in any script."),
            "kind": ("s.kind", "person, outlet, organisation, official, group or unknown."),
            "anonymous": ("s.anonymous", "Whether it stands for people without a name: scored, never ranked."),
            "member_of": ("m.slug", "The source that it belongs to, if any; scores do not roll up."),
            "homepage": ("s.homepage", "Its address on the web."),
            "note": ("s.note", "What else is known of it."),
        },
    ),
    "articles": ReadableView(
        says="Documents in which predictions are made or carried.",
        tables="article a LEFT JOIN source o ON o.id = a.outlet_id",
        columns={
            "article": ("a.slug", "The article's slug."),
            "title": ("a.title", "Its title."),
            "outlet": ("o.slug", "The source that published it, if it is known."),
            "authors": (_AUTHORS, "Their names, in order, parted by semicolons."),
            "published_on": ("a.published_first_on", "When it was published: the first day on which it can have been."),
            "published_until": ("a.published_last_on", "The last such day; the same where the day is known."),
            "language": ("a.language", "The language in which it was read."),
            "coverage": ("a.coverage", "full where all its predictions were recorded, else selected."),
            "url": ("a.url", "Where it stands."),
            "note": ("a.note", "Contradictions, damage, how the date was inferred."),
        },
    ),
    "scenarios": ReadableView(
        says="What several questions test together.",
        tables="scenario c",
        columns={
            "scenario": ("c.slug", "The scenario's slug."),
            "title": ("c.title", "Its title."),
            "description": ("c.description", "What it is about."),
        },
    ),
    "questions": ReadableView(
        says="One event each, with what makes it resolve, its dates, and its outcome where it has one.",
        tables=f"question q LEFT JOIN scenario c ON c.id = q.scenario_id LEFT JOIN {IN_FORCE}"
        " LEFT JOIN question v ON v.id = q.variant_of_id LEFT JOIN question d ON d.id = q.condition_question_id",
        columns={
            "question": ("q.slug", "The question's slug."),
            "title": ("q.title", "The question."),
            "kind": ("q.kind", "binary, multiple_choice, ordered, numeric or date."),
            "scenario": ("c.slug", "The scenario that it tests, if any."),
            "criteria": ("q.criteria", "What makes it resolve each way."),
            "opens_on": ("q.opens_on", "From when predictions on it count, if that is limited."),
            "closes_on": (CLOSES_ON, "Until when predictions on it count."),
            "resolves_on": ("q.resolves_on", "The deadline, inclusive."),
            "deadline_basis": ("q.deadline_basis", "Whose deadline it is: stated, implied, or the analyst's."),
            "written_on": ("q.written_on", "When the question was written; after the outcome it is hindsight."),
            "condition_question": ("d.slug", "The question on whose outcome this one hangs, if any."),
            "condition_outcome": ("q.condition_outcome", "The outcome that it needs there."),
            "implies": (_IMPLIED, "The questions that are yes if this one is, parted by semicolons."),
            "variant_of": ("v.slug", "The question whose other fair reading this is, if any."),
            "standing": (
                "CASE WHEN r.id IS NULL THEN 'open' WHEN r.void <> '' THEN 'void' ELSE 'resolved' END",
                "open, resolved or void by its own resolution; conditions are not followed here.",
            ),
            "outcome": ("r.outcome", "yes, no, an option, or not-by-deadline; empty for numbers, days and void ones."),
            "outcome_number": ("r.outcome_number", "The outcome of a numeric question."),
            "outcome_day": ("r.outcome_on", "The outcome of a date question."),
            "void": ("r.void", "Why it scores nobody, if it is void."),
            "known_on": ("r.known_first_on", "The first day on which the outcome can have been known."),
            "certainty": ("r.certainty", "How sure the resolution is: high, medium or low."),
        },
    ),
    "predictions": ReadableView(
        says="What was said about which question, with its number and what happened.",
        tables="prediction p JOIN article a ON a.id = p.article_id LEFT JOIN source o ON o.id = a.outlet_id"
        " LEFT JOIN question q ON q.id = p.question_id"
        " LEFT JOIN scenario c ON c.id = COALESCE(p.scenario_id, q.scenario_id)"
        f" LEFT JOIN {IN_FORCE} LEFT JOIN standard t ON t.id = p.standard_id"
        " LEFT JOIN prediction e ON e.id = p.restates_id LEFT JOIN prediction f ON f.id = p.supersedes_id",
        columns={
            "prediction": ("p.slug", "The prediction's slug."),
            "speakers": (_SPEAKERS, "Whose forecast it is, by name, parted by semicolons; see prediction_speakers."),
            "claim": ("p.claim", "What was said, in one sentence."),
            "claim_type": ("p.claim_type", "forecast, possibility, announcement or presupposition."),
            "phrase": ("p.phrase", "The words that carry the likelihood, verbatim."),
            "phrase_about": ("p.phrase_about", "The outcome that they speak of: yes or no."),
            "probability": (
                "p.probability",
                "The first reading of yes, 0 to 1; empty where there is none. Of several readings cards take the mean.",
            ),
            "low": ("p.low", "The lower end of what the words allow."),
            "high": ("p.high", "The upper end."),
            "basis": ("p.basis", "Who chose the number: stated, standard, survey or analyst."),
            "standard": ("t.slug", "The wording standard that it was read by, if any."),
            "article": ("a.slug", "The article in which it stands."),
            "outlet": ("o.slug", "The source that published the article."),
            "paragraph": ("p.paragraph", "The paragraph in which it stands."),
            "made_on": (MADE_ON, "When it was made: the last day on which it can have been."),
            "made_at": ("p.made_at", "The moment, in UTC, where it is known."),
            "endorsement": ("p.endorsement", "The article's stance: own, relayed, endorsed or disputed."),
            "attribution": ("p.attribution", "How it is known whose it is; ambiguous ones are on no card."),
            "fidelity": ("p.fidelity", "Whether what reached the article is still what was said."),
            "fit": ("p.fit", "How well the question is what was said: exact, operationalised or proxy."),
            "unscorable": ("p.unscorable", "Why it cannot be tested, if it cannot."),
            "restates": ("e.slug", "The prediction that it says again in other words, if any."),
            "supersedes": ("f.slug", "The earlier prediction that it revises, if any."),
            "question": ("q.slug", "The question, if there is one."),
            "question_title": ("q.title", "The question in words."),
            "question_kind": ("q.kind", "The question's kind."),
            "scenario": ("c.slug", "The question's scenario, or of a claim on no question its own, if any."),
            "resolves_on": ("q.resolves_on", "The question's deadline."),
            "outcome": ("r.outcome", "What happened: yes, no, an option, or not-by-deadline."),
            "known_on": ("r.known_first_on", "The first day on which that can have been known."),
            "in_time": (_IN_TIME, "1 where it was made by the close and before the outcome could be known, else 0."),
            "conditions_met": (
                _CONDITIONS_MET,
                "1 where its own conditions and its question's were met, and theirs (or it has none), else 0.",
            ),
            "happened": (_HAPPENED, "Of a resolved yes-or-no question: 1 for yes, 0 for no."),
            "squared_error": (
                _SQUARED_ERROR,
                "(probability - happened)² of the first reading, counting or not; cards score the mean of readings.",
            ),
            "coded_by": ("p.coded_by", "Who recorded it."),
            "coded_on": ("p.coded_on", "When."),
            "note": ("p.note", "What else is to be said of it."),
        },
    ),
    "prediction_speakers": ReadableView(
        says="Whose forecast a prediction is: one row for each speaker.",
        tables="prediction_speaker k JOIN prediction p ON p.id = k.prediction_id JOIN source s ON s.id = k.source_id",
        columns={
            "prediction": ("p.slug", "The prediction."),
            "source": ("s.slug", "The speaker."),
            "name": ("s.name", "The speaker's name."),
            "anonymous": ("s.anonymous", "Whether the speaker stands for people without a name."),
        },
    ),
    "prediction_options": ReadableView(
        says="The probability that a prediction gives to each option.",
        tables="prediction_option k JOIN prediction p ON p.id = k.prediction_id",
        columns={
            "prediction": ("p.slug", "The prediction."),
            "option": ("k.name", "The option."),
            "probability": ("k.probability", "0 to 1; those of a prediction sum to 1."),
        },
    ),
    "resolutions": ReadableView(
        says="Every resolution that there ever was: the one in force and those that were superseded.",
        tables="resolution r JOIN question q ON q.id = r.question_id",
        columns={
            "question": ("q.slug", "The question."),
            "outcome": ("r.outcome", "yes, no, an option, or not-by-deadline."),
            "outcome_number": ("r.outcome_number", "The outcome of a numeric question."),
            "outcome_day": ("r.outcome_on", "The outcome of a date question."),
            "void": ("r.void", "Why the question scores nobody, if so."),
            "certainty": ("r.certainty", "high, medium or low."),
            "known_on": ("r.known_first_on", "The first day on which the outcome can have been known."),
            "resolved_at": ("r.resolved_at", "When the analyst said so, in UTC."),
            "analyst": ("r.analyst", "Who said so."),
            "note": ("r.note", "Why this outcome meets the criteria."),
            "superseded_reason": ("r.superseded_reason", "Why it is no longer in force; empty where it is."),
        },
    ),
    "resolution_evidence": ReadableView(
        says="Where the facts behind a resolution can be read.",
        tables="evidence e JOIN resolution r ON r.id = e.resolution_id JOIN question q ON q.id = r.question_id",
        columns={
            "question": ("q.slug", "The question."),
            "resolved_at": ("r.resolved_at", "Of which resolution."),
            "title": ("e.title", "The title of what can be read."),
            "url": ("e.url", "Its address."),
            "archived_url": ("e.archived_url", "The same page as an archive keeps it."),
            "quote": ("e.quote", "The words that settle it."),
            "published_on": ("e.published_on", "When it was published."),
            "note": ("e.note", "What it shows."),
        },
    ),
    "phrases": ReadableView(
        says="What words of likelihood mean under each published standard.",
        tables="phrase h JOIN standard t ON t.id = h.standard_id",
        columns={
            "standard": ("t.slug", "The standard."),
            "standard_title": ("t.title", "Its title."),
            "term": ("h.term", "The words."),
            "low": ("h.low", "The lower end of their range."),
            "high": ("h.high", "The upper end."),
            "point": (_POINT, "The number that they are read as."),
        },
    ),
    "objections": ReadableView(
        says="Who disputes which coding or resolution, and what was answered.",
        tables="objection b LEFT JOIN prediction p ON p.id = b.prediction_id"
        " LEFT JOIN question q ON q.id = b.question_id",
        columns={
            "prediction": ("p.slug", "The prediction whose coding is disputed, or …"),
            "question": ("q.slug", "… the question that is."),
            "objector": ('b."by"', "Who objects."),
            "made_on": ("b.made_on", "When."),
            "objection": ("b.text", "In their words."),
            "answer": ("b.answer", "What was answered; empty where nothing was yet."),
        },
    ),
    "history": ReadableView(
        says="Every change that was ever made, chained by hash: who, when, what.",
        tables="history_entry h",
        columns={
            "entry": ("h.id", "The entry's number."),
            "at": ("h.at", "When, in UTC."),
            "analyst": ("h.analyst", "Who."),
            "login": ("h.login", "The login that a server knew; empty in a file."),
            "intent": ("h.intent", "What was meant."),
            "summary": ("h.summary", "What it did."),
            "reason": ("h.reason", "Why, where a reason was given."),
            "undoes": ("h.undoes_id", "The entry that it takes back, if any."),
            "changes": ("h.change_count", "How many records it changed."),
        },
    ),
}


def view_statement(name: str, dialect: str, place: str = "") -> str:
    """The statement that makes a view on an engine, in a schema where one is named."""
    view = VIEWS[name]
    columns = ", ".join(
        f'{_in_dialect(expression, dialect)} AS "{column}"' for column, (expression, _) in view.columns.items()
    )
    where = f'{place}."{name}"' if place else f'"{name}"'
    return f"CREATE VIEW {where} AS SELECT {columns} FROM {view.tables}"  # noqa: S608 - every word of it is ours


def _in_dialect(expression: str, dialect: str) -> str:
    """An expression in the engine's words for names in a row: only these differ."""
    if not expression.startswith("{{joined "):
        return expression
    name, _, tables = expression.removeprefix("{{joined ").removesuffix("}}").partition(" FROM ")
    if dialect == "sqlite":
        ordered = f"SELECT {name} AS name FROM {tables} ORDER BY k.position"  # noqa: S608 - every word of it is ours
        return f"(SELECT group_concat(name, '; ') FROM ({ordered}))"  # noqa: S608
    return f"(SELECT string_agg({name}, '; ' ORDER BY k.position) FROM {tables})"  # noqa: S608


def create_views(connection: sa.Connection, place: str = "") -> None:
    """Make every view, in the schema `place` where one is named."""
    for name in VIEWS:
        connection.exec_driver_sql(view_statement(name, connection.dialect.name, place).replace("%", "%%"))
        if connection.dialect.name != "sqlite" and not place:
            _describe(connection, name)


def _describe(connection: sa.Connection, name: str) -> None:
    """What PostgreSQL's own tools show beside a view and its columns."""
    view = VIEWS[name]
    places = {f'VIEW "{name}"': view.says}
    places |= {f'COLUMN "{name}"."{column}"': says for column, (_, says) in view.columns.items()}
    for place, says in places.items():
        quoted = says.replace("'", "''").replace("%", "%%")
        connection.exec_driver_sql(f"COMMENT ON {place} IS '{quoted}'")


def view_columns(name: str) -> dict[str, tuple[str, str]]:
    """What each column of a view holds, as `StoredColumn` says it, and what it says."""
    view = VIEWS[name]
    tables = {alias: of for of, alias in re.findall(r"(?:^|JOIN )(\w+) (\w)\b", view.tables)}

    def stored_as(expression: str) -> str:
        if column := re.fullmatch(r'(\w)\."?(\w+)"?', expression):
            return holds(table(tables[column[1]]).c[column[2]])
        return _HOLDS.get(expression, "text")

    return {column: (stored_as(expression), says) for column, (expression, says) in view.columns.items()}


def view_rows(reader: SqlReader, name: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a view as they come, in the order of its first column."""
    return reader.stream(f'SELECT * FROM "{name}" ORDER BY 1')  # noqa: S608 - the name of a view of ours


def descriptions() -> dict[str, tuple[str, dict[str, str]]]:
    """What each view holds, and what each of its columns says."""
    return {
        name: (view.says, {column: says for column, (_, says) in view.columns.items()}) for name, view in VIEWS.items()
    }


def drop_views(connection: sa.Connection) -> None:
    """Take every view away, so that the tables beneath can be changed."""
    for name in VIEWS:
        connection.exec_driver_sql(f'DROP VIEW IF EXISTS "{name}"')
