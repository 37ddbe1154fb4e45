"""What stands beside the figures: trends, scenarios, and a source against every other."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import groupby
from statistics import mean
from typing import TYPE_CHECKING

import pytest

from benchmarks.ledgers import build
from forecasts.domain.card_pages import ReliabilityDiagram, scores_by_day
from forecasts.domain.formats import counted
from forecasts.domain.glossary import PROPOSED
from forecasts.domain.intents import EditRecord
from forecasts.domain.kinds import Role
from forecasts.domain.records import Prediction
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import UnknownRecordError
from forecasts.services.card_pages import card_page, claimed_document
from forecasts.services.compare import compare_sources
from forecasts.services.ledger import open_ledger
from forecasts.services.record import edit_record
from forecasts.services.scoreboard import TREND, scorecard_document, show_board

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forecasts.services.ledger import Ledger


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    path: Path = tmp_path_factory.mktemp("synthetic") / "ledger.db"
    build(path, 200, 4, 100)
    ledger = open_ledger(str(path), analyst="tester")
    yield ledger
    ledger.close()


def test_trends_are_the_scores_in_the_order_of_their_outcomes(synthetic: Ledger) -> None:
    page = show_board(synthetic, ScoreFilters()).page
    assert page.document == scorecard_document(synthetic, ScoreFilters())
    assert set(page.trends) == {card.source for card in page.document.scorecards if card.scored}
    for source, trend in page.trends.items():
        card = card_page(synthetic, source, ScoreFilters()).card
        assert card is not None
        by_day = scores_by_day(card.claims)
        assert len(by_day) <= TREND
        assert mean(trend) == pytest.approx(card.brier)
        for _, scores in groupby(zip(by_day, trend, strict=True), key=lambda pair: pair[0][0]):
            given, shown = zip(*((score, drawn) for (_, score), drawn in scores), strict=True)
            assert sorted(shown) == pytest.approx(sorted(given))


def test_a_long_trend_is_of_the_newest(tmp_path: Path) -> None:
    build(tmp_path / "long.db", 200, 1, 200)
    ledger = open_ledger(str(tmp_path / "long.db"), analyst="tester")
    try:
        (trend,) = show_board(ledger, ScoreFilters()).page.trends.values()
        assert len(trend) == TREND
    finally:
        ledger.close()


def test_head_to_head_is_what_compare_finds(synthetic: Ledger) -> None:
    page = card_page(synthetic, "source-1", ScoreFilters())
    assert page.rivals
    assert [rival.n for rival in page.rivals] == sorted((rival.n for rival in page.rivals), reverse=True)
    for rival in page.rivals:
        found = compare_sources(synthetic, "source-1", rival.source, ScoreFilters())
        assert rival.n == found.n
        assert rival.difference == pytest.approx(found.difference)
        assert rival.own == pytest.approx(mean(row.first_brier for row in found.questions))
        assert rival.other == pytest.approx(mean(row.second_brier for row in found.questions))
        assert (rival.low, rival.high) == pytest.approx((found.low, found.high))


def test_a_question_without_a_scenario_is_a_scenario_of_its_own(resolved_ledger: Ledger) -> None:
    for card in claimed_document(resolved_ledger, ScoreFilters()).scorecards:
        scored = [claim for claim in card.claims if claim.bucket.value == "scored" and claim.brier is not None]
        wanted = {claim.scenario or claim.question for claim in scored}
        assert (card.brier_scenario_low is None) == (len(wanted) < 2)
        assert len(wanted) != 1 or card.reasons["brier_scenario_low"] == "one scenario"


def test_a_source_without_a_claim_has_no_card(resolved_ledger: Ledger) -> None:
    speakers = {card.source for card in scorecard_document(resolved_ledger, ScoreFilters()).scorecards}
    filters = ScoreFilters(by=Role.OUTLET)
    outlets = {card.source for card in scorecard_document(resolved_ledger, filters).scorecards}
    page = card_page(resolved_ledger, min(speakers - outlets), filters)
    assert page.card is None
    assert page.diagram == ReliabilityDiagram()
    assert page.rivals == ()
    with pytest.raises(UnknownRecordError):
        card_page(resolved_ledger, "nobody-at-all", ScoreFilters())


def test_cards_count_the_claims_that_a_program_proposed_first(resolved_ledger: Ledger) -> None:
    before = {card.source: card for card in scorecard_document(resolved_ledger, ScoreFilters()).scorecards}
    assert not any(card.proposed or card.proposed_words for card in before.values())
    with resolved_ledger.records() as store:
        said = [one for one in store.all(Prediction) if len(one.speakers) == 1]
    counts = Counter(one.speakers[0] for one in said[:3])
    for one in said[:3]:
        edit_record(resolved_ledger, EditRecord(record=replace(one, proposed_by="maker m-1")))
    after = {card.source: card for card in scorecard_document(resolved_ledger, ScoreFilters()).scorecards}
    assert {source: card.proposed for source, card in after.items() if card.proposed} == counts
    assert {source: replace(card, proposed=0) for source, card in after.items()} == before
    for source, count in counts.items():
        assert after[source].proposed_words == f"{count} of {counted(after[source].predictions, 'claim')} {PROPOSED}"


def test_what_claims_rest_on_is_read_alike_on_both_engines(resolved_ledger: Ledger) -> None:
    page = card_page(resolved_ledger, "chan-kung", ScoreFilters())
    assert page.card is not None
    labels = {label for claim in page.card.claims for label, _ in page.grounds.of(claim)}
    assert labels >= {"Test", "Deadline", "Coding", "Coder's note"}
    assert page.grounds.own is None
    assert {pack.name for pack in page.grounds.packs.values()} == {"kazakhstan-2022"}
    assert "chan-kung" in page.grounds.packs
