"""The seed: the record that the program begins with is whole, fair by its own rules, and loads back as it is."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.kinds import ClaimType, Fidelity
from forecasts.domain.scorecards import ScoreFilters
from forecasts.interchange.packs import read_pack
from forecasts.interchange.record_sets import RecordSet
from forecasts.paths import seed_folder
from forecasts.services.card_pages import claimed_document
from forecasts.services.check import check_ledger
from forecasts.services.export import export_pack
from forecasts.services.ledger import Ledger, open_ledger
from forecasts.services.scoreboard import scorecard_document
from forecasts.services.setup import set_up
from forecasts.domain.marks import NodeKey
from forecasts.services.predictions import open_scenario_tree
from tests.conftest import ANALYST, HeldClock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TEXTS = os.environ.get("FORECASTS_TEST_TEXTS", "")
"""The folder with the five files of the eight articles, which are not ours to ship; read before the tests' own environment is made."""

FAMILIES = {
    "csto-mission": "staying",
    "nazarbayev-exit": "exit",
    "north-south-split": "split",
    "economic-model": "shift",
}
"""The scenarios that the texts are about, each with a word that people use for it."""


@pytest.fixture(scope="module")
def body() -> RecordSet:
    """The seed with its reference resolutions."""
    return read_pack(seed_folder(), with_resolutions=True)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger of the seed with its reference resolutions."""
    path = str(tmp_path_factory.mktemp("seed") / "seed.db")
    set_up(path, analyst=ANALYST, with_resolutions=True, clock=HeldClock())
    opened = open_ledger(path, analyst=ANALYST, clock=HeldClock())
    yield opened
    opened.close()


def test_every_article_and_family_is_represented(body: RecordSet) -> None:
    questions = {question.slug: question.scenario for question in body.questions}
    spoken = Counter(questions.get(prediction.question, "") for prediction in body.predictions)
    assert all(spoken[family] for family in FAMILIES), spoken
    assert {prediction.article for prediction in body.predictions} == {article.slug for article in body.articles}
    assert len({article.file for article in body.articles}) == 5


def test_a_scenario_is_found_by_the_word_that_people_use_and_says_what_it_is_about(ledger: Ledger) -> None:
    for slug, word in FAMILIES.items():
        found = open_scenario_tree(ledger, word).scenarios
        assert slug in found, (word, list(found))
        assert word in found[slug].description.casefold()


def test_the_sentence_that_the_economic_model_is_about_stands_in_its_scenario(ledger: Ledger) -> None:
    tree = open_scenario_tree(ledger)
    asked = tree.children(NodeKey("scenario", "economic-model"))
    said = [node.slug for question in asked for node in tree.children(question)]
    assert "post-crisis-kazakhstan-2022-p1" in said


def test_modals_have_their_number_from_the_survey_by_the_words_alone(body: RecordSet) -> None:
    modal = re.compile(r"\b(may|might|could)\b(?! not)")
    for prediction in body.predictions:
        if prediction.claim_type is not ClaimType.POSSIBILITY or prediction.unscorable:
            continue
        given = (prediction.probability, prediction.low, prediction.high)
        assert given == (None, None, None), prediction.slug
        assert (prediction.standard == "capphrase-2026") is bool(modal.search(prediction.phrase)), prediction.slug


def test_where_a_note_speaks_of_a_variant_there_is_one(body: RecordSet) -> None:
    varied = {question.variant_of for question in body.questions} - {""}
    told = {one.question for one in body.predictions if re.search(r"\bvariants?\b", one.note)}
    told |= {one.slug for one in body.questions if re.search(r"\bvariants?\b", one.fine_print)}
    assert told
    assert told <= varied


def test_whoever_is_said_to_be_read_otherwise_has_that_reading_on_the_record(body: RecordSet) -> None:
    read_again = {one.prediction for one in body.readings}
    varied = {question.variant_of for question in body.questions}
    differing = [one for one in body.predictions if "second reader" in one.note]
    assert differing
    for prediction in differing:
        assert prediction.slug in read_again or prediction.question in varied, prediction.slug


def test_every_vague_claim_stands_in_a_scenario(body: RecordSet) -> None:
    scenarios = {question.slug: question.scenario for question in body.questions}
    for prediction in body.predictions:
        assert prediction.scenario or scenarios.get(prediction.question), prediction.slug


def test_no_sentence_is_coded_twice(body: RecordSet) -> None:
    said = Counter((one.article, one.paragraph, one.phrase) for one in body.predictions)
    assert set(said.values()) == {1}


def test_the_readings_of_a_deadline_are_a_ladder(body: RecordSet) -> None:
    implied = {question.slug: question.implies for question in body.questions}
    assert implied["csto-out-by-2022-01-16"] == ("csto-out-by-2022-01-23",)
    assert implied["csto-out-by-2022-01-23"] == ("csto-gone-by-2022-06-30",)


def test_no_sentence_is_scored_twice(ledger: Ledger) -> None:
    scored = Counter(
        (card.source, claim.article, claim.paragraph, claim.phrase)
        for card in claimed_document(ledger, ScoreFilters()).scorecards
        for claim in card.claims
        if claim.brier is not None
    )
    assert set(scored.values()) == {1}


def test_every_outcome_is_shown_or_says_how_sure_it_is(body: RecordSet) -> None:
    for resolution in body.resolutions:
        words = {resolution.certainty.value, resolution.certainty.value.capitalize()}
        assert resolution.evidence or words & set(re.findall(r"\w+", resolution.note)), resolution.question


def test_every_claim_says_whose_it_is_in_which_words_and_where(body: RecordSet) -> None:
    for prediction in body.predictions:
        assert prediction.phrase, prediction.slug
        assert prediction.paragraph, prediction.slug
        assert prediction.coded_by, prediction.slug
        if prediction.claim_type is ClaimType.FORECAST and not prediction.unscorable:
            assert prediction.question, prediction.slug
            assert prediction.probability is not None or prediction.standard, prediction.slug


def test_a_carried_claim_names_its_path_or_its_carrier(body: RecordSet) -> None:
    for prediction in body.predictions:
        if prediction.fidelity in (Fidelity.HARDENED, Fidelity.SOFTENED):
            assert prediction.note, f"{prediction.slug} does not say how it was changed on the way"


def test_no_number_leaves_its_range(body: RecordSet) -> None:
    for prediction in body.predictions:
        if prediction.probability is not None and prediction.low is not None and prediction.high is not None:
            assert prediction.low <= prediction.probability <= prediction.high, prediction.slug


def test_a_check_finds_nothing(ledger: Ledger) -> None:
    assert check_ledger(ledger).findings == ()


def test_setting_up_again_changes_nothing(ledger: Ledger) -> None:
    again = set_up(ledger.address, analyst=ANALYST, with_resolutions=True, clock=HeldClock())
    (load,) = again.loads
    assert (load.entry, load.added, load.updated, load.conflicts) == (None, {}, {}, ())


def test_an_export_comes_back_byte_for_byte(ledger: Ledger, tmp_path: Path) -> None:
    first = _records_of(export_pack(ledger, tmp_path / "first"))
    other = str(tmp_path / "other.db")
    set_up(other, analyst=ANALYST, packs=(tmp_path / "first",), with_resolutions=True, clock=HeldClock())
    opened = open_ledger(other, analyst=ANALYST, clock=HeldClock())
    assert _records_of(export_pack(opened, tmp_path / "second")) == first
    opened.close()


def _records_of(written: Iterable[Path]) -> dict[str, bytes]:
    """What was written, without the receipt, which is of this ledger's own history."""
    return {path.name: path.read_bytes() for path in written if path.suffix == ".toml"}


