"""Who may come in: whoever has the address that was printed, from a page of ours, on this machine.

Web pages of others can make a browser send requests to this machine (and by a name of their own that leads here), and
programs of others on this machine can send what they like. So every request must name our own host, one with an origin
our own origin, and all but the first the secret that the first one turned into a cookie. The cookie is bound to a path
that nobody can guess, because browsers send cookies to every port of a host.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        return secrets.compare_digest(given.encode(), self.token.encode())

    def takes_key(self, given: str) -> bool:
        """Whether it is the cookie's secret."""
        return secrets.compare_digest(given.encode(), self.key.encode())

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
