"""A team on one PostgreSQL server: who may do what, and what happens when the server or the network does not help."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sqlalchemy as sa

from forecasts.db.address import read_address
from forecasts.db.derived import ANALYSTS, READERS, RESOLUTION_FIXED
from forecasts.db.engine import Database
from forecasts.db.history import ChangeRow, Changes, NewEntry, append
from forecasts.domain.intents import LoadPacks
from forecasts.domain.views import RecordChange
from forecasts.errors import DatabaseUnusableError
from forecasts.paths import seed_folder
from forecasts.services.check import check_ledger
from forecasts.services.export import export_pack
from forecasts.services.history import list_history
from forecasts.services.load import load_packs
from forecasts.services.overview import ledger_status
from forecasts.services.setup import set_up
from forecasts.text import strike_out, strike_out_of
from tests import postgres
from tests.conftest import NOW
from tests.faults import concurrency
from tests.faults.writing import add_counter, count_once, read_counter
from tests.filling import resolve_some
from tests.pages import ROOT, blocks, run
from tests.safety.conftest import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import HeldClock, Templates

DOCUMENT = ROOT / "docs" / "postgresql.md"


@dataclass(frozen=True)
class Team:
    """The addresses of one database, as the owner, an analyst and a reader have them."""

    owner: str
    analyst: str
    reader: str


@pytest.fixture(scope="module")
def team(templates: Templates) -> Iterator[Team]:
    """A database made as the documentation says, by its own words, then set up by its owner."""
    server = templates.server()
    if os.environ.get("FORECASTS_TEST_PG_URL"):
        pytest.skip("roles are tested on a server of our own, which asks for no password")
    name = f"team_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as admin:
        create_as_documented(admin, name)
    address = postgres.database_url(server, name)
    owner, analyst, reader = (login(address, who) for who in ("forecasts_owner", "ann", "rita"))
    set_up(owner, analyst="owner")
    yield Team(owner, analyst, reader)
    templates.drop(address)


def create_as_documented(admin: psycopg.Connection[Any], database: str) -> None:
    """The roles, where they are not there yet, and a database of another name."""
    sql = "\n".join(block.text for block in blocks(DOCUMENT) if block.language == "sql")
    for statement in sql.split(";"):
        words = statement.strip().replace("DATABASE forecasts", f"DATABASE {database}")
        role = re.match(r"CREATE ROLE (\w+)", words)
        known = admin.execute("SELECT rolname FROM pg_roles").fetchall()
        if words and not (role and (role[1],) in known):
            admin.execute(words.encode())


def login(address: str, who: str) -> str:
    """The address as somebody else has it."""
    return re.sub(r"//[^@/]*@", f"//{who}@", address)


def test_the_commands_of_the_documentation(team: Team, templates: Templates, seeded_file: Path, tmp_path: Path) -> None:
    """A database is set up, and a ledger is copied into an empty one and back; at other addresses."""
    address = postgres.database_url(templates.server(), f"empty_{os.getpid()}")
    with psycopg.connect(templates.server(), autocommit=True) as admin:
        create_as_documented(admin, f"empty_{os.getpid()}")

    def here(text: str, address: str) -> str:
        said = re.compile(r"postgresql://(\w+)@db\.example\.org/forecasts")
        return said.sub(lambda found: shlex.quote(login(address, found[1])), text)

    set_it_up, copy = (block.text for block in blocks(DOCUMENT) if block.language == "sh")
    folder = tmp_path / "reader"
    folder.mkdir()
    shutil.copyfile(seeded_file, folder / "ledger.db")
    try:
        there_and_back = here(copy, address).replace(" ledger.db", " back/ledger.db").replace("~/", "")
        done = run([here(set_it_up, team.owner), "mkdir back", there_and_back], folder)
        assert done.returncode == 0, done.stdout + done.stderr
    finally:
        templates.drop(address)
    with opened(str(folder / "back" / "ledger.db")) as back, opened(str(seeded_file)) as ledger:
        assert list_history(back)[0].hash == list_history(ledger)[0].hash


def refused(address: str, statement: str) -> str:
    """What a statement is refused with."""
    database = Database(read_address(address))
    try:
        with pytest.raises(DatabaseUnusableError) as told:
            database.write(lambda connection: connection.exec_driver_sql(statement))
    finally:
        database.close()
    return str(told.value)


def test_an_analyst_records_resolves_and_checks(team: Team) -> None:
    with opened(team.analyst, "Ann") as ledger:
        resolve_some(ledger)
        intent = LoadPacks(paths=(str(seed_folder()),), with_resolutions=True, supersede=True)
        assert load_packs(ledger, intent).added
        report = check_ledger(ledger)
        assert report.findings == ()
    assert ledger_status(team.analyst, today=NOW.date()).newest
    assert not set_up(team.analyst, analyst="Ann").created


@pytest.mark.parametrize(
    "lock",
    [
        f"SELECT pg_advisory_lock({0x46435354})",
        "LOCK TABLE loaded_record IN ACCESS SHARE MODE",
        "SELECT * FROM loaded_record, history_entry",
    ],
)
def test_no_lock_that_a_reader_can_take_stops_a_writer(team: Team, lock: str) -> None:
    with psycopg.connect(team.reader) as reader, opened(team.analyst, "Ann") as ledger:
        reader.execute(lock.encode())
        resolve_some(ledger, 1)


@pytest.mark.parametrize("mode", ["ROW SHARE", "ROW EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "ACCESS EXCLUSIVE"])
def test_a_reader_may_not_take_the_lock_of_a_writer(team: Team, mode: str) -> None:
    with psycopg.connect(team.reader) as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute(f"LOCK TABLE loaded_record IN {mode} MODE".encode())


def test_it_is_known_under_which_login_an_entry_was_made(team: Team) -> None:
    with opened(team.analyst, "Somebody else") as ledger:
        resolve_some(ledger, 1)
        entry = list_history(ledger)[0]
        assert (entry.analyst, entry.login, entry.who) == ("Somebody else", "ann", "Somebody else (ann)")
        assert check_ledger(ledger).findings == ()


FORGED = """INSERT INTO history_entry SELECT {id}, at, analyst, {login}, intent, summary, reason, NULL, {count},
 changes_digest, {previous}, {hash} FROM history_entry WHERE id = 1"""
NEXT = "(SELECT max(id) + 1 FROM history_entry)"
NEWEST = "(SELECT hash FROM history_entry ORDER BY id DESC LIMIT 1)"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (FORGED.format(id=NEXT, login="'rita'", count=0, previous=NEWEST, hash="'x'"), "the login of whoever adds it"),
        (FORGED.format(id=NEXT, login="'ann'", count=0, previous=NEWEST, hash="'x'"), "the hash is not that"),
        (FORGED.format(id=NEXT, login="'ann'", count=0, previous="'x'", hash="'x'"), "only added at the end"),
        (FORGED.format(id="-1", login="'ann'", count=0, previous=NEWEST, hash="'x'"), "only added at the end"),
        (
            "INSERT INTO history_change SELECT 1, change_count + 1, 'x', '', NULL, '{}' FROM history_entry WHERE id=1",
            "the entry has all of its changes",
        ),
    ],
)
def test_a_malformed_entry_is_refused_by_the_server(team: Team, statement: str, said: str) -> None:
    assert said in refused(team.analyst, statement)


def test_an_entry_without_its_changes_is_refused_by_the_server(team: Team) -> None:
    class Counted(Changes):
        def __iter__(self) -> Iterator[ChangeRow]:
            return iter(())

    changes = Counted([RecordChange(kind="source", name="x", before=None, after={})])
    entry = NewEntry(at=NOW, analyst="Ann", intent="forge", summary="", changes=changes)
    with opened(team.analyst, "Ann") as ledger, pytest.raises(DatabaseUnusableError, match="changes are not those"):
        ledger.database.write(lambda connection: append(connection, entry))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_entry SET analyst = 'x'",
        "DELETE FROM history_entry",
        "TRUNCATE history_entry CASCADE",
        "UPDATE history_change SET name = 'x'",
        "DELETE FROM history_change",
        "DELETE FROM resolution",
        "UPDATE evidence SET title = 'x'",
        "TRUNCATE question CASCADE",
        "ALTER TABLE history_entry DISABLE TRIGGER USER",
        "DROP TRIGGER guard_history_entry_update ON history_entry",
        "SET LOCAL session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION guard_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "DROP TABLE source CASCADE",
        "UPDATE alembic_version SET version_num = '0000'",
        "CREATE TABLE mine (id integer)",
        "SET ROLE forecasts_owner",
    ],
)
def test_nobody_but_the_owner_can_rewrite_or_rebuild(team: Team, statement: str) -> None:
    for address in (team.analyst, team.reader):
        told = refused(address, statement)
        assert "You may not do that" in told
        assert "docs/postgresql.md" in told


def test_an_analyst_cannot_change_what_was_resolved(team: Team) -> None:
    with opened(team.analyst, "Ann") as ledger:
        resolve_some(ledger)
    for column in RESOLUTION_FIXED:
        rewritten = f"UPDATE resolution SET {column} = {column}"  # noqa: S608 - a name of ours
        assert "permission denied" in refused(team.analyst, rewritten)
    assert "append-only" in refused(team.owner, "UPDATE resolution SET outcome = 'yes'")


def test_a_right_to_rewrite_what_was_resolved_is_found(team: Team) -> None:
    with psycopg.connect(team.owner, autocommit=True) as owner, opened(team.owner, "Olga") as ledger:
        owner.execute("GRANT UPDATE (outcome, note) ON resolution TO forecasts_analyst")
        told = [finding.what for finding in check_ledger(ledger).findings]
        owner.execute("REVOKE UPDATE (outcome, note) ON resolution FROM forecasts_analyst")
        assert check_ledger(ledger).findings == ()
    assert told == [f"{ANALYSTS} may UPDATE resolution ({column})" for column in ("note", "outcome")]


def test_a_reader_reads_checks_and_exports_and_writes_nothing(team: Team, tmp_path: Path) -> None:
    counted = sa.text("SELECT count(*) FROM history_entry")
    with opened(team.reader, "Rita") as ledger:
        with ledger.read() as connection:
            before = connection.execute(counted).scalar_one()
        assert check_ledger(ledger).findings == ()
        assert export_pack(ledger, tmp_path / "pack")
        with pytest.raises(DatabaseUnusableError, match="You may not do that"):
            resolve_some(ledger)
        with ledger.read() as connection:
            assert connection.execute(counted).scalar_one() == before


def test_the_roles_of_the_document_are_those_of_the_program() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert f"CREATE ROLE {ANALYSTS} NOLOGIN" in text
    assert f"CREATE ROLE {READERS} NOLOGIN" in text


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_stricter_default_isolation_changes_nothing(new_address: str) -> None:
    name = new_address.partition("?")[0].rpartition("/")[2]
    postgres.run_sql(new_address, f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    outcome = concurrency.run(new_address, processes=2, units=10)
    assert (outcome.acknowledged, outcome.lost, outcome.errors) == (20, 0, 0)


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_commit_waits_for_the_disk_whatever_the_servers_default(seeded_address: str) -> None:
    with opened(seeded_address) as ledger:
        shown = sa.text("SHOW synchronous_commit")
        with ledger.read() as connection:
            assert connection.execute(shown).scalar_one() == "off", "the server of the tests"
        assert ledger.database.write(lambda connection: connection.execute(shown).scalar_one()) == "on"


def fail_with(state: str) -> sa.TextClause:
    """A statement that fails as a server would."""
    return sa.text(f"DO $$ BEGIN RAISE EXCEPTION 'as arranged' USING ERRCODE = '{state}'; END $$")


@pytest.mark.parametrize("engine", ["postgresql"])
@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_a_unit_is_done_again_after_a_serialization_failure(seeded_address: str, state: str) -> None:
    tries: list[int] = []

    def work(connection: sa.Connection) -> int:
        tries.append(1)
        if len(tries) < 3:
            connection.execute(fail_with(state))
        return len(tries)

    def always(connection: sa.Connection) -> None:
        tries.append(1)
        connection.execute(fail_with(state))

    with opened(seeded_address) as ledger:
        assert ledger.database.write(work) == 3
        tries.clear()
        with pytest.raises(DatabaseUnusableError, match="as arranged"):
            ledger.database.write(always)
        assert len(tries) == 5


@pytest.mark.parametrize("engine", ["postgresql"])
@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("55P03", "does not finish"),
        ("53100", "disk of the server"),
        ("53300", "no room for more work"),
        ("25006", "is read-only"),
        ("42501", "You may not"),
        ("23505", "refused"),
    ],
)
def test_what_a_server_refuses_is_told(seeded_address: str, state: str, said: str) -> None:
    with opened(seeded_address) as ledger, pytest.raises(DatabaseUnusableError, match=said) as told:
        ledger.database.write(lambda connection: connection.execute(fail_with(state)))
    assert told.value.advice.startswith("Nothing was changed.")
    assert "\n" not in told.value.message


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_connection_that_is_lost_is_told_and_the_next_unit_works(seeded_address: str) -> None:
    with opened(seeded_address) as ledger:
        add_counter(ledger)
        count_once(ledger, "before")
        hang_up = sa.text("SELECT pg_terminate_backend(pg_backend_pid())")
        with pytest.raises(DatabaseUnusableError, match="was lost") as told:
            ledger.change("hang up", lambda unit: unit.store.connection.execute(hang_up))
        assert "forecasts history" in told.value.advice
        with psycopg.connect(seeded_address, autocommit=True) as other:  # idle connections of the pool too
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND datname = current_database()"
            )
        count_once(ledger, "after")
        assert read_counter(ledger) == 2
        assert check_ledger(ledger).findings == ()


def test_no_server_at_all(tmp_path: Path) -> None:
    address = f"postgresql://ann@/forecasts?host={tmp_path}"
    with pytest.raises(DatabaseUnusableError, match="cannot be reached"):
        ledger_status(address, today=NOW.date())


SECRETS = ["hunter2", "p@ss/w:rd", "p%40ss", "a?b=c", "sp ace"]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "form",
    [
        "postgresql://ann:{}@127.0.0.1:1/forecasts",
        "postgres://ann:{}@127.0.0.1:1/forecasts?sslmode=disable",
        "postgresql+psycopg://ann@127.0.0.1:1/forecasts?password={}",
        "postgresql://ann@127.0.0.1:1/forecasts?sslpassword={}&connect_timeout=1",
        "postgresql://ann:{}@127.0.0.1:nonsense/forecasts",
        "mysql://ann:{}@host/forecasts",
    ],
)
def test_a_password_is_in_no_message(secret: str, form: str, clock: HeldClock) -> None:
    address = form.format(secret)
    with pytest.raises(DatabaseUnusableError) as told:
        ledger_status(address, today=clock.today)
    with pytest.raises(DatabaseUnusableError) as again:
        set_up(address, analyst="a", clock=clock)
    for error in (told.value, again.value):
        assert secret not in str(error)
        assert "ss/w:rd" not in str(error)
    assert secret not in strike_out(address)


def test_a_password_is_struck_out_of_what_a_driver_says() -> None:
    said = 'could not parse "p@ss" (sent p%40ss)'
    assert strike_out_of(said, "postgresql://u:p%40ss@h/d") == 'could not parse "***" (sent ***)'


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_password_is_in_no_repr(seeded_address: str) -> None:
    address = seeded_address.replace("forecasts@", "forecasts:hunter2@", 1)
    with opened(address) as ledger:
        shown = f"{ledger.database.engine!r} {ledger.database.engine.url} {ledger.address}"
        resolve_some(ledger, 1)
        with ledger.read() as connection:
            rows = connection.execute(sa.text("SELECT * FROM history_entry")).all()
    assert "hunter2" not in shown
    assert "hunter2" not in repr(rows)


def test_of_more_than_100_mb_of_changes_the_server_compares_the_number_and_check_the_rest(team: Team) -> None:
    """The last test of the module: the forged entry stays in the database that all of them share."""
    large = f'{{"name":"{"x" * 100_000_000}"}}'

    class Altered(Changes):
        def __iter__(self) -> Iterator[ChangeRow]:
            return ((kind, name, before, large) for kind, name, before, _ in super().__iter__())

    changes = Altered([RecordChange(kind="source", name="x", before=None, after={"name": "X"})])
    entry = NewEntry(at=NOW, analyst="Ann", intent="forge", summary="", changes=changes)
    with opened(team.analyst, "Ann") as ledger:
        number = ledger.database.write(lambda connection: append(connection, entry))
        told = [finding.what for finding in check_ledger(ledger).findings if finding.area == "history"]
    assert told == [f"the changes of entry {number} are not those that were committed"]
