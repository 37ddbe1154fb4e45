"""What the program does, one module per intent: one intent, one transaction, plain records in and out.

`services.resolve` and its like are imported when they are first asked for: what a front end does in a thread brings in
there what it needs, and its first screen waits for nothing.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecasts.services import (  # noqa: F401 - for type checkers
        articles,
        browse,
        card_pages,
        claims,
        compare,
        drafting,
        explain,
        export,
        history,
        merge,
        overview,
        predictions,
        proposing,
        record,
        resolve,
        reviews,
        scoreboard,
        taking,
        texts,
        undo,
    )


def __getattr__(name: str) -> ModuleType:
    if name.startswith("_"):
        raise AttributeError(name)
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        raise AttributeError(name) from error
