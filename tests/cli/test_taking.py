"""`forecasts take`: what files propose is shown with where it stands, confirmed or taken as inferred, and undone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from forecasts.paths import installing
from tests.cli.conftest import COMMAND
from tests.documents import making
from tests.tui.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command, Program


@pytest.fixture
def page(tmp_path: Path) -> Path:
    making.needs_articles()
    path = tmp_path / "page.html"
    path.write_bytes(making.linked_page())
    return path


def test_a_page_becomes_an_article_with_its_text_and_sources(empty_command: Command, page: Path) -> None:
    run = empty_command.done
    assert "the article What comes next" in run("take", page, "--yes")
    (article,) = json.loads(run("list", "articles", "--json"))
    assert article["title"] == making.TITLE
    assert article["published_on"] == "2022-01-14"
    assert article["published_basis"] == article["attribution"] == "inferred"
    assert article["authors"] == ["aigul-qasymova"]
    assert article["extracted_by"].endswith("from page.html")
    read = run("read", article["slug"])
    assert all(paragraph.split(".")[0] in " ".join(read.split()) for paragraph in making.PARAGRAPHS)
    names = {source["name"]: source["kind"] for source in json.loads(run("list", "sources", "--json"))}
    assert names == {"Айгүл Қасымова": "person", "The Steppe Review": "outlet"}
    again = empty_command("take", page, "--yes")
    assert "is there already" in again.stderr
    assert again.stdout == "Nothing was changed.\n"
    run("undo")
    assert json.loads(run("list", "articles", "--json")) == []
    assert json.loads(run("list", "sources", "--json")) == []


def test_without_a_terminal_nothing_is_written_unconfirmed(empty_command: Command, page: Path) -> None:
    assert "--yes" in empty_command.refused("take", page)
    assert json.loads(empty_command.done("list", "articles", "--json")) == []


def test_on_a_terminal_the_day_is_asked_until_it_is_said(empty_command: Command, tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("What comes next\n\nThey are unlikely to leave.\n", encoding="utf-8")
    terminal = Terminal((*COMMAND, "--database", str(empty_command.database), "take", str(path)))
    terminal.read_until(b"[What comes next]")
    for answer in (
        "",
        "",
        "",
        "",
        "2022-01-14",
        "",
        "",
        "y",
    ):  # title, outlet, authors, date, language, address, take it
        terminal.send(f"{answer}\n")
    assert terminal.finish() == 0, terminal.written
    (article,) = json.loads(empty_command.done("list", "articles", "--json"))
    assert (article["title"], article["published_on"]) == ("What comes next", "2022-01-14")


def test_dates_that_differ_are_refused_until_one_is_said(empty_command: Command, tmp_path: Path) -> None:
    making.needs_articles()
    path = tmp_path / "page.html"
    time = '<time datetime="2022-02-01">1 February</time>'
    path.write_bytes(making.page('<meta property="article:published_time" content="2022-01-14">', time))
    refused = empty_command.refused("take", path, "--yes")
    assert "2022-01-14 and 2022-02-01, which differ" in refused
    assert "--published-on" in refused
    empty_command.done("take", path, "--yes", "--published-on", "14 Jan 2022", "--published-basis", "stated")
    (article,) = json.loads(empty_command.done("list", "articles", "--json"))
    assert (article["published_on"], article["published_basis"]) == ("2022-01-14", "stated")


def test_a_dry_run_prints_what_is_proposed_with_where(empty_command: Command, page: Path) -> None:
    (told,) = json.loads(empty_command.done("take", page, "--dry-run", "--json"))
    assert {"field": "authors", "value": "Айгүл Қасымова", "origin": "JSON-LD"} in told["proposed"]
    assert told["paragraphs"] == 4
    assert told["conflicts"] == {}
    assert told["known_as"] == ""
    assert "JSON-LD" in empty_command.done("take", page, "--dry-run")
    assert json.loads(empty_command.done("list", "articles", "--json")) == []


def test_a_list_of_references_is_taken_in_at_once_and_names_are_those_of_the_record(
    empty_command: Command, tmp_path: Path
) -> None:
    run = empty_command.done
    run("add", "source", "--name", "ann  WRITER", "--kind", "person", "--slug", "ann")
    path = tmp_path / "list.json"
    path.write_bytes(making.CSL)
    run("take", path, "--yes")
    articles = {article["title"]: article for article in json.loads(run("list", "articles", "--json"))}
    assert articles[making.TITLE]["authors"] == ["ann", "steppe-desk"]
    assert articles["The year ahead"]["published_on"] == "2022-01-01/2022-12-31"
    assert "cannot share one title" in empty_command.refused("take", path, "--yes", "--title", "One")
    run("undo")
    assert json.loads(run("list", "articles", "--json")) == []


def test_a_text_on_standard_input_is_an_article(program: Program, tmp_path: Path) -> None:
    database = ("--database", tmp_path / "own.db", "--analyst", "tester")
    assert program(*database, "setup", "--no-seed").returncode == 0
    done = program(*database, "take", "-", "--yes", "--published-on", "2022-01-14", text="Come what may\nIt will.\n")
    assert done.returncode == 0, done.stderr
    assert "Come what may" in done.stdout


def test_a_file_that_cannot_be_read_is_named_with_why(empty_command: Command, tmp_path: Path) -> None:
    making.needs_articles()
    path = tmp_path / "scan\x1b[31m.pdf"
    path.write_bytes(making.pdf(lines=()))
    told = empty_command.refused("take", path, "--yes")
    assert "recognise the text first" in told
    assert "\x1b" not in told


def test_what_a_form_needs_is_told_with_the_command_that_installs_it(
    empty_command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "trafilatura.py").write_text("raise ModuleNotFoundError(name='trafilatura')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    path = tmp_path / "page.html"
    path.write_bytes(making.page())
    told = empty_command.refused("take", path, "--yes")
    assert "page.html cannot be read without trafilatura" in told
    assert installing("articles") in told


def test_on_a_terminal_each_is_confirmed_and_two_new_names_are_two_sources(
    empty_command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "list.json"
    told = [
        {
            "type": "article",
            "title": f"By {name}",
            "author": [{"literal": name}],
            "issued": {"date-parts": [[2022, 1, 1]]},
        }
        for name in ("Anna", "Анна")
    ]
    path.write_text(json.dumps([{**one, "URL": "https://example.org/a", "language": "en"} for one in told]))
    database = ("--database", str(empty_command.database), "--analyst", "tester")
    terminal = Terminal((*COMMAND, *database, "take", str(path)))
    for title in ("By Anna", "By Анна"):
        terminal.read_until(f"[{title}]".encode())
        for answer in ("", "", "", "", "-", "", "y"):  # title, outlet, authors, date, language, address, take it
            terminal.send(f"{answer}\n")
    assert terminal.finish() == 0, terminal.written
    articles = json.loads(empty_command.done("list", "articles", "--json"))
    assert [(one["title"], one["language"], one["url"]) for one in articles] == [
        (f"By {name}", "", "https://example.org/a") for name in ("Anna", "Анна")
    ]
    sources = json.loads(empty_command.done("list", "sources", "--json"))
    assert {one["slug"]: one["name"] for one in sources} == {"anna": "Anna", "anna-2": "Анна"}
