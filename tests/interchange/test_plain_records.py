"""Records from TOML's and JSON's values: the inverse of `plain_record`, and what is told of values that do not fit."""

from __future__ import annotations

import dataclasses
import json
import math
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecasts.domain.dates import Span
from forecasts.domain.fields import maker
from forecasts.domain.formats import canonical_json
from forecasts.domain.plain_records import plain_record, read_record, record_values, records_json
from forecasts.domain.record_rules import record_problems
from forecasts.domain.records import (
    TABLES,
    Article,
    Objection,
    Pack,
    Prediction,
    Question,
    Record,
    Reminder,
    Resolution,
    Source,
)
from tests.interchange.samples import RECORDS, is_inert

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KINDS = pytest.mark.parametrize("kind", list(RECORDS), ids=lambda kind: kind.__name__)

PREDICTION: dict[str, Any] = {
    "slug": "p1",
    "question": "q1",
    "speakers": ["s1"],
    "article": "a1",
    "claim": "It will.",
    "probability": 0.5,
}
SOURCE: dict[str, Any] = {"slug": "s1", "name": "S", "kind": "person"}


def problems_of(kind: type[Record], table: dict[str, Any]) -> list[tuple[str, str, str]]:
    record, problems = read_record(kind, table)
    assert record is None
    return [(problem.field, problem.found, problem.expected) for problem in problems]


def test_there_are_samples_of_every_kind() -> None:
    assert set(RECORDS) == set(TABLES.values())


@KINDS
@given(data=st.data())
@SETTINGS
def test_sampled_records_are_right(kind: type[Record], data: st.DataObject) -> None:
    assert record_problems(data.draw(RECORDS[kind])) == ()


@KINDS
@given(data=st.data())
@SETTINGS
def test_json_reads_back_equal(kind: type[Record], data: st.DataObject) -> None:
    record = data.draw(RECORDS[kind])
    for with_defaults in (False, True):
        text = json.dumps(plain_record(record, with_defaults=with_defaults), sort_keys=True)
        again, problems = read_record(kind, json.loads(text))
        assert problems == ()
        if isinstance(record, Prediction) and isinstance(again, Prediction):
            assert sorted(again.probabilities, key=str) == sorted(record.probabilities, key=str)
            assert plain_record(again) == plain_record(record)
        else:
            assert again == record


@KINDS
@given(data=st.data())
@SETTINGS
def test_the_history_keeps_a_record_as_its_canonical_json(kind: type[Record], data: st.DataObject) -> None:
    records = [data.draw(RECORDS[kind]), data.draw(RECORDS[kind])]
    assert records_json(records) == [canonical_json(plain_record(record)) for record in records]


@KINDS
@given(data=st.data())
@SETTINGS
def test_a_record_that_is_made_fast_is_one_as_its_class_makes_it(kind: type[Record], data: st.DataObject) -> None:
    record = data.draw(RECORDS[kind])
    values = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    made_of: Any = kind
    made = maker(made_of)(**values)
    assert (type(made), made, hash(made), repr(made)) == (kind, record, hash(record), repr(record))
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, next(iter(values)), "another")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_does_not_have_is_never_kept(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        records_json([Prediction(slug="p", article="a", claim="It will.", speakers=(), probability=number)])


@KINDS
@given(data=st.data())
@SETTINGS
def test_native_values_read_back_equal(kind: type[Record], data: st.DataObject) -> None:
    record = data.draw(RECORDS[kind])
    assert read_record(kind, record_values(record)) == (record, ())


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.dates()
    | st.datetimes()
    | st.times(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@KINDS
@given(data=st.data())
@SETTINGS
def test_no_value_in_any_field_raises(kind: type[Record], data: st.DataObject) -> None:
    table = record_values(data.draw(RECORDS[kind]))
    field = data.draw(st.sampled_from([*(field.name for field in dataclasses.fields(kind)), "other"]))
    record, problems = read_record(kind, {**table, field: data.draw(_VALUES)})
    assert (record is None) == bool(problems)
    for problem in problems:
        assert problem.expected
        assert is_inert(str(problem))
    if record is not None:
        assert not [problem for problem in record_problems(record) if "control" in problem.expected]


def test_reminders_are_read_for_the_history() -> None:
    reminder = Reminder(question="q1", remind_on=date(2026, 12, 1))
    assert read_record(Reminder, plain_record(reminder)) == (reminder, ())


def test_every_problem_of_a_record_is_told() -> None:
    wrong = {**PREDICTION, "probability": True, "made_on": "2022-13-01", "extra": 1}
    del wrong["article"]
    assert [field for field, _, _ in problems_of(Prediction, wrong)] == ["extra", "article", "made_on", "probability"]


def test_problems_name_table_and_record() -> None:
    _, problems = read_record(Prediction, {**PREDICTION, "probability": 2})
    assert (problems[0].table, problems[0].name) == ("prediction", "p1")
    _, problems = read_record(Source, {"name": "x"}, "number 3")
    assert problems[0].name == "number 3"
    _, problems = read_record(Objection, {"question": "q1", "by": "me"})
    assert problems[0].name == "q1 / me"


@pytest.mark.parametrize(
    "value", [True, "0.5", math.nan, math.inf, -0.1, 1.1, 10**400, 1e999, [], {}, date(2022, 1, 1)]
)
def test_probability_is_a_number_from_0_to_1(value: Any) -> None:
    (problem,) = problems_of(Prediction, {**PREDICTION, "probability": value})
    assert problem[0] == "probability"
    assert problem[2] == "a number from 0 to 1"


@pytest.mark.parametrize(("given_value", "kept"), [(0, "0.0"), (1, "1.0"), (-0.0, "0.0"), (0.25, "0.25")])
def test_whole_numbers_become_fractions_and_zero_has_no_sign(given_value: float, kept: str) -> None:
    record, _ = read_record(Prediction, {**PREDICTION, "probability": given_value})
    assert record is not None
    assert repr(record.probability) == kept


@pytest.mark.parametrize(
    "value",
    [
        datetime(2022, 1, 1, tzinfo=UTC),
        "2022-01-01T00:00:00Z",
        "20220101",
        "2022-W01",
        20220101,
        time(10),
        "",
        "２０２２-01-01",
    ],
)
def test_date_is_nothing_but_a_date(value: Any) -> None:
    question = {"slug": "q", "title": "?", "criteria": "c", "resolves_on": value}
    (problem,) = problems_of(Question, question)
    assert problem[0] == "resolves_on"
    assert problem[2].startswith("a date YYYY-MM-DD from 1800-01-01 to 2200-12-31")


def test_dates_spans_and_instants_from_text_and_native() -> None:
    article = {"slug": "a", "title": "t", "published_on": "2022-01-08/2022-01-10"}
    record, _ = read_record(Article, article)
    assert record is not None
    assert record.published_on == Span(date(2022, 1, 8), date(2022, 1, 10))
    for instant in ("2026-11-21T12:00:00+02:00", datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=2)))):
        resolution, _ = read_record(Resolution, {"question": "q", "resolved_at": instant})
        assert resolution is not None
        assert resolution.resolved_at == datetime(2026, 11, 21, 10, tzinfo=UTC)
        assert resolution.resolved_at.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    ["2026-11-21", "2026-11-21T10:00:00", "0001-01-01T00:00:00+14:00", "2026-W47-6T10:00Z", 1, date(2026, 1, 1)],
)
def test_instant_needs_its_offset_and_a_year_of_the_record(value: Any) -> None:
    (problem,) = problems_of(Resolution, {"question": "q", "resolved_at": value})
    assert problem[0] == "resolved_at"
    assert "a date and time with its offset" in problem[2]


