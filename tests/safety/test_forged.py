"""What whoever has the file can change so that the record reads the same and something else follows: all of it is
found, and where no record was touched, made anew."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from forecasts.db.derived import make_derived
from forecasts.db.integrity import schema_problems
from forecasts.db.tables import metadata
from forecasts.domain.intents import LoadPacks, MergeSources, UndoChange
from forecasts.services.check import check_ledger, rebuild_ledger
from forecasts.services.load import load_packs
from forecasts.services.merge import merge_sources
from forecasts.services.undo import undo_change
from tests.filling import fill
from tests.safety.conftest import opened, tamper
from tests.services.packs import HEAD, PEOPLE, PREDICTION, QUESTION, RESOLUTION, pack

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger

DIGITS = "replace({0}, '-', '')"
"""A date as ISO 8601 also writes it: read it is the same day, compared as text it is later than any other."""


def findings(address: str) -> list[str]:
    with opened(address) as ledger:
        return [f"{found.area}: {found.what}" for found in check_ledger(ledger).findings]


def forged(address: str, statement: str) -> list[str]:
    """What a check finds after a change of a ledger in which nothing is wrong."""
    tamper(address, *statement.split(";"))
    return findings(address)


def test_nothing_is_found_in_what_the_program_does_itself(seeded_ledger: Ledger, tmp_path: Path) -> None:
    fill(seeded_ledger)
    made_at = PREDICTION + "made_on = 2022-01-10\nmade_at = 2022-01-10T09:05:00Z\n"
    packs = (pack(tmp_path, HEAD.replace("small", "another"), PEOPLE, QUESTION, made_at, RESOLUTION),)
    for _ in range(2):
        load_packs(seeded_ledger, LoadPacks(paths=packs))
        assert load_packs(seeded_ledger, LoadPacks(paths=packs)).conflicts == ()
        merge_sources(seeded_ledger, MergeSources(gone="seer", kept="chan-kung", reason="The same."))
        assert check_ledger(seeded_ledger).findings == ()
        for _ in range(2):
            undo_change(seeded_ledger, UndoChange())
            assert check_ledger(seeded_ledger).findings == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE prediction_speaker SET position = position + 5 WHERE prediction_id = 1",
        "UPDATE question_option SET position = position + 5",
        "UPDATE question SET version = version + 1 WHERE id = 3",
        "UPDATE source SET version = 7 WHERE id = 3",
    ],
)
def test_what_reads_the_same_and_is_another_row_is_found_and_made_anew(filled_address: str, statement: str) -> None:
    assert forged(filled_address, statement)
    rebuild_ledger(filled_address)
    assert findings(filled_address) == []


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("table", "column", "to"),
    [
        ("question", "resolves_on", f"CASE id WHEN 3 THEN {DIGITS} ELSE {{0}} END"),
        ("article", "published_last_on", DIGITS),
        ("resolution", "known_last_on", DIGITS),
        ("question_reference", "as_of", DIGITS),
        ("reminder", "remind_on", DIGITS),
        ("evidence", "published_on", DIGITS),
        ("source", "aliases", "' ' || {0}"),
    ],
)
def test_what_is_written_otherwise_is_found_and_made_anew(
    filled_address: str, table: str, column: str, to: str
) -> None:
    set_it = f"UPDATE {table} SET {column} = {to.format(column)}"  # noqa: S608 - ours
    assert any("do not follow" in found for found in forged(filled_address, set_it))
    rebuild_ledger(filled_address)
    assert findings(filled_address) == []


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_zero_with_a_sign_is_found(filled_address: str) -> None:
    assert forged(filled_address, "UPDATE reading SET probability = '-0' WHERE probability = 0")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_change SET position = position + 1000000 WHERE entry_id = 2",
        "UPDATE history_change SET after = ' ' || after WHERE entry_id = 2",
        """UPDATE history_change SET after = '{"slug":"x",' || substr(after, 2) WHERE entry_id = 1 AND position = 9""",
        "UPDATE history_change SET before = 'null' WHERE entry_id = 1 AND position = 2",
        "UPDATE history_change SET before = '' WHERE entry_id = 1 AND position = 2",
        "UPDATE passage SET id = id + 1000 WHERE id = (SELECT min(id) FROM passage)",
        "UPDATE passage SET id = 2147483647 WHERE id = (SELECT max(id) FROM passage)",
        "UPDATE loaded_record SET digest = 'x' WHERE kind = 'source' AND name = 'chan-kung'",
        "UPDATE loaded_record SET digest = 'removed here' WHERE kind = 'prediction'",
        (
            "INSERT INTO text_copy VALUES ('2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881', 'x')"
            # the SHA-256 of x
        ),
        "INSERT INTO alembic_version VALUES ('0002')",
    ],
)
def test_what_no_record_shows_is_found(filled_address: str, statement: str) -> None:
    assert forged(filled_address, statement)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_an_instant_of_the_history_is_held_to_its_letters(filled_address: str) -> None:
    assert forged(filled_address, "UPDATE history_entry SET at = replace(at, '.000000Z', '.0Z') WHERE id = 1") == [
        "history: entry 1 is not as it was committed"
    ]


_PAST_SQLITE = {
    "sqlite_quiet is not part of the schema": """
