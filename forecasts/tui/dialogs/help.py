"""The help of a place, with every key that does something there; what a figure means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.table import Table
from rich.text import Text
from textual import on
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Markdown, Static

from forecasts import services
from forecasts.domain.glossary import Term
from forecasts.services.explain import Paragraph
from forecasts.tui import places
from forecasts.tui.background import ServiceApp
from forecasts.tui.dialogs.base import Dialog
from forecasts.tui.dialogs.form_fields import FormField
from forecasts.tui.keys import Action, key_names
from forecasts.tui.show import MUTED, line, styled

_KEY_WIDTH = 12
_MOVING = ("table.", "tree.", "text.", "page.")
_GROUPS = ("Here", "Moving", "Places", "Everywhere")


@dataclass(frozen=True)
class HelpText:
    """A page's help: its title, what it is for, by group its keys with what they do, and of a form its fields."""

    title: str
    text: str
    keys: Mapping[str, Sequence[tuple[str, str, str]]]
    fields: Sequence[FormField]


def help_of(screen: Screen[Any]) -> HelpText:
    """The help of the screen that is shown: the keys are those in force, the analyst's own included."""
    keys: dict[str, list[str]] = {}
    titles: dict[str, tuple[str, str]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if binding.id:
            keys.setdefault(binding.id, []).append(key)
            titles[binding.id] = (binding.description, binding.tooltip)
    groups: dict[str, list[tuple[str, str, str]]] = {name: [] for name in _GROUPS}
    for name, of_it in keys.items():
        groups[_group_of(name)].append((key_names(of_it), *titles[name]))
    title = getattr(screen, "HELP_TITLE", "") or getattr(screen, "heading", "")
    return HelpText(title, getattr(screen, "HELP_TEXT", ""), groups, getattr(screen, "explained", ()))


def _group_of(name: str) -> str:
    if name.startswith(_MOVING):
        return "Moving"
    if name in {action.id for action in places.ACTIONS}:
        return "Places"
    return "Everywhere" if name.startswith("app.") else "Here"


class HelpDialog(Dialog[None]):
    """Shows a page's help."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="help.close", keys="escape,q,?,f1", action="cancel", title="Close", help="Back to the page"),
    )

    def __init__(self, text: HelpText) -> None:
        super().__init__(classes="-tall")
        self._text = text
        self.heading = f"Help: {text.title}" if text.title else "Help"

    def compose_body(self) -> Iterable[Widget]:
        """What the page is for, then its keys."""
        with VerticalScroll(can_focus=True):
            if self._text.text:
                yield Static(line(self._text.text), classes="prose")
            for field in self._text.fields:
                said = f": {field.help}" if field.help else ""
                yield Static(styled((field.label, "bold $primary"), said), classes="prose section")
                yield from (Static(_term_words(term), classes="prose -in-1") for term in field.terms)
            yield Static(self._keys(), classes="prose")
            yield Static(
                line("Keys work under Latin, Cyrillic and Kazakh layouts; set your own in the settings file."),
                classes="prose muted",
            )

    def _keys(self) -> Table:
        """A line for each action, under its group; what it does is broken beside its keys, not under them."""
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=_KEY_WIDTH)
        grid.add_column()
        parse = self.app.stylesheet.parse_style
        style, heading = (parse(f"bold ${name}").rich_style for name in ("footer-key-foreground", "primary"))
        for group, rows in self._text.keys.items():
            if rows:
                grid.add_row()
                grid.add_row(Text(group, heading))
            for keys, title, text in rows:
                said = f"{title}: {text}" if text and text != title else title
                grid.add_row(Text(keys, style), Text(said))
        return grid


def _term_words(term: Term) -> Content:
    said = "" if term.word.endswith(term.meaning) else f": {term.meaning}"
    return styled((term.word, "bold"), f"{said} ", (f"({term.example})", MUTED))


class ExplainDialog(Dialog[None]):
    """Shows one paragraph at a time; links lead to the paragraphs that they name."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="explain.next", keys="right,n,l", action="turn(1)", title="Next", help="The next figure"),
        Action(id="explain.previous", keys="left,p,h", action="turn(-1)", title="Previous", help="The one before"),
        Action(id="explain.close", keys="escape,q,m", action="cancel", title="Close", help="Back to the figures"),
    )

    def __init__(self, paragraphs: tuple[Paragraph, ...], place: int) -> None:
        super().__init__(classes="-tall")
        self._paragraphs = paragraphs
        self._place = place
        self.heading = paragraphs[place].title

    def compose_body(self) -> Iterable[Widget]:
        """The text; nothing outside the program is opened from it."""
        with VerticalScroll(can_focus=True):
            yield Markdown(self._paragraphs[self._place].prose, open_links=False)

    async def action_turn(self, step: int) -> None:
        """Show the next or the previous paragraph."""
        await self._show((self._place + step) % len(self._paragraphs))

    @on(Markdown.LinkClicked)
    async def follow(self, event: Markdown.LinkClicked) -> None:
        """Show the paragraph that a link within the document names."""
        for place, paragraph in enumerate(self._paragraphs):
            if event.href == f"#{paragraph.anchor}":
                await self._show(place)

    async def _show(self, place: int) -> None:
        self._place = place
        self.heading = self._paragraphs[place].title
        self.query_one("#dialog").border_title = line(self.heading)
        await self.query_one(Markdown).update(self._paragraphs[place].prose)
        self.query_one(VerticalScroll).scroll_home(animate=False)


async def explain(app: ServiceApp, figure: str) -> None:

    def read() -> tuple[tuple[Paragraph, ...], int]:
        found = services.explain.paragraphs()
        return found, services.explain.place_of(figure, found)

    found, place = await app.in_thread(read)
    await app.push_screen_wait(ExplainDialog(found, place))
