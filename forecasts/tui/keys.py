"""Actions and their keys: declared once as data, and from it the bindings, the footer, the help and the palette.

A one-letter key must also work while a Cyrillic or Kazakh layout is on, where the same key of the keyboard sends
another letter. `LAYOUTS` is the one table of what it sends; `with_layouts` adds those letters to a key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual.binding import Binding
from textual.keys import format_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.binding import BindingType

_KEY_NAMES = {"pageup": "page up", "pagedown": "page down", "escape": "esc"}
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
    known = {action.id: action for actions in areas.values() for action in actions}
    problems = [f"no action is called '{name}'" for name in settings if name not in known]
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


def _key_name(key: str) -> str:
    modifiers, _, last = key.rpartition("+")
    name = _KEY_NAMES.get(last) or format_key(last)
    return f"{modifiers}+{name}" if modifiers else name
