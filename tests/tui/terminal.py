"""A real terminal for a child process: a pseudo-terminal of a given size, and what is on its screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_CHUNK = 65_536
_KEY = re.compile(r"\x1b\[[0-9;]*[A-Za-z~]|.", re.DOTALL)
PATIENCE = 60.0
_GLANCE = 0.05


class Terminal:
    """Runs a command in a pseudo-terminal; `read_until` waits for bytes that it writes."""

    def __init__(
        self, command: Sequence[str], size: tuple[int, int] = (80, 24), environment: Mapping[str, str] | None = None
    ) -> None:
        self.written = b""
        self._pid, self._master = pty.fork()
        if self._pid == 0:
            os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"})
            os.environ.update(environment or {})
            os.execv(command[0], list(command))  # noqa: S606 - the tests' own command
        columns, lines = size
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.modes_found = termios.tcgetattr(self._master)
        self.modes_left: list[Any] = []

    def send(self, text: str) -> None:
        """Type."""
        os.write(self._master, text.encode())

    def send_slowly(self, text: str, width: int) -> None:
        """Type over a narrow line: a key goes up for so many bytes of the screen that come down, where any wait.

        What the program paints meanwhile is stuck on its way, and so is the program once the line holds no more.
        """
        for key in _KEY.findall(text):
            self.send(key)
            self._read(0, width)

    def kill(self, number: signal.Signals) -> None:
        """Send the child a signal."""
        os.kill(self._pid, number)

    def hang_up(self) -> int:
        """Close the terminal under the child, as a window is; the exit status of the child, negative for a signal."""
        os.close(self._master)
        deadline = time.monotonic() + PATIENCE
        ended = (0, 0)
        while ended == (0, 0):
            if time.monotonic() > deadline:
                self.kill(signal.SIGKILL)
                msg = "the program did not end with its terminal"
                raise TimeoutError(msg)
            select.select([], [], [], _GLANCE)
            ended = os.waitpid(self._pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(ended[1])

    def read_until(self, mark: bytes | Callable[[bytes], bool]) -> bytes:
        """What was written, once the mark is in it. TimeoutError after a long while."""
        found = mark if callable(mark) else lambda written: mark in written
        deadline = time.monotonic() + PATIENCE
        while not found(self.written):
            if not self._read(deadline):
                msg = f"the terminal never showed {mark!r}; the last of it: {self.written[-2_000:]!r}"
                raise TimeoutError(msg)
        return self.written

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        """Read on until something is so outside the terminal. TimeoutError after a long while."""
        deadline = time.monotonic() + PATIENCE
        while not is_so():
            self._read(time.monotonic() + _GLANCE)
            if time.monotonic() > deadline:
                msg = f"it never came to this: {what}; the last of it: {self.written[-2_000:]!r}"
                raise TimeoutError(msg)

    def finish(self) -> int:
        """Read until the child has ended; its exit status, negative for a signal."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        _, status = os.waitpid(self._pid, 0)
        self.modes_left = termios.tcgetattr(self._master)
        os.close(self._master)
        return os.waitstatus_to_exitcode(status)

    def _read(self, deadline: float, most: int = _CHUNK) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(deadline - time.monotonic(), 0))
        if not ready:
            return False
        try:
            chunk = os.read(self._master, most)
        except OSError:  # the child closed its side
            return False
        self.written += chunk
        return bool(chunk)


RUN = """
import sys
from forecasts.settings import Settings
from forecasts.tui.app import run
sys.exit(run(sys.argv[1], analyst="A. Analyst", settings=Settings()))
"""


def program(path: Path, code: str = RUN) -> list[str]:
    return [sys.executable, "-c", code, str(path)]
