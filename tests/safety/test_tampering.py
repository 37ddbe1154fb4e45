"""Whoever has the file or owns the database can change it past the program: what `check` then says, on both engines."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from forecasts.db.history import entry_hash
from forecasts.db.tables import table
from forecasts.domain.formats import instant_text
from forecasts.errors import DatabaseUnusableError, ForecastsError, InvalidInputError
from forecasts.services.check import check_layout, check_ledger
from forecasts.services.receipts import Receipt, ledger_receipt, read_receipt
from tests.filling import resolve_some
from tests.safety.conftest import opened, tamper

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger
    from tests.conftest import HeldClock


def findings(address: str, against: Receipt | None = None) -> str:
    """What a check finds, area by area."""
    with opened(address) as ledger:
        return "\n".join(f"{found.area}: {found.what}" for found in check_ledger(ledger, against=against).findings)


def receipt_of(address: str) -> Receipt:
    """What `check` prints, read back."""
    with opened(address) as ledger:
        return read_receipt(check_ledger(ledger).receipt)


def test_an_untouched_ledger_has_no_findings_and_a_receipt(seeded_ledger: Ledger) -> None:
    resolve_some(seeded_ledger)
    told: list[tuple[str, int, int]] = []
    report = check_ledger(seeded_ledger, progress=lambda *step: told.append(step))
    assert report.findings == ()
    assert report.entries == 5
    receipt = read_receipt(report.receipt)
    assert (receipt.day, receipt.entry) == ("2026-11-21", 5)
    assert {what for what, _, _ in told} >= {"Checking the history", "Comparing records with the history"}
    assert ("Checking the history", 5, 5) in told
    with seeded_ledger.snapshot() as moment:
        assert ledger_receipt(moment.reader, seeded_ledger.today()) == report.receipt
    resolve_some(seeded_ledger, 2)
    assert check_ledger(seeded_ledger, against=receipt).findings == ()


def test_a_clock_that_went_backwards_is_noted(seeded_ledger: Ledger, clock: HeldClock) -> None:
    resolve_some(seeded_ledger, 1)
    clock.move(days=-3)
    resolve_some(seeded_ledger, 1)
    report = check_ledger(seeded_ledger)
    assert report.findings == ()
    assert [note.what for note in report.notes if note.area == "history"] == [
        "entry 4 is dated before an earlier one, and 1 more: a clock went backwards, or was set"
    ]


def test_an_empty_ledger_has_no_receipt(empty_ledger: Ledger) -> None:
    report = check_ledger(empty_ledger)
    assert (report.findings, report.receipt, report.entries) == ((), "", 0)
    with empty_ledger.snapshot() as moment:
        assert ledger_receipt(moment.reader, empty_ledger.today()) == ""


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE history_entry SET analyst = 'nobody' WHERE id = 3",
            "history: entry 3 is not as it was committed",
        ),
        (
            "UPDATE history_entry SET change_count = 7 WHERE id = 3",
            "history: the changes of entry 3 are not those that were committed",
        ),
        (
            (
                'UPDATE history_change SET after = replace(after, \'"note":"seen"\', \'"note":"not seen"\')'
                " WHERE entry_id = 3"
            ),
            "history: the changes of entry 3 are not those that were committed",
        ),
        (
            "UPDATE history_change SET after = '[1, 2' WHERE entry_id = 3 AND position = 1",
            "history: the changes of entry 3 cannot be read",
        ),
        (
            "DELETE FROM history_change WHERE entry_id = 3 AND position = 1",
            "history: the changes of entry 3 are not those that were committed",
        ),
        ("UPDATE resolution SET outcome = 'yes' WHERE outcome = 'no'", "content: resolution"),
        ("UPDATE source SET name = 'Somebody else' WHERE slug = 'chan-kung'", "content: source chan-kung is not as"),
        ("UPDATE prediction SET high = 1 WHERE high_derived = {true}", "has columns that do not follow"),
        ("UPDATE question SET search_key = 'x' WHERE id = 1", "has columns that do not follow from the record"),
        ("DELETE FROM passage WHERE id = 3", "is in the history but gone"),
    ],
)
def test_each_change_past_the_program_is_found(some_resolved: str, statement: str, found: str) -> None:
    true = "true" if some_resolved.startswith("postgresql") else "1"
    tamper(some_resolved, statement.replace("{true}", true))
    assert found in findings(some_resolved)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_record_whose_words_are_not_ours_is_told_and_not_a_traceback(some_resolved: str) -> None:
    tamper(some_resolved, "PRAGMA ignore_check_constraints = ON", "UPDATE source SET kind = 'robot' WHERE id = 2")
    assert "content: the source records cannot be read" in findings(some_resolved)
    assert "storage: CHECK constraint failed in source" in findings(some_resolved)


def rows_of(address: str) -> list[dict[str, Any]]:
    """The history's entries."""
    with opened(address) as ledger, ledger.read() as connection:
        query = sa.text("SELECT * FROM history_entry ORDER BY id")
        return [dict(row) for row in connection.execute(query).mappings()]


