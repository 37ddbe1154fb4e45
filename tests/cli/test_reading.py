"""Reading articles from the command line: the list, and one by its paragraphs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from forecasts.domain.formats import favoured, percent, value_text

if TYPE_CHECKING:
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
    assert "▪ Chan Kung" in printed
    assert "▫ no prediction" in printed
    found = json.loads(command.done("read", "anbound-2022-01-14", "--json"))
    assert found["text_attached"] is False
    numbers = [paragraph["paragraph"] for paragraph in found["paragraphs"]]
    assert numbers == sorted(numbers)
    assert all(paragraph["text"] == "" for paragraph in found["paragraphs"])


def test_every_number_stands_there_as_the_screen_has_it(empty_command: Command) -> None:
    """Options, quantiles, and a probability as of the side that it favours."""
    pack = Path(__file__).parents[1] / "services" / "hand_computed" / "pack.toml"
    empty_command.done("import", "pack", pack)
    printed = {slug: empty_command.done("read", slug) for slug in ("a1", "a2", "a3", "a4", "a5")}
    said = 0
    for record in json.loads(empty_command.done("list", "predictions", "--json")):
        shares = ", ".join(f"{name} {percent(share)}" for name, share in record["probabilities"].items())
        values = ", ".join(f"{percent(float(at))}: {value_text(value)}" for at, value in record["quantiles"].items())
        if shares or values:
            assert f" {shares or values} " in printed[record["article"]]
            said += 1
        elif record["claim_type"] == "forecast" and record["probability"] is not None:
            number = favoured(record["probability"], record["low"], record["high"])
            assert f" {number} " in printed[record["article"]]
    assert said > 2


def test_an_article_and_a_source_show_the_numbers_that_lists_have(command: Command) -> None:
    """Some are read from the phrase by a standard, and some are the mean of several readings."""
    listed = {record["slug"]: record for record in json.loads(command.done("list", "predictions", "--json"))}
    shown = [command.done("show", "article", "anbound-2022-01-08"), command.done("show", "source", "chan-kung")]
    for slug in ("anbound-2022-01-08-p1", "anbound-2022-01-08-p3"):
        said = f"{listed[slug]['made_on']}  chan-kung"
        for printed in shown:
            (line,) = (line for line in printed.splitlines() if line.startswith(f"{slug} "))
            assert " ".join(said.split()) in " ".join(line.split())
            assert f" {percent(listed[slug]['probability'])} " in line


def test_a_prediction_shows_what_it_says_as_the_list_has_it_where_it_is_read_by_a_standard(command: Command) -> None:
    slug = "anbound-2022-01-08-p3"
    stored = json.loads(command.done("show", "prediction", slug, "--json"))["record"]
    (listed,) = [one for one in json.loads(command.done("list", "predictions", "--json")) if one["slug"] == slug]
    assert (stored["probability"], stored["made_on"]) == (None, None)
    shown = dict(
        line.split(maxsplit=1)
        for line in command.done("show", "prediction", slug).splitlines()
        if line[:1] != " " and " " in line
    )
    assert (shown["says"], float(shown["probability"])) == ("67.5 % yes", listed["probability"])
    assert listed["made_on"] in command.done("show", "prediction", slug)


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
    assert "67.5 % no" in line, "read from “unlikely”, of the side that it favours"
