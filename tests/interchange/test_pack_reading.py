"""Packs as they are found on disk: folders, single files, what is left out, and what the ledger has already."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.domain import limits
from forecasts.domain.dates import Span
from forecasts.domain.kinds import QuestionKind, Side
from forecasts.domain.records import Condition, OptionProbability, Quantile, Record, name_of
from forecasts.errors import InvalidInputError, Problem
from forecasts.interchange.packs import read_pack
from forecasts.interchange.record_sets import Known, RecordSet, cross_record_problems, make_record_set
from forecasts.interchange.toml_files import parse_toml
from tests.interchange.pack_texts import FILES, PACK, PEOPLE, PREDICTIONS, QUESTIONS, small_pack, write_files
from tests.interchange.samples import is_inert, with_field

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def refused(
    path: Path | list[Path], *, with_resolutions: bool = False, known: Known | None = None
) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        read_pack(path, with_resolutions=with_resolutions, known=known or {})
    return caught.value


def told(error: InvalidInputError) -> list[str]:
    return [str(problem) for problem in error.problems]


def ledger(records: Iterable[Record]) -> Known:
    known: dict[str, dict[str, Record]] = {}
    for record in records:
        known.setdefault(type(record).__name__.lower(), {})[name_of(record)] = record
    return known


def test_small_pack_is_read_as_it_is_written(tmp_path: Path) -> None:
    body = read_pack(small_pack(tmp_path))
    (prediction,) = body.predictions
    assert (prediction.probability, prediction.low, prediction.high) == (0.1, 0.02, 0.2)
    assert body.questions[2].options == ("north", "south") or body.questions[3].options == ("north", "south")
    assert body.articles[0].published_on == Span.of(date(2022, 1, 14))
    assert body.resolutions[0].resolved_at == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert body.file_of(prediction) == "predictions.toml"
    assert [table for table, _ in body.tables()][:4] == ["pack", "standard", "phrase", "source"]
    assert [question.slug for question in body.questions] == ["how-many", "out-by-january", "when-out", "which-way"]


def test_one_file_and_several_paths_make_the_same_pack(tmp_path: Path) -> None:
    whole = read_pack(small_pack(tmp_path / "many"))
    write_files(tmp_path, {"one.toml": "\n".join(FILES.values())})
    assert read_pack(tmp_path / "one.toml") == whole
    write_files(tmp_path / "a", {"pack.toml": PACK, "people.toml": PEOPLE})
    write_files(tmp_path / "b", {name: FILES[name] for name in FILES if name not in ("pack.toml", "people.toml")})
    assert read_pack([tmp_path / "a", tmp_path / "b"]) == whole


def test_carriage_returns_in_a_file_make_no_difference(tmp_path: Path) -> None:
    plain = read_pack(small_pack(tmp_path / "lf"))
    write_files(tmp_path / "crlf", {name: text.replace("\n", "\r\n") for name, text in FILES.items()})
    assert read_pack(tmp_path / "crlf") == plain


def test_resolutions_folder_is_read_only_when_asked(tmp_path: Path) -> None:
    folder = small_pack(tmp_path)
    (folder / "resolutions").mkdir()
    (folder / "resolutions.toml").rename(folder / "resolutions" / "reference.toml")
    assert read_pack(folder).resolutions == ()
    body = read_pack(folder, with_resolutions=True)
    assert body.file_of(body.resolutions[0]) == "resolutions/reference.toml"


def test_hidden_and_other_files_are_left_alone(tmp_path: Path) -> None:
    folder = small_pack(tmp_path)
    write_files(folder, {".#people.toml": "[[", ".git/x.toml": "[[", "notes.txt": "[[", "deep/er/more.toml": ""})
    assert len(read_pack(folder).sources) == 2


def test_errors_of_three_files_are_told_at_once_in_order(tmp_path: Path) -> None:
    folder = small_pack(
        tmp_path,
        people_toml=PEOPLE.replace('"person"', '"pundit"'),
        questions_toml=QUESTIONS.replace("2022-01-06", "2022-02-30"),
        predictions_toml=PREDICTIONS.replace("0.1", "1.2"),
    )
    error = refused(folder)
    assert [problem.file for problem in error.problems] == ["people.toml", "predictions.toml", "questions.toml"]
    assert "was not taken: 3 problems." in str(error)
    assert str(folder) in error.message
    assert "load it again" in error.advice


def test_references_to_records_that_are_told_already_are_not_told_again(tmp_path: Path) -> None:
    assert len(told(refused(small_pack(tmp_path / "a", people_toml=PEOPLE.replace('"person"', '"pundit"'))))) == 1
    assert len(told(refused(small_pack(tmp_path / "b", people_toml=PEOPLE.replace('"person"', "person"))))) == 1


def test_newer_format_is_the_only_thing_told(tmp_path: Path) -> None:
    newer = PACK.replace("format = 1", "format = 2")
    error = refused(small_pack(tmp_path, pack_toml=newer, people_toml="[[novelty]]\nx = 1\n"))
    assert "newer version of the program" in error.message
    assert told(error) == ["pack.toml: [[pack]] format: found 2, expected format 1, the newest that this program reads"]
    assert "Install" in error.advice


def test_pack_table_is_needed(tmp_path: Path) -> None:
    (problem,) = told(refused(small_pack(tmp_path, pack_toml="")))
    assert problem.startswith("[[pack]]: found none, expected one [pack] table with format = 1")


def test_nothing_there(tmp_path: Path) -> None:
    assert str(tmp_path / "nowhere") in refused(tmp_path / "nowhere").message
    error = refused(tmp_path)
    assert "no file below it ends in .toml" in error.message
    assert "Give a folder" in error.advice


def test_a_byte_order_mark_at_the_beginning_is_passed_over(tmp_path: Path) -> None:
    plain = read_pack(small_pack(tmp_path / "plain"))
    marked = read_pack(small_pack(tmp_path / "marked", people_toml=b"\xef\xbb\xbf" + PEOPLE.encode()))
    assert tuple(marked.records()) == tuple(plain.records())
    assert told(refused(small_pack(tmp_path / "inside", people_toml=PEOPLE.encode() + b"\xef\xbb\xbf")))


def test_utf_16_is_not_read(tmp_path: Path) -> None:
    assert "save the file as UTF-8" in told(refused(small_pack(tmp_path, people_toml=PEOPLE.encode("utf-16"))))[0]


def test_size_is_limited_before_reading(tmp_path: Path) -> None:
    folder = small_pack(tmp_path)
    with (folder / "people.toml").open("wb") as file:
        file.truncate(limits.PACK_BYTES + 1)
    assert told(refused(folder)) == [
        "people.toml: found 50,000,001 bytes, expected at most 50,000,000 bytes in one file"
    ]


def test_the_sum_of_the_files_is_limited_too(tmp_path: Path) -> None:
    folder = small_pack(tmp_path)
    for number in range(limits.PACK_SUM // limits.PACK_BYTES):
        with (folder / f"more-{number}.toml").open("wb") as file:
            file.truncate(limits.PACK_BYTES)
    with pytest.raises(InvalidInputError, match=r"bytes in 2\d files.\nLoad at most 1,000,000,000 bytes at once"):
        read_pack(folder)


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    folder = small_pack(tmp_path)
    os.mkfifo(folder / "pipe.toml")
    (folder / "gone.toml").symlink_to(tmp_path / "nowhere.toml")
    assert told(refused(folder)) == [
        "gone.toml: found no such file or directory, expected a file that can be read",
        "pipe.toml: found something else, expected a regular file",
    ]


def test_references_may_point_into_the_ledger(tmp_path: Path) -> None:
    whole = read_pack(small_pack(tmp_path / "whole"))
    write_files(tmp_path / "part", {"pack.toml": PACK, "predictions.toml": PREDICTIONS})
    assert len(told(refused(tmp_path / "part"))) == 3
    known = ledger([*whole.sources, *whole.articles, *whole.questions])
    assert read_pack(tmp_path / "part", known=known).predictions == whole.predictions
    numeric = replace(whole.questions[1], kind=QuestionKind.NUMERIC)
    known = ledger([*whole.sources, *whole.articles, numeric])
    assert len(told(refused(tmp_path / "part", known=known))) == 3


def test_standard_of_the_ledger_reads_the_phrase(tmp_path: Path) -> None:
    whole = read_pack(small_pack(tmp_path / "whole"))
    read = PREDICTIONS.replace("probability = 0.1\nlow = 0.02\nhigh = 0.2", 'standard = "icd-203"')
    write_files(tmp_path / "part", {"pack.toml": PACK, "predictions.toml": read})
    there: list[Record] = [*whole.sources, *whole.articles, *whole.questions, *whole.standards]
    assert "words that 'icd-203' lists" in told(refused(tmp_path / "part", known=ledger(there)))[0]
    assert read_pack(tmp_path / "part", known=ledger([*there, *whole.phrases])).predictions[0].standard == "icd-203"


@pytest.mark.parametrize("field", ["condition", "variant_of", "implies"])
def test_circles_of_questions_are_told_once_through_the_ledger_too(field: str, tmp_path: Path) -> None:
    body = read_pack(small_pack(tmp_path))
    asked = body.questions[1]
    slugs = ["a", "b", "c"]
    ring = []
    for slug, following in zip(slugs, [*slugs[1:], slugs[0]], strict=True):
        condition = Condition(question=following, outcome="yes")
        value = {"condition": condition, "implies": (following,)}.get(field, following)
        ring.append(with_field(replace(asked, slug=slug), field, value))
    (problem,) = cross_record_problems(make_record_set(body.pack, ring))
    assert (problem.name, problem.field, problem.found) == ("a", field, "a → b → c → a")
    (problem,) = cross_record_problems(make_record_set(body.pack, ring[1:2]), ledger([ring[0], ring[2]]))
    assert problem.found == "b → c → a → b"
    opened = with_field(ring[2], field, {"condition": None, "implies": ()}.get(field, ""))
    assert cross_record_problems(make_record_set(body.pack, [*ring[:2], opened])) == ()


@pytest.mark.parametrize("field", ["supersedes", "restates"])
def test_circles_of_predictions_are_told(field: str, tmp_path: Path) -> None:
    body = read_pack(small_pack(tmp_path))
    one = with_field(replace(body.predictions[0], slug="x"), field, "y")
    other = with_field(replace(body.predictions[0], slug="y"), field, "x")
    problems = cross_record_problems(replace(body, predictions=(one, other)))
    assert [(problem.name, problem.field, problem.found) for problem in problems] == [("x", field, "x → y → x")]


def test_a_name_twice_is_told(tmp_path: Path) -> None:
    body = read_pack(small_pack(tmp_path))
    problems = cross_record_problems(replace(body, sources=(*body.sources, body.sources[0])))
    assert [(problem.name, problem.found) for problem in problems] == [("anbound", "the name twice")]


def test_option_that_looks_like_a_date_stays_an_option(tmp_path: Path) -> None:
    dated = QUESTIONS.replace('["north", "south"]', '["2022-01-01", "2022-02-01"]')
    outcome = (
        '[[resolution]]\nquestion = "which-way"\noutcome = "2022-02-01"\nknown_on = 2022-02-01\n'
        'resolved_at = 2026-11-21T10:00:00Z\nnote = "n"\n'
    )
    body = read_pack(small_pack(tmp_path, questions_toml=dated, resolutions_toml=outcome))
    assert body.resolutions[0].outcome == "2022-02-01"


def test_option_probabilities_come_in_the_order_of_the_question(tmp_path: Path) -> None:
    given_back = PREDICTIONS.replace('"out-by-january"', '"which-way"').replace(
        "probability = 0.1\nlow = 0.02\nhigh = 0.2", "probabilities = { south = 0.75, north = 0.25 }"
    )
    body = read_pack(small_pack(tmp_path, predictions_toml=given_back))
    north, south = (
        OptionProbability(option="north", probability=0.25),
        OptionProbability(option="south", probability=0.75),
    )
    assert body.predictions[0].probabilities == (north, south)


def test_quantiles_come_in_the_order_of_their_levels(tmp_path: Path) -> None:
    given_back = PREDICTIONS.replace('"out-by-january"', '"when-out"').replace(
        "probability = 0.1\nlow = 0.02\nhigh = 0.2", 'quantiles = { "0.9" = 2022-03-01, "0.1" = "2022-02-01" }'
    )
    body = read_pack(small_pack(tmp_path, predictions_toml=given_back))
    first, last = date(2022, 2, 1), date(2022, 3, 1)
    assert body.predictions[0].quantiles == (Quantile(level=0.1, value=first), Quantile(level=0.9, value=last))


def test_phrase_about_no_and_several_conditions(tmp_path: Path) -> None:
    more = (
        'phrase_about = "no"\ncondition = { all = [ { question = "which-way", outcome = "north" }, '
        '{ question = "which-way", outcome = "south" } ] }\nclaim ='
    )
    (prediction,) = read_pack(small_pack(tmp_path, predictions_toml=PREDICTIONS.replace("claim =", more))).predictions
    assert prediction.phrase_about is Side.NO
    assert [condition.outcome for condition in prediction.condition] == ["north", "south"]


_BYTES = "\n".join(FILES.values()).encode()


@given(
    st.integers(0, len(_BYTES)),
    st.binary(max_size=4) | st.sampled_from([b'"', b"[", b"{", b"=", b'"""', b"\n", b"."]),
    st.integers(0, 9),
)
@settings(max_examples=400, deadline=None)
def test_no_change_of_a_pack_gives_anything_but_a_clear_error(place: int, added: bytes, removed: int) -> None:
    file = parse_toml(_BYTES[:place] + added + _BYTES[place + removed :], "x.toml")
    if file.problem:
        assert file.problem.file == "x.toml"
        assert file.problem.expected
        assert is_inert(str(file.problem))


