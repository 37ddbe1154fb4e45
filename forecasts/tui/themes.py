"""The program's own themes, dark and light; Textual's are there beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.theme import Theme

if TYPE_CHECKING:
    from rich.console import Console

DARK = Theme(
    name="forecasts-dark",
    primary="#7aa2c8",
    secondary="#8f9fb3",
    accent="#e0b36a",
    warning="#e0b36a",
    error="#e5847c",
    success="#86c08b",
    foreground="#dfe3e8",
    background="#14181d",
    surface="#1a1f26",
    panel="#232a33",
    dark=True,
    variables={
        "block-cursor-background": "#30465c",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#242d38",
        "footer-key-foreground": "#e0b36a",
        "input-selection-background": "#7aa2c8 35%",
        "border": "#7aa2c8",
        "border-blurred": "#39434f",
    },
)

LIGHT = Theme(
    name="forecasts-light",
    primary="#1f5582",
    secondary="#55636f",
    accent="#8a5a00",
    warning="#8a5a00",
    error="#a8281e",
    success="#1f6b2d",
    foreground="#1c2228",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e7e4dc",
    dark=False,
    variables={
        "block-cursor-background": "#cfe0ef",
        "block-cursor-foreground": "#0c1318",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#e4e9ee",
        "footer-key-foreground": "#8a5a00",
        "input-selection-background": "#1f5582 25%",
        "border": "#1f5582",
        "border-blurred": "#c2bdb1",
    },
)

OWN = (DARK, LIGHT)
_FEW_COLOURS = {"standard", "windows"}


def default_theme(console: Console) -> str:
    """Ours; in a terminal of 16 colours, the one that uses the terminal's own."""
    return "ansi-dark" if console.color_system in _FEW_COLOURS else DARK.name


def other_theme(name: str, *, dark: bool) -> str:
    """The light theme for a dark one and the other way round, in the same family where it has both."""
    family, _, _ = name.rpartition("-")
    if family not in {"forecasts", "textual", "ansi"}:
        family = "forecasts"
    return f"{family}-{'light' if dark else 'dark'}"
