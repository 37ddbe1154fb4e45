"""What the modules of the command families are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from forecasts.cli.coercion import lighten

Function = TypeVar("Function", bound=Callable[..., Any])


class LightCommand(TyperCommand):
    """A command that reads its values without the framework's adapters."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The arguments and options, help among them."""
        return lighten(super().get_params(ctx))


class LightGroup(TyperGroup):
    """A group of commands that does so too."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The options, help among them."""
        return lighten(super().get_params(ctx))


class Family(typer.Typer):
    """Commands that are imported together. `text` is the help of a family whose name is a command of its own."""

    def __init__(self, text: str = "") -> None:
        super().__init__(
            cls=LightGroup, rich_markup_mode=None, add_completion=False, no_args_is_help=bool(text), help=text or None
        )

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Function], Function]:
        """Register a function as a command."""
        return super().command(name, **{"cls": LightCommand, **settings})
