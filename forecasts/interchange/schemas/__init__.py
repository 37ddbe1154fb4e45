"""JSON Schemas of what the program writes, and of the proposals that it reads."""

from __future__ import annotations

from importlib.resources import files

SCORECARDS = "scorecards"
PROPOSALS = "proposals"
NAMES = (SCORECARDS, PROPOSALS)


def schema_text(name: str) -> str:
    """The text of a schema. KeyError for a name that is none of `NAMES`."""
    if name not in NAMES:
        raise KeyError(name)
    if name == PROPOSALS:
        from forecasts.interchange.schemas.building import printed, proposals_schema

        return printed(proposals_schema())
    return files(__name__).joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
