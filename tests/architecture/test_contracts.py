"""The house holds: who imports whom, what leaves which room, and that nothing is built at import time."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

import forecasts

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120
ENOUGH_LINES = 400
STANDS_ALONE = {
    "recompute.py",  # travels in a bundle as one file that needs nothing else
    "records.py",  # every field is declared there, and nowhere else
    "glossary.py",  # every word is explained there, and nowhere else
}


def modules(package: str) -> list[str]:
    """Every module of a package by its full name, data folders aside."""
    found = importlib.import_module(package)
    return [
        name
        for _, name, _ in pkgutil.walk_packages(found.__path__, f"{package}.")
        if "._data" not in name and not name.endswith("__main__")
    ]


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False)
    assert result.returncode == 0, result.stdout


def test_no_modules_import_each_other() -> None:
    """Also not within functions; what is imported for type checkers alone does not count."""
    graph = grimp.build_graph("forecasts", exclude_type_checking_imports=True, cache_dir=None)
    TopologicalSorter(
        {name: graph.find_modules_directly_imported_by(name) - {name} for name in graph.modules}
    ).prepare()


def test_importing_everything_opens_nothing(tmp_path: Path) -> None:
    """No engine, database, settings file or folder comes of importing: each would fail or leave a trace here."""
    home = tmp_path / "elsewhere"
    home.mkdir()
    program = (
        "import builtins, importlib, sqlite3, sys\n"
        "import sqlalchemy\n"
        "def refuse(*a, **k): raise AssertionError('built at import time')\n"
        "sqlite3.connect = sqlalchemy.create_engine = refuse\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
    )
    environment = {"HOME": str(home), "FORECASTS_DATABASE": "/nowhere/at/all", "PATH": "/usr/bin:/bin"}
    result = subprocess.run(
        [sys.executable, "-c", program, *modules("forecasts")],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert list(home.rglob("*")) == []


def test_nothing_of_sqlalchemy_is_named_outside_db() -> None:
    """What services, screens and commands say they take and give is never a table, a column or a clause."""
    for package in ("forecasts.services", "forecasts.cli", "forecasts.tui"):
        for name in modules(package):
            module = importlib.import_module(name)
            named = [
                found
                for found, value in vars(module).items()
                if (value if inspect.isclass(value) else type(value)).__module__.startswith("sqlalchemy")
            ]
            assert named == [], f"{name} imports {named}"


def test_views_and_records_are_frozen() -> None:
    for name in ("records", "views", "intents", "scorecards"):
        module = importlib.import_module(f"forecasts.domain.{name}")
        own = [
            value for value in vars(module).values() if inspect.isclass(value) and value.__module__ == module.__name__
        ]
        records = [value for value in own if dataclasses.is_dataclass(value)]
        assert records
        for record in records:
            parameters = record.__dataclass_params__  # type: ignore[attr-defined]
            assert parameters.frozen, record


@pytest.mark.parametrize("package", ["cli", "db", "domain", "interchange", "scoring", "services", "tui"])
def test_no_file_hides_a_second_thing(package: str) -> None:
    folder = Path(forecasts.__file__).parent / package
    long = {
        file.name: lines
        for file in folder.rglob("*.py")
        if file.name not in STANDS_ALONE
        and (lines := len(file.read_text(encoding="utf-8").splitlines())) > ENOUGH_LINES
    }
    assert long == {}


def test_no_module_of_tests_imports_another() -> None:
    imported = {
        (file.relative_to(ROOT).as_posix(), name)
        for file in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (getattr(node, "module", None) or "", *(alias.name for alias in node.names))
        if name.rpartition(".")[2].startswith("test_")
    }
    assert imported == set()


def test_every_path_that_contributing_names_is_there() -> None:
    rooms = ("benchmarks", "docs", "forecasts", "migrations", "seed", "tests")
    paths = (*ROOT.iterdir(), *(path for room in rooms for path in (ROOT / room).rglob("*")))
    files = [f"/{path.relative_to(ROOT).as_posix()}" for path in paths]
    named = re.findall(
        r"`([\w./]+(?:\.(?:py|md|toml|json)|/))`", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    )
    assert len(named) > 50
    is_there = {name: any(file.endswith(f"/{name.rstrip('/')}") for file in files) for name in named}
    assert [name for name in named if not is_there[name]] == []
