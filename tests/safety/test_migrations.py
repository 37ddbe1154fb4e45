"""An upgrade happens whole or not at all: on both engines, when a revision fails, and when the program is killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from forecasts.db.address import read_address
from forecasts.db.migrate import Schema, changing_schema, mark_schema, upgrade
from forecasts.db.reader import inspect_address
from forecasts.db.tables import metadata
from forecasts.errors import DatabaseNewerError, DatabaseUnusableError
from forecasts.paths import migrations_folder
from forecasts.services.check import check_ledger
from tests.db.catalogues import catalogue
from tests.safety.conftest import opened, resolved, tamper

if TYPE_CHECKING:
    from collections.abc import Callable

WORK = """
    op.create_table("moved", sa.Column("id", sa.Integer(), primary_key=True), sqlite_strict=True)
    op.execute("INSERT INTO moved (id) SELECT id FROM question")
    with op.batch_alter_table("question_option", recreate="always") as batch:
        batch.alter_column("name", existing_type=sa.Text(), existing_nullable=False, nullable=False)
    with op.batch_alter_table("evidence", recreate="always"):
        pass
    MIDDLE
    op.drop_table("moved")
"""
REVISION = """
import os
import signal
import sqlalchemy as sa
from alembic import op
revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

def upgrade():{work}

def downgrade():
    pass
