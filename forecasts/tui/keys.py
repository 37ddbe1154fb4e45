"""Actions and their keys: declared once as data, and from it the bindings, the footer, the help and the palette.

A one-letter key must also work while a Cyrillic or Kazakh layout is on, where the same key of the keyboard sends
another letter. `LAYOUTS` is the one table of what it sends; `with_layouts` adds those letters to a key.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, ClassVar, NamedTuple

from textual.app import App
from textual.binding import Binding, BindingType
from textual.events import Key, Paste
from textual.keys import format_key
from textual.message_pump import MessagePump

from forecasts.text import safe

_SHOWN = 60
_KEY_NAMES = {"pageup": "page up", "pagedown": "page down"}
_SIGNS = {"ctrl": "^", "shift": "⇧"}
_LATIN = "qwertyuiopasdfghjklzxcvbnm"
_CYRILLIC = "йцукенгшщзфывапролдячсмить"

LAYOUTS: Mapping[str, tuple[str, ...]] = {
    **{latin: (cyrillic,) for latin, cyrillic in zip(_LATIN, _CYRILLIC, strict=True)},
    **{latin: (cyrillic,) for latin, cyrillic in zip(_LATIN.upper(), _CYRILLIC.upper(), strict=True)},
    **{digit: (letter,) for digit, letter in zip("2345890", "әіңғүұқ", strict=True)},
    "[": ("х",),
    "]": ("ъ",),
    "/": (".", "№"),
    "?": ("comma",),
    "<": ("Б",),
    ">": ("Ю",),
}
"""What the key of a Latin letter or sign sends under the Russian layout, and that of a digit under the Kazakh one."""


class Action(NamedTuple):
    """Something one can do: its id (the name in the settings file), its keys, and what the help says of it."""

    id: str
    keys: str
    action: str
    title: str
    help: str = ""
    show: bool = True
    named: bool = True
    group: str = ""
    priority: bool = False


class Keyed:
    """What has actions of its own: its bindings are those of the actions that its class names."""

    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    BINDINGS: ClassVar[list[BindingType]]

    def __init_subclass__(cls, **options: Any) -> None:
        if "ACTIONS" in vars(cls):
            cls.BINDINGS = bindings(cls.ACTIONS)
        super().__init_subclass__(**options)


def quiet(id: str, keys: str, action: str, title: str) -> Action:  # noqa: A002 - as an action has it
    """An action that is in the help alone, not in the footer and not in the palette."""
    return Action(id=id, keys=keys, action=action, title=title, show=False, named=False)


def movement(place: str) -> tuple[Action, ...]:
    """The keys by which the cursor goes through the lines of a table or a text, which `place` names."""
    return (
        quiet(f"{place}.up", "up,k", "move(-1)", "Up"),
        quiet(f"{place}.down", "down,j", "move(1)", "Down"),
        quiet(f"{place}.page-up", "pageup,ctrl+b", "page(-1)", "Page up"),
        quiet(f"{place}.page-down", "pagedown,ctrl+f", "page(1)", "Page down"),
        quiet(f"{place}.first", "home,g", "edge(-1)", "First"),
        quiet(f"{place}.last", "end,G", "edge(1)", "Last"),
    )


def with_layouts(keys: str) -> str:
    """The comma-separated keys, each with what the same key sends under the other layouts."""
    wanted: list[str] = []
    for key in (part.strip() for part in keys.split(",")):
        modifiers, plus, last = key.rpartition("+")
        wanted.append(key)
        if not modifiers:
            wanted.extend(LAYOUTS.get(key, ()))
        elif modifiers == "ctrl" and last.isalpha():
            wanted.extend(f"{modifiers}{plus}{letter}" for letter in LAYOUTS.get(last, ()))
    return ",".join(dict.fromkeys(wanted))


def bindings(actions: Iterable[Action]) -> list[BindingType]:
    """Textual's bindings of the actions, grouped where the actions are."""
    groups: dict[str, Binding.Group] = {}
    return [
        Binding(
            with_layouts(action.keys),
            action.action,
            action.title,
            show=action.show,
            tooltip=action.help,
            id=action.id,
            priority=action.priority,
            group=groups.setdefault(action.group, Binding.Group(action.group, compact=True)) if action.group else None,
        )
        for action in actions
    ]


def keymap(settings: Mapping[str, str]) -> dict[str, str]:
    """The analyst's own keys, with the other layouts added, as Textual takes them."""
    return {name: with_layouts(keys) for name, keys in settings.items()}


