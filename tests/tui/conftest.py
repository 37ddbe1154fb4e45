"""The bench of the terminal UI: a seeded ledger per test, and nothing on the screen that blinks or moves."""

from __future__ import annotations

import os

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when Textual is imported
os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"

import shutil
import sys
from collections.abc import Hashable, Iterator
from pathlib import Path

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.widgets import Input, TextArea

from forecasts.services.setup import set_up
from tests.tui.bench import ANALYST, clock

BASELINE = (3, 11)
RECORD = Path(__file__).with_name("record.toml")


def pytest_configure(config: pytest.Config) -> None:
    """Pictures are drawn anew on one version of Python only, so that they do not depend on who draws them."""
    if getattr(config.option, "update_snapshots", False) and sys.version_info[:2] != BASELINE:
        msg = f"pictures are updated on Python {BASELINE[0]}.{BASELINE[1]} only"
        raise pytest.UsageError(msg)


@pytest.fixture(scope="session", autouse=True)
def _parsed_once() -> Iterator[None]:
    """What Textual reads of a style sheet is the same for each app that is started: it is read once for all of them."""
    parse, known = Stylesheet._parse_rules, dict[Hashable, list[RuleSet]]()

    def parse_rules(self: Stylesheet, css: str, *where: Hashable, **more: Hashable) -> list[RuleSet]:
        key = (css, where, frozenset(more.items()), frozenset(self._variables.items()))
        if key not in known:
            known[key] = parse(self, css, *where, **more)  # type: ignore[arg-type]
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_rules)
        yield


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cursors do not blink."""
    monkeypatch.setattr(Input, "_toggle_cursor", lambda _self: None)
    monkeypatch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda _self: None)


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeded record, made once."""
    path = tmp_path_factory.mktemp("seeded") / "forecasts.db"
    set_up(str(path), analyst=ANALYST, clock=clock)
    return path


@pytest.fixture
def ledger_path(seeded: Path, tmp_path: Path) -> Path:
    """The seeded record, a test's own."""
    path = tmp_path / "forecasts.db"
    shutil.copy(seeded, path)
    return path


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small record of every kind of question that stays as it is, made once."""
    path = tmp_path_factory.mktemp("small") / "forecasts.db"
    set_up(str(path), analyst=ANALYST, packs=(RECORD,), with_resolutions=True, clock=clock)
    return path


@pytest.fixture
def small_path(small: Path, tmp_path: Path) -> Path:
    """The small record, a test's own."""
    path = tmp_path / "forecasts.db"
    shutil.copy(small, path)
    return path


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with nothing in it, made once."""
    path = tmp_path_factory.mktemp("bare") / "forecasts.db"
    set_up(str(path), analyst=ANALYST, packs=(), clock=clock)
    return path


@pytest.fixture
def empty_path(bare: Path, tmp_path: Path) -> Path:
    """A ledger with nothing in it, a test's own."""
    path = tmp_path / "empty.db"
    shutil.copy(bare, path)
    return path


@pytest.fixture(scope="session")
def resolved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeded record with its reference resolutions, made once."""
    path = tmp_path_factory.mktemp("resolved") / "forecasts.db"
    set_up(str(path), analyst=ANALYST, clock=clock, with_resolutions=True)
    return path


@pytest.fixture
def resolved_path(resolved: Path, tmp_path: Path) -> Path:
    """The same, a test's own."""
    path = tmp_path / "forecasts.db"
    shutil.copy(resolved, path)
    return path