def test_problem_lines_are_safe_on_a_terminal(tmp_path: Path) -> None:
    hostile = PEOPLE.replace('"ANBOUND"', '"\\u001b]52;c;x\\u0007\\u202e"') + '\n[["\\u001b[31m"]]\nx = 1\n'
    for problem in refused(small_pack(tmp_path, people_toml=hostile)).problems:
        assert is_inert(str(problem))


def test_body_keeps_its_order_whatever_the_order_given(tmp_path: Path) -> None:
    body = read_pack(small_pack(tmp_path))
    records = list(body.records())
    assert make_record_set(body.pack, reversed(records)) == body
    assert isinstance(body, RecordSet)
    assert Problem(file="a") < Problem(file="b")


def test_many_fractions_and_dots_are_not_taken_for_nesting() -> None:
    numbers = ", ".join(f"{number}.5" for number in range(200))
    shares = ", ".join(f'"option {number}" = 0.005' for number in range(200))
    prose = "a.b.c." * 200 + "[[{" * 200
    text = f"x = [{numbers}]\ny = {{ {shares} }}\nz = \"{prose}\"\nw = '{prose}' # {prose}\n"
    text += f'v = """\n{prose}\n"""\n'
    file = parse_toml(text.encode(), "x.toml")
    assert file.problem is None
    assert len(file.tables["x"]) == len(file.tables["y"]) == 200


@pytest.mark.parametrize(("depth", "is_read"), [(32, True), (33, False)])
def test_nesting_ends_at_its_limit(depth: int, is_read: bool) -> None:
    lists = "x = " + "[" * depth + "]" * depth
    keys = ".".join("a" * depth) + " = 1"
    quoted = ".".join(['"a b"'] * depth) + " = 1"
    assert (parse_toml(lists.encode(), "x.toml").problem is None) is is_read
    for text in (keys, quoted):
        assert (parse_toml(text.encode(), "x.toml").problem is None) is (depth <= 33)
    assert parse_toml((keys + "\n" + "b." * 40 + "c = 1").encode(), "x.toml").problem is not None


def test_nesting_that_is_built_from_short_keys_is_seen_after_reading() -> None:
    text = "[" + ".".join("a" * 20) + "]\n" + ".".join("b" * 20) + " = 1\n"
    file = parse_toml(text.encode(), "x.toml")
    assert file.problem is not None
    assert file.problem.found == "deeper nesting"
