"""Reviews of the record: second readings of claims, and objections with their answers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from forecasts.domain import kinds, record_rules, views, wording
from forecasts.domain.records import Objection, Phrase, Prediction, Question, Reading
from forecasts.domain.second_reading import Agreement, ClaimToRead, read_claim
from forecasts.errors import Problem, RuleBrokenError
from forecasts.services.effects import ScoreEffect
from forecasts.services.ledger import refuse_incomplete
from forecasts.services.read_only import ReadableLedger, require

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger
    from forecasts.services.unit import Unit


def add_objection(
    ledger: Ledger,
    *,
    by: str,
    text: str,
    prediction: str = "",
    question: str = "",
    made_on: date | None = None,
    answer: str = "",
) -> tuple[Objection, int | None]:
    """Record that somebody disputes how a prediction was coded, or a question put or resolved: one of the two.

    Without a day it is of today. Returns the objection and the history entry.
    Errors: UnknownRecordError for what it is about; InvalidInputError for what is missing or too long; RuleBrokenError
    where the very same was recorded before.
    """
    objection = Objection(
        prediction=prediction,
        question=question,
        by=by.strip(),
        made_on=made_on or ledger.today(),
        text=text.strip(),
        answer=answer.strip(),
    )
    _refuse_incomplete(objection, ledger)

    def work(unit: Unit) -> Objection:
        about = _about(unit, prediction, question)
        if any(replace(found, answer="") == replace(objection, answer="") for found in _of(unit, about)):
            msg = f"{objection.by} objected to {about} in these words on {objection.made_on} before."
            raise RuleBrokenError(msg, "Answer it, or say what is new.")
        unit.add((objection,))
        unit.summary = f"Objection by {objection.by} to {about}"
        return objection

    return ledger.change("add objection", work)


def answer_objection(
    ledger: Ledger,
    *,
    by: str,
    answer: str,
    prediction: str = "",
    question: str = "",
    made_on: date | None = None,
    text: str = "",
) -> tuple[Objection, int | None]:
    """Answer an objection, or answer it anew; of several by one person its day or the start of its text tells which.

    Returns it and the history entry (None: that answer was there).
    Errors: UnknownRecordError; RuleBrokenError where no objection or several are meant; InvalidInputError.
    """
    if not answer.strip():
        missing = Problem(field="answer", found="nothing", expected="what is answered")
        refuse_incomplete("The answer is missing:", (missing,))

    def work(unit: Unit) -> Objection:
        about = _about(unit, prediction, question)
        found = [record for record in _of(unit, about) if bool(record.prediction) is bool(prediction)]
        before = _meant(found, about, by.strip(), made_on, text.strip())
        after = replace(before, answer=answer.strip())
        _refuse_incomplete(after, ledger)
        if after != before:
            unit.replace(before, after)
            unit.summary = f"Answer to {before.by} on {about}"
        return after

    return ledger.change("answer objection", work)


def _refuse_incomplete(objection: Objection, ledger: Ledger) -> None:
    problems = list(record_rules.record_problems(objection))
    if objection.made_on > ledger.today():
        problems.append(Problem(field="made_on", found=str(objection.made_on), expected="a day up to today"))
    refuse_incomplete("The objection is not complete:", problems)


def _about(unit: Unit, prediction: str, question: str) -> str:
    require(unit.store, Prediction if prediction else Question, prediction or question)
    return prediction or question


def _of(unit: Unit, about: str) -> list[Objection]:
    return [record for record in unit.store.all(Objection) if (record.prediction or record.question) == about]


def _meant(found: list[Objection], about: str, by: str, made_on: date | None, text: str) -> Objection:
    theirs = [record for record in found if record.by.casefold() == by.casefold()]
    theirs = [record for record in theirs if made_on in (None, record.made_on) and record.text.startswith(text)]
    if len(theirs) == 1:
        return theirs[0]
    if not theirs:
        names = ", ".join(sorted({record.by for record in found}))
        advice = f"Objections to it are by {names}." if names else "Nobody has objected to it."
        msg = f"There is no such objection by {by} to {about}."
        raise RuleBrokenError(msg, advice)
    days = ", ".join(str(record.made_on) for record in theirs)
    msg = f"{by} made {len(theirs)} objections to {about} ({days})."
    raise RuleBrokenError(msg, "Name its day, or the words with which it begins.")


def record_reading(ledger: Ledger, reading: Reading) -> views.ChangeEffect:
    """Keep the analyst's number beside the first, as a reading of his of today; tells whose scores move.

    Errors: UnknownRecordError; InvalidInputError for numbers that are none; RuleBrokenError for a claim without a
    number to read (stated by the source, on options or quantities, unscorable), or one's own first reading.
    """
    effect, entry = ledger.change("record reading", lambda unit: _record(unit, ledger, reading))
    return replace(effect, entry=entry)


def _record(unit: Unit, ledger: Ledger, reading: Reading) -> views.ChangeEffect:
    prediction = require(unit.store, Prediction, reading.prediction)
    question = unit.store.find(Question, prediction.question)
    _refuse_unreadable(prediction, question, ledger.analyst)
    after = replace(reading, prediction=prediction.slug, analyst=ledger.analyst, coded_on=ledger.today())
    refuse_incomplete("The reading cannot be recorded:", record_rules.record_problems(after))
    scores = ScoreEffect(unit.store, (after,))
    before = unit.store.find(Reading, prediction.slug, ledger.analyst)
    if before is None:
        unit.add((after,))
    elif before != after:
        unit.replace(before, after)
    unit.summary = f"Read by {ledger.analyst}: {prediction.claim}"
    title = question.title if question else prediction.claim
    return views.ChangeEffect(
        question=prediction.question, title=title, outcome="", entry=None, moves=scores.moves(), buckets=()
    )


def _refuse_unreadable(prediction: Prediction, question: Question | None, analyst: str) -> None:
    if prediction.basis is kinds.Basis.STATED:
        msg = f"The number of {prediction.slug} is the source's own; there is nothing to read from words."
        raise RuleBrokenError(msg, "Edit the prediction if it was copied wrongly.")
    if question is None or question.kind is not kinds.QuestionKind.BINARY or prediction.unscorable:
        msg = f"{prediction.slug} is no prediction with a probability of YES."
        raise RuleBrokenError(msg, "Only such predictions are read a second time.")
    if prediction.coded_by and prediction.coded_by.casefold() == analyst.casefold():
        msg = f"{prediction.slug} was read by {analyst} in the first place."
        raise RuleBrokenError(msg, "A second reading is by somebody else; edit the prediction to change the first.")


def claim_to_read(ledger: Ledger, slug: str) -> ClaimToRead:
    """A claim with its words and its question's criteria, and one's own reading of it. Errors: as `record_reading`."""
    with ledger.records() as store:
        prediction = require(store, Prediction, slug)
        asked = store.find(Question, prediction.question)
        _refuse_unreadable(prediction, asked, ledger.analyst)
        reading = store.find(Reading, slug, ledger.analyst)
        phrases = wording.by_standard(store.all(Phrase))
    number = wording.read_number(prediction, phrases.get(prediction.standard, ()))
    return ClaimToRead(
        prediction=slug,
        claim=prediction.claim,
        phrase=prediction.phrase,
        title=asked.title if asked else "",
        criteria=asked.criteria if asked else "",
        first=number.probability,
        probability=reading.probability if reading else None,
        low=reading.low if reading else None,
        high=reading.high if reading else None,
    )


def read_agreement(ledger: ReadableLedger) -> Agreement:
    """Every claim that was read more than once, the widest apart first, and how far the analysts agree."""
    from forecasts.scoring import krippendorff_alpha

    with ledger.records() as store:
        of_claim: dict[str, list[Reading]] = defaultdict(list)
        for record in store.all(Reading):
            of_claim[record.prediction].append(record)
        keys = [store.names.key("prediction", slug) for slug in of_claim]
        predictions = store.all(Prediction, keys)
        phrases = wording.by_standard(store.all(Phrase) if predictions else ())
    claims = [read_claim(prediction, of_claim[prediction.slug], phrases) for prediction in predictions]
    compared = [claim for claim in claims if len(claim.readings) > 1]
    units = [unit for unit, claim in enumerate(compared) for _ in claim.readings]
    values = [reading.probability for claim in compared for reading in claim.readings]
    alpha = krippendorff_alpha(units, values)
    ordered = tuple(sorted(compared, key=lambda claim: (-claim.spread, claim.prediction)))
    if alpha == alpha:
        return Agreement(alpha=alpha, reason="", claims=ordered)
    reason = "all numbers are the same" if values else "no prediction was read by two analysts"
    return Agreement(alpha=None, reason=reason, claims=ordered)
