"""What is typed into a field reads as it was typed, and what a record would be typed as reads back to the record."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.domain.fields import record_fields
from forecasts.domain.form_values import form_texts, parse_form
from forecasts.domain.records import KINDS, Prediction, Question, Record
from forecasts.services.record import read_draft
from tests.interchange import samples

TODAY = date(2026, 11, 21)
SPLIT = set(";=\n")


def _is_plain(record: Any) -> bool:
    """Whether no name in a list holds a sign that separates, or is blank at its ends."""
    names = [
        *getattr(record, "aliases", ()),
        *getattr(record, "options", ()),
        *(item.option for item in getattr(record, "probabilities", ())),
        *(item.basis for item in getattr(record, "references", ())),
    ]
    conditions = getattr(record, "condition", None) or ()
    names += [one.outcome for one in (conditions if isinstance(conditions, tuple) else (conditions,))]
    return all(not SPLIT & set(name) and name == name.strip() for name in names)


RECORDS: st.SearchStrategy[Record] = st.one_of(
    samples.SOURCES,
    samples.ARTICLES,
    samples.SCENARIOS,
    samples.PASSAGES,
    samples.questions(),
    samples.questions().flatmap(samples.predictions),
)


@given(RECORDS.filter(_is_plain))
def test_a_record_reads_back_from_what_would_be_typed(record: Record) -> None:
    cls: Any = type(record)
    kind = next(kind for kind, kept in KINDS.items() if kept is cls)
    texts = {name: text.strip() for name, text in form_texts(record).items()}
    typed = parse_form(cls, texts, TODAY)
    assert typed.wrong == {}
    read, _ = read_draft(kind, typed.values)
    assert read is not None
    again = {name: text.strip() for name, text in form_texts(read).items()}
    assert again == texts


@given(
    st.sampled_from(["article", "passage", "prediction", "question", "scenario", "source"]),
    st.dictionaries(st.sampled_from(sorted(record_fields(Prediction))), st.text(max_size=30)),
)
def test_any_text_in_any_field_is_understood_or_refused(kind: str, texts: dict[str, str]) -> None:
    cls: type = KINDS[kind]
    typed = parse_form(cls, texts, TODAY)
    read_draft(kind, typed.values)
    assert all(typed.wrong.values())


@pytest.mark.parametrize(
    ("record", "field", "text", "value"),
    [
        (Prediction, "probability", "10%", 0.1),
        (Prediction, "probability", " .5 ", 0.5),
        (Prediction, "speakers", "a, b; c", ["a", "b", "c"]),
        (Prediction, "quantiles", "5% = 3; 0.5 = 7", {"0.05": 3.0, "0.5": 7.0}),
        (Prediction, "quantiles", "0.5 = 31 Jan 2022", {"0.5": date(2022, 1, 31)}),
        (Prediction, "probabilities", "A = B = 20%; C = 0.8", {"A = B": 0.2, "C": 0.8}),
        (
            Prediction,
            "condition",
            "q = yes; r = no",
            {"all": [{"question": "q", "outcome": "yes"}, {"question": "r", "outcome": "no"}]},
        ),
        (Prediction, "claim_type", "Forecast", "forecast"),
        (Question, "kind", "multiple choice", "multiple_choice"),
        (Question, "range", "0 .. 100", [0.0, 100.0]),
        (Question, "range", "1 Jan 2022 .. end of 2022", [date(2022, 1, 1), date(2022, 12, 31)]),
        (Question, "resolves_on", "end of 2025", date(2025, 12, 31)),
        (Question, "options", "none; some\nmany", ["none", "some", "many"]),
    ],
)
def test_understood(record: type, field: str, text: str, value: object) -> None:
    assert parse_form(record, {field: text}, TODAY).values[field] == value


@pytest.mark.parametrize(
    ("record", "field", "text", "expected"),
    [
        (Prediction, "probability", "10", "10% is 0.1"),
        (Prediction, "probability", "likely", "a number such as"),
        (Prediction, "probability", "nan", "a number such as"),
        (Prediction, "paragraph", "3%", "a number"),
        (Prediction, "paragraph", "1.5", "a whole number"),
        (Prediction, "paragraph", "9" * 5000, "a whole number"),
        (Prediction, "probabilities", "A = 0.1; A = 0.9", "stands there twice"),
        (Prediction, "quantiles", "5%", "level = value below"),
        (Question, "resolves_on", "March 2022", "is a span"),
        (Question, "range", "1", "the two ends"),
        (Question, "references", "2022-01-01 = 0.2", "day = probability = where"),
    ],
)
def test_refused(record: type, field: str, text: str, expected: str) -> None:
    assert expected in parse_form(record, {field: text}, TODAY).wrong[field]
