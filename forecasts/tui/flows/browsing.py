"""Opening an address that the record holds, shown whole before anything is started."""

from __future__ import annotations

import os
import shutil
from functools import partial
from typing import TYPE_CHECKING

from forecasts.text import safe
from forecasts.tui.dialogs.confirm import ConfirmDialog
from forecasts.tui.flows import calls
from forecasts.tui.flows.copying import Copyable, prediction_of, to_clipboard
from forecasts.tui.show import MUTED, styled

if TYPE_CHECKING:
    from forecasts.tui.work import ServiceApp


async def open_address(app: ServiceApp) -> None:
    """Ask which of the addresses that belong to what one stands on, show it whole, and open it."""
    from forecasts.tui.dialogs.choose import ChooseDialog

    found = dict.fromkeys(await _addresses(app))
    if not found:
        app.tell("No address is recorded here.")
        return
    url = next(iter(found))
    if len(found) > 1:
        chosen = await app.push_screen_wait(ChooseDialog("Open an address", tuple(found)))
        if chosen is None:
            return
        url = chosen
    await open_url(app, url)


async def _addresses(app: ServiceApp) -> list[str]:
    found = [url for url in getattr(app.screen, "addresses", ()) if url]
    prediction = prediction_of(app.screen)
    if prediction:
        quotation = await app.ask(partial(calls.quote_prediction, slug=prediction))
        found += [quotation.url] if quotation.url else []
    return found


async def open_url(app: ServiceApp, url: str) -> None:
    """Show an address whole, and after a yes open it; where no browser is, copy it."""
    from forecasts.tui.web import find_opener, start_opener, why_not

    reason = why_not(url)
    if reason:
        app.tell(f"{safe(url, 200)}\n{reason}.", "Not opened")
        return
    command = find_opener(os.environ, shutil.which)
    what = "Open this address in the browser?" if command else "No browser here. Copy this address?"
    question = styled((f"{what}\n\n", "bold"), safe(url), ("\n\nIt was recorded from outside: read it first.", MUTED))
    if not await app.push_screen_wait(ConfirmDialog("Open an address", question)):
        return
    if not command:
        await to_clipboard(app, Copyable("address", url))
        return
    try:
        await app.in_thread(partial(start_opener, command, url))
    except OSError as error:
        app.tell(f"{safe(command[0])}: {error.strerror or error}.", "Not opened")
    else:
        app.tell(safe(url, 200), "Opened")
