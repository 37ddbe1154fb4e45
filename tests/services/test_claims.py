"""Recording from a text: everything in one transaction, verbatim or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.domain.article_views import RecordClaim
from forecasts.domain.dates import read_span
from forecasts.domain.intents import AddRecords, AttachText, UndoChange
from forecasts.domain.kinds import Basis, Endorsement, PassageReason, SourceKind
from forecasts.domain.records import Article, Passage, Prediction, Question, Source
from forecasts.errors import InvalidInputError, RuleBrokenError
from forecasts.services.articles import article_reading, open_articles
from forecasts.services.claims import edit_claim, offered_questions, offered_sources, record_claim, reject_passage
from forecasts.services.explain import read_lexicon
from forecasts.services.record import add_records
from forecasts.services.texts import attach_text
from forecasts.services.undo import undo_change
from tests.services.looking import every_row

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger

CSTO = "csto-out-by-2022-01-23"
SAID = Prediction(
    slug="",
    speakers=(),
    article="own",
    paragraph=2,
    phrase="is unlikely that they leave",
    claim="They will hardly be gone.",
    endorsement=Endorsement.RELAYED,
    standard="icd-203",
    basis=Basis.STANDARD,
)
CLAIM = RecordClaim(prediction=SAID, speaker="chan-kung", question=CSTO)


def claimed(**changes: Any) -> RecordClaim:
    """The claim with other words, or another place."""
    return replace(CLAIM, prediction=replace(SAID, **changes))


@pytest.fixture
def reading(seeded_ledger: Ledger, tmp_path: Path) -> Ledger:
    """The seed with an article of our own, its text attached."""
    file = tmp_path / "own.txt"
    file.write_text("A title\n\nIt is unlikely that they leave.\nThe bridge was built in 1998.\n", encoding="utf-8")
    article = Article(slug="own", title="Ours", published_on=read_span("2021-12-20"))
    add_records(seeded_ledger, AddRecords(records=(article,)))
    attach_text(seeded_ledger, AttachText(article="own", path=str(file)))
    return seeded_ledger


def test_a_claim_is_kept_at_its_paragraph_with_its_reading(reading: Ledger) -> None:
    record_claim(reading, CLAIM)
    (claim,) = article_reading(reading, "own").paragraphs[1].predictions
    record = claim.record
    assert (record.slug, record.paragraph, record.phrase) == ("own-2-chan-kung", 2, SAID.phrase)
    assert (record.speakers, record.question, record.endorsement) == (("chan-kung",), CSTO, Endorsement.RELAYED)
    assert (record.standard, record.basis, record.probability) == ("icd-203", Basis.STANDARD, None)
    assert claim.number.probability is not None
    assert 0.2 < claim.number.probability < 0.45
    assert (record.coded_by, record.coded_on) == ("tester", date(2026, 11, 21))


def test_a_new_speaker_and_a_new_question_come_in_the_same_entry_and_go_with_it(reading: Ledger) -> None:
    before = every_row(reading)
    question = Question(
        slug="",
        title="Will they leave by the end of 2022?",
        criteria="Yes if the last unit has left.",
        resolves_on=date(2022, 12, 31),
        resolution_source="Two agencies.",
    )
    speaker = Source(slug="", name="Әсел Қасымова", kind=SourceKind.OFFICIAL)
    said = replace(SAID, standard="", basis=Basis.ANALYST, probability=0.3, low=0.2, high=0.5)
    done = record_claim(reading, RecordClaim(prediction=said, speaker=speaker, question=question))
    assert done.entry is not None
    (claim,) = article_reading(reading, "own").paragraphs[1].predictions
    assert claim.record.speakers == ("asel-qasymova",)
    assert claim.record.question == "will-they-leave-by-the-end-of-2022"
    assert (claim.record.probability, claim.record.low, claim.record.high) == (0.3, 0.2, 0.5)
    assert claim.record.basis is Basis.ANALYST
    undo_change(reading, UndoChange(entry=done.entry))
    after = every_row(reading)
    history = ("history_entry", "history_change")
    assert {name: rows for name, rows in after.items() if name not in history} == {
        name: rows for name, rows in before.items() if name not in history
    }


def test_a_vague_claim_that_is_given_a_question_leaves_its_scenario(reading: Ledger) -> None:
    vague = replace(SAID, standard="", basis=Basis.ANALYST, unscorable="no-deadline")
    was = RecordClaim(prediction=vague, speaker="chan-kung", question="", scenario="csto-mission")
    record_claim(reading, was)
    (before,) = article_reading(reading, "own").paragraphs[1].predictions
    assert before.record.scenario == "csto-mission"
    edit_claim(reading, before.record, 1, was, CLAIM)
    (after,) = article_reading(reading, "own").paragraphs[1].predictions
    assert (after.record.question, after.record.scenario, after.record.unscorable) == (CSTO, "", "")


def test_the_same_again_gets_a_slug_of_its_own(reading: Ledger) -> None:
    record_claim(reading, CLAIM)
    record_claim(reading, claimed(phrase="unlikely"))
    claims = article_reading(reading, "own").paragraphs[1].predictions
    assert {claim.record.slug for claim in claims} == {"own-2-chan-kung", "own-2-chan-kung-2"}


@pytest.mark.no_engine_decides
@pytest.mark.parametrize("changes", [{"phrase": "is more unlikely"}, {"phrase": "Unlikely"}, {"paragraph": 3}])
def test_words_that_do_not_stand_so_are_refused_and_nothing_is_changed(
    reading: Ledger, changes: dict[str, object]
) -> None:
    before = every_row(reading)
    with pytest.raises(InvalidInputError, match="words as they stand in paragraph"):
        record_claim(reading, claimed(**changes))
    assert every_row(reading) == before


def test_without_its_text_nothing_is_recorded_from_an_article(seeded_ledger: Ledger) -> None:
    with pytest.raises(RuleBrokenError, match="has no text here"):
        record_claim(seeded_ledger, claimed(article="pravda-2022-01"))


def test_a_rejected_passage(reading: Ledger) -> None:
    passage = Passage(article="own", paragraph=3, phrase="was built in 1998", reason=PassageReason.PAST_EVENT)
    reject_passage(reading, passage)
    (kept,) = article_reading(reading, "own").paragraphs[2].passages
    assert kept.record == passage
    with pytest.raises(InvalidInputError, match="words as they stand"):
        reject_passage(reading, replace(passage, phrase="was torn down"))


def test_what_is_at_hand_is_offered_first(reading: Ledger) -> None:
    assert [pick.slug for pick in offered_sources(reading, "CHAN ku", "own")] == ["chan-kung"]
    record_claim(reading, CLAIM)
    assert offered_sources(reading, "", "own")[0].slug == "chan-kung"
    assert offered_questions(reading, "", "own")[0].slug == CSTO
    found = offered_questions(reading, "23 january PEACE", "own")
    assert CSTO in [pick.slug for pick in found]
    assert offered_questions(reading, "100%_", "own") == []


def test_articles_by_the_window(reading: Ledger) -> None:
    window = open_articles(reading)
    rows = window.rows(0, 100)
    assert len(rows) == len(window)
    assert [row.slug for row in rows] == [window.slug_at(place) for place in range(len(window))]
    own = next(row for row in rows if row.slug == "own")
    assert (own.claims, own.passages, own.has_text) == (0, 0, True)
    other = next(row for row in rows if row.slug == "anbound-2022-01-14")
    assert (other.claims > 0, other.passages > 0, other.has_text) == (True, True, False)
    assert window.index_of("own") is not None
    assert window.index_of("no-such") is None
    assert {row.slug for row in open_articles(reading, "CHAN KUNG").rows(0, 100)} >= {"anbound-2022-01-14"}
    assert {row.slug for row in open_articles(reading, "kung SITUATION").rows(0, 100)} == {"anbound-2022-01-14"}
    assert len(open_articles(reading, "100%_")) == len(open_articles(reading, '"kung situation"')) == 0


def test_a_standard_that_is_not_there_gives_no_numbers(reading: Ledger) -> None:
    assert read_lexicon(reading, "icd-203").phrases
    nothing = read_lexicon(reading, "no-such")
    assert (nothing.standard, nothing.phrases) == ("", ())
    assert ("unlikely",) in nothing.terms
