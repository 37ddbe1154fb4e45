"""The counting rules, one at a time, on ledgers small enough to check by eye."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from forecasts.domain.kinds import Attribution, Bucket, ClaimType, Endorsement, Fidelity, Fit, QuestionKind
from forecasts.scoring import QuestionState, classify, scorecards
from tests.scoring.ledger import Asked, Ledger, Paper, Said, resolved

YES = resolved(1)
OPEN = Asked()
VOID = Asked(state=QuestionState.VOID)


def buckets(ledger: Ledger, **choices: Any) -> list[str]:
    """The bucket of every claim, by prediction, then source."""
    claims = classify(ledger.columns(), **choices)
    order = np.lexsort((claims.source, claims.prediction))
    return [tuple(Bucket)[bucket].value for bucket in claims.bucket[order]]


def one(said: Said, *questions: Asked) -> str:
    """The bucket of a single claim."""
    return buckets(Ledger(questions=questions or (YES,), predictions=(said,)))[0]


@pytest.mark.parametrize(
    ("said", "bucket"),
    [
        (Said(p=0.5), "scored"),
        (Said(p=0.5, attribution=Attribution.INFERRED, fit=Fit.OPERATIONALISED), "scored"),
        (Said(p=0.5, endorsement=Endorsement.DISPUTED), "scored"),
        (Said(p=0.5, attribution=Attribution.AMBIGUOUS), "set_aside"),
        (Said(p=0.5, fidelity=Fidelity.HARDENED), "set_aside"),
        (Said(p=0.5, fidelity=Fidelity.UNVERIFIED, unscorable=True), "set_aside"),
        (Said(p=0.5, claim_type=ClaimType.PRESUPPOSITION), "set_aside"),
        (Said(p=0.5, unscorable=True), "unscorable"),
        (Said(question=-1, claim_type=ClaimType.POSSIBILITY), "unscorable"),
        (Said(p=None), "unscorable"),
        (Said(p=None, claim_type=ClaimType.POSSIBILITY), "possibilities"),
        (Said(p=0.5, claim_type=ClaimType.POSSIBILITY, fit=Fit.PROXY, day=99), "possibilities"),
        (Said(p=0.9, claim_type=ClaimType.ANNOUNCEMENT), "announcements"),
        (Said(p=0.9, fit=Fit.PROXY), "proxies"),
        (Said(p=0.9, fit=Fit.PROXY, day=99), "proxies"),
        (Said(p=0.5, day=49), "scored"),
        (Said(p=0.5, first=40, day=50), "late"),
    ],
)
def test_the_first_rule_that_applies_gives_the_bucket(said: Said, bucket: str) -> None:
    assert one(said) == bucket


def test_the_close_is_inclusive_and_binds_open_questions_too() -> None:
    assert one(Said(p=0.5, day=20), replace(OPEN, closes=20)) == "open"
    assert one(Said(p=0.5, day=21), replace(OPEN, closes=20)) == "late"
    assert one(Said(p=0.5, day=21), replace(VOID, closes=20)) == "late"


def test_where_the_question_stands() -> None:
    assert one(Said(p=0.5), OPEN) == "open"
    assert one(Said(p=0.5), VOID) == "void"


@pytest.mark.parametrize(
    ("condition", "bucket"),
    [(resolved(1), "scored"), (resolved(0), "untested"), (OPEN, "open"), (VOID, "untested")],
)
def test_conditions_of_questions_and_of_claims(condition: Asked, bucket: str) -> None:
    assert one(Said(p=0.5, conditions=((1, 1),)), YES, condition) == bucket
    assert one(Said(p=0.5), replace(YES, conditions=((1, 1),)), condition) == bucket


def test_a_chain_of_conditions_is_followed_and_reopening_brings_back_what_hung_on_it() -> None:
    chain = (replace(YES, conditions=((1, 1),)), replace(YES, conditions=((2, 1),)))
    said = Said(p=0.5)
    assert one(said, *chain, resolved(0)) == "untested"
    assert one(said, *chain, OPEN) == "open"
    assert one(said, *chain, resolved(1)) == "scored"
    assert one(said, replace(chain[0], state=QuestionState.VOID), chain[1], resolved(0)) == "void"


def test_conditions_in_a_circle_are_refused() -> None:
    circle = (replace(YES, conditions=((1, 0),)), replace(YES, conditions=((0, 1),)))
    with pytest.raises(ValueError, match="cycle"):
        one(Said(p=0.5), *circle)


def test_the_first_claim_counts_or_the_last() -> None:
    ledger = Ledger(questions=(YES,), predictions=(Said(p=0.5, day=9), Said(p=0.1, day=3), Said(p=0.2, day=5)))
    assert buckets(ledger) == ["repeats", "scored", "repeats"]
    assert buckets(ledger, which="last") == ["scored", "repeats", "repeats"]


def test_ties_go_to_the_articles_date_then_own_then_paragraph_then_slug() -> None:
    papers = (Paper(last=2), Paper(last=1))
    base = Said(p=0.5, day=1, article=0, paragraph=5, slug=9)
    steps = [
        replace(base, slug=8),
        replace(base, paragraph=4, slug=10),
        replace(base, endorsement=Endorsement.RELAYED, paragraph=1, slug=1),
        replace(base, article=1, endorsement=Endorsement.DISPUTED, paragraph=9, slug=20),
    ]
    winners = []
    for count in range(1, 5):
        ledger = Ledger(questions=(YES,), predictions=(base, *steps[:count]), papers=papers)
        winners.append(buckets(ledger).index("scored"))
    assert winners == [1, 2, 2, 4]


def test_a_revision_comes_after_what_it_supersedes() -> None:
    said = (Said(p=0.5, paragraph=2, slug=5), Said(p=0.1, paragraph=1, supersedes=0), Said(p=0.3, paragraph=3))
    ledger = Ledger(questions=(YES,), predictions=said)
    assert buckets(ledger) == ["scored", "repeats", "repeats"]
    assert buckets(ledger, which="last") == ["repeats", "repeats", "scored"]
    later = Ledger(questions=(YES,), predictions=said[:2])
    assert buckets(later, which="last") == ["repeats", "scored"]


def test_revisions_in_a_circle_keep_the_place_of_the_latest() -> None:
    said = (Said(p=0.5, supersedes=1), Said(p=0.5, supersedes=0))
    assert buckets(Ledger(questions=(YES,), predictions=said)) == ["repeats", "scored"]


def test_what_does_not_count_displaces_nothing() -> None:
    counting = Said(p=0.5, day=9)
    questions = (replace(YES, known=10), resolved(0))
    for other, bucket in (
        (Said(p=0.9, day=1, conditions=((1, 1),)), "untested"),
        (Said(p=0.9, day=1, claim_type=ClaimType.POSSIBILITY), "possibilities"),
        (Said(p=0.9, day=1, fit=Fit.PROXY), "proxies"),
        (Said(p=0.9, day=1, fidelity=Fidelity.SOFTENED), "set_aside"),
    ):
        assert buckets(Ledger(questions=questions, predictions=(other, counting))) == [bucket, "scored"]
    late = Ledger(questions=questions, predictions=(counting, Said(p=0.9, day=10)))
    assert buckets(late, which="last") == ["scored", "late"]


def test_the_choice_does_not_look_at_how_the_question_came_out() -> None:
    said = (Said(p=0.5, day=1), Said(p=0.1, day=2))
    for question, bucket in ((OPEN, "open"), (YES, "scored"), (VOID, "void")):
        assert buckets(Ledger(questions=(question,), predictions=said)) == [bucket, "repeats"]


def test_filters_apply_after_the_choice() -> None:
    ledger = Ledger(questions=(YES,), predictions=(Said(p=0.5, day=1), Said(p=0.1, day=2)))
    assert buckets(ledger, since=2) == ["repeats"]
    assert buckets(ledger, until=1) == ["scored"]
    assert buckets(ledger, scenario=0) == []


def test_a_variant_adds_to_no_count() -> None:
    ledger = Ledger(questions=(YES, resolved(0, variant_of=0)), predictions=(Said(p=0.5), Said(p=0.5, question=1)))
    assert buckets(ledger) == ["scored", "set_aside"]


def test_whose_cards_a_prediction_is_on() -> None:
    paper = Paper(outlet=5, authors=(3, 4), last=30)
    said = tuple(Said(speakers=(0, 1), p=0.5, day=1, endorsement=stance) for stance in Endorsement)
    ledger = Ledger(questions=(YES,), predictions=said, papers=(paper,))
    speakers, authors, outlets = (classify(ledger.columns(), by=by) for by in ("speaker", "author", "outlet"))
    assert sorted(zip(speakers.prediction, speakers.source, strict=True)) == [(p, s) for p in range(4) for s in (0, 1)]
    assert sorted(zip(authors.prediction, authors.source, strict=True)) == [(p, s) for p in (0, 2) for s in (3, 4)]
    assert sorted(zip(outlets.prediction, outlets.source, strict=True)) == [(0, 5), (2, 5)]
    assert dict(zip(outlets.prediction.tolist(), outlets.day.tolist(), strict=True)) == {0: 1, 2: 30}


def test_an_endorsed_claim_is_late_for_the_outlet_when_its_article_is() -> None:
    said = Said(p=0.5, day=1, endorsement=Endorsement.ENDORSED)
    ledger = Ledger(questions=(YES,), predictions=(said,), papers=(Paper(outlet=5, first=49, last=50),))
    assert buckets(ledger) == ["scored"]
    assert buckets(ledger, by="outlet") == ["late"]


def test_options_and_quantiles_need_their_own_numbers() -> None:
    several = resolved(1, kind=QuestionKind.MULTIPLE_CHOICE, options=3)
    measured = resolved(5.0, kind=QuestionKind.NUMERIC)
    assert one(Said(p=0.5), several) == "unscorable"
    assert one(Said(options=(0.2, 0.3, 0.5)), several) == "scored"
    assert one(Said(p=0.5), measured) == "unscorable"
    assert one(Said(quantiles=((0.5, 3.0),)), measured) == "scored"


def test_an_empty_ledger_has_no_claims_and_no_figures() -> None:
    ledger = Ledger(questions=(), predictions=(), papers=(), anonymous=())
    assert len(classify(ledger.columns())) == 0
    cards = scorecards(ledger.columns())
    assert cards.brier.shape == (0,)
    nobody = Ledger(questions=(), predictions=(Said(question=-1, article=-1),), papers=())
    assert buckets(nobody) == ["unscorable"]


@pytest.mark.parametrize("choice", [{"by": "editor"}, {"which": "middle"}])
def test_unknown_choices_are_refused(choice: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected one of"):
        classify(Ledger(questions=(), predictions=()).columns(), **choice)
