"""Values of options without the framework's type adapters, whose import takes longer than most commands run."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable


class _Light:
    """Reads what needs no adapter: what is not given, text, and words of a closed vocabulary."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value as the command takes it. BadParameter names what can be given."""
        annotation = param.type_descriptor.annotation
        is_many = param.multiple or param.nargs == -1
        if value is None or (is_many and not value):
            return () if is_many else None
        if annotation is str and isinstance(value, str):
            return value
        if annotation == list[str] and isinstance(value, list | tuple):
            return list(value)
        if isinstance(annotation, type) and issubclass(annotation, StrEnum):
            return _word(annotation, value, param, ctx)
        return type(param).get_runtime_param(param).coerce(value, param=param, ctx=ctx)


def _word(vocabulary: type[StrEnum], value: str, param: Any, ctx: Any) -> StrEnum:
    try:
        return vocabulary(value)
    except ValueError:
        msg = f"'{value}' is not one of {', '.join(vocabulary)}."
        raise typer.BadParameter(msg, ctx=ctx, param=param) from None


_LIGHT = _Light()


def lighten(parameters: Iterable[Any]) -> list[Any]:
    """The parameters, reading their values so; those that know no such thing are left as they are."""
    lightened = list(parameters)
    for parameter in lightened:
        if hasattr(parameter, "get_runtime_param") and hasattr(parameter, "type_descriptor"):
            parameter.get_runtime_param = lambda: _LIGHT
    return lightened
