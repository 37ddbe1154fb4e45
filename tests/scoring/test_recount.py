"""The vectorised counting rules and figures against the slow recount, on random ledgers."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.domain.kinds import Bucket, ClaimType, QuestionKind
from forecasts.scoring import NO_DAY, classify, scorecards
from tests.scoring.ledger import random_ledger
from tests.scoring.reference import (
    Choice,
    Recount,
    Score,
    clipped_log,
    is_hindsight,
    mean,
    peer_scores,
)

if TYPE_CHECKING:
    from forecasts.scoring.cards.figures import Hindsight
    from tests.scoring.ledger import Ledger

seeds = st.integers(0, 2**32)
choices = st.builds(
    Choice,
    by=st.sampled_from(["speaker", "author", "outlet"]),
    which=st.sampled_from(["first", "last"]),
    wording=st.sampled_from(["point", "best", "worst"]),
    since=st.none() | st.integers(1, 24),
    until=st.none() | st.integers(1, 24),
    scenario=st.none() | st.integers(0, 2),
    basis=st.none() | st.integers(0, 3),
)


def filters(choice: Choice) -> dict[str, Any]:
    names = ("by", "which", "since", "until", "scenario", "basis")
    return {name: getattr(choice, name) for name in names}


def close(mine: float, theirs: float) -> bool:
    return (math.isnan(mine) and math.isnan(theirs)) or abs(mine - theirs) < 1e-9


@settings(max_examples=400, deadline=None)
@given(seeds, choices)
def test_every_claim_is_in_the_bucket_of_the_recount(seed: int, choice: Choice) -> None:
    ledger = random_ledger(seed)
    claims = classify(ledger.columns(), **filters(choice))
    rows = zip(claims.prediction, claims.source, claims.day, claims.bucket, strict=True)
    found = {(int(p), int(s)): (int(d), tuple(Bucket)[b].name) for p, s, d, b in rows}
    expected = {(c.prediction, c.source): (c.day, c.bucket.name) for c in Recount(ledger, choice).claims()}
    assert found == expected


@settings(max_examples=150, deadline=None)
@given(seeds, choices)
def test_every_figure_is_that_of_the_recount(seed: int, choice: Choice) -> None:
    ledger = random_ledger(seed, predictions=60)
    recount = Recount(ledger, choice)
    cards = scorecards(ledger.columns(), wording=wording(choice), **filters(choice))
    claims, scores = recount.claims(), recount.scores()
    peers = peer_scores(recount, scores)
    for source in range(len(ledger.anonymous)):
        mine = [score for score in scores if score.claim.source == source]
        buckets = Counter(claim.bucket for claim in claims if claim.source == source)
        assert cards.buckets[source].tolist() == [buckets[bucket] for bucket in Bucket]
        assert cards.predictions[source] == sum(buckets.values())
        expected = {
            **brier_figures(mine),
            **binary_figures(ledger, mine),
            **reference_figures(recount, mine),
            **rate_figures(ledger, [claim for claim in claims if claim.source == source]),
            "peer_score": mean(peers[source]),
        }
        for name, value in expected.items():
            assert close(float(getattr(cards, name)[source]), value), (name, source)


def wording(choice: Choice) -> Literal["point", "best", "worst"]:
    return choice.wording  # type: ignore[return-value]


def brier_figures(mine: list[Score]) -> dict[str, float]:
    return {
        "brier_n": len(mine),
        "brier": mean(score.brier for score in mine),
        "brier_best": mean(score.best for score in mine),
        "brier_worst": mean(score.worst for score in mine),
        "log_loss": mean(-clipped_log(score.given) for score in mine),
        "clipped": sum(score.given < 0.001 or score.given > 0.999 for score in mine),
    }


def binary_figures(ledger: Ledger, mine: list[Score]) -> dict[str, float]:
    def options(score: Score) -> int:
        return ledger.questions[score.question].options

    binary = [score for score in mine if ledger.questions[score.question].kind == QuestionKind.BINARY]
    right = [0.5 if score.p == 0.5 else float((score.p > 0.5) == (score.outcome == 1)) for score in binary]
    firm = [score for score in binary if score.p > 0.8 or score.p < 0.2]
    scenarios = {
        (one.scenario, -1 if one.scenario >= 0 else score.question)
        for score in mine
        for one in (ledger.questions[score.question],)
    }
    return {
        "baseline_score": mean(100 * (1 + clipped_log(score.given) / math.log(options(score))) for score in mine),
        "accuracy": mean(right),
        "sharpness": mean(4 * (score.p - 0.5) ** 2 for score in binary),
        "binary_n": len(binary),
        "firm": len(firm),
        "firm_right": sum(score.given > 0.5 for score in firm),
        "scenarios": len(scenarios),
    }


def reference_figures(recount: Recount, mine: list[Score]) -> dict[str, float]:
    pairs = [(score.brier, reference) for score in mine if (reference := recount.reference_brier(score)) is not None]
    own, other = mean(brier for brier, _ in pairs), mean(reference for _, reference in pairs)
    return {
        "reference_n": len(pairs),
        "gain": other - own if other >= 0.05 else math.nan,
        "skill": 1 - own / other if other >= 0.05 else math.nan,
    }


def rate_figures(ledger: Ledger, mine: list[Any]) -> dict[str, float]:
    articles = [ledger.predictions[claim.prediction].article for claim in mine]
    placed = zip(mine, articles, strict=True)
    full = [
        (claim.bucket, ledger.predictions[claim.prediction])
        for claim, article in placed
        if article >= 0 and ledger.papers[article].full
    ]
    return {
        "vagueness": mean(bucket == Bucket.UNSCORABLE for bucket, _ in full),
        "hedging": mean(
            said.claim_type == ClaimType.POSSIBILITY and bucket in (Bucket.POSSIBILITIES, Bucket.UNSCORABLE)
            for bucket, said in full
        ),
    }


@settings(max_examples=100, deadline=None)
@given(seeds, choices)
def test_what_is_counted_beside_the_headline_is_that_of_the_recount(seed: int, choice: Choice) -> None:
    ledger = random_ledger(seed, predictions=60)
    recount = Recount(ledger, choice)
    cards = scorecards(ledger.columns(), wording=wording(choice), **filters(choice))
    claims, proxies, units = recount.claims(), recount.scores(proxies=True), recount.crps()
    for source in range(len(ledger.anonymous)):
        came = [claim for claim in claims if claim.source == source]
        for bucket, settled, realised in (
            (Bucket.POSSIBILITIES, "possibilities_settled", "possibilities_realised"),
            (Bucket.ANNOUNCEMENTS, "announcements_settled", "announcements_kept"),
        ):
            told = [recount.came_about(claim) for claim in came if claim.bucket == bucket]
            assert getattr(cards, settled)[source] == sum(one is not None for one in told)
            assert getattr(cards, realised)[source] == sum(one is True for one in told)
        mine = [score.brier for score in proxies if score.claim.source == source]
        assert cards.proxies_scored[source] == len(mine)
        assert close(float(cards.proxies_brier[source]), mean(mine))
        assert_hindsight(cards.hindsight, recount, came, source)
    table = cards.crps
    found = {(int(s), int(u)): (n, m) for s, u, n, m in zip(table.source, table.unit, table.n, table.mean, strict=True)}
    assert found == {key: (len(values), pytest.approx(mean(values), abs=1e-9)) for key, values in units.items()}


def assert_hindsight(found: Hindsight, recount: Recount, mine: list[Any], source: int) -> None:
    ledger = recount.ledger
    said = [ledger.predictions[claim.prediction] for claim in mine if claim.bucket == Bucket.SCORED]
    asked = [ledger.questions[one.question] for one in said]
    assert found.questions[source] == sum(is_hindsight(one.written, one.known) for one in asked)
    coded = [is_hindsight(one.coded, question.known) for one, question in zip(said, asked, strict=True)]
    assert found.predictions[source] == sum(coded)
    assert found.questions_unknown[source] == sum(one.written == NO_DAY for one in asked)
    assert found.predictions_unknown[source] == sum(one.coded == NO_DAY for one in said)
    compared = [
        ledger.questions[score.question]
        for score in recount.scores()
        if score.claim.source == source and recount.reference_brier(score) is not None
    ]
    assert found.references[source] == sum(is_hindsight(one.written, one.known) for one in compared)
    assert found.references_unknown[source] == sum(one.written == NO_DAY for one in compared)


@settings(max_examples=100, deadline=None)
@given(seeds, choices)
def test_the_best_wording_is_the_best_coding(seed: int, choice: Choice) -> None:
    columns = random_ledger(seed, predictions=60).columns()
    point = scorecards(columns, **filters(choice))
    for end, figure in (("best", point.brier_best), ("worst", point.brier_worst)):
        board = scorecards(columns, wording=end, **filters(choice))  # type: ignore[arg-type]
        np.testing.assert_allclose(board.brier, figure, atol=1e-12)
        np.testing.assert_allclose(board.brier_best, point.brier_best, atol=1e-12)