def test_five_sources_are_scored_and_nobody_is_ranked_on_too_little(ledger: Ledger) -> None:
    cards = claimed_document(ledger, ScoreFilters()).scorecards
    assert sum(card.scored > 0 for card in cards) >= 5
    assert not [card.source for card in cards if card.rank is not None and not card.enough]
    for card in cards:
        assert len(card.claims) == card.predictions


def test_the_official_and_the_observer_meet_on_one_question_and_its_strict_reading_is_there(body: RecordSet) -> None:
    asked = {
        source: {claim.question for claim in body.predictions if source in claim.speakers and not claim.unscorable}
        for source in ("kz-press-secretary", "chan-kung")
    }
    (shared,) = asked["kz-press-secretary"] & asked["chan-kung"]
    assert shared in {question.variant_of for question in body.questions}


def test_the_pooled_view_by_wording_holds_every_scored_claim(ledger: Ledger) -> None:
    document = claimed_document(ledger, ScoreFilters())
    (by_wording,) = (view.rows for view in document.pooled if view.grouping == "wording")
    # a joint prediction is on two cards and counts once
    scored = {claim.prediction for card in document.scorecards for claim in card.claims if claim.brier is not None}
    assert sum(row.n for row in by_wording) == len(scored)
    firm = next(row for row in by_wording if row.group == "above 80 %")
    assert 0 < firm.came_true < firm.n


@pytest.mark.skipif(not TEXTS, reason="FORECASTS_TEST_TEXTS does not name the folder with the five files")
def test_phrases_stand_verbatim_in_the_texts(ledger: Ledger) -> None:
    assert check_ledger(ledger, texts=Path(TEXTS)).findings == ()
