"""The app: it knows the places, the themes and the keys that work everywhere, and nothing else."""

import sys
from pathlib import Path
from typing import ClassVar

from textual.command import Provider
from textual.driver import Driver
from textual.screen import Screen

from forecasts import collector, services
from forecasts.clock import Clock
from forecasts.errors import ForecastsError
from forecasts.settings import Settings
from forecasts.text import safe_block
from forecasts.tui import flows, places, themes
from forecasts.tui.background import ServiceApp
from forecasts.tui.keys import Action, bindings, keymap
from forecasts.tui.widgets.selectable import MarkableView

PAGE_STYLES = Path(__file__).parent / "styles" / "pages.tcss"
"""Read once the first screen is painted, which needs none of it."""

ACTIONS = (
    Action(
        id="app.undo", keys="u", action="undo", title="Undo", help="Take back your own last change, after a question"
    ),
    Action(
        id="app.add",
        keys="N",
        action="add",
        title="Add",
        help="Enter a source, article, scenario, question, prediction …",
        show=False,
    ),
    Action(
        id="app.copy",
        keys="y",
        action="copy",
        title="Copy",
        help="A cell, the row, a prediction, its citation",
        show=False,
    ),
    Action(
        id="app.web", keys="ctrl+o", action="web", title="Web", help="Open an address that is recorded here", show=False
    ),
    Action(
        id="app.read",
        keys="R",
        action="read_claim",
        title="Read the words",
        help="Your own number for it, beside the first",
        show=False,
    ),
    Action(
        id="app.blind",
        keys="B",
        action="blind",
        title="Code blind",
        help="Hide outcomes and everybody else's numbers, or show them again",
        show=False,
    ),
    Action(id="app.theme", keys="t", action="theme", title="Theme", help="Light or dark; the palette has more"),
    Action(id="app.help", keys="?,f1", action="help", title="Help", help="What one can do here"),
    Action(id="app.palette", keys="ctrl+p", action="command_palette", title="All", help="Everything, by its name"),
    Action(
        id="app.quit",
        keys="ctrl+q",
        action="quit",
        title="Quit at once",
        help="Leave the program from anywhere",
        show=False,
        priority=True,
    ),
)


def _commands() -> type[Provider]:
    from forecasts.tui.commands import Commands

    return Commands


