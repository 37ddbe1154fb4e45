"""What scripts read: one JSON document on standard output, with just the promised keys, and nothing else there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.places import QUESTION

if TYPE_CHECKING:
    from tests.cli.conftest import Command, Program

COUNTS = ["sources", "articles", "scenarios", "questions", "predictions", "resolutions"]
STATUS = ["database", "backend", "revision", "newest", "due", "counts"]
SCORES = ["formula_version", "by", "which", "wording", "as_of", "ranked_by", "left_out", "scorecards"]
BUCKETS = [
    *["scored", "open", "void", "untested", "late", "unscorable", "possibilities", "announcements", "proxies"],
    *["set_aside", "repeats"],
]
SCORECARD = [
    *["source", "name", "kind", "anonymous"],
    *["predictions", "scored", "open", "void", "untested", "late", "unscorable"],
    *["possibilities", "possibilities_settled", "possibilities_realised"],
    *["announcements", "announcements_settled", "announcements_kept"],
    *["proxies", "proxies_scored", "proxies_brier", "set_aside", "repeats"],
    *[
        "brier_n",
        "brier",
        "brier_low",
        "brier_high",
        "brier_scenario_low",
        "brier_scenario_high",
        "brier_best",
        "brier_worst",
    ],
    *[
        "log_loss",
        "clipped",
        "binary_n",
        "firm",
        "firm_right",
        "baseline_score",
        "peer_score",
        "gain",
        "skill",
        "reference",
    ],
    *["difficulty_adjusted_brier", "component", "accuracy", "sharpness"],
    *["calibration_n", "calibration_brier", "miscalibration", "discrimination", "uncertainty"],
    *["vagueness", "hedging", "crps"],
    *["rank", "rank_low", "rank_high", "enough", "why_not_ranked"],
]
FIELDS = {
    "sources": ["slug", "name", "kind", "anonymous", "member_of", "aliases", "homepage", "note"],
    "scenarios": ["slug", "title", "description"],
    "articles": [
        *["slug", "title", "original_title", "outlet", "authors", "attribution", "published_on", "published_basis"],
        *["language", "translated_from", "republished_from", "url", "file", "sha256", "original_sha256"],
        *["extracted_by", "lines", "coverage", "note"],
    ],
    "questions": [
        *["slug", "scenario", "title", "kind", "criteria", "fine_print", "resolution_source", "opens_on"],
        *["resolves_on", "closes_on", "deadline_basis", "written_on", "options", "unit", "range", "condition"],
        *["implies", "variant_of", "references"],
    ],
    "predictions": [
        *["slug", "question", "scenario", "speakers", "attribution", "via", "fidelity", "article", "endorsement"],
        *["made_on", "made_at", "claim", "claim_type", "phrase", "phrase_about", "paragraph", "fit"],
        *["probability", "low", "high", "basis"],
        *["standard", "probabilities", "quantiles", "condition", "condition_text", "unscorable", "restates"],
        *["supersedes", "coded_by", "coded_on", "proposed_by", "note"],
    ],
    "resolutions": [
        *["question", "outcome", "void", "certainty", "known_on", "resolved_at", "analyst", "note"],
        *["superseded_reason", "evidence"],
    ],
}


def document(text: str) -> Any:
    """The one document of a text; NaN and the infinities are refused."""

    def refuse(word: str) -> None:
        raise AssertionError(word)

    assert text.endswith("\n")
    assert text.isascii()
    return json.loads(text, parse_constant=refuse)


@pytest.fixture
def resolved(command: Command) -> Command:
    """The seeded record with one question resolved."""
    command.done("resolve", QUESTION, "--outcome", "yes", "--known-on", "2022-01-19", "--note", "The CSTO said so.")
    return command


def test_status(command: Command) -> None:
    found = document(command.done("status", "--json"))
    assert list(found) == STATUS
    assert list(found["counts"]) == COUNTS
    assert found["database"] == str(command.database)
    assert (found["backend"], found["newest"]) == ("sqlite", True)
    assert isinstance(found["due"], int)
    assert found["counts"]["resolutions"] == 0


@pytest.mark.parametrize("kind", FIELDS)
def test_lists(resolved: Command, kind: str) -> None:
    found = document(resolved.done("list", kind, "--json"))
    assert len(found) >= 1
    for record in found:
        assert set(FIELDS[kind]) <= set(record)
    assert set(found[0]) - set(FIELDS[kind]) <= {"status", "remind_on"}


def test_an_empty_list_is_a_document(empty_command: Command) -> None:
    result = empty_command("list", "questions", "--json")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "[]\n", "")


@pytest.mark.parametrize("by", ["speaker", "author", "outlet"])
def test_scores(resolved: Command, by: str) -> None:
    found = document(resolved.done("scores", "--json", "--by", by))
    assert list(found) == SCORES
    assert (found["by"], found["which"], found["wording"], found["ranked_by"]) == (by, "first", "point", "brier")
    for card in found["scorecards"]:
        assert list(card) == SCORECARD
        assert sum(card[bucket] for bucket in BUCKETS) == card["predictions"]
    assert any(card["scored"] for card in found["scorecards"]) is (by == "speaker" or any_scored(found))


def test_the_scoreboard_begins_with_those_of_which_most_is_scored(resolved: Command) -> None:
    cards = document(resolved.done("scores", "--json"))["scorecards"]
    printed = resolved.done("scores")
    places = {card["name"]: printed.index(f"  {card['name'][:20]}") for card in cards}
    by_place = sorted(cards, key=lambda card: places[card["name"]])
    assert [card["scored"] for card in by_place] == sorted((card["scored"] for card in cards), reverse=True)
    assert len({card["scored"] for card in cards}) > 1


def any_scored(found: Any) -> bool:
    """Whether any card has a score."""
    return any(card["brier"] is not None for card in found["scorecards"])


def test_every_option_of_scores(resolved: Command) -> None:
    words = "--by speaker --which last --scenario csto-mission --since 2022-01-01 --until 2022-12-31"
    words += " --wording worst --standard icd-203 --basis analyst --as-of 2023-01-01 --json"
    found = document(resolved.done("scores", *words.split()))
    assert set(SCORES) <= set(found)
    assert (found["which"], found["wording"], found["as_of"]) == ("last", "worst", "2023-01-01")


def test_a_figure_that_does_not_exist_is_null(command: Command) -> None:
    cards = document(command.done("scores", "--json"))["scorecards"]
    assert {card["brier"] for card in cards} == {None}
    assert {card["rank"] for card in cards} == {None}


@pytest.mark.parametrize("kind", ["source", "article", "scenario", "question", "prediction", "standard"])
def test_show(resolved: Command, kind: str) -> None:
    slugs = {"standard": "icd-203", "question": QUESTION}
    slug = slugs.get(kind) or document(resolved.done("list", f"{kind}s", "--json"))[0]["slug"]
    found = document(resolved.done("show", kind, slug, "--json"))
    assert list(found) == ["kind", "slug", "version", "record", "related", "history"]
    assert found["record"]["slug"] == slug
    assert found["history"]
    if kind == "question":
        assert [row["outcome"] for row in found["related"]["resolutions"]] == ["yes"]


def test_history(resolved: Command) -> None:
    found = document(resolved.done("history", "--json"))
    assert [entry["entry"] for entry in found] == [2, 1]
    assert (found[0]["analyst"], found[0]["intent"], found[0]["change_count"]) == ("tester", "resolve question", 1)
    assert found[0]["changes"][0]["after"]["outcome"] == "yes"
    of_one = document(resolved.done("history", "question", QUESTION, "--json"))
    assert {entry["entry"] for entry in of_one} <= {1, 2}
    assert len(document(resolved.done("history", "--limit", "1", "--json"))) == 1


def test_one_entry_whole_and_entries_by_words(resolved: Command) -> None:
    whole = document(resolved.done("history", "--entry", "1", "--json"))
    assert [len(entry["changes"]) for entry in whole] == [whole[0]["change_count"]]
    found = document(resolved.done("history", "--text", "PEACEKEEPERS", "--json"))
    assert [entry["entry"] for entry in found] == [2]
    assert document(resolved.done("history", "--text", "no such words", "--json")) == []
    printed = resolved.done("history", "--entry", "2")
    assert "  outcome\n    + yes\n" in printed
    assert ": added" in printed


def test_phrases(command: Command) -> None:
    found = document(command.done("phrases", "very", "unlikely", "--json"))
    assert found["words"] == "very unlikely"
    by_standard = {row["standard"]: row for row in found["readings"]}
    assert len(by_standard) >= 5
    assert list(by_standard["icd-203"]) == [
        *["standard", "title", "year", "term", "point", "low", "high", "low_open", "high_open"]
    ]
    assert (by_standard["icd-203"]["low"], by_standard["icd-203"]["high"]) == (0.05, 0.2)
    assert None in {row["point"] for row in found["readings"]}


def test_on_each_engine(program: Program, seeded_address: str) -> None:
    at = {"FORECASTS_DATABASE": seeded_address}
    status = document(program("status", "--json", env=at).stdout)
    assert list(status) == STATUS
    assert status["backend"] == seeded_address.partition(":")[0].replace(seeded_address, "sqlite")
    assert len(document(program("list", "predictions", "--json", env=at).stdout)) == status["counts"]["predictions"]
    assert list(document(program("scores", "--json", env=at).stdout)) == SCORES


def test_the_tree_of_scenarios(resolved: Command) -> None:
    trees = document(resolved.done("list", "scenarios", "--tree", "--json"))
    flat = document(resolved.done("list", "questions", "--json"))
    assert sorted(one["slug"] for tree in trees for one in tree["questions"]) == sorted(one["slug"] for one in flat)
    vague = [one for tree in trees for one in tree["predictions"]]
    assert vague
    assert {one["turned_out"] for one in vague} == {"vague"}
    (tree,) = [one for one in trees if any(question["slug"] == QUESTION for question in one["questions"])]
    (question,) = [one for one in tree["questions"] if one["slug"] == QUESTION]
    assert question["outcome"] == "yes"
    assert {said["turned_out"] for said in question["predictions"]} <= {"right", "wrong", "uncounted"}
    printed = resolved.done("list", "scenarios", "--tree", "--scenario", tree["slug"], "--text", "PEACEKEEPERS")
    assert f"[{QUESTION}]" in printed
    assert "├" in printed
    assert "× wrong" in printed
    assert "did you mean" in resolved.refused("list", "scenarios", "--tree", "--scenario", "csto").casefold()
