"""Reading a file in a process of its own, which may neither run on, nor fill the memory, nor reach a network."""

import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from forecasts.domain.proposals import Document, Proposed
from forecasts.interchange.documents.limits import MOST_BYTES, UnreadableFileError, refuse

SECONDS = 60
_MEMORY = 2_000_000_000


def read_in_child(path: Path, seconds: float = SECONDS) -> tuple[Document, ...]:
    """The documents of a file, read by a child process with limits.

    Errors: UnreadableFileError says why it cannot be read; ImportError names a library that is not installed.
    """
    command = [sys.executable, "-P", "-m", "forecasts.interchange.documents.child", str(path.absolute())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL)  # noqa: S603 - this program itself, and one path as one argument
    except subprocess.TimeoutExpired as error:
        refuse(f"it was not read within {seconds:g} seconds", error)
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        refuse("what reads it broke off: it is damaged, or needs more memory than it may have", error)
    if missing := answer.get("missing"):
        raise ImportError(name=missing)
    if "documents" not in answer:
        raise UnreadableFileError(str(answer.get("error")))
    return tuple(map(_document, answer["documents"]))


def _document(said: dict[str, Any]) -> Document:
    proposed = tuple(Proposed(**one) for one in said["proposed"])
    return Document(**{**said, "proposed": proposed, "notes": tuple(said["notes"])})


def main(path: Path) -> dict[str, Any]:
    """What `read_in_child` is told of a file."""
    from forecasts.interchange.documents.reading import read_documents

    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            return {"error": f"it has more than {MOST_BYTES:,} bytes"}
        return {"documents": [asdict(one) for one in read_documents(data, path.name, path.parent)]}
    except ImportError as error:
        return {"missing": error.name or str(error)}
    except UnreadableFileError as error:
        return {"error": str(error)}
    except OSError as error:
        return {"error": error.strerror or str(error)}
    except MemoryError:
        return {"error": "it needs more memory than it may have"}
    except Exception as error:  # noqa: BLE001 - parsers of others raise what they like, and the file is at fault
        return {"error": f"it cannot be read ({type(error).__name__})"}


def _confine() -> None:
    """Take from this process what reading a file does not need."""
    import socket

    def refuse(*_: object, **__: object) -> NoReturn:
        msg = "no network is used to read a file"
        raise OSError(msg)

    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.getaddrinfo = refuse
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _confine()
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
