"""`forecasts` without a command: the terminal UI, or, without a terminal, the set-up that the UI does on first use."""

from __future__ import annotations

import sys
from pathlib import Path

from forecasts.cli.session import find_place


def draw(database: str | None, analyst: str | None, place: str, file: str) -> None:
    """Draw a place of the UI as SVG, and say where it is. Errors: as `tui.picture.draw`."""
    from forecasts.cli.output import say
    from forecasts.tui import picture

    found = find_place(database, analyst)
    picture.draw(found.address, place, Path(file), analyst=found.analyst, settings=found.settings)
    say(file)


def open_or_set_up(database: str | None, analyst: str | None) -> int:
    """Open the UI; where there is no terminal, set the database up, say so, and answer 0."""
    if sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty():
        from forecasts.tui.app import run

        place = find_place(database, analyst)
        return run(place.address, analyst=place.analyst, settings=place.settings)
    from forecasts.cli.commands.setting_up import carry_out
    from forecasts.cli.output import note

    carry_out(database, analyst)
    note("The terminal UI opens where standard input and output are a terminal; `forecasts --help` names the commands.")
    return 0
