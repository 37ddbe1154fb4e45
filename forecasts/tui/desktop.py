"""Handing text or an address to the desktop: its clipboard, the terminal's (OSC 52) or a file; its browser."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from textual.actions import SkipAction
from textual.screen import Screen

from forecasts.text import safe, safe_block
from forecasts.tui.background import ServiceApp

SECONDS = 3
_MOST_FILES = 1000
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that takes what is to be copied on its standard input; it is started without a shell."""

    command: tuple[str, ...]
    encoding: str = "utf-8"


def find_tool(
    environment: Mapping[str, str], which: Callable[[str], str | None], platform: str = sys.platform
) -> Tool | None:
    """The tool that fills the clipboard of who sits before the screen; None where only the terminal can."""
    is_remote = any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"))
    candidates: list[Tool] = []
    if not is_remote:
        if platform == "darwin":
            candidates.append(Tool(("pbcopy",)))
        elif platform == "win32":
            candidates.append(Tool(("clip.exe",), "utf-16-le"))
        if environment.get("WAYLAND_DISPLAY"):
            candidates.append(Tool(("wl-copy",)))
        if environment.get("DISPLAY"):
            candidates += [Tool(("xclip", "-selection", "clipboard")), Tool(("xsel", "--clipboard", "--input"))]
        if environment.get("WSL_DISTRO_NAME"):
            candidates.append(Tool(("clip.exe",), "utf-16-le"))
    if environment.get("TMUX"):
        candidates.append(Tool(("tmux", "load-buffer", "-w", "-")))  # tmux hides OSC 52 of its programs by default
    for tool in candidates:
        found = which(tool.command[0])
        if found:
            return Tool((found, *tool.command[1:]), tool.encoding)
    return None


def run_tool(tool: Tool, text: str) -> bool:
    """Give the text to the tool; False where it did not take it."""
    try:
        done = subprocess.run(  # noqa: S603 - a found program, its arguments ours, the text on standard input
            tool.command,
            input=text.encode(tool.encoding),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def write_new(folder: Path, text: str) -> Path:
    """Write the text to a new file in the folder. OSError where that cannot be done."""
    for number in range(1, _MOST_FILES):
        path = folder / (f"forecasts-copy-{number}.txt")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text + "\n")
        except FileExistsError:
            continue
        return path
    raise FileExistsError(str(folder / "forecasts-copy-*.txt"))


class Copyable(NamedTuple):
    """Something that can be copied: what it is, and its text."""

    title: str
    text: str


def copy_marked(app: ServiceApp) -> None:
    """Copy the text that is marked; where none is, the key is left to whoever else has it."""
    found = marked(app.screen)
    if not found:
        raise SkipAction
    app.run_task(to_clipboard(app, found[0]), "copy")


def marked(screen: Screen[Any]) -> tuple[Copyable, ...]:
    text = screen.get_selected_text()
    return (Copyable("Marked text", text),) if text else ()


def _clean(text: str) -> str:
    return "\t".join(safe_block(part) for part in text.split("\t"))


async def to_clipboard(app: ServiceApp, copyable: Copyable) -> None:
    """Copy by the desktop's tool, else by the terminal; say which. It can be pasted here too, however it went."""
    text = _clean(copyable.text)
    app.copy_to_clipboard(text)
    tool = find_tool(os.environ, shutil.which)
    if tool is not None and await app.in_thread(partial(run_tool, tool, text)):
        way = f"by {Path(tool.command[0]).name}"
    else:
        way = "by the terminal (OSC 52); if it does not arrive, copy to a file: y, f"
    app.notify(f"{safe(text, _SHOWN)}\n{way}", title=f"Copied: {copyable.title}")


async def to_file(app: ServiceApp, copyable: Copyable) -> None:
    try:
        path = await app.in_thread(partial(write_new, Path.cwd(), _clean(copyable.text)))
    except OSError as error:
        app.notify(f"{safe(Path.cwd())} cannot be written to: {error.strerror or error}.", title="Not copied")
    else:
        app.notify(str(path), title=f"Wrote: {copyable.title}")


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
