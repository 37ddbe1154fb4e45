"""The one way a file is put on the disk: whole and synced under a name that nobody can guess, then given its name."""

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from forecasts.errors import OutputRefusedError
from forecasts.text import safe

Bytes = bytes | bytearray | memoryview


_ORDINARY = 0o666


def beside(target: Path, what: str = "tmp") -> Path:
    """A name in the target's folder that nobody can guess, so that nobody has put something there before."""
    return target.with_name(f".{target.name[:80]}.{what}-{os.urandom(12).hex()}")


def make_exclusive(path: Path, mode: int = 0o600) -> int:
    """Make a file that was not there, through no link, and open it. FileExistsError where something is."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), mode)


def write_beside(target: Path, parts: Iterable[Bytes], mode: int = _ORDINARY, *, is_synced: bool = True) -> Path:
    """A whole, synced file beside the target, to be renamed to it. OSError; nothing is left then."""
    path = beside(target)
    handle = make_exclusive(path, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            if mode != _ORDINARY:  # as it is said, whatever the user's mask
                os.fchmod(handle, mode)
            file.writelines(parts)
            file.flush()
            if is_synced:
                os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def put(target: Path, content: Bytes | Iterable[Bytes], mode: int = _ORDINARY, *, is_synced: bool = True) -> None:
    """Put a file in place, whole or not at all; a link there is replaced, not followed. OSError.

    One that is written at every key and outlives the program, not the power, need not be synced.
    """
    parts = (content,) if isinstance(content, bytes | bytearray | memoryview) else content
    path = write_beside(target, parts, mode, is_synced=is_synced)
    try:
        path.replace(target)
    except OSError:
        path.unlink(missing_ok=True)
        raise


BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""What Excel needs at the beginning of a CSV in UTF-8."""


def write_output(output: Path, content: Bytes | Iterable[Bytes]) -> Path:
    """Put an export in place, its folder made where it is missing. OutputRefusedError says why it cannot be written."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        put(output, content)
    except OSError as error:
        msg = f"{safe(output)} cannot be written: {error.strerror or error}."
        raise OutputRefusedError(msg, "Name a place that you may write to, with room for it.") from error
    return output


def refuse_other(path: Path, is_ours: bytes | Callable[[Path], bool], what: str) -> None:
    """Refuse to write over anything but a plain file that begins so, or that is told to be ours."""
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            msg = f"{safe(path)} is not a plain file; it was left alone."
            raise OutputRefusedError(msg, "Name a new file.")
        if path.exists() and not (_begins(path, is_ours) if isinstance(is_ours, bytes) else is_ours(path)):
            msg = f"{safe(path)} is there already and is not {what}; it was left alone."
            raise OutputRefusedError(msg, "Name a new file, or move it away.")
    except OSError as error:
        msg = f"{safe(path)} cannot be read: {error.strerror}."
        raise OutputRefusedError(msg, "Name a place that you may write to.") from error


def _begins(path: Path, head: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(head) + len(BYTE_ORDER_MARK)).removeprefix(BYTE_ORDER_MARK).startswith(head)


def taken(target: Path) -> OutputRefusedError:
    """What is told where something has the name of a file to be made."""
    return OutputRefusedError(f"{target} is there already.", "Nothing was replaced. Give another name.")


def name_anew(path: Path, target: Path) -> bool:
    """Give a file a name that nothing has, beside its own where the file system can; False where something has it."""
    try:
        os.link(path, target)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            return False
        path.rename(target)
    return True


def sync(path: Path) -> None:
    """Wait until a file, or a folder's names, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_files(
    folder: Path, files: Mapping[str, str | Iterable[Bytes]], obsolete: Iterable[str] = ()
) -> tuple[Path, ...]:
    """Write each text as UTF-8, or parts, under its name in the folder, then remove the obsolete names; say what was
    written.

    Every file is complete under a temporary name before the first is put in place; on an error, or when interrupted,
    the temporary ones are removed, and the folder where it was not there; OutputRefusedError says why.
    """
    waiting: dict[Path, Path] = {}
    is_new = not os.path.lexists(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            parts = (content.encode(),) if isinstance(content, str) else content
            waiting[folder / name] = write_beside(folder / name, parts)
        for target, temporary in waiting.items():
            temporary.replace(target)
        for name in obsolete:
            (folder / name).unlink(missing_ok=True)
    except BaseException as error:
        for temporary in waiting.values():
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        if is_new:
            with contextlib.suppress(OSError):  # it has been put into
                folder.rmdir()
        if not isinstance(error, OSError):
            raise
        where = safe(error.filename or folder)
        msg = f"{safe(folder)} cannot be written: {error.strerror or error} ({where})."
        raise OutputRefusedError(msg, "Name a folder that you may write into, with room for the files.") from error
    return tuple(waiting)


class Written:
    """A file for a writer that only appends: what was written and not yet taken."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        self._size += len(part)
        return len(part)

    def taken(self) -> list[bytes]:
        parts, self._parts = self._parts, []
        return parts

    def tell(self) -> int:
        return self._size

    def flush(self) -> None: ...

    def close(self) -> None: ...
