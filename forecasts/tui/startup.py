"""Start-up once the first screen is painted: the ledger, the watch for changes, and what the settings got wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.tui import places
from forecasts.tui.keys import Action, clashes
from forecasts.tui.terminal import leave_on_signals

if TYPE_CHECKING:
    from forecasts.tui.work import ServiceApp


def begin(app: ServiceApp) -> None:
    """Set the ledger up if that is needed, else open it behind the screen; then watch it."""
    leave_on_signals(app)
    if app.first_page is None:
        app.start(_set_up(app), "set up")
    else:
        app.open_ledger_behind()
        app.watch_for_changes()
    if app.settings.theme and app.settings.theme not in app.available_themes:
        names = ", ".join(sorted(app.available_themes))
        app.tell(f"There is no theme '{app.settings.theme}'. There are: {names}.", "Settings")
    if app.settings.keys:
        problems = clashes(app.settings.keys, areas(app))
        if problems:
            app.tell("\n".join(problems), "Settings: keys")


async def _set_up(app: ServiceApp) -> None:
    """First use: make the database and load the seed, in view, then go on to what is due."""
    from forecasts.tui.screens.set_up import SetUpScreen

    if await app.push_screen_wait(SetUpScreen()):
        app.open_ledger_behind()
        app.watch_for_changes()
        app.ledger_changed.publish(0)
    else:
        app.exit(0, 1)


def areas(app: ServiceApp) -> dict[str, tuple[Action, ...]]:
    """Every action by the page it belongs to; those that work everywhere under an empty name."""
    from forecasts.tui.screens.agreement import AgreementScreen
    from forecasts.tui.screens.comparison import ComparisonScreen
    from forecasts.tui.screens.diagrams import DiagramsScreen
    from forecasts.tui.screens.pooled import PooledScreen
    from forecasts.tui.screens.question import QuestionScreen
    from forecasts.tui.screens.scorecard import ScorecardScreen
    from forecasts.tui.screens.text_page import Reading
    from forecasts.tui.widgets.record_table import RecordTable

    found: dict[str, tuple[Action, ...]] = {"": (*app.ACTIONS,)}
    for place in places.PLACES:
        found[place.title] = (*place.load().ACTIONS, *RecordTable.ACTIONS)
    found["Question"] = QuestionScreen.ACTIONS
    found["Scorecard"] = (*ScorecardScreen.ACTIONS, *RecordTable.ACTIONS)
    found["Agreement"] = (*AgreementScreen.ACTIONS, *RecordTable.ACTIONS)
    found["Compare"] = (*ComparisonScreen.ACTIONS, *RecordTable.ACTIONS)
    found["Pooled"] = (*PooledScreen.ACTIONS, *RecordTable.ACTIONS)
    found["Diagrams"] = (*DiagramsScreen.ACTIONS, *Reading.ACTIONS)
    return found
