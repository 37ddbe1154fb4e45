"""`forecasts serve`: the terminal UI in a browser of this machine."""

from typing import Annotated

import typer

from forecasts.cli.families import Family
from forecasts.cli.options import Analyst, Database
from forecasts.cli.output import note, say
from forecasts.cli.session import find_place
from forecasts.errors import OutputRefusedError

app = Family()

_PORT = 8000


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = _PORT,
    sessions: Annotated[int, typer.Option(min=1, max=50, help="At most so many pages at once.")] = 4,
    database: Database = None,
    analyst: Analyst = None,
) -> None:
    """Open the terminal UI in a browser, on this machine only.

    Prints the address, which is a secret. Needs textual-serve: pip install 'forecasts[serve]'.
    """
    try:
        from forecasts.tui.browser.server import serve as start
    except ImportError as error:
        msg = "Serving needs textual-serve, which is not installed."
        raise OutputRefusedError(msg, "Install it: pip install 'forecasts[serve]'") from error
    place = find_place(database, analyst)

    def tell(address: str) -> None:
        say(address)
        note("Whoever has this address works in your name: keep it. Ctrl+C ends every session.")

    environment = {"FORECASTS_DATABASE": place.address, "FORECASTS_ANALYST": place.analyst}
    start(environment, port=port, most_sessions=sessions, tell=tell)
