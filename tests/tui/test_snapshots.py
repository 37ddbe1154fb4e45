"""Pictures of the screens that matter, at 80×24 and 120×40. They are drawn anew with `--snapshot-update`.

Drawn on Python 3.11: elsewhere the text tests hold the same, and the pictures are skipped.
"""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from benchmarks.ledgers import build
from forecasts.domain.second_reading import RecordReading
from forecasts.services.ledger import open_ledger
from forecasts.services.readings import record_reading
from forecasts.tui.widgets.record_table import RecordTable
from tests.tui import full
from tests.tui.bench import LARGE, SMALL, clock, make_app, settle, table
from tests.tui.conftest import BASELINE
from tests.tui.forms import change
from tests.tui.reading import attach_to
from tests.tui.resolving import fill

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] != BASELINE, reason="the pictures were drawn on Python 3.11, which draws them alike"
)

CARDS: dict[str, tuple[str, ...]] = {
    "scorecard": (),
    "diagrams": ("d",),
    "meaning": ("m",),
    "compare": ("q", "c", "down", "c"),
    "pooled": ("q", "p"),
}

SCREENS: dict[str, tuple[str, ...]] = {
    "due": ("down", "down"),
    "due-filtered": ("slash", *"mission"),
    "predictions": ("4", "greater_than_sign"),
    "sources": ("5",),
    "question": ("go", "enter"),
    "resolve": ("go", "r"),
    "help": ("question_mark",),
    "undo": ("s", "enter", "u"),
    "later": ("go", "s"),
    "export": ("5", "ctrl+e"),
    "articles": ("3",),
    "reader-without-text": ("3", "enter"),
    "add": ("N",),
    "form": ("N", *("down",) * 4, "enter"),
    "form-errors": ("N", *("down",) * 3, "enter", "ctrl+s"),
    "later-errors": ("go", "s", "x"),
    "remove-errors": ("5", "D", "enter"),
    "export-errors": ("5", "ctrl+e", "tab", "delete", "enter"),
    "filters-errors": ("5", "f", *("tab",) * 6, "x"),
    "reading-errors": ("4", "R", "x"),
    "scenarios": ("2", "down", "space", "down"),
    "history": ("6",),
    "entry": ("6", "enter"),
}


def _picture(
    compare: Callable[..., bool],
    path: Path,
    keys: tuple[str, ...],
    size: tuple[int, int],
    theme: str = "forecasts-dark",
    *,
    blind: bool = False,
) -> bool:
    app = make_app(path, theme=theme, blind=blind)

    async def run_before(pilot: Pilot[int]) -> None:
        await settle(pilot)
        for key in keys:
            if key == "go":
                table(app).go_to("out-by-january")
            elif key == "fill":
                fill(app.screen)  # type: ignore[arg-type]
            elif key == "change":
                slug = app.screen_stack[-2].query_one(RecordTable).cursor_slug
                change(path, slug, note="Theirs: seen on 3 January.", homepage="https://example.org")
            elif key == "wrong":
                app.screen.query_one("#f-known_on", Input).value = "19 January"
            else:
                await pilot.press(key)
            await settle(pilot)
        app.clear_notifications()
        await settle(pilot)

    try:
        return compare(app, terminal_size=size, run_before=run_before)
    finally:
        app.close_ledger()


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths that are offered do not depend on where the tests run."""
    monkeypatch.chdir("/")


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(name: str, size: tuple[int, int], small_path: Path, snap_compare: Callable[..., bool]) -> None:
    assert _picture(snap_compare, small_path, SCREENS[name], size)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
def test_resolve_with_errors(size: tuple[int, int], small_path: Path, snap_compare: Callable[..., bool]) -> None:
    assert _picture(snap_compare, small_path, ("go", "r", "wrong", "ctrl+s"), size)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
def test_resolve_preview(size: tuple[int, int], small_path: Path, snap_compare: Callable[..., bool]) -> None:
    assert _picture(snap_compare, small_path, ("go", "r", "fill", "ctrl+s"), size)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
def test_conflict(size: tuple[int, int], small_path: Path, snap_compare: Callable[..., bool]) -> None:
    keys = ("5", "E", "change", *("tab",) * 6, *"Mine.", "ctrl+s")
    assert _picture(snap_compare, small_path, keys, size)


@pytest.mark.parametrize("place", ["1", "2", "3", "4", "5", "6"])
def test_empty(place: str, empty_path: Path, snap_compare: Callable[..., bool]) -> None:
    assert _picture(snap_compare, empty_path, (place,), SMALL)


@pytest.mark.parametrize("theme", ["forecasts-light", "ansi-dark", "ansi-light"])
@pytest.mark.parametrize("place", ["1", "5"])
def test_themes(theme: str, place: str, small_path: Path, snap_compare: Callable[..., bool]) -> None:
    assert _picture(snap_compare, small_path, (place, "down"), SMALL, theme)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
def test_scorecard(size: tuple[int, int], small_path: Path, snap_compare: Callable[..., bool]) -> None:
    assert _picture(snap_compare, small_path, ("5", "slash", *"айгүл", "enter", "enter"), size)


@pytest.fixture(scope="module")
def full_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sources with enough to draw; nobody changes it."""
    path = tmp_path_factory.mktemp("full") / "forecasts.db"
    build(path, 300, 3, 150)
    return path


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("name", CARDS)
def test_full(name: str, size: tuple[int, int], full_path: Path, snap_compare: Callable[..., bool]) -> None:
    assert _picture(snap_compare, full_path, ("5", "enter", *CARDS[name]), size)