INSERT INTO sqlite_master VALUES ('trigger', 'sqlite_quiet', 'prediction', 0,
 'CREATE TRIGGER sqlite_quiet BEFORE UPDATE ON prediction BEGIN SELECT RAISE(IGNORE); END');""",
    "ix_question_resolves_on differs from the schema": """
UPDATE sqlite_master SET rowid = (SELECT max(rowid) + 1 FROM sqlite_master) WHERE name = 'ix_question_resolves_on';
INSERT INTO sqlite_master (rowid, type, name, tbl_name, rootpage, sql) SELECT min(a.rowid) + 1, 'trigger',
 'ix_question_resolves_on', 'prediction', 0,
 'CREATE TRIGGER ix_question_resolves_on BEFORE UPDATE ON prediction BEGIN SELECT RAISE(IGNORE); END'
 FROM sqlite_master AS a WHERE a.rowid > (SELECT rowid FROM sqlite_master WHERE name = 'prediction')
 AND NOT EXISTS (SELECT 1 FROM sqlite_master AS b WHERE b.rowid = a.rowid + 1);""",
    "prediction differs from the schema": """
UPDATE sqlite_master SET sql = replace(sql, 'low IS NULL', 'low IS "NULL"') WHERE name = 'prediction';""",
}
"""What is found, and how it came there."""


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("found", _PAST_SQLITE)
def test_a_schema_that_is_written_past_sqlite_is_found(seeded_address: str, found: str) -> None:
    with closing(sqlite3.connect(seeded_address, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.executescript(_PAST_SQLITE[found])
        version = connection.execute("PRAGMA schema_version").fetchone()[0]
        connection.execute(f"PRAGMA schema_version = {version + 1}")
    assert f"schema: {found}" in findings(seeded_address)


_SUPPRESS = "FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"


@pytest.mark.parametrize("engine", ["postgresql"])
@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            f"CREATE TRIGGER guard_evidence_delete BEFORE UPDATE ON prediction {_SUPPRESS}",
            "guard_evidence_delete differs",
        ),
        ("ALTER TABLE pack ADD CONSTRAINT ck_reading_range_order CHECK (true)", "ck_reading_range_order differs"),
        ("ALTER TABLE alembic_version ADD x integer", "alembic_version.x is not part"),
        ("ALTER VIEW predictions SET (security_barrier = true)", "predictions differs"),
        ("CREATE CAST (text AS date) WITH INOUT AS IMPLICIT", "the cast from text to date"),
        ("CREATE DOMAIN word AS text", "the type word"),
        ("CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)", "the operator"),
        ("CREATE INDEX prediction_words ON prediction (slug)", "prediction_words is not part"),
    ],
)
def test_what_a_server_s_owner_can_put_in_the_way_is_found(seeded_address: str, statement: str, found: str) -> None:
    if "prediction_words" in statement:
        tamper(seeded_address, "DROP INDEX IF EXISTS prediction_words")
    tamper(seeded_address, *statement.split(";"))
    assert any(found in what for what in findings(seeded_address)), findings(seeded_address)


@pytest.mark.parametrize("engine", ["postgresql"])
@pytest.mark.parametrize(
    ("setting", "found"),
    [
        ("search_path = public, pg_catalog", "search_path"),
        ("session_replication_role = replica", "session_replication_role"),
        ("extra_float_digits = -14", ""),
        ("datestyle = 'SQL, DMY'", ""),
    ],
)
def test_settings_of_a_database_are_found_or_change_nothing(seeded_address: str, setting: str, found: str) -> None:
    assert findings(seeded_address) == []
    name = seeded_address.partition("?")[0].rpartition("/")[2]
    tamper(seeded_address, f"ALTER DATABASE {name} SET {setting}")
    said = findings(seeded_address)
    assert len(said) == bool(found)
    assert all(found in what for what in said)


def test_a_file_in_another_encoding_is_found(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'l.db'}", poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA encoding = 'UTF-16le'")
        metadata().create_all(connection)
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        make_derived(connection)
        assert "the text of the file is encoded as UTF-16le, not as UTF-8" in schema_problems(connection)
