"""Proposals in the reader: hidden until the text was read, then one key each, none of them recorded unread."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.domain.records import Passage, Prediction
from forecasts.services.ledger import open_ledger
from forecasts.services.proposing import article_proposals, producer_agreement, propose_file
from forecasts.tui.dialogs.base import ConfirmDialog
from forecasts.tui.dialogs.claim import ClaimDialog, PassageDialog
from tests.services.looking import records
from tests.tui.bench import ANALYST, LARGE, clock, press, running, screen_text, toasts, type_text
from tests.tui.reading import ARTICLE, add_article, open_reader

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger
    from forecasts.tui.app import ForecastsApp
    from forecasts.tui.dialogs.form import FormDialog

BY = {"tool": "maker", "model": "m-1"}
MADE = (
    {"exact": "will not stay", "claim": "The troops leave.", "phrase_about": "no", "claim_type": "forecast", "by": BY},
    {"exact": "announced the decision to withdraw", "not_a_prediction": "plan-reported", "by": BY},
    {"exact": "may come back", "claim": "They return.", "by": BY},
    {"exact": "stands nowhere at all", "by": BY},
)


@pytest.fixture
def path(ledger_path: Path) -> Path:
    add_article(ledger_path)
    made = ledger_path.parent / "made.jsonl"
    made.write_text("\n".join(map(json.dumps, MADE)))
    ledger = _ledger(ledger_path)
    propose_file(ledger, ARTICLE, made)
    ledger.close()
    return ledger_path


def _ledger(path: Path) -> Ledger:
    return open_ledger(str(path), analyst=ANALYST, clock=clock)


def _texts(app: ForecastsApp, dialog: type[FormDialog[Any]]) -> dict[str, str]:
    assert isinstance(app.screen, dialog)
    return app.screen.texts


async def test_nothing_is_shown_before_the_text_was_read_and_then_one_key_each(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        view = await open_reader(app, pilot)
        assert "proposed by" not in screen_text(app)
        await press(pilot, "p")
        assert type(app.screen) is ConfirmDialog
        assert "3 proposals are kept" in " ".join(screen_text(app).replace("│", " ").split())
        await press(pilot, "enter")
        assert screen_text(app).count("◇ proposed by maker m-1") == 3
        view.focus()
        await press(pilot, "down", "down", "space")
        await press(pilot, "n")
        texts = _texts(app, ClaimDialog)
        assert (texts["phrase"], texts["claim"], texts["side"]) == ("will not stay", "The troops leave.", "no")
        await press(pilot, "enter")
        await type_text(pilot, "out by 16 jan")
        await press(pilot, "enter", "ctrl+s")
        await press(pilot, "x")
        assert _texts(app, PassageDialog)["reason"] == "plan-reported"
        await press(pilot, "ctrl+s")
        await press(pilot, "i")
        assert "◇ proposed by" not in screen_text(app)
        await press(pilot, "p")
        assert "0 proposals left" in toasts(app)[-1][1]
    ledger = _ledger(path)
    try:
        states = [one.state for one in article_proposals(ledger, ARTICLE).proposals]
        (found,) = (
            one for one in records(ledger)["prediction"] if isinstance(one, Prediction) and one.article == ARTICLE
        )
        (passage,) = (one for one in records(ledger)["passage"] if isinstance(one, Passage) and one.article == ARTICLE)
        (agreed,) = producer_agreement(ledger)
    finally:
        ledger.close()
    assert states == ["accepted", "rejected", "skipped"]
    assert (found.phrase, found.claim, found.proposed_by) == ("will not stay", "The troops leave.", "maker m-1")
    assert passage.phrase == "announced the decision to withdraw"
    assert (agreed.accepted, agreed.unchanged, agreed.nowhere) == (1, 1, 1)


async def test_where_nothing_is_proposed_it_is_said_how_to(ledger_path: Path) -> None:
    add_article(ledger_path)
    async with running(ledger_path) as (app, pilot):
        await open_reader(app, pilot)
        await press(pilot, "p")
        assert "forecasts propose" in toasts(app)[-1][1]
