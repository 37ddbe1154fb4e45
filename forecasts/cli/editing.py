"""Editing a text in the analyst's own editor, without a shell; what was written is never lost."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from forecasts.cli.output import note
from forecasts.errors import ForecastsError
from forecasts.paths import state_folder
from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def editor_command() -> list[str]:
    """The editor as an argument list: VISUAL, EDITOR, or one that is there. ForecastsError where there is none."""
    for variable in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(os.environ.get(variable, ""), posix=os.name != "nt")
        except ValueError as error:
            msg = f"What {variable} holds is no command: {error}."
            raise ForecastsError(msg, f"Correct {variable}, or give the fields as options.") from error
        if words:
            return words
    found = next((path for name in ("nano", "vi", "notepad") if (path := shutil.which(name))), None)
    if found is None:
        msg = "There is no editor to write with."
        raise ForecastsError(msg, "Put its command into EDITOR, or give the fields as options.")
    return [found]


def edit_until_taken(name: str, text: str, take: Callable[[str], T]) -> T | None:
    """Open the text in the editor and hand what was written to `take`; None where nothing was changed.

    Where `take` refuses it, the reason is told and the editor opened again if somebody is there to answer; what was
    written stays in a file that is named. Errors: those of `take`, with the file named.
    """
    command = editor_command()
    path = _draft_file(name, text)
    while True:
        _edit(command, path)
        written = path.read_text(encoding="utf-8", errors="replace")
        if written == text:
            path.unlink()
            return None
        try:
            taken = take(written)
        except ForecastsError as error:
            kept = f"What you wrote is kept in {path}."
            if not _wants_again(error, kept):
                raise ForecastsError(str(error), kept) from error
        else:
            path.unlink()
            return taken


def _draft_file(name: str, text: str) -> Path:
    folder = state_folder() / "drafts"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, path = tempfile.mkstemp(prefix=f"{name}-", suffix=".toml", dir=folder)
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - of a descriptor
        file.write(text)
    return Path(path)


def _edit(command: list[str], path: Path) -> None:
    kept = f"What is written so far is kept in {path}."
    try:
        status = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603 - the analyst's own editor
    except OSError as error:
        msg = f"The editor {safe(command[0])} cannot be started: {error.strerror}."
        raise ForecastsError(msg, f"{kept} Put the editor's command into EDITOR.") from error
    if status != 0:
        msg = f"The editor ended with status {status}; nothing was changed."
        raise ForecastsError(msg, kept)


def _wants_again(error: ForecastsError, kept: str) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    note(str(error), kept, "Edit it again? [Y/n]")
    return sys.stdin.readline().strip().casefold() in ("", "y", "yes")
