"""Which database, and who works: an option, else the environment, else the settings file, else a default.

The settings file is TOML in the platform's configuration folder:

    database = "postgresql://team-server/forecasts"   # or a path
    analyst = "A. Analyst"
    theme = "textual-dark"
    [keys]
    "question.resolve" = "f6"
"""

from __future__ import annotations

import getpass
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forecasts.errors import InvalidInputError, Problem
from forecasts.paths import data_folder, settings_file

if TYPE_CHECKING:
    from pathlib import Path

_TEXT_KEYS = ("database", "analyst", "theme")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the settings file says; an empty string means that it is silent."""

    database: str = ""
    analyst: str = ""
    theme: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)


def load_settings(file: Path | None = None) -> Settings:
    """The settings in `file` (default: the user's). InvalidInputError names the file and the key that is wrong."""
    path = file or settings_file()
    try:
        content = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"The settings file {path} cannot be read: {error}."
        raise InvalidInputError(msg, advice="Correct or remove it.") from error
    try:
        table = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        msg = f"The settings file {path} is not TOML: {error}."
        raise InvalidInputError(msg, advice="Correct or remove it.") from error
    return _checked(table, path)


def _checked(table: dict[str, object], path: Path) -> Settings:
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    keys: dict[str, str] = {}
    for name, value in table.items():
        if name in _TEXT_KEYS and isinstance(value, str):
            texts[name] = value
        elif name == "keys" and isinstance(value, dict) and all(isinstance(key, str) for key in value.values()):
            keys = {str(action): str(key) for action, key in value.items()}
        else:
            expected = "text" if name in _TEXT_KEYS else "a table of action = key" if name == "keys" else ""
            expected = expected or f"one of {', '.join((*_TEXT_KEYS, 'keys'))}"
            problems.append(Problem(file=path.name, field=name, found=repr(value)[:60], expected=expected))
    if problems:
        msg = f"The settings file {path} has settings that cannot be used:"
        raise InvalidInputError(msg, tuple(problems), "Correct or remove them.")
    return Settings(
        database=texts.get("database", ""), analyst=texts.get("analyst", ""), theme=texts.get("theme", ""), keys=keys
    )


def database_address(given: str | None, settings: Settings) -> str:
    """The database as an address or path: the option, `FORECASTS_DATABASE`, the settings, or the data folder."""
    address = given or os.environ.get("FORECASTS_DATABASE") or settings.database
    return address or str(data_folder() / "forecasts.db")


def analyst_name(given: str | None, settings: Settings) -> str:
    """Who is working: the option, `FORECASTS_ANALYST`, the settings, or the login name."""
    name = given or os.environ.get("FORECASTS_ANALYST") or settings.analyst
    if name:
        return name
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
