"""Reading articles from the command line: the list, and one by its paragraphs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command

TEXT = "A title\n\nIt is unlikely that [/b] they leave.\nNothing else.\n"


def test_the_list(command: Command) -> None:
    rows = json.loads(command.done("read", "--json"))
    assert len(rows) == len(json.loads(command.done("list", "articles", "--json")))
    assert {row["has_text"] for row in rows} == {False}
    assert sum(row["claims"] for row in rows) == len(json.loads(command.done("list", "predictions", "--json")))
    printed = command.done("read", "--text", "CHAN KUNG")
    assert "anbound-2022-01-14" in printed
    assert "pravda-2022-01" not in printed
    assert json.loads(command.done("read", "--text", "100%_", "--json")) == []


def test_claims_by_paragraph_without_the_text(command: Command) -> None:
    printed = command.done("read", "anbound-2022-01-14")
    assert "● Chan Kung" in printed
    assert "× no prediction" in printed
    found = json.loads(command.done("read", "anbound-2022-01-14", "--json"))
    assert found["text_attached"] is False
    numbers = [paragraph["paragraph"] for paragraph in found["paragraphs"]]
    assert numbers == sorted(numbers)
    assert all(paragraph["text"] == "" for paragraph in found["paragraphs"])


def test_with_the_text(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "own.txt"
    file.write_text(TEXT, encoding="utf-8")
    command.done("add", "article", "--slug", "own", "--title", "Ours", "--published-on", "2022-01-10")
    command.done("attach", "own", file)
    printed = command.done("read", "own")
    assert "   2  It is unlikely that [/b] they leave." in printed
    found = json.loads(command.done("read", "own", "--json"))
    assert [paragraph["text"] for paragraph in found["paragraphs"]] == [line for line in TEXT.splitlines() if line]


def test_what_is_not_there_is_told(command: Command) -> None:
    assert "anbound-2022-01-14" in command.refused("read", "anbound-2022-01-15")


def test_a_source_s_page_has_the_day_that_counts_and_the_number_in_force_of_each_claim(command: Command) -> None:
    (line,) = (
        line for line in command.done("show", "source", "lyuba-lulko").splitlines() if "pravda-2022-01-p2" in line
    )
    assert "2022-01-06/2022-01-07" in line, "of its article"
    assert "32.5 %" in line, "read from “unlikely”"
