"""The hash chain: the same bytes for ever, and any change of what was hashed gives another hash."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from forecasts.db.engine import reader_of
from forecasts.db.history import Changes, NewEntry, append, changes_digest, entry_hash
from forecasts.db.queries.history import newest_undoable, read_entries, read_entry
from forecasts.db.queries.home import newest_entry
from forecasts.db.tables import table
from forecasts.domain.formats import instant_text
from forecasts.domain.views import RecordChange
from tests.conftest import NOW

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger

CHANGES = (
    RecordChange(
        kind="source", name="chan-kung", before=None, after={"slug": "chan-kung", "name": "Чан Кун", "note": 'a "b"\n'}
    ),
    RecordChange(kind="prediction", name="p1", before={"probability": 0.1}, after={"probability": 0.30000000000000004}),
)
ENTRY = NewEntry(
    at=NOW, analyst="A. Analyst", intent="resolve question", summary="Out by 23 January?: yes", changes=Changes(CHANGES)
)

CHANGE_LINES = (
    "forecasts.change.v1\n"
    '["source","chan-kung",null,{"name":"Чан Кун","note":"a \\"b\\"\\n","slug":"chan-kung"}]\n'
    '["prediction","p1",{"probability":0.1},{"probability":0.30000000000000004}]\n'
)
ENTRY_LINES = (
    "forecasts.history.v1\n"
    '{"analyst":"A. Analyst","at":"2026-11-21T12:00:00.000000Z","change_count":2,"changes_digest":"DIGEST","id":1,'
    '"intent":"resolve question","previous_hash":"","reason":"","summary":"Out by 23 January?: yes","undoes_id":null}'
)
GOLDEN_CHANGES = hashlib.sha256(CHANGE_LINES.encode()).hexdigest()
GOLDEN_ENTRY = hashlib.sha256(ENTRY_LINES.replace("DIGEST", GOLDEN_CHANGES).encode()).hexdigest()


def _fields(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "hash"} | {"at": instant_text(row["at"])}


def _rehashed(connection: sa.Connection) -> list[tuple[str, str, str]]:
    """Of every entry the hash that stands there, the one that its content gives, and the digest that its changes do."""
    entry, change = table("history_entry"), table("history_change")
    found = []
    for row in connection.execute(sa.select(entry).order_by(entry.c.id)).mappings():
        query = sa.select(change).where(change.c.entry_id == row["id"]).order_by(change.c.position)
        changes = [
            RecordChange(kind=part["kind"], name=part["name"], before=part["before"], after=part["after"])
            for part in connection.execute(query).mappings()
        ]
        digest = changes_digest(Changes(changes))
        found.append((row["hash"], entry_hash(_fields(row) | {"changes_digest": digest}), digest))
    return found


def test_golden_bytes() -> None:
    """Written out by hand, and as two numbers that no version of the program may change."""
    assert GOLDEN_CHANGES == "e7e5ffd124846ba7f8e77a7878f6a9d4f309ca549efa7e5970e212e42f31cc6d"
    assert changes_digest(Changes(CHANGES)) == GOLDEN_CHANGES
    fields = {
        "id": 1, "at": "2026-11-21T12:00:00.000000Z", "analyst": "A. Analyst", "intent": "resolve question",
        "summary": "Out by 23 January?: yes", "reason": "", "undoes_id": None, "change_count": 2,
        "changes_digest": GOLDEN_CHANGES, "previous_hash": "",
    }  # fmt: skip
    assert entry_hash(fields) == GOLDEN_ENTRY
    assert GOLDEN_ENTRY == "152c2bc0b282a18868524e95bc258f3c97e4ff8b4092e8745c5b600a7103e762"


def test_entries_are_chained_and_hash_to_what_stands_there(empty_ledger: Ledger) -> None:
    numbers = empty_ledger.database.write(lambda connection: [append(connection, ENTRY) for _ in range(3)])
    assert numbers == [1, 2, 3]
    with empty_ledger.read() as connection:
        found = _rehashed(connection)
        assert [stored for stored, _, _ in found] == [again for _, again, _ in found]
        assert newest_entry(reader_of(connection))[0] == 3
        rows = connection.execute(sa.select(table("history_entry")).order_by(sa.column("id"))).mappings().all()
    assert entry_hash({**_fields(rows[0]), "login": ""}) == GOLDEN_ENTRY
    assert (rows[0]["hash"] == GOLDEN_ENTRY) is not bool(rows[0]["login"])  # which a server alone knows
    assert [row["previous_hash"] for row in rows] == ["", *(row["hash"] for row in rows[:-1])]
    assert {row["changes_digest"] for row in rows} == {GOLDEN_CHANGES}


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_entry SET summary = 'forged' WHERE id = 2",
        "UPDATE history_entry SET analyst = 'somebody else' WHERE id = 2",
        "UPDATE history_entry SET at = '2026-11-21T12:00:00.000001Z' WHERE id = 2",
        "UPDATE history_change SET after = '{\"probability\":0.3}' WHERE entry_id = 2 AND position = 2",
        "UPDATE history_change SET name = 'p2' WHERE entry_id = 2 AND position = 2",
        "UPDATE history_change SET position = 3 - position + 10 WHERE entry_id = 2",
        "DELETE FROM history_change WHERE entry_id = 2 AND position = 1",
    ],
)
def test_tampering_changes_what_rehashing_gives(engine: str, empty_ledger: Ledger, statement: str) -> None:
    """By somebody who takes the guards away, as whoever has the file can."""

    def forge(connection: sa.Connection) -> None:
        for _ in range(3):
            append(connection, ENTRY)
        for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(statement)

    assert empty_ledger.database.backend == engine
    empty_ledger.database.write(forge)
    with empty_ledger.read() as connection:
        found = _rehashed(connection)
    assert [stored == again for stored, again, _ in found] == [True, False, True]


def test_entries_come_back_as_they_were_appended(empty_ledger: Ledger) -> None:
    empty_ledger.database.write(lambda connection: append(connection, ENTRY))
    with empty_ledger.reader() as reader:
        entry = read_entry(reader, 1)
        assert entry is not None
        assert (entry.at, entry.analyst, entry.intent) == (NOW, "A. Analyst", "resolve question")
        assert (entry.summary, entry.changes, entry.change_count) == (ENTRY.summary, CHANGES, 2)
        assert read_entry(reader, 2) is None
        (short,) = read_entries(reader, changes_at_most=1)
        assert short.changes == CHANGES[:1]
        assert short.change_count == 2


def _entry(number: int | None = None, *changes: RecordChange) -> NewEntry:
    return NewEntry(at=NOW, analyst="a", intent="i", summary="s", changes=Changes(changes), undoes=number)


def test_what_can_be_undone_next(empty_ledger: Ledger) -> None:
    """An undo is not undone by the next undo; what was done again can be."""

    def next_after(*undoes: int | None) -> int | None:
        def work(connection: sa.Connection) -> None:
            for number in undoes:
                append(connection, _entry(number))
            chosen.append(newest_undoable(reader_of(connection)))
            raise LookupError

        chosen: list[int | None] = []
        with pytest.raises(LookupError):
            empty_ledger.database.write(work)
        return chosen[0]

    assert next_after() is None
    assert next_after(None, None) == 2
    assert next_after(None, None, 2) == 1
    assert next_after(None, None, 2, 1) is None
    assert next_after(None, None, 2, 3) == 4  # done, undone, done again
    assert next_after(None, None, 2, 3, 4) == 1


def test_history_of_one_record_is_its_own(empty_ledger: Ledger) -> None:
    names = [
        ("question", "out"),
        ("resolution", "out / 2026-11-21T12:00:00.000000Z"),
        ("question", "out-of-it"),
        ("resolution", "out-of-it / 2026-11-21T12:00:00.000000Z"),
        ("source", "out"),
        ("question", "o_t"),
    ]

    def work(connection: sa.Connection) -> None:
        for kind, name in names:
            append(connection, _entry(None, RecordChange(kind=kind, name=name, before=None, after={})))

    empty_ledger.database.write(work)
    with empty_ledger.reader() as reader:
        assert [row.entry for row in read_entries(reader, kind="question", name="out")] == [1]
        assert [row.entry for row in read_entries(reader, kind="question", name="o_t")] == [6]
        assert [row.entry for row in read_entries(reader, kind="source", name="out")] == [5]
        assert [row.entry for row in read_entries(reader, kind="resolution", name="out")] == [2]
        assert [row.entry for row in read_entries(reader, before=3, limit=1)] == [2]
