"""Loading packs: whole or not at all, idempotent by name, and nothing that was changed here is overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.domain.dates import Span
from forecasts.domain.intents import LoadPacks, ReopenQuestion, ResolveQuestion, UndoChange
from forecasts.domain.records import Prediction, Question, Resolution, Source
from forecasts.errors import InvalidInputError
from forecasts.services.check import check_ledger
from forecasts.services.load import load_packs
from forecasts.services.resolve import reopen_question, resolve_question
from forecasts.services.undo import undo_change
from tests.services.looking import board, entries, every_row, records
from tests.services.packs import HEAD, PEOPLE, PREDICTION, QUESTION, RESOLUTION, WHOLE, pack

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.domain.views import LoadReport
    from forecasts.services.ledger import Ledger
    from tests.conftest import HeldClock


_KNOWN = Span.of(date(2022, 1, 19))


def _load(ledger: Ledger, folder: Path, *texts: str, supersede: bool = False, dry_run: bool = False) -> LoadReport:
    intent = LoadPacks(paths=(pack(folder, *texts),), supersede=supersede, dry_run=dry_run)
    return load_packs(ledger, intent)


def _said(ledger: Ledger) -> Prediction:
    (found,) = records(ledger)["prediction"]
    assert isinstance(found, Prediction)
    return found


def _edit(ledger: Ledger, **changes: Any) -> None:
    """What an analyst changes here."""
    before = next(record for record in records(ledger)["source"] if isinstance(record, Source))
    ledger.change("edit source", lambda unit: unit.replace(before, replace(before, **changes)))


def test_load_adds_everything_in_one_entry(empty_ledger: Ledger, tmp_path: Path) -> None:
    report = _load(empty_ledger, tmp_path, WHOLE, RESOLUTION)
    added = {"pack": 1, "source": 2, "article": 1, "question": 1, "prediction": 1, "resolution": 1}
    assert (report.entry, report.added, report.updated, report.unchanged, report.conflicts) == (1, added, {}, {}, ())
    (entry,) = entries(empty_ledger)
    assert (entry.intent, entry.analyst, entry.summary) == ("load pack", "tester", "Loaded A small pack")
    assert entry.change_count == 7
    by_name = {(change.kind, change.name): change for change in entry.changes}
    said = by_name["prediction", "p1"]
    assert said.before is None
    assert said.after is not None
    assert said.after["probability"] == 0.9


def test_load_again_changes_nothing(empty_ledger: Ledger, tmp_path: Path) -> None:
    _load(empty_ledger, tmp_path, WHOLE, RESOLUTION)
    before = every_row(empty_ledger)
    report = _load(empty_ledger, tmp_path, WHOLE, RESOLUTION)
    assert report.entry is None
    assert (report.added, report.updated, sum(report.unchanged.values())) == ({}, {}, 7)
    assert every_row(empty_ledger) == before


def test_dry_run_tells_and_writes_nothing(empty_ledger: Ledger, tmp_path: Path) -> None:
    before = every_row(empty_ledger)
    rehearsed = _load(empty_ledger, tmp_path, WHOLE, dry_run=True)
    assert every_row(empty_ledger) == before
    assert rehearsed.entry is None
    done = _load(empty_ledger, tmp_path, WHOLE)
    assert (rehearsed.added, rehearsed.updated, rehearsed.conflicts) == (done.added, done.updated, done.conflicts)


def test_what_nobody_changed_here_is_updated(empty_ledger: Ledger, tmp_path: Path) -> None:
    _load(empty_ledger, tmp_path, WHOLE)
    report = _load(empty_ledger, tmp_path, WHOLE.replace("0.9", "0.8"))
    assert (report.updated, report.conflicts, report.added) == ({"prediction": 1}, (), {})
    assert _said(empty_ledger).probability == 0.8
    (change,) = entries(empty_ledger)[0].changes
    assert change.before is not None
    assert change.after is not None
    assert (change.before["probability"], change.after["probability"]) == (0.9, 0.8)


def test_what_was_changed_here_is_a_conflict_and_left_alone(empty_ledger: Ledger, tmp_path: Path) -> None:
    _load(empty_ledger, tmp_path, WHOLE)
    _edit(empty_ledger, note="checked by hand")
    changed = WHOLE.replace('name = "The Paper"', 'name = "The Daily Paper"').replace("0.9", "0.8")
    for _ in range(2):
        report = _load(empty_ledger, tmp_path, changed)
        (conflict,) = report.conflicts
        assert "source paper" in conflict
        paper = records(empty_ledger)["source"][0]
        assert isinstance(paper, Source)
        assert (paper.name, paper.note) == ("The Paper", "checked by hand")
    assert _said(empty_ledger).probability == 0.8


def test_conflict_ends_when_both_agree(empty_ledger: Ledger, tmp_path: Path) -> None:
    _load(empty_ledger, tmp_path, WHOLE)
    _edit(empty_ledger, name="The Daily Paper")
    agreed = WHOLE.replace('name = "The Paper"', 'name = "The Daily Paper"')
    assert _load(empty_ledger, tmp_path, agreed).conflicts == ()
    report = _load(empty_ledger, tmp_path, WHOLE)
    assert (report.updated, report.conflicts) == ({"source": 1}, ())


def test_updates_may_refer_to_what_is_new(empty_ledger: Ledger, tmp_path: Path) -> None:
    _load(empty_ledger, tmp_path, WHOLE)
    newer = WHOLE.replace('name = "A. Seer"', 'name = "A. Seer"\nmember_of = "think-tank"').replace(
        'question = "out"', 'question = "out"\nvia = ["think-tank"]'
    )
    tank = '[[source]]\nslug = "think-tank"\nname = "A Think Tank"\nkind = "organisation"\n'
    report = _load(empty_ledger, tmp_path, newer, tank)
    assert (report.added, report.updated) == ({"source": 1}, {"source": 1, "prediction": 1})
    assert _said(empty_ledger).via == ("think-tank",)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("resolves_on = 2022-01-23", "resolves_on = 2022-02-23", "deadline"),
        ('criteria = "Yes if all are out."', 'criteria = "Yes if most are out."', "criteria_revision"),
    ],
)
def test_question_with_predictions_keeps_what_was_asked(
    empty_ledger: Ledger, tmp_path: Path, old: str, new: str, why: str
) -> None:
    _load(empty_ledger, tmp_path, WHOLE)
    before = records(empty_ledger)["question"]
    report = _load(empty_ledger, tmp_path, WHOLE.replace(old, new))
    assert len(report.conflicts) == 1
    assert why in report.conflicts[0]
    assert records(empty_ledger)["question"] == before


def test_question_without_predictions_may_change(empty_ledger: Ledger, tmp_path: Path) -> None:
    _load(empty_ledger, tmp_path, HEAD, PEOPLE, QUESTION)
    report = _load(empty_ledger, tmp_path, HEAD, PEOPLE, QUESTION.replace("2022-01-23", "2022-02-23"))
    assert (report.updated, report.conflicts) == ({"question": 1}, ())


def test_criteria_change_with_the_earlier_wording(empty_ledger: Ledger, tmp_path: Path) -> None:
    _load(empty_ledger, tmp_path, WHOLE)
    revision = """
