"""Forty-five predictions scored by hand: which claim of which source counts was worked out on paper from the counting
rules, for each of whose card and which claim; what follows from it is school arithmetic, written out here.

`hand_computed/pack.toml` is the record. Outcomes: q1 yes, q2 no, q3 yes (known on 15 March), q4 void, q5 open, q6 "b",
q7 "mid", q8 7 %, q9 1 June, q10 hangs on q2 = yes (failed), q11 no and hangs on q1 = yes (met), q12 hangs on q5 (open),
q13 no, another fair reading of q1, q14 yes, closed to predictions on 1 February.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.intents import ReopenQuestion
from forecasts.domain.kinds import Bucket, QuestionKind, Role, Which
from forecasts.domain.marks import PredictionQuery
from forecasts.domain.scorecards import ScoreFilters
from forecasts.services.card_pages import claimed_document
from forecasts.services.ledger import Ledger, open_ledger
from forecasts.services.predictions import open_predictions
from forecasts.services.resolve import reopen_question
from forecasts.services.setup import set_up
from tests.conftest import ANALYST, HeldClock
from tests.scoring.intervals import bounded
from tests.services.looking import entries
from tests.services.packs import HAND_COMPUTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from forecasts.domain.scorecards import Scorecard

CLOSE = 1e-9


@dataclass(frozen=True)
class Score:
    """One scored claim: its Brier score, the probability given to what happened, and among how many options."""

    brier: float
    given: float
    options: int = 2
    yes: float | None = None  # the probability of YES, on a yes-or-no question


def yes_no(probability: float, outcome: int) -> Score:
    """A yes-or-no claim: (p - o)², and p or 1 - p for what happened."""
    return Score((probability - outcome) ** 2, probability if outcome else 1 - probability, yes=probability)


# One line for each claim that is scored anywhere, in the order of the pack.
P1, P2, P3, P4 = yes_no(0.8, 1), yes_no(0.3, 0), yes_no(0.6, 1), yes_no(0.9, 1)
P5, P6, P7, P8 = yes_no(0.2, 0), yes_no(0.4, 0), yes_no(0.1, 0), yes_no(0.7, 1)
P13, P15, P16 = yes_no(0.5, 0), yes_no(0.7, 1), yes_no(0.6, 1)
P19 = Score((0.2**2 + 0.5**2 + 0.3**2) / 2, 0.5, 3)
P20 = Score((0.1**2 + 0.2**2 + 0.1**2) / 2, 0.8, 3)
# cumulated .1 .3 .6 against 0 1 1, over three thresholds
P21 = Score((0.1**2 + 0.7**2 + 0.4**2) / 3, 0.2, 4)
P22 = Score(0.0, 1.0, 4)
P26, P27, P29 = yes_no(0.3, 0), yes_no(0.4, 0), yes_no(0.2, 0)
P38, P39, P41, P42 = yes_no(0.05, 0), yes_no(0.9, 1), yes_no(0.4, 1), yes_no(0.65, 1)

ANN = {"q1": P1, "q2": P2, "q3": P15, "q6": P19, "q7": P21, "q11": P27, "q14": P39}
BOB = {"q1": P3, "q2": P5, "q6": P20, "q7": P22, "q11": P29}
CEM = {"q2": P6, "q3": P16, "q11": P26}
HERALD = {"q1": P1, "q2": P2, "q3": P15, "q6": P19, "q7": P21, "q11": P29, "q14": P39}
GAZETTE = {"q1": P42, "q2": P7, "q3": P16, "q11": P26}

SCORED: Mapping[tuple[Role, Which], Mapping[str, Mapping[str, Score]]] = {
    (Role.SPEAKER, Which.FIRST): {
        "ann": ANN,
        "bob": BOB,
        "cem": CEM,
        "dag": {"q1": P8},
        "crowd": {"q1": P41, "q2": P13},
        "gazette": {"q1": P42},
    },
    (Role.SPEAKER, Which.LAST): {
        "ann": ANN,
        "bob": {**BOB, "q1": P4},
        "cem": {**CEM, "q2": P38, "q11": P27},
        "dag": {"q1": P8},
        "crowd": {"q1": P41, "q2": P13},
        "gazette": {"q1": P42},
    },
    (Role.AUTHOR, Which.FIRST): {"ann": ANN, "bob": {**BOB, "q1": P4}, "cem": {**CEM, "q2": P7}},
    (Role.AUTHOR, Which.LAST): {
        "ann": {**ANN, "q2": P38},
        "bob": {**BOB, "q1": P4, "q2": P6},
        "cem": {**CEM, "q2": P38, "q11": P27},
    },
    (Role.OUTLET, Which.FIRST): {"herald": HERALD, "gazette": GAZETTE},
    (Role.OUTLET, Which.LAST): {
        "herald": {**HERALD, "q1": P4, "q2": P6, "q6": P20, "q7": P22},
        "gazette": {**GAZETTE, "q2": P38, "q11": P27},
    },
}

# scored, open, void, untested, late, unscorable, possibilities, announcements, proxies, set_aside, repeats
BUCKETS: Mapping[Role, Mapping[str, tuple[int, ...]]] = {
    Role.SPEAKER: {
        "ann": (8, 1, 1, 0, 1, 1, 0, 0, 0, 1, 0),
        "bob": (6, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1),
        "cem": (3, 0, 1, 1, 1, 0, 1, 0, 0, 2, 3),
        "dag": (1, 0, 0, 0, 1, 0, 0, 2, 0, 1, 0),
        "crowd": (2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0),
        "gazette": (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    },
    Role.AUTHOR: {
        "ann": (8, 1, 1, 0, 1, 1, 0, 0, 0, 1, 2),
        "bob": (6, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1),
        "cem": (3, 0, 1, 1, 1, 0, 1, 0, 0, 3, 2),
    },
    Role.OUTLET: {
        "herald": (9, 2, 1, 1, 1, 2, 0, 0, 1, 0, 5),
        "gazette": (4, 0, 1, 1, 1, 0, 1, 0, 0, 3, 2),
    },
}

# what two of them said in one claim: p14, p27; by author also p17, p33, p38, which article 4 says in its own name
JOINT: Mapping[Role, Mapping[frozenset[str], str]] = {
    Role.SPEAKER: {frozenset({"ann", "cem"}): "q3 q11"},
    Role.AUTHOR: {frozenset({"ann", "cem"}): "q1 q2 q3 q4 q11"},
    Role.OUTLET: {},
}

EVERY_BOARD = sorted(SCORED, key=str)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The pack, loaded."""
    path = tmp_path_factory.mktemp("hand") / "hand.db"
    set_up(str(path), analyst=ANALYST, packs=(HAND_COMPUTED,), with_resolutions=True, clock=HeldClock())
    opened = open_ledger(str(path), analyst=ANALYST, clock=HeldClock())
    yield opened
    opened.close()


