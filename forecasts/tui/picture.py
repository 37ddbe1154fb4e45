"""A picture of a place as SVG, drawn without a terminal: for documentation."""

import re
from pathlib import Path

from textual.pilot import Pilot

from forecasts import services
from forecasts.errors import InvalidInputError, OutputRefusedError, Problem
from forecasts.files import refuse_other, write_output
from forecasts.settings import Settings
from forecasts.tui import places
from forecasts.tui.app import ForecastsApp
from forecasts.tui.background import CALLS
from forecasts.tui.keys import clashes
from forecasts.tui.startup import areas
from forecasts.tui.themes import DARK

SIZE = (120, 40)
_REMOTE_FONTS = re.compile(r"@font-face\s*{[^}]*}\s*")
_QUIET = 3
"""After so many turns without work to wait for, a page is complete."""


def draw(address: str, place: str, file: Path, *, analyst: str, settings: Settings) -> None:
    """Draw a place of the ledger at `address`, in 120 by 40 characters and the theme of the settings, into a file.

    Errors: InvalidInputError for a place that is none, or a ledger that is not set up; OutputRefusedError.
    """
    if place not in {one.name for one in places.PLACES}:
        names = ", ".join(one.name for one in places.PLACES)
        msg = "There is no such place:"
        raise InvalidInputError(msg, (Problem(field="place", found=repr(place)[:60], expected=f"one of {names}"),))
    if file.suffix != ".svg" or (file.exists() and not file.is_file()):
        msg = f"{file} is no name for a picture."
        raise OutputRefusedError(msg, "Name a file that ends in .svg.")
    app = ForecastsApp(address, analyst=analyst, settings=settings)
    if problems := clashes(settings.keys, areas(app)):
        msg = "\n  ".join((f"The settings file {settings.file} has keys that cannot be used:", *problems))
        raise InvalidInputError(msg, advice="Correct or remove them.")
    app.first_page = services.overview.first_page(address, today=app.today())
    if app.first_page is None:
        msg = "There is nothing to draw: the database is not set up."
        raise InvalidInputError(msg, advice="`forecasts setup` does it.")
    refuse_other(file, b'<svg class="rich-terminal"', "such a picture")
    app.has_few_colours = False
    app.theme = settings.theme if settings.theme in app.available_themes else DARK.name
    drawn: list[str] = []

    async def go_and_draw(pilot: Pilot[object]) -> None:
        await _settle(pilot)
        if place != places.HOME.name:
            await app.action_go(place)
            await _settle(pilot)
        app.clear_notifications()
        await pilot.pause()
        drawn.append(_REMOTE_FONTS.sub("", app.export_screenshot()))
        app.exit(0)

    try:
        app.run(headless=True, size=SIZE, auto_pilot=go_and_draw)
    finally:
        app.close_ledger()
    write_output(file, drawn[0].encode())


async def _settle(pilot: Pilot[object]) -> None:
    quiet = 0
    while quiet < _QUIET:
        calls = [worker for worker in pilot.app.workers if worker.group == CALLS and not worker.is_finished]
        if calls:
            await pilot.app.workers.wait_for_complete(calls)
        await pilot.pause()
        quiet = 0 if calls else quiet + 1
