"""Flows: what one intent asks, of whom, in the order in which it reads. Each is a coroutine started by the app."""

from typing import TYPE_CHECKING

from forecasts import modules_of

if TYPE_CHECKING:
    from forecasts.tui.flows import (  # noqa: F401 - for type checkers
        claiming,
        clipboard,
        exporting,
        opening,
        recording,
        resolving,
        restoring,
    )

__getattr__ = modules_of(__name__)