def board(ledger: Ledger, by: Role, which: Which = Which.FIRST) -> dict[str, Scorecard]:
    """The scorecards by source."""
    document = claimed_document(ledger, ScoreFilters(by=by, which=which))
    return {card.source: card for card in document.scorecards}


def mean(values: list[float]) -> float:
    """The sum over the count."""
    return sum(values) / len(values)


def capped(probability: float) -> float:
    """As every logarithm takes it."""
    return min(max(probability, 0.001), 0.999)


@pytest.mark.parametrize(("by", "which"), EVERY_BOARD)
def test_brier_log_loss_and_baseline(ledger: Ledger, by: Role, which: Which) -> None:
    cards = board(ledger, by, which)
    assert set(cards) == set(SCORED[by, which])
    for source, scored in SCORED[by, which].items():
        scores, card = list(scored.values()), cards[source]
        assert card.brier == pytest.approx(mean([score.brier for score in scores]), abs=CLOSE), source
        assert card.log_loss == pytest.approx(mean([-log(capped(score.given)) for score in scores]), abs=CLOSE)
        baseline = [100 * (log(capped(s.given)) - log(1 / s.options)) / log(s.options) for s in scores]
        assert card.baseline_score == pytest.approx(mean(baseline), abs=CLOSE), source
        assert card.clipped == sum(score.given != capped(score.given) for score in scores)


