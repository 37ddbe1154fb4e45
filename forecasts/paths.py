"""Paths: the user's folders, and the files that travel with the program."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from forecasts.errors import ForecastsError, OutputRefusedError
from forecasts.text import safe


def typed_path(text: str | Path) -> Path:
    """The path that somebody typed, `~` and `~user` looked up. ForecastsError where no such user is known."""
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        msg = f"'{safe(text)}' is in the home of a user who is not known here."
        raise ForecastsError(msg, "Give the whole path.") from error


def data_folder() -> Path:
    """The user's data folder for this program (created by who writes into it)."""
    import platformdirs

    return Path(platformdirs.user_data_dir("forecasts", appauthor=False))


def state_folder() -> Path:
    """The user's folder for what the program keeps between runs, drafts among it (created by who writes into it)."""
    import platformdirs

    return Path(platformdirs.user_state_dir("forecasts", appauthor=False))


def settings_file() -> Path:
    """The user's settings file; it need not exist."""
    import platformdirs

    return Path(platformdirs.user_config_dir("forecasts", appauthor=False)) / "settings.toml"


def _shipped(name: str, mark: str) -> Path:
    package = Path(__file__).resolve().parent
    for folder in (package / "_data" / name, package.parent / name):
        if (folder / mark).is_file():
            return folder
    msg = f"The program was installed without its {name} ({package / '_data' / name})."
    raise ForecastsError(msg, "Install it again from the wheel or a checkout.")


def migrations_folder() -> Path:
    """Alembic's script location: inside the wheel, or beside the package in a checkout."""
    return _shipped("migrations", "env.py")


def docs_folder() -> Path:
    """The documents that the program itself shows: inside the wheel, or beside the package in a checkout."""
    return _shipped("docs", "scoring.md")


def seed_folder() -> Path:
    """The seed, a pack: inside the wheel, or beside the package in a checkout."""
    return _shipped("seed", "pack.toml")


@contextmanager
def needing(extra: str, what: str) -> Iterator[None]:
    """OutputRefusedError where a library of an extra is not installed: what needs it, and how to install it."""
    try:
        yield
    except ImportError as error:
        msg = f"{what} {error.name or error}, which is not installed."
        raise OutputRefusedError(msg, f"Install it: {installing(extra)}") from error


def installing(extra: str) -> str:
    """The command that installs what an extra brings, for the Python that runs, beside a checkout or a wheel."""
    root = Path(__file__).resolve().parent.parent
    is_checkout = (root / "pyproject.toml").is_file()
    return f"{sys.executable} -m pip install '{root if is_checkout else 'forecasts'}[{extra}]'"