def forge(address: str) -> None:
    """What a careful forger does: another outcome in the record and its history, and every hash after it made anew."""
    tamper(
        address,
        "UPDATE resolution SET note = 'forged' WHERE id = 1",
        'UPDATE history_change SET after = replace(after, \'"note":"seen"\', \'"note":"forged"\'),'
        ' before = replace(before, \'"note":"seen"\', \'"note":"forged"\')'
        " WHERE name IN (SELECT name FROM history_change WHERE entry_id = 2 AND kind = 'resolution')",
    )
    with opened(address) as ledger, ledger.read() as connection:
        query = "SELECT entry_id, kind, name, before, after FROM history_change ORDER BY entry_id, position"
        changes = connection.execute(sa.text(query)).all()
    previous, statements = "", []
    for row in rows_of(address):
        lines = [
            json.dumps(
                [kind, name, json.loads(before) if before else None, json.loads(after) if after else None],
                sort_keys=True,
                separators=(",", ":"),
                ensure_ascii=False,
            )
            for entry, kind, name, before, after in changes
            if entry == row["id"]
        ]
        digest = hashlib.sha256("\n".join(["forecasts.change.v1", *lines, ""]).encode()).hexdigest()
        at = row["at"] if isinstance(row["at"], str) else instant_text(row["at"])
        fields = {**row, "changes_digest": digest, "previous_hash": previous, "at": at}
        fields.pop("hash")
        new = entry_hash(fields)
        statements.append(
            f"UPDATE history_entry SET changes_digest = '{digest}', previous_hash = '{previous}', hash = '{new}'"  # noqa: S608 - digests
            f" WHERE id = {row['id']}"
        )
        previous = new
    tamper(address, *statements)


def test_a_careful_forgery_is_found_by_whoever_kept_a_receipt(some_resolved: str) -> None:
    receipt = receipt_of(some_resolved)
    forge(some_resolved)
    assert findings(some_resolved) == "", "nothing within the ledger tells"
    told = findings(some_resolved, receipt)
    assert told == f"receipt: the history does not continue the receipt of {receipt.day} (entry {receipt.entry})"


def test_a_cut_tail_is_found_by_whoever_kept_a_receipt(some_resolved: str) -> None:
    receipt = receipt_of(some_resolved)
    tamper(
        some_resolved,
        "DELETE FROM history_change WHERE entry_id = (SELECT max(id) FROM history_entry)",
        "DELETE FROM history_entry WHERE id = (SELECT max(id) FROM history_entry)",
    )
    assert "receipt: the history does not continue" in findings(some_resolved, receipt)
    assert "content: resolution" in findings(some_resolved), "the records are ahead of the history that is left"


def test_a_hole_in_the_history_is_found(some_resolved: str) -> None:
    tamper(
        some_resolved,
        "DELETE FROM history_change WHERE entry_id = 3",
        "DELETE FROM history_entry WHERE id = 3",
    )
    assert "history: entry 3 is missing" in findings(some_resolved)


