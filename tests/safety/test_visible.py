"""Two programs on one ledger: each sees what the other committed, and nobody overwrites what he has not seen."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.dates import Span
from forecasts.domain.intents import RemindLater, ReopenQuestion, ResolveQuestion
from forecasts.errors import ConflictError, InvalidInputError
from forecasts.services.browse import question_page
from forecasts.services.overview import data_version, due_page
from forecasts.services.resolve import remind_later, reopen_question, resolve_question
from forecasts.services.setup import set_up
from tests.faults.writing import list_questions, start_writer
from tests.safety.conftest import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecasts.services.ledger import Ledger

KNOWN = Span(date(2022, 1, 19), date(2022, 1, 19))
LATER = date(2030, 1, 1)


def test_what_another_process_commits_is_seen_at_once(seeded_address: str) -> None:
    with opened(seeded_address) as ledger:
        before = data_version(seeded_address)
        shown = due_page(seeded_address, today=ledger.today()).resolved
        writer = start_writer("tests.faults.kill_nine", seeded_address, "other", "1")
        told = writer.communicate()[0]
        assert told.split()[0] == str(data_version(seeded_address)).encode()
        assert data_version(seeded_address) == before + 1
        assert len(due_page(seeded_address, today=ledger.today()).resolved) == len(shown) + 1
        assert any(question_page(ledger, one.slug).resolutions for one in list_questions(ledger))


def test_an_outdated_edit_is_refused_with_both_versions(seeded_address: str) -> None:
    with opened(seeded_address, "Ann") as ann, opened(seeded_address, "Ben") as ben:
        question = list_questions(ann)[0].slug
        seen = question_page(ann, question).version
        resolve_question(ben, ResolveQuestion(question=question, outcome="yes", known_on=KNOWN, note="Ben saw it"))
        with pytest.raises(ConflictError) as refused:
            resolve_question(
                ann,
                ResolveQuestion(
                    question=question, outcome="no", known_on=KNOWN, note="Ann did not", expected_version=seen
                ),
            )
        said = str(refused.value)
        assert f"version {seen + 1}, yours {seen}" in said
        assert "Ben" in said
        assert "outcome: nothing → yes" in said
        assert "note: nothing → Ben saw it" in said
        assert "Nothing was written." in said
        assert [one.outcome for one in question_page(ann, question).resolutions] == ["yes"]


@pytest.mark.parametrize("intent", ["resolve", "reopen", "remind"])
def test_every_change_of_a_question_minds_its_version(seeded_ledger: Ledger, intent: str) -> None:
    question = list_questions(seeded_ledger)[0].slug
    version = question_page(seeded_ledger, question).version
    resolve_question(seeded_ledger, ResolveQuestion(question=question, outcome="yes", known_on=KNOWN, note="n"))
    outdated: dict[str, Callable[[], object]] = {
        "resolve": lambda: resolve_question(
            seeded_ledger,
            ResolveQuestion(question=question, expected_version=version, outcome="no", known_on=KNOWN, note="n"),
        ),
        "reopen": lambda: reopen_question(
            seeded_ledger, ReopenQuestion(question=question, expected_version=version, reason="r")
        ),
        "remind": lambda: remind_later(
            seeded_ledger, RemindLater(question=question, expected_version=version, remind_on=LATER)
        ),
    }
    with pytest.raises(ConflictError):
        outdated[intent]()


@pytest.mark.parametrize("name", ["", "  ", "a\udcffb", "a\x1b[2J", "two\nlines", "x" * 301, "\0"])
def test_nobody_writes_under_a_name_that_cannot_be_recorded(seeded_address: str, name: str) -> None:
    with pytest.raises(InvalidInputError, match="analyst"), opened(seeded_address, name):
        pytest.fail("opened")
    with pytest.raises(InvalidInputError, match="analyst"):
        set_up(seeded_address, analyst=name)
