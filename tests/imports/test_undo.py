"""Imports taken back: whatever came with them, and again as though they had never been."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forecasts.domain.dates import LATEST
from forecasts.domain.intents import ReopenQuestion, ResolveQuestion, UndoChange
from forecasts.domain.records import Reminder
from forecasts.domain.scorecards import ScoreFilters
from forecasts.services.check import check_ledger
from forecasts.services.export import export_pack
from forecasts.services.import_records import FORMS, import_records
from forecasts.services.resolve import reopen_question, resolve_question
from forecasts.services.scoreboard import scorecard_document
from forecasts.services.undo import undo_change
from tests.imports.documents import FATEBOOK, MANIFOLD, PREDICTIONBOOK, SIMPLE, json_file, metaculus_zip
from tests.imports.reading import PERCENT
from tests.services.looking import read_body

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """One file of each form, each with outcomes."""
    for name, text in (("csv.csv", SIMPLE), ("fatebook.csv", FATEBOOK)):
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    return {
        "csv": tmp_path / "csv.csv",
        "fatebook": tmp_path / "fatebook.csv",
        "metaculus": metaculus_zip(tmp_path / "metaculus.zip"),
        "predictionbook": json_file(tmp_path / "predictionbook.json", PREDICTIONBOOK),
        "manifold": json_file(tmp_path / "manifold.json", MANIFOLD),
    }


def _pack(ledger: Ledger, folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in export_pack(ledger, folder) if path.suffix == ".toml"}


def _scores(ledger: Ledger) -> dict[str, Any]:
    return {card.source: card.brier for card in scorecard_document(ledger, ScoreFilters()).scorecards}


@pytest.mark.parametrize("form", FORMS)
def test_import_undo_and_import_again_is_the_same_pack(
    empty_ledger: Ledger, files: dict[str, Path], tmp_path: Path, form: str
) -> None:
    import_records(empty_ledger, form, files[form], PERCENT)
    first, scores = _pack(empty_ledger, tmp_path / "first"), _scores(empty_ledger)
    outcomes = len(read_body(empty_ledger).resolutions)
    assert outcomes
    moves = undo_change(empty_ledger, UndoChange()).moves
    assert {move.source: move.before for move in moves if move.before is not None and not move.unit} == {
        source: score for source, score in scores.items() if score is not None
    }
    assert all((move.after, move.scored_after) == (None, 0) for move in moves)
    left = read_body(empty_ledger)
    assert (left.predictions, left.sources, left.articles) == ((), (), ())
    assert {one.superseded_reason for one in left.resolutions} == {"undone (entry 1)"}
    assert len(left.resolutions) == outcomes == len(left.questions)
    assert check_ledger(empty_ledger).findings == ()
    report = import_records(empty_ledger, form, files[form], PERCENT)
    assert report.load.conflicts == ()
    assert _pack(empty_ledger, tmp_path / "again") == first
    assert _scores(empty_ledger) == scores
    undo_change(empty_ledger, UndoChange(entry=3))
    undo_change(empty_ledger, UndoChange(entry=4))
    assert _pack(empty_ledger, tmp_path / "redone") == first
    assert check_ledger(empty_ledger).findings == ()


def test_a_wrong_file_is_taken_back_and_the_right_one_read(empty_ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(SIMPLE, encoding="utf-8")
    import_records(empty_ledger, "csv", path, PERCENT)
    undo_change(empty_ledger, UndoChange())
    path.write_text(SIMPLE.replace(",no,", ",yes,").replace("2025-12-31", "2025-12-30"), encoding="utf-8")
    for added in (1, 0):
        report = import_records(empty_ledger, "csv", path, PERCENT)
        assert (report.load.added.get("resolution", 0), report.load.conflicts) == (added, ())
    assert _scores(empty_ledger)["ana-silva"] == pytest.approx(0.09)
    assert [one.resolves_on.day for one in read_body(empty_ledger).questions] == [30]


def test_what_others_refer_to_stays(empty_ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(SIMPLE, encoding="utf-8")
    import_records(empty_ledger, "csv", path, PERCENT)
    path.write_text(SIMPLE.splitlines()[0] + "\nBo,Will X resign?,40,2025-07-01,2025-12-31,,\n", encoding="utf-8")
    import_records(empty_ledger, "csv", path, PERCENT)
    undone = undo_change(empty_ledger, UndoChange(entry=1))
    assert {kind: count for kind, count in undone.kept.items() if count} == {"question": 1}
    assert [one.speakers for one in read_body(empty_ledger).predictions] == [("bo",)]


def test_an_outcome_that_was_reopened_or_resolved_anew_does_not_keep_an_import(
    empty_ledger: Ledger, files: dict[str, Path]
) -> None:
    import_records(empty_ledger, "csv", files["csv"], PERCENT)
    (question,) = read_body(empty_ledger).questions
    reopen_question(empty_ledger, ReopenQuestion(question=question.slug, reason="Too early."))
    known_on = read_body(empty_ledger).resolutions[0].known_on
    intent = ResolveQuestion(question=question.slug, outcome="yes", known_on=known_on, note="Seen.")
    resolve_question(empty_ledger, intent)
    undo_change(empty_ledger, UndoChange(entry=1))
    left = read_body(empty_ledger)
    assert left.predictions == ()
    assert [one.superseded_reason for one in left.resolutions] == ["Too early.", ""]


def test_a_question_that_an_undo_put_aside_is_due_again_when_it_comes_back(
    empty_ledger: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(SIMPLE, encoding="utf-8")
    import_records(empty_ledger, "csv", path, PERCENT)
    undo_change(empty_ledger, UndoChange())
    with empty_ledger.records() as records:
        (aside,) = records.all(Reminder)
    assert aside.remind_on == LATEST
    path.write_text(SIMPLE.replace(",no,2026-01-02", ",,"), encoding="utf-8")
    import_records(empty_ledger, "csv", path, PERCENT)
    with empty_ledger.records() as records:
        assert records.all(Reminder) == []
