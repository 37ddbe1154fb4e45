"""Drafts: what is typed, kept on disk at once; a killed terminal, an error or `esc` by accident loses nothing."""

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forecasts.files import put
from forecasts.paths import state_folder

_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class DraftFile:
    """One form's draft: a small file in the user's state folder, of one database and one thing that is entered."""

    path: Path
    beside: Mapping[str, Any] = field(default_factory=dict)
    """What is kept with whatever is typed: what the form began with."""

    @classmethod
    def of(cls, address: str, what: str, beside: Mapping[str, Any] | None = None) -> "DraftFile":
        """The draft of a form; `what` names the form and what it is about."""
        digest = hashlib.sha256(f"{Path(address).absolute() if '://' not in address else address}\n{what}".encode())
        return cls(state_folder() / "drafts" / f"form-{digest.hexdigest()[:24]}.json", beside or {})

    def load(self) -> dict[str, Any]:
        """What was typed; nothing where there is no draft, or none that can be read."""
        try:
            with self.path.open("rb") as file:
                found = json.loads(file.read(_MOST))
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def load_texts(self, begun: Mapping[str, str]) -> dict[str, str]:
        """What was typed into fields that hold text; where nothing was, what they begin with."""
        kept = self.load()
        return {name: text if isinstance(text := kept.get(name), str) else first for name, first in begun.items()}

    def save(self, typed: Mapping[str, Any]) -> None:
        """Keep what is typed; a disk that takes nothing is no reason to stop typing."""
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            put(self.path, json.dumps({**typed, **self.beside}).encode(), 0o600, is_synced=False)

    def discard(self) -> None:
        with contextlib.suppress(OSError):
            self.path.unlink()
