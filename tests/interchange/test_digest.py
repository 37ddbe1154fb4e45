"""Digests: fixed bytes, whatever the way by which a record came."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.domain.dates import Span
from forecasts.domain.formats import canonical_json
from forecasts.domain.kinds import SourceKind
from forecasts.domain.plain_records import plain_record
from forecasts.domain.records import Condition, Evidence, OptionProbability, Prediction, Quantile, Resolution, Source
from forecasts.interchange.packs import canonical_bytes, prediction_digest, record_digest
from tests.interchange.samples import predictions

SOURCE = Source(slug="s1", name="Тоқаев", kind=SourceKind.OFFICIAL, aliases=('"T"', "é"), note="a\nb")
PREDICTION = Prediction(
    slug="p1",
    question="q1",
    speakers=("s2", "s1"),
    article="a1",
    claim="It will.",
    made_on=Span(date(2022, 1, 9), date(2022, 1, 10)),
    probability=1,
    low=1e-05,
    paragraph=7,
    condition=(Condition(question="q2", outcome="yes"),),
)
RESOLUTION = Resolution(
    question="q1",
    outcome=date(2022, 1, 19),
    known_on=Span.of(date(2022, 1, 19)),
    resolved_at=datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=2))),
    evidence=(Evidence(title="E"),),
)


def test_bytes_are_these() -> None:
    assert canonical_bytes(SOURCE).decode() == (
        '["forecasts-record",1,"source",{"aliases":["\\"T\\"","é"],"kind":"official","name":"Тоқаев",'
        '"note":"a\\nb","slug":"s1"}]'
    )
    assert canonical_bytes(PREDICTION).decode() == (
        '["forecasts-record",1,"prediction",{"article":"a1","claim":"It will.",'
        '"condition":{"outcome":"yes","question":"q2"},"low":1e-05,"made_on":"2022-01-09/2022-01-10","paragraph":7,'
        '"probability":1.0,"question":"q1","slug":"p1","speakers":["s2","s1"]}]'
    )
    assert canonical_bytes(RESOLUTION).decode() == (
        '["forecasts-record",1,"resolution",{"evidence":[{"title":"E"}],"known_on":"2022-01-19",'
        '"outcome":"2022-01-19","question":"q1","resolved_at":"2026-11-21T10:00:00Z"}]'
    )


def test_digest_is_the_sha_256_in_hex() -> None:
    assert record_digest(SOURCE) == "cd4f8cd585ed808b2ab526e457599fe1cd84fa22f19b178eb69caf3c0ba89826"


def test_what_is_the_same_has_the_same_digest() -> None:
    decomposed = replace(SOURCE, aliases=('"T"', unicodedata.normalize("NFD", "é")), note="a\r\nb")
    assert record_digest(decomposed) == record_digest(SOURCE)
    assert record_digest(replace(PREDICTION, probability=1.0)) == record_digest(PREDICTION)
    assert record_digest(replace(PREDICTION, probability=-0.0)) == record_digest(replace(PREDICTION, probability=0.0))
    utc = replace(RESOLUTION, resolved_at=datetime(2026, 11, 21, 10, tzinfo=UTC))
    assert record_digest(utc) == record_digest(RESOLUTION)


def test_order_counts_where_it_means_something() -> None:
    assert record_digest(replace(PREDICTION, speakers=("s1", "s2"))) != record_digest(PREDICTION)
    a, b = OptionProbability(option="a", probability=0.5), OptionProbability(option="b", probability=0.5)
    assert record_digest(replace(PREDICTION, probabilities=(a, b))) == record_digest(
        replace(PREDICTION, probabilities=(b, a))
    )
    assert record_digest(replace(PREDICTION, quantiles=(Quantile(level=0.5, value=3),))) == record_digest(
        replace(PREDICTION, quantiles=(Quantile(level=0.5, value=3.0),))
    )


@given(predictions(), st.sampled_from(["claim", "note", "slug", "coded_by"]))
@settings(max_examples=50, deadline=None)
def test_any_change_changes_the_digest(prediction: Prediction, field: str) -> None:
    changes = {"claim": "other claim", "note": "other note", "slug": "other-slug-x", "coded_by": "other coder"}
    changed = {
        "claim": replace(prediction, claim=changes["claim"]),
        "note": replace(prediction, note=changes["note"]),
        "slug": replace(prediction, slug=changes["slug"]),
        "coded_by": replace(prediction, coded_by=changes["coded_by"]),
    }[field]
    assert record_digest(changed) != record_digest(prediction)


@pytest.mark.parametrize("microsecond", [None, 0, 250_000])
def test_a_prediction_has_the_same_digest_as_it_is_kept(microsecond: int | None) -> None:
    made_at = None if microsecond is None else datetime(2025, 3, 1, 9, 5, 0, microsecond, tzinfo=UTC)
    said = '"made_at":"2025-03-01T09:05:00.000000Z"'
    day = Span.of(date(2025, 3, 1))
    prediction = Prediction(
        slug="p", article="a", claim="It will.", speakers=("s",), made_on=day, made_at=made_at, note=said
    )
    assert prediction_digest(canonical_json(plain_record(prediction))) == record_digest(prediction)
