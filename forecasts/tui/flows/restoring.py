"""Putting a dated copy in the ledger's place: chosen from a list, and done once the program has let the ledger go."""

import sys
from functools import partial
from pathlib import Path

from forecasts.domain.formats import counted, time_text
from forecasts.errors import ForecastsError
from forecasts.services.backup import dated_copies, restore
from forecasts.text import safe, safe_block
from forecasts.tui.background import ServiceApp
from forecasts.tui.dialogs.base import ChooseDialog, ConfirmDialog
from forecasts.tui.show import MUTED, styled


async def choose_copy(app: ServiceApp) -> None:
    """Ask which dated copy is restored; after a yes the program closes, and restores it."""
    copies = await app.in_thread(partial(dated_copies, app.address))
    lines = {
        f"{time_text(copy.at)}  {copy.made:<7}  {counted(copy.size, 'byte')}, "
        + (f"entry {copy.entry}" if copy.entry is not None else "damaged"): copy.path
        for copy in copies
    }
    if not lines:
        app.notify("No copies were made of this ledger by themselves yet.")
        return
    chosen = await app.push_screen_wait(ChooseDialog("Restore a copy", tuple(lines)))
    if chosen is None:
        return
    question = styled(
        ("Close the program and put this copy in the ledger's place?\n\n", "bold"),
        f"{safe(lines[chosen])}\n{safe(chosen)}",
        ("\n\nWhat is there now stays beside it, under a name with the moment.", MUTED),
    )
    if await app.push_screen_wait(ConfirmDialog("Restore a copy", question)):
        app.restores = lines[chosen]
        app.exit(0)


def restore_chosen(address: str, copy: Path) -> int:
    """Restore what was chosen, once nothing here has the ledger open; the exit status."""
    try:
        report = restore(address, copy)
    except ForecastsError as error:
        sys.stderr.write(safe_block(error) + "\n")
        return 1
    sys.stdout.write(safe_block(f"Restored {report.database} to history entry {report.entry}.\n"))
    if report.kept:
        sys.stdout.write(safe_block(f"What was there is {report.kept}.\n"))
    return 0
