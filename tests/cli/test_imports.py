"""What commands must not load: nothing heavy before it is needed, proved in processes of their own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import SECONDS
from tests.cli.places import QUESTION

if TYPE_CHECKING:
    from pathlib import Path

PROBE = """
import sys
from forecasts.cli.main import run
status = run()
sys.stderr.write("|".join({name.partition(".")[0] for name in sys.modules}))
sys.exit(status)
"""
OPEN = """
import sys
from forecasts.domain.marks import PredictionQuery
from forecasts.services.backup import keep_dated_copy
from forecasts.services.ledger import open_ledger
from forecasts.services.predictions import open_predictions
ledger = open_ledger(sys.argv[1], analyst="a")
assert open_predictions(ledger, PredictionQuery()).rows(0, 10)
assert keep_dated_copy(sys.argv[1], up_to=100)
read = "sqlalchemy" in sys.modules
ledger.prepare()
print(read, "sqlalchemy" in sys.modules)
"""
NEVER = {"jinja2", "textual", "numpy", "scipy", "alembic", "pydantic", "rich"}
WITHOUT_DATABASE_LAYER = {*NEVER, "sqlalchemy", "pendulum", "psycopg"}


def loaded(*words: str, database: Path) -> set[str]:
    """The top-level modules after a command."""
    result = subprocess.run(
        [sys.executable, "-c", PROBE, *words, "--database", str(database)],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return set(result.stderr.rpartition("\n")[2].split("|"))


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("status", "--json"),
        *(("list", kind) for kind in ("sources", "articles", "scenarios", "questions", "predictions", "resolutions")),
        ("list", "questions", "--status", "due", "--scenario", "csto-mission", "--text", "csto", "--json"),
    ],
)
def test_status_and_lists(seeded_file: Path, words: tuple[str, ...]) -> None:
    found = loaded(*words, database=seeded_file)
    assert "forecasts" in found
    assert not found & WITHOUT_DATABASE_LAYER


@pytest.mark.parametrize(
    "words",
    [
        ("show", "question", QUESTION),
        ("show", "source", "anbound", "--json"),
        ("history",),
        ("history", "--text", "seed"),
        ("phrases", "likely"),
    ],
)
def test_what_only_reads_records(seeded_file: Path, words: tuple[str, ...]) -> None:
    assert not loaded(*words, database=seeded_file) & WITHOUT_DATABASE_LAYER


@pytest.mark.parametrize("words", [("scores",), ("scores", "--json")])
def test_scores_draw_nothing_and_map_no_records(seeded_file: Path, words: tuple[str, ...]) -> None:
    assert not loaded(*words, database=seeded_file) & (WITHOUT_DATABASE_LAYER - {"numpy"})


def test_an_open_ledger_loads_what_writes_when_it_is_asked_to(seeded_file: Path) -> None:
    command = [sys.executable, "-c", OPEN, str(seeded_file)]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=SECONDS, check=True)
    assert result.stdout.split() == ["False", "True"]


def test_help_loads_no_layer_below() -> None:
    code = PROBE.replace("sys.exit(status)", "")
    result = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, encoding="utf-8", timeout=SECONDS, check=True
    )
    found = set(result.stderr.rpartition("\n")[2].split("|"))
    assert not found & {*WITHOUT_DATABASE_LAYER, "sqlite3"}
