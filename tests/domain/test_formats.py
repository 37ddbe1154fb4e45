"""Values as text: what is read back, and what is never said of a value."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.domain.dates import Span, read_span
from forecasts.domain.formats import (
    NOTHING,
    and_more,
    counted,
    evidence_text,
    figure,
    first_lines,
    interval,
    listed,
    number_text,
    outcome_text,
    percent,
    percent_range,
    share_of,
    signed,
    stored_outcome,
    stored_span,
    time_text,
)
from forecasts.domain.kinds import VoidReason

SHARES = st.floats(0, 1)
DAYS = st.dates(date(1800, 1, 1), date(2200, 12, 31))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself(value: float) -> None:
    assert float(number_text(value)) == value
    assert not number_text(value).endswith(".0")


@given(SHARES)
def test_a_percentage_is_near_the_share_and_never_certain_where_it_is_not(share: float) -> None:
    value = float(percent(share).removesuffix(" %"))
    assert abs(value - share * 100) <= 0.005 + 1e-9
    if 1e-9 < share < 1 - 1e-9:
        assert value not in (0, 100)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.35, "35 %"), (0.005, "0.5 %"), (1 / 3, "33.33 %"), (1.0, "100 %"), (0.000012, "0.001 %"), (None, NOTHING)],
)
def test_percent(share: float | None, text: str) -> None:
    assert percent(share) == text


@given(st.integers(0, 10**9))
def test_a_share_in_percent_is_the_number_that_one_would_write(millionths: int) -> None:
    assert share_of(float(f"{millionths}e-7")) == float(f"{millionths}e-9")


@given(DAYS, DAYS)
def test_a_span_is_written_as_it_is_typed(one: date, other: date) -> None:
    span = Span(min(one, other), max(one, other))
    assert str(span) == stored_span(span.first, span.last)
    assert read_span(str(span)) == span


@given(st.one_of(st.floats(-1e15, 1e15), DAYS, st.sampled_from(["yes", "no", "A"])))
def test_a_stored_outcome_is_the_outcome(value: str | float | date) -> None:
    columns = (
        value if isinstance(value, str) else None,
        value if isinstance(value, float) else None,
        value if isinstance(value, date) else None,
    )
    assert stored_outcome(*columns) == outcome_text(value)


def test_the_rest() -> None:
    assert outcome_text(1234567.0) == "1234567"
    assert outcome_text("", VoidReason.UNCLEAR_FACTS) == "void: unclear-facts"
    assert percent_range(0.2, 0.45) == "20–45 %"
    assert (percent_range(0.2, None), percent_range(None, 0.45), percent_range(None, None)) == (
        "from 20 %",
        "up to 45 %",
        "",
    )
    assert (figure(0.285), figure(None), signed(-0.1), signed(0.1)) == ("0.28", NOTHING, "-0.10", "+0.10")
    assert (figure(-0.0004, 3), signed(-0.001), interval(-0.001, 0.1)) == ("0.000", "+0.00", "0.00–0.10")
    assert (interval(0.11, 0.5), interval(-0.2, 0.1), interval(None, 1.0)) == ("0.11–0.50", "-0.20 to 0.10", "")
    assert [evidence_text(value) for value in (0.01234, 7.061, 1234.5, 1.0)] == ["0.0123", "7.06", "1230", "1"]
    assert time_text(datetime(2026, 11, 21, 10, 0, 59, tzinfo=UTC)) == "2026-11-21 10:00 UTC"
    assert (counted(1, "claim"), counted(1200, "claim")) == ("1 claim", "1,200 claims")
    assert counted(2, "possibility", "possibilities") == "2 possibilities"
    assert (and_more(0), and_more(1200), and_more(1, "source")) == ("", "and 1,200 more", "and 1 more source")
    assert (first_lines(["a", "b"], 2), first_lines(["a", "b", "c"], 1)) == (["a", "b"], ["a", "and 2 more"])
    assert (listed(["a", "b", "c"]), listed(["a", "b", "c"], 1)) == ("a, b and c", "a and 2 more")
