"""The lines around a page: its places at the top, its summary, and what the keys do here at the bottom."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from rich.cells import cell_len
from textual import events, getters
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from forecasts.text import safe
from forecasts.tui.background import ServiceApp
from forecasts.tui.keys import Action, key_sign
from forecasts.tui.widgets.columns import ELLIPSIS, whole_parts

_NAME, _BLIND = " forecasts ", " ◌ blind   "


class Tab(NamedTuple):
    """A place as the bar shows it."""

    place: str
    key: str
    title: str


class PlaceBar(Widget):
    """One line of tabs. It keeps to its width: what is at the right goes first."""

    ALLOW_SELECT = False

    app = getters.app(ServiceApp)

    class PlaceChosen(Message):
        """A tab was clicked."""

        def __init__(self, place: str) -> None:
            super().__init__()
            self.place = place

    def __init__(self, tabs: Sequence[Tab], shown: str, whose: str) -> None:
        super().__init__()
        self._tabs = tuple(tabs)
        self._shown = shown
        self._whose = safe(whose)
        self._spans: list[tuple[int, int, str]] = []

    def render(self) -> Content:
        """The tabs, and whose ledger it is where there is room. In little room the tabs give up their titles."""
        parts: list[tuple[str, str]] = []
        width = self.size.width
        texts = [f" {tab.key} {tab.title} " for tab in self._tabs]
        if cell_len("".join(texts)) > width:
            texts = [f" {tab.key} {tab.title} " if tab.place == self._shown else f" {tab.key} " for tab in self._tabs]
        taken = cell_len(_NAME) if cell_len("".join((_NAME, *texts))) <= width else 0
        if taken:
            parts.append((_BLIND, "bold $warning") if self.app.is_blind else (_NAME, "bold $primary"))
        self._spans = []
        for tab, text in zip(self._tabs, texts, strict=True):
            is_shown = tab.place == self._shown
            parts.append(
                (text, "bold $block-cursor-foreground on $block-cursor-background" if is_shown else "$foreground")
            )
            self._spans.append((taken, taken + cell_len(text), tab.place))
            taken += cell_len(text)
        room = width - taken - 2
        whose = self._whose if 0 < cell_len(self._whose) <= room else ""
        if whose:
            parts.append((" " * (room - cell_len(whose) + 1), ""))
            parts.append((whose, "$foreground-muted"))
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Go to the place whose tab was clicked."""
        for first, last, place in self._spans:
            if first <= event.x < last:
                self.post_message(self.PlaceChosen(place))


_GAP = "  "
_WAY_BACK = "page.back"


@cache
def _named_by(key: str) -> str:
    """Textual's name of the key by which an action is called wherever it is named; empty where it has none."""
    return next((binding.key for binding in Binding.make_bindings([(key, "", "")])), "") if key.strip() else ""


class _Key(NamedTuple):
    id: str
    key: str
    shown: str
    title: str
    is_enabled: bool
    is_pinned: bool

    @property
    def width(self) -> int:
        return cell_len(self.shown) + 1 + cell_len(self.title)


class KeyBar(Widget):
    """The active keys of the screen, in the order in which they are declared; `pinned` ones stay at the right."""

    ALLOW_SELECT = False

    app = getters.app(ServiceApp)

    def __init__(self, pinned: frozenset[str] = frozenset({"app.help", "app.palette"})) -> None:
        super().__init__()
        self._pinned = pinned
        self._spans: list[tuple[int, int, _Key]] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def _follow(self, _screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> Content:
        """The keys that fit, whole; greyed where they do nothing now."""
        keys = self._keys()
        pinned = [key for key in keys if key.is_pinned]
        room = self.size.width - 2 - sum(key.width + len(_GAP) for key in pinned)
        parts: list[tuple[str, str]] = [(" ", "")]
        self._spans = []
        at = 1
        back = next((key for key in keys if key.id == _WAY_BACK), None)
        for key in (key for key in keys if not key.is_pinned):
            back = None if key is back else back  # until it stands there, its room is kept
            if at + key.width + (back.width + len(_GAP) if back else 0) > room:
                continue
            at = self._add(parts, key, at)
        parts.append((" " * max(room + 1 - at, 0), ""))
        at = max(at, room + 1)
        for key in pinned:
            at = self._add(parts, key, at)
        return Content.assemble(*parts)

    def _add(self, parts: list[tuple[str, str]], key: _Key, at: int) -> int:
        parts.append((key.shown, "bold $footer-key-foreground" if key.is_enabled else "dim $foreground-muted"))
        parts.append((f" {key.title}", "$foreground" if key.is_enabled else "dim $foreground-muted"))
        parts.append((_GAP, ""))
        self._spans.append((at, at + key.width, key))
        return at + key.width + len(_GAP)

    def _keys(self) -> list[_Key]:
        first = {action.id: _named_by(self.app.key_of(action.id, action.keys)) for action in self._declared()}
        found: dict[str, _Key] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            is_named = binding.key == first.get(binding.id or "")
            if binding.show and binding.key.isascii() and (is_named or binding.action not in found):
                is_pinned = binding.id in self._pinned
                found[binding.action] = _Key(
                    binding.id or "", binding.key, key_sign(binding.key), binding.description, active.enabled, is_pinned
                )
        order = {name: place for place, name in enumerate(first)}
        return sorted(found.values(), key=lambda key: order.get(key.id, len(order)))

    def _declared(self) -> Iterator[Action]:
        for owner in (self.screen.focused, self.screen, self.app):
            yield from getattr(owner, "ACTIONS", ())

    def on_click(self, event: events.Click) -> None:
        for first, last, key in self._spans:
            if first <= event.x < last and key.is_enabled:
                self.app.simulate_key(key.key)


class TextLines(Widget):
    """Shows a Content in the room that the style sheet gives it; what does not fit ends in “…”."""

    def __init__(self, content: Content | None = None, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._content = content or Content("")

    @property
    def content(self) -> Content:
        return self._content

    def say(self, content: Content) -> None:
        """Show something else."""
        if content != self._content:
            self._content = content
            is_taller = self.styles.is_auto_height and len(content.wrap(max(self.size.width, 1))) != self.size.height
            self.refresh(layout=is_taller)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as it takes."""
        return len(self._content.wrap(max(width, 1)))

    def render(self) -> Content:
        """What is shown, as many lines of it as there is room for."""
        width, height = self.size
        if not width:
            return self._content
        lines = self._content.wrap(width)
        if len(lines) <= height:
            return self._content
        last = lines[height - 1].rstrip()
        shown = whole_parts(f"{last.plain} {lines[height].plain}", width, " · ")
        kept = min(len(shown) - len(ELLIPSIS), len(last.plain))
        return Content("\n").join((*lines[: height - 1], last[:kept] + shown[kept:]))