def test_a_missing_guard_is_found(empty_address: str) -> None:
    on = " ON history_entry" if empty_address.startswith("postgresql") else ""
    with opened(empty_address) as ledger:
        ledger.database.write(lambda c: c.exec_driver_sql(f"DROP TRIGGER guard_history_entry_update{on}"))
    assert findings(empty_address) == "schema: guard_history_entry_update is missing"


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("ALTER TABLE evidence DISABLE TRIGGER guard_evidence_delete", "guard_evidence_delete differs from the schema"),
        (
            (
                "CREATE OR REPLACE FUNCTION guard_append_only() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RETURN NEW; END $$"
            ),
            "guard_append_only() differs from the schema",
        ),
        ("ALTER TABLE reading DROP CONSTRAINT ck_reading_range_order", "ck_reading_range_order is missing"),
        (
            (
                "DROP INDEX uq_resolution_in_force;\n"
                "CREATE UNIQUE INDEX uq_resolution_in_force ON resolution (question_id, id)"
            ),
            "uq_resolution_in_force differs from the schema",
        ),
        ("ALTER TABLE source ALTER note DROP NOT NULL", "source.note differs from the schema"),
        ("ALTER TABLE source ADD extra text", "source.extra is not part of the schema"),
        (
            "CREATE TRIGGER quiet BEFORE INSERT ON resolution FOR EACH ROW EXECUTE FUNCTION guard_append_only()",
            "quiet is not part of the schema",
        ),
        (
            "CREATE RULE quiet AS ON UPDATE TO prediction DO INSTEAD NOTHING",
            "the rule quiet is not part of the schema",
        ),
        (
            "CREATE RULE quiet AS ON INSERT TO history_entry DO ALSO SELECT 1",
            "the rule quiet is not part of the schema",
        ),
        (
            "CREATE FUNCTION guard_append_only(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
            "guard_append_only(text) is not part of the schema",
        ),
        (
            "ALTER FUNCTION guard_history_order SET search_path = elsewhere",
            "guard_history_order() differs from the schema",
        ),
        ("ALTER FUNCTION guard_append_only SECURITY DEFINER", "guard_append_only() differs from the schema"),
        (
            (
                "CREATE OR REPLACE FUNCTION guard_append_only() RETURNS trigger LANGUAGE plpgsql AS"
                " $$\nBEGIN RAISE EXCEPTION '%% is Append-only: %% is refused', TG_TABLE_NAME, TG_OP; END $$"
            ),
            "guard_append_only() differs from the schema",
        ),
        ("ALTER TABLE prediction ENABLE ROW LEVEL SECURITY", "row security of prediction is not part of the schema"),
        ("CREATE POLICY quiet ON prediction USING (false)", "the policy quiet is not part of the schema"),
        ("GRANT UPDATE ON history_entry TO PUBLIC", "PUBLIC may UPDATE history_entry"),
        ("GRANT UPDATE (outcome) ON resolution TO PUBLIC", "PUBLIC may UPDATE resolution (outcome)"),
        ("GRANT TRIGGER ON prediction TO pg_monitor", "pg_monitor may TRIGGER prediction"),
        ("ALTER TABLE reminder OWNER TO pg_monitor", "reminder belongs to pg_monitor, who does not own the history"),
        ("ALTER TABLE reminder SET UNLOGGED", "unlogged storage of reminder is not part of the schema"),
        (
            "CREATE TABLE more (LIKE reminder) INHERITS (reminder)",
            "a table that inherits from reminder is not part of the schema",
        ),
        (
            "ALTER TABLE prediction DISABLE TRIGGER ALL",
            "a switched off reference of prediction is not part of the schema",
        ),
    ],
)
@pytest.mark.parametrize("engine", ["postgresql"])
def test_each_change_of_a_servers_schema_is_found(empty_address: str, statement: str, found: str) -> None:
    with opened(empty_address) as ledger:
        for part in statement.split(";\n"):
            ledger.database.write(lambda connection, part=part: connection.exec_driver_sql(part))  # type: ignore[misc]
    assert findings(empty_address) == f"schema: {found}"


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DROP INDEX uq_resolution_in_force", "uq_resolution_in_force is missing"),
        ("ALTER TABLE source ADD extra TEXT", "source differs from the schema"),
        ("CREATE TABLE extra (id INTEGER)", "extra is not part of the schema"),
        (
            (
                "DROP TRIGGER guard_evidence_update;\nCREATE TRIGGER guard_evidence_update BEFORE UPDATE ON evidence"
                " BEGIN SELECT \"RAISE(ABORT, 'evidence is append-only: rows are never updated')\"; END"
            ),
            "guard_evidence_update differs from the schema",
        ),
        ("CREATE TRIGGER quiet BEFORE UPDATE ON prediction BEGIN SELECT RAISE(IGNORE); END", "quiet is not part of"),
        ("ALTER TABLE alembic_version ADD note TEXT", "alembic_version differs from the schema"),
        ("DROP VIEW predictions", "predictions is missing"),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"])
