"""The analyst's copies of texts: checked by their hash, read by paragraph, undone, and never part of a pack."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from forecasts.domain import limits
from forecasts.domain.intents import AddRecords, AttachText, DetachText, EditRecord, LoadPacks, UndoChange
from forecasts.domain.records import Article, ArticleText, Prediction
from forecasts.errors import InvalidInputError, RuleBrokenError, UnknownRecordError
from forecasts.services.articles import article_reading, article_text
from forecasts.services.check import check_ledger
from forecasts.services.export import export_pack
from forecasts.services.ledger import Ledger, open_ledger
from forecasts.services.load import load_packs
from forecasts.services.record import add_records, edit_record, find_record
from forecasts.services.texts import attach_text, detach_text
from forecasts.services.undo import undo_change
from tests.services.looking import entries, every_row, records
from tests.services.packs import HEAD, PEOPLE, QUESTION, pack

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "What will come\n\n  The troops will be out.\r\nNobody knows.\n\nSecond article\nIt will rain. It will snow.\n"
SHA = hashlib.sha256(TEXT.encode()).hexdigest()

ARTICLES = f"""
[[article]]
slug = "one"
title = "What will come"
authors = ["seer"]
published_on = 2022-01-10
file = "page.txt"
sha256 = "{SHA}"
lines = [1, 3]

[[article]]
slug = "two"
title = "Second article"
published_on = 2022-01-10
file = "page.txt"
sha256 = "{SHA}"
lines = [4, 5]

[[prediction]]
slug = "out-1"
question = "out"
speakers = ["seer"]
article = "one"
claim = "They will be out."
phrase = "will be out"
paragraph = 2
probability = 0.9

[[prediction]]
slug = "snow"
question = "out"
speakers = ["seer"]
article = "two"
claim = "Snow."
phrase = "will snow"
paragraph = 5
probability = 0.9

[[prediction]]
slug = "rain"
question = "out"
speakers = ["seer"]
article = "two"
claim = "Rain."
phrase = "will rain"
paragraph = 5
probability = 0.4

[[prediction]]
slug = "nowhere"
question = "out"
speakers = ["seer"]
article = "two"
claim = "Something."
phrase = "whatever"
probability = 0.4

