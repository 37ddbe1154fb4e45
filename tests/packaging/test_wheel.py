"""The built wheel: what it carries, and that it works in a clean environment from any folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300
AWKWARD = "an empty folder, 100 % new"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout with the backend of the test extra."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=SECONDS)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`forecasts` in an environment into which only the wheel was installed; its dependencies are this one's."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=True, symlinks=True)
    python = folder / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "-q", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True, timeout=SECONDS)
    site = next((folder / "lib").glob("python*")) / "site-packages"
    # the checkout's own editable install is a .pth or finder in the same folder, and must not be found through it
    dependencies = tmp_path_factory.mktemp("dependencies")
    for entry in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if "forecasts" not in entry.name.lower():
            (dependencies / entry.name).symlink_to(entry)
    (site / "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")
    return folder / "bin" / "forecasts"


def run(program: Path, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The installed program in a folder, with an empty home."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    return subprocess.run(
        [str(program), *words],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )


def test_wheel_carries_migrations_seed_and_settings(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for source, inside in (("migrations", "forecasts/_data/migrations"), ("seed", "forecasts/_data/seed")):
        expected = {
            f"{inside}/{file.relative_to(ROOT / source)}"
            for file in (ROOT / source).rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        }
        assert expected, source
        assert expected <= names
    assert "forecasts/_data/alembic.ini" in names
    templates = {f"{file.relative_to(ROOT)}" for file in (ROOT / "forecasts/interchange/templates").iterdir()}
    assert len(templates) > 1
    assert templates <= names
    assert {name.split("/")[0] for name in names if "dist-info" not in name} == {"forecasts"}


def test_wheel_sets_up_in_an_empty_folder(program: Path, tmp_path: Path) -> None:
    folder = tmp_path / AWKWARD
    folder.mkdir()
    where = run(program, "--version", folder=folder)
    assert where.returncode == 0, where.stderr

    done = run(program, "setup", folder=folder)
    assert done.returncode == 0, done.stderr

    status = run(program, "status", "--json", folder=folder)
    assert status.returncode == 0, status.stderr
    told = json.loads(status.stdout)
    assert told["newest"] is True
    assert told["counts"]["predictions"] >= 24
    assert Path(told["database"]).is_relative_to(folder / "home")
    assert str(ROOT) not in done.stdout + status.stdout


def test_wheel_explains_the_figures(program: Path, wheel: Path, tmp_path: Path) -> None:
    inside = zipfile.ZipFile(wheel).read("forecasts/_data/docs/scoring.md")
    assert inside == (ROOT / "docs" / "scoring.md").read_bytes()
    told = run(program, "explain", "brier", folder=tmp_path)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("Brier score\n\nThe squared distance")


def test_wheel_without_a_terminal_sets_up_and_ends(program: Path, tmp_path: Path) -> None:
    folder = tmp_path / AWKWARD
    folder.mkdir()
    done = run(program, folder=folder)
    assert done.returncode == 0, done.stderr
    assert "forecasts.db" in done.stdout


def test_source_distribution_builds_the_same_wheel(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("source")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=SECONDS)
    (archive,) = folder.glob("*.tar.gz")
    subprocess.run(["tar", "-xzf", str(archive), "-C", str(folder)], check=True, timeout=SECONDS)
    (unpacked,) = (entry for entry in folder.iterdir() if entry.is_dir())
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=unpacked, check=True, capture_output=True, timeout=SECONDS)
    (again,) = folder.glob("*.whl")
    assert set(zipfile.ZipFile(again).namelist()) == set(zipfile.ZipFile(wheel).namelist())
