"""Resolving, taking back, putting aside, undoing and doing again: what changes, what stays, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.domain.dates import Span
from forecasts.domain.intents import RemindLater, ReopenQuestion, ResolveQuestion, UndoChange
from forecasts.domain.kinds import Bucket, QuestionStatus, Role, VoidReason
from forecasts.domain.records import Evidence, Resolution
from forecasts.errors import ConflictError, InvalidInputError, RuleBrokenError, UnknownRecordError
from forecasts.services.browse import question_page
from forecasts.services.resolve import preview_resolution, remind_later, reopen_question, resolve_question
from forecasts.services.undo import find_undoable, undo_change
from tests.conftest import NOW
from tests.services.looking import board, entries, every_row, records

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecasts.services.ledger import Ledger
    from tests.conftest import HeldClock

SLUG = "csto-out-by-2022-01-23"
KNOWN = Span.of(date(2022, 1, 19))
EVIDENCE = (Evidence(title="TASS", url="https://tass.com/defense/1390161", published_on=date(2022, 1, 19)),)


def resolve(**changes: Any) -> ResolveQuestion:
    """The resolution of the seed's first CSTO question, with changes."""
    said: dict[str, Any] = {"question": SLUG, "outcome": "yes", "known_on": KNOWN, "evidence": EVIDENCE}
    return ResolveQuestion(**said | changes)


def _resolutions(ledger: Ledger) -> list[Resolution]:
    return [record for record in records(ledger)["resolution"] if isinstance(record, Resolution)]


def test_resolution_is_stored_as_said(seeded_ledger: Ledger, clock: HeldClock) -> None:
    effect = resolve_question(seeded_ledger, resolve(note="All out."))
    page = question_page(seeded_ledger, SLUG)
    (stored,) = page.resolutions
    assert stored == Resolution(
        question=SLUG,
        outcome="yes",
        known_on=KNOWN,
        resolved_at=clock.now,
        analyst="tester",
        note="All out.",
        evidence=EVIDENCE,
    )
    assert page.status is QuestionStatus.RESOLVED
    assert (effect.question, effect.outcome, effect.entry) == (SLUG, "yes", 2)


def test_effect_tells_every_score_before_and_after(seeded_ledger: Ledger) -> None:
    before = {card.source: card for card in board(seeded_ledger).scorecards}
    effect = resolve_question(seeded_ledger, resolve())
    after = {card.source: card for card in board(seeded_ledger).scorecards}
    moved = {
        slug for slug, card in after.items() if (card.brier, card.scored) != (before[slug].brier, before[slug].scored)
    }
    assert {move.source for move in effect.moves} == moved
    assert moved
    for move in effect.moves:
        was, now = before[move.source], after[move.source]
        assert (move.before, move.scored_before) == (was.brier, was.scored)
        assert (move.after, move.scored_after) == (now.brier, now.scored)
    assert {move.before for move in effect.buckets} == {Bucket.OPEN}
    claims = sum(move.claims for move in effect.buckets)
    assert claims == sum(before[slug].open - card.open for slug, card in after.items())


def test_history_tells_who_what_before_and_after(seeded_ledger: Ledger, clock: HeldClock) -> None:
    resolve_question(seeded_ledger, resolve())
    clock.move(hours=1)
    reopen_question(seeded_ledger, ReopenQuestion(question=SLUG, reason="Another count."))
    taken_back, resolved = entries(seeded_ledger)[:2]
    assert (resolved.intent, resolved.analyst, resolved.at) == ("resolve question", "tester", NOW)
    (change,) = resolved.changes
    assert (change.kind, change.before) == ("resolution", None)
    assert change.after is not None
    assert (change.after["outcome"], change.after["known_on"]) == ("yes", "2022-01-19")
    assert (taken_back.intent, taken_back.reason, taken_back.at) == ("reopen question", "Another count.", clock.now)
    (change,) = taken_back.changes
    assert change.before is not None
    assert change.after is not None
    assert "superseded_reason" not in change.before
    assert change.after["superseded_reason"] == "Another count."
    assert change.name == resolved.changes[0].name


def test_preview_is_the_effect_and_writes_nothing(seeded_ledger: Ledger) -> None:
    rows = every_row(seeded_ledger)
    preview = preview_resolution(seeded_ledger, resolve())
    assert every_row(seeded_ledger) == rows
    done = resolve_question(seeded_ledger, resolve())
    assert (preview.entry, done.entry) == (None, 2)
    assert (preview.moves, preview.buckets, preview.outcome) == (done.moves, done.buckets, done.outcome)


