"""What every page relies on: of what was asked only the newest answer is shown, by a handler, and errors are told."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from forecasts.errors import DatabaseUnusableError
from forecasts.tui.screens.base import Page
from tests.tui.bench import running, settle, toasts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from forecasts.services.ledger import Ledger


class _Told(Page):
    """Keeps what it was told to show."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.threads: list[tuple[int, int]] = []
        self.loads = 0

    def load(self) -> None:
        """Count."""
        self.loads += 1

    async def show_word(self, word: str) -> None:
        """Keep the word."""
        self.shown.append(word)

    async def show_slowly(self, word: str) -> None:
        """Keep that it began and that it ended; others have their turn between."""
        self.shown.append(f"{word} begins")
        await asyncio.gather(*(self.app.in_thread(threading.get_ident) for _ in range(3)))
        self.shown.append(f"{word} ends")

    async def show_thread(self, asked_in: int) -> None:
        """Keep where it was asked and where it is shown."""
        self.threads.append((asked_in, threading.get_ident()))


def _later() -> tuple[asyncio.Future[str], Callable[[], Awaitable[str]]]:
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    return answer, lambda: answer


@pytest.mark.parametrize("order", [("older", "newer"), ("newer", "older")], ids=" then ".join)
async def test_only_the_newest_answer_is_shown(small_path: Path, order: tuple[str, str]) -> None:
    async with running(small_path) as (app, pilot):
        page = _Told()
        await app.push_screen(page)
        answers = {}
        for word in ("older", "newer"):
            answers[word], ask = _later()
            page.fetch_by(ask, page.show_word)
        for word in order:
            answers[word].set_result(word)
            await settle(pilot)
        assert page.shown == ["newer"]


async def test_more_of_what_is_shown_is_dropped_once_the_page_is_another(small_path: Path) -> None:
    release = threading.Event()

    def more(_ledger: Ledger) -> str:
        release.wait()
        return "more"

    async with running(small_path) as (app, pilot):
        page = _Told()
        await app.push_screen(page)
        page.fetch(lambda _ledger: "first", page.show_word)
        page.fetch_more(lambda _ledger: "more of it", page.show_word)
        await settle(pilot)
        assert sorted(page.shown) == ["first", "more of it"]
        page.fetch_more(more, page.show_word)
        page.fetch(lambda _ledger: "another", page.show_word)
        release.set()
        await settle(pilot)
        assert sorted(page.shown) == ["another", "first", "more of it"]


async def test_it_is_asked_in_a_thread_and_shown_on_the_event_loop(small_path: Path) -> None:
    async with running(small_path) as (app, pilot):
        page = _Told()
        await app.push_screen(page)
        page.fetch(lambda _ledger: threading.get_ident(), page.show_thread)
        await settle(pilot)
        ((asked_in, shown_in),) = page.threads
        assert shown_in == threading.get_ident()
        assert asked_in != shown_in


async def test_answers_are_shown_one_after_the_other(small_path: Path) -> None:
    async with running(small_path) as (app, pilot):
        page = _Told()
        await app.push_screen(page)
        page.fetch_more(lambda _ledger: "one", page.show_slowly)
        page.fetch_more(lambda _ledger: "two", page.show_slowly)
        await settle(pilot)
        assert [line.split()[1] for line in page.shown] == ["begins", "ends", "begins", "ends"]


async def test_a_failed_load_is_told_once_and_the_next_is_shown(small_path: Path) -> None:
    def fails(_ledger: Ledger) -> str:
        msg = "The disk is full."
        raise DatabaseUnusableError(msg, "Make room.")

    async with running(small_path) as (app, pilot):
        page = _Told()
        await app.push_screen(page)
        page.fetch(lambda _ledger: "before", page.show_word)
        await settle(pilot)
        page.fetch(fails, page.show_word)
        await settle(pilot)
        assert toasts(app) == [("Not done", "The disk is full.\nMake room.")]
        assert page.shown == ["before"]
        page.fetch(lambda _ledger: "after", page.show_word)
        await settle(pilot)
        assert page.shown == ["before", "after"]
        assert len(toasts(app)) == 1


async def test_a_change_loads_what_is_shown_once_and_what_is_covered_when_it_is_shown(small_path: Path) -> None:
    async with running(small_path) as (app, pilot):
        covered, between, shown = _Told(), _Told(), _Told()
        for page in (covered, between, shown):
            await app.push_screen(page)
        assert (covered.loads, shown.loads) == (1, 1)
        app.ledger_changed.publish(1)
        await settle(pilot)
        assert (covered.loads, shown.loads) == (1, 2)
        for page in (shown, between):
            page.action_back()
            await settle(pilot)
        assert app.screen is covered
        assert covered.loads == 2
