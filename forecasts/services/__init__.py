"""What the program does, one module per intent: one intent, one transaction, plain records in and out.

`services.resolve` and its like are imported when they are first asked for: a command, or what the terminal UI does in a
thread, brings in what it needs, and a first screen waits for nothing.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecasts.services import (  # noqa: F401 - for type checkers
        archive,
        arrow_tables,
        articles,
        backup,
        browse,
        card_pages,
        check,
        claims,
        compare,
        copying,
        drafting,
        explain,
        export,
        history,
        import_records,
        ledger,
        load,
        merge,
        overview,
        plots,
        predictions,
        proposing,
        read_only,
        receipts,
        record,
        resolve,
        reviews,
        scoreboard,
        setup,
        taking,
        texts,
        undo,
    )


def __getattr__(name: str) -> ModuleType:
    if name.startswith("_"):
        raise AttributeError(name)
    module = f"{__name__}.{name}"
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise AttributeError(name) from error
