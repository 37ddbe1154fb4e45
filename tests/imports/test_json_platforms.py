"""PredictionBook's and Manifold's JSON."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from forecasts.domain.kinds import Basis, Fit, VoidReason
from forecasts.interchange.imports.reports import ImportOptions
from tests.imports.documents import MANIFOLD, PREDICTIONBOOK
from tests.imports.reading import problems, read, told


def _book(**more: Any) -> str:
    return json.dumps({**PREDICTIONBOOK, **more})


def test_responses_are_the_predictions_and_a_comment_is_none() -> None:
    imported = read("predictionbook", _book())
    assert imported.read == {"predictions": 2, "responses": 5}
    assert sorted(item.probability or 0.0 for item in imported.body.predictions) == [0.0, 0.3, 0.6, 0.9]
    (skipped,) = imported.skipped
    assert (skipped.count, skipped.why) == (1, "a comment without a confidence")
    assert {item.name for item in imported.body.sources} == {"ana", "bo", "user 12"}


def test_withdrawn_is_no_void_and_the_address_is_nowhere() -> None:
    imported = read("predictionbook", _book())
    (resolution,) = imported.body.resolutions
    assert (resolution.question, resolution.outcome, str(resolution.known_on)) == (
        "predictionbook-5", "yes", "2026-01-02",
    )  # fmt: skip
    withdrawn = next(item for item in imported.body.questions if item.slug == "predictionbook-6")
    assert "Withdrawn" in withdrawn.fine_print
    assert "example.org" not in repr(imported)


def test_a_group_is_a_scenario() -> None:
    (scenario,) = read("predictionbook", _book()).body.scenarios
    assert scenario.title == "Politics"


def test_a_list_of_predictions_will_do() -> None:
    assert (
        read("predictionbook", json.dumps(PREDICTIONBOOK["predictions"])).body == read("predictionbook", _book()).body
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("deadline", "soon"), ("deadline", None), ("id", "5"), ("id", True), ("outcome", "yes"), ("responses", 3)],
)
def test_a_wrong_prediction_is_told_with_its_place(field: str, value: object) -> None:
    document = copy.deepcopy(PREDICTIONBOOK)
    document["predictions"][0][field] = value
    found = problems("predictionbook", json.dumps(document))
    assert (found[0].name.split(" (")[0], found[0].field) == ("prediction 1", field)


@pytest.mark.parametrize("confidence", [101, -1, 60.5, "60", True])
def test_a_confidence_is_a_whole_number_of_per_cents(confidence: object) -> None:
    document = copy.deepcopy(PREDICTIONBOOK)
    document["predictions"][0]["responses"][0]["confidence"] = confidence
    (problem,) = problems("predictionbook", json.dumps(document))
    assert problem.field == "confidence"
    assert problem.name == "prediction 1 (id 5), response 1"


def test_the_csv_of_the_settings_page_is_refused_with_advice() -> None:
    assert "no single confidences" in told("predictionbook", "id,description\n5,x\n")


@pytest.mark.parametrize("form", ["predictionbook", "manifold"])
@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b'{"predictions": [NaN]}', "NaN"),
        (b'{"predictions": [1e999]}', "1e999"),
        (b'{"predictions": [], "predictions": []}', "twice"),
        (b"[" * 100_000, "nested"),
        (b'{"a": ' * 40 + b"1" + b"}" * 40, "nested"),
        (b'{"predictions": [' + b"9" * 5000 + b"]}", "digits"),
        (b'{"predictions": ', "no JSON"),
        (b'{"predictions": "\xff"}', "byte"),
        (b'{"predictions": 3, "markets": 3}', "found 3"),
    ],
)
def test_hostile_json_is_refused(form: str, data: bytes, what: str) -> None:
    assert what in told(form, data)


def _markets(markets: list[dict[str, Any]] = MANIFOLD) -> str:
    return json.dumps(markets)


def test_a_bet_is_marked_as_no_stated_probability() -> None:
    imported = read("manifold", _markets())
    predictions = imported.body.predictions
    assert sorted(item.probability or 0 for item in predictions) == [0.25, 0.3, 0.4, 0.5, 0.57]
    assert {(item.basis, item.fit) for item in predictions} == {(Basis.ANALYST, Fit.PROXY)}
    assert all("not a probability that the bettor stated" in item.note for item in predictions)
    counted = read("manifold", _markets(), ImportOptions(count_bets=True)).body.predictions
    assert {item.fit for item in counted} == {Fit.OPERATIONALISED}


def test_redemptions_sales_and_unfilled_orders_are_skipped_and_told() -> None:
    imported = read("manifold", _markets())
    assert imported.read == {"markets": 5, "bets": 8}
    assert {(item.why, item.count) for item in imported.skipped} == {
        ("its type 'NUMERIC' gives no probability of an event", 1),
        ("a redemption of shares, no opinion", 1),
        ("a sale, or nothing bet", 1),
        ("a limit order that nobody filled", 1),
    }


def test_times_are_milliseconds_and_seconds_are_refused() -> None:
    made = {str(item.made_on) for item in read("manifold", _markets()).body.predictions}
    assert "2025-03-01" in made
    markets = copy.deepcopy(MANIFOLD)
    markets[0]["bets"][0]["createdTime"] = 1740819900
    (problem,) = problems("manifold", _markets(markets))
    assert (problem.name, problem.field) == ("market 1, bet 1", "createdTime")


def test_mkt_and_cancel_are_void_and_answers_are_questions() -> None:
    body = read("manifold", _markets()).body
    titles = {item.slug: item.title for item in body.questions}
    resolved = {titles[item.question]: (item.outcome, item.void) for item in body.resolutions}
    assert resolved == {
        "Will it rain?": ("no", None),
        "Partly?": ("", VoidReason.UNCLEAR_FACTS),
        "Cancelled?": ("", VoidReason.BAD_QUESTION),
        "Who? — Red": ("yes", None),
        "Who? — Blue": ("no", None),
    }
    assert len({item.scenario for item in body.questions if item.scenario}) == 1


def test_people_keep_the_names_that_the_file_gives_them() -> None:
    assert {item.name for item in read("manifold", _markets()).body.sources} == {"Ana", "Bo"}


def test_one_market_and_bets_beside_markets_are_read_alike() -> None:
    whole = read("manifold", json.dumps(MANIFOLD[0])).body
    market = {name: value for name, value in MANIFOLD[0].items() if name != "bets"}
    apart = read("manifold", json.dumps({"markets": [market], "bets": MANIFOLD[0]["bets"]})).body
    assert apart == whole
    assert read("manifold", json.dumps({"market": market, "bets": MANIFOLD[0]["bets"]})).body == whole


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("probAfter", 1.5),
        ("probAfter", "0.5"),
        ("probAfter", True),
        ("userId", None),
        ("contractId", "other"),
        ("contractId", {}),
    ],
)
def test_a_wrong_bet_is_told_with_its_place(field: str, value: object) -> None:
    markets = copy.deepcopy(MANIFOLD[:1])
    markets[0]["bets"][0][field] = value
    (problem,) = problems("manifold", _markets(markets))
    assert (problem.name, problem.field) == ("market 1, bet 1", field)


@pytest.mark.parametrize(
    ("field", "value"), [("closeTime", 1750000000), ("createdTime", None), ("resolution", "X"), ("id", 5)]
)
def test_a_wrong_market_is_told_with_its_place(field: str, value: object) -> None:
    markets = [{**copy.deepcopy(MANIFOLD[0]), field: value, "bets": []}]
    (problem,) = problems("manifold", _markets(markets))
    assert (problem.name, problem.field) == ("market 1", field)