@pytest.mark.no_engine_decides
@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"outcome": "maybe"}, {"outcome"}),
        ({"outcome": 3.0}, {"outcome"}),
        ({"outcome": ""}, {"outcome"}),
        ({"void": VoidReason.BAD_QUESTION}, {"outcome"}),
        ({"known_on": None}, {"known_on"}),
        ({"known_on": Span.of(date(2021, 1, 1))}, {"known_on"}),
        ({"known_on": Span.of(NOW.date() + timedelta(days=1))}, {"known_on"}),
        ({"evidence": ()}, {"note"}),
        ({"evidence": (Evidence(title="x", url="javascript:alert(1)"),)}, {"evidence[1].url"}),
        ({"evidence": (Evidence(title="x"),) * 51}, {"evidence"}),
        ({"note": "x" * 10_001}, {"note"}),
        ({"outcome": "maybe", "known_on": Span.of(date(2021, 1, 1)), "evidence": ()}, {"outcome", "known_on", "note"}),
    ],
)
@pytest.mark.parametrize("service", [resolve_question, preview_resolution])
def test_what_is_not_complete_is_refused(
    seeded_ledger: Ledger,
    service: Callable[[Ledger, ResolveQuestion], object],
    changes: dict[str, Any],
    fields: set[str],
) -> None:
    rows = every_row(seeded_ledger)
    with pytest.raises(InvalidInputError) as refused:
        service(seeded_ledger, resolve(**changes))
    assert {problem.field for problem in refused.value.problems} == fields
    assert all(problem.expected for problem in refused.value.problems)
    assert every_row(seeded_ledger) == rows


@pytest.mark.no_engine_decides
@pytest.mark.parametrize("near", ["csto-out-by-2022-01-24", "csto-out"])
@pytest.mark.parametrize(
    "change",
    [
        lambda ledger, slug: resolve_question(ledger, resolve(question=slug)),
        lambda ledger, slug: preview_resolution(ledger, resolve(question=slug)),
        lambda ledger, slug: reopen_question(ledger, ReopenQuestion(question=slug, reason="x")),
        lambda ledger, slug: remind_later(ledger, RemindLater(question=slug, remind_on=None)),
        lambda ledger, slug: question_page(ledger, slug),
    ],
)
def test_unknown_question_offers_the_nearest(
    seeded_ledger: Ledger, change: Callable[[Ledger, str], object], near: str
) -> None:
    with pytest.raises(UnknownRecordError) as refused:
        change(seeded_ledger, near)
    assert SLUG in refused.value.nearest
    assert SLUG in refused.value.advice


def test_resolved_question_is_superseded_with_a_reason_only(seeded_ledger: Ledger) -> None:
    resolve_question(seeded_ledger, resolve())
    rows = every_row(seeded_ledger)
    with pytest.raises(RuleBrokenError, match="already resolved"):
        resolve_question(seeded_ledger, resolve(outcome="no"))
    assert every_row(seeded_ledger) == rows
    effect = resolve_question(seeded_ledger, resolve(outcome="no", supersede_reason="Three stayed."))
    older, newer = _resolutions(seeded_ledger)
    assert (older.outcome, older.superseded_reason) == ("yes", "Three stayed.")
    assert (newer.outcome, newer.superseded_reason) == ("no", "")
    assert newer.resolved_at > older.resolved_at  # though the clock stood still
    assert effect.outcome == "no"


def test_question_can_be_void(seeded_ledger: Ledger) -> None:
    intent = ResolveQuestion(question=SLUG, void=VoidReason.UNCLEAR_FACTS, note="Nobody counted.")
    effect = resolve_question(seeded_ledger, intent)
    assert effect.outcome == "void: unclear-facts"
    assert effect.moves == ()
    assert {(move.before, move.after) for move in effect.buckets} == {(Bucket.OPEN, Bucket.VOID)}
    assert question_page(seeded_ledger, SLUG).status is QuestionStatus.VOID


@pytest.mark.no_engine_decides
@pytest.mark.parametrize(
    ("reason", "error"), [("", InvalidInputError), (" ", InvalidInputError), ("why", RuleBrokenError)]
)
def test_what_is_not_resolved_is_not_taken_back(
    seeded_ledger: Ledger, reason: str, error: type[InvalidInputError | RuleBrokenError]
) -> None:
    rows = every_row(seeded_ledger)
    with pytest.raises(error):
        reopen_question(seeded_ledger, ReopenQuestion(question=SLUG, reason=reason))
    assert every_row(seeded_ledger) == rows


