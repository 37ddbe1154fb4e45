"""Proposals: their words must stand in the text, they are hidden until it was read, every producer is counted."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.domain.dates import Span
from forecasts.domain.intents import AddRecords, AttachText
from forecasts.domain.kinds import SourceKind
from forecasts.domain.proposals import share
from forecasts.domain.records import Article, Prediction, Question, Record, Source
from forecasts.errors import InvalidInputError, RuleBrokenError
from forecasts.interchange.json_schemas import schema_text
from forecasts.interchange.proposals import read_lines
from forecasts.services.ledger import open_ledger
from forecasts.services.proposing import (
    article_proposals,
    decide,
    finish_blind,
    open_proposals,
    producer_agreement,
    propose_annotations,
    propose_command,
    propose_file,
    propose_rules,
)
from forecasts.services.record import add_records
from forecasts.services.texts import attach_text
from tests.documents.making import TEXT

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger

pytestmark = pytest.mark.no_engine_decides

BY = {"tool": "maker", "model": "m-1", "prompt_sha256": "ab" * 32, "at": "2026-11-29T10:00:00Z"}


def line(exact: str, **more: Any) -> str:
    return json.dumps({"exact": exact, "by": BY, **more})


@pytest.fixture
def reading(empty_ledger: Ledger, tmp_path: Path) -> Ledger:
    """A ledger with one article, its text, and two predictions that were recorded from it."""
    path = tmp_path / "text.txt"
    path.write_text(TEXT)
    claims = [
        Prediction(
            slug=f"claim-{number}",
            question="gone",
            speakers=("ann",),
            article="what",
            claim=phrase,
            phrase=phrase,
            paragraph=number,
            probability=0.9,
        )
        for number, phrase in ((1, "will be gone by the end of the month"), (2, "unlikely to fall"))
    ]
    records: tuple[Record, ...] = (
        Source(slug="ann", name="Ann", kind=SourceKind.PERSON),
        Article(slug="what", title="What", authors=("ann",), published_on=Span.of(date(2022, 1, 14))),
        Question(slug="gone", title="Gone?", criteria="They are.", resolves_on=date(2022, 1, 31)),
        *claims,
    )
    add_records(empty_ledger, AddRecords(records=records))
    attach_text(empty_ledger, AttachText(article="what", path=str(path)))
    return empty_ledger


def test_what_stands_in_the_text_is_kept_and_the_rest_is_counted_against_its_producer(
    reading: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / "made.jsonl"
    lines = (
        line("will  be gone", claim="The troops leave.", speakers=["Ann"], claim_type="forecast"),
        line("will be gone"),  # the same words again
        line("will stay for ever"),  # an invention
        line("Prices are unlikely", not_a_prediction="present-state"),
        line("may", suffix="look into fuel", prefix="The government"),
        line("gone", probability=0.9),  # no number is proposed
        line("gone", article="another"),
        '{"exact": ["gone"], "by": {"tool": "x"}}',
        "rubbish",
        "",
    )
    path.write_text("\n".join(lines))
    report = propose_file(reading, "what", path)
    assert (report.kept, report.repeated, report.nowhere) == (3, 1, ("will stay for ever",))
    assert [why.split(":")[0] for why in report.refused[:3]] == ["line 6", "line 8", "line 9"]
    assert "another" in report.refused[3]
    kept = article_proposals(reading, "what")
    assert [(one.paragraph, TEXT.split("\n")[one.paragraph - 1][one.start : one.end]) for one in kept.proposals] == [
        (1, "will be gone"),
        (2, "Prices are unlikely"),
        (2, "may"),
    ]


def test_a_ledger_has_its_proposals_by_whatever_link_one_comes_to_it(reading: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "made.jsonl"
    path.write_text(line("will be gone"))
    propose_file(reading, "what", path)
    place = reading.place.path
    assert place is not None
    link = tmp_path / "link.db"
    link.symlink_to(place)
    linked = open_ledger(str(link), analyst=reading.analyst, clock=reading.clock)
    assert [one.proposal.exact for one in article_proposals(linked, "what").proposals] == ["will be gone"]
    linked.close()


def test_nothing_is_shown_before_the_text_was_read_without_it(reading: Ledger) -> None:
    propose_rules(reading, "what", "")
    assert article_proposals(reading, "what").shown() == []
    assert producer_agreement(reading) == []
    finish_blind(reading, "what")
    assert article_proposals(reading, "what").shown() == article_proposals(reading, "what").proposals != []


def test_precision_and_recall_are_those_of_a_hand_count(reading: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "made.jsonl"
    words = ["will be gone", "nobody will miss them", "could be passed", "stands nowhere"]
    path.write_text("\n".join(map(line, words)))
    propose_file(reading, "what", path)
    finish_blind(reading, "what")
    (found,) = producer_agreement(reading)
    assert found.producer == "maker m-1 abababab"
    # recorded: two predictions; proposed in the text: three, of which one meets the first prediction
    assert (found.found, found.extra, found.met, found.missed, found.nowhere) == (1, 2, 1, 1, 1)
    assert found.precision is not None
    assert found.recall is not None
    assert found.precision[0] == pytest.approx(1 / 3)
    assert found.recall[0] == 0.5
    assert found.f1 == pytest.approx(0.4)
    accepted = article_proposals(reading, "what").proposals[0]
    decide(reading, "what", accepted, "accepted", is_unchanged=True)
    assert [(one.accepted, one.unchanged) for one in producer_agreement(reading)] == [(1, 1)]


def test_wilson_intervals_are_those_of_newcombe_1998() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263 and 15/148
    for (count, total), expected in {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605)}.items():
        found = share(count, total)
        assert found is not None
        assert found[1:] == pytest.approx(expected, abs=5e-5)
    assert share(0, 0) is None


def test_the_same_words_twice_are_told_apart_by_what_stands_beside_them(empty_ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("It will rain on Monday, and it will rain on Friday.\nThen it will rain on.\n")
    article = Article(slug="rain", title="Rain", published_on=Span.of(date(2022, 1, 14)))
    add_records(empty_ledger, AddRecords(records=(article,), text_path=str(path)))
    made = tmp_path / "made.jsonl"
    made.write_text(
        "\n".join((line("it will rain", prefix="Monday, and "), line("it will rain", prefix="Then", suffix="on.")))
    )
    propose_file(empty_ledger, "rain", made)
    assert [(one.paragraph, one.start) for one in article_proposals(empty_ledger, "rain").proposals] == [
        (1, 28),
        (2, 5),
    ]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("import time; time.sleep(30)", "not done within 0.5 seconds"),
        ("raise SystemExit('no model')", "exit status 1: no model"),
        ("print('x' * 30_000_000)", "more than 20,000,000 bytes"),
    ],
)
def test_a_program_that_fails_is_told_and_nothing_is_kept(reading: Ledger, script: str, said: str) -> None:
    seconds = 0.5 if "sleep" in script else 60
    with pytest.raises(InvalidInputError, match=said):
        propose_command(reading, "what", f'{sys.executable} -c "{script}"', seconds)
    assert article_proposals(reading, "what").proposals == []


def test_a_program_is_given_the_text_and_its_lines_are_read(reading: Ledger, tmp_path: Path) -> None:
    script = tmp_path / "producer.py"
    script.write_text(
        "import json, sys\n"
        "words = sys.stdin.read().split()\n"
        "print(json.dumps({'exact': ' '.join(words[:4]), 'by': {'tool': 'first words'}}))\n"
        "print('a line of a log')\n"
    )
    report = propose_command(reading, "what", f"{sys.executable} {script}")
    assert (report.kept, len(report.refused)) == (1, 1)
    assert propose_command(reading, "what", f"{sys.executable} {script}").repeated == 1
    with pytest.raises(InvalidInputError, match="No closing quotation"):
        propose_command(reading, "what", "'unclosed")
    with pytest.raises(InvalidInputError, match="No such file"):
        propose_command(reading, "what", "/nosuch/program")


def test_an_export_of_hypothesis_becomes_proposals(reading: Ledger, tmp_path: Path) -> None:
    selector = [
        {"type": "RangeSelector", "startContainer": "/p[1]"},
        {"type": "TextQuoteSelector", "exact": "will be\n gone", "prefix": "The troops ", "suffix": " by the end"},
    ]
    note = {"user": "acct:ann@hypothes.is", "text": "They leave.", "created": "2026-01-01T00:00:00Z"}
    rows = [{**note, "target": [{"source": "https://example.org", "selector": selector}]}, {**note, "target": [{}]}]
    for name, said in (("api.json", {"total": 2, "rows": rows}), ("client.json", {"annotations": rows})):
        path = tmp_path / name
        path.write_text(json.dumps(said))
        report = propose_annotations(reading, "what", path)
        assert report.kept + report.repeated == 1
    (one,) = article_proposals(reading, "what").proposals
    assert (one.proposal.claim, one.proposal.by.tool) == ("They leave.", "Hypothes.is ann")
    path.write_text('{"something": "else"}')
    with pytest.raises(InvalidInputError, match="export of Hypothes"):
        propose_annotations(reading, "what", path)


def test_an_article_without_a_text_is_told(empty_ledger: Ledger) -> None:
    add_records(
        empty_ledger, AddRecords(records=(Article(slug="a", title="A", published_on=Span.of(date(2022, 1, 14))),))
    )
    with pytest.raises(RuleBrokenError, match="has no text here"):
        propose_rules(empty_ledger, "a", "")


def test_the_schema_takes_what_is_read_and_refuses_what_is_not() -> None:
    schema = json.loads(schema_text("proposals"))
    jsonschema.Draft202012Validator.check_schema(schema)
    valid = jsonschema.Draft202012Validator(schema)
    question = {"title": "Gone?", "resolves_on": "2022-01-31"}
    for said in (line("gone"), line("gone", question=question, score=0.5, claim_type="possibility", phrase_about="no")):
        assert valid.is_valid(json.loads(said))
        assert len(read_lines(said.encode()).proposals) == 1
    for said in (line(""), line("gone", probability=0.5), line("gone", score=2), line("gone", claim_type="hope")):
        assert not valid.is_valid(json.loads(said))
        assert read_lines(said.encode()).proposals == []


@given(st.binary(max_size=200))
def test_whatever_a_program_prints_is_read_or_refused_by_line(data: bytes) -> None:
    found = read_lines(data)
    assert len(found.proposals) + len(found.refused) <= len(data.splitlines())


def test_what_is_shown_unread_is_noted_and_counts_for_nobody(reading: Ledger) -> None:
    propose_rules(reading, "what", "")
    shown = open_proposals(reading, "what").shown()
    assert shown
    assert article_proposals(reading, "what").shown() == shown
    assert producer_agreement(reading) == []
    with pytest.raises(RuleBrokenError, match="were shown before"):
        finish_blind(reading, "what")


def test_what_was_found_by_both_and_by_one_is_told_once_it_was_read(reading: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "made.jsonl"
    path.write_text(
        "\n".join((line("will be gone"), line("may look"), line("Prices", not_a_prediction="present-state")))
    )
    propose_file(reading, "what", path)
    assert article_proposals(reading, "what").compared() == ""
    assert finish_blind(reading, "what").compared() == "1 found by both, 1 by programs only, 1 by you only"