@pytest.mark.parametrize(("by", "which"), EVERY_BOARD)
def test_accuracy_and_sharpness(ledger: Ledger, by: Role, which: Which) -> None:
    cards = board(ledger, by, which)
    for source, scored in SCORED[by, which].items():
        told = [score for score in scored.values() if score.yes is not None]
        right = [0.5 if score.given == 0.5 else float(score.given > 0.5) for score in told]
        assert cards[source].accuracy == pytest.approx(mean(right), abs=CLOSE), source
        sharp = [4 * ((score.yes or 0.0) - 0.5) ** 2 for score in told]
        assert cards[source].sharpness == pytest.approx(mean(sharp), abs=CLOSE), source


@pytest.mark.parametrize(("by", "which"), EVERY_BOARD)
def test_peer_scores(ledger: Ledger, by: Role, which: Which) -> None:
    cards = board(ledger, by, which)
    for source, scored in SCORED[by, which].items():
        against = []
        for question, score in scored.items():
            others = [
                theirs[question].given
                for other, theirs in SCORED[by, which].items()
                if other != source
                and question in theirs
                and question not in JOINT[by].get(frozenset({source, other}), "").split()
            ]
            if others:
                against.append(100 * mean([log(capped(score.given)) - log(capped(other)) for other in others]))
        if against:
            assert cards[source].peer_score == pytest.approx(mean(against), abs=1e-7), source
        else:
            assert cards[source].peer_score is None


@pytest.mark.parametrize(("by", "which"), EVERY_BOARD)
def test_sampling_intervals(ledger: Ledger, by: Role, which: Which) -> None:
    cards = board(ledger, by, which)
    for source, scored in SCORED[by, which].items():
        briers = [score.brier for score in scored.values()]
        expected = bounded(briers)
        assert (cards[source].brier_low, cards[source].brier_high) == pytest.approx(expected, abs=1e-8), source


@pytest.mark.parametrize("which", list(Which))
@pytest.mark.parametrize("by", list(Role))
def test_buckets_add_up(ledger: Ledger, by: Role, which: Which) -> None:
    cards = board(ledger, by, which)
    for source, expected in BUCKETS[by].items():
        found = tuple(getattr(cards[source], bucket.value) for bucket in Bucket)
        assert found == expected, source
        assert cards[source].predictions == sum(expected) == len(cards[source].claims)


def test_coding_interval_takes_the_range_and_the_other_reading(ledger: Ledger) -> None:
    cards = board(ledger, Role.SPEAKER)
    others = [P2, P15, P19, P21, P27, P39]
    # p1 may be read as .7 to .9; on q13, the other reading of q1, the answer was no
    assert cards["ann"].brier_best == pytest.approx(mean([0.1**2, *(score.brier for score in others)]), abs=CLOSE)
    assert cards["ann"].brier_worst == pytest.approx(mean([0.9**2, *(score.brier for score in others)]), abs=CLOSE)
    assert cards["dag"].brier_best == pytest.approx(0.3**2, abs=CLOSE)
    assert cards["dag"].brier_worst == pytest.approx(0.7**2, abs=CLOSE)
    assert cards["crowd"].brier_best == pytest.approx((0.4**2 + 0.25) / 2, abs=CLOSE)
    assert cards["crowd"].brier_worst == pytest.approx((0.6**2 + 0.25) / 2, abs=CLOSE)


def test_crps_beside_its_unit(ledger: Ledger) -> None:
    cards = board(ledger, Role.SPEAKER)
    (percent,) = cards["bob"].crps
    # pinball losses .1·2, .5·1 and .1·2, equal weights
    assert (percent.unit, percent.n, percent.coverage) == ("%", 1, 1.0)
    assert percent.mean == pytest.approx(2 * (0.2 + 0.5 + 0.2) / 3, abs=CLOSE)
    (days,) = cards["ann"].crps
    # 31 days after the first quartile, 30 days before the third
    assert (days.unit, days.n) == ("days", 1)
    assert days.mean == pytest.approx(2 * (0.25 * 31 + 0.25 * 30) / 2, abs=CLOSE)


def test_a_list_says_the_median_with_its_unit_or_what_stands_outermost(ledger: Ledger) -> None:
    window = open_predictions(ledger, PredictionQuery())
    numbers = {row.slug: row.number for row in window.rows(0, len(window))}
    assert (numbers["p1"], numbers["p20"]) == ("80 %", "80 % b")
    assert (numbers["p23"], numbers["p24"]) == ("≈ 6 %", "2020-05-01–2020-07-01")


