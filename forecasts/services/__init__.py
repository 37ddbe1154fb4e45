"""What the program does, one module per intent: one intent, one transaction, plain records in and out.

`services.resolve` and its like are imported when they are first asked for: a command, or what the terminal UI does in a
thread, brings in what it needs, and a first screen waits for nothing.
"""

from typing import TYPE_CHECKING

from forecasts import modules_of

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


__getattr__ = modules_of(__name__)
