"""Resolving a question, taking a resolution back, and putting a due question aside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecasts.domain.formats import instant_text, outcome_text
from forecasts.domain.intents import RemindLater, ReopenQuestion, ResolveQuestion
from forecasts.domain.question_rules import resolution_problems
from forecasts.domain.record_rules import record_problems
from forecasts.domain.records import Question, Reminder, Resolution
from forecasts.domain.views import ChangeEffect
from forecasts.errors import InvalidInputError, Problem, RuleBrokenError
from forecasts.services.effects import ScoreEffect
from forecasts.services.ledger import Ledger, refuse_incomplete, require_reason, require_version
from forecasts.services.read_only import require

if TYPE_CHECKING:
    import pendulum

    from forecasts.services.unit import Unit


def resolve_question(ledger: Ledger, intent: ResolveQuestion) -> ChangeEffect:
    """Record what happened, with evidence or a note; the newer resolution supersedes one in force, with a reason.

    Errors: UnknownRecordError, InvalidInputError (every field that is wrong), RuleBrokenError (already resolved),
    ConflictError (changed since it was shown). Nothing is changed then.
    """
    effect, entry = ledger.change("resolve question", lambda unit: _resolve(unit, intent, ledger.analyst))
    return replace(effect, entry=entry)


def preview_resolution(ledger: Ledger, intent: ResolveQuestion) -> ChangeEffect:
    """What `resolve_question` would do, with the same errors; nothing is written."""
    return ledger.rehearse(lambda unit: _resolve(unit, intent, ledger.analyst))


def reopen_question(ledger: Ledger, intent: ReopenQuestion) -> ChangeEffect:
    """Take the resolution in force back. It stays in the record with the reason.

    Errors: UnknownRecordError, InvalidInputError (no reason), RuleBrokenError (nothing to take back), ConflictError.
    """
    effect, entry = ledger.change("reopen question", lambda unit: _reopen(unit, intent))
    return replace(effect, entry=entry)


def remind_later(ledger: Ledger, intent: RemindLater) -> int | None:
    """Put a due question aside until a day, or bring it back; returns the history entry (None: nothing changed).

    Errors: UnknownRecordError, InvalidInputError (the day), RuleBrokenError (already resolved), ConflictError.
    """

    def work(unit: Unit) -> None:
        question = _question_at_version(unit, intent.question, intent.expected_version)
        before = unit.store.find(Reminder, question.slug)
        if intent.remind_on is None:
            if before is not None:
                unit.remove(before)
            unit.summary = f"Brought back: {question.title}"
            return
        if intent.remind_on <= ledger.today():
            problem = Problem(field="remind_on", found=str(intent.remind_on), expected="a day after today")
            msg = "The reminder cannot be set:"
            raise InvalidInputError(msg, (problem,))
        current = _in_force(_earlier(unit, question))
        if current is not None:
            raise _already_resolved(question, current, "A reminder is for what still waits: reopen it first.")
        after = Reminder(question=question.slug, remind_on=intent.remind_on)
        if before is None:
            unit.add((after,))
        elif before != after:
            unit.replace(before, after)
        unit.summary = f"Put aside until {intent.remind_on}: {question.title}"

    _, entry = ledger.change("remind later", work)
    return entry


def _question_at_version(unit: Unit, slug: str, expected_version: int | None) -> Question:
    found = require(unit.store, Question, slug)
    require_version(unit.store, Question, slug, expected_version)
    return found


def _earlier(unit: Unit, question: Question) -> list[Resolution]:
    return unit.store.matching(Resolution, question.slug, "question")


def _in_force(resolutions: list[Resolution]) -> Resolution | None:
    return next((resolution for resolution in resolutions if not resolution.superseded_reason), None)


def _already_resolved(question: Question, current: Resolution, hint: str) -> RuleBrokenError:
    return RuleBrokenError(f"{question.slug} is already resolved ({shown_outcome(current)}).", hint)


def _resolve(unit: Unit, intent: ResolveQuestion, analyst: str) -> ChangeEffect:
    question = _question_at_version(unit, intent.question, intent.expected_version)
    earlier = _earlier(unit, question)
    resolution = Resolution(
        question=question.slug,
        outcome=intent.outcome,
        void=intent.void,
        certainty=intent.certainty,
        known_on=intent.known_on,
        resolved_at=_moment(unit, earlier),
        analyst=analyst,
        note=intent.note,
        evidence=intent.evidence,
    )
    problems = record_problems(resolution) + resolution_problems(resolution, question)
    refuse_incomplete(f"The resolution of {question.slug} cannot be recorded:", problems)
    scores = ScoreEffect(unit.store, (resolution,))
    current = _in_force(earlier)
    if current is not None:
        if not intent.supersede_reason.strip():
            raise _already_resolved(question, current, "Reopen it with a reason, or give a reason for superseding it.")
        unit.replace(current, replace(current, superseded_reason=intent.supersede_reason))
    reminder = unit.store.find(Reminder, question.slug)
    if reminder is not None:
        unit.remove(reminder)
    unit.add((resolution,))
    unit.summary = f"Resolved ({shown_outcome(resolution)}): {question.title}"
    unit.reason = intent.supersede_reason
    return _effect(question, shown_outcome(resolution), scores)


def _reopen(unit: Unit, intent: ReopenQuestion) -> ChangeEffect:
    question = _question_at_version(unit, intent.question, intent.expected_version)
    without = f"{question.slug} cannot be reopened without a reason:"
    require_reason(intent.reason, without, "why the resolution is taken back")
    current = _in_force(_earlier(unit, question))
    if current is None:
        msg = f"{question.slug} is not resolved, so there is nothing to take back."
        raise RuleBrokenError(msg, "`forecasts show question` tells where it stands.")
    scores = ScoreEffect(unit.store, (current,))
    unit.replace(current, replace(current, superseded_reason=intent.reason))
    unit.summary = f"Reopened (was {shown_outcome(current)}): {question.title}"
    unit.reason = intent.reason
    return _effect(question, "", scores)


def _effect(question: Question, outcome: str, scores: ScoreEffect) -> ChangeEffect:
    return ChangeEffect(
        question=question.slug,
        title=question.title,
        outcome=outcome,
        entry=None,
        moves=scores.moves(),
        buckets=scores.buckets(),
    )


def shown_outcome(resolution: Resolution) -> str:
    """A resolution in a word: its outcome, or `void` and why."""
    return outcome_text(resolution.outcome, resolution.void)


def _moment(unit: Unit, earlier: list[Resolution]) -> pendulum.DateTime:
    """Now, and after every earlier resolution of the question, so that each has its own moment."""
    latest = max((instant_text(resolution.resolved_at) for resolution in earlier), default="")
    if instant_text(unit.at) > latest:
        return unit.at
    import pendulum

    return pendulum.instance(max(resolution.resolved_at for resolution in earlier)).add(microseconds=1)
