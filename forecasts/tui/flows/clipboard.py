"""Copying what one stands on to the clipboard: a cell, the row, a claim, its citation; and opening its address.

A page without a table names what can be copied of it: `copyables`, and the predictions to be quoted, `quotables`.
Addresses are shown whole before anything is started.
"""

import os
import shutil
from collections.abc import Iterator
from functools import partial
from typing import Any

from textual.screen import Screen

from forecasts import services
from forecasts.domain.card_claims import CardClaim
from forecasts.domain.marks import PredictionRow
from forecasts.domain.second_reading import ReadClaim
from forecasts.services.browse import Quotation
from forecasts.services.ledger import Ledger
from forecasts.text import inert_cell, safe
from forecasts.tui.background import ServiceApp
from forecasts.tui.desktop import Copyable, find_opener, marked, start_opener, to_clipboard, to_file, why_not
from forecasts.tui.dialogs.base import ChooseDialog, ConfirmDialog, CopyDialog
from forecasts.tui.show import MUTED, styled
from forecasts.tui.widgets.record_table import RecordTable, TableView


def tables_of(screen: Screen[Any]) -> TableView[Any] | None:
    """The table that is shown, if there is one with a row under its cursor."""
    tables = [table for table in screen.query(RecordTable) if table.cursor_row is not None and table.display]
    focused = [table for table in tables if table.has_focus]
    return next(iter(focused or tables), None)


async def copy(app: ServiceApp) -> None:
    """Ask what of the row under the cursor is to be copied, and copy it."""
    prediction = prediction_of(app.screen)
    slugs = (prediction,) if prediction else getattr(app.screen, "quotables", ())
    quotations = [await app.call(partial(_quote, slug)) for slug in slugs]
    quoted = [
        copyable
        for quotation in quotations
        for copyable in (Copyable("Claim", quotation.claim), Copyable("Citation", quotation.citation))
    ]
    own = (*getattr(app.screen, "copyables", ()), *_cell_texts(app.screen))
    found = [*marked(app.screen), *quoted, *own] if prediction else [*marked(app.screen), *own, *quoted]
    if not found:
        app.notify("There is nothing to copy here.")
        return
    answer = await app.push_screen_wait(CopyDialog(tuple(found)))
    if answer is not None:
        copyable, goes_to_file = answer
        await (to_file if goes_to_file else to_clipboard)(app, copyable)


def prediction_of(screen: Screen[Any]) -> str:
    """The prediction that the row under the cursor is about; empty where it is about none."""
    table = tables_of(screen)
    row = getattr(table, "cursor_row", None)
    if isinstance(row, PredictionRow):
        return row.slug
    return row.prediction if isinstance(row, CardClaim | ReadClaim) else ""


def _cell_texts(screen: Screen[Any]) -> Iterator[Copyable]:
    table = tables_of(screen)
    row = getattr(table, "cursor_row", None)
    if table is None or row is None:
        return
    cells = [Copyable(column.title, safe(column.cell_of(row).text)) for column in table.columns]
    yield Copyable("Row", "\t".join(inert_cell(cell.text) for cell in cells))
    yield from (cell for cell in cells if cell.text)


def _quote(slug: str, ledger: Ledger) -> Quotation:
    return services.browse.quote_prediction(ledger, slug)


async def open_address(app: ServiceApp) -> None:
    """Ask which of the addresses that belong to what one stands on, show it whole, and open it."""
    found = dict.fromkeys(await _addresses(app))
    if not found:
        app.notify("No address is recorded here.")
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
        quotation = await app.call(partial(_quote, prediction))
        found += [quotation.url] if quotation.url else []
    return found


async def open_url(app: ServiceApp, url: str) -> None:
    """Show an address whole, and after a yes open it; where no browser is, copy it."""
    reason = why_not(url)
    if reason:
        app.notify(f"{safe(url, 200)}\n{reason}.", title="Not opened")
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
        app.notify(f"{safe(command[0])}: {error.strerror or error}.", title="Not opened")
    else:
        app.notify(safe(url, 200), title="Opened")
