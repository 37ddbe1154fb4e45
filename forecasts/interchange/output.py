"""Several files put on the disk together: complete or not at all."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from forecasts.errors import OutputRefusedError
from forecasts.files import write_beside
from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def replace_files(folder: Path, texts: Mapping[str, str], obsolete: Iterable[str] = ()) -> tuple[Path, ...]:
    """Write each text as UTF-8 under its name in the folder, then remove the obsolete names; say what was written.

    Every file is complete under a temporary name before the first is put in place; on an error the temporary ones
    are removed, and OutputRefusedError says why.
    """
    waiting: dict[Path, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            waiting[folder / name] = write_beside(folder / name, (text.encode(),))
        for target, temporary in waiting.items():
            temporary.replace(target)
        for name in obsolete:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        for temporary in waiting.values():
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        where = safe(error.filename or folder)
        msg = f"{safe(folder)} cannot be written: {error.strerror or error} ({where})."
        raise OutputRefusedError(msg, "Name a folder that you may write into, with room for the files.") from error
    return tuple(waiting)
