"""What the safety tests share: ledgers on both engines, and what stands in a folder."""

from __future__ import annotations

import hashlib
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from forecasts.db.address import read_address
from forecasts.db.engine import Database
from forecasts.domain.dates import Span
from forecasts.domain.intents import ResolveQuestion
from forecasts.services.ledger import Ledger, open_ledger
from forecasts.services.resolve import resolve_question
from tests.conftest import ANALYST
from tests.faults.writing import list_questions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa


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


def digests(folder: Path) -> dict[str, str]:
    """Every file in a folder with the digest of its bytes."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


def resolve_some(ledger: Ledger, count: int = 3) -> None:
    """Resolve the first questions of the seed, and one of them a second time."""
    for question in [*list_questions(ledger)[:count], list_questions(ledger)[0]]:
        known = Span(question.resolves_on, question.resolves_on)
        resolve_question(
            ledger,
            ResolveQuestion(
                question=question.slug, outcome="no", known_on=known, note="seen", supersede_reason="again"
            ),
        )


def resolved(address: str) -> str:
    """The address, with some questions resolved there."""
    with opened(address) as ledger:
        resolve_some(ledger)
    return address


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
