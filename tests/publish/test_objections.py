"""Objections and their answers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.intents import UndoChange
from forecasts.domain.records import Objection
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import InvalidInputError, RuleBrokenError, UnknownRecordError
from forecasts.services.card_pages import claimed_document
from forecasts.services.export import export_scorecards
from forecasts.services.history import list_history
from forecasts.services.reviews import (
    add_objection,
    answer_objection,
)
from forecasts.services.undo import undo_change
from tests.services.looking import records

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger

QUESTION = "csto-out-by-2022-01-23"


def _prediction(ledger: Ledger) -> str:
    cards = claimed_document(ledger, ScoreFilters(), sources=("chan-kung",)).scorecards
    return cards[0].claims[0].prediction


def test_an_objection_is_recorded_answered_and_printed(resolved: Ledger, tmp_path: Path) -> None:
    prediction = _prediction(resolved)
    added, entry = add_objection(resolved, prediction=prediction, by="Chan Kung", text="I said <b>may</b>.")
    assert added == Objection(
        prediction=prediction, by="Chan Kung", made_on=date(2026, 11, 21), text="I said <b>may</b>."
    )
    (newest,) = list_history(resolved, limit=1)
    assert (newest.entry, newest.intent) == (entry, "add objection")
    page = _page(resolved, tmp_path)
    assert "I said &lt;b&gt;may&lt;/b&gt;." in page
    assert "Not answered yet." in page
    answered, _ = answer_objection(resolved, prediction=prediction, by="chan kung", answer="Noted.")
    assert answered.answer == "Noted."
    assert records(resolved)["objection"] == [answered]
    assert "Noted." in _page(resolved, tmp_path)
    again, nothing = answer_objection(resolved, prediction=prediction, by="Chan Kung", answer="Noted.")
    assert (again, nothing) == (answered, None)


def _page(ledger: Ledger, folder: Path) -> str:
    export_scorecards(ledger, form="html", output=folder / "html", filters=ScoreFilters(), sources=("chan-kung",))
    return (folder / "html" / "scorecard-chan-kung.html").read_text(encoding="utf-8")


def test_one_to_a_question_is_on_every_card_that_it_touches(resolved: Ledger) -> None:
    add_objection(resolved, question=QUESTION, by="A reader", text="The 19th was not the end.")
    cards = claimed_document(resolved, ScoreFilters()).scorecards
    touched = [card for card in cards if any(claim.question == QUESTION for claim in card.claims)]
    assert touched
    assert all(card.objections for card in touched)


def test_it_can_be_undone(resolved: Ledger) -> None:
    add_objection(resolved, question=QUESTION, by="A", text="No.")
    undo_change(resolved, UndoChange())
    assert records(resolved)["objection"] == []


def test_what_is_incomplete_is_told(resolved: Ledger) -> None:
    with pytest.raises(InvalidInputError) as caught:
        add_objection(resolved, by=" ", text="", made_on=date(2027, 1, 1))
    assert {problem.field for problem in caught.value.problems} == {"by", "text", "prediction", "made_on"}
    with pytest.raises(UnknownRecordError, match="csto-out"):
        add_objection(resolved, question="csto-out-by-2022-01-24", by="A", text="No.")
    with pytest.raises(InvalidInputError):
        answer_objection(resolved, question=QUESTION, by="A", answer=" ")


def test_which_one_is_meant_must_be_clear(resolved: Ledger) -> None:
    add_objection(resolved, question=QUESTION, by="A", text="No.")
    with pytest.raises(RuleBrokenError, match="before"):
        add_objection(resolved, question=QUESTION, by="A", text="No.")
    add_objection(resolved, question=QUESTION, by="A", text="Really no.")
    with pytest.raises(RuleBrokenError, match="2 objections"):
        answer_objection(resolved, question=QUESTION, by="A", answer="Yes.")
    with pytest.raises(RuleBrokenError, match="no such objection"):
        answer_objection(resolved, question=QUESTION, by="B", answer="Yes.")
    answered, _ = answer_objection(resolved, question=QUESTION, by="A", answer="Yes.", text="Really")
    assert answered.text == "Really no."
