"""Pictures of what only a picture shows, each screen once. They are drawn anew with `--snapshot-update`.

Drawn on Python 3.11: elsewhere they are skipped, and `test_screens` holds every screen at every size in text.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from benchmarks.ledgers import build
from forecasts.domain.records import Reading
from forecasts.services.ledger import open_ledger
from forecasts.services.reviews import record_reading
from forecasts.tui.widgets.record_table import RecordTable
from tests.tui.bench import LARGE, SMALL, clock, make_app, press, settle, table
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


@dataclass(frozen=True)
class Picture:
    """Of which record, after which keys, how large, in which colours."""

    keys: tuple[str, ...] = ()
    record: str = "small_path"
    size: tuple[int, int] = SMALL
    theme: str = "forecasts-dark"
    blind: bool = False


DIAGRAMS = ("5", "enter", "d")
QUESTION, CONFLICT = ("go", "enter"), ("5", "E", "change", *("tab",) * 6, "M", "ctrl+s")
FORM = ("N", *("down",) * 4, "enter")
CLAIM = ("3", "enter", "space", "n", "enter", *"Will", "enter", "ctrl+s")
SCENARIOS = ("2", "down", "space", "down")

PICTURES = {
    "due": Picture(("down", "down")),
    "due-large": Picture(("down", "down"), size=LARGE),
    "due-light": Picture(("down", "down"), theme="forecasts-light"),
    "due-empty": Picture(record="empty_path"),
    "scenarios": Picture(SCENARIOS),
    "scenarios-large": Picture(SCENARIOS, size=LARGE),
    "articles": Picture(("3",)),
    "predictions": Picture(("4", "greater_than_sign")),
    "predictions-blind": Picture(("4",), blind=True),
    "sources": Picture(("5",)),
    "sources-large": Picture(("5",), size=LARGE),
    "sources-blind": Picture(("5",), blind=True),
    "sources-ansi-dark": Picture(("5", "down"), theme="ansi-dark"),
    "sources-ansi-light": Picture(("5", "down"), theme="ansi-light"),
    "history": Picture(("6",)),
    "entry": Picture(("6", "enter")),
    "question": Picture(QUESTION),
    "question-large": Picture(QUESTION, size=LARGE),
    "resolve": Picture(("go", "r")),
    "resolve-large": Picture(("go", "r"), size=LARGE),
    "resolve-errors": Picture(("go", "r", "wrong", "ctrl+s")),
    "resolve-preview": Picture(("go", "r", "fill", "ctrl+s")),
    "conflict": Picture(CONFLICT),
    "conflict-large": Picture(CONFLICT, size=LARGE),
    "form": Picture(FORM),
    "form-large": Picture(FORM, size=LARGE),
    "form-errors": Picture(("N", *("down",) * 3, "enter", "ctrl+s")),
    "help": Picture(("question_mark",)),
    "undo": Picture(("s", "enter", "u")),
    "export": Picture(("5", "ctrl+e")),
    "copy": Picture(("4", "y")),
    "agreement": Picture(("4", "a"), "twice_read"),
    "second-reading": Picture(("4", "R"), blind=True),
    "reader": Picture(("3", "enter", "space"), "with_text"),
    "reader-large": Picture(("3", "enter", "space"), "with_text", LARGE),
    "claim": Picture(CLAIM, "with_text"),
    "attach-errors": Picture(("3", "a", "ctrl+s"), "with_text"),
    "scorecard": Picture(("5", "enter"), "full_path"),
    "scorecard-large": Picture(("5", "enter"), "full_path", LARGE),
    "diagrams": Picture(DIAGRAMS, "full_path"),
    "diagrams-large": Picture(DIAGRAMS, "full_path", LARGE),
    "diagrams-light": Picture(DIAGRAMS, "full_path", theme="forecasts-light"),
    "diagrams-ansi-dark": Picture(DIAGRAMS, "full_path", theme="ansi-dark"),
    "diagrams-ansi-light": Picture(DIAGRAMS, "full_path", theme="ansi-light"),
    "meaning": Picture(("5", "enter", "m"), "full_path"),
    "compare": Picture(("5", "c", "down", "c"), "full_path"),
    "pooled": Picture(("5", "p"), "full_path"),
}


@pytest.fixture
def with_text(small_path: Path) -> Path:
    """The small record with an article's text attached."""
    attach_to(small_path)
    return small_path


@pytest.fixture
def twice_read(small_path: Path) -> Path:
    """The small record with three predictions read by a second analyst."""
    ledger = open_ledger(str(small_path), analyst="B. Second", clock=clock)
    for slug, number in (("p6", 0.97), ("p1", 0.3), ("p2", 0.2)):
        record_reading(ledger, Reading(analyst="", prediction=slug, probability=number, blind=True))
    ledger.close()
    return small_path


@pytest.fixture(scope="module")
def full_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sources with enough to draw; nobody changes it."""
    path = tmp_path_factory.mktemp("full") / "forecasts.db"
    build(path, 300, 3, 150)
    return path


@pytest.mark.parametrize("name", PICTURES)
def test_picture(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, snap_compare: Callable[..., bool]
) -> None:
    picture = PICTURES[name]
    path: Path = request.getfixturevalue(picture.record)
    monkeypatch.chdir("/")  # paths that are offered do not depend on where the tests run
    app = make_app(path, theme=picture.theme, blind=picture.blind)

    async def run_before(pilot: Pilot[int]) -> None:
        await settle(pilot)
        for key in picture.keys:
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
                await press(pilot, key)
        await settle(pilot)
        app.clear_notifications()
        await settle(pilot)

    try:
        assert snap_compare(app, terminal_size=picture.size, run_before=run_before)
    finally:
        app.close_ledger()
