"""How a session draws for a page: Textual's own driver, for a page that somebody looks at."""

from __future__ import annotations

from textual import events
from textual.drivers.web_driver import WebDriver


class PageDriver(WebDriver):
    """Has the focus from the beginning: the page may have said so before there was anybody to hear it."""

    def start_application_mode(self) -> None:
        """Begin, and take back that nobody looks."""
        super().start_application_mode()
        self._app.call_later(self._app.post_message, events.AppFocus())
