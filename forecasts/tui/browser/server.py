"""The server: one page, its files and its socket, each behind the gate."""

import asyncio
import contextlib
import errno
import resource
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from operator import itemgetter
from typing import Any, Final

from aiohttp import WSCloseCode, WSMsgType, web
from aiohttp.web_protocol import RequestHandler

from forecasts.errors import OutputRefusedError
from forecasts.tui.browser.session import LONGEST, Pinged, Session, cells, read_message

_TEXTUAL, _OWN = "textual_serve", "forecasts.tui.browser"
_FILES: Final = {
    "xterm.css": (_TEXTUAL, "static/css/xterm.css", "text/css"),
    "textual.js": (_TEXTUAL, "static/js/textual.js", "text/javascript"),
    "RobotoMono-VariableFont_wght.ttf": (_TEXTUAL, "static/fonts/RobotoMono-VariableFont_wght.ttf", "font/ttf"),
    "RobotoMono-Italic-VariableFont_wght.ttf": (
        _TEXTUAL, "static/fonts/RobotoMono-Italic-VariableFont_wght.ttf", "font/ttf",
    ),
    "page.css": (_OWN, "static/page.css", "text/css"),
    "page.js": (_OWN, "static/page.js", "text/javascript"),
}  # fmt: skip
_SECONDS_TO_END = 15.0
_HEARTBEAT = 15.0
_IDLE = 20.0
_MOST_IDLE, _BACKLOG = 64, 8
_OWN_FILES, _FILES_OF_A_SESSION = 48, 10
"""Open files of the server itself, connections being accepted and refused among them, and of each session."""
_WANTED = 1024


class Server:
    """Serves the terminal UI to the browser of whoever was told the address."""

    def __init__(self, gate: "Gate", environment: dict[str, str], *, most_sessions: int) -> None:
        self.gate = gate
        self._environment = environment
        self._most = most_sessions
        self._open: set[web.WebSocketResponse] = set()

    def application(self) -> web.Application:
        """What answers requests."""
        application = web.Application(middlewares=[self._guard], client_max_size=0)
        application.on_response_prepare.append(self._add_policy)
        application.on_shutdown.append(self._end_sessions)
        inside = self.gate.path
        application.add_routes(
            [
                web.get("/", self._enter),
                web.get(inside, self._page),
                web.get(f"{inside}ws", self._socket),
                web.get(f"{inside}static/{{name}}", self._file),
            ]
        )
        return application

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        is_socket = request.path == f"{self.gate.path}ws"
        why = self.gate.why_not(request.headers, needs_origin=is_socket)
        if why:
            return _refusal(why)
        is_entry = request.path == "/"
        if not is_entry and not self.gate.takes_key(request.cookies.get(COOKIE, "")):
            return _refusal("Open the address that `forecasts serve` printed.")
        return await handler(request)

    async def _add_policy(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(self.gate.policy())
        response.headers["Server"] = "forecasts"

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        """The printed address: its token becomes a cookie, and is gone from the address."""
        if not self.gate.takes_token(request.query.get("token", "")):
            return _refusal("Open the address that `forecasts serve` printed.")
        response = web.Response(status=303, headers={"Location": self.gate.path})
        response.set_cookie(COOKIE, self.gate.key, path=self.gate.path, httponly=True, samesite="Strict")
        return response

    async def _page(self, request: web.Request) -> web.StreamResponse:
        if len(self._open) >= self._most:
            return self._full()
        words = page(f"ws://{request.headers['Host']}{self.gate.path}ws")
        return web.Response(text=words, content_type="text/html")

    def _full(self) -> web.Response:
        words = f"{self._most} sessions are open, and no more are allowed. Close one, then load this page again."
        return web.Response(status=503, text=notice(words), content_type="text/html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        found = _FILES.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        package, path, kind = found
        return web.Response(body=files(package).joinpath(path).read_bytes(), content_type=kind)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if len(self._open) >= self._most:
            return self._full()
        websocket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=LONGEST)
        self._open.add(websocket)
        try:
            await websocket.prepare(request)
            session = Session(websocket, self._environment)
            try:
                await session.start(_size(request, "width", 80), _size(request, "height", 24))
                await _converse(websocket, session)
            except OSError:  # no more files may be opened, or the program behind the page is gone
                await websocket.close(code=WSCloseCode.TRY_AGAIN_LATER)
            finally:
                await session.stop()
        finally:
            self._open.discard(websocket)
        return websocket

    async def _end_sessions(self, _application: web.Application) -> None:
        for websocket in list(self._open):
            await websocket.close(code=WSCloseCode.GOING_AWAY, message=b"forecasts serve has ended")


async def _converse(websocket: web.WebSocketResponse, session: Session) -> None:
    """Hand messages on until the page goes, or says what is no message."""
    async for frame in websocket:
        message = read_message(frame.data) if frame.type is WSMsgType.TEXT else None
        if message is None:
            await websocket.close(code=WSCloseCode.POLICY_VIOLATION)
        elif isinstance(message, Pinged):
            await websocket.send_json(["pong", message.data])
        else:
            await session.take(message)


def _size(request: web.Request, name: str, default: int) -> int:
    try:
        return cells(int(request.query.get(name, "")))
    except ValueError:
        return default


def _refusal(why: str) -> web.Response:
    return web.Response(status=403, text=notice(why), content_type="text/html")


async def _run(application: web.Application, listening: socket.socket, most_idle: int) -> None:
    runner = web.AppRunner(
        application, handle_signals=True, access_log=None, keepalive_timeout=_IDLE, shutdown_timeout=_SECONDS_TO_END
    )
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_take_no_notice_of_crowds)
    await runner.setup()
    assert runner.server is not None  # noqa: S101 - set up above
    idle = Idle(runner.server, most_idle)
    try:
        accepting = await loop.create_server(idle.one_more, sock=listening, backlog=_BACKLOG)
        try:
            while True:
                await asyncio.sleep(1)
                idle.let_go()
        finally:
            accepting.close()
    finally:
        await runner.cleanup()