"""
PROGRAM = """
import sys
from pathlib import Path
from forecasts.db.address import read_address
from forecasts.db.migrate import changing_schema, Schema, upgrade
from forecasts.db.tables import metadata
print(*upgrade(read_address(sys.argv[1]), Schema(Path(sys.argv[2]), "0002", metadata())))
"""
GOOD = ""
KILLED = "os.kill(os.getpid(), signal.SIGKILL)"
FAILS = "raise RuntimeError('out of luck')"
REFUSED = 'op.execute("INSERT INTO moved (id) SELECT id FROM question")'


@pytest.fixture
def second(tmp_path: Path) -> Callable[[str], Schema]:
    """The migrations with a second revision that rebuilds tables, and does something in the middle of it."""

    def make(middle: str) -> Schema:
        folder = tmp_path / f"migrations {len(list(tmp_path.iterdir()))} %"
        shutil.copytree(migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
        text = REVISION.format(work=WORK.replace("MIDDLE", middle))
        (folder / "versions" / "0002_second.py").write_text(text, encoding="utf-8")
        return Schema(folder, "0002", metadata())

    return make


def everything(address: str) -> Any:
    """The schema and every row."""
    with opened(address) as ledger, ledger.read() as connection:
        tables = {
            table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for table in metadata().sorted_tables
        }
        return catalogue(connection), tables


def revision(address: str) -> str:
    """The revision that the database says it has."""
    return inspect_address(read_address(address)).revision


def backups(address: str) -> list[Path]:
    """The backups beside a file."""
    return sorted(Path(address).parent.glob("*.before-*")) if not address.startswith("postgresql") else []


def set_back(address: str) -> None:
    """Say again that the database has the first revision, whose schema is the same."""
    with changing_schema(read_address(address)) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        mark_schema(connection, migrations_folder())


def test_an_upgrade_keeps_every_row_and_guard(seeded_address: str, second: Callable[[str], Schema]) -> None:
    before = everything(resolved(seeded_address))
    found, backup = upgrade(read_address(seeded_address), second(GOOD))
    assert (found.revision, revision(seeded_address)) == ("0001", "0002")
    if backup:
        assert backup == f"{seeded_address}.before-0002-from-0001.db"
        assert Path(backup).stat().st_mode & 0o777 == 0o600
        assert everything(backup) == before
    set_back(seeded_address)
    assert everything(seeded_address) == before
    with opened(seeded_address) as ledger:
        assert check_ledger(ledger).findings == ()


@pytest.mark.parametrize(
    ("middle", "said"),
    [
        (FAILS, "out of luck"),
        (REFUSED, ""),
        ('op.add_column("source", sa.Column("extra", sa.Text()))', "another schema"),
        ('op.execute("DROP INDEX uq_resolution_in_force")', "uq_resolution_in_force is missing"),
    ],
)
def test_a_revision_that_fails_changes_nothing_and_names_the_backup(
    seeded_address: str, second: Callable[[str], Schema], middle: str, said: str
) -> None:
    before = everything(resolved(seeded_address))
    with pytest.raises(DatabaseUnusableError) as refused:
        upgrade(read_address(seeded_address), second(middle))
    assert said in refused.value.message
    assert "Nothing was changed." in refused.value.advice
    assert revision(seeded_address) == "0001"
    assert everything(seeded_address) == before
    for backup in backups(seeded_address):
        assert str(backup) in refused.value.advice
        assert everything(str(backup)) == before
    upgrade(read_address(seeded_address), second(GOOD))
    assert revision(seeded_address) == "0002"


@pytest.mark.parametrize("engine", ["sqlite"])
def test_references_that_a_revision_breaks_are_noticed(seeded_address: str, second: Callable[[str], Schema]) -> None:
    """With foreign keys off, as a rebuild needs it, nothing else would say so."""
    before = everything(seeded_address)
    with pytest.raises(DatabaseUnusableError, match="references without their record"):
        upgrade(read_address(seeded_address), second('op.execute("DELETE FROM article WHERE id = 1")'))
    assert everything(seeded_address) == before


def start(address: str, schema: Schema) -> subprocess.Popen[str]:
    """Upgrade in a process of its own."""
    command = [sys.executable, "-c", PROGRAM, address, str(schema.folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_program_killed_in_the_middle_of_an_upgrade_changes_nothing(
    seeded_address: str, second: Callable[[str], Schema]
) -> None:
    before = everything(resolved(seeded_address))
    process = start(seeded_address, second(KILLED))
    process.communicate()
    assert process.returncode == -9
    assert revision(seeded_address) == "0001"
    assert everything(seeded_address) == before
    assert all(everything(str(backup)) == before for backup in backups(seeded_address))
    upgrade(read_address(seeded_address), second(GOOD))
    assert revision(seeded_address) == "0002"


def test_two_upgrades_at_once_are_one(seeded_address: str, second: Callable[[str], Schema]) -> None:
    schema = second(GOOD)
    processes = [start(seeded_address, schema) for _ in range(2)]
    told = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], told
    assert revision(seeded_address) == "0002"
    assert len(backups(seeded_address)) == (0 if seeded_address.startswith("postgresql") else 1)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_only_the_last_three_backups_are_kept(seeded_address: str, second: Callable[[str], Schema]) -> None:
    for number in range(4):
        older = Path(f"{seeded_address}.before-000{number}-from-x.db")
        older.write_bytes(b"")
        os.utime(older, (number, number))
    upgrade(read_address(seeded_address), second(GOOD))
    assert [backup.name.partition(".before-")[2] for backup in backups(seeded_address)] == [
        "0002-from-0001.db",
        "0002-from-x.db",
        "0003-from-x.db",
    ]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_damaged_file_is_not_upgraded(seeded_address: str, second: Callable[[str], Schema]) -> None:
    with Path(seeded_address).open("r+b") as file:
        file.seek(Path(seeded_address).stat().st_size // 2 // 4096 * 4096)
        file.write(bytes(4096 * 8))
    before = Path(seeded_address).read_bytes()
    with pytest.raises(DatabaseUnusableError, match="damaged"):
        upgrade(read_address(seeded_address), second(GOOD))
    assert Path(seeded_address).read_bytes() == before
    assert backups(seeded_address) == []


@pytest.mark.parametrize("name", ["0003", "zz99", "000", "0001a"])
def test_a_revision_that_is_not_known_is_left_alone(
    seeded_address: str, second: Callable[[str], Schema], name: str
) -> None:
    tamper(seeded_address, "UPDATE alembic_version SET version_num = '9999'".replace("9999", name))
    with pytest.raises(DatabaseNewerError, match="newer version"):
        upgrade(read_address(seeded_address), second(GOOD))
    assert revision(seeded_address) == name
    assert backups(seeded_address) == []
