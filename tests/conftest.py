"""What every test stands on: no user's settings, a clock that stands still, and ledgers made once and copied."""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pendulum
import psycopg
import pytest

from forecasts.services.ledger import Ledger, open_ledger
from forecasts.services.setup import set_up
from tests import postgres

if TYPE_CHECKING:
    from datetime import date

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what tests start is compiled once, not by each process anew

NOW = pendulum.datetime(2026, 11, 21, 12, 0, 0)
"""When every test takes place."""

ANALYST = "tester"
ENGINES = ("sqlite", "postgresql")


def pytest_collection_finish() -> None:
    """What is imported by now is never garbage: looking through it for some takes a fifth of many rooms' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What `no_engine_decides` is proved on SQLite alone: rules, wording, scores and forms, computed in Python."""
    for item in tuple(items):
        engine = item.callspec.params.get("engine") if hasattr(item, "callspec") else None
        if engine == "postgresql" and item.get_closest_marker("no_engine_decides"):
            items.remove(item)


class HeldClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: pendulum.DateTime = NOW) -> None:
        self.now = now

    def __call__(self) -> pendulum.DateTime:
        return self.now

    def move(self, **by: int) -> pendulum.DateTime:
        """Later by so many days, hours, seconds …"""
        self.now = self.now.add(**by)
        return self.now

    @property
    def today(self) -> date:
        """The calendar date that the clock shows."""
        return self.now.date()


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home: no settings, databases or variables of whoever runs the tests; returns it."""
    home = tmp_path / "home"
    for name in [name for name in os.environ if name.startswith(("XDG_", "FORECASTS_"))]:
        if name != "FORECASTS_TEST_PG_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    for name, folder in (("CONFIG", ".config"), ("DATA", ".local/share"), ("STATE", ".local/state")):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / folder))
    home.mkdir()
    return home


@pytest.fixture
def clock() -> HeldClock:
    """The test's clock: `services` read it, `move` moves it."""
    return HeldClock()


Contents: TypeAlias = str | Path | Callable[[Ledger], None]


@dataclass
class Templates:
    """Databases made once per process and copied for each test.

    `empty` is migrated and holds nothing, `seeded` holds the seed with nothing resolved, `resolved` the seed with its
    reference resolutions, a pack's what is in it and its resolutions, and a function's the seed and what that did.
    """

    folder: Path
    servers: ExitStack
    _made: dict[tuple[str, Contents], str] = field(default_factory=dict)
    _handed_out: dict[str, tuple[Contents, str]] = field(default_factory=dict)
    _unchanged: dict[Contents, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)
    _server: str = ""
    _admin: psycopg.Connection | None = None
    _refusal: str = ""

    def server(self) -> str:
        """The PostgreSQL server's address; skips the test, with the reason, where there is none."""
        if self._refusal:
            pytest.skip(self._refusal)
        if not self._server:
            try:
                self._server = self.servers.enter_context(postgres.server())
            except postgres.NoServerError as error:
                self._refusal = str(error)
                pytest.skip(self._refusal)
        return self._server

    def admin(self) -> psycopg.Connection:
        """Connected to the server for as long as it runs, to make databases and drop them."""
        if self._admin is None:
            self._admin = self.servers.enter_context(psycopg.connect(self.server(), autocommit=True))
        return self._admin

    def place(self, engine: str, folder: Path) -> str:
        """An address at which nothing is."""
        number = next(self._numbers)
        if engine == "sqlite":
            return str(folder / f"ledger-{number}.db")
        return postgres.make_database(self.server(), f"{self._prefix}_{number}")

    @property
    def _prefix(self) -> str:
        return f"forecasts_{os.getpid()}"

    def copy(self, engine: str, folder: Path, what: Contents) -> str:
        """The address of a copy of a template that is as it was copied."""
        template = self._template(engine, what)
        number = next(self._numbers)
        if engine == "sqlite":
            copy = folder / f"ledger-{number}.db"
            shutil.copy(template, copy)
            return str(copy)
        address = self._unchanged.pop(what, "")
        if not address:
            address = postgres.database_url(self.server(), f"{self._prefix}_{number}")
            postgres.copy_database(self.admin(), template, address)
        self._handed_out[address] = (what, postgres.log_position(self.admin()))
        return address

    def drop(self, address: str) -> None:
        """Give the room of a copy back, or keep it for the next test if nothing was written on the server meanwhile."""
        if not address.startswith("postgresql"):
            return
        what, before = self._handed_out.pop(address, ("", ""))
        postgres.leave_database(self.admin(), address)
        if what not in self._unchanged and postgres.log_position(self.admin()) == before:
            self._unchanged[what] = address
        else:
            postgres.drop_database(self.admin(), address)

    @contextmanager
    def copied(self, engine: str, folder: Path, what: Contents) -> Iterator[str]:
        """The same, for as long as it is needed."""
        address = self.copy(engine, folder, what)
        yield address
        self.drop(address)

    def _template(self, engine: str, what: Contents) -> str:
        if (engine, what) not in self._made:
            address = self._make_template(engine, what)
            if engine == "sqlite":
                with closing(sqlite3.connect(address)) as connection:  # what is copied must be the file alone
                    assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
                assert not Path(f"{address}-wal").exists()
            else:
                postgres.run_sql(address, "VACUUM")  # or the first to read a copy tidies it, which is writing
            self._made[engine, what] = address
        return self._made[engine, what]

    def _make_template(self, engine: str, what: Contents) -> str:
        if callable(what):
            address = self.copy(engine, self.folder, "seeded")
            with closing(open_ledger(address, analyst=ANALYST, clock=HeldClock())) as ledger:
                what(ledger)
            return address
        address = self.place(engine, self.folder)
        packs = (what,) if isinstance(what, Path) else () if what == "empty" else None
        resolves = isinstance(what, Path) or what == "resolved"
        set_up(address, analyst="founders", packs=packs, with_resolutions=resolves, clock=HeldClock())
        return address


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    """The templates of this process, and its PostgreSQL server once one is needed."""
    with ExitStack() as servers:
        made = Templates(tmp_path_factory.mktemp("templates"), servers)
        yield made
        for address in [*made._made.values(), *made._unchanged.values()]:
            made.drop(address)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    return str(request.param)


