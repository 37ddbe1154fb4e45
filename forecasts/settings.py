"""Settings: which database, and who works: an option, else the environment, else the settings file, else a default.

The settings file is TOML in the platform's configuration folder:

    database = "postgresql://team-server/forecasts"   # or a path
    analyst = "A. Analyst"
    theme = "textual-dark"
    standard = "icd-203"                              # by which new phrases are read
    blind = true                                      # hide outcomes and others' numbers while coding
    copies_up_to = 200                                # megabytes of a ledger that is copied each day; 0 for none
    [keys]
    "question.resolve" = "f6"
"""

import getpass
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forecasts.errors import InvalidInputError, Problem
from forecasts.files import put
from forecasts.paths import data_folder, settings_file

_MOST_BYTES = 1_000_000
_DEEP = r"(?:[\[{]\s*){100}|(?:\.\s*[\w\"'-]+\s*){100}"
_TEXT_KEYS = ("database", "analyst", "theme", "standard")
_COPIES_UP_TO = 200
_EXPECTED = {
    **dict.fromkeys(_TEXT_KEYS, "text"),
    "blind": "true or false",
    "copies_up_to": "megabytes, a whole number of 0 or more",
    "keys": "a table of action = key",
}
_NAMES = tuple(_EXPECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the settings file says; an empty string means that it is silent.

    `file` is where the analyst's choices are kept; None for nowhere. Dated copies are made of ledgers of so many
    megabytes, and only where somebody's settings were read.
    """

    database: str = ""
    analyst: str = ""
    theme: str = ""
    standard: str = ""
    blind: bool = False
    copies_up_to: int = 0
    file: Path | None = None
    keys: Mapping[str, str] = field(default_factory=dict)


def load_settings(file: Path | None = None) -> Settings:
    """The settings in `file` (default: the user's). InvalidInputError names the file and the key that is wrong."""
    path = file or settings_file()
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_BYTES:
            msg = f"The settings file {path} is no plain file of at most {_MOST_BYTES:,} bytes."
            raise InvalidInputError(msg, advice="Correct or remove it.")
        content = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return Settings(file=path, copies_up_to=_COPIES_UP_TO)
    except (OSError, UnicodeDecodeError) as error:
        msg = f"The settings file {path} cannot be read: {error}."
        raise InvalidInputError(msg, advice="Correct or remove it.") from error
    import tomllib  # with its expressions it is slow to load, and hardly anybody has the file

    if re.search(_DEEP, content):
        msg = f"The settings file {path} nests tables or lists too deep."
        raise InvalidInputError(msg, advice="Correct or remove it.")
    try:
        table = tomllib.loads(content)
    except (ValueError, RecursionError) as error:
        # what is no error of syntax is a number of more digits than Python converts
        why = error if isinstance(error, tomllib.TOMLDecodeError) else "it has a number of thousands of digits"
        msg = f"The settings file {path} is not TOML: {why}."
        raise InvalidInputError(msg, advice="Correct or remove it.") from error
    return _checked(table, path)


def _checked(table: dict[str, Any], path: Path) -> Settings:
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    keys: dict[str, str] = {}
    copies_up_to = _COPIES_UP_TO
    for name, value in table.items():
        if name in _TEXT_KEYS and isinstance(value, str):
            texts[name] = value
        elif name == "keys" and isinstance(value, dict) and all(isinstance(key, str) for key in value.values()):
            keys = {str(action): str(key) for action, key in value.items()}
        elif name == "copies_up_to" and type(value) is int and value >= 0:
            copies_up_to = value
        elif name != "blind" or not isinstance(value, bool):
            expected = _EXPECTED.get(name, f"one of {', '.join(_NAMES)}")
            problems.append(Problem(file=path.name, field=name, found=repr(value)[:60], expected=expected))
    if problems:
        msg = f"The settings file {path} has settings that cannot be used:"
        raise InvalidInputError(msg, tuple(problems), "Correct or remove them.")
    return Settings(**texts, blind=table.get("blind") is True, copies_up_to=copies_up_to, keys=keys, file=path)


def save_setting(file: Path, name: str, value: str | bool) -> None:
    """Put one setting into the file; whatever else stands in it, comments included, stays as it is.

    InvalidInputError says why the file cannot be changed; it is then as it was.
    """
    import tomlkit
    from tomlkit.exceptions import ParseError

    target = file.resolve()  # a link that leads to the file elsewhere stays a link
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        document = tomlkit.parse(target.read_text(encoding="utf-8")) if target.exists() else tomlkit.document()
        document[name] = value
        put(target, document.as_string().encode(), target.stat().st_mode & 0o777 if target.exists() else 0o666)
    except (OSError, UnicodeDecodeError, ParseError) as error:
        msg = f"The settings file {file} cannot be changed: {error}."
        raise InvalidInputError(msg, advice="Correct it, or make it writable.") from error


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
