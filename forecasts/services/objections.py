"""Objections: who disputes which coding or resolution, when, and what is answered; printed on the scorecards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from forecasts.domain.records import Objection, Prediction, Question
from forecasts.domain.rules import record_problems
from forecasts.errors import InvalidInputError, Problem, RuleBrokenError
from forecasts.services.ledger import Ledger, require

if TYPE_CHECKING:
    from forecasts.services.ledger import Unit

__all__ = ["AddObjection", "AnswerObjection", "add_objection", "answer_objection", "list_objections"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddObjection:
    """Record that somebody disputes how a prediction was coded, or a question put or resolved: one of the two.

    `made_on` None means today.
    """

    prediction: str = ""
    question: str = ""
    by: str
    text: str
    made_on: date | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerObjection:
    """Answer an objection, or answer it anew; of several by one person `made_on` or the start of `text` tells which."""

    prediction: str = ""
    question: str = ""
    by: str
    answer: str
    made_on: date | None = None
    text: str = ""


def add_objection(ledger: Ledger, intent: AddObjection) -> tuple[Objection, int | None]:
    """Record an objection; returns it and the history entry.

    Errors: UnknownRecordError for what it is about; InvalidInputError for what is missing or too long; RuleBrokenError
    where the very same was recorded before.
    """
    objection = Objection(
        prediction=intent.prediction,
        question=intent.question,
        by=intent.by.strip(),
        made_on=intent.made_on or ledger.today(),
        text=intent.text.strip(),
        answer=intent.answer.strip(),
    )
    _refuse(objection, ledger)

    def work(unit: Unit) -> Objection:
        about = _about(unit, objection.prediction, objection.question)
        if any(_same(found, objection) for found in _of(unit, about)):
            msg = f"{objection.by} objected to {about} in these words on {objection.made_on} before."
            raise RuleBrokenError(msg, "Answer it, or say what is new.")
        unit.add((objection,))
        unit.summary = f"Objection by {objection.by} to {about}"
        return objection

    return ledger.change("add objection", work)


def answer_objection(ledger: Ledger, intent: AnswerObjection) -> tuple[Objection, int | None]:
    """Answer the one objection that is meant; returns it and the history entry (None: that answer was there).

    Errors: UnknownRecordError; RuleBrokenError where no objection or several are meant; InvalidInputError.
    """
    if not intent.answer.strip():
        msg = "The answer is missing:"
        raise InvalidInputError(msg, (Problem(field="answer", found="nothing", expected="what is answered"),))

    def work(unit: Unit) -> Objection:
        about = _about(unit, intent.prediction, intent.question)
        before = _meant(_of(unit, about), about, intent)
        after = replace(before, answer=intent.answer.strip())
        _refuse(after, ledger)
        if after != before:
            unit.replace(before, after)
            unit.summary = f"Answer to {before.by} on {about}"
        return after

    return ledger.change("answer objection", work)


def list_objections(ledger: Ledger) -> tuple[Objection, ...]:
    """Every objection, oldest first."""
    with ledger.records() as store:
        found = store.all(Objection)
    return tuple(sorted(found, key=lambda record: (record.made_on, record.prediction or record.question, record.by)))


def _refuse(objection: Objection, ledger: Ledger) -> None:
    problems = [replace(problem, table="", name="") for problem in record_problems(objection)]
    if objection.made_on > ledger.today():
        problems.append(Problem(field="made_on", found=str(objection.made_on), expected="a day up to today"))
    if problems:
        msg = "The objection is not complete:"
        raise InvalidInputError(msg, tuple(problems), "Nothing was changed.")


def _about(unit: Unit, prediction: str, question: str) -> str:
    require(unit.store, Prediction if prediction else Question, prediction or question)
    return prediction or question


def _of(unit: Unit, about: str) -> list[Objection]:
    return [record for record in unit.store.all(Objection) if (record.prediction or record.question) == about]


def _same(one: Objection, other: Objection) -> bool:
    return (one.prediction, one.question, one.by, one.made_on, one.text) == (
        other.prediction, other.question, other.by, other.made_on, other.text,
    )  # fmt: skip


def _meant(found: list[Objection], about: str, intent: AnswerObjection) -> Objection:
    theirs = [record for record in found if record.by.casefold() == intent.by.strip().casefold()]
    theirs = [record for record in theirs if bool(record.prediction) is bool(intent.prediction)]
    if intent.made_on:
        theirs = [record for record in theirs if record.made_on == intent.made_on]
    theirs = [record for record in theirs if record.text.startswith(intent.text.strip())]
    if len(theirs) == 1:
        return theirs[0]
    if not theirs:
        names = ", ".join(sorted({record.by for record in found}))
        advice = f"Objections to it are by {names}." if names else "Nobody has objected to it."
        msg = f"There is no such objection by {intent.by} to {about}."
        raise RuleBrokenError(msg, advice)
    days = ", ".join(str(record.made_on) for record in theirs)
    msg = f"{intent.by} made {len(theirs)} objections to {about} ({days})."
    raise RuleBrokenError(msg, "Name its day, or the words with which it begins.")
