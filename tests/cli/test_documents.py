"""What the documents say can be typed: the README's tour runs, every command and option exists, every link leads on."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from forecasts.cli.program import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "seed/README.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
_CODE = re.compile(r"`(?:\.venv/bin/)?forecasts ([^`\n]+)`")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_LINK = re.compile(r"\]\(((?!https?:|mailto:)[^)\s]+)\)")
_WORD = re.compile(r"[a-z][a-z-]*")


def _commands(page: Path) -> list[str]:
    """Each line of a page's blocks that is a command line of the program, as it stands there."""
    found, is_inside, is_shell = [], False, False
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.lstrip().startswith("```"):
            is_inside, is_shell = not is_inside, line.strip() in {"```", "```sh", "```console", "```bash"}
        elif (is_inside and is_shell) or line.startswith("    "):
            found.append(line.strip().removeprefix(".venv/bin/"))
    return [line for line in found if re.match(r"forecasts [a-z-]", line)]


def test_the_tour_in_the_readme_runs_in_its_order(tmp_path: Path) -> None:
    lines = _commands(ROOT / "README.md")
    assert len(lines) > 10
    environment = {**os.environ, "FORECASTS_DATABASE": str(tmp_path / "tour.db"), "HOME": str(tmp_path)}
    for line in ["forecasts setup", *lines]:
        command = [sys.executable, "-m", *shlex.split(line)]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


def test_an_hour_s_work_runs_as_the_page_has_it(tmp_path: Path) -> None:
    """As a new user: a home with nothing in it, the commands of the page in its order, and what they promise."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / "docs/own-record.md").read_text(encoding="utf-8"), re.M | re.S)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "forecasts").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m forecasts "$@"\n', encoding="utf-8")
    (programs / "forecasts").chmod(0o755)
    environment = {"HOME": str(tmp_path), "PATH": f"{programs}:{os.environ['PATH']}", "FORECASTS_ANALYST": "ann"}
    done = subprocess.run(
        ["bash", "-e"],
        input="\n".join(blocks),
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr
    assert "figures compared: all equal." in done.stdout
    assert done.stderr.count("Found nothing wrong.") == 2


def _problem(line: str, command: Any, context: Any) -> str:
    """What the program does not know of a command line that may have placeholders."""
    words = _QUOTED.sub("", line).split()
    path: list[str] = []
    while words and hasattr(command, "list_commands") and _WORD.fullmatch(words[0]):
        found = command.get_command(context, words[0])
        if found is None:
            return "" if path else f"there is no command {words[0]}"
        context = type(context)(found, parent=context, info_name=words[0])
        command, path = found, [*path, words.pop(0)]
    known = {option for one in command.get_params(context) for option in (*one.opts, *one.secondary_opts)}
    given = {word.partition("=")[0].strip("…,.;:)(") for word in words if word.startswith("--")}
    unknown = sorted(option for option in given if option not in known | {"--help", ""})
    return f"{' '.join(path)} has no {', '.join(unknown)}" if unknown else ""


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=lambda page: page.name)
def test_every_command_and_option_that_a_page_names_exists(page: Path) -> None:
    command = get_command(app)
    context = command.make_context("forecasts", [], resilient_parsing=True)
    named = [*_CODE.findall(page.read_text(encoding="utf-8")), *(line.partition(" ")[2] for line in _commands(page))]
    found = [_problem(line, command, context) for line in named]
    assert [problem for problem in found if problem] == []


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}-{page.name}")
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    broken = []
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        name, _, anchor = link.partition("#")
        target = (page.parent / name) if name else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []
