"""Files as they really are: what is wrong with one record keeps no other out, and is told with the real limit."""

from __future__ import annotations

import copy
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.domain.dates import Span
from forecasts.domain.intents import ResolveQuestion, UndoChange
from forecasts.domain.records import name_of
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import InvalidInputError
from forecasts.services.check import check_ledger
from forecasts.services.history import list_history
from forecasts.services.import_records import ImportOptions, import_records
from forecasts.services.resolve import resolve_question
from forecasts.services.scoreboard import scorecard_document
from forecasts.services.undo import undo_change
from tests.imports.documents import (
    FATEBOOK,
    MANIFOLD,
    METACULUS_FORECASTS,
    METACULUS_QUESTIONS,
    PREDICTIONBOOK,
    json_file,
    metaculus_zip,
)
from tests.services.looking import read_body, records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forecasts.services.import_records import ImportReport
    from forecasts.services.ledger import Ledger

pytestmark = pytest.mark.no_engine_decides

FAR = "a day from 1800-01-01 to 2200-12-31"


def _import(ledger: Ledger, form: str, path: Path, *, dry_run: bool = False, **options: Any) -> ImportReport:
    return import_records(ledger, form, path, ImportOptions(scale="percent", **options), dry_run=dry_run)


def _fatebook(path: Path, old: str, new: str) -> Path:
    """The usual export with one row changed, the last."""
    *rows, last, _ = FATEBOOK.split("\n")
    assert old in last
    path.write_text("\n".join((*rows, last.replace(old, new), "")), encoding="utf-8", newline="")
    return path


def _predictionbook(path: Path, **changes: Any) -> Path:
    document: dict[str, Any] = copy.deepcopy(PREDICTIONBOOK)
    document["predictions"][1] |= changes
    return json_file(path, document)


def _manifold(path: Path, **changes: Any) -> Path:
    document: list[Any] = copy.deepcopy(MANIFOLD)
    document[0] |= changes
    return json_file(path, document)


def _metaculus(path: Path, **changes: Any) -> Path:
    first, *rest = METACULUS_QUESTIONS
    return metaculus_zip(path, [{**first, **changes}, *rest], METACULUS_FORECASTS)


BAD = {
    "fatebook": lambda folder: _fatebook(folder / "x", "2027-05-31 0:0:0", "3000-01-01 00:00:0"),
    "predictionbook": lambda folder: _predictionbook(folder / "x", deadline="3000-01-01T00:00:00Z"),
    "manifold": lambda folder: _manifold(folder / "x", closeTime=253402300799000),
    "metaculus": lambda folder: _metaculus(folder / "x", **{"Scheduled Close Time": "3000-01-01 00:00:00+00:00"}),
}


@pytest.mark.parametrize("form", BAD)
def test_a_deadline_in_3000_leaves_out_its_question_alone(empty_ledger: Ledger, tmp_path: Path, form: str) -> None:
    path = BAD[form](tmp_path)
    with pytest.raises(InvalidInputError, match=FAR):
        _import(empty_ledger, form, path, strict=True)
    assert list_history(empty_ledger, limit=1) == ()
    report = _import(empty_ledger, form, path)
    (skipped,) = (one for one in report.skipped if FAR in one.why)
    assert skipped.count == 1
    assert read_body(empty_ledger).predictions
    assert check_ledger(empty_ledger).findings == ()


CONTROL = {
    "fatebook": lambda folder, text: _fatebook(folder / "x", "0:0:0,,,,,,,false,,", f'0:0:0,,,,,"{text}",,false,,'),
    "predictionbook": lambda folder, text: _predictionbook(folder / "x", description=text),
    "manifold": lambda folder, text: _manifold(folder / "x", textDescription=text),
    "metaculus": lambda folder, text: _metaculus(folder / "x", **{"Question Title": text}),
}


@pytest.mark.parametrize("form", CONTROL)
def test_a_text_is_cleaned_and_that_is_told(empty_ledger: Ledger, tmp_path: Path, form: str) -> None:
    path = CONTROL[form](tmp_path, "Before \x96 after\x0bnext")
    with pytest.raises(InvalidInputError, match="control characters"):
        _import(empty_ledger, form, path, strict=True)
    report = _import(empty_ledger, form, path)
    assert any("cleaned of control characters" in note for note in report.notes)
    texts = "\n".join(f"{one.title}\n{one.criteria}\n{one.fine_print}" for one in read_body(empty_ledger).questions)
    assert "Before – after" in texts
    assert "\x0b" not in texts
    assert _import(empty_ledger, form, path).load.entry is None


@pytest.mark.parametrize("form", CONTROL)
def test_a_long_text_is_cut_and_that_is_told(empty_ledger: Ledger, tmp_path: Path, form: str) -> None:
    report = _import(empty_ledger, form, CONTROL[form](tmp_path, "a long note. " * 900))
    assert any("cut to 10,000 characters" in note for note in report.notes)
    longest = max(len(text) for one in read_body(empty_ledger).questions for text in (one.criteria, one.fine_print))
    assert longest == 10_000


def test_errors_of_a_large_file_are_told_by_kind(empty_ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    good = "".join(f"Ana,Q{n}?,70,2025-03-01,2025-12-31\n" for n in range(2000))
    bad = "".join(f"Ana,B{n}?,seventy,2025-03-01,2025-12-31\n" for n in range(900))
    path.write_text("source,question,probability,made_on,resolves_on\n" + good + bad, encoding="utf-8")
    report = _import(empty_ledger, "csv", path)
    assert report.load.added["prediction"] == 2000
    (skipped,) = report.skipped
    assert (skipped.count, len(skipped.examples)) == (900, 5)


def test_a_table_of_which_most_is_wrong_is_refused(empty_ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    rows = "".join(f"Ana,Q{n}?,{n * 10},2025-03-01,2025-12-31\n" for n in range(20))
    path.write_text("source,question,probability,made_on,resolves_on\n" + rows, encoding="utf-8")
    with pytest.raises(InvalidInputError, match="19 problems"):
        import_records(empty_ledger, "csv", path, ImportOptions(scale="share"))
    assert list_history(empty_ledger, limit=1) == ()


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("predictionbook", "[]"),
        ("manifold", "[]"),
        ("csv", "source,question,probability,made_on,resolves_on\n"),
        ("fatebook", FATEBOOK.split("\n", 1)[0] + "\n"),
    ],
)
def test_an_empty_export_changes_nothing(empty_ledger: Ledger, tmp_path: Path, form: str, text: str) -> None:
    path = tmp_path / "x"
    path.write_text(text, encoding="utf-8")
    report = _import(empty_ledger, form, path)
    assert (not any(report.read.values()), report.load.added, report.load.entry) == (True, {}, None)
    assert list_history(empty_ledger, limit=1) == ()