def test_nothing_resolved_is_ever_deleted(seeded_ledger: Ledger) -> None:
    """Whatever is done with it, every resolution stays, with its evidence and the reason why it no longer stands."""
    resolve_question(seeded_ledger, resolve())
    undo_change(seeded_ledger, UndoChange())
    resolve_question(seeded_ledger, resolve(outcome="no"))
    reopen_question(seeded_ledger, ReopenQuestion(question=SLUG, reason="Another count."))
    resolve_question(seeded_ledger, resolve(void=VoidReason.BAD_QUESTION, outcome="", known_on=None))
    found = _resolutions(seeded_ledger)
    assert [resolution.outcome for resolution in found] == ["yes", "no", ""]
    assert [resolution.superseded_reason for resolution in found] == ["undone (entry 2)", "Another count.", ""]
    assert {resolution.evidence for resolution in found} == {EVIDENCE}


@pytest.mark.parametrize("back", ["undo", "reopen"])
def test_figures_are_as_if_it_had_never_been(seeded_ledger: Ledger, back: str) -> None:
    before = [board(seeded_ledger, by=by) for by in Role]
    resolve_question(seeded_ledger, resolve())
    assert board(seeded_ledger) != before[0]
    if back == "undo":
        undone = undo_change(seeded_ledger, UndoChange())
        assert undone.moves
    else:
        reopen_question(seeded_ledger, ReopenQuestion(question=SLUG, reason="x"))
    assert [board(seeded_ledger, by=by) for by in Role] == before
    assert question_page(seeded_ledger, SLUG).status is QuestionStatus.DUE


def test_outdated_edit_is_refused(seeded_ledger: Ledger) -> None:
    opened = question_page(seeded_ledger, SLUG).version
    resolve_question(seeded_ledger, resolve(expected_version=opened))
    rows = every_row(seeded_ledger)
    for change in (
        lambda: resolve_question(seeded_ledger, resolve(outcome="no", supersede_reason="x", expected_version=opened)),
        lambda: reopen_question(seeded_ledger, ReopenQuestion(question=SLUG, reason="x", expected_version=opened)),
        lambda: remind_later(
            seeded_ledger, RemindLater(question=SLUG, remind_on=date(2027, 1, 1), expected_version=opened)
        ),
    ):
        with pytest.raises(ConflictError, match=SLUG):
            change()
    assert every_row(seeded_ledger) == rows
    now = question_page(seeded_ledger, SLUG).version
    reopen_question(seeded_ledger, ReopenQuestion(question=SLUG, reason="x", expected_version=now))


def test_reminder_is_set_moved_and_brought_back(seeded_ledger: Ledger, clock: HeldClock) -> None:
    def remind(day: date | None) -> int | None:
        return remind_later(seeded_ledger, RemindLater(question=SLUG, remind_on=day))

    assert remind(date(2027, 1, 1)) == 2
    assert question_page(seeded_ledger, SLUG).remind_on == date(2027, 1, 1)
    assert remind(date(2027, 2, 1)) == 3
    assert remind(date(2027, 2, 1)) is None
    assert remind(None) == 4
    assert question_page(seeded_ledger, SLUG).remind_on is None
    assert remind(None) is None
    for day in (clock.today, clock.today - timedelta(days=1)):
        with pytest.raises(InvalidInputError) as refused:
            remind(day)
        assert [problem.field for problem in refused.value.problems] == ["remind_on"]


def test_resolving_ends_a_reminder_and_undoing_brings_it_back(seeded_ledger: Ledger) -> None:
    remind_later(seeded_ledger, RemindLater(question=SLUG, remind_on=date(2027, 1, 1)))
    resolve_question(seeded_ledger, resolve())
    assert question_page(seeded_ledger, SLUG).remind_on is None
    with pytest.raises(RuleBrokenError, match="already resolved"):
        remind_later(seeded_ledger, RemindLater(question=SLUG, remind_on=date(2027, 1, 1)))
    undo_change(seeded_ledger, UndoChange())
    assert question_page(seeded_ledger, SLUG).remind_on == date(2027, 1, 1)


