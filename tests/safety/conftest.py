"""What the safety tests share: ledgers on both engines, and what stands in a folder."""

from __future__ import annotations

import hashlib
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from forecasts.db.address import read_address
from forecasts.db.engine import Database
from forecasts.domain.records import Prediction, Reading
from forecasts.services.check import check_ledger
from forecasts.services.ledger import Ledger, open_ledger
from tests.conftest import ANALYST
from tests.filling import fill, resolve_some

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

    from tests.conftest import Templates


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk with little room; skips the test where none can be mounted."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], check=False)
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here; the size limit below stands for it")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def damage(path: Path, offset: int = 40_000) -> None:
    """Turn a page into zeros."""
    with path.open("r+b") as file:
        file.seek(offset - offset % 4096)
        file.write(bytes(4096 * 4))


@pytest.fixture
def some_resolved(engine: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """A ledger with the seed in it, some of its questions resolved here."""
    with templates.copied(engine, tmp_path, resolve_some) as address:
        yield address


@pytest.fixture
def filled_address(engine: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """A ledger in which every table has rows and nothing is wrong."""
    with templates.copied(engine, tmp_path, fill_rightly) as address:
        yield address


def fill_rightly(ledger: Ledger) -> None:
    """Rows in every table, and nothing that a check finds."""
    fill(ledger)
    with ledger.records() as records:
        first = records.all(Prediction)[1].slug
    ledger.change("no zero", lambda unit: unit.add((Reading(prediction=first, analyst="other", probability=0.0),)))
    assert check_ledger(ledger).findings == ()


def digests(folder: Path) -> dict[str, str]:
    """Every file in a folder with the digest of its bytes."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


@contextmanager
def opened(address: str, analyst: str = ANALYST) -> Iterator[Ledger]:
    """A ledger, closed at the end."""
    ledger = open_ledger(address, analyst=analyst)
    try:
        yield ledger
    finally:
        ledger.close()


def tamper(address: str, *statements: str) -> None:
    """Change a ledger past the program, as its owner can: the guards are switched off for it."""
    database = Database(read_address(address))

    def work(connection: sa.Connection) -> None:
        tables = ("history_entry", "history_change", "resolution", "evidence")
        if connection.dialect.name == "sqlite":
            query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            guards = connection.exec_driver_sql(query).all()
            for name, _ in guards:
                connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        for table in tables:
            if connection.dialect.name != "sqlite":
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            connection.exec_driver_sql(statement.replace("%", "%%"))
        if connection.dialect.name == "sqlite":
            for _, text in guards:
                connection.exec_driver_sql(text)
        for table in tables:
            if connection.dialect.name != "sqlite":
                connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    try:
        with database.engine.begin() as connection:
            work(connection)
    finally:
        database.close()
