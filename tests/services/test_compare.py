"""Two sources on shared questions, pooled views, what was carried, and what a standard does not list."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from benchmarks.ledgers import build
from forecasts.domain.kinds import Bucket, Role
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import InvalidInputError, UnknownRecordError
from forecasts.services.card_figures import GROUPINGS
from forecasts.services.card_pages import claimed_document, pooled_views, reliability_diagram
from forecasts.services.compare import compare_sources, comparison_object
from forecasts.services.ledger import open_ledger
from forecasts.services.scoreboard import scorecard_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forecasts.services.ledger import Ledger


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    path: Path = tmp_path_factory.mktemp("synthetic") / "ledger.db"
    build(path, 300, 3, 40)
    ledger = open_ledger(str(path), analyst="tester")
    yield ledger
    ledger.close()


def test_the_figures_follow_from_the_questions(synthetic: Ledger) -> None:
    found = compare_sources(synthetic, "source-1", "source-2", ScoreFilters())
    cards = claimed_document(synthetic, ScoreFilters(), sources=("source-1", "source-2")).scorecards
    scores = [{c.question: c.brier for c in card.claims if c.bucket is Bucket.SCORED} for card in cards]
    if cards[0].source != "source-1":
        scores.reverse()
    shared = scores[0].keys() & scores[1].keys()
    assert {row.question for row in found.questions} == shared
    assert found.n == len(shared) >= 10
    for row in found.questions:
        assert (row.first_brier, row.second_brier) == (scores[0][row.question], scores[1][row.question])
        assert row.title
        assert row.first_prediction != row.second_prediction
    mean = sum(row.first_brier - row.second_brier for row in found.questions) / found.n
    assert found.difference == pytest.approx(mean)
    assert found.low is not None
    assert found.high is not None
    assert found.low < mean < found.high
    assert sum(step.n for step in found.anytime) == found.n
    assert [step.day for step in found.anytime] == sorted({row.known_on for row in found.questions})
    assert (found.alpha, found.v_opt, found.reasons) == (0.05, 10.0, {})


def test_turned_round(synthetic: Ledger) -> None:
    one = compare_sources(synthetic, "source-1", "source-2", ScoreFilters())
    other = compare_sources(synthetic, "source-2", "source-1", ScoreFilters())
    assert one.difference == pytest.approx(-(other.difference or 0.0))
    assert one.anytime[-1].evidence_first == pytest.approx(other.anytime[-1].evidence_second)


def test_what_does_not_exist_has_a_reason(seeded_ledger: Ledger) -> None:
    one, other = (card.source for card in scorecard_document(seeded_ledger, ScoreFilters()).scorecards[:2])
    found = compare_sources(seeded_ledger, one, other, ScoreFilters())
    assert (found.n, found.difference, found.low, found.anytime, found.alpha) == (0, None, None, (), None)
    assert set(found.reasons) == {"difference", "low", "high", "anytime"}
    assert json.loads(json.dumps(comparison_object(found), allow_nan=False))["n"] == 0


def test_refusals(seeded_ledger: Ledger) -> None:
    with pytest.raises(UnknownRecordError):
        compare_sources(seeded_ledger, "chan-kung", "nobody", ScoreFilters())
    with pytest.raises(InvalidInputError):
        compare_sources(seeded_ledger, "chan-kung", "chan-kung", ScoreFilters())


def test_json(synthetic: Ledger) -> None:
    plain = json.loads(
        json.dumps(comparison_object(compare_sources(synthetic, "source-1", "source-3", ScoreFilters())))
    )
    assert plain["first"] == "source-1"
    assert plain["by"] == "speaker"
    assert date.fromisoformat(plain["questions"][0]["known_on"])
    assert len(plain["questions"]) == plain["n"]


def test_pooled_views_add_up(resolved_ledger: Ledger) -> None:
    *views, words = pooled_views(resolved_ledger, ScoreFilters())
    assert [view.grouping for view in views] == list(GROUPINGS)
    wording, _, lead_time, scenario = ([row.n for row in view.rows] for view in views)
    assert sum(wording) == sum(lead_time) == sum(scenario) > 0
    for view in views:
        assert all(0 <= row.came_true <= row.n and row.group for row in view.rows)
    document = claimed_document(resolved_ledger, ScoreFilters())
    assert document.pooled == tuple(views)
    assert words.grouping == "read_as"
    assert [row.group for row in words.rows] == [f"{row.words}: {row.told}" for row in document.read_as]
    assert scorecard_document(resolved_ledger, ScoreFilters()).pooled == ()


def test_what_an_outlet_carried(resolved_ledger: Ledger) -> None:
    outlets = scorecard_document(resolved_ledger, ScoreFilters(by=Role.OUTLET)).scorecards
    carried = [card.carried for card in outlets if card.carried]
    assert len(carried) == len(outlets)
    assert sum(figures.disputed for figures in carried) > 0
    assert all((figures.relayed_brier is None) == (figures.relayed == 0) for figures in carried)
    assert all((figures.disputed_brier is None) == (figures.disputed == 0) for figures in carried)
    assert all(card.carried is None for card in scorecard_document(resolved_ledger, ScoreFilters()).scorecards)


def test_phrases_that_a_standard_does_not_list_are_counted(resolved_ledger: Ledger) -> None:
    assert scorecard_document(resolved_ledger, ScoreFilters()).unlisted is None
    found = scorecard_document(resolved_ledger, ScoreFilters(standard="icd-203")).unlisted
    assert found is not None
    assert found >= 0


def test_reliability_diagram(synthetic: Ledger) -> None:
    (card,) = claimed_document(synthetic, ScoreFilters(), sources=("source-1",)).scorecards
    diagram = reliability_diagram(card, date.max)
    assert sum(point.count for point in diagram.points) == sum(diagram.bins) == card.scored
    fitted = [point.fitted for point in diagram.points]
    assert fitted == sorted(fitted)
