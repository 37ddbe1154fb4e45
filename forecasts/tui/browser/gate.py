"""The way in: the page, and who is let through to it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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
