"""Fatebook's CSV export."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from forecasts.domain.kinds import VoidReason
from tests.imports.documents import FATEBOOK, FATEBOOK_HEADER
from tests.imports.reading import problems, read, told


def test_every_forecast_is_read_with_its_question_and_outcome() -> None:
    imported = read("fatebook", FATEBOOK)
    assert imported.read == {"rows": 7, "forecasts": 7}
    body = imported.body
    assert (len(body.questions), len(body.sources), len(body.predictions), len(body.scenarios)) == (5, 2, 7, 1)
    assert {record.name for record in body.sources} == {"Ana", "Бо"}
    numbers = sorted((item.probability or 0, str(item.made_on)) for item in body.predictions)
    assert numbers[0] == (0.1, "2025-03-02")
    assert len(body.resolutions) == 4


def test_a_question_is_known_by_title_and_creation_together() -> None:
    titles = [question.title for question in read("fatebook", FATEBOOK).body.questions]
    assert titles.count("Will X resign?") == 2


def test_seconds_without_padding_and_hours_of_one_digit_are_times() -> None:
    resolution = min(read("fatebook", FATEBOOK).body.resolutions, key=lambda item: item.resolved_at)
    assert resolution.resolved_at.isoformat() == "2025-06-01T12:00:00+00:00"
    known = {str(item.known_on) for item in read("fatebook", FATEBOOK).body.resolutions if item.known_on}
    assert known == {"2026-01-02", "2025-06-01"}


def test_each_option_is_a_question_of_its_own_in_one_scenario() -> None:
    body = read("fatebook", FATEBOOK).body
    options = {item.title: item for item in body.questions if item.scenario}
    assert set(options) == {"Who wins? — Red", "Who wins? — Blue"}
    outcomes = {item.question: item.outcome for item in body.resolutions}
    assert outcomes[options["Who wins? — Red"].slug] == "yes"
    assert outcomes[options["Who wins? — Blue"].slug] == "no"
    assert len({item.scenario for item in options.values()}) == 1


def test_ambiguous_is_void_and_an_empty_resolution_is_open() -> None:
    body = read("fatebook", FATEBOOK).body
    voids = [item for item in body.resolutions if item.void]
    assert [item.void for item in voids] == [VoidReason.UNCLEAR_FACTS]
    assert voids[0].outcome == ""
    still = next(item.slug for item in body.questions if item.title == "Still open?")
    assert still not in {item.question for item in body.resolutions}


def test_a_later_forecast_of_the_same_person_revises_the_earlier() -> None:
    body = read("fatebook", FATEBOOK).body
    later = next(item for item in body.predictions if item.probability == 0.2)
    earlier = next(item for item in body.predictions if item.probability == 0.7)
    assert later.supersedes == earlier.slug
    assert later.made_on is not None
    assert later.made_on.first == date(2025, 6, 1)


def test_tags_and_notes_are_kept_and_shares_are_not() -> None:
    question = next(item for item in read("fatebook", FATEBOOK).body.questions if item.fine_print)
    assert question.fine_print == 'note, with "quotes"\nand a line\nTags: uk; politics'
    assert "Cy" not in question.criteria


def test_the_same_row_twice_is_taken_once_and_told() -> None:
    row = FATEBOOK.splitlines(keepends=True)[-1]
    imported = read("fatebook", FATEBOOK + row)
    assert len(imported.body.predictions) == 7
    (skipped,) = imported.skipped
    assert (skipped.what, skipped.why, skipped.count, skipped.examples) == (
        "forecast", "the same forecast again", 1, ("line 12",),
    )  # fmt: skip


def test_everything_wrong_is_told_at_once_by_line() -> None:
    bad = FATEBOOK + (
        '"Q",,"Ana",70,2025-03-01 09:05:3,"Ana",2025-03-01 09:05:3,2025-12-31 00:00:0,"NO",,,,,,,,\n'
        '"Q2",,"Ana",0.7,yesterday,"Ana",2025-13-01 09:05:3,2025-12-31 00:00:0,,,,,,,,,\n'
        '"Q3",,"Ana",0.7,2025-03-01 09:05:3,"Ana",2025-03-01 9:05:3,2025-12-31 0:0:0,"MAYBE",2025-03-02 1:1:1,,,,,,,\n'
    )
    found = [(item.name, item.field, item.found) for item in problems("fatebook", bad)]
    assert found == [
        ("line 12", "Forecast (scale = 0-1)", "'70'"),
        ("line 12", "Resolved at", "an empty text"),
        ("line 13", "Question created at", "'2025-13-01 09:05:3'"),
        ("line 13", "Forecast created at", "'yesterday'"),
        ("line 14", "Resolution", "'MAYBE'"),
    ]


def test_their_import_template_is_another_table() -> None:
    text = told("fatebook", "questionTitle,forecast,qCreatedAt\nQ,70%,2025-03-01\n")
    assert "Question title" in text
    assert "import template" in text


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "no header"),
        (FATEBOOK_HEADER.encode() + b'\n"open quote,,,\n', "never closed"),
        (FATEBOOK_HEADER.encode() + b"\na,b\n", "2 cells"),
        (FATEBOOK_HEADER.encode() + b"\n\xff\xfe,b\n", "byte"),
        (b"\xff" + FATEBOOK_HEADER.encode(), "UTF-8"),
        (f"{FATEBOOK_HEADER},Question title\n".encode(), "twice"),
        (FATEBOOK_HEADER.replace(",", ";").encode(), "separated by"),
    ],
)
def test_what_is_no_such_file_is_refused(data: bytes, what: str) -> None:
    assert what in told("fatebook", data)


def test_a_byte_order_mark_is_no_part_of_the_header() -> None:
    assert read("fatebook", b"\xef\xbb\xbf" + FATEBOOK.encode()).body == read("fatebook", FATEBOOK).body


def test_a_header_alone_is_an_empty_import() -> None:
    assert read("fatebook", FATEBOOK_HEADER).body.predictions == ()


def test_a_file_from_before_questions_had_options_has_the_same_questions() -> None:
    """The columns of Fatebook's own code of that time: no option, `Question resolution`, in another order."""
    rows = [row for row in csv.DictReader(io.StringIO(FATEBOOK)) if not row["Multiple choice option"]]
    older = {"Resolution": "Question resolution", "Resolved at": "Question resolved at"}
    columns = [column for column in rows[0] if column not in ("Multiple choice option", "Question tags")]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(older.get(column, column) for column in sorted(columns))
    writer.writerows([row[column] for column in sorted(columns)] for row in rows)
    here, there = read("fatebook", text.getvalue()).body, read("fatebook", FATEBOOK).body
    assert here.resolutions
    assert {one.slug for one in here.questions} <= {one.slug for one in there.questions}
    assert set(here.predictions) <= set(there.predictions)
    assert set(here.resolutions) <= set(there.resolutions)
