"""The mark of a prediction in every tree and page is its bucket on the scorecards."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forecasts.db.engine import reader_of
from forecasts.db.queries.home import read_statuses
from forecasts.db.queries.prediction_rows import read_prediction_rows
from forecasts.db.store import Store
from forecasts.domain.dates import Span
from forecasts.domain.intents import AddRecords, ResolveQuestion
from forecasts.domain.kinds import (
    NOT_BY_DEADLINE,
    Basis,
    Bucket,
    ClaimType,
    Fidelity,
    QuestionKind,
    QuestionStatus,
    SourceKind,
)
from forecasts.domain.marks import ClaimResult, NodeKey, PredictionNode, PredictionQuery, QuestionNode
from forecasts.domain.overview import ListFilters
from forecasts.domain.records import (
    Article,
    Condition,
    Prediction,
    Quantile,
    Question,
    Scenario,
    Source,
)
from forecasts.domain.scorecards import ScoreFilters
from forecasts.scoring import QuestionState, scorecards
from forecasts.scoring.counting.question_states import claim_states, last_timely_day, question_states
from forecasts.services.articles import article_reading, open_articles
from forecasts.services.browse import question_page
from forecasts.services.card_pages import card_page
from forecasts.services.columns import read_columns
from forecasts.services.ledger import Ledger, open_ledger
from forecasts.services.overview import list_records
from forecasts.services.predictions import open_predictions, open_scenario_tree, read_marks
from forecasts.services.record import add_records
from forecasts.services.resolve import resolve_question
from tests.conftest import ANALYST, HeldClock, Templates
from tests.db.worlds import World, try_worlds
from tests.services.looking import board, records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasts.db.engine import Connection
    from forecasts.db.reader import SqlReader
    from forecasts.domain.card_claims import CardClaim
    from forecasts.domain.marks import Mark
    from forecasts.services.columns import LedgerColumns

BY_HAND = [Path(__file__).parent / name for name in ("hand_computed", "worked_out")]


@pytest.fixture(params=BY_HAND, ids=lambda path: path.name)
def ledger_by_hand(
    request: pytest.FixtureRequest, engine: str, templates: Templates, tmp_path: Path
) -> Iterator[Ledger]:
    with (
        templates.copied(engine, tmp_path, request.param) as address,
        closing(open_ledger(address, analyst=ANALYST, clock=HeldClock())) as opened,
    ):
        yield opened


def _marks_in_the_tree(ledger: Ledger) -> dict[str, Mark]:
    tree = open_scenario_tree(ledger)
    found: dict[str, Mark] = {}
    for scenario in tree.scenarios:
        for key in tree.children(NodeKey("scenario", scenario)):
            (node,) = tree.rows((key,))
            below = [row for row in tree.rows(tree.children(key)) if isinstance(row, PredictionNode)]
            if isinstance(node, PredictionNode):
                below = [node]
            else:
                assert isinstance(node, QuestionNode)
                assert node.marks == tuple(row.mark for row in below)
            found |= {row.slug: row.mark for row in below}
    return found


def _marks_on_pages(ledger: Ledger) -> dict[str, Mark]:
    slugs = [record.slug for record in records(ledger)["question"]]  # type: ignore[union-attr]
    pages = (question_page(ledger, slug) for slug in slugs)
    return {said.record.slug: said.mark for page in pages for said in page.predictions}


def _marks_in_the_list(ledger: Ledger) -> dict[str, Mark]:
    window = open_predictions(ledger, PredictionQuery())
    return {row.slug: row.mark for row in window.rows(0, len(window)) if row.mark}


def _assert_marks_are_buckets(ledger: Ledger) -> set[Bucket]:
    """Every mark is what the cards of the speakers say; returns the buckets that were met."""
    marks, on_pages, listed = _marks_in_the_tree(ledger), _marks_on_pages(ledger), _marks_in_the_list(ledger)
    assert on_pages.items() <= marks.items() <= listed.items()
    on_cards: dict[str, list[CardClaim]] = {}
    for card in board(ledger).scorecards:
        page = card_page(ledger, card.source, ScoreFilters())
        assert page.marks.keys() == {claim.prediction for claim in card.claims}
        for claim in card.claims:
            on_cards.setdefault(claim.prediction, []).append(claim)
            mark = page.marks[claim.prediction]
            assert mark == listed[claim.prediction] or claim.bucket is Bucket.REPEATS is mark.bucket
    asked: set[str] = set()
    vague: set[str] = set()
    assert listed.keys() == {record.slug for record in records(ledger)["prediction"]}  # type: ignore[union-attr]
    for record in records(ledger)["prediction"]:
        assert isinstance(record, Prediction)
        asked |= {record.slug} if record.question else set()
        vague |= {record.slug} if record.scenario else set()
    assert (set(on_pages), set(marks) - set(on_pages)) == (asked, vague)
    for slug, mark in listed.items():
        claims = on_cards.get(slug, [])
        buckets = {claim.bucket for claim in claims} or {Bucket.SET_ASIDE}
        assert mark.bucket in buckets
        assert buckets - {Bucket.REPEATS} <= {mark.bucket}
        if claims:
            assert (mark.probability, mark.low, mark.high) == (claims[0].probability, claims[0].low, claims[0].high)
    _assert_sides_make_up_accuracy(ledger, marks)
    return {mark.bucket for mark in marks.values()}


def _assert_sides_make_up_accuracy(ledger: Ledger, marks: dict[str, Mark]) -> None:
    """Right and wrong are what the accuracy on each card is the mean of, and what one says of a number."""
    for card in board(ledger).scorecards:
        shares: list[float] = []
        for claim in card.claims:
            if claim.bucket is not Bucket.SCORED or claim.kind is not QuestionKind.BINARY:
                continue
            mark = marks[claim.prediction]
            assert mark.probability is not None
            assert mark.favourite is not None
            shares.append(mark.favourite)
            side = ClaimResult.EVEN
            if mark.probability != 0.5:
                is_right = (mark.probability > 0.5) == (claim.outcome == "yes")
                side = ClaimResult.RIGHT if is_right else ClaimResult.WRONG
            assert mark.turned_out is side
        assert card.accuracy == (pytest.approx(sum(shares) / len(shares)) if shares else None)


def _numbers_shown(ledger: Ledger) -> Iterator[tuple[str, tuple[float | None, float | None, float | None]]]:
    """Each number, with its range, that a list, a page or an article shows of a prediction."""
    window, articles = open_predictions(ledger, PredictionQuery()), open_articles(ledger)
    for row in window.rows(0, len(window)):
        yield row.slug, (row.probability, row.low, row.high)
    for record in list_records(ledger.address, "prediction", ListFilters(), today=ledger.today()):
        yield record["slug"], (record["probability"], record["low"], record["high"])
    for article in articles.rows(0, len(articles)):
        for paragraph in article_reading(ledger, article.slug).paragraphs:
            for said in paragraph.predictions:
                yield said.record.slug, (said.number.probability, said.number.low, said.number.high)
    for question in records(ledger)["question"]:
        for on in question_page(ledger, question.slug).predictions:  # type: ignore[union-attr]
            yield on.record.slug, (on.number.probability, on.number.low, on.number.high)


def test_every_number_shown_is_the_one_that_is_scored(resolved_ledger: Ledger) -> None:
    """Some predictions of the seed were read twice, and the mean is scored."""
    scored = {
        slug: (mark.probability, mark.low, mark.high) for slug, mark in _marks_in_the_list(resolved_ledger).items()
    }
    read_again = {record.prediction for record in records(resolved_ledger)["reading"]}  # type: ignore[union-attr]
    shown = list(_numbers_shown(resolved_ledger))
    assert read_again < {slug for slug, _ in shown}
    for slug, number in shown:
        assert number == pytest.approx(scored[slug], abs=1e-12), slug


@pytest.mark.parametrize("text", ["", "a"])
def test_predictions_are_sorted_by_the_number_shown(resolved_ledger: Ledger, text: str) -> None:
    window = open_predictions(resolved_ledger, PredictionQuery(text=text, sort="probability", descending=True))
    shown = [row.probability for row in window.rows(0, len(window))]
    numbers = [number for number in shown if number is not None]
    assert numbers == sorted(numbers, reverse=True)
    assert shown[len(numbers) :] == [None] * (len(shown) - len(numbers))


def test_every_prediction_of_the_seed(resolved_ledger: Ledger) -> None:
    assert {Bucket.SCORED, Bucket.UNTESTED, Bucket.SET_ASIDE} <= _assert_marks_are_buckets(resolved_ledger)


def test_every_prediction_of_the_ledgers_computed_by_hand(ledger_by_hand: Ledger) -> None:
    assert set(Bucket) - {Bucket.UNSCORABLE} <= _assert_marks_are_buckets(ledger_by_hand)


DAY = Span.of(date(2022, 1, 1))
SEER = (
    Source(slug="seer", name="The seer", kind=SourceKind.PERSON),
    Article(slug="text", title="What comes", published_on=DAY),
    Scenario(slug="a-story", title="A story"),
)


@pytest.mark.no_engine_decides
def test_what_is_on_no_question_is_set_aside_before_it_is_too_vague(empty_ledger: Ledger) -> None:
    vague = Prediction(
        slug="vague", speakers=("seer",), article="text", scenario="a-story", claim="Dire things.", unscorable="no-test"
    )
    hardened = replace(vague, slug="hardened", fidelity=Fidelity.HARDENED)
    presumed = replace(vague, slug="presumed", claim_type=ClaimType.PRESUPPOSITION, scenario="")
    add_records(empty_ledger, AddRecords(records=(*SEER, vague, hardened, presumed)))
    assert _assert_marks_are_buckets(empty_ledger) == {Bucket.UNSCORABLE, Bucket.SET_ASIDE}


QUANTITY = Question(
    slug="day",
    title="When?",
    criteria="The day.",
    kind=QuestionKind.DATE,
    resolves_on=date(2022, 6, 1),
    written_on=DAY.last,
)
AMOUNT = replace(QUANTITY, slug="amount", kind=QuestionKind.NUMERIC, range=(0.0, 100.0))
POINTS: list[tuple[Question, str | float, dict[float, float | date], ClaimResult]] = [
    (QUANTITY, NOT_BY_DEADLINE, {0.1: date(2022, 2, 1), 0.9: date(2022, 5, 1)}, ClaimResult.WRONG),
    (QUANTITY, NOT_BY_DEADLINE, {0.1: date(2022, 2, 1), 0.9: date(2022, 7, 1)}, ClaimResult.RIGHT),
    (AMOUNT, 120.0, {0.1: 50.0, 0.9: 110.0}, ClaimResult.RIGHT),  # all three beyond the range end at 100
    (AMOUNT, 60.0, {0.05: 10.0, 0.25: 20.0, 0.75: 70.0}, ClaimResult.EVEN),  # its outermost levels are no interval
    (AMOUNT, 60.0, {0.0: 0.0, 0.25: 20.0, 0.75: 50.0, 1.0: 100.0}, ClaimResult.WRONG),  # where it ends is no quantile
]


@pytest.mark.no_engine_decides
@pytest.mark.parametrize(("question", "outcome", "points", "result"), POINTS)
def test_a_quantity_is_right_where_the_figures_hold_it_to_be_inside(
    empty_ledger: Ledger,
    question: Question,
    outcome: str | float,
    points: dict[float, float | date],
    result: ClaimResult,
) -> None:
    said = Prediction(
        slug="said",
        speakers=("seer",),
        article="text",
        question=question.slug,
        claim="So much.",
        basis=Basis.STATED,
        quantiles=tuple(Quantile(level=level, value=value) for level, value in points.items()),
    )
    add_records(empty_ledger, AddRecords(records=(*SEER, question, said)))
    known_on = Span.of(date(2022, 6, 2))
    resolve_question(
        empty_ledger, ResolveQuestion(question=question.slug, outcome=outcome, known_on=known_on, note="A paper.")
    )
    assert _assert_marks_are_buckets(empty_ledger) == {Bucket.SCORED}
    page = card_page(empty_ledger, "seer", ScoreFilters())
    assert page.marks["said"].turned_out is result
    assert page.card is not None
    inside = {ClaimResult.RIGHT: 1.0, ClaimResult.WRONG: 0.0}.get(result)
    assert [figure.coverage for figure in page.card.crps] == [inside]


def _assert_statuses_are_states(reader: SqlReader, whole: LedgerColumns) -> None:
    """What is shown as the status of a question is the state that scoring counts its claims by."""
    statuses = read_statuses(reader, HeldClock().today)
    states = question_states(whole.columns.questions).tolist()
    for key, state in zip(whole.question_keys.tolist(), states, strict=True):
        shown = {QuestionStatus.DUE: QuestionStatus.OPEN}.get(statuses[key], statuses[key])
        assert shown == QuestionState(state).name.lower()


def _assert_numbers_are_scored(reader: SqlReader, whole: LedgerColumns) -> None:
    """What lists show as the number of a prediction, with its range, is what scoring takes."""
    keys, table = whole.prediction_keys.tolist(), whole.columns.predictions
    rows = read_prediction_rows(reader, keys, read_statuses(reader, HeldClock().today))
    for name in ("probability", "low", "high"):
        shown = [float("nan") if (value := getattr(row, name)) is None else value for row in rows]
        assert shown == pytest.approx(getattr(table, name).tolist(), abs=1e-12, nan_ok=True)


def _assert_views_follow_the_rules(reader: SqlReader, whole: LedgerColumns) -> None:
    """Whether other tools are told of a resolved claim that its conditions were met, and that it was in time."""
    table, questions = whole.columns.predictions, whole.columns.questions
    states = question_states(questions)
    own = claim_states(table, questions, states)
    timely = table.made_last <= last_timely_day(questions)[table.question] if len(questions) else table.made_last < 0
    told = dict(
        reader.rows("SELECT p.id, v.conditions_met FROM predictions v JOIN prediction p ON p.slug = v.prediction")
    )
    in_time = dict(reader.rows("SELECT p.id, v.in_time FROM predictions v JOIN prediction p ON p.slug = v.prediction"))
    for at, (key, asked) in enumerate(zip(whole.prediction_keys.tolist(), table.question.tolist(), strict=True)):
        if asked >= 0 and questions.state[asked] == QuestionState.RESOLVED:
            is_met = states[asked] == own[at] == QuestionState.RESOLVED
            assert (told[key], in_time[key]) == (is_met, timely[at])


def test_views_follow_conditions_of_conditions(empty_ledger: Ledger) -> None:
    """Second hangs on first, which came out no; what hangs on second was never put to the test, whatever came of it."""
    first = Question(
        slug="first",
        title="First?",
        criteria="Yes.",
        kind=QuestionKind.BINARY,
        resolves_on=date(2022, 6, 1),
        written_on=DAY.last,
    )
    second = replace(first, slug="second", condition=Condition(question="first", outcome="yes"))
    third = replace(first, slug="third", condition=Condition(question="second", outcome="yes"))
    fourth = replace(first, slug="fourth")
    said = Prediction(
        slug="third-1",
        speakers=("seer",),
        article="text",
        question="third",
        claim="Yes.",
        probability=0.9,
        basis=Basis.STATED,
    )
    own = replace(said, slug="fourth-1", question="fourth", condition=(Condition(question="second", outcome="yes"),))
    met = replace(said, slug="fourth-2", question="fourth", condition=(Condition(question="first", outcome="no"),))
    add_records(empty_ledger, AddRecords(records=(*SEER, first, second, third, fourth, said, own, met)))
    known_on = Span.of(date(2022, 6, 2))
    for slug, outcome in (("first", "no"), ("second", "yes"), ("third", "yes"), ("fourth", "yes")):
        resolve_question(
            empty_ledger, ResolveQuestion(question=slug, outcome=outcome, known_on=known_on, note="A paper.")
        )
    assert _assert_marks_are_buckets(empty_ledger) == {Bucket.UNTESTED, Bucket.SCORED}
    with empty_ledger.reader() as reader:
        _assert_views_follow_the_rules(reader, read_columns(reader))
        told = dict(reader.rows("SELECT prediction, conditions_met FROM predictions"))
    assert told == {"third-1": 0, "fourth-1": 0, "fourth-2": 1}


def test_every_prediction_of_any_ledger(empty_ledger: Ledger) -> None:
    """A question's marks are read for it alone: they are those of the whole ledger's cards."""

    def trial(connection: Connection, world: World) -> None:
        store = Store(connection)
        store.add(world.records)
        whole = read_columns(reader_of(connection))
        _assert_statuses_are_states(reader_of(connection), whole)
        _assert_numbers_are_scored(reader_of(connection), whole)
        _assert_views_follow_the_rules(reader_of(connection), whole)
        claims = scorecards(whole.columns).claims
        on_cards: dict[int, set[str]] = {}
        for at, bucket in zip(claims.prediction.tolist(), claims.bucket.tolist(), strict=True):
            on_cards.setdefault(int(whole.prediction_keys[at]), set()).add(list(Bucket)[bucket])
        for question in store.all(Question):
            key = store.names.key("question", question.slug)
            marks = read_marks(reader_of(connection), (key,))
            said = [one for one in world.by_kind()["prediction"] if one.question == question.slug]  # type: ignore[union-attr]
            for record in said:
                prediction = store.names.key("prediction", record.slug)  # type: ignore[union-attr]
                buckets = on_cards[prediction]
                assert marks[prediction].bucket in buckets
                assert buckets - {Bucket.REPEATS} <= {marks[prediction].bucket}

    try_worlds(empty_ledger, trial, examples=30)
