"""Opening an address in a browser: http and https only, by a program that is started without a shell."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LONGEST = 2048


def why_not(url: str) -> str:
    """Why an address is not opened; empty where it can be."""
    if len(url) > _LONGEST or not url.isprintable() or any(character.isspace() for character in url):
        return "it is not an address on one line"
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return "it is not an address"
    if parts.scheme not in {"http", "https"} or not host:
        return "only http and https addresses are opened"
    return "it carries a name or password" if "@" in parts.netloc else ""


def find_opener(
    environment: Mapping[str, str], which: Callable[[str], str | None], platform: str = sys.platform
) -> tuple[str, ...]:
    """The command that opens an address on this desktop; empty where there is none, as over SSH."""
    if any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")):
        return ()
    commands: list[tuple[str, ...]] = []
    if platform == "darwin":
        commands.append(("open",))
    elif platform == "win32":
        commands.append(("rundll32.exe", "url.dll,FileProtocolHandler"))
    elif environment.get("WSL_DISTRO_NAME"):
        commands.append(("wslview",))
    if environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY"):
        commands += [("xdg-open",), ("gio", "open")]
    for command in commands:
        found = which(command[0])
        if found:
            return (found, *command[1:])
    return ()


def start_opener(command: tuple[str, ...], url: str) -> None:
    """Start the command on an address that `why_not` lets pass, and do not wait for it. OSError where it cannot be."""
    process = subprocess.Popen(  # noqa: S603 - a found program, and one checked address as one argument
        [*command, url],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()  # nobody else collects it when it ends
