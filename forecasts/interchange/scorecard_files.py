"""Scorecard files: which formats there are, and the writer that puts them on disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from forecasts.errors import OutputRefusedError
from forecasts.files import replace_files
from forecasts.interchange.scorecard_csv import csv_texts
from forecasts.interchange.scorecard_json import json_texts
from forecasts.interchange.scorecard_markdown import markdown_texts
from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forecasts.domain.scorecards import ScorecardDocument

FORMATS: dict[str, Callable[[ScorecardDocument], dict[str, str]]] = {
    "csv": csv_texts,
    "json": json_texts,
    "markdown": markdown_texts,
}
_MARKS = (b"formula_version", b"Formula version", b"forecasts-receipt v1 ")
_HEAD_BYTES = 8192


def write_scorecards(document: ScorecardDocument, form: str, output: Path | str) -> tuple[Path, ...]:
    """Write the document in that form to the folder (or, where it is one, to the file); say what was written."""
    return write_texts(FORMATS[form](document), Path(output))


def write_texts(texts: Mapping[str, str], output: Path) -> tuple[Path, ...]:
    """Write the texts into a folder (made where it is missing), or a single text to a file of its own kind.

    OutputRefusedError, with nothing changed, where the place is of the wrong kind, cannot be written, or holds a file
    of the same name that is no scorecard file.
    """
    suffixes = {Path(name).suffix for name in texts}
    try:
        if not output.is_dir() and output.suffix in suffixes:
            if len(texts) > 1:
                msg = f"{safe(output)} names one file, but there are {len(texts)} to write."
                raise OutputRefusedError(msg, f"Name a folder, such as {safe(output.with_suffix(''))}.")
            texts = {output.name: next(iter(texts.values()))}
            output = output.parent
        elif output.exists() and not output.is_dir():
            msg = f"{safe(output)} is a file{' of another kind' if len(texts) == 1 else ''}; it was left alone."
            raise OutputRefusedError(msg, "Name a folder.")
        for name in texts:
            _refuse_other(output / name)
    except OSError as error:
        msg = f"{safe(output)} cannot be read: {error.strerror}."
        raise OutputRefusedError(msg, "Name a folder that you may write into.") from error
    return replace_files(output, texts)


def _refuse_other(path: Path) -> None:
    """Refuse to write over what is there already, unless it is a scorecard file."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        msg = f"{safe(path)} is not a plain file; it was left alone."
        raise OutputRefusedError(msg, "Name another folder, or move it away.")
    if not path.exists():
        return
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not any(mark in head for mark in _MARKS):
        msg = f"{safe(path)} is there already and is no scorecard file; it was left alone."
        raise OutputRefusedError(msg, "Name another folder, or move it away.")