class Idle:
    """The connections on which no request is being answered: let go after a while, or the oldest of too many."""

    def __init__(self, server: web.Server, most: int) -> None:
        self._server = server
        self._most = most
        self._since: dict[RequestHandler, float] = {}

    def one_more(self) -> asyncio.Protocol:
        """What answers a connection that was just accepted; there is room for it."""
        self.let_go(1)
        return self._server()

    def let_go(self, needed: int = 0) -> None:
        """Close those that waited too long, and as many of the oldest as are needed."""
        now = time.monotonic()
        waiting = [one for one in self._server.connections if one._current_request is None]  # noqa: SLF001 - nothing else tells
        self._since = {one: self._since.get(one, now) for one in waiting}
        oldest = sorted(self._since.items(), key=itemgetter(1))
        for place, (connection, began) in enumerate(oldest):
            if place < len(oldest) + needed - self._most or now - began > _IDLE:
                connection.force_close()
                del self._since[connection]


def _idle_for(sessions: int) -> int:
    """How many connections may wait beside so many sessions. OutputRefusedError where not even these may be opened."""
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if few < _WANTED and few != resource.RLIM_INFINITY:
        few = _WANTED if most == resource.RLIM_INFINITY else min(_WANTED, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (few, most))
    needed = _OWN_FILES + sessions * _FILES_OF_A_SESSION
    if needed + _BACKLOG > few != resource.RLIM_INFINITY:
        msg = f"{sessions} sessions need {needed + _BACKLOG} open files, and no more than {few} are allowed here."
        raise OutputRefusedError(msg, f"`ulimit -n {needed + _MOST_IDLE}` allows more, --sessions asks for fewer.")
    return _MOST_IDLE if few == resource.RLIM_INFINITY else min(_MOST_IDLE, few - needed)