def test_a_claim_on_a_quantity_has_its_own_crps(ledger: Ledger) -> None:
    cards = board(ledger, Role.SPEAKER)
    for source, kind in (("bob", QuestionKind.NUMERIC), ("ann", QuestionKind.DATE)):
        (figure,) = cards[source].crps
        measured = [claim for claim in cards[source].claims if claim.crps is not None]
        assert [(claim.kind, claim.crps, claim.crps_unit) for claim in measured] == [(kind, figure.mean, figure.unit)]
        assert measured[0].brier is None
    assert all(claim.crps_unit == "" for card in cards.values() for claim in card.claims if claim.crps is None)


def test_possibilities_announcements_vagueness_and_hedging(ledger: Ledger) -> None:
    cards = board(ledger, Role.SPEAKER)
    assert (cards["crowd"].possibilities_realised, cards["cem"].possibilities_realised) == (1, 0)
    assert (cards["crowd"].possibilities_settled, cards["cem"].possibilities_settled) == (2, 0)  # q5 is open
    assert (cards["dag"].announcements_kept, cards["dag"].announcements_settled) == (1, 2)
    assert cards["ann"].vagueness == pytest.approx(1 / 13, abs=CLOSE)
    assert cards["bob"].vagueness == pytest.approx(1 / 12, abs=CLOSE)
    assert cards["cem"].hedging == pytest.approx(1 / 12, abs=CLOSE)
    assert cards["crowd"].hedging == pytest.approx(2 / 3, abs=CLOSE)  # the text of selected coverage is left out
    assert cards["gazette"].vagueness is None


def test_nobody_is_ranked_on_so_little(ledger: Ledger) -> None:
    cards = board(ledger, Role.SPEAKER)
    assert not any(card.enough or card.rank for card in cards.values())
    assert cards["ann"].why_not_ranked == "7 of 10 questions with a Brier score"


def test_reopening_a_quantity_tells_whose_crps_goes(tmp_path: Path) -> None:
    path = tmp_path / "reopened.db"
    set_up(str(path), analyst=ANALYST, packs=(HAND_COMPUTED,), with_resolutions=True, clock=HeldClock())
    opened = open_ledger(str(path), analyst=ANALYST, clock=HeldClock())
    (was,) = board(opened, Role.SPEAKER)["ann"].crps
    (move,) = reopen_question(opened, ReopenQuestion(question="q9", reason="the day was misread")).moves
    assert (move.source, move.measure) == ("ann", "CRPS in days")
    assert (move.before, move.after, move.scored_before, move.scored_after) == (was.mean, None, 1, 0)
    (percent,) = reopen_question(opened, ReopenQuestion(question="q8", reason="misread too")).moves
    assert (percent.source, percent.measure) == ("bob", "CRPS in %")
    assert entries(opened)[0].summary == "Reopened (was 7): Question 8?"
    opened.close()


def test_reopening_a_condition_brings_back_what_hung_on_it(tmp_path: Path) -> None:
    path = tmp_path / "reopened.db"
    set_up(str(path), analyst=ANALYST, packs=(HAND_COMPUTED,), with_resolutions=True, clock=HeldClock())
    opened = open_ledger(str(path), analyst=ANALYST, clock=HeldClock())
    reopen_question(opened, ReopenQuestion(question="q2", reason="the count was challenged"))
    cards = board(opened, Role.SPEAKER)
    # p29 and p30 hang on q2, p5 is on it, and p28 was open before
    assert (cards["bob"].scored, cards["bob"].open, cards["bob"].untested) == (4, 4, 0)
    assert cards["bob"].brier == pytest.approx(mean([P3.brier, P20.brier, P22.brier]), abs=CLOSE)
    # q10 hangs on q2, and p6 is on it; what repeated it still does
    assert (cards["cem"].scored, cards["cem"].open, cards["cem"].untested, cards["cem"].repeats) == (2, 2, 0, 3)

    reopen_question(opened, ReopenQuestion(question="q1", reason="likewise"))
    cards = board(opened, Role.SPEAKER)
    # q11 hangs on q1: p26 is open again, so only q3 is left
    assert cards["cem"].brier == pytest.approx(P16.brier, abs=CLOSE)
    opened.close()
