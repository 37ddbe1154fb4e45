"""One session of a browser: its process and its messages."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import Process
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from textual import events
from textual.drivers.web_driver import WebDriver
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

if TYPE_CHECKING:
    from aiohttp import web


LONGEST = 1_000_000
"""Bytes of one message: a long paste fits."""

_NARROWEST, _WIDEST = 1, 1000


class Typed(NamedTuple):
    """Keys, or a paste."""

    text: str


class Resized(NamedTuple):
    """The terminal's new size in cells."""

    width: int
    height: int


class Noticed(NamedTuple):
    """The page got or lost the focus."""

    what: Literal["blur", "focus"]


class Pinged(NamedTuple):
    """Is anybody there? `data` goes back as it came."""

    data: Any


Message = Typed | Resized | Noticed | Pinged


def read_message(text: str) -> Message | None:
    """The message in a frame; None where it is none."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match said:
        case ["stdin", str(typed)]:
            try:
                typed.encode()
            except UnicodeEncodeError:
                return None
            return Typed(typed)
        case ["resize", {"width": int(width), "height": int(height)}]:
            return Resized(cells(width), cells(height))
        case [("blur" | "focus") as what, *_]:
            return Noticed("blur" if what == "blur" else "focus")
        case ["ping", (str() | int() | float() | None) as data]:
            return Pinged(data)
    return None


def cells(value: int) -> int:
    """A number of cells that a terminal can have."""
    return min(max(value, _NARROWEST), _WIDEST)


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
        own = {"TEXTUAL_DRIVER": "forecasts.tui.browser.session:PageDriver", **self._more}
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


class PageDriver(WebDriver):
    """Has the focus from the beginning: the page may have said so before there was anybody to hear it."""

    def start_application_mode(self) -> None:
        """Begin, and take back that nobody looks."""
        super().start_application_mode()
        self._app.call_later(self._app.post_message, events.AppFocus())


def main() -> int:
    """The terminal UI, drawn for a page."""
    from forecasts.settings import analyst_name, database_address, load_settings
    from forecasts.tui.app import run

    settings = load_settings()
    address, analyst = database_address(None, settings), analyst_name(None, settings)
    return run(address, analyst=analyst, settings=settings, has_terminal=False)


if __name__ == "__main__":
    sys.exit(main())