def test_each_change_of_a_files_schema_is_found(empty_address: str, statement: str, found: str) -> None:
    with opened(empty_address) as ledger:
        for part in statement.split(";\n"):
            ledger.database.write(lambda connection, part=part: connection.exec_driver_sql(part))  # type: ignore[misc]
    assert findings(empty_address).startswith(f"schema: {found}")


def test_statistics_are_no_change_of_the_schema(empty_address: str) -> None:
    with opened(empty_address) as ledger:
        ledger.database.write(lambda connection: connection.exec_driver_sql("ANALYZE"))
    assert findings(empty_address) == ""


def test_a_ledger_without_one_of_its_tables_is_refused_by_its_name(empty_address: str) -> None:
    with opened(empty_address) as ledger:
        ledger.database.write(lambda connection: connection.exec_driver_sql("DROP TABLE reminder"))
    with pytest.raises(DatabaseUnusableError, match=r"the table reminder is missing.* or changed past the program"):
        findings(empty_address)
    (found,) = check_layout(empty_address)
    assert (found.area, found.what) == ("schema", "the table reminder is missing")
    assert "`forecasts restore --list`" in found.advice


@pytest.mark.parametrize("text", ["", "forecasts-receipt", "forecasts-receipt v1 2026-11-21 entry x sha256:00"])
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="no receipt"):
        read_receipt(text)


def test_a_receipt_is_read_out_of_the_text_around_it(seeded_address: str) -> None:
    receipt = receipt_of(seeded_address)
    assert read_receipt(f"Printed:\n> {receipt} (kept)\n") == receipt


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_entry SET analyst = 'x'",
        "DELETE FROM history_entry",
        "UPDATE history_change SET name = 'x'",
        "DELETE FROM history_change",
        "DELETE FROM resolution",
        "UPDATE resolution SET outcome = 'yes'",
        "UPDATE evidence SET title = 'x'",
        (
            "INSERT INTO history_entry SELECT 900, at, analyst, login, intent, summary, reason, NULL, change_count,"
            " changes_digest, previous_hash, 'h' FROM history_entry WHERE id = 1"
        ),
    ],
)
def test_the_database_itself_refuses_to_rewrite(some_resolved: str, statement: str) -> None:
    with opened(some_resolved) as ledger:
        if "evidence" in statement:
            blank = {column.name: "" for column in table("evidence").c if not column.nullable}
            insert = sa.insert(table("evidence")).values({**blank, "resolution_id": 1, "position": 9, "title": "t"})
            ledger.database.write(lambda connection: connection.execute(insert))
        with pytest.raises(ForecastsError, match="append-only"):
            ledger.database.write(lambda connection: connection.exec_driver_sql(statement))


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE"])
def test_replace_does_not_walk_past_the_guards(some_resolved: str, verb: str) -> None:
    with opened(some_resolved) as ledger:
        before = findings(some_resolved)
        forged = f"{verb} INTO history_entry SELECT id, at, 'forged', login, intent, summary, reason, undoes_id,"
        forged += " change_count, changes_digest, previous_hash, hash FROM history_entry WHERE id = 1"
        with pytest.raises(ForecastsError, match="append-only"):
            ledger.database.write(lambda connection: connection.exec_driver_sql(forged))
        assert findings(some_resolved) == before == ""


@pytest.mark.parametrize("engine", ["postgresql"])
@pytest.mark.parametrize("table", ["history_entry CASCADE", "history_change", "resolution CASCADE", "question CASCADE"])
def test_truncate_is_refused(some_resolved: str, table: str) -> None:
    with opened(some_resolved) as ledger, pytest.raises(ForecastsError, match="append-only"):
        ledger.database.write(lambda connection: connection.exec_driver_sql(f"TRUNCATE {table}"))
