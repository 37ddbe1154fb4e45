"""What a resolution moves, read from the claims it can move alone, is what the whole record gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from forecasts.db.store import Store
from forecasts.domain.intents import AddRecords, LoadPacks, ReopenQuestion
from forecasts.domain.kinds import QuestionStatus, SourceKind
from forecasts.domain.records import Question, Resolution, Source
from forecasts.domain.score_filters import ScoreFilters
from forecasts.errors import UnknownRecordError
from forecasts.scoring import scorecards
from forecasts.services.browse import question_page
from forecasts.services.columns import read_columns, read_surroundings
from forecasts.services.effects import bucket_moves, read_standing, score_moves
from forecasts.services.load import load_packs
from forecasts.services.record import add_records
from forecasts.services.resolve import reopen_question
from forecasts.services.scoreboard import scorecard_document
from forecasts.services.shown_board import rescore_question, rescored_page, show_board
from tests.db.worlds import World, worlds
from tests.services.looking import records
from tests.services.packs import HEAD, PEOPLE, PREDICTION, QUESTION, pack

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.db.engine import Connection
    from forecasts.domain.scorecards import SourceFigures
    from forecasts.services.ledger import Ledger
    from forecasts.services.scoreboard import Board


def _change(store: Store, slug: str) -> None:
    """Take the resolution in force back, if there is one."""
    for record in store.all(Resolution):
        if isinstance(record, Resolution) and record.question == slug and not record.superseded_reason:
            store.replace(replace(record, superseded_reason="taken back"))


def _assert_same_moves(connection: Connection, slug: str) -> bool:
    whole, part = read_standing(connection), read_standing(connection, slug)
    _change(Store(connection), slug)
    whole_after, part_after = read_standing(connection), read_standing(connection, slug)
    moves, buckets = score_moves(whole, whole_after), bucket_moves(whole, whole_after)
    assert score_moves(part, part_after) == moves
    assert bucket_moves(part, part_after) == buckets
    assert score_moves(part_after, part) == score_moves(whole_after, whole)
    return bool(moves)


class _DoneError(Exception):
    """Ends a trial by rolling it back."""


def test_every_question_of_the_seed(resolved_ledger: Ledger) -> None:
    slugs = [record.slug for record in records(resolved_ledger)["question"] if isinstance(record, Question)]
    moved = 0
    for slug in slugs:

        def trial(connection: Connection, slug: str = slug) -> None:
            nonlocal moved
            moved += _assert_same_moves(connection, slug)
            raise _DoneError

        with pytest.raises(_DoneError):
            resolved_ledger.database.write(trial)
    assert moved > 10


def test_a_condition_may_name_another_reading_of_a_question(empty_ledger: Ledger, tmp_path: Path) -> None:
    another = QUESTION.replace('"out"', '"another-reading"') + 'variant_of = "out"\n'
    hung = QUESTION.replace('"out"', '"hung"') + 'condition = { question = "another-reading", outcome = "yes" }\n'
    claim = PREDICTION.replace('"out"', '"hung"')
    load_packs(empty_ledger, LoadPacks(paths=(pack(tmp_path, HEAD, PEOPLE, QUESTION, another, hung, claim),)))

    def trial(connection: Connection) -> None:
        whole, part = read_standing(connection), read_standing(connection, "hung")
        assert part.buckets == whole.buckets
        assert part.buckets

    empty_ledger.database.write(trial)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_any_ledger(empty_ledger: Ledger, world: World) -> None:
    def trial(connection: Connection) -> None:
        Store(connection).add(world.records)
        for record in world.by_kind()["question"]:
            assert isinstance(record, Question)
            _assert_same_moves(connection, record.slug)
        raise _DoneError

    with pytest.raises(_DoneError):
        empty_ledger.database.write(trial)


def test_surroundings_hold_their_speakers_whole(resolved_ledger: Ledger) -> None:
    with resolved_ledger.snapshot() as moment:
        whole = read_columns(moment.readers)
        part = read_surroundings(moment.reader, "csto-out-by-2022-01-23")
        assert 0 < part.prediction_keys.size < whole.prediction_keys.size
        on, expected = scorecards(part.columns), scorecards(whole.columns)
    asked = part.questions.index("csto-out-by-2022-01-23")
    for source in set(on.scored.source[on.scored.question == asked].tolist()):
        assert on.brier[source] == expected.brier[source]
        assert on.buckets[source].tolist() == expected.buckets[source].tolist()


def _rescored(ledger: Ledger, board: Board, question: str) -> tuple[SourceFigures, ...]:
    with ledger.snapshot() as moment:
        return rescore_question(moment.reader, board, question)


def test_rescored_as_the_new_board_has_it(resolved_ledger: Ledger) -> None:
    asked = "csto-out-by-2022-01-23"
    shown = show_board(resolved_ledger, ScoreFilters())
    assert {row.source for row in _rescored(resolved_ledger, shown.board, asked)}
    reopen_question(resolved_ledger, ReopenQuestion(question=asked, reason="looked at again"))
    found = _rescored(resolved_ledger, shown.board, asked)
    cards = {card.source: card for card in scorecard_document(resolved_ledger, ScoreFilters()).scorecards}
    was = {card.source: card for card in shown.page.document.scorecards}
    assert found
    for row in found:
        card = cards[row.source]
        assert row.brier == pytest.approx(card.brier)
        assert row.peer_score == pytest.approx(card.peer_score)
        assert (row.name, row.more) == (card.name, card.scored - was[row.source].scored)
    with pytest.raises(UnknownRecordError):
        _rescored(resolved_ledger, shown.board, "no-such-question")


def test_a_shown_board_has_at_once_what_a_resolution_changed(resolved_ledger: Ledger) -> None:
    asked = "csto-out-by-2022-01-23"
    shown = show_board(resolved_ledger, ScoreFilters())
    assert rescored_page(resolved_ledger, shown) is None
    reopen_question(resolved_ledger, ReopenQuestion(question=asked, reason="looked at again"))
    page = rescored_page(resolved_ledger, shown)
    assert page is not None
    now = {card.source: card for card in show_board(resolved_ledger, ScoreFilters()).page.document.scorecards}
    was = {card.source: card for card in shown.page.document.scorecards}
    moved = {slug for slug in now if now[slug].scored != was[slug].scored}
    assert moved
    for card in page.document.scorecards:
        assert card.scored == now[card.source].scored
        assert card.brier == pytest.approx(now[card.source].brier)
        if card.source in moved:
            assert (card.brier_low, card.brier_best) == (None, None)


def test_a_shown_board_is_not_patched_where_more_was_changed(resolved_ledger: Ledger) -> None:
    shown = show_board(resolved_ledger, ScoreFilters())
    questions = [record.slug for record in records(resolved_ledger)["question"] if isinstance(record, Question)]
    asked = [slug for slug in questions if question_page(resolved_ledger, slug).status is QuestionStatus.RESOLVED]
    for question in asked[:2]:
        reopen_question(resolved_ledger, ReopenQuestion(question=question, reason="looked at again"))
    assert rescored_page(resolved_ledger, shown) is None
    anew = show_board(resolved_ledger, ScoreFilters())
    source = Source(slug="somebody-new", name="Somebody New", kind=SourceKind.PERSON)
    add_records(resolved_ledger, AddRecords(records=(source,)))
    assert rescored_page(resolved_ledger, anew) is None