[[passage]]
article = "one"
paragraph = 3
phrase = "Nobody knows"
reason = "rhetorical"
"""


@pytest.fixture
def ledger(empty_ledger: Ledger, tmp_path: Path) -> Ledger:
    """A ledger with two articles on one page, and one whose text was never named."""
    path = pack(tmp_path, HEAD, PEOPLE, QUESTION, ARTICLES)
    load_packs(empty_ledger, LoadPacks(paths=(path,)))
    return empty_ledger


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """The page as it was saved, line ends of both kinds included."""
    path = tmp_path / "page.txt"
    path.write_bytes(TEXT.encode())
    return path


def test_attached_text_is_read_by_the_files_own_numbers(ledger: Ledger, page: Path) -> None:
    assert article_text(ledger, "one") is None
    done = attach_text(ledger, AttachText(article="one", path=str(page)))
    assert (done.articles, done.sha256, done.size, done.paragraphs) == (("one", "two"), SHA, len(TEXT.encode()), 5)
    one, two = article_text(ledger, "one"), article_text(ledger, "two")
    assert one is not None
    assert two is not None
    assert [(each.number, each.text) for each in one.paragraphs] == [
        (1, "What will come"),
        (2, "The troops will be out."),
        (3, "Nobody knows."),
    ]
    assert [each.number for each in two.paragraphs] == [4, 5]
    assert done.not_found == ("nowhere: names no paragraph",)


def test_reading_puts_claims_and_passages_at_their_words(ledger: Ledger, page: Path) -> None:
    attach_text(ledger, AttachText(article="one", path=str(page)))
    one, two = article_reading(ledger, "one"), article_reading(ledger, "two")
    first, second, third = one.paragraphs
    assert (first.predictions, first.passages) == ((), ())
    (claim,) = second.predictions
    assert claim.words is not None
    assert second.text[slice(*claim.words)] == claim.record.phrase
    assert (claim.speaker_names, claim.question_title, claim.number.probability) == (
        ("A. Seer",),
        "Out by 23 January?",
        0.9,
    )
    (passage,) = third.passages
    assert passage.words == (0, len("Nobody knows"))
    assert [[claim.record.slug for claim in each.predictions] for each in two.paragraphs] == [
        [],
        ["rain", "snow"],
        ["nowhere"],
    ]
    assert two.paragraphs[-1].number == 0
    assert one.author_names == ("A. Seer",)


def test_reading_without_a_text_has_the_paragraphs_that_were_recorded(ledger: Ledger) -> None:
    reading = article_reading(ledger, "two")
    assert reading.text is None
    assert [(each.number, each.text, len(each.predictions)) for each in reading.paragraphs] == [(5, "", 2), (0, "", 1)]


def test_the_history_has_hash_and_size_and_not_the_text(ledger: Ledger, page: Path) -> None:
    attach_text(ledger, AttachText(article="one", path=str(page)))
    entry = entries(ledger)[0]
    assert entry.intent == "attach text"
    assert {change.name: change.after for change in entry.changes} == {
        slug: {"article": slug, "sha256": SHA, "size": len(TEXT.encode())} for slug in ("one", "two")
    }


def test_attaching_again_changes_nothing(ledger: Ledger, page: Path) -> None:
    attach_text(ledger, AttachText(article="one", path=str(page)))
    rows = every_row(ledger)
    assert attach_text(ledger, AttachText(article="two", path=str(page))).entry is None
    assert every_row(ledger) == rows


def test_an_article_that_names_no_text_gets_the_files_name_and_hash(ledger: Ledger, page: Path) -> None:
    attach_text(ledger, AttachText(article="text", path=str(page)))
    (article,) = [record for record in records(ledger)["article"] if record.slug == "text"]  # type: ignore[union-attr]
    assert isinstance(article, Article)
    assert (article.file, article.sha256) == ("page.txt", SHA)
    assert article_text(ledger, "text") is not None


def test_another_text_than_the_record_names_is_refused(ledger: Ledger, page: Path) -> None:
    rows = every_row(ledger)
    page.write_text(TEXT + "More.\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match=r"sha256: found [0-9a-f]{64}, expected " + SHA):
        attach_text(ledger, AttachText(article="one", path=str(page)))
    assert every_row(ledger) == rows


@pytest.mark.no_engine_decides
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the article's text"),
        (b" \n\t\n", "the article's text"),
        (b"a\0b", "expected text"),
        (b"\xcf\xf0\xe8\xe2\xe5\xf2", "save it in that encoding"),
        (b"x" * (limits.ARTICLE_BYTES + 1), "at most 2,000,000 bytes"),
    ],
)
def test_what_is_no_text_is_refused(ledger: Ledger, page: Path, content: bytes, expected: str) -> None:
    page.write_bytes(content)
    with pytest.raises(InvalidInputError, match=expected):
        attach_text(ledger, AttachText(article="text", path=str(page)))


def test_a_file_of_two_megabytes_is_kept(ledger: Ledger, page: Path) -> None:
    page.write_bytes(b"x" * limits.ARTICLE_BYTES)
    assert attach_text(ledger, AttachText(article="text", path=str(page))).size == limits.ARTICLE_BYTES


def test_a_folder_and_a_missing_file_are_told(ledger: Ledger, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.txt"):
        with pytest.raises(InvalidInputError, match="cannot be attached"):
            attach_text(ledger, AttachText(article="one", path=str(path)))


def test_an_unknown_article_offers_the_nearest(ledger: Ledger, page: Path) -> None:
    with pytest.raises(UnknownRecordError, match="Did you mean one"):
        attach_text(ledger, AttachText(article="onee", path=str(page)))


def test_attaching_and_detaching_are_undone_and_done_again_after_a_restart(
    ledger: Ledger, empty_address: str, page: Path
) -> None:
    before = records(ledger)
    attach_text(ledger, AttachText(article="one", path=str(page)))
    attached = records(ledger)
    detach_text(ledger, DetachText(article="one", reason="The owner asked."))
    assert article_text(ledger, "one") is None
    assert article_text(ledger, "two") is not None
    ledger.close()
    again = open_ledger(empty_address, analyst="tester", clock=ledger.clock)
    undo_change(again, UndoChange())
    assert records(again) == attached
    assert article_text(again, "one") is not None
    undo_change(again, UndoChange())
    assert records(again) == before
    undo_change(again, UndoChange(entry=entries(again)[0].entry))
    assert records(again) == attached
    assert check_ledger(again).findings == ()
    again.close()


def test_what_is_not_attached_cannot_be_detached(ledger: Ledger) -> None:
    with pytest.raises(RuleBrokenError, match="has no text here"):
        detach_text(ledger, DetachText(article="one"))


def test_a_pack_never_carries_the_text(ledger: Ledger, page: Path, tmp_path: Path) -> None:
    before = export_pack(ledger, tmp_path / "before")
    attach_text(ledger, AttachText(article="one", path=str(page)))
    after = export_pack(ledger, tmp_path / "after")
    parts = [[path.read_bytes() for path in paths if path.suffix == ".toml"] for paths in (before, after)]
    assert parts[0]
    assert parts[0] == parts[1]


def test_words_that_stand_nowhere_are_told_when_entered_and_by_check(ledger: Ledger, page: Path) -> None:
    attach_text(ledger, AttachText(article="one", path=str(page)))
    claim = find_record(ledger, "prediction", "out-1")[0]
    assert isinstance(claim, Prediction)
    entered = (
        replace(claim, slug="unseen", phrase="will\u00a0be\u200b out"),
        replace(claim, slug="words-of-nobody", phrase="will stay"),
    )
    told = add_records(ledger, AddRecords(records=entered)).notes
    edited = edit_record(ledger, EditRecord(record=replace(entered[1], phrase="will go"))).notes
    assert [note.split(":")[0] for note in (*told, *edited)] == ["words-of-nobody", "words-of-nobody"]
    notes = [note.what for note in check_ledger(ledger).notes if note.area == "texts"]
    assert notes == [
        "nowhere: names no paragraph",
        "words-of-nobody: 'will go' does not stand in paragraph 2 of page.txt",
    ]


def test_check_tells_a_text_that_was_altered(ledger: Ledger, page: Path) -> None:
    attach_text(ledger, AttachText(article="one", path=str(page)))
    assert check_ledger(ledger).findings == ()
    ledger.database.write(lambda connection: connection.exec_driver_sql("UPDATE text_copy SET content = 'other'"))
    assert [finding.what for finding in check_ledger(ledger).findings] == [f"the text {SHA} was altered"]


def test_attached_texts_are_records_of_this_ledger_alone(ledger: Ledger, page: Path) -> None:
    attach_text(ledger, AttachText(article="one", path=str(page)))
    assert [record for record in records(ledger)["article_text"] if isinstance(record, ArticleText)] == [
        ArticleText(article="one", sha256=SHA, size=len(TEXT.encode())),
        ArticleText(article="two", sha256=SHA, size=len(TEXT.encode())),
    ]
