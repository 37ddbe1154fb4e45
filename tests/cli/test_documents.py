"""What the documents say can be typed: the README's tour runs, every command and option exists, every link leads on."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from typer.main import get_command

from forecasts.cli.program import app
from tests.documents import making
from tests.pages import PAGES, ROOT, blocks, run

if TYPE_CHECKING:
    from pathlib import Path

_CODE = re.compile(r"`(?:\.venv/bin/)?forecasts ([^`\n]+)`")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_LINK = re.compile(r"\]\(((?!https?:|mailto:)[^)\s]+)\)")
_WORD = re.compile(r"[a-z][a-z-]*")

NEW_USERS = {"README.md", "own-record.md"}
ELSEWHERE = {
    ("analyses.md", "sql"): "publish/test_neighbours.py",
    ("archive.md", "sql"): "archive/test_files.py",
    ("postgresql.md", "sql"): "safety/test_team.py",
    ("postgresql.md", "sh"): "safety/test_team.py",
    ("scoring.md", "python"): "scoring/test_documents.py",
    ("settings.md", "toml"): "tui/test_all_keys.py",
}
"""By page and language: the module of tests that runs these blocks."""

BEFORE = {
    "archive.md": """
        forecasts export archive north
        export FORECASTS_DATABASE=south.db
        forecasts setup --no-seed
        forecasts add source --name "A. Seer" --kind person
        forecasts add article --title "What will come" --authors a-seer --published-on 2022-01-14 --slug what
        forecasts add question --title "Rain?" --criteria "If it rains." --resolves-on 2022-03-31 --slug rain
        forecasts add prediction --article what --speakers a-seer --question rain --claim "Rain." --probability 70%
        forecasts export archive south
        export FORECASTS_DATABASE=ledger.db
    """,
    "intake.md": r"""
        echo '@article{a, author={Writer, Ann}, title={What comes}, date={2022-01-10}}' > library.bib
        printf 'What comes next\n\nIt is unlikely that they leave.\n' > words.txt
        echo '{"paragraph": 3, "quote": "Prices are unlikely to fall", "tool": "x"}' > made.jsonl
        printf '#!/bin/sh\ncat > read.txt; cat made.jsonl\n' > ask-a-model; chmod +x ask-a-model
        echo '{"rows": []}' > hypothesis.json
    """,
    "plots.md": """
        { echo source,question,probability,made_on,resolves_on,outcome,known_on
          for n in {1..12}; do echo "Ana Silva,Will $n come?,70,2024-03-01,2024-12-31,yes,2025-01-02"; done; } > ana.csv
        forecasts import csv ana.csv --scale percent
    """,
}
"""What stands in the folder before a page's blocks, beside the seeded record with its resolutions."""

NEEDED = {"archive.md": "pyarrow", "intake.md": "trafilatura", "plots.md": "matplotlib"}
PROMISED = {"own-record.md": ("figures compared: all equal.", "Found nothing wrong.")}


def _commands(page: Path) -> list[str]:
    """Each line of a page's blocks that is a command line of the program, as it stands there."""
    lines = (line for block in blocks(page) if block.language == "sh" for line in block.text.splitlines())
    return [line for one in lines if re.match(r"forecasts [a-z-]", line := one.removeprefix(".venv/bin/"))]


def _script(page: Path) -> list[str]:
    """The blocks of the shell that can be run here."""
    return [block.text for block in blocks(page) if block.language == "sh" and not block.why]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}-{page.name}")
def test_every_block_is_run_or_says_why_not(page: Path) -> None:
    for block in blocks(page):
        place = (page.name, block.language)
        if place in ELSEWHERE:
            assert page.name in (ROOT / "tests" / ELSEWHERE[place]).read_text(encoding="utf-8")
        else:
            assert block.language in {"sh", "text"} or block.language.startswith("{"), block
    assert page.read_text(encoding="utf-8").count("```") == 2 * len(blocks(page)), "a block that is not found"


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if _script(page) and (page.name, "sh") not in ELSEWHERE],
    ids=lambda page: page.name,
)
def test_the_blocks_of_a_page_run_in_their_order(page: Path, resolved_file: Path, tmp_path: Path) -> None:
    """Those of the shell, in one folder, in which a new user has nothing yet."""
    folder = tmp_path / "reader"
    folder.mkdir()
    script, environment = [BEFORE.get(page.name, "")], {}
    pytest.importorskip(NEEDED.get(page.name, "forecasts"), reason="needs an extra")
    if page.name not in NEW_USERS:
        shutil.copyfile(resolved_file, folder / "ledger.db")
        environment["FORECASTS_DATABASE"] = "ledger.db"
    (folder / "page.html").write_bytes(making.linked_page())
    (folder / "paper.pdf").write_bytes(making.pdf())
    done = run([*script, *_script(page)], folder, **environment)
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr
    for words in PROMISED.get(page.name, ()):
        assert words in done.stdout + done.stderr


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
