"""The models, the migrations and the guards say the same schema, on both engines, down to the text of each CHECK."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from forecasts.db.address import NEWEST_REVISION, read_address
from forecasts.db.derived import make_derived, postgresql_guards, sqlite_guards
from forecasts.db.engine import Database
from forecasts.db.migrate import changing_schema, run_revisions, upgrade
from forecasts.db.readable import VIEWS, drop_views
from forecasts.db.reader import require_current
from forecasts.db.rescoring import MARKS, mark_triggers
from forecasts.db.tables import metadata
from forecasts.errors import DatabaseUnusableError
from forecasts.files import make_exclusive
from forecasts.paths import migrations_folder
from tests.db.catalogues import catalogue, differences

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def database(new_address: str) -> Iterator[Database]:
    """A database with nothing in it."""
    address = read_address(new_address)
    if address.path is not None:
        os.close(make_exclusive(address.path))
    made = Database(address)
    yield made
    made.close()


@pytest.fixture
def migrated(empty_address: str) -> Iterator[Database]:
    """A database made by the migrations."""
    made = Database(read_address(empty_address))
    yield made
    made.close()


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    return ScriptDirectory.from_config(config)


def test_newest_revision_in_the_code_is_the_head_of_the_migrations() -> None:
    assert _scripts().get_heads() == [NEWEST_REVISION]


def test_revisions_sort_as_text_in_the_order_in_which_they_follow() -> None:
    revisions = [script.revision for script in _scripts().walk_revisions()]
    assert revisions == sorted(revisions, reverse=True)  # what is newer is told from what is older by text


def test_migrated_schema_is_the_one_of_the_models_and_guards(database: Database, migrated: Database) -> None:
    with database.engine.begin() as connection:
        _create(connection)
    with database.read() as made, migrated.read() as found:
        expected, actual = catalogue(made), catalogue(found)
    assert len(actual) > 80
    assert differences(expected, actual) == {}


def _create(connection: sa.Connection) -> None:
    metadata().create_all(connection)
    make_derived(connection)


def test_catalogue_sees_what_alembic_does_not(database: Database, migrated: Database) -> None:
    """The comparison itself: another CHECK text, a partial index without its WHERE, a trigger that is gone."""

    def create(connection: sa.Connection) -> None:
        _create(connection)
        on = "" if database.backend == "sqlite" else " ON evidence"
        connection.exec_driver_sql(f"DROP TRIGGER guard_evidence_update{on}")
        connection.exec_driver_sql("DROP INDEX uq_resolution_in_force")
        connection.exec_driver_sql("CREATE UNIQUE INDEX uq_resolution_in_force ON resolution (question_id)")

    with database.engine.begin() as connection:
        create(connection)
    with database.read() as made, migrated.read() as found:
        names = {key[2] for key in differences(catalogue(made), catalogue(found))}
    assert names == {"guard_evidence_update", "uq_resolution_in_force"}


def test_every_view_is_in_place_and_can_be_read(migrated: Database) -> None:
    with migrated.read() as connection:
        assert {name for kind, _, name in catalogue(connection) if kind == "view"} == VIEWS.keys()
        for name, view in VIEWS.items():
            found = connection.exec_driver_sql(f'SELECT * FROM "{name}"')  # noqa: S608 - our own name
            assert tuple(found.keys()) == tuple(view.columns)


def test_every_guard_is_in_place(migrated: Database) -> None:
    with migrated.read() as connection:
        found = {name for kind, _, name in catalogue(connection) if kind == "trigger"}
    assert found == set(sqlite_guards() | mark_triggers() if migrated.backend == "sqlite" else postgresql_guards())


def test_alembic_check_is_clean(migrated: Database) -> None:
    def check(connection: sa.Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(migrations_folder()))
        config.attributes["connection"] = connection
        command.check(config)

    migrated.write(check)


def test_every_table_is_strict_and_every_constraint_named(migrated: Database) -> None:
    tables = metadata().tables.values()
    assert all(table.dialect_options["sqlite"]["strict"] for table in tables)
    assert [constraint for table in tables for constraint in table.constraints if not constraint.name] == []
    if migrated.backend == "sqlite":
        with migrated.read() as connection:
            listed = connection.exec_driver_sql("PRAGMA table_list").mappings().all()
        strict = {row["name"] for row in listed if row["strict"]}
        assert strict == {*metadata().tables, MARKS}


def test_nothing_is_ever_deleted_by_cascade() -> None:
    keys = [key for table in metadata().tables.values() for key in table.foreign_keys]
    assert len(keys) > 20
    assert {(key.ondelete, key.onupdate, key.deferrable) for key in keys} == {("RESTRICT", None, None)}


def test_downgrade_leaves_nothing_and_upgrade_brings_everything_back(seeded_address: str) -> None:
    """With rows in the tables: what goes down is dropped with its rows, and what comes up is the whole schema."""
    database = Database(read_address(seeded_address))
    with database.read() as connection:
        before = catalogue(connection)
    with changing_schema(database.address) as connection:
        run_revisions(connection, "base")
    with database.read() as connection:
        assert catalogue(connection) == {}
    database.close()
    found, _ = upgrade(read_address(seeded_address))
    assert not found.is_newest
    database = Database(read_address(seeded_address))
    with database.read() as connection:
        assert differences(before, catalogue(connection)) == {}
    database.close()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("ALTER TABLE source RENAME COLUMN homepage TO site", "source.homepage is missing; source.site is unknown"),
        ("fewer words", "the words of ck_passage_reason_word"),
    ],
)
def test_a_ledger_of_before_the_first_release_is_known_by_what_it_holds(
    empty_address: str, change: str, told: str
) -> None:
    address = read_address(empty_address)
    database = Database(address)
    check = "ck_passage_reason_word"

    def make_older(connection: sa.Connection) -> None:
        drop_views(connection)
        if change != "fewer words":
            connection.exec_driver_sql(change)
        elif address.path is None:
            connection.exec_driver_sql(f"ALTER TABLE passage DROP CONSTRAINT {check}")
            connection.exec_driver_sql(f"ALTER TABLE passage ADD CONSTRAINT {check} CHECK (reason = 'norm')")
        else:
            connection.exec_driver_sql("PRAGMA writable_schema = ON")
            rewrite = sa.text("UPDATE sqlite_master SET sql = replace(sql, :word, :other)")
            connection.execute(rewrite, {"word": "'past-event'", "other": "'past'"})

    database.write(make_older)
    database.close()
    for use in (require_current, upgrade):
        with pytest.raises(DatabaseUnusableError, match=told) as refused:
            use(address)
        assert "forecasts export pack" in refused.value.advice


def test_whether_a_prediction_is_pointed_at_is_looked_up_not_searched_for(migrated: Database) -> None:
    with migrated.read() as connection:
        inspected = sa.inspect(connection)
        keys = inspected.get_foreign_keys("prediction")
        pointers = {key["constrained_columns"][0] for key in keys if key["referred_table"] == "prediction"}
        indexed = {index["column_names"][0] for index in inspected.get_indexes("prediction")}
    assert pointers
    assert pointers <= indexed
