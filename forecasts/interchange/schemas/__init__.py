"""JSON Schemas of what the program writes, as files in the package."""

from __future__ import annotations

from importlib.resources import files

SCORECARDS = "scorecards"
NAMES = (SCORECARDS,)


def schema_text(name: str) -> str:
    """The text of a schema. KeyError for a name that is none of `NAMES`."""
    if name not in NAMES:
        raise KeyError(name)
    return files(__name__).joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
