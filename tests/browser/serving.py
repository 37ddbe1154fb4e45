"""A server as its users start it, and a browser as far as the server can tell."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
import pyte
import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

SECONDS = 30
WIDTH, HEIGHT = 100, 30


@contextmanager
def served(
    database: Path, folder: Path, *more: str, open_files: int = 0
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`forecasts serve` on a free port, as a process: it, and the address that it printed."""
    words = [sys.executable, "-m", "forecasts", "serve", "--port", "0", *more]
    if open_files:
        words = ["sh", "-c", f'ulimit -n {open_files}; exec "$@"', "sh", *words]
    process = subprocess.Popen(
        words,
        cwd=folder,
        env={**os.environ, "FORECASTS_DATABASE": str(database), "FORECASTS_ANALYST": "browser"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


def base_of(address: str) -> str:
    """The origin of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


@asynccontextmanager
async def browser(address: str) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """A client that opened the printed address: it has the cookie; and the address at which it ended up."""
    jar = aiohttp.CookieJar(unsafe=True)  # it keeps cookies of hosts that are numbers
    async with aiohttp.ClientSession(cookie_jar=jar) as client, client.get(address) as response:
        assert response.status == 200, await response.text()
        yield client, str(response.url)


@dataclass
class Page:
    """An open socket with the screen that it draws."""

    socket: aiohttp.ClientWebSocketResponse
    screen: pyte.Screen
    stream: pyte.ByteStream

    async def see(self, *words: str) -> str:
        """Wait until all of these are on the screen; returns it."""
        try:
            async with asyncio.timeout(SECONDS):
                while not all(word in self.text for word in words):
                    frame = await self.socket.receive()
                    assert frame.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), (frame, self.text)
                    if frame.type is aiohttp.WSMsgType.BINARY:
                        self.stream.feed(frame.data)
        except TimeoutError:
            pytest.fail(f"{words} never came:\n{self.text}")
        return self.text

    async def focus_next(self) -> None:
        """Press Tab and wait until the colours of the screen, cursor aside, show another field in focus."""
        before = self._colours()
        await self.type("\t")
        async with asyncio.timeout(SECONDS):
            while len([1 for one, other in zip(before, self._colours(), strict=True) if one != other]) <= 1:
                frame = await self.socket.receive()
                if frame.type is aiohttp.WSMsgType.BINARY:
                    self.stream.feed(frame.data)

    def _colours(self) -> list[tuple[str, str]]:
        return [
            (cell.fg, cell.bg)
            for row in range(HEIGHT)
            for cell in (self.screen.buffer[row][column] for column in range(WIDTH))
        ]

    async def ended(self) -> None:
        """Wait until the server closes the socket."""
        async with asyncio.timeout(SECONDS):
            async for _ in self.socket:
                pass

    @property
    def text(self) -> str:
        """The screen's text."""
        return "\n".join(self.screen.display)

    async def type(self, keys: str) -> None:
        """Press keys, as a browser sends them."""
        await self.socket.send_str(json.dumps(["stdin", keys]))


@asynccontextmanager
async def opened(client: aiohttp.ClientSession, url: str) -> AsyncIterator[Page]:
    """The page at this address with its socket open."""
    where = f"{url.replace('http://', 'ws://')}ws?width={WIDTH}&height={HEIGHT}"
    async with client.ws_connect(where, headers={"Origin": base_of(url)}) as socket:
        screen = pyte.Screen(WIDTH, HEIGHT)
        yield Page(socket, screen, pyte.ByteStream(screen))
