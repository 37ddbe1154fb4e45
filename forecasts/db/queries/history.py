"""Reading the history: the newest entry, entries as rows of a list, and what can be undone next."""

from array import array
from collections.abc import Sequence
from typing import Any

from forecasts.db.queries.filters import as_instant, read_json
from forecasts.db.reader import SqlReader
from forecasts.db.search import literal
from forecasts.domain.views import HistoryRow, RecordChange
from forecasts.errors import DamagedValueError
from forecasts.text import search_key, typed_terms

DAMAGED = "damaged in the database"
"""The only field of what cannot be read."""

_TOUCHED = (
    "SELECT DISTINCT entry_id FROM history_change"
    r" WHERE name LIKE ? ESCAPE '\' OR name LIKE ? ESCAPE '\' OR kind LIKE ? ESCAPE '\'"
)


def find_entries(reader: SqlReader, words: str) -> "array[int]":
    """The numbers of the entries that have every word, newest first.

    Compared with case folded are what was done, by whom and why, and which records it touched.
    """
    touched = {
        search_key(term): frozenset(number for (number,) in reader.rows(_TOUCHED, _patterns(term)))
        for term in typed_terms(words)
    }
    rows = reader.stream("SELECT id, summary, analyst, reason FROM history_entry ORDER BY id DESC")
    keyed = ((number, search_key(*texts)) for number, *texts in rows)
    found = (number for number, key in keyed if all(term in key or number in named for term, named in touched.items()))
    return array("q", found)


def _patterns(term: str) -> list[str]:
    key = search_key(term)
    return [f"%{literal(one)}%" for one in (term, key, key)]


def read_entries(
    reader: SqlReader,
    *,
    kind: str = "",
    name: str = "",
    before: int | None = None,
    limit: int = 200,
    changes_at_most: int = 50,
) -> tuple[HistoryRow, ...]:
    """Entries, newest first, with at most so many of their changes; narrowed to a kind, or to one record of it."""
    wheres = ["TRUE"]
    parameters: list[object] = []
    if before is not None:
        wheres.append("id < ?")
        parameters.append(before)
    if kind:
        named = r" AND (name = ? OR name LIKE ? ESCAPE '\')" if name else ""
        wheres.append(f"id IN (SELECT entry_id FROM history_change WHERE kind = ?{named})")
        parameters += [kind, *((name, f"{literal(name)} / %") if name else ())]
    return _rows(reader, f"{' AND '.join(wheres)} ORDER BY id DESC LIMIT ?", [*parameters, limit], changes_at_most)


def read_numbered(reader: SqlReader, numbers: Sequence[int], *, changes_at_most: int | None) -> tuple[HistoryRow, ...]:
    """The entries with these numbers, newest first, each with at most so many of its changes (None: all)."""
    among, listed = reader.among("id", numbers)
    return _rows(reader, f"{among} ORDER BY id DESC", [listed], changes_at_most)


def read_entry(reader: SqlReader, number: int) -> HistoryRow | None:
    return next(iter(read_numbered(reader, (number,), changes_at_most=None)), None)


def newest_undoable(reader: SqlReader, analyst: str | None = None) -> int | None:
    """The number of the newest entry (of an analyst) that does something, or again, and is not undone; or None."""
    takes_back: dict[int, bool] = {}  # by undoing entry: undoing what takes something back does it again
    undone: set[int] = set()
    own: set[int] = set()
    for number, taken, who in reader.rows(
        "SELECT id, undoes_id, analyst FROM history_entry WHERE undoes_id IS NOT NULL ORDER BY id"
    ):
        takes_back[number] = not takes_back.get(taken, False)
        undone.add(taken)
        if analyst in (None, who):
            own.add(number)
    again = [number for number in own if not takes_back[number] and number not in undone]
    newest = reader.value(
        "SELECT MAX(id) FROM history_entry WHERE undoes_id IS NULL"
        " AND id NOT IN (SELECT undoes_id FROM history_entry WHERE undoes_id IS NOT NULL)"
        + (" AND analyst = ?" if analyst is not None else ""),
        () if analyst is None else (analyst,),
    )
    return max((*again, *(() if newest is None else (int(newest),))), default=None)


def _rows(reader: SqlReader, rest: str, parameters: Sequence[object], at_most: int | None) -> tuple[HistoryRow, ...]:
    """Entries, each with its changes (at most so many) and with who took it back."""
    found = reader.named(f"SELECT * FROM history_entry WHERE {rest}", parameters)
    changes: dict[int, list[RecordChange]] = {row.id: [] for row in found}
    among, listed = reader.among("entry_id", list(changes))
    shown, most = ("", []) if at_most is None else (" AND position <= ?", [at_most])
    for number, kind, name, before, after in reader.rows(
        f"SELECT entry_id, kind, name, before, after FROM history_change WHERE {among}{shown}"
        " ORDER BY entry_id, position",
        [listed, *most],
    ):
        changes[number].append(RecordChange(kind=kind, name=name, before=_fields(before), after=_fields(after)))
    among, listed = reader.among("undoes_id", list(changes))
    undone = dict(reader.rows(f"SELECT undoes_id, id FROM history_entry WHERE {among} ORDER BY id", [listed]))
    return tuple(
        HistoryRow(
            entry=row.id,
            at=as_instant(row.at),
            analyst=row.analyst,
            login=row.login,
            intent=row.intent,
            summary=row.summary,
            reason=row.reason,
            undoes=row.undoes_id,
            undone_by=undone.get(row.id),
            change_count=row.change_count,
            changes=tuple(changes[row.id]),
            hash=row.hash,
        )
        for row in found
    )


def _fields(text: str | None) -> dict[str, Any] | None:
    """What the history holds of a record; what was damaged there is shown as that, and can be no record."""
    try:
        return None if text is None else dict(read_json(text))
    except (DamagedValueError, TypeError, ValueError):
        return {DAMAGED: text}


def read_brought_questions(reader: SqlReader, intent: str) -> list[tuple[int, str]]:
    """The questions that each entry of an intent brought, by its number."""
    return reader.rows(
        "SELECT entry.id, question.name FROM history_change question"
        " JOIN history_entry entry ON entry.id = question.entry_id"
        " WHERE entry.intent = ? AND question.kind = 'question' AND question.before IS NULL"
        " ORDER BY entry.id, question.position",
        [intent],
    )


def read_brought_sources(reader: SqlReader) -> list[tuple[str, str]]:
    """The name of each source that came with a pack, and what the pack said of itself, as it was written."""
    return reader.rows(
        "SELECT source.name, pack.after FROM history_change pack"
        " JOIN history_change source ON source.entry_id = pack.entry_id"
        " JOIN history_entry entry ON entry.id = pack.entry_id"
        " WHERE pack.kind = 'pack' AND pack.before IS NULL AND source.kind = 'source' AND source.before IS NULL"
        " AND entry.intent <> 'describe record' ORDER BY pack.entry_id, source.name"
    )
