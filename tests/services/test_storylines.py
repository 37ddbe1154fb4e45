"""The scenarios as a tree: what hangs on what, looked up by node, and how each claim turned out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.domain.intents import AddRecords
from forecasts.domain.kinds import Attribution, ClaimType, Fidelity, Fit, QuestionStatus
from forecasts.domain.records import Scenario
from forecasts.domain.score_filters import ScoreFilters
from forecasts.domain.storylines import PredictionNode, QuestionNode
from forecasts.domain.turned_out import ClaimFacts, TurnedOut, held_yes_or_no, turned_out
from forecasts.services.record import add_records
from forecasts.services.scoreboard import scorecard_document
from forecasts.services.storylines import NodeKey, open_storylines
from tests.services.looking import records

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger

CSTO = "csto-out-by-2022-01-23"


def test_the_tree_holds_every_question_and_every_prediction_on_one(seeded_ledger: Ledger) -> None:
    tree = open_storylines(seeded_ledger)
    stored = records(seeded_ledger)
    found: list[str] = []
    said: list[str] = []
    for slug, node in tree.scenarios.items():
        questions = tree.children(NodeKey("scenario", slug))
        assert len(questions) == node.questions
        for key in questions:
            (row,) = tree.rows((key,))
            assert isinstance(row, QuestionNode)
            children = tree.children(key)
            assert row.predictions == len(children) == len(row.marks)
            found.append(key.slug)
            said.extend(child.slug for child in children)
    assert sorted(found) == sorted(record.slug for record in stored["question"])  # type: ignore[union-attr]
    assert sorted(said) == sorted(
        record.slug  # type: ignore[union-attr]
        for record in stored["prediction"]
        if record.question  # type: ignore[union-attr]
    )


def test_questions_come_by_deadline_and_predictions_by_day(seeded_ledger: Ledger) -> None:
    tree = open_storylines(seeded_ledger)
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
    assert list(open_storylines(empty_ledger, "STORY").scenarios) == ["a-story"]
    assert not open_storylines(empty_ledger, "no such words").scenarios


def test_words(seeded_ledger: Ledger) -> None:
    tree = open_storylines(seeded_ledger, "PEACEKEEPERS")
    titles = [
        row.title
        for slug in tree.scenarios
        for row in tree.rows(tree.children(NodeKey("scenario", slug)))
        if isinstance(row, QuestionNode)
    ]
    assert titles
    assert all("peacekeepers" in title.casefold() for title in titles)
    assert not open_storylines(seeded_ledger, "100%_").scenarios


def test_what_went_meanwhile_is_none(seeded_ledger: Ledger) -> None:
    tree = open_storylines(seeded_ledger)
    rows = tree.rows((NodeKey("question", "no-such"), NodeKey("question", CSTO), NodeKey("prediction", "no-such")))
    assert [row is None for row in rows] == [True, False, True]


def test_unsettled_claims_wait_and_settled_ones_agree_with_the_scoreboard(resolved_ledger: Ledger) -> None:
    """Whoever's claims are all on the right side has an accuracy of one: the marks say what the score says."""
    tree = open_storylines(resolved_ledger)
    right: dict[str, list[bool]] = {}
    for slug in tree.scenarios:
        for key in tree.children(NodeKey("scenario", slug)):
            for row in tree.rows(tree.children(key)):
                assert isinstance(row, PredictionNode)
                if row.mark.turned_out in (TurnedOut.RIGHT, TurnedOut.WRONG):
                    right.setdefault(row.speakers, []).append(row.mark.turned_out is TurnedOut.RIGHT)
    cards = scorecard_document(resolved_ledger, ScoreFilters()).scorecards
    agreeing = 0
    for card in cards:
        marks = right.get(card.name, [])
        if card.scored == len(marks) and card.accuracy is not None:
            assert card.accuracy == pytest.approx(sum(marks) / len(marks))
            agreeing += 1
    assert agreeing > 5


FACTS: dict[str, Any] = {
    "status": QuestionStatus.RESOLVED,
    "claim_type": ClaimType.FORECAST,
    "fit": Fit.EXACT,
    "attribution": Attribution.STATED,
    "fidelity": Fidelity.FAITHFUL,
    "made_on": date(2022, 1, 8),
    "last_timely_day": date(2022, 1, 12),
    "has_number": True,
    "held": True,
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, TurnedOut.RIGHT),
        ({"held": False}, TurnedOut.WRONG),
        ({"held": None}, TurnedOut.EVEN),
        ({"status": QuestionStatus.DUE}, TurnedOut.WAITING),
        ({"status": QuestionStatus.OPEN}, TurnedOut.WAITING),
        ({"status": QuestionStatus.VOID}, TurnedOut.VOID),
        ({"status": QuestionStatus.UNTESTED}, TurnedOut.VOID),
        ({"status": None}, TurnedOut.UNCOUNTED),
        ({"made_on": date(2022, 1, 13)}, TurnedOut.UNCOUNTED),
        ({"claim_type": ClaimType.POSSIBILITY}, TurnedOut.UNCOUNTED),
        ({"fit": Fit.PROXY}, TurnedOut.UNCOUNTED),
        ({"fidelity": Fidelity.HARDENED}, TurnedOut.UNCOUNTED),
        ({"attribution": Attribution.AMBIGUOUS}, TurnedOut.UNCOUNTED),
        ({"is_repeat": True}, TurnedOut.UNCOUNTED),
        ({"has_number": False}, TurnedOut.UNCOUNTED),
    ],
)
def test_how_a_claim_turned_out(changes: dict[str, Any], expected: TurnedOut) -> None:
    assert turned_out(ClaimFacts(**{**FACTS, **changes})) is expected


@pytest.mark.parametrize(
    ("probability", "outcome", "expected"),
    [
        (0.6, "yes", True),
        (0.4, "yes", False),
        (0.4, "no", True),
        (0.5, "no", None),
        (None, "no", None),
        (0.9, "", None),
    ],
)
def test_on_which_side_of_even(probability: float | None, outcome: str, expected: bool | None) -> None:
    assert held_yes_or_no(probability, outcome) is expected
