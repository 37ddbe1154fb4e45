"""`serve`: the terminal UI in a browser."""

from typing import Annotated

import typer

from forecasts.cli.groups import CommandGroup
from forecasts.cli.output import note, say
from forecasts.cli.session import find_place
from forecasts.paths import needing

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
