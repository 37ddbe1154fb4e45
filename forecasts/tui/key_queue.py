"""Keys take effect in the order typed: the next is given to the screen once all that the last one did is done."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from textual.app import App
    from textual.events import Key, Paste
    from textual.message_pump import MessagePump

_GLANCE = 0.1
_MOST_ROUNDS = 12  # widgets that go on sending messages (timers, repaints) are not waited for for ever


class KeyQueue:
    """Keys and pastes as they come from the terminal, given on by `give`, one after the other.

    Textual puts a key into the queue of whatever has the focus when it arrives; one that moves the focus is handled
    only there, so that the keys behind it would land where the focus was.
    """

    def __init__(self, app: App[Any], give: Callable[[Key | Paste], Awaitable[None]]) -> None:
        self._app = app
        self._give = give
        self._keys: deque[Key | Paste] = deque()
        self._task: asyncio.Task[None] | None = None
        self._is_free = asyncio.Event()
        self._is_free.set()

    @property
    def is_held(self) -> bool:
        """Whether keys wait for a dialog that is being prepared."""
        return not self._is_free.is_set()

    @property
    def is_empty(self) -> bool:
        """Whether no key waits."""
        return not self._keys

    @property
    def is_done(self) -> bool:
        """Whether everything that was typed has taken effect."""
        return self.is_empty and (self._task is None or self._task.done())

    def hold(self) -> None:
        """Keep what is typed from now on until `release`."""
        self._is_free.clear()

    def release(self, *, forget: bool = False) -> None:
        """Give on what was typed, unless that is to be forgotten."""
        if forget:
            self._keys.clear()
        self._is_free.set()

    def put(self, key: Key | Paste) -> None:
        """A key that was pressed."""
        self._keys.append(key)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._give_all())

    async def _give_all(self) -> None:
        while self._keys:
            await self._is_free.wait()
            if self._keys:
                target = self._app.focused or self._app.screen
                await self._give(self._keys.popleft())
                await self._settle(target.ancestors_with_self)

    async def _settle(self, given: Iterable[MessagePump]) -> None:
        """Wait until the widgets that the key went through, and those that are on top now, have nothing left to do."""
        widgets = dict.fromkeys((*given, *(self._app.focused or self._app.screen).ancestors_with_self))
        waiting = list(widgets)
        for _ in range(_MOST_ROUNDS):
            for widget in waiting:
                await _until_handled(widget)
            now = (self._app.focused or self._app.screen).ancestors_with_self
            waiting = [one for one in dict.fromkeys((*widgets, *now)) if one.is_running and one.message_queue_size]
            if not waiting:
                return


async def _until_handled(widget: MessagePump) -> None:
    handled = asyncio.get_running_loop().create_future()
    if not widget.is_running or not widget.call_later(_resolve, handled):
        return
    while not handled.done() and widget.is_running:
        await asyncio.wait((handled,), timeout=_GLANCE)


def _resolve(handled: asyncio.Future[None]) -> None:
    if not handled.done():
        handled.set_result(None)
