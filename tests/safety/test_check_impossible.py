"""Records that cannot be so are found by a check wherever they come from, each with what to do; on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from forecasts.db.store import Store
from forecasts.domain.dates import Span
from forecasts.domain.kinds import QuestionKind, SourceKind
from forecasts.domain.records import OptionProbability, Prediction, Question, Record, Resolution, Source
from forecasts.services.check import check_ledger
from tests.faults.writing import list_questions

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger

pytestmark = pytest.mark.no_engine_decides


def put(ledger: Ledger, *records: Record) -> None:
    """Store records as a fault of the program would: in the history, and past every rule between records."""
    ledger.change("past the rules", lambda unit: unit.add(records))


def pattern(ledger: Ledger) -> Prediction:
    """A prediction of the seed to make others of."""
    with ledger.read() as connection:
        found = Store(connection).all(Prediction)[0]
    assert isinstance(found, Prediction)
    return replace(found, restates="", supersedes="")


def test_a_prediction_after_its_question_closed(seeded_ledger: Ledger) -> None:
    question = list_questions(seeded_ledger)[0]
    before = check_ledger(seeded_ledger)
    day = question.close + timedelta(days=1)
    said = replace(pattern(seeded_ledger), question=question.slug, condition=())
    put(seeded_ledger, replace(said, slug="too-late", made_on=Span(day, day)))
    put(seeded_ledger, replace(said, slug="in-time", made_on=Span(question.close, question.close)))
    report = check_ledger(seeded_ledger)
    new = [note for note in report.notes if note not in before.notes]
    assert [note.what for note in new] == [
        f"prediction too-late was made on {day}, after its question {question.slug} closed on {question.close}"
    ]
    assert new[0].advice == "It is late and never scored. If the day is wrong: `forecasts edit prediction too-late`."
    assert report.findings == (), "it may be recorded"


def test_many_late_predictions_are_told_in_few_words(seeded_ledger: Ledger) -> None:
    question = list_questions(seeded_ledger)[0]
    before = check_ledger(seeded_ledger).notes
    day = question.close + timedelta(days=1)
    said = replace(pattern(seeded_ledger), question=question.slug, condition=(), made_on=Span(day, day))
    put(seeded_ledger, *(replace(said, slug=f"late-{number:03}") for number in range(130)))
    new = [note.what for note in check_ledger(seeded_ledger).notes if note not in before]
    assert len(new) == 101
    assert new[-1] == "and 30 more late predictions, made after the close of a question"


def test_names_that_may_pass_for_others_are_noted(seeded_ledger: Ledger) -> None:
    before = check_ledger(seeded_ledger).notes
    put(
        seeded_ledger,
        Source(slug="real", name="Anna Berg", kind=SourceKind.PERSON),
        Source(slug="false", name="Аnnа\u200b Веrg", kind=SourceKind.PERSON),
    )
    put(seeded_ledger, Source(slug="other", name="Анна Берг", kind=SourceKind.PERSON))
    new = [note.what for note in check_ledger(seeded_ledger).notes if note not in before]
    assert len(new) == 2
    assert "mixes Latin and Cyrillic letters" in new[0]
    assert "the sources false and real have names that look alike" in new[1]


def test_a_resolution_before_its_question_opened(seeded_ledger: Ledger) -> None:
    opens = date(2026, 1, 10)
    question = Question(
        slug="opens-late", title="Will it?", criteria="Yes if it does.", kind=QuestionKind.BINARY,
        opens_on=opens, resolves_on=date(2026, 2, 1),
    )  # fmt: skip
    known = Span(date(2026, 1, 9), date(2026, 1, 9))
    outcome = Resolution(
        question=question.slug, outcome="yes", known_on=known, note="seen", analyst="a",
        resolved_at=datetime(2026, 2, 2, tzinfo=UTC),
    )  # fmt: skip
    put(seeded_ledger, question, outcome)
    (found,) = check_ledger(seeded_ledger).findings
    assert found.area == "rules"
    assert "opens-late" in found.what
    assert f"expected a day from {opens}, when the question opens" in found.what
    assert found.advice


def test_option_probabilities_that_do_not_sum(seeded_ledger: Ledger) -> None:
    question = Question(
        slug="which", title="Which?", criteria="The one that does.", kind=QuestionKind.MULTIPLE_CHOICE,
        options=("one", "two"), resolves_on=date(2026, 2, 1),
    )  # fmt: skip
    shares = (OptionProbability(option="one", probability=0.5), OptionProbability(option="two", probability=0.7))
    said = replace(
        pattern(seeded_ledger), slug="sums-to-more", question=question.slug, condition=(), probability=None, low=None,
        high=None, standard="", probabilities=shares,
    )  # fmt: skip
    put(seeded_ledger, question, said)
    found = [found for found in check_ledger(seeded_ledger).findings if "sums-to-more" in found.what]
    assert [one.area for one in found] == ["rules"]
    assert "a sum of 120 %" in found[0].what
    assert "sum to 100 %" in found[0].what
    assert found[0].advice
