"""Any table of predictions, its columns named and its scale stated."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.domain.dates import Span
from forecasts.domain.kinds import Basis, Coverage, DeadlineBasis, QuestionKind, SourceKind, VoidReason
from forecasts.domain.records import OptionProbability, Quantile
from forecasts.interchange.imports.building import slug_of_name
from forecasts.interchange.imports.csv_columns import COLUMNS, HEADER
from forecasts.interchange.imports.reports import ImportOptions
from forecasts.interchange.imports.tables import join_list, read_number, split_list
from forecasts.paths import docs_folder
from forecasts.text import cell_text, inert_cell
from tests.imports.documents import SIMPLE
from tests.imports.reading import problems, read, told

PERCENT, SHARE = ImportOptions(scale="percent"), ImportOptions(scale="share")


def test_a_simple_table_is_read_with_names_and_titles() -> None:
    body = read("csv", SIMPLE, PERCENT).body
    assert [(item.slug, item.name, item.kind) for item in body.sources] == [
        ("ana-silva", "Ana Silva", SourceKind.UNKNOWN),
        (slug_of_name("Қасым"), "Қасым", SourceKind.UNKNOWN),
    ]
    (question,) = body.questions
    assert (question.title, question.criteria, question.resolves_on) == (
        "Will X resign?", "Will X resign?", date(2025, 12, 31),
    )  # fmt: skip
    assert sorted(item.probability or 0 for item in body.predictions) == [0.07, 0.125, 0.7]
    (resolution,) = body.resolutions
    assert (resolution.outcome, str(resolution.known_on)) == ("no", "2026-01-02")
    assert resolution.resolved_at.isoformat() == "2026-01-02T00:00:00+00:00"


def test_without_an_article_a_prediction_stands_in_its_sources_log_of_the_year() -> None:
    body = read("csv", SIMPLE, PERCENT).body
    article = next(item for item in body.articles if item.authors == ("ana-silva",))
    assert article.published_on == Span(date(2025, 1, 1), date(2025, 12, 31))
    assert article.coverage is Coverage.SELECTED


def test_columns_are_mapped_by_their_own_headers_and_the_rest_is_told() -> None:
    text = "Author;Q;P;Day;Deadline;Mood\nAna;Rain?;0.4;2025-01-01;2025-02-01;good\n"
    columns = {"source": "Author", "question": "Q", "probability": "P", "made_on": "Day", "resolves_on": "Deadline"}
    imported = read("csv", text, ImportOptions(columns=columns, scale="share", delimiter=";"))
    assert [item.probability for item in imported.body.predictions] == [0.4]
    assert imported.notes == ("Columns not read: Mood.",)


@pytest.mark.parametrize(
    ("more", "cells", "basis"),
    [
        ("", "", Basis.STATED),
        (",phrase", ",very likely", Basis.ANALYST),
        (",phrase,basis", ",four in ten,stated", Basis.STATED),
        (",basis", ",analyst", Basis.ANALYST),
        (",phrase", ",", Basis.STATED),
    ],
)
def test_a_number_without_words_is_its_sources_own_unless_a_column_says_otherwise(
    more: str, cells: str, basis: Basis
) -> None:
    text = f"source,question,probability,made_on,resolves_on{more}\nAna,Rain?,0.4,2025-01-01,2025-02-01{cells}\n"
    (said,) = read("csv", text, SHARE).body.predictions
    assert said.basis is basis


@pytest.mark.parametrize(
    ("more", "cells", "constants", "basis"),
    [
        ("", "", {}, DeadlineBasis.STATED),
        (",basis", ",stated", {}, DeadlineBasis.ANALYST),
        (",phrase", ",will not", {}, DeadlineBasis.ANALYST),
        (",phrase", ",will not", {"basis": "stated"}, DeadlineBasis.STATED),
    ],
)
def test_a_deadline_for_which_numbers_were_stated_is_no_analysts_choice(
    more: str, cells: str, constants: dict[str, str], basis: DeadlineBasis
) -> None:
    text = f"source,question,probability,made_on,resolves_on{more}\nAna,Rain?,0.4,2025-01-01,2025-02-01{cells}\n"
    (question,) = read("csv", text, replace(SHARE, constants=constants)).body.questions
    assert question.deadline_basis is basis


def test_headers_are_found_by_name_whatever_their_case() -> None:
    text = "Source,Question,Probability,Made on,RESOLVES_ON\nAna,Rain?,0.4,2025-01-01,2025-02-01\n"
    assert len(read("csv", text, SHARE).body.predictions) == 1


def test_a_scale_is_never_guessed() -> None:
    (problem,) = problems("csv", SIMPLE)
    assert (problem.found, problem.field) == ("no scale", "probability")
    assert "--scale" in problem.expected


def test_a_per_cent_sign_on_the_other_scale_is_wrong() -> None:
    found = [(item.name, item.field, item.found) for item in problems("csv", SIMPLE, SHARE)]
    assert found == [
        ("line 2", "probability", "'70'"),
        ("line 3", "probability", "'12.5'"),
        ("line 4", "probability", "'7%'"),
    ]


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ({"sauce": "source"}, "did you mean source?"),
        ({"source": "Author"}, "one of: source, question"),
    ],
)
def test_a_wrong_mapping_is_told(columns: dict[str, str], what: str) -> None:
    assert what in told("csv", SIMPLE, ImportOptions(columns=columns, scale="percent"))


def test_needed_columns_are_all_told() -> None:
    fields = [item.field for item in problems("csv", "a,b\n1,2\n", SHARE)]
    assert fields == ["source", "question"]


def test_rows_that_say_different_things_of_one_question_are_told() -> None:
    text = SIMPLE + "Bo,Will X resign?,50,2025-06-01,2026-12-31,yes,2026-01-02\r\n"
    found = [(item.field, item.found, item.expected) for item in problems("csv", text, PERCENT)]
    assert found[0][:2] == ("resolves_on", "'2026-12-31'")
    assert "line 2" in found[0][2]
    assert found[1][:2] == ("outcome", "'yes'")
    skipped = read("csv", text, PERCENT).skipped
    assert [(one.what, one.count, one.examples[0][:6]) for one in skipped] == [
        ("row", 1, "line 5"),
        ("row", 1, "line 5"),
    ]


def test_two_on_a_day_need_names_and_the_same_row_is_taken_once() -> None:
    again = SIMPLE + SIMPLE.splitlines(keepends=True)[2]
    imported = read("csv", again, PERCENT)
    assert [(item.why, item.examples) for item in imported.skipped] == [("the same prediction again", ("line 5",))]
    other = SIMPLE + "Ana Silva,Will X resign?,99,2025-06-01,2025-12-31,,\r\n"
    (problem,) = problems("csv", other, PERCENT)
    assert (problem.name, problem.field) == ("line 5", "prediction")


def test_two_names_that_would_share_a_slug_are_two_sources() -> None:
    rows = "Jo Smith,Q,1,2025-01-01,2025-02-01\nJo-Smith!,Q,1,2025-01-02,\n"
    text = f"source,question,probability,made_on,resolves_on\n{rows}"
    first, second = read("csv", text, PERCENT).body.sources
    assert (first.slug, first.name, second.name) == ("jo-smith", "Jo Smith", "Jo-Smith!")
    assert second.slug.startswith("jo-smith-")


def test_every_kind_of_question_is_read() -> None:
    header = "prediction,source,question,question_kind,options,unit,range,probabilities,quantiles,"
    header += "made_on,resolves_on,outcome,known_on\n"
    text = header + (
        "p1,a; b,q1,multiple_choice,A; B\\;C; D: E,,,A: 20; B\\;C: 70; D: E: 10,,2025-01-01,2025-02-01,B;C,2025-02-01\n"
        "p2,a,q2,numeric,,days,0; 100,,0.05: 3; 0.5: 7.5; 0.95: 14,2025-01-01,2025-02-01,9,2025-02-01\n"
        "p3,a,q3,date,,,,,0.5: 2025-01-20,2025-01-01,2025-02-01,not-by-deadline,2025-02-02\n"
    )
    body = read("csv", text, PERCENT).body
    one, two, three = body.predictions
    assert one.speakers == ("a", "b")
    assert one.probabilities == (
        OptionProbability(option="A", probability=0.2),
        OptionProbability(option="B;C", probability=0.7),
        OptionProbability(option="D: E", probability=0.1),
    )
    assert two.quantiles[1] == Quantile(level=0.5, value=7.5)
    assert three.quantiles == (Quantile(level=0.5, value=date(2025, 1, 20)),)
    assert [item.kind for item in body.questions] == [
        QuestionKind.MULTIPLE_CHOICE, QuestionKind.NUMERIC, QuestionKind.DATE,
    ]  # fmt: skip
    assert [item.outcome for item in body.resolutions] == ["B;C", 9.0, "not-by-deadline"]


def test_a_row_without_a_source_is_a_question_with_its_outcome() -> None:
    text = "source,question,question_title,resolves_on,void\n,q1,Rain?,2025-02-01,bad-question\n"
    body = read("csv", text).body
    assert body.predictions == ()
    assert body.resolutions[0].void is VoidReason.BAD_QUESTION


def test_a_standard_is_known_by_its_slug_and_says_so() -> None:
    text = "source,question,probability,made_on,resolves_on,phrase,basis,standard\n"
    text += "Ana,q,0.3,2025-01-01,2025-02-01,unlikely,standard,icd-203\n"
    imported = read("csv", text, SHARE)
    assert imported.body.predictions[0].basis is Basis.STANDARD
    assert imported.notes == ("Standard known by its slug only: icd-203.",)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("Ana,Q,0_1,2025-01-01,2025-02-01,,", "probability"),
        ("Ana,Q,٠,2025-01-01,2025-02-01,,", "probability"),
        ("Ana,Q,infinity,2025-01-01,2025-02-01,,", "probability"),
        ("Ana,Q,nan,2025-01-01,2025-02-01,,", "probability"),
        ("Ana,Q,-1,2025-01-01,2025-02-01,,", "probability"),
        ("Ana,Q,101,2025-01-01,2025-02-01,,", "probability"),
        ("Ana,Q,50,yesterday,2025-02-01,,", "made_on"),
        ("Ana,Q,50,2025-02-30,2025-02-01,,", "made_on"),
        ("Ana,Q,50,,2025-02-01,,", "made_on"),
        ("Ana,Q,50,2025-01-01,1492-01-01,,", "resolves_on"),
        ("Ana,Q,50,2025-01-01,,,", "resolves_on"),
        ("Ana,Q,50,2025-01-01,2025-02-01,maybe,2025-02-01", "outcome"),
        ("Ana,Q,50,2025-01-01,2025-02-01,yes,", "known_on"),
        ("Ana,,50,2025-01-01,2025-02-01,,", "question"),
        ("An\x00a,Q,50,2025-01-01,2025-02-01,,", "name"),
        ("A" * 301 + ",Q,50,2025-01-01,2025-02-01,,", "name"),
    ],
)
def test_a_wrong_cell_is_told_with_line_and_column(row: str, field: str) -> None:
    header = "source,question,probability,made_on,resolves_on,outcome,known_on\n"
    good = "Bo,Other?,50,2025-01-01,2025-02-01,,\n"
    found = problems("csv", header + good + row + "\n", PERCENT)
    assert any(item.name.startswith("line 3") and item.field == field for item in found), found


def test_errors_of_one_kind_are_counted_after_the_first_of_them() -> None:
    header = "source,question,probability,made_on,resolves_on\n"
    text = told("csv", header + "Ana,Q,x,2025-01-01,2025-02-01\n" * 1500, PERCENT)
    assert "1,500 problems" in text
    assert "and 1,480 more of these kinds" in text
    assert text.index("line 2 ") < text.index("line 10 ") < text.index("line 21 ")


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(TEXTS, max_size=5))
def test_lists_in_a_cell_are_exact(items: list[str]) -> None:
    if items != [""]:
        assert split_list(join_list(items)) == items


@given(st.lists(st.tuples(TEXTS.filter(str.strip), st.floats(0, 1)), max_size=5, unique_by=lambda pair: pair[0]))
def test_pairs_in_a_cell_are_exact(pairs: list[tuple[str, float]]) -> None:
    column = COLUMNS["probabilities"]
    cell = column.cell(tuple(OptionProbability(option=option, probability=share) for option, share in pairs))
    assert column.reader("share", is_ours=True)(cell) == dict(pairs)


@given(st.text("'=+-@\t\r\n＝＋－＠a", max_size=6) | TEXTS)
def test_no_cell_is_a_formula_and_none_is_changed(text: str) -> None:
    assert cell_text(inert_cell(text)) == text
    assert not inert_cell(text).startswith(tuple("=+-@\t\r\n＝＋－＠"))


def probability_of(cell: str, scale: str) -> float:
    share: float = COLUMNS["probability"].reader(scale, is_ours=False)(cell)
    return share


@given(st.floats(0, 1))
def test_a_share_is_exact_and_per_cents_are_read_as_written(share: float) -> None:
    assert read_number(repr(share)) == share
    assert probability_of(repr(share), "share") == share


@pytest.mark.parametrize(("cell", "share"), [("7", 0.07), ("0.1 %", 0.001), ("100", 1.0), ("1e1", 0.1), (".5", 0.005)])
def test_per_cents(cell: str, share: float) -> None:
    assert probability_of(cell, "percent") == share


def test_our_own_header_states_the_scale() -> None:
    row = {"prediction": "p", "source": "ana", "question": "q", "probability": "0.5", "made_on": "2025-01-01"}
    row |= {"resolves_on": "2025-02-01", "claim": "'=1+1"}
    text = ",".join(HEADER) + "\r\n" + ",".join(row.get(name, "") for name in HEADER) + "\r\n"
    assert read("csv", text).body.predictions[0].claim == "=1+1"


def test_a_number_that_is_nobodys_is_told_and_not_passed_over() -> None:
    (problem,) = problems("csv", SIMPLE + ",Will X resign?,40,2025-07-01,,,\r\n", PERCENT)
    assert (problem.name, problem.field, problem.found) == ("line 5", "source", "nothing")


def test_every_column_is_documented() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", (docs_folder() / "imports.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name in HEADER if name not in listed] == []
