"""Adding, changing and removing records: the rules of packs, the rules of the record, and undo, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.domain.dates import Span
from forecasts.domain.intents import (
    AddRecords,
    AttachText,
    EditRecord,
    LoadPacks,
    RemindLater,
    RemoveRecord,
    ResolveQuestion,
    UndoChange,
)
from forecasts.domain.kinds import PassageReason, QuestionKind, SourceKind, VoidReason
from forecasts.domain.records import (
    Article,
    CriteriaRevision,
    Passage,
    Prediction,
    Question,
    Record,
    Scenario,
    Source,
    name_of,
)
from forecasts.errors import ConflictError, InvalidInputError, RuleBrokenError, UnknownRecordError
from forecasts.services.check import check_ledger
from forecasts.services.ledger import Ledger, open_ledger
from forecasts.services.load import load_packs
from forecasts.services.record import add_records, edit_record, find_record, preview_add, read_draft, remove_record
from forecasts.services.resolve import remind_later, resolve_question
from forecasts.services.texts import attach_text
from forecasts.services.undo import undo_change
from tests.conftest import NOW
from tests.services.looking import entries, every_row, records
from tests.services.packs import PREDICTION, WHOLE, pack

if TYPE_CHECKING:
    from pathlib import Path

SEER = Source(slug="oracle", name="An Oracle", kind=SourceKind.PERSON)
LETTER = Article(
    slug="letter", title="A letter", outlet="paper", authors=("oracle",), published_on=Span.of(date(2022, 1, 5))
)
STORY = Scenario(slug="story", title="A storyline")
ASKED = Question(
    slug="rain", scenario="story", title="Rain by March?", criteria="Yes if it rains.", resolves_on=date(2022, 3, 1)
)
SAID = Prediction(
    slug="rain-1",
    question="rain",
    speakers=("oracle",),
    article="letter",
    claim="It will rain.",
    phrase="will rain",
    probability=0.8,
)
PASSED = Passage(article="letter", paragraph=2, phrase="it rained", reason=PassageReason.PAST_EVENT)
EVERYTHING = (SEER, LETTER, STORY, ASKED, SAID, PASSED)


@pytest.fixture
def ledger(empty_ledger: Ledger, tmp_path: Path) -> Ledger:
    """A ledger with a small pack in it: seer, paper, text, out, p1."""
    load_packs(empty_ledger, LoadPacks(paths=(pack(tmp_path, WHOLE),)))
    return empty_ledger


def get(ledger: Ledger, kind: str, name: str) -> Any:
    """The record as it is stored."""
    return find_record(ledger, kind, name)[0]


def test_records_that_refer_to_one_another_are_one_entry_and_one_undo(ledger: Ledger) -> None:
    before = records(ledger)
    done = add_records(ledger, AddRecords(records=tuple(reversed(EVERYTHING))))
    entry = entries(ledger)[0]
    assert (entry.entry, entry.intent, len(entry.changes)) == (done.entry, "add records", 6)
    assert entry.summary == (
        "Added 1 scenario, 1 article, 1 question, 1 prediction, 1 passage and the source An Oracle"
    )
    assert get(ledger, "source", "oracle") == SEER
    assert get(ledger, "passage", name_of(PASSED)) == PASSED
    assert check_ledger(ledger).findings == ()
    undo_change(ledger, UndoChange())
    assert records(ledger) == before
    assert check_ledger(ledger).findings == ()


def test_who_coded_it_and_when_it_was_written_are_kept(ledger: Ledger) -> None:
    add_records(ledger, AddRecords(records=EVERYTHING))
    assert get(ledger, "question", "rain").written_on == NOW.date()
    said = get(ledger, "prediction", "rain-1")
    assert (said.coded_by, said.coded_on) == ("tester", NOW.date())


@pytest.mark.no_engine_decides
@pytest.mark.parametrize(
    ("record", "field", "expected"),
    [
        (replace(SAID, article="text", speakers=("seeer",), question="out"), "speakers", "did you mean seer"),
        (replace(SAID, article="text", speakers=("seer",), question=""), "question", "the reason in `unscorable`"),
        (replace(SAID, article="text", speakers=("seer",), question="out", low=0.9), "low", "at most probability"),
        (replace(SAID, article="text", speakers=("seer",), question="out", slug="p1"), "slug", "no prediction has"),
        (replace(ASKED, scenario="", criteria=" "), "criteria", "text of at most"),
        (replace(ASKED, scenario="", variant_of="out", kind=QuestionKind.NUMERIC), "kind", "the kind of 'out'"),
        (replace(SEER, member_of="oracle"), "member_of", "another source than itself"),
        (replace(LETTER, authors=(), sha256="abc"), "sha256", "64 of 0-9 and a-f"),
        (replace(STORY, title="x" * 301), "title", "at most 300"),
    ],
)
def test_nothing_that_a_pack_refuses_is_added(ledger: Ledger, record: Record, field: str, expected: str) -> None:
    rows = every_row(ledger)
    with pytest.raises(InvalidInputError, match=expected) as refused:
        add_records(ledger, AddRecords(records=(record,)))
    assert [problem.field for problem in refused.value.problems] == [field]
    assert every_row(ledger) == rows


def test_everything_wrong_with_several_records_is_told_at_once_and_named(ledger: Ledger) -> None:
    wrong = (replace(STORY, title=""), replace(SEER, name=""))
    with pytest.raises(InvalidInputError) as refused:
        add_records(ledger, AddRecords(records=wrong))
    assert {(problem.table, problem.name, problem.field) for problem in refused.value.problems} == {
        ("scenario", "story", "title"),
        ("source", "oracle", "name"),
    }


def test_a_resolution_is_not_added_or_edited_in_this_way(resolved_ledger: Ledger) -> None:
    resolution = records(resolved_ledger)["resolution"][0]
    with pytest.raises(RuleBrokenError, match="What can be added"):
        add_records(resolved_ledger, AddRecords(records=(resolution,)))
    with pytest.raises(RuleBrokenError, match="superseded by a newer one"):
        edit_record(resolved_ledger, EditRecord(record=resolution))


def test_a_preview_writes_nothing(ledger: Ledger) -> None:
    rows = every_row(ledger)
    assert preview_add(ledger, AddRecords(records=EVERYTHING)).entry is None
    assert every_row(ledger) == rows


@pytest.mark.parametrize(
    ("kind", "name", "changes"),
    [
        ("source", "seer", {"name": "Anna Seer", "aliases": ("A. Seer",)}),
        ("article", "text", {"title": "What came", "authors": ()}),
        ("question", "out", {"title": "Out by 23 January 2022?", "fine_print": "All of them."}),
        ("prediction", "p1", {"probability": 0.95, "high": 1.0, "note": "Read again."}),
    ],
)
def test_an_edit_is_stored_and_undone_after_a_restart(
    ledger: Ledger, empty_address: str, kind: str, name: str, changes: dict[str, Any]
) -> None:
    before = records(ledger)
    was, version = find_record(ledger, kind, name)
    after: Any = replace(was, **changes)
    edit_record(ledger, EditRecord(record=after, expected_version=version))
    assert get(ledger, kind, name) == after
    ledger.close()
    again = open_ledger(empty_address, analyst="tester", clock=ledger.clock)
    assert check_ledger(again).findings == ()
    undo_change(again, UndoChange())
    assert records(again) == before
    undo_change(again, UndoChange(entry=entries(again)[0].entry))
    assert get(again, kind, name) == after
    again.close()


def test_an_edit_that_changes_nothing_is_no_entry(ledger: Ledger) -> None:
    rows = every_row(ledger)
    assert edit_record(ledger, EditRecord(record=get(ledger, "source", "seer"))).entry is None
    assert every_row(ledger) == rows


def test_what_an_edit_names_anew_is_one_change_with_it_or_none(ledger: Ledger) -> None:
    before = records(ledger)
    was, version = find_record(ledger, "article", "text")
    after: Any = replace(was, authors=("oracle",))  # type: ignore[arg-type]
    late = EditRecord(record=after, others=(SEER,), expected_version=version + 1)
    taken = EditRecord(record=after, others=(replace(SEER, slug="seer"),), expected_version=version)
    for refused, error in ((late, ConflictError), (taken, InvalidInputError)):
        with pytest.raises(error):
            edit_record(ledger, refused)
        assert records(ledger) == before
    count = len(entries(ledger))
    edit_record(ledger, EditRecord(record=after, others=(SEER,), expected_version=version))
    assert len(entries(ledger)) == count + 1
    assert (get(ledger, "source", "oracle"), get(ledger, "article", "text")) == (SEER, after)
    undo_change(ledger, UndoChange())
    assert records(ledger) == before


def test_an_edit_of_what_somebody_else_changed_is_refused_and_shows_the_change(ledger: Ledger) -> None:
    was, version = find_record(ledger, "source", "seer")
    edit_record(ledger, EditRecord(record=replace(was, note="First."), expected_version=version))  # type: ignore[arg-type]
    with pytest.raises(ConflictError, match="note: nothing → First"):
        edit_record(ledger, EditRecord(record=replace(was, note="Second."), expected_version=version))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {"resolves_on": date(2022, 2, 23)},
        {"kind": QuestionKind.NUMERIC, "unit": "days"},
        {"kind": QuestionKind.ORDERED, "options": ("a", "b")},
    ],
)
def test_what_a_question_with_predictions_asks_stays(ledger: Ledger, changes: dict[str, Any]) -> None:
    rows = every_row(ledger)
    with pytest.raises(InvalidInputError):
        edit_record(
            ledger, EditRecord(record=replace(get(ledger, "question", "out"), **changes), reason="It was meant.")
        )
    assert every_row(ledger) == rows


def test_the_refusal_says_what_to_do(ledger: Ledger) -> None:
    moved = replace(get(ledger, "question", "out"), resolves_on=date(2022, 2, 23))
    with pytest.raises(
        InvalidInputError, match=r"found 2022-02-23, expected 2022-01-23, as it is\n.*Add a new question"
    ):
        edit_record(ledger, EditRecord(record=moved))


def test_criteria_of_a_question_with_predictions_are_clarified_with_a_reason(ledger: Ledger) -> None:
    before = records(ledger)
    was: Question = get(ledger, "question", "out")
    after = replace(was, criteria="Yes if all are out, by the ministry's count.")
    with pytest.raises(InvalidInputError, match="why the criteria were clarified"):
        edit_record(ledger, EditRecord(record=after))
    edit_record(ledger, EditRecord(record=after, reason="Counts differ."))
    assert records(ledger)["criteria_revision"] == [
        CriteriaRevision(question="out", replaced_on=NOW.date(), criteria=was.criteria, reason="Counts differ.")
    ]
    assert entries(ledger)[0].summary == "Clarified the question Out by 23 January?"
    assert check_ledger(ledger).findings == ()
    undo_change(ledger, UndoChange())
    assert records(ledger) == before


def test_clarifying_back_and_forth_on_one_day_keeps_each_wording_once(ledger: Ledger) -> None:
    was: Question = get(ledger, "question", "out")
    other = replace(was, criteria="Other.")
    edit_record(ledger, EditRecord(record=other, reason="One."))
    edit_record(ledger, EditRecord(record=was, reason="Two."))
    with pytest.raises(RuleBrokenError, match="replaced today already"):
        edit_record(ledger, EditRecord(record=other, reason="Three."))


def test_a_question_without_predictions_may_become_another(ledger: Ledger) -> None:
    add_records(ledger, AddRecords(records=(STORY, ASKED)))
    after = replace(
        get(ledger, "question", "rain"), kind=QuestionKind.ORDERED, options=("none", "some"), criteria="Other."
    )
    edit_record(ledger, EditRecord(record=after))
    assert get(ledger, "question", "rain") == after
    assert records(ledger)["criteria_revision"] == []


def test_a_changed_question_must_agree_with_what_hangs_on_it(ledger: Ledger) -> None:
    variant = replace(ASKED, slug="rain-2", variant_of="rain")
    add_records(ledger, AddRecords(records=(STORY, ASKED, variant)))
    with pytest.raises(InvalidInputError, match=r"\[\[question\]\] rain-2 kind"):
        edit_record(ledger, EditRecord(record=replace(get(ledger, "question", "rain"), kind=QuestionKind.NUMERIC)))


def test_a_circle_over_records_that_are_there_is_refused(ledger: Ledger) -> None:
    add_records(ledger, AddRecords(records=(replace(SEER, member_of="paper"),)))
    with pytest.raises(InvalidInputError, match="comes back to itself"):
        edit_record(ledger, EditRecord(record=replace(get(ledger, "source", "paper"), member_of="oracle")))


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        ("source", "seer", "article text and prediction p1"),
        ("article", "text", "prediction p1"),
        ("question", "out", "prediction p1"),
    ],
)
def test_what_something_refers_to_is_not_removed(ledger: Ledger, kind: str, name: str, told: str) -> None:
    rows = every_row(ledger)
    with pytest.raises(RuleBrokenError, match=told):
        remove_record(ledger, RemoveRecord(kind=kind, name=name, reason="A mistake."))
    assert every_row(ledger) == rows


def test_what_was_resolved_is_not_removed(ledger: Ledger) -> None:
    add_records(ledger, AddRecords(records=(STORY, ASKED)))
    resolve_question(ledger, ResolveQuestion(question="rain", void=VoidReason.BAD_QUESTION, note="Nobody measured."))
    with pytest.raises(RuleBrokenError, match="What was resolved stays"):
        remove_record(ledger, RemoveRecord(kind="question", name="rain", reason="A mistake."))


def test_a_removal_says_why(ledger: Ledger) -> None:
    with pytest.raises(InvalidInputError, match="why it is removed"):
        remove_record(ledger, RemoveRecord(kind="prediction", name="p1", reason=" "))


def test_a_removed_record_and_what_belongs_to_it_come_back(ledger: Ledger, tmp_path: Path) -> None:
    add_records(ledger, AddRecords(records=EVERYTHING))
    remind_later(ledger, RemindLater(question="rain", remind_on=date(2027, 1, 1)))
    text = tmp_path / "letter.txt"
    text.write_text("It rained.\n\nIt will rain.\n", encoding="utf-8")
    attach_text(ledger, AttachText(article="letter", path=str(text)))
    whole = records(ledger)
    removals = [("prediction", "rain-1"), ("question", "rain"), ("passage", name_of(PASSED)), ("article", "letter")]
    for kind, name in removals:
        remove_record(ledger, RemoveRecord(kind=kind, name=name, reason="Entered twice."))
    assert (entries(ledger)[0].reason, entries(ledger)[0].summary) == ("Entered twice.", "Removed the article A letter")
    assert check_ledger(ledger).findings == ()
    for _ in removals:
        undo_change(ledger, UndoChange())
    assert records(ledger) == whole
    assert check_ledger(ledger).findings == ()


def test_a_pack_does_not_bring_back_what_was_removed(ledger: Ledger, tmp_path: Path) -> None:
    remove_record(ledger, RemoveRecord(kind="prediction", name="p1", reason="Not said."))
    report = load_packs(ledger, LoadPacks(paths=(pack(tmp_path, WHOLE),)))
    assert report.conflicts == ("prediction p1 was removed here",)
    assert records(ledger)["prediction"] == []
    undo_change(ledger, UndoChange(entry=entries(ledger)[0].entry))
    report = load_packs(ledger, LoadPacks(paths=(pack(tmp_path, WHOLE),)))
    assert (report.conflicts, report.unchanged["prediction"]) == ((), 1)


def test_what_a_pack_says_of_a_removed_record_is_left_out_and_told(ledger: Ledger, tmp_path: Path) -> None:
    for kind, name in (("prediction", "p1"), ("question", "out")):
        remove_record(ledger, RemoveRecord(kind=kind, name=name, reason="Not asked."))
    new = PREDICTION.replace('"p1"', '"p2"')
    report = load_packs(ledger, LoadPacks(paths=(pack(tmp_path, WHOLE, new),)))
    assert sorted(report.conflicts) == [
        "prediction p1 was removed here",
        "prediction p2 refers to what was removed here",
        "question out was removed here",
    ]
    assert check_ledger(ledger).findings == ()


def test_an_article_with_another_hash_lets_go_of_its_text(ledger: Ledger, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("They will be out.\n", encoding="utf-8")
    attach_text(ledger, AttachText(article="text", path=str(text)))
    attached = records(ledger)
    edit_record(ledger, EditRecord(record=replace(get(ledger, "article", "text"), sha256="0" * 64)))
    assert records(ledger)["article_text"] == []
    undo_change(ledger, UndoChange())
    assert records(ledger) == attached


def test_scores_that_a_change_moves_are_told(resolved_ledger: Ledger) -> None:
    scored = next(
        record
        for record in records(resolved_ledger)["prediction"]
        if isinstance(record, Prediction)
        and record.question == "csto-out-by-2022-01-23"
        and record.speakers == ("chan-kung",)
        and record.probability
    )
    turned = replace(scored, probability=1 - (scored.probability or 0), low=None, high=None)
    done = edit_record(resolved_ledger, EditRecord(record=turned))
    assert {move.source for move in done.moves} >= set(scored.speakers)


def test_a_draft_tells_what_it_alone_shows_wrong() -> None:
    record, problems = read_draft("source", {"slug": "x", "name": "X", "kind": "person", "member_of": "x"})
    assert record is not None
    assert [problem.field for problem in problems] == ["member_of"]
    record, problems = read_draft("source", {"slug": "X", "kind": "animal"})
    assert record is None
    assert {problem.field for problem in problems} == {"slug", "name", "kind"}


def test_unknown_names_are_told(ledger: Ledger) -> None:
    for kind, name in (("source", "seeer"), ("passage", "text / 3 / x"), ("passage", "nonsense")):
        with pytest.raises(UnknownRecordError):
            find_record(ledger, kind, name)