def clashes(settings: Mapping[str, str], areas: Mapping[str, Iterable[Action]]) -> list[str]:
    """What is wrong with the analyst's own keys: unknown actions, and keys that two actions of one area share."""
    from forecasts.domain.values import nearest  # with the records, which the first screen needs not

    known = {action.id: action for actions in areas.values() for action in actions}
    near = {name: nearest(name, known, 1) or ("question.resolve",) for name in settings if name not in known}
    problems = [f"no action is called '{safe(name, _SHOWN)}'; ids are as {ids[0]}" for name, ids in near.items()]
    everywhere = tuple(areas.get("", ()))
    for area, actions in areas.items():
        taken: dict[str, str] = {}
        for action in dict.fromkeys((*everywhere, *actions)):
            for key in settings.get(action.id, action.keys).split(","):
                other = taken.setdefault(key.strip(), action.id)
                if other != action.id and (other in settings or action.id in settings):
                    where = f" in {area}" if area else ""
                    problems.append(f"'{key.strip()}' is the key of both {other} and {action.id}{where}")
    return list(dict.fromkeys(problems))


def key_names(keys: Iterable[str]) -> str:
    """Keys as people call them; those of other layouts do the same and need no mention."""
    layouts = [(alias, "", "") for aliases in LAYOUTS.values() for alias in aliases]
    aliases = {binding.key for binding in Binding.make_bindings(layouts)}
    shown = [key for key in keys if key.rpartition("+")[2] not in aliases]
    return ", ".join(_key_name(key) for key in shown)


def key_sign(key: str) -> str:
    """A key where there is little room, as at the foot of a page: ^s and ⇧← for ctrl+s and shift+←."""
    modifiers, _, last = key.rpartition("+")
    return "".join(_SIGNS.get(modifier, f"{modifier}+") for modifier in modifiers.split("+") if modifier) + format_key(
        last
    )


def _key_name(key: str) -> str:
    modifiers, _, last = key.rpartition("+")
    name = _KEY_NAMES.get(last) or format_key(last)
    return f"{modifiers}+{name}" if modifiers else name


_GLANCE = 0.1
_MOST_ROUNDS = 12  # widgets that go on sending messages (timers, repaints) are not waited for for ever


class KeyQueue:
    """Keys and pastes as they come from the terminal, given on by `give`, one after the other.

    Textual puts a key into the queue of whatever has the focus when it arrives; one that moves the focus is handled
    only there, so that the keys behind it would land where the focus was.
    """

    def __init__(self, app: App[Any], give: Callable[[Key | Paste], Awaitable[None]]) -> None:
        self._app = app
        self._give = give
        self._keys: deque[Key | Paste] = deque()
        self._task: asyncio.Task[None] | None = None
        self._is_free = asyncio.Event()
        self._is_free.set()

    @property
    def is_held(self) -> bool:
        """Whether keys wait for a dialog that is being prepared."""
        return not self._is_free.is_set()

    @property
    def is_empty(self) -> bool:
        return not self._keys

    @property
    def is_done(self) -> bool:
        """Whether everything that was typed has taken effect."""
        return self.is_empty and (self._task is None or self._task.done())

    def hold(self) -> None:
        """Keep what is typed from now on until `release`."""
        self._is_free.clear()

    def release(self, *, forget: bool = False) -> None:
        """Give on what was typed, unless that is to be forgotten."""
        if forget:
            self._keys.clear()
        self._is_free.set()

    def put(self, key: Key | Paste) -> None:
        self._keys.append(key)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._give_all())

    async def _give_all(self) -> None:
        while self._keys:
            await self._is_free.wait()
            if self._keys:
                target = self._app.focused or self._app.screen
                await self._give(self._keys.popleft())
                await self._settle(target.ancestors_with_self)

    async def _settle(self, given: Iterable[MessagePump]) -> None:
        """Wait until the widgets that the key went through, and those that are on top now, have nothing left to do."""
        widgets = dict.fromkeys((*given, *(self._app.focused or self._app.screen).ancestors_with_self))
        waiting = list(widgets)
        for _ in range(_MOST_ROUNDS):
            for widget in waiting:
                await _until_handled(widget)
            now = (self._app.focused or self._app.screen).ancestors_with_self
            waiting = [one for one in dict.fromkeys((*widgets, *now)) if one.is_running and one.message_queue_size]
            if not waiting:
                return


async def _until_handled(widget: MessagePump) -> None:
    handled = asyncio.get_running_loop().create_future()
    if not widget.is_running or not widget.call_later(_resolve, handled):
        return
    while not handled.done() and widget.is_running:
        await asyncio.wait((handled,), timeout=_GLANCE)


def _resolve(handled: asyncio.Future[None]) -> None:
    if not handled.done():
        handled.set_result(None)
