"""What a resolution moves, read from the claims it can move alone, is what the whole record gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from forecasts.db.engine import reader_of
from forecasts.db.rescoring import find_touched
from forecasts.db.store import Store
from forecasts.domain.dates import Span
from forecasts.domain.intents import EditRecord, LoadPacks, ReopenQuestion
from forecasts.domain.records import (
    Article,
    Objection,
    Prediction,
    Question,
    Reading,
    Resolution,
    identity,
    name_of,
)
from forecasts.domain.references import references_of
from forecasts.domain.scorecards import ScoreFilters
from forecasts.scoring import scorecards
from forecasts.services.columns import read_columns, read_surroundings
from forecasts.services.effects import ScoreEffect, ScoreSnapshot, bucket_moves, score_moves, score_snapshot
from forecasts.services.load import load_packs
from forecasts.services.record import edit_record
from forecasts.services.resolve import reopen_question
from forecasts.services.scoreboard import show_board
from tests.db.worlds import World, try_worlds
from tests.services.looking import records
from tests.services.packs import HEAD, PEOPLE, PREDICTION, QUESTION, RESOLUTION, pack

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.db.engine import Connection
    from forecasts.domain.records import Record
    from forecasts.services.ledger import Ledger


def _snapshot(connection: Connection) -> ScoreSnapshot:
    """Everybody's scores, from the whole ledger."""
    return score_snapshot(read_columns(reader_of(connection)))


def _assert_same_effect(
    store: Store, whole: ScoreSnapshot, before: Record | None, after: Record | None
) -> ScoreSnapshot:
    """Carry the change out; it moves what scores of the whole ledger say, which it returns."""
    effect = ScoreEffect(store, tuple(record for record in (before, after) if record is not None))
    if before is None and after is not None:
        store.add((after,))
    elif after is not None:
        store.replace((after,))
    elif before is not None:
        store.remove((before,))
    whole_after = _snapshot(store.connection)
    assert effect.moves() == score_moves(whole, whole_after)
    if isinstance(before, Resolution):
        assert effect.buckets() == bucket_moves(whole, whole_after)
    return whole_after


def _in_force(store: Store) -> list[Resolution]:
    return [one for one in store.all(Resolution) if not one.superseded_reason]


class _DoneError(Exception):
    """Ends a trial by rolling it back."""


def test_every_question_of_the_seed(resolved_ledger: Ledger) -> None:
    moved = 0

    def trial(connection: Connection) -> None:
        nonlocal moved
        store, whole = Store(connection), _snapshot(connection)
        for resolution in _in_force(store):
            after = _assert_same_effect(store, whole, resolution, replace(resolution, superseded_reason="taken back"))
            moved += after != whole
            whole = after
        raise _DoneError

    with pytest.raises(_DoneError):
        resolved_ledger.database.write(trial)
    assert moved > 10


def test_a_step_of_a_ladder_moves_where_a_sentence_counts(empty_ledger: Ledger, tmp_path: Path) -> None:
    sooner = QUESTION.replace('"out"', '"sooner"') + 'implies = ["out"]\n'
    other = PREDICTION.replace('"out"', '"sooner"').replace('"p1"', '"p2"') + 'fit = "exact"\n'
    said = (HEAD, PEOPLE, QUESTION, sooner, PREDICTION, other, RESOLUTION)
    load_packs(empty_ledger, LoadPacks(paths=(pack(tmp_path, *said),), with_resolutions=True))

    def trial(connection: Connection) -> None:
        store = Store(connection)
        whole = _snapshot(connection)
        assert sorted(whole.buckets.values()) == ["open", "repeats"]
        for question in store.all(Question):
            whole = _assert_same_effect(store, whole, question, replace(question, implies=()))
        assert sorted(whole.buckets.values()) == ["open", "scored"]
        raise _DoneError

    with pytest.raises(_DoneError):
        empty_ledger.database.write(trial)


def test_a_condition_may_name_another_reading_of_a_question(empty_ledger: Ledger, tmp_path: Path) -> None:
    another = QUESTION.replace('"out"', '"another-reading"') + 'variant_of = "out"\n'
    hung = QUESTION.replace('"out"', '"hung"') + 'condition = { question = "another-reading", outcome = "yes" }\n'
    claim = PREDICTION.replace('"out"', '"hung"')
    load_packs(empty_ledger, LoadPacks(paths=(pack(tmp_path, HEAD, PEOPLE, QUESTION, another, hung, claim),)))

    def trial(connection: Connection) -> None:
        reader = reader_of(connection)
        part = score_snapshot(read_surroundings(reader, find_touched(reader, {"question": ["hung"]})))
        assert part.buckets == _snapshot(connection).buckets
        assert part.buckets

    empty_ledger.database.write(trial)


def test_an_outcome_moves_the_claims_that_hang_on_it(empty_ledger: Ledger, tmp_path: Path) -> None:
    """The question of one is asked only if the gate opens; another says so itself."""
    gate = QUESTION.replace('"out"', '"gate"')
    hung = QUESTION.replace('"out"', '"hung"') + 'condition = { question = "gate", outcome = "yes" }\n'
    other = PREDICTION.replace('"p1"', '"p2"') + 'condition = { question = "gate", outcome = "yes" }\n'
    said = (PREDICTION.replace('"out"', '"hung"'), other.replace("seer", "paper"))
    outcomes = [RESOLUTION.replace('"out"', f'"{slug}"') for slug in ("gate", "hung", "out")]
    texts = (HEAD, PEOPLE, gate, hung, QUESTION, *said, *outcomes)
    load_packs(empty_ledger, LoadPacks(paths=(pack(tmp_path, *texts),), with_resolutions=True))

    def trial(connection: Connection) -> None:
        store, whole = Store(connection), _snapshot(connection)
        assert sorted(whole.buckets.values()) == ["scored", "scored"]
        (opened,) = (one for one in _in_force(store) if one.question == "gate")
        whole = _assert_same_effect(store, whole, opened, replace(opened, superseded_reason="taken back"))
        assert sorted(whole.buckets.values()) == ["open", "open"]
        raise _DoneError

    with pytest.raises(_DoneError):
        empty_ledger.database.write(trial)


