"""Second readings in the ledger: what is kept, what is scored, and what may not be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from forecasts.db.store import Store
from forecasts.domain.intents import EditRecord, UndoChange
from forecasts.domain.kinds import Attribution, Basis, Bucket
from forecasts.domain.records import Prediction, Reading
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import InvalidInputError, RuleBrokenError, UnknownRecordError
from forecasts.services.browse import question_page
from forecasts.services.card_pages import claimed_document
from forecasts.services.record import edit_record, find_record
from forecasts.services.reviews import read_agreement, record_reading
from forecasts.services.undo import undo_change

if TYPE_CHECKING:
    from forecasts.domain.card_claims import CardClaim
    from forecasts.services.ledger import Ledger


@pytest.fixture(autouse=True)
def unread(resolved_ledger: Ledger) -> None:
    """The seed as if nobody had read it a second time."""

    def empty(connection: sa.Connection) -> None:
        connection.execute(sa.text("DELETE FROM reading"))

    resolved_ledger.database.write(empty)


def scored_claims(ledger: Ledger) -> dict[str, CardClaim]:
    cards = claimed_document(ledger, ScoreFilters()).scorecards
    return {
        claim.prediction: claim
        for card in cards
        for claim in card.claims
        if claim.bucket is Bucket.SCORED and claim.probability is not None and claim.basis is not Basis.STATED
    }


def second(ledger: Ledger, name: str = "B. Second") -> Ledger:
    return replace(ledger, analyst=name)


def readings(ledger: Ledger) -> list[Reading]:
    with ledger.read() as connection:
        return Store(connection).all(Reading)


def test_a_claim_that_is_nobodys_has_its_further_readings_on_the_page_of_its_question(resolved_ledger: Ledger) -> None:
    slug = next(iter(scored_claims(resolved_ledger)))
    said, version = find_record(resolved_ledger, "prediction", slug)
    assert isinstance(said, Prediction)
    record_reading(second(resolved_ledger), Reading(analyst="", prediction=slug, probability=0.35))
    nobodys = replace(said, speakers=(), attribution=Attribution.AMBIGUOUS)
    edit_record(resolved_ledger, EditRecord(record=nobodys, expected_version=version))
    page = question_page(resolved_ledger, said.question)
    assert [one.number.readings for one in page.predictions if one.record.slug == slug] == [1]


def test_the_mean_is_scored_and_undo_brings_the_first_back(resolved_ledger: Ledger) -> None:
    before = scored_claims(resolved_ledger)
    slug, claim = next(iter(before.items()))
    first = claim.probability
    assert first is not None
    number = 0.5 if first != 0.5 else 0.3
    effect = record_reading(
        second(resolved_ledger), Reading(analyst="", prediction=slug, probability=number, blind=True)
    )
    after = scored_claims(resolved_ledger)[slug]
    mean = (first + number) / 2
    outcome = 1.0 if claim.outcome == "yes" else 0.0
    assert after.probability == pytest.approx(mean)
    assert (claim.readings, after.readings) == (0, 1)
    assert after.brier == pytest.approx((mean - outcome) ** 2)
    assert after.low == min(number, claim.low if claim.low is not None else first)
    assert after.high == max(number, claim.high if claim.high is not None else first)
    assert [move.source for move in effect.moves]
    (kept,) = readings(resolved_ledger)
    assert (kept.analyst, kept.probability, kept.blind, kept.coded_on) == (
        "B. Second",
        number,
        True,
        resolved_ledger.today(),
    )
    undo_change(resolved_ledger, UndoChange())
    assert readings(resolved_ledger) == []
    assert scored_claims(resolved_ledger) == before


def test_of_three_the_mean_of_three(resolved_ledger: Ledger) -> None:
    slug, claim = next(iter(scored_claims(resolved_ledger).items()))
    for name, number in (("B. Second", 0.1), ("C. Third", 0.2)):
        record_reading(second(resolved_ledger, name), Reading(analyst="", prediction=slug, probability=number))
    found = scored_claims(resolved_ledger)[slug].probability
    assert found == pytest.approx(((claim.probability or 0) + 0.3) / 3)
    (read,) = read_agreement(resolved_ledger).claims
    assert [reading.probability for reading in read.readings] == [claim.probability, 0.1, 0.2]
    assert [reading.is_first for reading in read.readings] == [True, False, False]
    assert read.number == pytest.approx(found)


def test_reading_again_replaces_ones_own(resolved_ledger: Ledger) -> None:
    slug = next(iter(scored_claims(resolved_ledger)))
    for number in (0.1, 0.4):
        record_reading(second(resolved_ledger), Reading(analyst="", prediction=slug, probability=number))
    assert [record.probability for record in readings(resolved_ledger)] == [0.4]
    again = record_reading(second(resolved_ledger), Reading(analyst="", prediction=slug, probability=0.4))
    assert again.entry is None


def test_agreement_and_the_list_of_disagreements(resolved_ledger: Ledger) -> None:
    found = read_agreement(resolved_ledger)
    assert (found.alpha, found.reason, found.claims) == (None, "no prediction was read by two analysts", ())
    claims = list(scored_claims(resolved_ledger).items())[:4]
    for place, (slug, claim) in enumerate(claims):
        assert claim.probability is not None
        number = claim.probability if place == 0 else abs(claim.probability - 0.05 * place)
        record_reading(second(resolved_ledger), Reading(analyst="", prediction=slug, probability=number))
    found = read_agreement(resolved_ledger)
    assert found.alpha is not None
    assert 0 < found.alpha < 1
    assert len(found.claims) == 4
    spreads = [claim.spread for claim in found.disagreements]
    assert len(spreads) == 3
    assert spreads == sorted(spreads, reverse=True)


@pytest.mark.no_engine_decides
@pytest.mark.parametrize(
    ("number", "low", "high"), [(1.2, None, None), (0.2, 0.3, None), (0.2, None, 0.1), (float("nan"), None, None)]
)
def test_numbers_that_are_none(resolved_ledger: Ledger, number: float, low: float | None, high: float | None) -> None:
    slug = next(iter(scored_claims(resolved_ledger)))
    intent = Reading(analyst="", prediction=slug, probability=number, low=low, high=high)
    with pytest.raises(InvalidInputError):
        record_reading(second(resolved_ledger), intent)
    assert readings(resolved_ledger) == []


def test_what_there_is_nothing_to_read_from(seeded_ledger: Ledger) -> None:
    with seeded_ledger.read() as connection:
        records = Store(connection).all(Prediction)
    unscorable = next(record for record in records if record.unscorable)
    with pytest.raises(RuleBrokenError, match="no prediction with a probability"):
        record_reading(second(seeded_ledger), Reading(analyst="", prediction=unscorable.slug, probability=0.5))
    own = next(record for record in records if record.coded_by and record.question and record.probability is not None)
    with pytest.raises(RuleBrokenError, match="in the first place"):
        record_reading(second(seeded_ledger, own.coded_by), Reading(analyst="", prediction=own.slug, probability=0.5))
    stated = [record for record in records if record.basis is Basis.STATED]
    for record in stated:
        with pytest.raises(RuleBrokenError, match="the source's own"):
            record_reading(second(seeded_ledger), Reading(analyst="", prediction=record.slug, probability=0.5))
    with pytest.raises(UnknownRecordError):
        record_reading(seeded_ledger, Reading(analyst="", prediction="nobody-said-this", probability=0.5))
    assert {reading.analyst for reading in readings(seeded_ledger)} == {"a blind reader"}
