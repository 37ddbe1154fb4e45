"""One session: the terminal UI as a process of its own, its screen sent to one browser page.

`python -m forecasts.tui.browser.session` is that process; database and analyst come by its environment, where no other
user of the machine can read them.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from forecasts.tui.browser.messages import Message, Noticed, Resized, Typed

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from aiohttp import web

_SECONDS_TO_LEAVE = 10
_LINKS = ("http://", "https://")


class Session(AppService):
    """The process behind one page. Nothing goes through a shell, and nothing can be downloaded."""

    def __init__(self, websocket: web.WebSocketResponse, environment: dict[str, str]) -> None:
        super().__init__(
            "",
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=self._close,
            download_manager=DownloadManager(),
        )
        self._websocket = websocket
        self._more = environment

    async def _close(self) -> None:
        await self._websocket.close()

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        own = {"TEXTUAL_DRIVER": "forecasts.tui.browser.driver:PageDriver", **self._more}
        return super()._build_environment(width, height) | own

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        pipe = asyncio.subprocess.PIPE
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "forecasts.tui.browser.session",
            stdin=pipe, stdout=pipe, stderr=pipe, env=self._build_environment(width, height),
        )  # fmt: skip
        self._stdin = process.stdin
        return process

    async def take(self, message: Message) -> None:
        """Hand on what the browser said."""
        match message:
            case Typed(text):
                await self.send_bytes(text.encode())
            case Resized(width, height):
                await self.set_terminal_size(width, height)
            case Noticed(what):
                await (self.focus() if what == "focus" else self.blur())

    async def on_meta(self, data: bytes) -> None:
        """What the program asks of the page: to end, or to open a link, which must be one of the web."""
        said: dict[str, Any] = json.loads(data)
        if said["type"] == "exit":
            await self._close()
        elif said["type"] == "open_url" and str(said["url"]).startswith(_LINKS):
            await self.remote_write_str(json.dumps(["open_url", {"url": said["url"], "new_tab": True}]))

    async def stop(self) -> None:
        """End the process; one that does not leave is killed."""
        try:
            await asyncio.wait_for(super().stop(), _SECONDS_TO_LEAVE)
        except TimeoutError:
            if self._process is not None and self._process.returncode is None:
                self._process.kill()
        if self._process is not None:
            await self._process.wait()


def main() -> int:
    """The terminal UI, drawn for a page."""
    from forecasts.settings import analyst_name, database_address, load_settings
    from forecasts.tui.app import run

    settings = load_settings()
    address, analyst = database_address(None, settings), analyst_name(None, settings)
    return run(address, analyst=analyst, settings=settings, has_terminal=False)


if __name__ == "__main__":
    sys.exit(main())
