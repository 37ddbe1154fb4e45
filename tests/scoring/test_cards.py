"""Scorecards on small ledgers: intervals of both kinds, reasons, ranks, views and details."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from forecasts.domain.kinds import Attribution, Basis, Bucket, ClaimType, Endorsement, Fidelity, Fit, QuestionKind
from forecasts.scoring import (
    QuestionState,
    Reason,
    Scorecards,
    View,
    carried,
    compare,
    corp_decomposition,
    difficulty_adjusted,
    paired_differences,
    pooled,
    reread,
    scorecards,
)
from tests.scoring.intervals import bounded
from tests.scoring.ledger import NEVER, Asked, Ledger, Paper, Said, ledger_of, resolved

YES, NO = resolved(1), resolved(0)


def test_coding_interval_takes_the_ends_of_the_range_and_variants() -> None:
    questions = (NO, resolved(1, variant_of=0), resolved(1, variant_of=0, known=1))
    said = Said(p=0.2, low=0.1, high=0.3)
    plain = scorecards(Ledger(questions=(NO,), predictions=(said,)).columns())
    assert (plain.brier[0], plain.brier_best[0], plain.brier_worst[0]) == pytest.approx((0.04, 0.01, 0.09))
    varied = scorecards(Ledger(questions=questions, predictions=(said,)).columns())
    assert (varied.brier[0], varied.brier_best[0], varied.brier_worst[0]) == pytest.approx((0.04, 0.01, 0.81))
    worst = scorecards(Ledger(questions=questions, predictions=(said,)).columns(), wording="worst")
    assert (worst.brier[0], worst.log_loss[0]) == pytest.approx((0.81, -math.log(0.1)))


def test_a_variant_counts_up_to_its_last_timely_day() -> None:
    said = Said(p=0.2, day=9)
    for known, worst in ((10, 0.64), (9, 0.04)):
        questions = (NO, resolved(1, variant_of=0, known=known))
        assert scorecards(Ledger(questions=questions, predictions=(said,)).columns()).brier_worst[0] == pytest.approx(
            worst
        )


def test_sampling_interval_is_that_of_a_bounded_mean_from_one_question_on() -> None:
    scores = [0.1, 0.4, 0.3, 0.2, 0.9]
    rows = [(0, place, p) for place, p in enumerate(scores)]
    for count in range(1, 6):
        cards = scorecards(ledger_of(*rows[:count], questions=(NO,) * 5).columns())
        expected = bounded(np.square(scores[:count]).tolist())
        assert (cards.brier_low[0], cards.brier_high[0]) == pytest.approx(expected, abs=1e-9)
        assert cards.reason("brier_low")[0] == Reason.EXISTS


def board(questions: int = 10, scenarios: int = 3) -> Ledger:
    asked = tuple(resolved(place % 2, scenario=place % scenarios) for place in range(questions))
    rows = [(source, place, 0.1 + 0.2 * source) for source in range(3) for place in range(questions)]
    return ledger_of(*rows, (3, 0, 0.5), questions=asked, anonymous=(False, False, True, False, False))


def test_only_named_sources_with_enough_are_ranked() -> None:
    cards = scorecards(board().columns())
    assert cards.rank.tolist() == [2, 1, 0, 0, 0]
    assert cards.enough.tolist() == [True, True, True, False, False]
    assert [cards.why_not_ranked(source) for source in range(4)] == [
        None,
        None,
        "anonymous sources are not ranked",
        "1 of 10 questions with a Brier score",
    ]
    assert cards.rank_low.tolist()[:2] == [1, 1]
    assert cards.rank_high.tolist()[:2] == [2, 2]


def test_no_rank_without_three_scenarios_or_a_second_source() -> None:
    cards = scorecards(board(scenarios=2).columns())
    assert cards.rank.tolist() == [0] * 5
    assert cards.why_not_ranked(0) == "questions from 2 of 3 scenarios"
    alone = replace(board(), anonymous=(False, True, True, False, False))
    assert scorecards(alone.columns()).why_not_ranked(0) == "no other source has enough scored questions"


def test_questions_without_a_scenario_count_as_their_own() -> None:
    asked = tuple(resolved(1, scenario=-1) for _ in range(10))
    cards = scorecards(ledger_of(*[(0, place, 0.5) for place in range(10)], questions=asked).columns())
    assert cards.scenarios[0] == 10
    assert bool(cards.enough[0])


def test_every_missing_figure_has_its_reason() -> None:
    cards = scorecards(board().columns(), as_of=1)
    expected = {
        "brier": [Reason.EXISTS, Reason.NOTHING_SCORED],
        "gain": [Reason.NO_REFERENCE, Reason.NOTHING_SCORED],
        "skill": [Reason.NO_REFERENCE, Reason.NOTHING_SCORED],
        "peer_score": [Reason.EXISTS, Reason.NOTHING_SCORED],
        "difficulty_adjusted_brier": [Reason.EXISTS, Reason.NOTHING_SCORED],
        "miscalibration": [Reason.NOTHING_DUE, Reason.NOTHING_SCORED],
        "vagueness": [Reason.EXISTS, Reason.NO_FULL_COVERAGE],
        "rank": [Reason.EXISTS, Reason.NOT_RANKED],
        "proxies_brier": [Reason.NO_PROXY_SCORED, Reason.NO_PROXY_SCORED],
    }
    for figure, reasons in expected.items():
        assert cards.reason(figure)[[0, 4]].tolist() == reasons, figure


def test_nothing_is_gained_on_references_that_are_nearly_perfect() -> None:
    asked = resolved(1, references=((0, 0.99, 4), (5, 0.1, 7)))
    cards = scorecards(ledger_of((0, 0, 0.8), questions=(asked,)).columns())
    assert [cards.reason(name)[0] for name in ("gain", "skill")] == [Reason.REFERENCE_TOO_GOOD] * 2
    assert cards.reference[0] == 4
    later = Ledger(questions=(asked,), predictions=(Said(p=0.8, day=5),))
    assert scorecards(later.columns()).skill[0] == pytest.approx(1 - 0.04 / 0.81)
    assert scorecards(later.columns()).gain[0] == pytest.approx(0.81 - 0.04)


@pytest.mark.parametrize(
    ("claims", "wrong", "reason"),
    [(9, 3, Reason.FEW_DUE), (10, 0, Reason.ALIKE), (10, 10, Reason.ALIKE), (10, 3, Reason.EXISTS)],
)
def test_parts_of_a_score_are_given_from_ten_claims_on_that_came_out_either_way(
    claims: int, wrong: int, reason: Reason
) -> None:
    questions = tuple(resolved(float(place >= wrong)) for place in range(claims))
    said = [(0, place, 0.6 + 0.3 * (place % 2)) for place in range(claims)]
    cards = scorecards(ledger_of(*said, questions=questions).columns())
    parts = corp_decomposition([p for _, _, p in said], [question.outcome or 0.0 for question in questions])
    assert cards.calibration_brier[0] == pytest.approx(parts.score)
    for name in ("miscalibration", "discrimination", "uncertainty"):
        assert cards.reason(name)[0] == reason, name
        if reason == Reason.EXISTS:
            assert getattr(cards, name)[0] == pytest.approx(getattr(parts, name)), name


@pytest.mark.parametrize(
    ("sources", "shared", "reason"),
    [(2, 12, Reason.FEW_SHARED), (3, 9, Reason.FEW_SHARED), (3, 10, Reason.EXISTS), (1, 12, Reason.ALONE)],
)
def test_difficulty_is_told_by_three_sources_on_ten_questions(sources: int, shared: int, reason: Reason) -> None:
    questions = tuple(resolved(float(place % 3 > 0)) for place in range(shared + 1))
    said = [(source, place, 0.5 + 0.1 * source + 0.02 * place) for source in range(sources) for place in range(shared)]
    said.append((0, shared, 0.9))
    cards = scorecards(ledger_of(*said, questions=questions).columns())
    assert cards.reason("difficulty_adjusted_brier")[0] == reason
    whole = difficulty_adjusted(cards.scored.brier, cards.scored.source, cards.scored.question).adjusted[0]
    if reason == Reason.EXISTS:
        assert cards.difficulty_adjusted_brier[0] == pytest.approx(whole)


def test_an_adjusted_score_lies_within_its_scale() -> None:
    """The first is right on what the others miss, and answers only what was hard: by the fit it is below 0."""
    questions = tuple(resolved(1.0) for _ in range(12))
    said = [(0, place, 1.0) for place in range(6)]
    said += [(source, place, 0.05 if place < 6 else 1.0) for source in (1, 2) for place in range(12)]
    cards = scorecards(ledger_of(*said, questions=questions).columns())
    whole = difficulty_adjusted(cards.scored.brier, cards.scored.source, cards.scored.question).adjusted
    assert whole[0] < 0
    assert cards.difficulty_adjusted_brier[:3].tolist() == pytest.approx(np.clip(whole[:3], 0, 1).tolist())


def test_calibration_is_over_deadlines_before_the_day() -> None:
    questions = (resolved(1, resolves=60), resolved(1, resolves=61))
    columns = ledger_of((0, 0, 0.6), (0, 1, 0.7), questions=questions).columns()
    for as_of, n in ((60, 0), (61, 1), (62, 2), (None, 2)):
        assert scorecards(columns, as_of=as_of).calibration_n[0] == n


def test_a_date_not_come_by_its_deadline_is_censored_there() -> None:
    asked = Asked(kind=QuestionKind.DATE, state=QuestionState.RESOLVED, not_by_deadline=True, known=101, unit=7)
    said = Said(quantiles=((0.1, 90.0), (0.5, 120.0), (0.9, 150.0)))
    table = scorecards(Ledger(questions=(asked,), predictions=(said,)).columns()).crps
    assert (table.unit[0], table.n[0]) == (7, 1)
    assert table.mean[0] == pytest.approx(2 * (1 / 3) * 0.1 * 10)
    assert (table.coverage[0], table.promised[0]) == pytest.approx((1.0, 0.8))


def test_pooled_views_count_each_prediction_once() -> None:
    asked = (resolved(1, resolves=10, scenario=2), resolved(0, resolves=200), resolved(1, resolves=999))
    said = (
        Said(speakers=(0, 1), question=0, p=0.9),
        Said(question=1, p=0.85),
        Said(question=2, p=0.5),
        Said(question=0, claim_type=ClaimType.POSSIBILITY),
        Said(question=1, claim_type=ClaimType.ANNOUNCEMENT, about_no=True),
    )
    columns = Ledger(questions=asked, predictions=said).columns()
    cards = scorecards(columns)
    wording = pooled(columns, cards, "wording")
    assert wording.group.tolist() == [0, 2]
    assert wording.n.tolist() == [1, 2]
    assert wording.came_true.tolist() == [0.5, 1.0]
    assert wording.expected == pytest.approx([0.5, 1.75])
    assert pooled(columns, cards, "lead_time").group.tolist() == [0, 1, 2]
    assert pooled(columns, cards, "scenario").n.tolist() == [2, 1]
    kinds = pooled(columns, cards, "claim_type")
    assert kinds.group.tolist() == [
        word.code for word in (ClaimType.FORECAST, ClaimType.POSSIBILITY, ClaimType.ANNOUNCEMENT)
    ]
    assert kinds.n.tolist() == [3, 1, 1]
    assert kinds.came_true.tolist() == [1.5, 1.0, 1.0]
    with pytest.raises(ValueError, match="grouping"):
        pooled(columns, cards, "colour")  # type: ignore[arg-type]


def test_bands_of_pooled_views_are_closed_as_documented() -> None:
    ledger = ledger_of(
        *[(0, place, p) for place, p in enumerate((0.6, 0.4, 0.61, 0.8, 0.2, 0.81))],
        questions=tuple(resolved(1, resolves=day) for day in (30, 31, 365, 366, 367, 1)),
    )
    cards = scorecards(ledger.columns())
    assert pooled(ledger.columns(), cards, "wording").n.tolist() == [2, 3, 1]
    assert pooled(ledger.columns(), cards, "lead_time").n.tolist() == [2, 2, 2]


def test_two_sources_are_compared_on_what_both_predicted() -> None:
    questions = tuple(resolved(1, known=50 + place) for place in range(11))
    rows = [(0, place, 0.9) for place in range(10)] + [(1, place, 0.6) for place in range(1, 11)]
    columns = ledger_of(*rows, questions=questions).columns()
    result = compare(columns, scorecards(columns), 0, 1)
    assert result.question.tolist() == list(range(1, 10))
    assert result.difference == pytest.approx(0.01 - 0.16)
    assert result.anytime is None
    more = ledger_of(*rows, (0, 10, 0.9), questions=questions).columns()
    shared = compare(more, scorecards(more), 0, 1)
    assert shared.anytime is not None
    assert shared.anytime.mean[-1] == pytest.approx(-0.15)
    nothing = compare(columns, scorecards(columns), 0, 5)
    assert math.isnan(nothing.difference)


def test_a_house_and_its_author_are_not_each_others_peers() -> None:
    said = (
        Said(speakers=(0, 1), question=0, p=0.9),
        Said(speakers=(1,), question=0, p=0.6, day=2),
        Said(speakers=(2,), question=0, p=0.3),
        Said(speakers=(0,), question=1, p=0.9),
        Said(speakers=(1,), question=1, p=0.6),
        Said(speakers=(3, 4), question=1, p=0.5, attribution=Attribution.AMBIGUOUS),
        Said(speakers=(3,), question=0, p=0.3),
        Said(speakers=(4,), question=0, p=0.3),
    )
    columns = Ledger(questions=(YES, YES), predictions=said).columns()
    first, last = scorecards(columns), scorecards(columns, which="last")
    alone = [100 * math.log(0.9 / 0.3), 100 * math.log(0.9 / 0.6)]
    assert first.peer_score[0] == pytest.approx(sum(alone) / 2)
    assert last.peer_score[1] == pytest.approx((100 * math.log(0.6 / 0.3) - alone[1]) / 2)
    assert compare(columns, first, 0, 1).question.tolist() == [1]
    assert compare(columns, first, 1, 2).question.tolist() == [0]
    rivals = paired_differences(columns, first, 0)
    assert dict(zip(rivals.other.tolist(), rivals.n.tolist(), strict=True)) == {1: 1, 2: 1, 3: 1, 4: 1}


def test_a_may_is_hedging_whether_it_can_be_tested_or_not_and_said_again_neither() -> None:
    said = (
        Said(p=0.9),
        Said(claim_type=ClaimType.POSSIBILITY),
        Said(claim_type=ClaimType.POSSIBILITY, unscorable=True),
        Said(unscorable=True),
        Said(claim_type=ClaimType.POSSIBILITY, unscorable=True, restates=2),
    )
    cards = scorecards(Ledger(questions=(YES,), predictions=said).columns())
    assert (cards.hedging[0], cards.vagueness[0]) == (0.4, 0.4)


def test_what_an_author_hardened_himself_counts_on_his_own_card_and_not_on_that_of_who_was_quoted() -> None:
    said = tuple(
        Said(speakers=(0,), question=question, p=0.9, fidelity=Fidelity.HARDENED, endorsement=stance)
        for question, stance in enumerate((Endorsement.ENDORSED, Endorsement.RELAYED))
    )
    columns = Ledger(questions=(NO, NO), predictions=said, papers=(Paper(authors=(1,), outlet=2),)).columns()
    assert scorecards(columns).count(Bucket.SET_ASIDE)[0] == 2
    assert scorecards(columns, by="author").brier[1] == pytest.approx(0.81)
    assert scorecards(columns, by="outlet").brier[2] == pytest.approx(0.81)
    assert scorecards(columns, by="author").count(Bucket.SET_ASIDE)[1] == 0


def test_what_is_not_known_to_have_been_written_before_is_unknown() -> None:
    base_rate = ((1, 0.5, 0),)
    asked = tuple(resolved(1, written=day, known=50, references=base_rate) for day in (49, 50, NEVER))
    said = tuple(Said(question=question, p=0.9, coded=day) for question, day in enumerate((NEVER, NEVER, 60)))
    found = scorecards(Ledger(questions=asked, predictions=said).columns()).hindsight
    assert (found.questions[0], found.questions_unknown[0]) == (1, 1)
    assert (found.predictions[0], found.predictions_unknown[0]) == (1, 2)
    assert (found.references[0], found.references_unknown[0]) == (1, 1)


def test_what_an_outlet_carried_is_told_apart_from_its_own() -> None:
    said = tuple(
        Said(speakers=(0,), p=p, question=question, endorsement=stance)
        for question, (p, stance) in enumerate(
            (
                (0.9, Endorsement.OWN),
                (0.8, Endorsement.RELAYED),
                (0.6, Endorsement.DISPUTED),
                (0.7, Endorsement.RELAYED),
            )
        )
    )
    ledger = Ledger(questions=(YES,) * 4, predictions=said, papers=(Paper(outlet=5),))
    found = carried(ledger.columns(), View())
    assert (found.relayed_n[5], found.disputed_n[5]) == (2, 1)
    assert found.relayed_brier[5] == pytest.approx((0.04 + 0.09) / 2)
    assert found.disputed_brier[5] == pytest.approx(0.16)
    assert (found.relayed_brier_low[5], found.relayed_brier_high[5]) == pytest.approx(bounded([0.04, 0.09]))
    assert (found.disputed_brier_low[5], found.disputed_brier_high[5]) == pytest.approx(bounded([0.16]))


def test_phrases_are_read_anew_and_turned_round_where_they_speak_of_no() -> None:
    said = (
        Said(p=0.6, low=0.5, high=0.7, phrase=0, basis=Basis.STANDARD),
        Said(p=0.4, low=0.3, high=0.5, phrase=0, basis=Basis.SURVEY, about_no=True),
        Said(p=0.6, phrase=0, basis=Basis.ANALYST),
        Said(p=0.6, phrase=1, basis=Basis.STANDARD),
    )
    columns = Ledger(questions=(YES,), predictions=said).columns()
    nan = float("nan")
    result = reread(columns, np.array([0.55, nan]), np.array([0.8, nan]), np.array([0.9, nan]))
    table = result.columns.predictions
    assert table.probability.tolist() == pytest.approx([0.8, 0.2, 0.6, 0.6])
    assert table.low[:2].tolist() == pytest.approx([0.55, 0.1])
    assert table.high[:2].tolist() == pytest.approx([0.9, 0.45])
    assert result.unlisted.tolist() == [3]
    assert columns.predictions.probability[0] == 0.6


SOON, LATER = resolved(0, implies=(1,)), resolved(1)


def one_sentence(*said: Said, questions: tuple[Asked, ...] = (SOON, LATER)) -> Scorecards:
    return scorecards(Ledger(questions=questions, predictions=said).columns())


def test_one_sentence_counts_once_on_a_ladder_on_the_question_nearest_to_its_words() -> None:
    near, far = Said(question=1, p=0.9, sentence=5), Said(question=0, p=0.7, fit=Fit.OPERATIONALISED, sentence=5)
    cards = one_sentence(far, near)
    assert (cards.count(Bucket.SCORED)[0], cards.count(Bucket.REPEATS)[0]) == (1, 1)
    assert cards.brier[0] == pytest.approx(0.01)
    assert (cards.brier_best[0], cards.brier_worst[0]) == (pytest.approx(0.01), pytest.approx(0.49))
    words = one_sentence(replace(near, fit=Fit.PROXY), far)
    assert (words.brier[0], words.count(Bucket.PROXIES)[0]) == (pytest.approx(0.49), 0)
    of_deadline = (replace(SOON, basis=2), replace(LATER, basis=1))
    whose = one_sentence(replace(far, fit=Fit.EXACT), near, questions=of_deadline)
    assert whose.brier[0] == pytest.approx(0.01)


def test_two_sentences_and_two_sources_on_a_ladder_count_each_for_themselves() -> None:
    said = (Said(question=0, p=0.7, sentence=5), Said(question=1, p=0.9, sentence=6))
    assert one_sentence(*said).brier_n[0] == 2
    apart = (said[0], replace(said[1], sentence=5, speakers=(1,)))
    assert one_sentence(*apart).brier_n.tolist()[:2] == [1, 1]
    assert (
        one_sentence(said[0], replace(said[1], sentence=5), questions=(replace(SOON, implies=()), LATER)).brier_n[0]
        == 2
    )


def test_what_was_too_late_on_one_step_of_a_ladder_counts_on_another() -> None:
    said = (Said(question=0, p=0.7, day=60, sentence=5), Said(question=1, p=0.9, day=60, fit=Fit.PROXY, sentence=5))
    cards = one_sentence(*said, questions=(SOON, resolved(1, known=70)))
    assert (cards.count(Bucket.LATE)[0], cards.proxies_scored[0]) == (1, 1)


def test_a_possibility_on_a_ladder_is_raised_once() -> None:
    said = tuple(Said(question=place, claim_type=ClaimType.POSSIBILITY, sentence=5) for place in (0, 1))
    cards = one_sentence(*said)
    assert (cards.count(Bucket.POSSIBILITIES)[0], cards.count(Bucket.REPEATS)[0]) == (1, 1)