HEADER = "source,question,probability,made_on,resolves_on\n"
ALIKE = [
    ("АННА ИВАНОВА", "Анна Иванова"),
    ("Ana Silva", "Ana\u00a0Silva"),
    ("Ana Silva", "ana  silva"),
    ("Ana Silva", "Ana\u200b Silva"),
    ("Ana", "Ａｎａ"),
    ("Ann", "ann"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
@pytest.mark.parametrize("is_cut", [False, True])
@pytest.mark.parametrize("engine", ["sqlite"])
def test_spellings_that_show_no_difference_are_one_and_told(
    empty_ledger: Ledger, tmp_path: Path, one: str, other: str, is_cut: bool
) -> None:
    rows = [f"{name},{name} will win?,70,2025-0{place}-01,2025-12-31\n" for place, name in enumerate((one, other), 1)]
    notes: list[str] = []
    for place, part in enumerate(rows if is_cut else ["".join(rows)]):
        path = tmp_path / f"{place}.csv"
        path.write_text(HEADER + part, encoding="utf-8")
        notes += _import(empty_ledger, "csv", path).notes
    body = read_body(empty_ledger)
    assert [source.name for source in body.sources] == [one]
    assert [question.title for question in body.questions] == [f"{one} will win?"]
    assert len(body.predictions) == 2
    kinds = {note.removeprefix("Taken as one ").partition(":")[0] for note in notes}
    is_slug = is_cut and other == body.sources[0].slug
    assert kinds == {"question"} | (set() if is_slug else {"source"})


def test_names_that_only_look_alike_are_kept_apart_and_told(empty_ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(HEADER + "Ana,Q?,70,2025-01-01,2025-12-31\nАna,Q?,60,2025-01-01,2025-12-31\n", encoding="utf-8")
    (note,) = _import(empty_ledger, "csv", path).notes
    assert note.startswith("1 name: looks like another one and was kept apart (")
    assert len(read_body(empty_ledger).sources) == 2
    rows = FATEBOOK.replace('"Бо"', '"ANA"')
    path.write_text(rows, encoding="utf-8", newline="")
    assert any("looks like another one" in note for note in _import(empty_ledger, "fatebook", path).notes)


REOPENED: dict[str, tuple[Callable[[Path], Path], Callable[[Path], Path]]] = {
    "fatebook": (
        lambda folder: _fatebook(folder / "a", "0:0:0,,", "0:0:0,NO,2026-01-02 8:00:0"),
        lambda folder: _fatebook(folder / "b", "0:0:0,,", "0:0:0,,"),
    ),
    "predictionbook": (
        lambda folder: _predictionbook(folder / "a", outcome=True, last_judgement_at="2026-01-02T10:00:00Z"),
        lambda folder: _predictionbook(folder / "b"),
    ),
    "metaculus": (
        lambda folder: _metaculus(folder / "a"),
        lambda folder: _metaculus(folder / "b", Resolution="", **{"Resolution Known Time": ""}),
    ),
}


@pytest.mark.parametrize("form", REOPENED)
def test_what_was_reopened_where_it_came_from_is_told(empty_ledger: Ledger, tmp_path: Path, form: str) -> None:
    resolved, reopened = (make(tmp_path) for make in REOPENED[form])
    _import(empty_ledger, form, resolved)
    report = _import(empty_ledger, form, reopened)
    (told,) = report.load.conflicts
    assert "is open again where it came from" in told
    assert report.load.entry is None


RETITLED: dict[str, Callable[[Path], tuple[Path, Path]]] = {
    "predictionbook": lambda folder: (
        _predictionbook(folder / "a", description="Old title"),
        _predictionbook(folder / "b", description="New title"),
    ),
    "metaculus": lambda folder: (
        _metaculus(folder / "a", **{"Question Title": "Old title"}),
        _metaculus(folder / "b", **{"Question Title": "New title"}),
    ),
    "manifold": lambda folder: (
        _manifold(folder / "a", question="Old title"),
        _manifold(folder / "b", question="New title"),
    ),
}


@pytest.mark.parametrize("form", RETITLED)
def test_what_was_retitled_where_it_came_from_is_told_and_stays_one(
    empty_ledger: Ledger, tmp_path: Path, form: str
) -> None:
    before, after = RETITLED[form](tmp_path)
    assert not [note for note in _import(empty_ledger, form, before).notes if "where it came from" in note]
    there = {kind: [name_of(one) for one in of] for kind, of in records(empty_ledger).items()}
    (told,) = [note for note in _import(empty_ledger, form, after).notes if "where it came from" in note]
    assert "'Old title', is now 'New title'" in told
    assert {kind: [name_of(one) for one in of] for kind, of in records(empty_ledger).items()} == there


def test_what_was_withdrawn_or_retitled_where_nothing_has_a_number_is_told(
    empty_ledger: Ledger, tmp_path: Path
) -> None:
    first, *rest = asked = PREDICTIONBOOK["predictions"]
    told = []
    for part in (asked, rest, [{**first, "id": 77}]):  # nothing of the last was there before
        file = json_file(tmp_path / "x", {**PREDICTIONBOOK, "predictions": part})
        told.append([note for note in _import(empty_ledger, "predictionbook", file).notes if "not in this" in note])
    assert told == [[], ["Imported before and not in this file: predictionbook-5."], []]


def test_a_question_of_fatebook_that_was_retitled_is_told_with_the_other(empty_ledger: Ledger, tmp_path: Path) -> None:
    title = "Still open?"
    _import(empty_ledger, "fatebook", _fatebook(tmp_path / "a", title, title))
    notes = _import(empty_ledger, "fatebook", _fatebook(tmp_path / "b", title, "Another title?")).notes
    (told,) = [note for note in notes if "not in this file" in note]
    assert "(perhaps fatebook-another-title-" in told


MOVED: dict[str, Callable[[Path, str, str], Path]] = {
    "metaculus": lambda folder, day, outcome: _metaculus(
        folder,
        **{"Scheduled Close Time": f"{day} 12:00:00+00:00", "Resolution": outcome,
           "Resolution Known Time": "2026-07-01 00:00:00+00:00" if outcome else ""},
    ),
    "csv": lambda folder, day, outcome: _table(
        folder, f"Ana,Q?,63,2025-03-01,{day},{outcome},{'2026-07-01' if outcome else ''}\n"
        + (f"Bo,Q?,90,2026-02-01,{day},{outcome},2026-07-01\n" if outcome else ""),
    ),
}  # fmt: skip


def _table(path: Path, rows: str) -> Path:
    path.write_text(HEADER.strip() + ",outcome,known_on\n" + rows, encoding="utf-8")
    return path


@pytest.mark.parametrize("form", MOVED)
def test_a_close_that_was_moved_is_told_and_can_be_taken_over_with_a_reason(
    empty_ledger: Ledger, tmp_path: Path, form: str
) -> None:
    first = MOVED[form](tmp_path / "a", "2025-12-31", "")
    second = MOVED[form](tmp_path / "b", "2026-06-30", "yes")
    _import(empty_ledger, form, second)
    alone = {card.name: card.brier for card in scorecard_document(empty_ledger, ScoreFilters()).scorecards}
    undo_change(empty_ledger, UndoChange())
    _import(empty_ledger, form, first)
    (told,) = _import(empty_ledger, form, second, dry_run=True).load.conflicts
    assert "was moved from 2025-12-31 to 2026-06-30: --accept-moved" in told
    assert not _import(empty_ledger, form, second, accept_moved="It was moved in December.").load.conflicts
    found = {card.name: card.brier for card in scorecard_document(empty_ledger, ScoreFilters()).scorecards}
    assert found == alone
    (revision,) = read_body(empty_ledger).criteria_revisions
    assert revision.reason == "The close was moved from 2025-12-31 to 2026-06-30: It was moved in December."
    assert check_ledger(empty_ledger).findings == ()


@pytest.mark.parametrize("form", MOVED)
def test_a_close_that_was_moved_is_taken_over_as_well_when_its_outcome_has_come(
    empty_ledger: Ledger, tmp_path: Path, form: str
) -> None:
    first = MOVED[form](tmp_path / "a", "2025-12-31", "")
    second = MOVED[form](tmp_path / "b", "2026-06-30", "yes")
    _import(empty_ledger, form, first)
    (told,) = _import(empty_ledger, form, second).load.conflicts
    assert "--accept-moved" in told
    assert not _import(empty_ledger, form, second, accept_moved="It was moved in December.").load.conflicts
    assert [str(one.resolves_on) for one in read_body(empty_ledger).questions].count("2026-06-30") == 1


@pytest.mark.parametrize("form", MOVED)
def test_the_close_of_what_an_analyst_resolved_otherwise_stays(empty_ledger: Ledger, tmp_path: Path, form: str) -> None:
    _import(empty_ledger, form, MOVED[form](tmp_path / "a", "2025-12-31", ""))
    second = MOVED[form](tmp_path / "b", "2026-06-30", "yes")
    (told,) = _import(empty_ledger, form, second, dry_run=True).load.conflicts
    known, slug = Span.of(date(2026, 1, 1)), told.split()[1]
    resolve_question(empty_ledger, ResolveQuestion(question=slug, outcome="no", known_on=known, note="Seen."))
    before = read_body(empty_ledger).questions
    left = _import(empty_ledger, form, second, accept_moved="It was moved in December.").load.conflicts
    assert any("from 2025-12-31 to 2026-06-30, which stays: it is resolved here" in one for one in left)
    assert read_body(empty_ledger).questions == before
