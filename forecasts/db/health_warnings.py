"""Health warnings: what is not wrong with a database but makes it less safe: how it is kept, and by which library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.db.engine import reader_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import sqlalchemy as sa

_RESET_RACE = ((3, 7, 0), (3, 51, 3))
_REPAIRED = {(3, 44): 6, (3, 50): 7}
"""Older lines of SQLite that have the repair too, from this patch on."""


def has_reset_race(version: str) -> bool:
    """Whether this SQLite can damage a WAL file when two programs write and reset it at one moment."""
    numbers = tuple(int(part) for part in f"{version}.0.0".split(".")[:3])
    first, repaired = _RESET_RACE
    patch = _REPAIRED.get((numbers[0], numbers[1]))
    return first <= numbers < repaired and (patch is None or numbers[2] < patch)


def read_warnings(connection: sa.Connection, path: Path | None) -> list[tuple[str, str]]:
    """What is less safe than it could be, each with what to do."""
    reader = reader_of(connection, path)
    settings = reader.settings()
    return list(_of_file(settings) if reader.is_sqlite else _of_server(settings))


def _of_file(settings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    version, mode = settings["sqlite_version"], settings["journal_mode"]
    if mode == "wal" and has_reset_race(version):
        yield (
            f"SQLite {version} has a rare fault: two programs that write at one moment can damage the file",
            "Use a Python with SQLite 3.51.3 or newer where you can, and keep backups.",
        )
    if mode not in ("wal", "truncate"):
        yield (f"the journal mode is {mode}", "Run `forecasts setup` while nobody else has the file open.")
    if mode == "wal" and settings.get("file_system", "local") != "local":
        yield (
            f"the file is on a file system of the kind {settings['file_system']}, where WAL cannot be relied on",
            "Close every program that has it open, then start one: it changes the mode.",
        )
    for name in ("file_mode", "folder_mode"):
        if int(settings.get(name, "0"), 8) & 0o077:
            what = name.removesuffix("_mode")
            yield (
                f"the {what} of the database can be reached by others on this machine (mode {settings[name]})",
                f"`chmod {'600' if what == 'file' else '700'}` it, if they are not to read the record.",
            )


def _of_server(settings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in ("fsync", "full_page_writes"):
        if settings[name] != "on":
            yield (
                f"the server has {name} switched {settings[name]}: a power failure can damage the whole database",
                f"Ask its administrator to switch {name} on.",
            )
