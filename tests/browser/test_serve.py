"""The terminal UI in a browser: it works there, and nobody else gets in."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from forecasts.paths import installing
from forecasts.services.history import list_history
from forecasts.services.ledger import open_ledger
from tests.browser.serving import SECONDS, base_of, browser, opened, served

if TYPE_CHECKING:
    from tests.cli.conftest import Command

QUESTION = "csto-out-by-2022-01-23"
ENTER, CTRL_S = "\r", "\x13"
CHROMIUM = shutil.which("chromium")


@pytest.fixture
def database(seeded_file: Path) -> Path:
    return seeded_file


async def test_a_question_is_resolved_in_the_browser(database: Path, tmp_path: Path) -> None:
    with served(database, tmp_path) as (_, address):
        async with browser(address) as (client, url), opened(client, url) as page:
            await page.see("questions due", "Filter", "Open")
            await page.type("/")
            await page.see("To the rows")
            await page.type("peacekeepers be out of Kazakhstan by 23")
            await page.type(ENTER)
            await page.see("Due  1 question")
            await page.type("r")
            await page.see("What it will do")
            await page.type(" ")
            await page.see("● yes")
            for words in ("2022-01-19", "TASS: last CSTO units leave", "2022-01-18"):
                await page.focus_next()
                await page.type(words)
                await page.see(words)
            await page.type(CTRL_S)
            await page.see("Chan Kung", "Record it")
            await page.type(ENTER)
            await page.see("· esc clears", "Newly resolved  1 question")
    ledger = open_ledger(str(database), analyst="tester")
    newest = list_history(ledger, kind="question", slug=QUESTION, limit=1)[0]
    ledger.close()
    assert (newest.analyst, newest.intent) == ("browser", "resolve question")


async def test_the_token_becomes_a_cookie_and_is_gone_from_the_address(database: Path, tmp_path: Path) -> None:
    with served(database, tmp_path) as (_, address):
        async with aiohttp.ClientSession() as client:
            async with client.get(address, allow_redirects=False) as response:
                cookie = response.headers["Set-Cookie"]
                assert (response.status, "token" in response.headers["Location"]) == (303, False)
            async with client.get(address, allow_redirects=False) as again:
                assert again.headers["Location"] == response.headers["Location"]
        assert {"HttpOnly", f"Path={response.headers['Location']}", "SameSite=Strict"} <= set(cookie.split("; "))
        assert urlsplit(address).query.removeprefix("token=") not in cookie
        async with browser(address) as (client, url), client.get(url) as page:
            text = await page.text()
            policy = page.headers["Content-Security-Policy"]
            assert page.headers["X-Frame-Options"] == "DENY"
            assert page.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "<script>" not in text
        assert re.findall(r"https?://(?!www\.w3\.org)", text) == []


async def test_everything_that_the_page_loads_is_here(database: Path, tmp_path: Path) -> None:
    with served(database, tmp_path) as (_, address):
        async with browser(address) as (client, url):
            async with client.get(url) as page:
                names = re.findall(r'(?:href|src)="(static/[^"]+)"', await page.text())
            assert len(names) == 4
            styles = ""
            for name in names:
                async with client.get(url + name) as found:
                    assert found.status == 200
                    assert found.headers["X-Content-Type-Options"] == "nosniff"
                    styles += await found.text() if name.endswith(".css") else ""
            fonts = re.findall(r'url\("?([^")]+)"?\)', styles)
            assert fonts
            for font in fonts:
                async with client.get(f"{url}static/{font}") as found:
                    assert (found.status, found.content_type) == (200, "font/ttf")
            for wrong in ("", "..%2f..%2fserver.py", "%2e%2e/server.py", "page.html"):
                async with client.get(f"{url}static/{wrong}") as found:
                    assert found.status == 404


FOREIGN: list[tuple[str, dict[str, str]]] = [
    ("a name that leads here", {"Host": "evil.example:{port}"}),
    ("our host without its port", {"Host": "127.0.0.1"}),
    ("another port", {"Host": "127.0.0.1:1"}),
    ("a page of others", {"Origin": "http://evil.example"}),
    ("a page of another port", {"Origin": "http://127.0.0.1:1"}),
    ("a page without an origin", {"Origin": "null"}),
    ("a page by TLS", {"Origin": "https://127.0.0.1:{port}"}),
    ("a request that says it is foreign", {"Sec-Fetch-Site": "cross-site"}),
    ("a request from another port's page", {"Sec-Fetch-Site": "same-site"}),
]


async def test_others_are_refused_even_with_the_cookie(database: Path, tmp_path: Path) -> None:
    with served(database, tmp_path) as (_, address):
        port = str(urlsplit(address).port)
        async with browser(address) as (client, url):
            for who, headers in FOREIGN:
                said = {name: value.replace("{port}", port) for name, value in headers.items()}
                for path in (address, url, f"{url}static/page.js"):
                    async with client.get(path, headers=said, allow_redirects=False) as response:
                        assert response.status == 403, who
                        assert "Set-Cookie" not in response.headers
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    await client.ws_connect(f"{url}ws", headers={"Origin": base_of(url), **said})
                assert refused.value.status == 403, who
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await client.ws_connect(f"{url}ws")  # without any origin
            async with opened(client, url) as page:
                await page.see("Due")


async def test_without_the_token_or_the_cookie_nothing_is_told(database: Path, tmp_path: Path) -> None:
    with served(database, tmp_path) as (_, address):
        base = base_of(address)
        async with browser(address) as (_known, url), aiohttp.ClientSession() as stranger:
            for path in (
                f"{base}/",
                f"{base}/?token=",
                f"{base}/?token=wrong",
                url,
                f"{url}static/page.js",
                f"{base}/x",
            ):
                async with stranger.get(path, allow_redirects=False) as response:
                    assert response.status == 403, path
                    assert "Set-Cookie" not in response.headers
            for cookies in ({}, {"forecasts": "wrong"}, {"forecasts": "é"}):
                async with aiohttp.ClientSession(cookies=cookies) as other:
                    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                        await other.ws_connect(f"{url}ws", headers={"Origin": base})
                    assert refused.value.status == 403


def test_it_listens_on_the_loopback_address_only(database: Path, tmp_path: Path) -> None:
    with served(database, tmp_path) as (process, address):
        port = urlsplit(address).port
        assert urlsplit(address).hostname == "127.0.0.1"
        tables = [Path(f"/proc/{process.pid}/net/{name}").read_text(encoding="ascii") for name in ("tcp", "tcp6")]
        rows = [line.split() for table in tables for line in table.splitlines()[1:]]
        listening = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")]
        assert listening == [f"0100007F:{port:04X}"]


async def test_no_more_sessions_than_allowed(database: Path, tmp_path: Path) -> None:
    with served(database, tmp_path, "--sessions", "1") as (_, address):
        async with browser(address) as (client, url):
            async with opened(client, url) as page:
                await page.see("Due")
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    await client.ws_connect(f"{url}ws", headers={"Origin": base_of(url)})
                assert refused.value.status == 503
                async with client.get(url) as response:
                    assert (response.status, "1 sessions are open" in await response.text()) == (503, True)
                await page.type("qq")
                await page.ended()
            async with asyncio.timeout(SECONDS):  # the place is free once the program has ended
                while (await client.get(url)).status == 503:
                    pass
            async with opened(client, url) as page:
                await page.see("Due")


NO_MESSAGES = (
    "{",
    "[]",
    '["stdin"]',
    '["stdin", 1]',
    '["resize", {"width": "x"}]',
    '["open", "x"]',
    "[" * 5000,
    '["stdin", "\\ud800"]',
)


async def test_what_is_no_message_ends_the_session_and_the_next_one_works(database: Path, tmp_path: Path) -> None:
    with served(database, tmp_path) as (_, address):
        async with browser(address) as (client, url):
            for said in NO_MESSAGES:
                async with opened(client, url) as page:
                    await page.see("Due")
                    await page.socket.send_str(said)
                    await page.ended()
                    assert page.socket.close_code == aiohttp.WSCloseCode.POLICY_VIOLATION, said
            async with opened(client, url) as page:
                await page.see("Due")


async def test_ending_the_server_ends_its_sessions(database: Path, tmp_path: Path) -> None:
    with served(database, tmp_path) as (process, address):
        async with browser(address) as (client, url), opened(client, url) as page:
            await page.see("Due")
            children = _children(process.pid)
            assert len(children) == 1
            process.terminate()
            await page.ended()
        assert process.wait(timeout=SECONDS) == 0
        assert [child for child in children if _is_there(child)] == []


def _children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(word) for thread in listed for word in thread.read_text().split()]


def _is_there(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


def test_a_taken_port_is_told(command: Command, database: Path, tmp_path: Path) -> None:
    with served(database, tmp_path) as (_, address):
        told = command.refused("serve", "--port", str(urlsplit(address).port))
        assert "--port" in told


def test_without_the_extra_the_command_says_what_to_install(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("textual_serve", "forecasts.tui.browser"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "textual_serve.app_service", None)
    assert installing("serve") in command.refused("serve")


@pytest.mark.parametrize(
    ("said", "passes"),
    [
        ({"type": "open_url", "url": "https://example.org/a"}, True),
        ({"type": "open_url", "url": "javascript:alert(1)"}, False),
        ({"type": "open_url", "url": "file:///etc/passwd"}, False),
        ({"type": "deliver_file_start", "key": "k", "path": "/x"}, False),
        ({"type": "else"}, False),
    ],
)
async def test_a_session_opens_links_of_the_web_and_nothing_else(said: dict[str, Any], passes: bool) -> None:
    from forecasts.tui.browser.session import Session

    sent: list[str] = []

    class Socket:
        async def send_bytes(self, data: bytes) -> None:
            sent.append(repr(data))

        async def send_str(self, text: str) -> None:
            sent.append(text)

        async def close(self) -> None:
            sent.append("closed")

    session = Session(Socket(), {})  # type: ignore[arg-type]
    await session.on_meta(json.dumps(said).encode())
    assert sent == ([json.dumps(["open_url", {"url": said["url"], "new_tab": True}])] if passes else [])


async def test_connections_that_ask_nothing_are_let_go(database: Path, tmp_path: Path) -> None:
    with served(database, tmp_path) as (_, address):
        parts = urlsplit(address)
        crowd = [await asyncio.open_connection(parts.hostname, parts.port) for _ in range(150)]
        crowd[0][1].write(b"GET / HT")
        try:
            async with browser(address) as (client, url), client.get(url) as response:
                assert response.status == 200
            async with asyncio.timeout(SECONDS):
                await asyncio.gather(*(reader.read() for reader, _ in crowd[:80]))
        finally:
            for _, writer in crowd:
                writer.close()


async def test_at_the_limit_of_open_files_a_crowd_locks_nobody_out(database: Path, tmp_path: Path) -> None:
    with served(database, tmp_path, "--sessions", "1", open_files=70) as (process, address):
        parts = urlsplit(address)
        writers: list[asyncio.StreamWriter] = []

        async def crowd() -> None:
            while len(writers) < 600:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection(parts.hostname, parts.port)
                    writers.append(writer)
                    writer.write(b"GET / HTTP/1.1\r\n")

        async with asyncio.TaskGroup() as group:
            group.create_task(crowd())
            for _ in range(20):
                async with asyncio.timeout(5), browser(address) as (client, url), client.get(url) as response:
                    assert response.status == 200
        for writer in writers:
            writer.close()
        process.terminate()
        assert process.communicate(timeout=SECONDS)[1].count("\n") == 1


def test_too_few_open_files_are_told(database: Path, tmp_path: Path) -> None:
    with served(database, tmp_path, open_files=60) as (process, _):
        said = process.communicate(timeout=SECONDS)[1]
    assert process.returncode == 1
    assert "ulimit -n" in said
    assert said.count("\n") == 2


async def test_a_cookie_that_is_no_ascii_is_refused(database: Path, tmp_path: Path) -> None:
    with served(database, tmp_path) as (_, address):
        async with browser(address) as (_, url):
            parts = urlsplit(url)
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            head = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\nCookie: forecasts="
            writer.write(head.encode() + b"\xff\xc3\xa9\xed\xa0\x80\r\n\r\n")
            said = await reader.read()
            writer.close()
    assert said.startswith((b"HTTP/1.1 403", b"HTTP/1.1 400"))


FOCUSED = """new Promise(done => {
  const look = () => document.activeElement?.matches(".xterm-helper-textarea") ? done(1) : requestAnimationFrame(look);
  look();
})"""


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
async def test_keys_go_to_the_terminal_without_a_click(database: Path, tmp_path: Path) -> None:
    """A real browser with nobody before it tells what has the focus once the program shows something."""
    words = (str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0")
    with served(database, tmp_path) as (_, address):
        silent, piped = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
        chromium = await asyncio.create_subprocess_exec(
            *words, f"--user-data-dir={tmp_path / 'profile'}", "about:blank", stdout=silent, stderr=piped
        )
        try:
            async with asyncio.timeout(SECONDS), aiohttp.ClientSession() as client:
                assert chromium.stderr is not None
                told = b""
                while not (found := re.search(rb"ws://([^/]+)/devtools", told)):
                    told = await chromium.stderr.readline()
                async with client.get(f"http://{found[1].decode()}/json/list") as listed:
                    (page,) = (one for one in await listed.json() if one["type"] == "page")
                async with client.ws_connect(page["webSocketDebuggerUrl"]) as socket:
                    await socket.send_json({"id": 1, "method": "Page.navigate", "params": {"url": address}})
                    assert "errorText" not in (await socket.receive_json())["result"]
                    asked = {"expression": FOCUSED, "awaitPromise": True}
                    await socket.send_json({"id": 2, "method": "Runtime.evaluate", "params": asked})
                    assert (await socket.receive_json())["result"]["result"]["value"] == 1
        finally:
            chromium.terminate()
            await chromium.wait()
