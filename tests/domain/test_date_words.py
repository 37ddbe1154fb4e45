"""Dates as people write them: what each form means, that what is shown back reads the same, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.domain.date_words import in_words, read_day, read_words
from forecasts.domain.dates import EARLIEST, LATEST, Span

TODAY = date(2026, 11, 21)  # a Saturday
DAYS = st.dates(EARLIEST, LATEST)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-12-31", "2025-12-31"),
        ("31 Dec 2025", "2025-12-31"),
        ("31st of December 2025", "2025-12-31"),
        ("December 31, 2025", "2025-12-31"),
        ("dec. 31 2025", "2025-12-31"),
        ("2 Sept 2025", "2025-09-02"),
        ("today", "2026-11-21"),
        ("Tomorrow", "2026-11-22"),
        ("yesterday", "2026-11-20"),
        ("in 6 months", "2027-05-21"),
        ("in a week", "2026-11-28"),
        ("in ten days", "2026-12-01"),
        ("2 years from now", "2028-11-21"),
        ("3 months ago", "2026-08-21"),
        ("end of 2025", "2025-12-31"),
        ("the end of February 2024", "2024-02-29"),
        ("start of 2025", "2025-01-01"),
        ("end of next month", "2026-12-31"),
        ("end of the year 2025", None),
        ("end of Q1 2025", "2025-03-31"),
        ("next Saturday", "2026-11-28"),
        ("next sun", "2026-11-22"),
        ("last Saturday", "2026-11-14"),
        ("last fri", "2026-11-20"),
        ("mid June 2028", "2028-06-15"),
        ("mid-June 2028", "2028-06-15"),
        ("the middle of February 2027", "2027-02-14"),
        ("mid-2028", "2028-07-01"),
        ("middle of next month", "2026-12-16"),
        ("by the end of March 2027", "2027-03-31"),
        ("Before the end of the year", "2026-12-31"),
        ("before the year is out", "2026-12-31"),
        ("end of the month", "2026-11-30"),
        ("before 1 March 2027", "2027-02-28"),
        ("before June 2028", "2028-05-31"),
        ("until mid-June 2028", "2028-06-15"),
        ("by Christmas", "2026-12-25"),
        ("New Year's Day", "2027-01-01"),
        ("christmas 2028", "2028-12-25"),
        ("by", None),
        ("before the rain", None),
        ("mid Smarch 2028", None),
    ],
)
def test_days(text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ValueError, match="a date, such as"):
            read_day(text, TODAY)
    else:
        assert str(read_day(text, TODAY)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("March 2022", "2022-03-01/2022-03-31"),
        ("2022-02", "2022-02-01/2022-02-28"),
        ("2022", "2022-01-01/2022-12-31"),
        ("early January 2022", "2022-01-01/2022-01-10"),
        ("mid January 2022", "2022-01-11/2022-01-20"),
        ("mid-January 2022", "2022-01-11/2022-01-20"),
        ("the middle of January 2022", "2022-01-11/2022-01-20"),
        ("late February 2022", "2022-02-21/2022-02-28"),
        ("late 2022", "2022-09-01/2022-12-31"),
        ("Q3 2022", "2022-07-01/2022-09-30"),
        ("H2 2022", "2022-07-01/2022-12-31"),
        ("this week", "2026-11-16/2026-11-22"),
        ("last month", "2026-10-01/2026-10-31"),
        ("next year", "2027-01-01/2027-12-31"),
        ("2022-01-06..2022-01-10", "2022-01-06/2022-01-10"),
        ("2022-01-06/2022-01-10", "2022-01-06/2022-01-10"),
        ("2022-01-06 – 2022-01-10", "2022-01-06/2022-01-10"),
        ("6 Jan 2022 to 10 Jan 2022", "2022-01-06/2022-01-10"),
        ("between March 2022 and May 2022", "2022-03-01/2022-05-31"),
        ("from 2022 to mid 2023", "2022-01-01/2023-08-31"),
        ("end of 2021..today", "2021-12-31/2026-11-21"),
        ("2022-01-06", "2022-01-06"),
    ],
)
def test_spans(text: str, expected: str) -> None:
    assert str(read_words(text, TODAY)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "a date, such as"),
        ("soon", "a date, such as"),
        ("01/02/2022", "day or month comes first"),
        ("1.2.22", "day or month comes first"),
        ("12 January", "the year too"),
        ("31 Feb 2022", "February 2022 has no day 31"),
        ("2022-13-01", "no month 13"),
        ("2022-02-30", "has no day 30"),
        ("1 January 1799", "a date from"),
        ("1799", "a date from"),
        ("0000", "a date from"),
        ("in 9999 years", "at most 5,000 years away"),
        ("in 4000 years", "a date from"),
        ("2022-01-10..2022-01-06", "does not end"),
        ("Q5 2022", "a date, such as"),
        ("next month of 2022", "a date, such as"),
        ("٢٠٢٢-٠١-٠١", "a date, such as"),
        ("[/b]", "a date, such as"),
        ("\x1b[2J", "a date, such as"),
    ],
)
def test_refusals_say_what_is_expected(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        read_words(text, TODAY)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("March 2022", "2022-03-01", "2022-03-31"),
        ("early March 2022", "2022-03-01", "2022-03-10"),
        ("2022-01-06..2022-01-10", "2022-01-06", "2022-01-10"),
    ],
)
def test_a_span_is_no_day_and_says_how_to_name_one(text: str, first: str, last: str) -> None:
    with pytest.raises(ValueError, match="a single day") as caught:
        read_day(text, TODAY)
    assert str(caught.value) == f"a single day, such as {last}: '{text}' is a span, {first} to {last}"


def test_what_is_no_date_is_told_by_examples_of_what_would_be_accepted() -> None:
    for read in (read_day, read_words):
        with pytest.raises(ValueError, match="such as") as caught:
            read("some day", TODAY)
        for example in str(caught.value).removeprefix("a date, such as ").split(", "):
            read(example, TODAY)


@given(DAYS, DAYS, DAYS)
def test_iso_dates_and_spans_read_as_they_are_written(one: date, other: date, today: date) -> None:
    span = Span(min(one, other), max(one, other))
    assert read_words(str(span), today) == span
    assert read_words(f"{span.first}..{span.last}", today) == span


@given(DAYS, DAYS)
def test_what_is_shown_back_reads_the_same_without_its_weekday(day: date, today: date) -> None:
    assert read_day(in_words(Span.of(day)).partition(" ")[2], today) == day


@given(st.text(max_size=40), DAYS)
def test_any_text_is_understood_or_refused_with_words(text: str, today: date) -> None:
    try:
        span = read_words(text, today)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - either way is right, and a refusal has words
    else:
        assert EARLIEST <= span.first <= span.last <= LATEST


@given(
    st.sampled_from(["in {} days", "in {} weeks", "in {} months", "{} years ago", "{} days from now"]),
    st.integers(1, 5000),
)
def test_counts_move_by_whole_units(words: str, count: int) -> None:
    try:
        day = read_day(words.format(count), TODAY)
    except ValueError as error:
        assert "20" in str(error)  # noqa: PT017 - outside the years of the record
    else:
        assert (day < TODAY) is ("ago" in words)