def test_the_day_of_what_it_revises_moves_a_claim_of_somebody_else(empty_ledger: Ledger, tmp_path: Path) -> None:
    """A revision is never before what it revises, so of two claims of its speaker the other may be the first."""
    said = PREDICTION + "made_on = 2022-01-09\n"
    revision = PREDICTION.replace("seer", "paper").replace('"p1"', '"p2"') + 'made_on = 2022-01-08\nsupersedes = "p1"\n'
    between = (
        PREDICTION.replace("seer", "paper").replace('"p1"', '"p3"').replace("0.9", "0.2") + "made_on = 2022-01-12\n"
    )
    texts = (HEAD, PEOPLE, QUESTION, said, revision, between, RESOLUTION)
    load_packs(empty_ledger, LoadPacks(paths=(pack(tmp_path, *texts),), with_resolutions=True))

    def trial(connection: Connection) -> None:
        store, whole = Store(connection), _snapshot(connection)
        (revised,) = (one for one in store.all(Prediction) if one.slug == "p1")
        later = replace(revised, made_on=Span.of(date(2022, 1, 15)))
        after = _assert_same_effect(store, whole, revised, later)
        assert after.scores["paper", None] != whole.scores["paper", None]
        raise _DoneError

    with pytest.raises(_DoneError):
        empty_ledger.database.write(trial)


def test_any_change_of_any_ledger(empty_ledger: Ledger) -> None:
    def trial(connection: Connection, world: World) -> None:
        store = Store(connection)
        store.add(world.records)
        changes: list[tuple[Record | None, Record | None]] = []
        for resolution in _in_force(store):
            taken_back = replace(resolution, superseded_reason="taken back")
            changes += [(resolution, taken_back), (taken_back, resolution)]
        for after in world.replacements:
            if not isinstance(after, Question):  # one of another kind would leave claims that do not fit it
                changes += [(one, after) for one in store.all(type(after)) if identity(one) == identity(after)]
        whole = _snapshot(connection)
        for change in changes:
            whole = _assert_same_effect(store, whole, *change)
        removable: list[Record] = [*store.all(Reading), *reversed(store.all(Prediction))]
        for record in removable:
            if name_of(record) not in _predictions_named(store):
                whole = _assert_same_effect(store, whole, record, None)
                whole = _assert_same_effect(store, whole, None, record)
        for question in store.all(Question):
            whole = _assert_same_effect(store, whole, question, replace(question, variant_of="", condition=None))

    try_worlds(empty_ledger, trial, examples=20)


def _predictions_named(store: Store) -> set[str]:
    """The predictions that other records refer to, which stay."""
    others = (record for kind in (Prediction, Reading, Objection) for record in store.all(kind))
    return {slug for record in others for _, kind, slug in references_of(record) if kind == "prediction"}


def test_an_article_of_another_day_moves_scores(resolved_ledger: Ledger) -> None:
    """A claim made on the day of its article counts as late once the article is dated after the outcome was known."""
    with resolved_ledger.read() as connection:
        before = _snapshot(connection)
    (article,) = (
        one for one in records(resolved_ledger)["article"] if isinstance(one, Article) and one.slug == "pravda-2022-01"
    )
    late = Span.of(date(2026, 1, 1))
    changed = edit_record(resolved_ledger, EditRecord(record=replace(article, published_on=late)))
    with resolved_ledger.read() as connection:
        expected = score_moves(before, _snapshot(connection))
    assert expected
    assert changed.moves == expected


def test_surroundings_hold_their_speakers_whole(resolved_ledger: Ledger) -> None:
    with resolved_ledger.snapshot() as moment:
        whole = read_columns(moment.reader)
        touched = find_touched(moment.reader, {"question": ["csto-out-by-2022-01-23"]})
        part = read_surroundings(moment.reader, touched)
        assert 0 < part.prediction_keys.size < whole.prediction_keys.size
        on, expected = scorecards(part.columns), scorecards(whole.columns)
    asked = part.questions.index("csto-out-by-2022-01-23")
    for source in set(on.scored.source[on.scored.question == asked].tolist()):
        assert on.brier[source] == expected.brier[source]
        assert on.buckets[source].tolist() == expected.buckets[source].tolist()


def test_a_shown_board_has_at_once_what_a_change_moved(resolved_ledger: Ledger) -> None:
    asked = "csto-out-by-2022-01-23"
    shown = show_board(resolved_ledger, ScoreFilters())
    effect = reopen_question(resolved_ledger, ReopenQuestion(question=asked, reason="looked at again"))
    page = shown.page.after(effect.moves)
    assert effect.entry == shown.entry + 1
    now = {card.source: card for card in show_board(resolved_ledger, ScoreFilters()).page.document.scorecards}
    was = {card.source: card for card in shown.page.document.scorecards}
    moved = {slug for slug in now if now[slug].scored != was[slug].scored}
    assert moved
    for card in page.document.scorecards:
        assert (card.scored, card.brier_n) == (now[card.source].scored, now[card.source].brier_n)
        assert card.brier == now[card.source].brier
        if card.source in moved:
            assert (card.peer_score, card.brier_low, card.brier_best) == (None, None, None)
