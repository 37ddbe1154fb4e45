"""Text search: letters among millions of predictions. The index proposes, the letters decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecasts.db.reader import SqlReader

WORDS = "prediction_words"
"""The virtual table on SQLite (its own tables have names that begin so), and the index on PostgreSQL."""

SHADOWS = (WORDS, *(f"{WORDS}_{part}" for part in ("config", "data", "docsize", "idx")))
"""Every table of the index on SQLite."""

_FEWEST_LETTERS = 3


def with_words(reader: SqlReader, key: str, most: int) -> list[int] | None:
    """Predictions with the letters in their claim, phrase or slug, at most so many, in any order.

    None where no index serves. `key` is folded as the search keys are.
    """
    if len(key) < _FEWEST_LETTERS:
        return None
    if reader.is_sqlite:
        quoted = '"' + key.replace('"', '""') + '"'
        statement = f"SELECT rowid FROM {WORDS} WHERE {WORDS} MATCH ? AND {has(reader)} LIMIT {most}"
        found = reader.rows(statement, [quoted, key])
    else:
        found = reader.rows(f"SELECT id FROM prediction WHERE search_key LIKE ? LIMIT {most}", [f"%{literal(key)}%"])
    return [prediction for (prediction,) in found]


def found_in_words(reader: SqlReader, key: str, most: int) -> list[int] | None:
    """Predictions with the letters in their words, on a question or by a speaker with them; None: no index serves.

    In any order; more than `most` are cut somewhere beyond it.
    """
    own = with_words(reader, key, most)
    if own is None:
        return None
    on_question = reader.rows(
        f"SELECT id FROM prediction WHERE question_id IN (SELECT id FROM question WHERE {has(reader)}) LIMIT {most}",
        [key],
    )
    by_source = reader.rows(
        f"SELECT prediction_id FROM prediction_speaker WHERE source_id IN (SELECT id FROM source WHERE {has(reader)})"
        f" LIMIT {most}",
        [key],
    )
    return list({*own, *(found for rows in (on_question, by_source) for (found,) in rows)})


def literal(key: str) -> str:
    """The letters as LIKE with a backslash for its escape reads them, and no pattern."""
    return key.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def has(reader: SqlReader, owner: str = "") -> str:
    """The condition that a row's search key has the letters of its one parameter, which are folded as the keys are."""
    return f"{position(reader, owner)} > 0"


def position(reader: SqlReader, owner: str = "") -> str:
    """Where the letters of its one parameter begin in a row's search key, from 1; 0 where it does not have them."""
    return f"{'instr' if reader.is_sqlite else 'strpos'}({owner}search_key, ?)"
