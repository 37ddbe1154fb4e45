"""First use: make the database and load the seed, in view, then go on to what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecasts.tui.work import ServiceApp


async def set_up_first(app: ServiceApp) -> None:
    """Show the set-up until it is done; then open the ledger and show what is due."""
    from forecasts.tui.screens.set_up import SetUpScreen

    if await app.push_screen_wait(SetUpScreen()):
        app.open_ledger_behind()
        app.watch_for_changes()
        app.ledger_changed.publish(0)
    else:
        app.exit(0, 1)
