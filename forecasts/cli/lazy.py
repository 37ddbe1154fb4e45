"""The group of all commands: a command's module is imported when the command is asked for."""

from __future__ import annotations

import sys
from collections import UserDict
from importlib import import_module
from typing import Any

import typer
from typer.main import get_group

from forecasts.cli.families import LightGroup
from forecasts.errors import ForecastsError
from forecasts.text import safe, safe_block

COMMANDS = {
    "setup": "setting_up",
    "status": "status",
    "list": "listing",
    "show": "showing",
    "read": "reading",
    "phrases": "phrases",
    "explain": "explain",
    "history": "history",
    "add": "adding",
    "edit": "changing",
    "remove": "changing",
    "merge": "changing",
    "attach": "changing",
    "detach": "changing",
    "resolve": "resolving",
    "reopen": "resolving",
    "undo": "resolving",
    "scores": "scores",
    "compare": "compare",
    "agreement": "readings",
    "export": "exporting",
    "plot": "plots",
    "import": "importing",
    "schema": "schemas",
    "check": "safety",
    "backup": "safety",
    "restore": "safety",
    "copy": "safety",
    "serve": "serving",
}
"""Every command and the module of its family, in the order in which help names them."""


class _Commands(UserDict[str, Any]):
    """The commands by name, each made from its module when it is looked up."""

    def __getitem__(self, name: str) -> Any:
        module = import_module(f"forecasts.cli.commands.{self.data[name]}")
        return get_group(module.app).commands[name]


class LazyGroup(LightGroup):
    """Commands that are imported when asked for, and whose foreseeable errors are told without a traceback."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "commands": _Commands(COMMANDS)})

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, without importing anything."""
        return list(COMMANDS)

    def invoke(self, ctx: Any) -> Any:
        """Carry the command out; what is wrong is told on standard error, with exit status 1."""
        try:
            return super().invoke(ctx)
        except ForecastsError as error:
            _tell(str(error))
        except BrokenPipeError:
            from forecasts.cli.main import write_into_nothing

            write_into_nothing()  # the reader has enough; what was asked for is done
            raise typer.Exit(0) from None
        except OSError as error:
            place = f"{safe(error.filename)}: " if error.filename else ""
            _tell(f"{place}{error.strerror or error}.")
        raise typer.Exit(1)


def _tell(text: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(safe_block(text) + "\n")
