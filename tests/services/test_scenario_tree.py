"""The scenarios as a tree: what hangs on what, looked up by node, and how each claim turned out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from forecasts.db.queries.predictions import read_keys
from forecasts.domain.dates import Span
from forecasts.domain.intents import AddRecords
from forecasts.domain.kinds import SourceKind
from forecasts.domain.marks import ClaimResult, NodeKey, PredictionNode, PredictionQuery, QuestionNode
from forecasts.domain.records import Article, Prediction, Scenario, Source
from forecasts.services.browse import show_record
from forecasts.services.predictions import open_scenario_tree
from forecasts.services.record import add_records
from tests.services.looking import records

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger

CSTO = "csto-out-by-2022-01-23"


def test_the_tree_holds_every_question_and_every_prediction_on_one_or_of_a_scenario(seeded_ledger: Ledger) -> None:
    tree = open_scenario_tree(seeded_ledger)
    stored = records(seeded_ledger)
    found: list[str] = []
    said: list[str] = []
    for slug, node in tree.scenarios.items():
        below = tree.children(NodeKey("scenario", slug))
        assert [key.kind for key in below].count("question") == node.questions
        for key in below:
            (row,) = tree.rows((key,))
            if not isinstance(row, QuestionNode):
                said.append(key.slug)
                continue
            children = tree.children(key)
            assert row.predictions == len(children) == len(row.marks)
            found.append(key.slug)
            said.extend(child.slug for child in children)
    assert sorted(found) == sorted(record.slug for record in stored["question"])  # type: ignore[union-attr]
    assert sorted(said) == sorted(
        record.slug  # type: ignore[union-attr]
        for record in stored["prediction"]
        if record.question or record.scenario  # type: ignore[union-attr]
    )


def test_a_claim_too_vague_for_a_question_stands_in_its_scenario(empty_ledger: Ledger) -> None:
    said = Prediction(
        slug="vague",
        speakers=("seer",),
        article="text",
        scenario="a-story",
        claim="Dire things are to come.",
        unscorable="no-test",
    )
    known = (
        Source(slug="seer", name="The seer", kind=SourceKind.PERSON),
        Article(slug="text", title="What comes", published_on=Span(date(2022, 1, 1), date(2022, 1, 1))),
        Scenario(slug="a-story", title="A story"),
        Scenario(slug="another", title="Something else"),
    )
    add_records(empty_ledger, AddRecords(records=(*known, said, replace(said, slug="homeless", scenario=""))))
    tree = open_scenario_tree(empty_ledger)
    assert {slug: node.predictions for slug, node in tree.scenarios.items()} == {"a-story": 1, "another": 0}
    (key,) = tree.children(NodeKey("scenario", "a-story"))
    (row,) = tree.rows((key,))
    assert isinstance(row, PredictionNode)
    assert (row.slug, row.scenario, row.mark.turned_out) == ("vague", "a-story", ClaimResult.VAGUE)
    assert list(open_scenario_tree(empty_ledger, "dire things").scenarios) == ["a-story"]
    with empty_ledger.reader() as reader:
        query = PredictionQuery(scenario="a-story")
        assert len(read_keys(reader, query, empty_ledger.today())) == 1
    page = show_record(empty_ledger, "scenario", "a-story")
    assert [one["slug"] for one in page.related["predictions"]] == ["vague"]


def test_questions_come_by_deadline_and_predictions_by_day(seeded_ledger: Ledger) -> None:
    tree = open_scenario_tree(seeded_ledger)
    for slug in tree.scenarios:
        keys = tree.children(NodeKey("scenario", slug))
        deadlines = [row.resolves_on for row in tree.rows(keys) if isinstance(row, QuestionNode)]
        assert deadlines == sorted(deadlines)
    rows = tree.rows(tree.children(NodeKey("question", CSTO)))
    days = [row.made_on.rpartition("/")[2] for row in rows if isinstance(row, PredictionNode)]
    assert len(days) > 1
    assert days == sorted(days)


def test_a_scenario_without_questions_is_found_by_its_own_words(empty_ledger: Ledger) -> None:
    records = (Scenario(slug="a-story", title="A story"), Scenario(slug="another", title="Something else"))
    add_records(empty_ledger, AddRecords(records=records))
    assert list(open_scenario_tree(empty_ledger, "STORY").scenarios) == ["a-story"]
    assert not open_scenario_tree(empty_ledger, "no such words").scenarios


def test_words(seeded_ledger: Ledger) -> None:
    tree = open_scenario_tree(seeded_ledger, '"CSTO PEACEKEEPERS"')
    titles = [
        row.title
        for slug in tree.scenarios
        for row in tree.rows(tree.children(NodeKey("scenario", slug)))
        if isinstance(row, QuestionNode)
    ]
    assert titles
    assert all("csto peacekeepers" in title.casefold() for title in titles)
    apart = open_scenario_tree(seeded_ledger, "23 peacekeepers CSTO")
    found = [key.slug for slug in apart.scenarios for key in apart.children(NodeKey("scenario", slug))]
    assert CSTO in found
    assert not open_scenario_tree(seeded_ledger, '"peacekeepers CSTO"').scenarios
    assert not open_scenario_tree(seeded_ledger, "100%_").scenarios


def test_what_went_meanwhile_is_none(seeded_ledger: Ledger) -> None:
    tree = open_scenario_tree(seeded_ledger)
    rows = tree.rows((NodeKey("question", "no-such"), NodeKey("question", CSTO), NodeKey("prediction", "no-such")))
    assert [row is None for row in rows] == [True, False, True]
