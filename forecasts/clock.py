"""Now. Everything that needs the time is handed a `Clock`, so that a test can hold it still."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pendulum

Clock = Callable[[], "pendulum.DateTime"]
"""What gives the present instant in UTC."""


def utc_now() -> pendulum.DateTime:
    import pendulum

    return pendulum.now("UTC")
