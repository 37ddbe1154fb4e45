"""The built wheel: what it carries, and that it works in a clean environment from any folder."""

from __future__ import annotations

import email
import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from forecasts import __version__

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
    assert {name.split("/")[0] for name in names if ".dist-info" not in name and ".data" not in name} == {"forecasts"}


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


def _build(source: Path, folder: Path, target: str) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1764460800"}
    subprocess.run(command, cwd=source, env=environment, check=True, capture_output=True, timeout=SECONDS)
    (built,) = folder.glob("*.whl" if target == "wheel" else "*.tar.gz")
    return built


def test_builds_are_the_same_to_the_byte_wherever_and_whenever(wheel: Path, tmp_path: Path) -> None:
    """The sdist twice; from it, in another folder and with other rights and times of files, sdist and wheel again."""
    first = _build(ROOT, tmp_path / "first", "sdist")
    before = os.umask(0o077)
    try:
        (tmp_path / "elsewhere").mkdir()
        unpack = ["tar", "-xzf", str(first), "--no-same-permissions", "-C", str(tmp_path / "elsewhere")]
        subprocess.run(unpack, check=True, timeout=SECONDS)
        (unpacked,) = (tmp_path / "elsewhere").iterdir()
        for path in unpacked.rglob("*"):
            os.utime(path, (1_000_000_000, 1_000_000_000))
        assert _build(unpacked, tmp_path / "second", "sdist").read_bytes() == first.read_bytes()
        there = _build(unpacked, tmp_path / "there", "wheel")
    finally:
        os.umask(before)
    assert there.read_bytes() == _build(ROOT, tmp_path / "here", "wheel").read_bytes()
    assert set(zipfile.ZipFile(there).namelist()) == set(zipfile.ZipFile(wheel).namelist())


def test_the_source_distribution_has_every_file_of_the_checkout_but_what_is_git_s(tmp_path: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-zco", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no checkout")
    ours = {name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()}
    with tarfile.open(_build(ROOT, tmp_path, "sdist")) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert ours - packed <= {".gitignore", ".gitattributes"}
    assert packed - ours == {"PKG-INFO"}


def test_the_manual_page_is_that_of_the_commands(program: Path) -> None:
    made = subprocess.run([sys.executable, "docs/man_page.py"], cwd=ROOT, capture_output=True, check=True).stdout
    assert made == (ROOT / "docs/forecasts.1").read_bytes(), "python docs/man_page.py > docs/forecasts.1 makes it anew"
    assert (program.parents[1] / "share/man/man1/forecasts.1").read_bytes() == made
    made.decode("ascii")


def test_metadata_are_whole(wheel: Path) -> None:
    (name,) = (name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("/METADATA"))
    told = email.message_from_bytes(zipfile.ZipFile(wheel).read(name))
    assert told["Version"] == __version__
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    cited = re.search(r"^version: (\S+)$", citation, re.MULTILINE)
    released = re.search(r"^date-released: (\S+)$", citation, re.MULTILINE)
    assert cited is not None
    assert released is not None
    assert cited[1] == __version__
    (newest, *_) = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest in {"[Unreleased]", f"[{__version__}] – {released[1]}"}
    for field in ("Name", "Summary", "License-Expression", "License-File", "Keywords", "Requires-Python"):
        assert told[field], field
    pythons = {one.rpartition(" ")[2] for one in told.get_all("Classifier", []) if "Python :: 3." in one}
    lowest, highest = sorted(map(int, re.findall(r"3\.(\d+)", told["Requires-Python"])))
    assert pythons == {f"3.{number}" for number in range(lowest, highest)}
    assert str(told.get_payload()).startswith("# ")


def test_it_runs_as_a_module_too(program: Path, tmp_path: Path) -> None:
    done = run(program.with_name("python"), "-m", "forecasts", "--version", folder=tmp_path)
    assert done.stdout == f"forecasts {__version__}\n", done.stderr