def _take_no_notice_of_crowds(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Where no connection can be accepted for a moment, nothing is printed: whoever waits too long is let go."""
    error = context.get("exception")
    if not isinstance(error, OSError) or error.errno not in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
        loop.default_exception_handler(context)


def serve(environment: dict[str, str], *, port: int, most_sessions: int, tell: Callable[[str], None]) -> None:
    """Serve until told to end; `tell` is given the address once it answers. `port` 0 takes a free one.

    Errors: OutputRefusedError where the port is taken or not allowed, or too few files may be opened.
    """
    most_idle = _idle_for(most_sessions)
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((LOOPBACK, port))
        except OSError as error:
            msg = f"Port {port} of {LOOPBACK} cannot be used: {error.strerror}."
            raise OutputRefusedError(msg, "Name another with --port; 0 takes a free one.") from error
        listening.listen()
        gate = Gate(listening.getsockname()[1])
        server = Server(gate, environment, most_sessions=most_sessions)
        tell(gate.address)
        with contextlib.suppress(web.GracefulExit, KeyboardInterrupt):
            asyncio.run(_run(server.application(), listening, most_idle))
    finally:
        listening.close()


def page(socket: str) -> str:
    """The page whose terminal talks to the socket at this address."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>forecasts</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="static/xterm.css">
<link rel="stylesheet" href="static/page.css">
<script src="static/textual.js"></script>
<script src="static/page.js" defer></script>
</head>
<body>
<p id="waiting" role="status">Opening forecasts …</p>
<div id="ended" role="status"><p>The session has ended.</p><button type="button" id="again">Open it again</button></div>
<div id="terminal" class="textual-terminal" data-session-websocket-url="{escape(socket)}" data-font-size="16"></div>
</body>
</html>
"""


def notice(words: str) -> str:
    """A page that says why there is no terminal."""
    return (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>forecasts</title><p>{escape(words)}</p></html>\n'
    )


LOOPBACK = "127.0.0.1"
COOKIE = "forecasts"
_OWN_PAGES = ("same-origin", "none")


@dataclass(frozen=True, slots=True)
class Gate:
    """The secrets of one start, and what they open. `token` is in the printed address, `key` in the cookie."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    room: str = field(default_factory=lambda: secrets.token_urlsafe(12), repr=False)

    @property
    def hosts(self) -> tuple[str, ...]:
        """What the Host header may say."""
        return (f"{LOOPBACK}:{self.port}", f"localhost:{self.port}")

    @property
    def address(self) -> str:
        """What the analyst opens."""
        return f"http://{LOOPBACK}:{self.port}/?token={self.token}"

    @property
    def path(self) -> str:
        """Below which everything is."""
        return f"/{self.room}/"

    def why_not(self, headers: Mapping[str, str], *, needs_origin: bool = False) -> str:
        """Why a request is refused before anybody looks at its secrets; empty where it is not."""
        host = headers.get("Host", "")
        if host not in self.hosts:
            return "This is served on this machine's loopback address only."
        origin = headers.get("Origin")
        if (needs_origin or origin is not None) and origin != f"http://{host}":
            return "Another page may not use this one."
        if headers.get("Sec-Fetch-Site", "none") not in _OWN_PAGES:
            return "Another page may not use this one."
        return ""

    def takes_token(self, given: str) -> bool:
        """Whether it is the token."""
        return _is_same(given, self.token)

    def takes_key(self, given: str) -> bool:
        """Whether it is the cookie's secret."""
        return _is_same(given, self.key)

    def policy(self) -> dict[str, str]:
        """What every answer tells the browser: load from and send to nowhere else, be in no frame."""
        sockets = " ".join(f"ws://{host}" for host in self.hosts)
        content = (
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
            f"img-src 'self' data:; connect-src 'self' {sockets}; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        )
        return {
            "Content-Security-Policy": content,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }


def _is_same(given: str, secret: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "surrogatepass"), secret.encode())
