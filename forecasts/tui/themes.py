"""The program's own themes, dark and light; Textual's are there beside them."""

from collections.abc import Iterable

from rich.console import Console
from textual.theme import Theme

# Every colour is one of the 256 that terminals share, so that it looks the same in tmux without true colour.

DARK = Theme(
    name="forecasts-dark",
    primary="#87afd7",
    secondary="#9e9e9e",
    accent="#d7af5f",
    warning="#d7af5f",
    error="#d78787",
    success="#87af87",
    foreground="#dadada",
    background="#121212",
    surface="#1c1c1c",
    panel="#262626",
    dark=True,
    variables={
        "block-cursor-background": "#005f87",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#303030",
        "field": "#303030",
        "footer-key-foreground": "#d7af5f",
        "input-selection-background": "#005f87",
        "border": "#5f87af",
        "border-blurred": "#585858",
        "foreground-muted": "#9e9e9e",
        "text-muted": "#9e9e9e",
    },
)

LIGHT = Theme(
    name="forecasts-light",
    primary="#005f87",
    secondary="#585858",
    accent="#875f00",
    warning="#875f00",
    error="#af0000",
    success="#005f00",
    foreground="#1c1c1c",
    background="#ffffff",
    surface="#eeeeee",
    panel="#e4e4e4",
    dark=False,
    variables={
        "block-cursor-background": "#afd7ff",
        "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#dadada",
        "field": "#ffffff",
        "footer-key-foreground": "#875f00",
        "input-selection-background": "#afd7ff",
        "border": "#005f87",
        "border-blurred": "#9e9e9e",
        "foreground-muted": "#585858",
        "text-muted": "#585858",
    },
)

OWN = (DARK, LIGHT)
_FEW_COLOURS = {"standard", "windows"}
_MARKS = ("screen-selection", "input-selection")
_ON_ANY_GROUND = {
    "primary": "ansi_bright_blue",
    "accent": "ansi_magenta",
    "warning": "ansi_magenta",
    "error": "ansi_red",
    "success": "ansi_default",
}
"""Those of a terminal's own colours that can be read on its black and on its white; nobody tells which it has."""


def has_few_colours(console: Console) -> bool:
    return console.color_system in _FEW_COLOURS


def default_theme(console: Console) -> str:
    """Ours; in a terminal of 16 colours, the one that uses the terminal's own."""
    return "ansi-dark" if has_few_colours(console) else DARK.name


def readable(theme: Theme, *, few_colours: bool) -> dict[str, str]:
    """What a theme's cursor and marks are drawn in, where its own colours would not tell letters from their ground.

    Of 16 colours the nearest to a shade can be that of the letters on it.
    """
    if theme.ansi:
        texts = {f"text-{name}": colour for name, colour in _ON_ANY_GROUND.items()}
        keys = {"footer-key-foreground": _ON_ANY_GROUND["accent"]}
        return _ON_ANY_GROUND | texts | keys | _pairs(_MARKS, "ansi_black", "ansi_cyan")
    if not few_colours:
        return {}
    letters, ground = ("#000000", "#ffffff") if theme.dark else ("#ffffff", "#000000")
    return _pairs(_MARKS, "#000000", "#00ffff") | _pairs(("block-cursor",), letters, ground)


def _pairs(names: Iterable[str], letters: str, ground: str) -> dict[str, str]:
    return {
        f"{name}-{part}": colour for name in names for part, colour in (("foreground", letters), ("background", ground))
    }


def other_theme(name: str, *, dark: bool) -> str:
    """The light theme for a dark one and the other way round, in the same family where it has both."""
    family, _, _ = name.rpartition("-")
    if family not in {"forecasts", "textual", "ansi"}:
        family = "forecasts"
    return f"{family}-{'light' if dark else 'dark'}"