def test_undo_of_superseding_brings_the_earlier_resolution_back(seeded_ledger: Ledger) -> None:
    resolve_question(seeded_ledger, resolve())
    before = board(seeded_ledger)
    resolve_question(seeded_ledger, resolve(outcome="no", supersede_reason="Three stayed."))
    undo_change(seeded_ledger, UndoChange())
    assert [resolution.superseded_reason for resolution in _resolutions(seeded_ledger)] == ["", "undone (entry 3)"]
    assert board(seeded_ledger) == before


def test_done_undone_done_again(seeded_ledger: Ledger) -> None:
    """An undo is an entry of its own, and undoing that one does it again; the plain undo then finds it."""
    resolve_question(seeded_ledger, resolve())
    resolved = board(seeded_ledger)
    first = undo_change(seeded_ledger, UndoChange())
    assert (first.undone.entry, first.entry) == (2, 3)
    again = undo_change(seeded_ledger, UndoChange(entry=3))
    assert (again.undone.entry, again.entry) == (3, 4)
    assert board(seeded_ledger) == resolved
    found = find_undoable(seeded_ledger)
    assert found is not None
    assert found.entry == 4
    undo_change(seeded_ledger, UndoChange())
    assert question_page(seeded_ledger, SLUG).status is QuestionStatus.DUE
    by_entry = {entry.entry: entry for entry in entries(seeded_ledger)}
    assert {number: entry.undoes for number, entry in by_entry.items()} == {1: None, 2: None, 3: 2, 4: 3, 5: 4}
    assert {number: entry.undone_by for number, entry in by_entry.items()} == {1: None, 2: 3, 3: 4, 4: 5, 5: None}


def test_undo_that_a_later_change_depends_on_is_refused(seeded_ledger: Ledger) -> None:
    resolve_question(seeded_ledger, resolve())
    reopen_question(seeded_ledger, ReopenQuestion(question=SLUG, reason="Another count."))
    rows = every_row(seeded_ledger)
    with pytest.raises(RuleBrokenError, match=rf"Entry 2 cannot be undone.*{SLUG}.*entry 3.*tester"):
        undo_change(seeded_ledger, UndoChange(entry=2))
    assert every_row(seeded_ledger) == rows
    undo_change(seeded_ledger, UndoChange())
    undo_change(seeded_ledger, UndoChange(entry=2))
    assert question_page(seeded_ledger, SLUG).status is QuestionStatus.DUE


@pytest.mark.parametrize("number", [None, 7])
def test_nothing_to_undo_is_told(seeded_ledger: Ledger, number: int | None) -> None:
    rows = every_row(seeded_ledger)
    with pytest.raises(RuleBrokenError):
        undo_change(seeded_ledger, UndoChange(entry=number))
    assert find_undoable(seeded_ledger) is None
    assert every_row(seeded_ledger) == rows


def test_undone_twice_is_refused(seeded_ledger: Ledger) -> None:
    resolve_question(seeded_ledger, resolve())
    undo_change(seeded_ledger, UndoChange(entry=2))
    with pytest.raises(RuleBrokenError, match="undone already, by entry 3"):
        undo_change(seeded_ledger, UndoChange(entry=2))


def test_condition_that_fails_and_comes_back(resolved_ledger: Ledger) -> None:
    """Nothing is written about what hangs on a condition: resolving it otherwise and undoing leaves no trace."""
    pages = [
        question_page(resolved_ledger, record.slug)  # type: ignore[union-attr]
        for record in records(resolved_ledger)["question"]
    ]
    hanging = next(page for page in pages if page.depends_on)
    asked = hanging.depends_on[0].question
    asked_page = question_page(resolved_ledger, asked)
    before, rows = board(resolved_ledger), len(_resolutions(resolved_ledger))
    if asked_page.resolutions:
        reopen_question(resolved_ledger, ReopenQuestion(question=asked, reason="x"))
    assert hanging.question.slug in asked_page.dependents
    otherwise = "no" if hanging.depends_on[0].outcome == "yes" else "yes"
    known = Span.of(asked_page.question.resolves_on)
    resolve_question(resolved_ledger, resolve(question=asked, outcome=otherwise, known_on=known))
    assert question_page(resolved_ledger, hanging.question.slug).status is QuestionStatus.UNTESTED
    undo_change(resolved_ledger, UndoChange())
    if asked_page.resolutions:
        undo_change(resolved_ledger, UndoChange())
    assert board(resolved_ledger) == before
    assert question_page(resolved_ledger, hanging.question.slug).status is hanging.status
    assert len(_resolutions(resolved_ledger)) == rows + 1
