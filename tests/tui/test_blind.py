"""Coding blind, and a second analyst's reading beside the first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from forecasts.domain.records import Reading
from forecasts.services.ledger import open_ledger
from forecasts.services.reviews import read_agreement, record_reading
from forecasts.settings import load_settings
from forecasts.tui.dialogs.claim import ReadingDialog
from forecasts.tui.dialogs.claim_numbers import read_percent
from forecasts.tui.flows.opening import open_scorecard
from forecasts.tui.places import PLACES
from forecasts.tui.screens.agreement import AgreementScreen
from forecasts.tui.screens.articles import ReaderScreen
from forecasts.tui.screens.question import QuestionScreen
from tests.tui.bench import ANALYST, LARGE, clock, press, running, screen_text, settle, summary, table, toasts

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.domain.second_reading import Agreement

NUMBERS = ("97 %", "80 %", "60–95", "10 %")
COVERED = "this page tells outcomes and numbers"


def agreement(path: Path) -> Agreement:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        return read_agreement(ledger)
    finally:
        ledger.close()


def read_as(path: Path, analyst: str, slug: str, number: float) -> None:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        record_reading(replace(ledger, analyst=analyst), Reading(analyst="", prediction=slug, probability=number))
    finally:
        ledger.close()


async def test_no_place_tells_a_number_or_an_outcome(small_path: Path) -> None:
    async with running(small_path, LARGE, blind=True) as (app, pilot):
        for place in PLACES:
            await press(pilot, place.key)
            text = screen_text(app)
            assert not [number for number in NUMBERS if number in text], place.name
            assert "Newly resolved" not in text
            assert "approved the mission" not in text
        assert COVERED in screen_text(app)
        open_scorecard(app, "aigul-serik")
        await settle(pilot)
        assert COVERED in screen_text(app)


async def test_a_question_and_an_article_tell_none(small_path: Path) -> None:
    async with running(small_path, LARGE, blind=True) as (app, pilot):
        for screen in (
            QuestionScreen("settled"),
            QuestionScreen("out-by-january"),
            ReaderScreen("observer-2022-01-08"),
        ):
            app.push_screen(screen)
            await settle(pilot)
            text = screen_text(app)
            assert not [number for number in NUMBERS if number in text]
            assert "Resolutions" not in text
            assert "in force" not in text
        app.push_screen(QuestionScreen("out-by-january"))
        await settle(pilot)
        assert "number hidden: coding blind" in screen_text(app)


@pytest.mark.parametrize("key", ["B", "И"])
async def test_hidden_and_shown_again_and_kept(small_path: Path, tmp_path: Path, key: str) -> None:
    file = tmp_path / "settings.toml"
    async with running(small_path, LARGE, file=file) as (app, pilot):
        await press(pilot, "4")
        assert "97 %" in screen_text(app)
        await press(pilot, key)
        assert "97 %" not in screen_text(app)
        assert load_settings(file).blind is True
        await press(pilot, "5")
        assert COVERED in screen_text(app)
        await press(pilot, key)
        assert COVERED not in screen_text(app)
        assert table(app).row_count
        await press(pilot, "4")
        assert "97 %" in screen_text(app)
    assert load_settings(file).blind is False


async def test_what_is_hidden_is_not_copied_and_nothing_is_resolved(small_path: Path) -> None:
    async with running(small_path, LARGE, blind=True) as (app, pilot):
        await press(pilot, "5", "y")
        assert toasts(app)[-1][1] == "There is nothing to copy here."
        await press(pilot, "1", "r")
        assert app.screen is app.screen_stack[0]
        await press(pilot, "4", "E")
        assert app.screen is app.screen_stack[0]


@pytest.mark.parametrize("key", ["R", "К"])
async def test_a_reading_of_ones_own(small_path: Path, key: str) -> None:
    async with running(small_path, LARGE, blind=True) as (app, pilot):
        await press(pilot, "4")
        assert table(app).go_to("p6")
        await press(pilot, key)
        dialog = app.screen
        assert isinstance(dialog, ReadingDialog)
        assert "hidden: coding blind" in screen_text(app)
        assert "97 %" not in screen_text(app)
        await press(pilot, "enter")
        assert "a number from 0 to 100" in screen_text(app)
        dialog.query_one("#f-probability", Input).value = "85 %"
        dialog.query_one("#f-low", Input).value = "90"
        await press(pilot, "ctrl+s")
        assert "at most the number itself" in screen_text(app)
        dialog.query_one("#f-low", Input).value = ""
        dialog.query_one("#f-probability", Input).value = "12"
        await settle(pilot)
        assert "88 % no" in screen_text(app)  # of which side the number speaks
        dialog.query_one("#f-probability", Input).value = "85 %"
        dialog.query_one("#f-low", Input).value = "70,5"
        await press(pilot, "enter")
        assert toasts(app)[-1][0] == "Read as 85 % yes"
        assert "Brier" not in toasts(app)[-1][1]
    (claim,) = agreement(small_path).claims
    assert (claim.prediction, claim.number) == ("p6", 0.91)
    assert [(one.analyst, one.probability, one.low, one.blind) for one in claim.readings[1:]] == [
        (ANALYST, 0.85, 0.705, True)
    ]


async def test_reading_again_begins_with_ones_own(small_path: Path) -> None:
    read_as(small_path, ANALYST, "p6", 0.4)
    async with running(small_path, LARGE) as (app, pilot):
        await press(pilot, "4")
        assert table(app).go_to("p6")
        await press(pilot, "R")
        assert app.screen.query_one("#f-probability", Input).value == "40"
        assert "First reading: P(yes) 97 %" in screen_text(app)
        await press(pilot, "escape")
    assert len(agreement(small_path).claims) == 1


async def test_a_claim_without_a_number_to_read_is_refused(small_path: Path) -> None:
    async with running(small_path, LARGE) as (app, pilot):
        await press(pilot, "R")
        assert "Stand on a prediction" in toasts(app)[-1][1]
        await press(pilot, "4")
        assert table(app).go_to("p4")
        await press(pilot, "R")
        assert "no prediction with a probability" in toasts(app)[-1][1]


@pytest.mark.parametrize("key", ["a", "ф"])
async def test_the_disagreements_are_worked_through(small_path: Path, key: str) -> None:
    read_as(small_path, "B. Second", "p6", 0.97)
    read_as(small_path, "B. Second", "p1", 0.3)
    read_as(small_path, "B. Second", "p2", 0.2)
    async with running(small_path, LARGE) as (app, pilot):
        await press(pilot, "4", key)
        assert isinstance(app.screen, AgreementScreen)
        assert "3 predictions read twice · 2 disagreements" in summary(app)
        assert f"alpha {agreement(small_path).alpha:.3f}" in summary(app)
        text = screen_text(app)
        places = [text.index(words) for words in ("will be gone", "hard to see", "Agreed", "a formality")]
        assert places == sorted(places)
        assert "mean 55 % yes" in text
        assert "agreed 97 %" in text
        await press(pilot, "R")
        dialog = app.screen
        dialog.query_one("#f-probability", Input).value = "55"
        await press(pilot, "enter")
        assert "80 30 55 %" not in screen_text(app)
        assert "55 % yes, 70 % no" in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, QuestionScreen)
        await press(pilot, "q", "m")
        assert app.screen.heading == "Second readings"  # type: ignore[attr-defined]


async def test_nobody_read_twice(small_path: Path) -> None:
    async with running(small_path) as (app, pilot):
        await press(pilot, "4", "a")
        assert "No prediction was read by two analysts." in screen_text(app)


@pytest.mark.parametrize(
    ("text", "share"), [("35", 0.35), (" 0.5 % ", 0.005), ("12,5", 0.125), ("", None), ("100", 1.0)]
)
def test_percent_as_people_type_it(text: str, share: float | None) -> None:
    assert read_percent(text) == share


@pytest.mark.parametrize("text", ["-1", "101", "nan", "abc", "1e9"])
def test_what_is_no_percent(text: str) -> None:
    with pytest.raises(ValueError, match="from 0 to 100"):
        read_percent(text)