[[criteria_revision]]
question = "out"
replaced_on = 2026-11-21
criteria = "Yes if all are out."
reason = "Nobody counted them all."
"""
    clarified = WHOLE.replace("Yes if all are out.", "Yes if the command says so.")
    report = _load(empty_ledger, tmp_path, clarified, revision)
    assert (report.added, report.updated, report.conflicts) == ({"criteria_revision": 1}, {"question": 1}, ())
    (question,) = records(empty_ledger)["question"]
    assert isinstance(question, Question)
    assert question.criteria == "Yes if the command says so."
    seer = next(card for card in board(empty_ledger).scorecards if card.source == "seer")
    assert [(row.criteria, row.reason) for row in seer.revisions] == [
        ("Yes if all are out.", "Nobody counted them all.")
    ]


def test_resolution_applies_to_what_never_had_one(empty_ledger: Ledger, tmp_path: Path) -> None:
    _load(empty_ledger, tmp_path, WHOLE, RESOLUTION)
    other = RESOLUTION.replace('"yes"', '"no"').replace("2026-11-20T10", "2026-11-20T11")
    report = _load(empty_ledger, tmp_path, WHOLE, other)
    (conflict,) = report.conflicts
    assert "question out" in conflict
    assert len(records(empty_ledger)["resolution"]) == 1


def test_an_outcome_that_no_day_has_seen_yet_is_left_out_and_comes_when_the_day_has_come(
    empty_ledger: Ledger, clock: HeldClock, tmp_path: Path
) -> None:
    tomorrow = clock().add(days=1).date()
    known = RESOLUTION.replace("2022-01-19", f"{tomorrow}").replace("2026-11-20", f"{tomorrow}")
    report = _load(empty_ledger, tmp_path, WHOLE, known)
    (told,) = report.conflicts
    assert f"became known on {tomorrow}, which is still to come" in told
    assert "resolution" not in report.added
    clock.move(days=1)
    assert _load(empty_ledger, tmp_path, WHOLE, known).added == {"resolution": 1}


def test_supersede_takes_a_differing_resolution_as_a_newer_one(empty_ledger: Ledger, tmp_path: Path) -> None:
    _load(empty_ledger, tmp_path, WHOLE, RESOLUTION)
    other = RESOLUTION.replace('"yes"', '"no"').replace("2026-11-20T10", "2026-11-20T11")
    report = _load(empty_ledger, tmp_path, WHOLE, other, supersede=True)
    assert (report.added, report.conflicts) == ({"resolution": 1}, ())
    older, newer = records(empty_ledger)["resolution"]
    assert isinstance(older, Resolution)
    assert isinstance(newer, Resolution)
    assert (older.outcome, newer.outcome, newer.superseded_reason) == ("yes", "no", "")
    assert "small" in older.superseded_reason
    again = _load(empty_ledger, tmp_path, WHOLE, other, supersede=True)
    assert again.entry is None


def test_supersede_takes_what_was_corrected_under_the_same_moment_once(empty_ledger: Ledger, tmp_path: Path) -> None:
    corrected = RESOLUTION.replace('"yes"', '"no"')
    _load(empty_ledger, tmp_path, WHOLE, RESOLUTION)
    (told,) = _load(empty_ledger, tmp_path, WHOLE, corrected).conflicts
    assert "was resolved (yes) here, and what is brought (no) is not added" in told
    report = _load(empty_ledger, tmp_path, WHOLE, corrected, supersede=True)
    assert (report.conflicts, report.added) == ((), {"resolution": 1})
    again = [_load(empty_ledger, tmp_path, WHOLE, corrected, supersede=taken) for taken in (True, False)]
    assert [(one.entry, one.conflicts) for one in again] == [(None, ())] * 2
    (stale,) = _load(empty_ledger, tmp_path, WHOLE, RESOLUTION, supersede=True).conflicts
    assert "was resolved (no) here, and what is brought (yes) is not added" in stale
    assert check_ledger(empty_ledger).findings == ()


def test_resolution_reopened_here_is_not_brought_back_but_an_undone_one_is_nobodys(
    empty_ledger: Ledger, tmp_path: Path
) -> None:
    _load(empty_ledger, tmp_path, WHOLE)
    resolve_question(empty_ledger, ResolveQuestion(question="out", outcome="no", known_on=_KNOWN, note="A mistake."))
    undo_change(empty_ledger, UndoChange())
    assert not _load(empty_ledger, tmp_path, WHOLE, RESOLUTION).conflicts
    reopen_question(empty_ledger, ReopenQuestion(question="out", reason="Too early."))
    assert len(_load(empty_ledger, tmp_path, WHOLE, RESOLUTION).conflicts) == 1
    reasons = [one.superseded_reason for one in records(empty_ledger)["resolution"] if isinstance(one, Resolution)]
    assert sorted(reasons) == ["Too early.", "undone (entry 2)"]


def test_an_undone_resolution_that_is_brought_again_is_not_added_again(empty_ledger: Ledger, tmp_path: Path) -> None:
    undone = RESOLUTION.replace('question = "out"', 'question = "out"\nsuperseded_reason = "undone (entry 4)"')
    _load(empty_ledger, tmp_path, WHOLE, undone)
    before = records(empty_ledger)
    assert _load(empty_ledger, tmp_path, WHOLE, undone).entry is None
    assert records(empty_ledger) == before


def test_bad_pack_changes_nothing_and_tells_every_problem(empty_ledger: Ledger, tmp_path: Path) -> None:
    before = every_row(empty_ledger)
    folder = tmp_path / "bad"
    folder.mkdir()
    for name, text in {
        "pack.toml": HEAD,
        "people.toml": PEOPLE.replace('kind = "outlet"', 'kind = "newspaper"'),
        "questions.toml": QUESTION.replace("2022-01-23", "2022-02-30"),
        "predictions.toml": PREDICTION.replace("0.9", "1.2"),
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInputError) as refused:
        load_packs(empty_ledger, LoadPacks(paths=(str(folder),)))
    assert {problem.file for problem in refused.value.problems} == {
        "people.toml",
        "questions.toml",
        "predictions.toml",
    }
    assert every_row(empty_ledger) == before


def test_second_bad_pack_takes_the_first_with_it(empty_ledger: Ledger, tmp_path: Path) -> None:
    before = every_row(empty_ledger)
    good, bad = pack(tmp_path, WHOLE), pack(tmp_path, WHOLE.replace("0.9", "1.2"), name="bad")
    with pytest.raises(InvalidInputError):
        load_packs(empty_ledger, LoadPacks(paths=(good, bad)))
    assert every_row(empty_ledger) == before


def test_undone_load_is_gone_and_can_be_loaded_again(empty_ledger: Ledger, tmp_path: Path) -> None:
    _load(empty_ledger, tmp_path, WHOLE)
    whole = records(empty_ledger)
    undo_change(empty_ledger, UndoChange())
    assert set(map(len, records(empty_ledger).values())) == {0}
    report = _load(empty_ledger, tmp_path, WHOLE)
    assert report.entry == 3
    assert records(empty_ledger) == whole


def test_undone_load_brings_updated_records_back(empty_ledger: Ledger, tmp_path: Path) -> None:
    _load(empty_ledger, tmp_path, WHOLE)
    before = records(empty_ledger)
    newer = WHOLE.replace('question = "out"', 'question = "out"\nvia = ["think-tank"]').replace("0.9", "0.7")
    _load(empty_ledger, tmp_path, newer, '[[source]]\nslug = "think-tank"\nname = "T"\nkind = "organisation"\n')
    undo_change(empty_ledger, UndoChange())
    assert records(empty_ledger) == before


def test_undone_load_leaves_what_something_else_came_to_depend_on(empty_ledger: Ledger, tmp_path: Path) -> None:
    _load(empty_ledger, tmp_path, WHOLE)
    intent = ResolveQuestion(question="out", outcome="yes", known_on=_KNOWN, note="The last unit left.")
    resolve_question(empty_ledger, intent)
    before = records(empty_ledger)
    undone = undo_change(empty_ledger, UndoChange(entry=1))
    after = {kind: found for kind, found in records(empty_ledger).items() if found}
    assert after == {kind: before[kind] for kind in after}
    assert set(after) == {"question", "resolution"}
    assert {kind: count for kind, count in undone.kept.items() if count} == {"question": 1}


def test_numbers_follow_a_standard_that_a_later_pack_changes(empty_ledger: Ledger, tmp_path: Path) -> None:
    said = PREDICTION.replace("probability = 0.9", 'standard = "icd"\nbasis = "standard"').replace(
        'phrase = "will be out"', 'phrase = "are likely out"'
    )
    standard = '[[standard]]\nslug = "icd"\ntitle = "ICD"\n'
    phrase = '[[phrase]]\nstandard = "icd"\nterm = "likely"\nlow = 0.55\nhigh = 0.8\n'
    before = (HEAD, PEOPLE, QUESTION, said, standard)

    def shown() -> tuple[float | None, ...]:
        (claim,) = next(card for card in board(empty_ledger).scorecards if card.source == "seer").claims
        return claim.probability, claim.low, claim.high

    _load(empty_ledger, tmp_path, *before, phrase)
    assert shown() == (0.675, 0.55, 0.8)
    _load(empty_ledger, tmp_path, *before, phrase.replace("0.55", "0.6"))
    assert shown() == (0.7, 0.6, 0.8)
    undo_change(empty_ledger, UndoChange())
    assert shown() == (0.675, 0.55, 0.8)


@pytest.mark.parametrize("changed", [QUESTION, PREDICTION, PEOPLE], ids=["question", "prediction", "people"])
def test_the_second_of_two_packs_brings_the_first_up_to_date(
    empty_ledger: Ledger, tmp_path: Path, changed: str
) -> None:
    later = changed.replace("They will be out.", "They will all be out.").replace("Out by", "All out by")
    later = later.replace('"A. Seer"', '"Anna Seer"')
    assert later != changed
    first = pack(tmp_path, WHOLE)
    second = pack(tmp_path, WHOLE.replace(changed, later), name="second")
    report = load_packs(empty_ledger, LoadPacks(paths=(first, second)))
    assert report.conflicts == ()
    assert sum(report.updated.values()) == 1
    both = board(empty_ledger), records(empty_ledger)
    assert load_packs(empty_ledger, LoadPacks(paths=(second,))).entry is None
    assert (board(empty_ledger), records(empty_ledger)) == both
