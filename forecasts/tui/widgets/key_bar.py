"""The line at the bottom: what the keys do here. It never clips a name: what does not fit is in the help."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual import getters
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget

from forecasts.tui.work import ServiceApp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.screen import Screen

    from forecasts.tui.keys import Action

_GAP = "  "
_SIGNS = {"enter": "⏎", "escape": "esc", "question_mark": "?", "slash": "/", "shift+left": "⇧←", "shift+right": "⇧→"}


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
        """Follow what the keys can do."""
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
        for key in (key for key in keys if not key.is_pinned):
            if at + key.width > room:
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
                shown = _SIGNS.get(binding.key) or self.app.get_key_display(binding)
                is_pinned = binding.id in self._pinned
                found[binding.action] = _Key(
                    binding.id or "", binding.key, shown, binding.description, active.enabled, is_pinned
                )
        order = {name: place for place, name in enumerate(first)}
        return sorted(found.values(), key=lambda key: order.get(key.id, len(order)))

    def _declared(self) -> Iterator[Action]:
        """The actions in the order of their declaration, so that the analyst's own keys keep their place."""
        for owner in (self.screen.focused, self.screen, self.app):
            yield from getattr(owner, "ACTIONS", ())

    def on_click(self, event: events.Click) -> None:
        """Do what the clicked key does."""
        for first, last, key in self._spans:
            if first <= event.x < last and key.is_enabled:
                self.app.simulate_key(key.key)