def test_text_is_brought_to_one_form() -> None:
    decomposed = unicodedata.normalize("NFD", "Ä é")
    record, _ = read_record(Source, {**SOURCE, "name": decomposed, "note": "a\r\nb\rc\td"})
    assert record is not None
    assert record.name == "Ä é"
    assert record.note == "a\nb\nc\td"


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f", "\x9b", "\ud800"])
def test_control_characters_and_surrogates_are_refused_everywhere(sign: str) -> None:
    assert "without control characters" in problems_of(Source, {**SOURCE, "name": f"a{sign}"})[0][2]
    assert "without control characters" in problems_of(Source, {**SOURCE, "note": f"a\n{sign}"})[0][2]
    assert problems_of(Source, {**SOURCE, "aliases": [f"a{sign}"]})[0][0] == "aliases[1]"


def test_line_ends_and_tabs_only_in_prose() -> None:
    assert problems_of(Source, {**SOURCE, "name": "a\nb"})[0][2] == "text without control characters and line breaks"
    assert problems_of(Source, {**SOURCE, "name": "a\tb"})[0][1] == "'a␉b'"


def test_limits_are_told_with_what_was_found() -> None:
    assert problems_of(Source, {**SOURCE, "note": "x" * 10_001})[0][1:] == (
        "10,001 characters",
        "text of at most 10,000 characters",
    )
    assert problems_of(Source, {**SOURCE, "homepage": "http://a.b/" + "x" * 2_000})[0][1] == "2,011 characters"


def test_vocabulary_is_listed() -> None:
    (problem,) = problems_of(Prediction, {**PREDICTION, "claim_type": "guess"})
    assert problem == ("claim_type", "'guess'", "one of: forecast, possibility, announcement, presupposition")


def test_empty_void_is_none() -> None:
    record, _ = read_record(Resolution, {"question": "q", "resolved_at": "2026-11-21T10:00:00Z", "void": ""})
    assert record is not None
    assert record.void is None


def test_format_example_keys() -> None:
    record, problems = read_record(Pack, {"format": 1, "name": "kazakhstan-2022", "title": "…"})
    assert (record, problems) == (Pack(name="kazakhstan-2022", title="…"), ())


def test_inner_places_are_named() -> None:
    wrong = {**PREDICTION, "condition": {"all": [{"question": "q2", "outcome": "yes"}, {"question": "Q", "else": 1}]}}
    assert [field for field, _, _ in problems_of(Prediction, wrong)] == [
        "condition.all[2].else",
        "condition.all[2].question",
        "condition.all[2].outcome",
    ]
    evidence = {
        "question": "q",
        "resolved_at": "2026-11-21T10:00:00Z",
        "evidence": [{"title": "t"}, {"url": "ftp://x"}],
    }
    assert [field for field, _, _ in problems_of(Resolution, evidence)] == ["evidence[2].title", "evidence[2].url"]


@pytest.mark.parametrize("level", ["1.5", "2", "0_1", " 0.5", "٠.٥", "nan", "1e999", "-0.5", "0.5\n", "0x1"])
def test_quantile_levels_are_plain_numbers_between_0_and_1(level: str) -> None:
    (problem,) = problems_of(Prediction, {**PREDICTION, "quantiles": {level: 1}})
    assert problem[0].startswith("quantiles.")


def test_lists_are_not_text_and_text_is_not_a_list() -> None:
    assert problems_of(Prediction, {**PREDICTION, "speakers": "s1"})[0][2] == "a list, each item the slug of one source"
    assert problems_of(Prediction, {**PREDICTION, "claim": ["a"]})[0][1] == "a list of 1"
    assert problems_of(Prediction, {**PREDICTION, "speakers": [["s1"]]})[0][0] == "speakers[1]"
    assert problems_of(Prediction, {**PREDICTION, "probabilities": []})[0][2].startswith("a table such as")
