"""Every kind of claim recorded in the reader by keys alone: at most twelve each, with known sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forecasts.domain.kinds import Basis, ClaimType, Side
from forecasts.domain.records import Prediction, Question
from forecasts.services.ledger import open_ledger
from tests.services.looking import records
from tests.tui.bench import ANALYST, LARGE, clock, press, running, screen_text, type_text
from tests.tui.reading import ARTICLE, add_article, open_reader

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

TEXT = "\n".join((
    "It is a great question, and it could lead to change.",
    "If the troops stay, a split will follow within a year.",
    "There is a one in three chance that they leave by January.",
    "None of them will last the winter.",
    "Oil will cost 74 dollars in June.",
))  # fmt: skip
ON = "out by 16 jan"
"""Words by which a question of the seed is found: eight characters of it and enter take it."""


@pytest.fixture
def path(ledger_path: Path) -> Path:
    add_article(ledger_path, text=TEXT)
    return ledger_path


def _recorded(path: Path) -> Prediction:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        claims = (one for one in records(ledger)["prediction"] if isinstance(one, Prediction))
        (found,) = (one for one in claims if one.article == ARTICLE)
    finally:
        ledger.close()
    return found


class _Keys:
    """Presses keys and counts them; what is typed counts as one for each word."""

    def __init__(self, pilot: Pilot[int]) -> None:
        self.pilot = pilot
        self.count = 0

    async def __call__(self, *keys: str) -> None:
        self.count += len(keys)
        await press(self.pilot, *keys)

    async def words(self, text: str) -> None:
        self.count += len(text.split())
        await type_text(self.pilot, text)


async def _to(keys: _Keys, paragraph: int) -> None:
    """Move to the paragraph's first likely words; the way there is not counted."""
    await press(keys.pilot, *["down"] * (paragraph - 1), "space")


async def test_a_vague_claim_takes_no_more_keys_than_a_plain_one(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        keys = _Keys(pilot)
        await press(pilot, "space")
        await keys("w", "right", "ctrl+s")
        assert "too vague: no-deadline" in screen_text(app)
        assert keys.count <= 12
    found = _recorded(path)
    assert (found.unscorable, found.question, found.claim_type) == ("no-deadline", "", ClaimType.POSSIBILITY)
    assert found.claim == f"“{found.phrase}”"


async def test_a_conditional_claim_hangs_on_a_question_that_is_known_or_new(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        keys = _Keys(pilot)
        await _to(keys, 2)
        await keys("n", "enter")
        await keys.words(ON)
        await keys("enter", "tab")
        assert "“If the troops stay”: what must come first?" in " ".join(screen_text(app).split())
        await keys.words("troops stay")
        await keys("enter", "ctrl+s")
        assert keys.count <= 12
    found = _recorded(path)
    assert found.condition_text == "If the troops stay"
    ((on, outcome),) = [(one.question, one.outcome) for one in found.condition]
    assert outcome == "yes"
    assert on != found.question


async def test_a_number_that_the_source_says_is_stated(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        keys = _Keys(pilot)
        await _to(keys, 3)
        await keys("n", "enter")
        await keys.words(ON)
        await keys("enter")
        await keys.words("one in three")
        await keys("ctrl+s")
        assert keys.count <= 12
    found = _recorded(path)
    assert found.probability == pytest.approx(1 / 3)
    assert found.basis is Basis.STATED


async def test_what_is_denied_before_the_words_speaks_of_no(path: Path) -> None:
    async with running(path, LARGE) as (app, pilot):
        await open_reader(app, pilot)
        keys = _Keys(pilot)
        await _to(keys, 4)
        await keys("n", "enter")
        await keys.words(ON)
        await keys("enter", "ctrl+s")
        assert keys.count <= 12
    found = _recorded(path)
    assert found.phrase_about is Side.NO
    assert found.probability == pytest.approx(0.1)


def test_the_question_that_is_hung_on_is_in_the_seed(path: Path) -> None:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        titles = [one.title for one in records(ledger)["question"] if isinstance(one, Question)]
    finally:
        ledger.close()
    assert any(all(word in title.lower() for word in ON.split()) for title in titles)