@pytest.fixture
def new_address(engine: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """An address of each engine at which nothing is."""
    address = templates.place(engine, tmp_path)
    yield address
    templates.drop(address)


@pytest.fixture
def empty_address(engine: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """A migrated ledger without records, on each engine."""
    with templates.copied(engine, tmp_path, "empty") as address:
        yield address


@pytest.fixture
def seeded_address(engine: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """A ledger with the seed in it and nothing resolved, on each engine."""
    with templates.copied(engine, tmp_path, "seeded") as address:
        yield address


@pytest.fixture
def resolved_address(engine: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """A ledger with the seed and its reference resolutions in it, on each engine."""
    with templates.copied(engine, tmp_path, "resolved") as address:
        yield address


@pytest.fixture
def empty_ledger(empty_address: str, clock: HeldClock) -> Iterator[Ledger]:
    """The same, open."""
    ledger = open_ledger(empty_address, analyst=ANALYST, clock=clock)
    yield ledger
    ledger.close()


@pytest.fixture
def seeded_ledger(seeded_address: str, clock: HeldClock) -> Iterator[Ledger]:
    """The same, open."""
    ledger = open_ledger(seeded_address, analyst=ANALYST, clock=clock)
    yield ledger
    ledger.close()


@pytest.fixture
def resolved_ledger(resolved_address: str, clock: HeldClock) -> Iterator[Ledger]:
    """The same, open."""
    ledger = open_ledger(resolved_address, analyst=ANALYST, clock=clock)
    yield ledger
    ledger.close()


@pytest.fixture
def empty_file(templates: Templates, tmp_path: Path) -> Path:
    """A SQLite file with a migrated ledger without records."""
    folder = tmp_path / "database"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / templates.copy("sqlite", folder, "empty").rpartition("/")[2]


@pytest.fixture
def seeded_file(templates: Templates, tmp_path: Path) -> Path:
    """A SQLite file with the seed in it and nothing resolved."""
    folder = tmp_path / "database"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / templates.copy("sqlite", folder, "seeded").rpartition("/")[2]


@pytest.fixture
def resolved_file(templates: Templates, tmp_path: Path) -> Path:
    """A SQLite file with the seed and its reference resolutions in it."""
    folder = tmp_path / "database"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / templates.copy("sqlite", folder, "resolved").rpartition("/")[2]