@pytest.mark.parametrize("theme", ["forecasts-light", "ansi-dark", "ansi-light"])
def test_diagrams_in_other_colours(theme: str, full_path: Path, snap_compare: Callable[..., bool]) -> None:
    assert _picture(snap_compare, full_path, ("5", "enter", "d"), SMALL, theme)


MIDDLE: dict[str, tuple[str, ...]] = {
    "due": ("1",),
    "scenarios": ("2", "space", "down", "down", "space", "down"),
    "articles": ("3",),
    "predictions": ("4",),
    "sources": ("5",),
    "history": ("6",),
}
"""The places of a full record; from what these keys show, the cursor goes some pages on."""


@pytest.fixture(scope="session")
def thousands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with thousands of rows, made once."""
    path = tmp_path_factory.mktemp("thousands") / "forecasts.db"
    full.build(path)
    return path


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("name", MIDDLE)
def test_thousands(
    name: str, size: tuple[int, int], thousands: Path, tmp_path: Path, snap_compare: Callable[..., bool]
) -> None:
    path = tmp_path / "forecasts.db"
    shutil.copy(thousands, path)
    assert _picture(snap_compare, path, (*MIDDLE[name], *("pagedown",) * 3, *("down",) * 5), size)


READING: dict[str, tuple[str, ...]] = {
    "reader": ("3", "enter", "space"),
    "claim": ("3", "enter", "space", "n", *"cha"),
    "claim-new": ("3", "enter", "space", "n", "enter", *"Will it", "enter", "ctrl+s"),
    "claim-errors": ("3", "enter", "n", "ctrl+s"),
    "passage-errors": ("3", "enter", "space", "x", "ctrl+s"),
    "attach-errors": ("3", "a", "ctrl+s"),
}


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("name", READING)
def test_reading(name: str, size: tuple[int, int], small_path: Path, snap_compare: Callable[..., bool]) -> None:
    attach_to(small_path)
    keys = tuple("space" if key == " " else key for key in READING[name])
    assert _picture(snap_compare, small_path, keys, size)


CODING: dict[str, tuple[str, ...]] = {
    "predictions": ("4",),
    "question": ("go", "enter"),
    "covered": ("5",),
    "reading": ("4", "R"),
}


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("name", CODING)
def test_blind(name: str, size: tuple[int, int], small_path: Path, snap_compare: Callable[..., bool]) -> None:
    assert _picture(snap_compare, small_path, CODING[name], size, blind=True)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
def test_agreement(size: tuple[int, int], small_path: Path, snap_compare: Callable[..., bool]) -> None:
    ledger = open_ledger(str(small_path), analyst="B. Second", clock=clock)
    for slug, number in (("p6", 0.97), ("p1", 0.3), ("p2", 0.2)):
        record_reading(ledger, RecordReading(prediction=slug, probability=number, blind=True))
    ledger.close()
    assert _picture(snap_compare, small_path, ("4", "a"), size)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
def test_copy(size: tuple[int, int], small_path: Path, snap_compare: Callable[..., bool]) -> None:
    assert _picture(snap_compare, small_path, ("4", "y"), size)
