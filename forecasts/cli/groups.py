"""Groups of commands: imported when asked for, values read without the framework's slow adapters."""

from collections import UserDict
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from enum import StrEnum
from importlib import import_module
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from forecasts.cli.options import with_place
from forecasts.cli.output import carry_out
from forecasts.text import safe


class _FastParsing:
    """Reads what needs no adapter: what is not given, text, and words of a closed vocabulary."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value as the command takes it. BadParameter names what can be given."""
        annotation = param.type_descriptor.annotation
        is_many = param.multiple or param.nargs == -1
        if value is None or (is_many and not value):
            return () if is_many else None
        if annotation in (int, float) and type(value) is annotation:  # so by default
            return value
        if annotation in (str, str | None) and isinstance(value, str):
            return _text(value, param, ctx)
        if annotation in (list[str], list[str] | None) and isinstance(value, list | tuple):
            return [_text(one, param, ctx) for one in value]
        if isinstance(annotation, type) and issubclass(annotation, StrEnum):
            return _word(annotation, value, param, ctx)
        return type(param).get_runtime_param(param).coerce(value, param=param, ctx=ctx)


def _text(value: str, param: Any, ctx: Any) -> str:
    """The text, if it is one: bytes of another encoding come from the shell as halves of characters."""
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        msg = f"'{safe(value)}' is no text in UTF-8."
        raise typer.BadParameter(msg, ctx=ctx, param=param)
    return value


def _word(vocabulary: type[StrEnum], value: str, param: Any, ctx: Any) -> StrEnum:
    """The word that is meant, its singular and plural alike."""
    words = {str(word): word for word in vocabulary}
    for said in (value, f"{value}s", value.removesuffix("s")):
        if said in words:
            return words[said]
    near = get_close_matches(value, words, 1)
    meant = f" Did you mean '{near[0]}'?" if near else ""
    msg = f"'{value}' is not one of {', '.join(vocabulary)}.{meant}"
    raise typer.BadParameter(msg, ctx=ctx, param=param)


_FAST = _FastParsing()


def use_fast_parsing(parameters: Iterable[Any]) -> list[Any]:
    """The parameters, reading their values so; those that know no such thing are left as they are."""
    parsed = list(parameters)
    for parameter in parsed:
        if hasattr(parameter, "get_runtime_param") and hasattr(parameter, "type_descriptor"):
            parameter.get_runtime_param = lambda: _FAST
    return parsed


Function = TypeVar("Function", bound=Callable[..., Any])


class FastCommand(TyperCommand):
    """A command that reads its values without the framework's adapters."""

    def get_params(self, ctx: Any) -> list[Any]:
        return use_fast_parsing(super().get_params(ctx))


class FastGroup(TyperGroup):
    """A group of commands that does so too, and knows a command by its plural."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return super().get_command(ctx, cmd_name) or super().get_command(ctx, cmd_name.removesuffix("s"))

    def get_params(self, ctx: Any) -> list[Any]:
        return use_fast_parsing(super().get_params(ctx))


class CommandGroup(typer.Typer):
    """Commands that are imported together. `text` is the help of a family whose name is a command of its own."""

    def __init__(self, text: str = "") -> None:
        super().__init__(
            cls=FastGroup, rich_markup_mode=None, add_completion=False, no_args_is_help=bool(text), help=text or None
        )

    def command(
        self, name: str | None = None, *, has_place: bool = True, **settings: Any
    ) -> Callable[[Function], Function]:
        """A command; unless it has none, with the options for the place where it works."""
        declare = super().command(name, **{"cls": FastCommand, **settings})

        def take(function: Function) -> Function:
            declare(with_place(function) if has_place else function)
            return function

        return take


COMMANDS = {
    "setup": "setting_up",
    "status": "setting_up",
    "due": "listing",
    "list": "listing",
    "show": "showing",
    "read": "reading",
    "phrases": "explaining",
    "explain": "explaining",
    "history": "showing",
    "add": "adding",
    "take": "taking",
    "propose": "reviewing",
    "edit": "changing",
    "remove": "changing",
    "merge": "changing",
    "attach": "changing",
    "detach": "changing",
    "resolve": "resolving",
    "void": "resolving",
    "later": "resolving",
    "reopen": "resolving",
    "undo": "resolving",
    "scores": "scores",
    "compare": "scores",
    "agreement": "reviewing",
    "export": "exporting",
    "archive": "exporting",
    "plot": "exporting",
    "import": "importing",
    "schema": "explaining",
    "check": "safety",
    "backup": "safety",
    "restore": "safety",
    "rebuild": "safety",
    "copy": "safety",
    "serve": "setting_up",
}
"""Every command and the module of its family, in the order in which help names them."""


class _Commands(UserDict[str, Any]):
    """The commands by name, each made from its module when it is looked up."""

    def __getitem__(self, name: str) -> Any:
        module = import_module(f"forecasts.cli.commands.{self.data[name]}")
        return get_group(module.app).commands[name]


class LazyGroup(FastGroup):
    """Commands that are imported when asked for, and whose foreseeable errors are told without a traceback."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "commands": _Commands(COMMANDS)})

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def invoke(self, ctx: Any) -> None:
        invoke = super().invoke
        if status := carry_out(lambda: invoke(ctx)):
            raise typer.Exit(status)
