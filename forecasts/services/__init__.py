"""What the program does, one module per intent: one intent, one transaction, plain records in and out.

`services.resolve` and its like are imported when they are first asked for: what a front end does in a thread brings in
there what it needs, and its first screen waits for nothing.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecasts.services import (
        articles as articles,
    )
    from forecasts.services import (
        browse as browse,
    )
    from forecasts.services import (
        card_pages as card_pages,
    )
    from forecasts.services import (
        claims as claims,
    )
    from forecasts.services import (
        compare as compare,
    )
    from forecasts.services import (
        drafting as drafting,
    )
    from forecasts.services import (
        explain as explain,
    )
    from forecasts.services import (
        export as export,
    )
    from forecasts.services import (
        history as history,
    )
    from forecasts.services import (
        merge as merge,
    )
    from forecasts.services import (
        overview as overview,
    )
    from forecasts.services import (
        phrases as phrases,
    )
    from forecasts.services import (
        predictions as predictions,
    )
    from forecasts.services import (
        readings as readings,
    )
    from forecasts.services import (
        record as record,
    )
    from forecasts.services import (
        resolve as resolve,
    )
    from forecasts.services import (
        setup as setup,
    )
    from forecasts.services import (
        shown_board as shown_board,
    )
    from forecasts.services import (
        storylines as storylines,
    )
    from forecasts.services import (
        texts as texts,
    )
    from forecasts.services import (
        undo as undo,
    )


def __getattr__(name: str) -> ModuleType:
    if name.startswith("_"):
        raise AttributeError(name)
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        raise AttributeError(name) from error