class ForecastsApp(ServiceApp):
    """The terminal UI on one ledger."""

    TITLE = "forecasts"
    ACTIONS: ClassVar[tuple[Action, ...]] = (*places.ACTIONS, *ACTIONS)
    BINDINGS = bindings(ACTIONS)
    MODES = places.MODES
    DEFAULT_MODE = places.HOME.name
    COMMANDS: ClassVar = {_commands}
    COMMAND_PALETTE_BINDING = "ctrl+p"
    CSS_PATH = "styles/base.tcss"
    has_few_colours = False
    """Whether what is drawn is shown in 16 colours."""

    def __init__(self, address: str, *, analyst: str, settings: Settings, clock: Clock | None = None) -> None:
        super().__init__(address, analyst=analyst, settings=settings, clock=clock)
        self._leaves_after = -1
        self.has_few_colours = themes.has_few_colours(self.console)
        self.animation_level = "none"  # nothing glides: every key answers at once
        for theme in themes.OWN:
            self.register_theme(theme)
        wanted = settings.theme
        theme_name = wanted if wanted in self.available_themes else themes.default_theme(self.console)
        self.theme = theme_name
        self.set_keymap(keymap(settings.keys))

    def get_css_variables(self) -> dict[str, str]:
        """The theme's colours, with cursor and marks that can be read in this terminal."""
        variables = super().get_css_variables()
        readable = themes.readable(self.current_theme, few_colours=self.has_few_colours)
        return {"field": variables["panel"]} | variables | readable

    def get_default_screen(self) -> Screen[None]:
        """The home screen. Made so and not as a mode, Textual reads the styles once before it paints, not twice."""
        return places.HOME.make()

    def get_driver_class(self) -> type[Driver]:
        """The platform's, writing fewer bytes."""
        from forecasts.tui.startup import writing_styles_once

        return writing_styles_once(super().get_driver_class())

    def on_mount(self) -> None:
        """Leave the rest until the first screen is painted."""
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        from forecasts.tui import startup

        self.add_mode(places.HOME.name, places.HOME.make)
        self.stylesheet.read(PAGE_STYLES)
        self.stylesheet.reparse()
        startup.begin(self)
        collector.begin_work()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Before the ledger is set up there is nowhere to go and nothing to take back."""
        if action in {"add", "go", "undo", "copy", "web", "read_claim", "blind"} and not self.is_set_up:
            return None
        return super().check_action(action, parameters)

    def clear_selection(self) -> None:
        """Let go of marked words because a field is typed into, not because one was shown or taken away above them."""
        if not isinstance(self.focused, MarkableView):
            super().clear_selection()

    def action_help_quit(self) -> None:
        """Say which key leaves to whom presses the one that leaves other programs."""
        self.notify(f"{self.name_key('app.quit')} leaves the program.")

    async def action_go(self, place: str) -> None:
        """Go to a place; to the one that is shown, go back to its beginning. What was told belongs to where one was."""
        self.clear_notes()
        if place == self.current_mode:
            while len(self.screen_stack) > 1:
                await self.pop_screen()
        else:
            await self.switch_mode(place)

    def action_show_moved(self) -> None:
        """Go to the first source whose score the last change moved."""
        self.run_task(flows.opening.open_in_place(self, "sources", self.moves[0].source))

    def action_theme(self) -> None:
        """Light for dark, dark for light."""
        self.choose_theme(themes.other_theme(self.theme, dark=self.current_theme.dark))

    def action_command_palette(self) -> None:
        from forecasts.tui.commands import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(placeholder="An action, or words of a record", id="--command-palette"))

    def action_help(self) -> None:
        from forecasts.tui.dialogs.help import HelpDialog, help_of

        self.push_screen(HelpDialog(help_of(self.screen)))

    def action_undo(self) -> None:
        """Take back one's own last change, after a question."""
        self.run_flow(flows.resolving.undo(self), "undo")

    def action_add(self) -> None:
        self.run_flow(flows.recording.choose_and_record(self), "record")

    def action_copy(self) -> None:
        self.run_flow(flows.clipboard.copy(self), "copy")

    def action_web(self) -> None:
        """Open an address that belongs to what one stands on."""
        self.run_flow(flows.clipboard.open_address(self), "web")

    def action_read_claim(self) -> None:
        """Record one's own reading of the claim under the cursor."""
        self.run_flow(flows.claiming.read_claim(self), "read claim")

    def action_blind(self) -> None:
        """Hide outcomes and numbers, or show them again; the choice is kept."""
        self.is_blind = not self.is_blind
        self.save_setting("blind", self.is_blind)
        self.notify(
            "Outcomes and everybody else's numbers are hidden." if self.is_blind else "Outcomes and numbers are shown.",
            title="Coding blind" if self.is_blind else "Coding with everything in view",
        )
        self.ledger_changed.publish(0)

    def action_leave(self) -> None:
        """Leave when the key is pressed twice, with nothing in between."""
        if self.keys_taken == self._leaves_after:
            self.exit(0)
        else:
            self._leaves_after = self.keys_taken + 1
            self.notify("Once more leaves the program.", title="Quit")

    async def action_quit(self) -> None:
        """Leave, and let the database go."""
        self.exit(0)


def run(address: str, *, analyst: str, settings: Settings, has_terminal: bool = True) -> int:
    """Open the terminal UI on the ledger at `address`; the result is the exit status.

    Without a terminal its screen goes where Textual's driver sends it: to a browser.
    """
    from forecasts.tui.startup import watch_terminal, why_unfit

    unfit = why_unfit() if has_terminal else ""
    if unfit:
        sys.stderr.write(unfit + "\n")
        return 1
    app = ForecastsApp(address, analyst=analyst, settings=settings)
    try:
        app.first_page = services.overview.first_page(address, today=app.today())
    except ForecastsError as error:
        sys.stderr.write(safe_block(error) + "\n")
        return 1
    if has_terminal:
        watch_terminal()
    app.run()
    app.close_ledger()
    if app.restores is not None:
        return flows.restoring.restore_chosen(address, app.restores)
    return app.return_code or 0
