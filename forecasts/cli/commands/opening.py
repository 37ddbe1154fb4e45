"""`forecasts` without a command, and `serve`: the terminal UI here or in a browser; the set-up where no terminal is."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from forecasts.cli.groups import CommandGroup
from forecasts.cli.output import note, say
from forecasts.cli.session import find_place
from forecasts.paths import needing


def draw(place: str, file: str) -> None:
    """Draw a place of the UI as SVG, and say where it is. Errors: as `tui.picture.draw`."""
    from forecasts.tui import picture

    found = find_place()
    picture.draw(found.address, place, Path(file), analyst=found.analyst, settings=found.settings)
    say(file)


def open_or_set_up() -> int:
    """Open the UI; where there is no terminal, set the database up, say so, and answer 0."""
    if sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty():
        from forecasts.tui.app import run

        place = find_place()
        return run(place.address, analyst=place.analyst, settings=place.settings)
    from forecasts.cli.commands.setting_up import carry_out

    carry_out()
    note("The terminal UI opens where standard input and output are a terminal; `forecasts --help` names the commands.")
    return 0


app = CommandGroup()

_PORT = 8000


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = _PORT,
    sessions: Annotated[int, typer.Option(min=1, max=50, help="At most so many pages at once.")] = 4,
) -> None:
    """Open the terminal UI in a browser, on this machine only.

    Prints the address, which is a secret. Needs the extra `serve`.
    """
    with needing("serve", "Serving needs"):
        from forecasts.tui.browser.server import serve as start
    place = find_place()

    def tell(address: str) -> None:
        say(address)
        note("Whoever has this address works in your name: keep it. Ctrl+C ends every session.")

    environment = {"FORECASTS_DATABASE": place.address, "FORECASTS_ANALYST": place.analyst}
    start(environment, port=port, most_sessions=sessions, tell=tell)
