"""The terminal UI on this terminal or drawn into a file; the set-up where no terminal is. Loads no command line."""

import sys
from pathlib import Path

from forecasts import collector
from forecasts.cli.output import DONE, note, say
from forecasts.cli.session import find_place


def open_or_set_up() -> int:
    """Open the UI; where there is no terminal, set the database up, say so, and answer 0."""
    if sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty():
        collector.wait_until_painted()
        from forecasts.tui.app import run as open_ui

        place = find_place()
        return open_ui(place.address, analyst=place.analyst, settings=place.settings)
    from forecasts.cli.commands.setting_up import carry_out as set_up

    set_up()
    note("The terminal UI opens where standard input and output are a terminal; `forecasts --help` names the commands.")
    return DONE


def draw(place: str, file: str) -> None:
    """Draw a place of the UI as SVG, and say where it is. Errors: as `tui.picture.draw`."""
    from forecasts.tui import picture

    found = find_place()
    picture.draw(found.address, place, Path(file), analyst=found.analyst, settings=found.settings)
    say(file)
